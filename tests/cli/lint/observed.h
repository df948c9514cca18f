/* cli/lint/observed.h - what a real server does for a statement: which lock it takes on a table, whether it reads the
 * rows, whether it writes them anew.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_OBSERVED_H
#define DRIFTLINE_TEST_OBSERVED_H

#include <stdbool.h>

#include "base/arena.h"
#include "lint/step.h"

struct observer;

struct observation {
    enum lock lock; /* the strongest that it took on the table */
    bool rewrote;   /* the table has another file */
    bool scanned;   /* its rows were read */
};

/* A database of that name, made anew. */
struct observer *observer_open(const char *database, struct arena *arena);
void observer_close(struct observer *observer);

/* Run statements, and keep them. */
void observer_execute(struct observer *observer, const char *sql);

/* Run a statement in a transaction that is rolled back, and look at a table while it lasts. */
struct observation observer_watch(struct observer *observer, const char *sql, const char *table);

/* The same of one that runs outside of transactions only: it is kept, and looked at while it waits for somebody who
 * writes to the table, or maintains the table `busy`. Whether it reads the rows is not seen. */
struct observation observer_watch_alone(struct observer *observer, const char *sql, const char *table,
                                        const char *busy);

/* The first value of a query, or "". */
const char *observer_value(struct observer *observer, struct arena *arena, const char *sql);

#endif
