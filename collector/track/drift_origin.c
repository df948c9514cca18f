#include "track/drift_origin.h"

#include "drift/state.h"
#include "schema/lookup.h"

/* What seeking needs at every step. */
struct seeking {
    const struct drift_set *set;
    const struct correlating *correlating;
    const struct drift_match *match;
};

/* Whether a difference that is new may have been there before without being seen. */
static bool was_hidden(const struct drift_set *set, const struct change *change)
{
    return set->was_apart || coverage_hides(&set->coverage_before, change);
}

/* ---- how both sides were before ---- */

/* What the side that did not move says of it. */
static const struct change_state *other_state(const struct drift_set *set, const struct change *change)
{
    return &change->states[pair_side_in_diff(set->pair->instance, 1 - set->mover)];
}

/* Whether the side that did not move has another state than when both were equal. */
static bool other_had_moved(const struct drift_set *set, const struct drift_row *drift)
{
    return !change_state_equal(&drift->states[1 - set->mover], &drift->base);
}

/* Something is there on one side only, and its parts differed already. It was equal before they did: how, is known if
 * the other side still has it so. */
static void inherit_from_parts(const struct seeking *seeking, int64_t place, const struct change *change,
                               struct drift_origin *origin)
{
    const struct drift_match *match = seeking->match;
    const struct drift_set *set = seeking->set;
    bool was_there = false;

    origin->base_known = true;
    for (size_t i = 0; i < match->drift_count; i++) {
        const struct drift_row *drift = &match->drifts[i];

        if (match->absorbed_by[i] != place)
            continue;
        origin->base_known = origin->base_known && drift->base_known;
        was_there = was_there || drift->base.is_there;
        if (!other_had_moved(set, drift))
            continue;
        if (!origin->other_moved || drift->changed_at > origin->other_at)
            origin->other_at = drift->changed_at;
        origin->other_moved = true;
    }
    /* A state that nothing else has stands for the one that nobody knows any more. */
    if (origin->other_moved)
        origin->base = (struct change_state){.is_there = was_there};
    else
        origin->base = *other_state(set, change);
}

/* ---- what the other side went through with all of an object ---- */

