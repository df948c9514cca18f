/* drift/compare.h - two versions of one object, as a list of changes.
 *
 * Says everything there is to say, without opinion: what to leave out and how bad it is are decided in diff.c. Only two
 * things are no change here: another order of columns that comes from added, removed or renamed ones, and the parts and
 * further aspects of an object that is new or gone as a whole.
 */
#ifndef DRIFTLINE_DRIFT_COMPARE_H
#define DRIFTLINE_DRIFT_COMPARE_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/change.h"
#include "drift/pairing.h"
#include "drift/state.h"

/* Changes as they are found; the array grows in the arena. */
struct change_list {
    struct change *items;
    uint32_t count;
    uint32_t capacity;
    struct arena *arena;
};

/* A place for one more, empty, which the next call may move; NULL when memory ran out. */
struct change *change_list_add(struct change_list *list);

struct compare_options {
    const bool *aspects;        /* which to report */
    bool same_origin;           /* the ids of parts compare */
    bool akin;                  /* but different ones prove nothing */
    struct state_maker *states; /* NULL: no states are wanted */
};

/* Append what one difference means. Severity and rule stay empty. An added or removed object lists its attributes when
 * its kind lives in the access aspect, where what matters is who is given what. */
enum error_code compare_object(struct change_list *changes, const struct difference *difference,
                               const struct compare_options *options, struct error *error) MUST_CHECK;

/* The dotted path of an object, in the arena; NULL bytes when memory ran out. */
struct text compare_path(const struct trie_entry *entry, struct arena *arena);

/* The same of a part of an object. */
struct text compare_part_path(struct text owner, struct text name, struct arena *arena);

#endif
