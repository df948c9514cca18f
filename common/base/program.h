/* base/program.h - other programs: how one is started, ended and waited for.
 *
 * What is started has the default signals, none of them blocked, and no file of ours but the three that it is given.
 */
#ifndef DRIFTLINE_BASE_PROGRAM_H
#define DRIFTLINE_BASE_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/compiler.h"

/* In place of a file: what nobody writes, or nobody reads. */
enum { PROGRAM_NOTHING = -1 };

struct program_start {
    char *const *arguments; /* the first is its path, or a name that is looked up in PATH; ends with NULL */
    char *const *environment;
    const char *folder; /* where it starts; NULL: where we are */
    int input, output, errors;
    bool with_us; /* in our group of processes, so that Ctrl-C ends it with us; otherwise it leads its own */
};

/* 0, or the number of the system's error, ENOENT when there is no such program; then `ret_process` stays as it is. */
int program_start(pid_t *ret_process, const struct program_start *start) MUST_CHECK;

/* Wait for its end: its exit status, or 128 and the signal that ended it. */
int program_wait(pid_t process);

/* The same of what waitpid() said. */
int program_status(int said);

/* Kill the group that a program leads, and wait for it. It must not have been waited for: the number could be
 * another's. */
void program_kill(pid_t process);

/* Close a file that may be closed already, and remember that it is. */
void program_close(int *file);

#endif
