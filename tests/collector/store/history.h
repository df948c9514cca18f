/* collector/store/history.h - a store of a test's own, and short ways to fill it.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_STORE_HISTORY_H
#define DRIFTLINE_TEST_STORE_HISTORY_H

#include "schema/snapshot.h"
#include "store/snapshots.h"
#include "store/targets.h"
#include "support/directory.h"

enum { HISTORY_MEMORY = 64 * 1024 * 1024 };

struct history {
    struct test_directory directory;
    const char *folder;
    struct database *database; /* the writer */
    struct arena arena;
    int64_t agent; /* "tester", made with the store */
    int64_t now;   /* of what is made next; moves on by itself, one second a snapshot */
    uint64_t seq;
};

void history_open(struct history *history);
void history_close(struct history *history);

/* For cmocka: one history in *state. */
int history_setup(void **state);
int history_teardown(void **state);

/* Fails the test unless it is ERROR_NONE, and says why. */
void history_expect(enum error_code code, const struct error *error);

void history_begin(struct history *history);
void history_commit(struct history *history);

struct target_name history_name(const char *database, const char *environment, const char *instance);

/* The target of a name, made when it is not there. In a transaction of its own. */
int64_t history_target(struct history *history, const char *database, const char *environment, const char *instance);

/* A snapshot of `count` tables; each has the version of its place, and is left out when that is 0. */
struct snapshot *history_build(struct history *history, const unsigned *versions, uint32_t count);

/* Store the nodes of a snapshot, and the snapshot as the newest of the target. In the transaction that is open, or in
 * one of its own. `row`, which may be NULL, receives what was stored. */
int64_t history_record(struct history *history, int64_t target, const struct snapshot *snapshot,
                       struct snapshot_row *row);

/* The same of the tables above. */
int64_t history_record_tables(struct history *history, int64_t target, const unsigned *versions, uint32_t count);

/* So many events of differences in prod of a database; answers the number of the last. */
int64_t history_add_events(struct history *history, const char *database, unsigned count);

/* A number that a statement answers. */
int64_t history_ask(struct history *history, const char *sql);

/* Run statements that no module has. */
void history_run(struct history *history, const char *sql);

#endif
