/* bench/looks.h - what looking at a database costs its server, with a connection that stays open.
 *
 * The CPU is what the kernel accounts to the server's process, of which nobody else may ask anything meanwhile; it must
 * run on this machine. Failure: the program ends with a message.
 */
#ifndef DRIFTLINE_BENCH_LOOKS_H
#define DRIFTLINE_BENCH_LOOKS_H

#include "sources/watch.h"

struct looks {
    const char *program; /* for messages */
    const char *ref;
    long (*find_server)(void *context);  /* the process that answers, once the first look has connected */
    void (*before_exact)(void *context); /* before each exact look; or NULL */
    void *context;
    unsigned exact; /* how many of them */
};

_Noreturn void looks_die(const struct looks *looks, const char *what);

/* Look, and print one line of numbers in ms: CPU of the server for a cheap look, median wall time of one, the same two
 * of an exact look. */
void looks_measure(const struct looks *looks);

#endif
