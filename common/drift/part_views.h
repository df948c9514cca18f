/* drift/part_views.h - the parts of one object on both sides, and which of one name are not the same.
 *
 * Ownership: views live in the arena and point into the objects they were made from.
 */
#ifndef DRIFTLINE_DRIFT_PART_VIEWS_H
#define DRIFTLINE_DRIFT_PART_VIEWS_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/pairing.h"

/* One part of one side, with what each aspect says of it. */
struct part_view {
    enum kind kind;
    enum side side;
    struct text name;
    uint64_t id;  /* 0: not known */
    bool is_lone; /* what has the same name on the other side, if anything, is another part */
    const struct part *at[ASPECT_COUNT];
};

struct part_views {
    struct part_view *items; /* sorted by kind and name, each once */
    uint32_t count;
};

/* Bring together what the aspects of one side say of each part. `structure` is the entry that has their ids, or NULL.
 */
enum error_code part_views_make(struct part_views *ret_views, const struct object objects[ASPECT_COUNT],
                                const struct trie_entry *structure, struct arena *arena,
                                struct error *error) MUST_CHECK;

/* How the part at `a` stands to the one at `b`, each of which may be at the end: 0 is the same kind and name. */
int part_views_order(const struct part_views *from, uint32_t a, const struct part_views *to, uint32_t b);

/* What ids say. */
enum part_ids {
    PART_IDS_NONE, /* nothing */
    PART_IDS_SAME, /* equal ones are one part, others are two */
    PART_IDS_AKIN  /* equal ones are one part, others prove nothing */
};

/* Set the side of each, and whether it is alone. */
void part_views_match(struct part_views views[SIDE_COUNT], enum part_ids ids);

#endif
