/* ingest/batch.h - one transaction for the messages of a moment, and what becomes true when it is committed.
 *
 * It begins with the first thing to write. Whoever writes something for an agent leaves a promise here: what the agent
 * is told once the commit has succeeded, or that it failed.
 *
 * Ownership: the batch owns the frames of its promises.
 */
#ifndef DRIFTLINE_INGEST_BATCH_H
#define DRIFTLINE_INGEST_BATCH_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "storage/database.h"
#include "wire/socket.h"

enum promise_kind {
    PROMISE_WELCOME, /* the session is opened: `frame` goes out */
    PROMISE_ACK,     /* the offer `seq` is recorded */
    PROMISE_STATE    /* the store has the target's `state` */
};

struct promise {
    enum promise_kind kind;
    int64_t agent;
    uint64_t session; /* its number: the agent may have another one by then */
    uint32_t target;  /* place in the session */
    uint64_t seq;
    int64_t snapshot; /* its number; 0: it was the target's newest already */
    struct hash root;
    uint8_t state;
    uint8_t peer[SOCKET_PEER_SIZE];
    struct text frame; /* from mem_alloc(), or empty */
};

struct batch {
    struct database *database;
    struct promise *promises; /* in the order in which they were made */
    size_t count;
    size_t capacity;
    int64_t began;     /* by clock_elapsed() */
    uint32_t recorded; /* snapshots */
    size_t bytes;      /* of their nodes */
};

/* Begin the transaction, unless it has begun. */
enum error_code batch_begin(struct batch *batch, int64_t elapsed, struct error *error) MUST_CHECK;

/* Leave a promise; the batch takes its frame over, also on failure. */
enum error_code batch_promise(struct batch *batch, const struct promise *promise, struct error *error) MUST_CHECK;

/* Take the newest promise back: what it was made for was refused. */
void batch_take_back(struct batch *batch);

/* Forget all promises; the transaction is over. The memory is kept for the next. */
void batch_reset(struct batch *batch);
void batch_clear(struct batch *batch);

#endif
