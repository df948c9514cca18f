#include "correlate/drift_set.h"

#include "correlate/drift_life.h"
#include "drift/state.h"

/* What reconciling needs at every step. */
struct reconciling {
    const struct drift_set *set;
    const struct correlating *correlating;
    struct drift_match match;
    struct drift_writing writing;
};

/* ---- what cannot be seen ---- */

/* The change that a drift would be, as far as coverage asks. */
static struct change as_change(const struct drift_row *drift)
{
    return (struct change){.effect = drift->effect,
                           .kind = drift->kind,
                           .object_kind = drift->object_kind,
                           .object = drift->object,
                           .owner = drift->owner,
                           .renamed_from = drift->renamed_from,
                           .owner_before = drift->owner_before};
}

/* The first gap that is about the thing, its kind, or the object that it is part of. */
static struct text find_gap(const struct coverage *coverage, const struct drift_row *drift)
{
    for (uint32_t i = 0; i < coverage->count; i++) {
        const struct coverage_gap *gap = coverage->gaps[i];

        if ((gap->kind == drift->kind || gap->kind == drift->object_kind) && gap->reason.length > 0 &&
            (gap->object.length == 0 || text_equal(gap->object, drift->object) ||
             text_equal(gap->object, drift->owner) || text_equal(gap->object, drift->renamed_from)))
            return gap->reason;
    }
    return TEXT("not covered");
}

/* Why a drift that is gone may still be there; an empty text: it is not. */
static struct text find_hiding(const struct drift_set *set, const struct drift_row *drift)
{
    const struct change change = as_change(drift);
    const struct diff *diff = set->diff;

    if (diff->unknown_reason.length > 0)
        return diff->unknown_reason;
    if (coverage_hides(&set->coverage, &change))
        return find_gap(&set->coverage, drift);
    for (uint32_t i = 0; i < diff->uncovered_count; i++)
        if (diff->uncovered[i].side == SIDE_BOTH && diff->uncovered[i].kind == drift->kind &&
            text_equal(diff->uncovered[i].object, drift->object))
            return diff->uncovered[i].reason;
    return (struct text){NULL, 0};
}

/* Whether a difference that is new may have been there before without being seen. */
static bool was_hidden(const struct drift_set *set, const struct change *change)
{
    return set->was_apart || coverage_hides(&set->coverage_before, change);
}

/* ---- how both sides were before ---- */

/* Whether the side that did not move has another state than when both were equal. */
static bool other_had_moved(const struct drift_set *set, const struct drift_row *drift)
{
    return !change_state_equal(&drift->states[1 - set->mover], &drift->base);
}

/* Something is there on one side only, and its parts differed already. It was equal before they did: how, is known if
 * the other side still has it so. */
static void inherit_from_parts(const struct reconciling *reconciling, int64_t place, const struct change *change,
                               struct drift_origin *origin)
{
    const struct drift_match *match = &reconciling->match;
    const struct drift_set *set = reconciling->set;
    const struct change_state now[2] = {change->states[SIDE_TO], change->states[SIDE_FROM]};
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
        origin->base = now[1 - set->mover];
}

