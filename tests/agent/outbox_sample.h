/* agent/outbox_sample.h - snapshots to put into an outbox, and a look at what its file holds.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_OUTBOX_SAMPLE_H
#define DRIFTLINE_TEST_OUTBOX_SAMPLE_H

#include "agent/outbox.h"

/* A snapshot of `count` tables of one database; the first has a comment with this number, so that different numbers
 * give different snapshots. */
struct snapshot *outbox_sample(unsigned count, unsigned number);

/* The same with so many bytes in a function's body that differs in each: a size to fill outboxes with. */
struct snapshot *outbox_sample_large(unsigned bytes, unsigned number);

/* Open one, with no limit worth the name and everything kept. */
struct outbox *outbox_sample_open(const char *path);

/* One target, watched alone. */
int64_t outbox_sample_watch(struct outbox *outbox, const char *database);

/* Put, and free the snapshot; what must succeed. Answers the newest seq. */
uint64_t outbox_sample_put(struct outbox *outbox, int64_t target, struct snapshot *snapshot);

/* Fails unless the file is sound: every node has its hash, is reached from a snapshot, and is counted as often as it is
 * referred to; numbers only grow. Answers how many nodes there are. The outbox may be open. */
unsigned outbox_sample_check(const char *path);

#endif