/* What the side that moved has of an object in each aspect. */
static enum error_code find_entries(const struct seeking *seeking, enum kind kind, struct text path,
                                    const struct trie_entry *ret_entries[ASPECT_COUNT])
{
    const struct correlating *correlating = seeking->correlating;
    const struct snapshot *snapshot = seeking->set->sides[seeking->set->mover];
    CLEANUP(buffer_clear) struct buffer scratch = {0};
    struct hasher *hasher = NULL;
    struct path parsed;
    struct hash key;

    if (path_parse(kind, path, correlating->arena, &parsed, correlating->error) != ERROR_NONE ||
        hasher_new(&hasher, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    key = trie_key(hasher, &scratch, kind, &parsed);
    hasher_free(hasher);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        ret_entries[aspect] = trie_find(&snapshot->tries[aspect], &key);
    return buffer_check(&scratch, correlating->error, "looking for an object");
}

/* The state of all of the object that a change is a part of, as if only the side that moved had it. */
static enum error_code find_whole_state(const struct seeking *seeking, const struct change *change,
                                        struct change_state *ret_state)
{
    const struct correlating *correlating = seeking->correlating;
    const struct trie_entry *entries[ASPECT_COUNT];
    struct state_object object = {.kind = change->object_kind, .path = change->owner, .entries = entries};
    struct state_maker maker = {0};
    struct diff_options options;
    enum error_code code;

    if (seeking->set->mover == 1 && change->owner_before.length > 0)
        object.path = change->owner_before;
    if (policy_options(correlating->policy, correlating->name, seeking->set->pair->to, correlating->arena, &options,
                       correlating->error) != ERROR_NONE ||
        find_entries(seeking, object.kind, object.path, entries) != ERROR_NONE)
        return correlating->error->code;
    maker.ignore = &options.ignore;
    maker.aspects = options.aspects;
    if (state_maker_open(&maker, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    code = state_of_object(ret_state, &maker, &object, correlating->arena, correlating->error);
    state_maker_close(&maker);
    return code;
}

/* Whether the side that moved took the object as the other side had it earlier: then that went through each of its
 * parts as they are there now. */
static enum error_code look_back(const struct seeking *seeking, const struct drift_row *whole,
                                 const struct change *change, struct drift_origin *origin)
{
    const struct correlating *correlating = seeking->correlating;
    struct drift_step_row *steps = NULL;
    struct change_state now = {0};
    size_t count = 0;

    if (!origin->other_moved || seeking->set->sides[seeking->set->mover] == NULL)
        return ERROR_NONE;
    if (find_whole_state(seeking, change, &now) != ERROR_NONE ||
        drift_steps_list(correlating->database, whole->id, correlating->arena, &steps, &count, correlating->error) !=
            ERROR_NONE)
        return correlating->error->code;
    for (size_t i = 0; i < count && !origin->other_passed; i++)
        if (steps[i].side == 1 - seeking->set->mover && change_state_equal(&steps[i].state, &now)) {
            origin->other_passed = true;
            origin->passed_at = steps[i].at;
        }
    return ERROR_NONE;
}

/* A part of what was there on one side only until now: both sides were without it, or an earlier drift knows. */
static enum error_code inherit_from_whole(const struct seeking *seeking, const struct drift_row *whole,
                                          const struct change *change, struct drift_origin *origin)
{
    const struct correlating *correlating = seeking->correlating;
    const struct drift_set *set = seeking->set;
    const struct change_state *other = other_state(set, change);
    struct drift_row like = {
        .pair = set->pair->id, .kind = change->kind, .aspect = change->aspect, .object = change->object};
    struct drift_row earlier;
    int64_t id = 0;

    if (whole->base_known && !whole->base.is_there) {
        *origin = (struct drift_origin){.base_known = true};
    } else {
        if (drifts_last_ended(correlating->database, &like, &id, correlating->error) != ERROR_NONE)
            return correlating->error->code;
        if (id == 0)
            return ERROR_NONE;
        if (drifts_get(correlating->database, id, correlating->arena, &earlier, correlating->error) != ERROR_NONE)
            return correlating->error->code;
        if (earlier.ending != DRIFT_ABSORBED || earlier.ended_at < whole->opened_at)
            return ERROR_NONE;
        *origin = (struct drift_origin){.base_known = earlier.base_known, .base = earlier.base};
    }
    origin->other_moved = origin->base_known && !change_state_equal(other, &origin->base);
    origin->other_at = whole->changed_at;
    return look_back(seeking, whole, change, origin);
}

/* A whole object whose place the parts of it take now, or NULL. */
static const struct drift_row *find_whole(const struct drift_match *match, const struct change *change)
{
    for (size_t i = 0; i < match->drift_count; i++) {
        const struct drift_row *drift = &match->drifts[i];

        if (match->absorbed_by[i] != NOT_MATCHED && drift_is_whole(drift->effect, drift->kind, drift->object_kind) &&
            drift->object_kind == change->object_kind &&
            (text_equal(drift->owner, change->owner) || text_equal(drift->owner, change->owner_before)))
            return drift;
    }
    return NULL;
}

static bool absorbs_any(const struct drift_match *match, int64_t place)
{
    bool found = false;

    for (size_t i = 0; i < match->drift_count && !found; i++)
        found = match->absorbed_by[i] == place;
    return found;
}

static enum error_code find_origin(const struct seeking *seeking, size_t place, struct drift_origin *origin)
{
    const struct drift_set *set = seeking->set;
    const struct change *change = &seeking->match->changes[place];
    const struct drift_row *whole;

    *origin = (struct drift_origin){0};
    if (!set->was_known || occasion_is_first_sight(set->occasion) || set->mover == NO_SIDE ||
        set->pair->instance.length > 0 || was_hidden(set, change))
        return ERROR_NONE;
    if (drift_is_whole(change->effect, change->kind, change->object_kind)) {
        if (absorbs_any(seeking->match, (int64_t)place)) {
            inherit_from_parts(seeking, (int64_t)place, change, origin);
            return ERROR_NONE;
        }
    } else {
        whole = find_whole(seeking->match, change);
        if (whole != NULL)
            return inherit_from_whole(seeking, whole, change, origin);
    }
    origin->base_known = true;
    origin->base = *other_state(set, change);
    return ERROR_NONE;
}

enum error_code drift_origin_find(const struct drift_set *set, const struct correlating *correlating,
                                  const struct drift_match *match, size_t place, struct drift_origin *ret_origin)
{
    const struct seeking seeking = {set, correlating, match};

    return find_origin(&seeking, place, ret_origin);
}
