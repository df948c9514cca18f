/* agent/outbox_private.h - what the files of the outbox share; nobody else includes it. */
#ifndef DRIFTLINE_AGENT_OUTBOX_PRIVATE_H
#define DRIFTLINE_AGENT_OUTBOX_PRIVATE_H

#include <pthread.h>

#include "agent/outbox.h"
#include "base/buffer.h"
#include "storage/database.h"

struct outbox {
    pthread_mutex_t lock; /* of all below */
    struct database *database;
    struct hasher *hasher;
    struct outbox_settings settings;
    uint8_t incarnation[OUTBOX_INCARNATION_SIZE];
};

/* The outbox to oneself until the end of the scope: CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
 */
struct outbox *outbox_lock(struct outbox *outbox);
void outbox_unlock(struct outbox **outbox);

/* Give back the pages that were needed: they are not needed again soon. That they stay is no failure. */
void outbox_shrink(struct outbox *outbox);

/* A transaction that is taken back on every way out but a commit. */
void outbox_end(struct database **database);

/* Add a node, unless it is there; what it refers to must be there. `ret_new` tells. */
enum error_code outbox_add_node(struct outbox *outbox, enum node_type type, const struct hash *hash, struct text bytes,
                                bool *ret_new, struct error *error) MUST_CHECK;

/* One more, or one less, refers to a node. Nodes that nothing refers to any more are removed, with what only they
 * refer to. */
enum error_code outbox_use_node(struct outbox *outbox, const struct hash *hash, struct error *error) MUST_CHECK;
enum error_code outbox_release_node(struct outbox *outbox, const struct hash *hash, struct error *error) MUST_CHECK;

/* A node whose hash was checked, in the arena; ERROR_NOT_FOUND. */
enum error_code outbox_read_node(struct outbox *outbox, const struct hash *hash, struct arena *arena,
                                 enum node_type *ret_type, struct text *ret_bytes, struct error *error) MUST_CHECK;

/* ---- statements ---- */

/* Add a page to a list of hashes, and use it; what is in the list already, or will be for want of memory, is not. Check
 * the list. */
enum error_code outbox_add_pages(struct outbox *outbox, const struct outbox_parcel *parcel, struct buffer *pages,
                                 struct error *error) MUST_CHECK;

/* A snapshot is gone. Nobody needs its pages any more; or the next one of its target, or else the target itself, takes
 * over those that are whole. */
enum error_code outbox_release_pages(struct outbox *outbox, struct text pages, struct error *error) MUST_CHECK;
struct outbox_heritage {
    int64_t target;
    uint64_t seq;
    struct text pages;
    bool captured; /* as of the snapshot that is gone */
};
enum error_code outbox_inherit_pages(struct outbox *outbox, const struct outbox_heritage *heritage,
                                     struct error *error) MUST_CHECK;

/* What waits for the next snapshot of a target, and what is known of capture as of the newest. */
enum error_code outbox_set_waiting(struct outbox *outbox, int64_t target, struct text pages, struct text continuity,
                                   struct error *error) MUST_CHECK;

/* The name of the outbox, as it stands beside statements of a target that it has taken. */
void outbox_taker(const struct outbox *outbox, int64_t target, char ret_taker[OUTBOX_TAKER_SIZE]);

/* ---- removing ---- */

/* Remove a snapshot, with what only it needs. When it was not acknowledged the one after it is told the reason. */
enum error_code outbox_remove_snapshot(struct outbox *outbox, int64_t target, uint64_t seq, const char *reason,
                                       bool *ret_acknowledged, struct error *error) MUST_CHECK;

#endif
