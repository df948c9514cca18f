/* agent/base_sample.h - a database that captures: a variable, which takes the place of all sources.
 *
 * A test sets what it answers and looks at what was asked, under its lock: a watcher's thread reads it meanwhile.
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_BASE_SAMPLE_H
#define DRIFTLINE_TEST_BASE_SAMPLE_H

#include <pthread.h>

#include "agent/outbox.h"
#include "sources/capture.h"

enum { ENTRIES = 1000 };

enum entry_status { ENTRY_PENDING, ENTRY_SHIPPED, ENTRY_RECORDED };

struct entry {
    enum entry_status status;
    char taker[OUTBOX_TAKER_SIZE];
    uint64_t seq;
};

struct base {
    pthread_mutex_t lock; /* of all below */
    unsigned schema;
    struct entry log[ENTRIES]; /* number 1 is in place 0 */
    size_t count;
    const char *continuity;
    enum capture_state state;
    size_t portion; /* entries that one read brings at most */
    bool marks_fail;
    bool looks_fail;
    unsigned looks, reads, asked; /* asked: reads that asked what was captured */
    int bell;
    bool deaf; /* the bell rings on */
};

extern struct base base;

/* As new, with capture and nothing captured; base_end() closes its bell. */
void base_begin(void);
void base_end(void);

void base_lock(void);
void base_unlock(void);

/* Somebody changes the schema with so many statements. */
void base_change(unsigned statements);

/* How many entries have this status. */
size_t base_entries(enum entry_status status);

/* One of its members, under the lock. */
void base_set(bool *flag, bool value);
unsigned base_get(const unsigned *count);

#endif
