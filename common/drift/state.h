/* drift/state.h - what one side says of a thing, as a hash that can be kept: has it changed since, did it look like
 * this before, is it what was accepted?
 *
 * The unit is that of a change: an object or part in one aspect. The state of a part covers its name and its own
 * attributes in that aspect. Of an object that both sides have the name is one thing, what it says of itself another:
 * the state of one that is called otherwise covers its path alone, and that of one that says something else its own
 * attributes in that aspect and nothing of its parts. That of an object that only one side has covers the whole object
 * in all aspects, with its path. Left out is what the comparison leaves out: attributes that a pattern ignores, texts
 * that were not compared because two major versions may spell them differently, and the order of columns unless the
 * change is about it, in which case it is the order of those columns that both sides have. The name of a part is the
 * one without its owner's.
 *
 * The bytes that are hashed: a domain byte, whether it is a whole object, kind, aspect, name, and the attributes in the
 * order of their names. They are kept for years, so they change only with the number in front of them.
 */
#ifndef DRIFTLINE_DRIFT_STATE_H
#define DRIFTLINE_DRIFT_STATE_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/change.h"
#include "drift/ignore.h"
#include "drift/list_change.h"
#include "schema/trie.h"

static inline bool change_state_equal(const struct change_state *a, const struct change_state *b)
{
    return a->is_there == b->is_there && (!a->is_there || hash_equal(&a->hash, &b->hash));
}

/* What making states needs at every step, and what the comparison leaves out. state_maker_open() … _close(). */
struct state_maker {
    const struct ignore_list *ignore;
    const bool *aspects; /* that are compared */
    bool is_rendered;    /* by two major versions: of a thing on both sides, what is certain of rendered texts counts */
    struct hasher *hasher;
    struct buffer scratch;
    bool is_certain_only; /* of what is being written */
};
enum error_code state_maker_open(struct state_maker *maker, struct error *error) MUST_CHECK;
void state_maker_close(struct state_maker *maker); /* one that was not opened is fine */

/* An object or part in one aspect. */
struct state_subject {
    enum kind kind;
    enum aspect aspect;
    struct text name;                   /* that counts */
    struct text path;                   /* as displayed, for patterns */
    const struct attribute *attributes; /* sorted by name */
    uint32_t attribute_count;
    struct text_list column_order; /* what counts of it; no items: nothing */
};
enum error_code state_of_thing(struct change_state *ret_state, struct state_maker *maker,
                               const struct state_subject *subject, struct error *error) MUST_CHECK;

/* An object that one side has and the other lacks: `entries` are what the side has of it in each aspect, NULL where
 * nothing; `path` is as displayed. `arena` is for work. */
struct state_object {
    enum kind kind;
    struct text path;
    const struct trie_entry *const *entries;
};
enum error_code state_of_object(struct change_state *ret_state, struct state_maker *maker,
                                const struct state_object *object, struct arena *arena, struct error *error) MUST_CHECK;

#endif