/* A part of what was there on one side only until now: both sides were without it, or an earlier drift knows. */
static enum error_code inherit_from_whole(const struct reconciling *reconciling, const struct drift_row *whole,
                                          const struct change *change, struct drift_origin *origin)
{
    const struct correlating *correlating = reconciling->correlating;
    const struct drift_set *set = reconciling->set;
    const struct change_state *other = &change->states[set->mover == 0 ? SIDE_FROM : SIDE_TO];
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
    return ERROR_NONE;
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

static enum error_code find_origin(const struct reconciling *reconciling, size_t place, struct drift_origin *origin)
{
    const struct drift_set *set = reconciling->set;
    const struct change *change = &reconciling->match.changes[place];
    const struct drift_row *whole;

    *origin = (struct drift_origin){0};
    if (!set->was_known || set->mover == NO_SIDE || set->pair->instance.length > 0 || was_hidden(set, change))
        return ERROR_NONE;
    if (drift_is_whole(change->effect, change->kind, change->object_kind)) {
        if (absorbs_any(&reconciling->match, (int64_t)place)) {
            inherit_from_parts(reconciling, (int64_t)place, change, origin);
            return ERROR_NONE;
        }
    } else {
        whole = find_whole(&reconciling->match, change);
        if (whole != NULL)
            return inherit_from_whole(reconciling, whole, change, origin);
    }
    origin->base_known = true;
    origin->base = change->states[set->mover == 0 ? SIDE_FROM : SIDE_TO];
    return ERROR_NONE;
}

/* ---- each of them ---- */

/* What is gone: part of something larger now, not to be seen, no longer counted, or equal. */
static enum error_code let_go(struct reconciling *reconciling, size_t place)
{
    const struct drift_set *set = reconciling->set;
    const struct drift_row *drift = &reconciling->match.drifts[place];
    struct text hiding;

    if (reconciling->match.absorbed_by[place] != NOT_MATCHED)
        return drift_life_end(&reconciling->writing, drift, DRIFT_ABSORBED);
    hiding = find_hiding(set, drift);
    if (hiding.length > 0)
        return drift_life_hide(&reconciling->writing, drift, hiding);
    return drift_life_end(&reconciling->writing, drift, set->mover == NO_SIDE ? DRIFT_EXCUSED : DRIFT_LIVES);
}

static enum error_code reconcile_old(struct reconciling *reconciling)
{
    const struct drift_match *match = &reconciling->match;

    for (size_t i = 0; i < match->drift_count; i++) {
        int64_t change = match->change_of[i];

        if ((change != NOT_MATCHED
                 ? drift_life_go_on(&reconciling->writing, &match->drifts[i], &reconciling->set->diff->changes[change])
                 : let_go(reconciling, i)) != ERROR_NONE)
            return reconciling->correlating->error->code;
    }
    return ERROR_NONE;
}

/* After all that has ended: a new drift names the last one of the same thing. */
static enum error_code open_new(struct reconciling *reconciling)
{
    const struct drift_match *match = &reconciling->match;

    for (size_t i = 0; i < match->change_count; i++) {
        struct drift_origin origin;

        if (match->drift_of[i] != NOT_MATCHED)
            continue;
        if (find_origin(reconciling, i, &origin) != ERROR_NONE ||
            drift_life_open(&reconciling->writing, &reconciling->set->diff->changes[i], &origin) != ERROR_NONE)
            return reconciling->correlating->error->code;
    }
    return ERROR_NONE;
}

enum error_code drift_set_reconcile(const struct drift_set *set, const struct correlating *correlating)
{
    struct reconciling reconciling = {.set = set, .correlating = correlating};
    struct drift_writing *writing = &reconciling.writing;

    writing->correlating = correlating;
    writing->occasion = set->occasion;
    writing->pair = set->pair;
    writing->mover = set->mover;
    if (drift_match_make(&reconciling.match, correlating, set->drifts, set->drift_count, set->diff, set->renames) !=
            ERROR_NONE ||
        drift_contracts_begin(&writing->contracts, correlating, set->pair->to, &set->pair->sides[0].root) !=
            ERROR_NONE ||
        reconcile_old(&reconciling) != ERROR_NONE || open_new(&reconciling) != ERROR_NONE)
        return correlating->error->code;
    return drift_news_tell(&writing->news, correlating, set->pair, set->occasion);
}

enum error_code drift_set_end_all(const struct pair_row *pair, const struct occasion *occasion,
                                  const struct correlating *correlating, enum drift_ending ending)
{
    struct drift_writing writing = {.correlating = correlating, .occasion = occasion, .pair = pair, .mover = NO_SIDE};
    struct drift_row *drifts = NULL;
    size_t count = 0;

    if (drifts_living(correlating->database, pair->id, (struct text){NULL, 0}, correlating->arena, &drifts, &count,
                      correlating->error) != ERROR_NONE)
        return correlating->error->code;
    for (size_t i = 0; i < count; i++)
        if (drift_life_end(&writing, &drifts[i], ending) != ERROR_NONE)
            return correlating->error->code;
    return drift_news_tell(&writing.news, correlating, pair, occasion);
}
