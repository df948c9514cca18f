/* A history to measure with: databases of many tables that change, recorded as ingest records them.
 *
 * Failure ends the program: there is nothing to measure then. */
#ifndef DRIFTLINE_TESTS_BENCH_SAMPLE_HISTORY_H
#define DRIFTLINE_TESTS_BENCH_SAMPLE_HISTORY_H

#include "schema/node_table.h"
#include "store/agents.h"
#include "track/correlator.h"
#include "track/recording.h"

struct sample_history {
    const char *program; /* for messages */
    struct database *database;
    struct correlator *correlator; /* NULL: snapshots are recorded, and that is all */
    int64_t agent;
    unsigned tables, columns;
    int64_t clock; /* taken_at of the next snapshot; a minute later each time */
};

/* Make a store in a folder that is not there yet. With a path of environments snapshots are correlated along it. */
void sample_history_open(struct sample_history *history, const char *folder, const struct text *path, size_t count);
void sample_history_close(struct sample_history *history);

/* A snapshot in which table N has the version versions[N]: all its columns have types that follow from it. `extra` more
 * tables are there that no other has. */
struct snapshot *sample_history_snapshot(const struct sample_history *history, const unsigned *versions,
                                         unsigned extra);

int64_t sample_history_target(struct sample_history *history, const char *database, const char *environment,
                              const char *instance);

/* Record it as the next of its target: nodes that are new, snapshot, changes, events, drift. Inside a transaction. */
void sample_history_record(struct sample_history *history, int64_t target, const struct snapshot *snapshot);

void sample_history_begin(struct sample_history *history);
void sample_history_commit(struct sample_history *history);

/* Nanoseconds on a processor of this thread. */
int64_t sample_history_cpu(void);

#endif
