/* drift/pairing.h - which objects differ between two snapshots, and which of them belong together.
 *
 * The tries of all aspects are walked side by side, and what they say of one object becomes one `difference`. Within
 * one origin an object that is gone and one that is new are the same object renamed when the server's id says so, also
 * when another object has taken the old name; otherwise equal content of a unique pair is kept as a probable name.
 *
 * Ownership: everything lives in the arena and points into the snapshots. Costs as much as there is difference.
 */
#ifndef DRIFTLINE_DRIFT_PAIRING_H
#define DRIFTLINE_DRIFT_PAIRING_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/change.h"
#include "schema/snapshot.h"

enum { SIDE_COUNT = 2 };

struct difference {
    enum effect effect;
    bool moved_along; /* renamed only in that its schema was: no change of its own */
    enum kind kind;
    /* The entries of the aspects that differ. Both NULL: the aspect is equal, or neither side has it. */
    const struct trie_entry *entries[SIDE_COUNT][ASPECT_COUNT];
    const struct trie_entry *probable; /* of an added or removed object: the one on the other side with its content */
};

struct difference_list {
    struct difference *items;
    uint32_t count;
};

enum error_code pairing_find(struct difference_list *ret_list, const struct snapshot *from, const struct snapshot *to,
                             struct arena *arena, struct error *error) MUST_CHECK;

/* Any entry of one side, for its path; NULL when that side has none among the aspects that differ. */
const struct trie_entry *difference_entry(const struct difference *difference, enum side side);

/* Whether objects of a kind are in a schema, and so go along when that is renamed. */
bool pairing_has_schema(enum kind kind);

/* Whether both snapshots are of the same database, so that ids compare. */
bool pairing_same_origin(const struct snapshot *from, const struct snapshot *to);

/* Whether only equal ids say something: two databases with one origin, whose ids are the names by which things were
 * first known. What has another id under the same name is then the same thing, unless its own lives on under a name
 * that was free. */
bool pairing_akin(const struct snapshot *from, const struct snapshot *to);

#endif
