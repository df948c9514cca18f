/* bench/load_crowd.h - a process that reads events: many streams over HTTP and many subscriptions over ZeroMQ, some of
 * which never take a byte. It gives way to everything else, for its readers would be on other machines. */
#ifndef DRIFTLINE_BENCH_LOAD_CROWD_H
#define DRIFTLINE_BENCH_LOAD_CROWD_H

#include "load.h"

struct load_crowd {
    pid_t process;
    int orders;  /* what it is told */
    int answers; /* what it says */
};

/* Whom it reads, and how many: of each kind so many, of which some are stuck. */
struct load_crowd_orders {
    unsigned http_port;
    unsigned feed_port;
    char server_key[KEY_TEXT_SIZE];
    struct key_pair key;
    char token[128];
    unsigned count;
    unsigned stuck;
};

struct load_crowd_answer {
    uint64_t streamed;  /* events over HTTP */
    uint64_t published; /* and over ZeroMQ */
};

/* Before anything else that has threads. */
void load_crowd_start(struct load_crowd *crowd);

/* Come, until everybody is there; and leave, and say what was read. */
void load_crowd_come(struct load_crowd *crowd, const struct load_crowd_orders *orders);
struct load_crowd_answer load_crowd_leave(struct load_crowd *crowd);

void load_crowd_stop(struct load_crowd *crowd);

#endif
