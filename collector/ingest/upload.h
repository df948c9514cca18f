/* ingest/upload.h - one snapshot on its way in: which of its nodes are wanted, which came, whether it is whole.
 *
 * It begins with the root node of an offer. What a node refers to is looked up in the store; what the store lacks is
 * wanted. Each node that comes must have been asked for by its hash, and is checked by itself. When nothing is wanted
 * any more the snapshot is whole and can be written, children before parents. What only shows when nodes are put
 * together is found by recording_store().
 *
 * The pages of captured statements that an offer names come as nodes do. They are of this offer only: never looked up
 * in the store, never written to it, and where the store has the root they are all that is wanted.
 *
 * Ownership: an upload owns the arena that its offer was read into, and keeps there what comes.
 * Failure: ERROR_PROTOCOL for what was not asked for, ERROR_CORRUPT, ERROR_UNSUPPORTED or ERROR_LIMIT for a node that
 * is not in order or one too many, ERROR_NOT_FOUND when the agent lacks what it refers to. The upload can then only be
 * freed.
 */
#ifndef DRIFTLINE_INGEST_UPLOAD_H
#define DRIFTLINE_INGEST_UPLOAD_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "schema/trie.h"
#include "storage/database.h"
#include "wire/message.h"

/* What an upload works with; the same for all of them. */
struct upload_tools {
    struct database *database;
    struct hasher *hasher;
    size_t limit; /* bytes that one upload may take */
};

enum upload_node_state { UPLOAD_NODE_STORED, UPLOAD_NODE_WANTED, UPLOAD_NODE_ASKED, UPLOAD_NODE_HERE };

struct upload_node {
    struct hash hash;
    struct text bytes;   /* when it is here */
    uint32_t first_edge; /* what it refers to, when it is here: places in `edges` */
    uint32_t edge_count;
    uint32_t next_edge; /* while writing: how many of them are done */
    uint8_t type;       /* enum node_type; 0: not known yet */
    uint8_t state;      /* enum upload_node_state */
    bool written;
};

/* A node that comes in pieces. */
struct upload_piece {
    uint32_t node; /* its place */
    uint8_t type;
    uint64_t size; /* of the whole node; 0: none is coming in pieces */
    struct buffer bytes;
};

/* Where an upload waits: in one list at a time (staging.c). */
struct upload_list {
    struct upload *first;
    struct upload *last;
};

struct upload {
    struct arena arena;
    const Wire__Offer *offer;
    struct hash root;
    int64_t agent; /* whose it is: a target of this agent's session */
    uint32_t target;

    struct upload_node *nodes; /* in the order in which they were found; the root is the first */
    uint32_t count;
    uint32_t capacity;
    uint32_t *slots; /* places in `nodes` by hash, plus one; 0: free */
    uint32_t slot_count;
    uint32_t *edges;
    uint32_t edge_count;
    uint32_t edge_capacity;
    uint32_t first_wanted; /* no node before it is wanted */
    uint32_t wanted;
    uint32_t asked;
    struct upload_piece piece;
    bool begun;

    /* of staging.c */
    struct upload_list *list;
    struct upload *previous;
    struct upload *next;
    struct upload *same_bucket;
    struct upload_list followers;
    size_t charged;
    int64_t deadline;    /* of what was asked for, by clock_elapsed() */
    uint64_t generation; /* of the store when its nodes were looked up */
    bool leads;
};

/* Make an upload of an offer that was read into `arena`, and take the arena over. On failure it stays the caller's. */
enum error_code upload_new(struct upload **ret_upload, struct arena *arena, const Wire__Offer *offer,
                           const struct hash *root, struct error *error) MUST_CHECK;
void upload_free(struct upload *upload); /* NULL is fine */

/* Look at the root node, at the pages and at the hints of the offer: what of them is wanted. If `has_root`, the store
 * has the root and all below it. */
enum error_code upload_begin(struct upload *upload, bool has_root, const struct upload_tools *tools,
                             struct error *error) MUST_CHECK;

/* The hashes to ask for next, `limit` at most; 0: everything was asked for. They are valid until the next call. */
size_t upload_ask(struct upload *upload, ProtobufCBinaryData *ret_hashes, size_t limit);

/* Take what the agent sent. */
enum error_code upload_take(struct upload *upload, const Wire__Nodes *nodes, const struct upload_tools *tools,
                            struct error *error) MUST_CHECK;

/* Everything that was asked for came, and there is nothing more to ask for. */
static inline bool upload_is_whole(const struct upload *upload)
{
    return upload->begun && upload->wanted == 0 && upload->asked == 0;
}

/* Look again for what the store had: retention may have let go of it. What is gone is wanted. */
enum error_code upload_look_again(struct upload *upload, const struct upload_tools *tools,
                                  struct error *error) MUST_CHECK;

/* Write the nodes of a whole upload, each after what it refers to, inside the caller's transaction. Pages are none. */
enum error_code upload_write(struct upload *upload, struct database *database, struct error *error) MUST_CHECK;

/* The bytes of a page of a whole upload, by its place in the offer; empty: it is one of those before. */
struct text upload_page(const struct upload *upload, size_t place);

/* Bytes of memory that it takes. */
size_t upload_size(const struct upload *upload);

#endif
