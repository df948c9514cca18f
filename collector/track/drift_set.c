#include "track/drift_set.h"

#include "track/drift_life.h"
#include "track/drift_origin.h"

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
    for (uint32_t i = 0; i < coverage->unread.count; i++) {
        const struct coverage_gap *gap = coverage->unread.items[i];

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
    if (coverage_is_unread(&set->coverage, &change))
        return find_gap(&set->coverage, drift);
    for (uint32_t i = 0; i < diff->uncovered_count; i++)
        if (diff->uncovered[i].side == SIDE_BOTH && diff->uncovered[i].kind == drift->kind &&
            text_equal(diff->uncovered[i].object, drift->object))
            return diff->uncovered[i].reason;
    return (struct text){NULL, 0};
}

/* ---- each of them ---- */

/* Equal, as far as has been followed. */
static enum error_code meet(struct reconciling *reconciling, const struct drift_row *drift)
{
    struct drift_deferral *deferral = reconciling->set->deferral;

    if (drift_deferral_has(deferral, drift->id))
        return ERROR_NONE;
    if (deferral == NULL || !deferral->more)
        return drift_life_end(&reconciling->writing, drift, DRIFT_LIVES);
    if (drift_life_meet(&reconciling->writing, drift) != ERROR_NONE)
        return reconciling->correlating->error->code;
    return drift_deferral_add(deferral, reconciling->correlating, drift->id);
}

/* Whether nobody says any more what it was about. */
static bool is_undeclared(const struct drift_set *set, const struct drift_row *drift)
{
    const struct change change = as_change(drift);

    return coverage_hides(&set->coverage, &change);
}

/* What is gone: part of something larger now, not to be seen, no longer counted, or equal. */
static enum error_code let_go(struct reconciling *reconciling, size_t place)
{
    const struct drift_set *set = reconciling->set;
    const struct drift_row *drift = &reconciling->match.drifts[place];
    bool is_absorbed = reconciling->match.absorbed_by[place] != NOT_MATCHED;
    struct text hiding = is_absorbed ? (struct text){NULL, 0} : find_hiding(set, drift);
    bool is_excused = set->mover == NO_SIDE || is_undeclared(set, drift);

    if (!is_absorbed && hiding.length == 0 && !is_excused && !occasion_is_first_sight(set->occasion))
        return meet(reconciling, drift);
    drift_deferral_remove(set->deferral, drift->id);
    if (hiding.length > 0)
        return drift_life_hide(&reconciling->writing, drift, hiding);
    return drift_life_end(&reconciling->writing, drift,
                          is_absorbed  ? DRIFT_ABSORBED
                          : is_excused ? DRIFT_EXCUSED
                                       : DRIFT_FORGOTTEN);
}

/* It differs, perhaps again. */
static enum error_code go_on(struct reconciling *reconciling, size_t place)
{
    const struct drift_row *drift = &reconciling->match.drifts[place];

    drift_deferral_remove(reconciling->set->deferral, drift->id);
    return drift_life_go_on(&reconciling->writing, drift,
                            &reconciling->set->diff->changes[reconciling->match.change_of[place]]);
}

static enum error_code reconcile_old(struct reconciling *reconciling)
{
    const struct drift_match *match = &reconciling->match;

    for (size_t i = 0; i < match->drift_count; i++)
        if ((match->change_of[i] != NOT_MATCHED ? go_on(reconciling, i) : let_go(reconciling, i)) != ERROR_NONE)
            return reconciling->correlating->error->code;
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
        if (drift_origin_find(reconciling->set, reconciling->correlating, match, i, &origin) != ERROR_NONE ||
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
    writing->renames = set->renames;
    if (drift_match_make(&reconciling.match, correlating, set->drifts, set->drift_count, set->diff, set->renames) !=
            ERROR_NONE ||
        drift_contracts_begin(&writing->contracts, correlating, set->pair->to,
                              &set->pair->sides[pair_reads_to(set->pair->instance)].root) != ERROR_NONE ||
        reconcile_old(&reconciling) != ERROR_NONE || open_new(&reconciling) != ERROR_NONE)
        return correlating->error->code;
    return drift_news_tell(&writing->news, correlating, set->pair, set->occasion);
}

enum error_code drift_set_settle(const struct pair_row *pair, const struct occasion *occasion,
                                 const struct correlating *correlating, const struct drift_deferral *deferral)
{
    struct drift_writing writing = {.correlating = correlating, .occasion = occasion, .pair = pair, .mover = NO_SIDE};

    for (size_t i = 0; i < deferral->count; i++) {
        struct drift_row drift;

        if (drifts_get(correlating->database, deferral->drifts[i], correlating->arena, &drift, correlating->error) !=
                ERROR_NONE ||
            drift_life_settle(&writing, &drift) != ERROR_NONE)
            return correlating->error->code;
    }
    return drift_news_tell(&writing.news, correlating, pair, occasion);
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
