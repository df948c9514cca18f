#include "track/pair_step.h"

#include "schema/lookup.h"
#include "store/nodes.h"
#include "track/drift_set.h"
#include "track/pair_comparison.h"
#include "track/pair_waiting.h"

enum { NEITHER = -1 };

/* What following needs at every step. */
struct stepping {
    const struct correlating *correlating;
    struct pair_row *pair;
    const struct occasion *occasion;
    struct drift_deferral *deferral; /* of several steps at once; NULL: it is one */
    bool *evaluated;                 /* set when the sides were compared; NULL: nobody asks */
};

/* One evaluation of the pair as it stands. */
struct evaluation {
    int mover;
    struct drift_scope scope;
    const struct pair_move *move; /* NULL: none */
    struct step_renames renames;
    bool has_renames;
    struct coverage coverage_before;
    bool was_known;
    bool was_apart;
};

static bool same_side(const struct pair_side *a, const struct pair_side *b)
{
    return a->is_there == b->is_there && hash_equal(&a->root, &b->root) && a->major == b->major;
}

static bool same_policy(const struct correlating *correlating, const struct pair_row *pair)
{
    return hash_equal(&pair->policy, policy_fingerprint(correlating->policy));
}

bool pair_step_is_current(const struct correlating *correlating, const struct pair_row *pair,
                          const struct pair_side sides[2])
{
    return pair->id != 0 && pair->active && same_policy(correlating, pair) && same_side(&pair->sides[0], &sides[0]) &&
           same_side(&pair->sides[1], &sides[1]) && pair->sides[0].target == sides[0].target &&
           pair->sides[1].target == sides[1].target;
}

static enum error_code put(const struct stepping *stepping)
{
    stepping->pair->active = true;
    stepping->pair->policy = *policy_fingerprint(stepping->correlating->policy);
    stepping->pair->at = stepping->occasion->seen;
    return pairs_put(stepping->correlating->database, stepping->pair, stepping->correlating->error);
}

/* ---- comparing ---- */

static enum error_code reconcile(const struct stepping *stepping, const struct evaluation *evaluation,
                                 const struct pair_comparison *comparison)
{
    const struct correlating *correlating = stepping->correlating;
    const struct drift_set set = {.pair = stepping->pair,
                                  .occasion = stepping->occasion,
                                  .mover = evaluation->mover,
                                  .sides = {comparison->sides[0], comparison->sides[1]},
                                  .diff = &comparison->diff,
                                  .drifts = evaluation->scope.drifts,
                                  .drift_count = evaluation->scope.drift_count,
                                  .renames = evaluation->has_renames ? &evaluation->renames : NULL,
                                  .coverage = comparison->coverage,
                                  .coverage_before = evaluation->coverage_before,
                                  .was_known = evaluation->was_known,
                                  .deferral = stepping->deferral,
                                  .was_apart = evaluation->was_apart};

    stepping->pair->unknown_count = comparison->diff.uncovered_count + (comparison->diff.unknown_reason.length > 0);
    if (pair_comparison_unknown(correlating, &comparison->diff, &stepping->pair->unknown) != ERROR_NONE)
        return correlating->error->code;
    if (stepping->evaluated != NULL)
        *stepping->evaluated = true;
    return drift_set_reconcile(&set, correlating);
}

static enum error_code evaluate(const struct stepping *stepping, const struct evaluation *evaluation)
{
    struct pair_comparison comparison;
    enum error_code code;

    if (pair_comparison_make(&comparison, stepping->correlating, stepping->pair, &evaluation->scope,
                             evaluation->move) != ERROR_NONE)
        return stepping->correlating->error->code;
    code = reconcile(stepping, evaluation, &comparison);
    pair_comparison_free(&comparison);
    return code;
}

static enum error_code evaluate_everything(const struct stepping *stepping, struct evaluation *evaluation)
{
    if (drift_scope_everything(&evaluation->scope, stepping->correlating, stepping->pair->id) != ERROR_NONE)
        return stepping->correlating->error->code;
    return evaluate(stepping, evaluation);
}

/* Whether the nodes of two sides are there (still). */
static enum error_code have_nodes(const struct stepping *stepping, const struct pair_side sides[2], bool *ret_have)
{
    const struct correlating *correlating = stepping->correlating;

    *ret_have = true;
    for (int side = 0; side < 2 && *ret_have; side++)
        if (nodes_know(correlating->database, &sides[side].root, ret_have, correlating->error) != ERROR_NONE)
            return correlating->error->code;
    return ERROR_NONE;
}

/* ---- one side moves ---- */

/* What is known of a step of one side. */
struct side_step {
    int side;
    struct pair_side old;
    bool old_is_there;        /* its nodes are */
    struct snapshot old_gaps; /* only the gaps */
    struct snapshot new_gaps;
    struct snapshot other_gaps;
    const struct change *changes;
    uint32_t count;
    struct pair_comparison own; /* behind the changes, unless they are the occasion's */
};

static bool same_gaps(const struct snapshot *a, const struct snapshot *b)
{
    bool same = a->gap_count == b->gap_count;

    for (uint32_t i = 0; i < a->gap_count && same; i++)
        same = a->gaps[i].kind == b->gaps[i].kind && text_equal(a->gaps[i].object, b->gaps[i].object);
    return same;
}

static bool are_apart(const struct pair_side *a, const struct pair_side *b)
{
    return a->major != 0 && b->major != 0 && a->major != b->major;
}

/* The changes of the snapshot that brought it, if that is just what lies between; else what they are is found. */
static enum error_code find_changes(const struct stepping *stepping, const struct pair_side *now,
                                    struct side_step *step)
{
    const struct occasion *occasion = stepping->occasion;

    if (!step->old_is_there || hash_equal(&step->old.root, &now->root))
        return ERROR_NONE;
    if (occasion->has_before && hash_equal(&occasion->before, &step->old.root) &&
        hash_equal(&occasion->now, &now->root)) {
        step->changes = occasion->changes;
        step->count = occasion->change_count;
        return ERROR_NONE;
    }
    if (pair_comparison_of_side(&step->own, stepping->correlating, &step->old, now) != ERROR_NONE)
        return stepping->correlating->error->code;
    step->changes = step->own.diff.changes;
    step->count = step->own.diff.change_count;
    return ERROR_NONE;
}

static enum error_code find_gaps(const struct stepping *stepping, const struct pair_side *now, struct side_step *step)
{
    const struct correlating *correlating = stepping->correlating;
    const struct pair_side *other = &stepping->pair->sides[1 - step->side];

    if (step->old_is_there && pair_comparison_gaps(correlating, &step->old.root, &step->old_gaps) != ERROR_NONE)
        return correlating->error->code;
    if (pair_comparison_gaps(correlating, &now->root, &step->new_gaps) != ERROR_NONE)
        return correlating->error->code;
    return pair_comparison_gaps(correlating, &other->root, &step->other_gaps);
}

/* Whether the history of a side knows of renames. */
static enum error_code has_lineage(const struct stepping *stepping, const struct pair_side *side, bool *ret_has)
{
    const struct correlating *correlating = stepping->correlating;
    struct lineage lineage;

    if (snapshots_lineage(correlating->database, side->target, side->snapshot, correlating->arena, &lineage,
                          correlating->error) != ERROR_NONE)
        return correlating->error->code;
    *ret_has = lineage.count > 0;
    return ERROR_NONE;
}

/* Whether an object came, went or got another name. */
static bool moves_objects(const struct side_step *step)
{
    for (uint32_t i = 0; i < step->count; i++)
        if (step->changes[i].kind == step->changes[i].object_kind && step->changes[i].effect != EFFECT_MODIFIED)
            return true;
    return false;
}

/* Whether a step may tie together, or part, what it did not touch, by ids: when somebody else speaks for the side, ids
 * of all are others; and an object that came or went may be the same as one of another name on the other side. Only if
 * there were renames on any way. */
static enum error_code has_other_ids(const struct stepping *stepping, const struct side_step *step, bool *ret_other)
{
    const struct pair_side *now = &stepping->pair->sides[step->side], *other = &stepping->pair->sides[1 - step->side];
    const struct pair_side *sides[3] = {&step->old, now, other};
    bool moves = moves_objects(step);

    *ret_other = false;
    for (int i = 0; i < 3 && !*ret_other; i++)
        if ((moves || (i < 2 && step->old.target != now->target)) &&
            has_lineage(stepping, sides[i], ret_other) != ERROR_NONE)
            return stepping->correlating->error->code;
    return ERROR_NONE;
}

/* Names of two engines lead to one another only in the light of all of them. */
static bool crosses_engines(const struct side_step *step)
{
    return !text_equal(step->new_gaps.info.engine, step->other_gaps.info.engine) ||
           (step->old_is_there && !text_equal(step->new_gaps.info.engine, step->old_gaps.info.engine));
}

/* Whether a step may have done more than its changes tell. */
static enum error_code touches_everything(const struct stepping *stepping, const struct side_step *step,
                                          bool *ret_everything)
{
    const struct pair_side *now = &stepping->pair->sides[step->side], *other = &stepping->pair->sides[1 - step->side];
    bool other_ids = false;

    if (has_other_ids(stepping, step, &other_ids) != ERROR_NONE)
        return stepping->correlating->error->code;
    *ret_everything = other_ids || crosses_engines(step) || !step->old_is_there || step->old.major != now->major ||
                      are_apart(now, other) || !same_gaps(&step->old_gaps, &step->new_gaps) ||
                      !policy_content(stepping->correlating->policy)->fleet.compare.aspects[ASPECT_STRUCTURE];
    return ERROR_NONE;
}

static enum error_code find_scope(const struct stepping *stepping, const struct side_step *step, bool everything,
                                  struct drift_scope *ret_scope)
{
    if (everything || step->own.diff.unknown_reason.length > 0)
        return drift_scope_everything(ret_scope, stepping->correlating, stepping->pair->id);
    return drift_scope_of(ret_scope, stepping->correlating, stepping->pair->id, step->changes, step->count);
}

/* The pair has the new side already. */
static enum error_code evaluate_step(const struct stepping *stepping, const struct side_step *step)
{
    const struct correlating *correlating = stepping->correlating;
    const struct pair_side *now = &stepping->pair->sides[step->side], *other = &stepping->pair->sides[1 - step->side];
    const struct pair_move move = {step->old.root, now->root};
    struct evaluation evaluation = {.mover = step->side, .move = &move, .was_known = true};
    bool everything = false;

    if (touches_everything(stepping, step, &everything) != ERROR_NONE)
        return correlating->error->code;
    if (!everything && hash_equal(&step->old.root, &now->root))
        return ERROR_NONE;
    evaluation.was_apart = are_apart(&step->old, other) && !are_apart(now, other);
    evaluation.has_renames = step->count > 0;
    if (step_renames_of(&evaluation.renames, correlating, step->changes, step->count, step->side) != ERROR_NONE ||
        coverage_init(&evaluation.coverage_before, &step->old_gaps, &step->other_gaps, correlating->arena,
                      correlating->error) != ERROR_NONE ||
        find_scope(stepping, step, everything, &evaluation.scope) != ERROR_NONE)
        return correlating->error->code;
    return evaluate(stepping, &evaluation);
}

static enum error_code move_side(const struct stepping *stepping, int side, const struct pair_side *now)
{
    const struct correlating *correlating = stepping->correlating;
    struct side_step step = {.side = side, .old = stepping->pair->sides[side]};
    enum error_code code;

    if (nodes_know(correlating->database, &step.old.root, &step.old_is_there, correlating->error) != ERROR_NONE ||
        find_gaps(stepping, now, &step) != ERROR_NONE || find_changes(stepping, now, &step) != ERROR_NONE)
        return correlating->error->code;
    stepping->pair->sides[side] = *now;
    code = evaluate_step(stepping, &step);
    pair_comparison_free(&step.own);
    return code;
}

/* ---- how it begins, and under another policy ---- */

/* When nobody says since when it is so: since the newer of both snapshots. */
static enum error_code find_time(const struct stepping *stepping, const struct pair_side sides[2], int64_t *ret_at)
{
    const struct correlating *correlating = stepping->correlating;
    int64_t at = INT64_MIN;

    for (int side = 0; side < 2; side++) {
        struct snapshot_row row;
        enum error_code code =
            snapshots_get(correlating->database, sides[side].snapshot, correlating->arena, &row, correlating->error);

        if (code != ERROR_NONE && code != ERROR_NOT_FOUND)
            return code;
        if (code == ERROR_NONE && row.taken_at > at)
            at = row.taken_at;
    }
    *ret_at = at == INT64_MIN ? stepping->occasion->at : at;
    return ERROR_NONE;
}

static enum error_code begin(const struct stepping *stepping, const struct pair_side sides[2], int first_mover)
{
    struct evaluation evaluation = {.mover = first_mover};
    struct occasion occasion = *stepping->occasion;
    struct stepping first = {.correlating = stepping->correlating, .pair = stepping->pair, .occasion = &occasion};

    if (occasion.snapshot == 0 && find_time(stepping, sides, &occasion.at) != ERROR_NONE)
        return stepping->correlating->error->code;
    stepping->pair->sides[0] = sides[0];
    stepping->pair->sides[1] = sides[1];
    stepping->pair->unknown = (struct text){NULL, 0};
    stepping->pair->unknown_count = 0;
    stepping->pair->waits = false;
    if (put(stepping) != ERROR_NONE || evaluate_everything(&first, &evaluation) != ERROR_NONE)
        return stepping->correlating->error->code;
    return put(stepping);
}

/* What counts may be something else now: the pair as it was worked out last is looked at anew, so that what went away
 * with the policy is not taken for what went away with a step. */
static enum error_code renew(const struct stepping *stepping, bool *ret_possible)
{
    struct evaluation evaluation = {.mover = NEITHER};

    if (have_nodes(stepping, stepping->pair->sides, ret_possible) != ERROR_NONE)
        return stepping->correlating->error->code;
    return *ret_possible ? evaluate_everything(stepping, &evaluation) : ERROR_NONE;
}

/* From sides that are gone to those that there are. */
static enum error_code jump(const struct stepping *stepping, const struct pair_side sides[2])
{
    struct evaluation evaluation = {.mover = same_side(&stepping->pair->sides[1], &sides[1]) ? 0 : 1};

    stepping->pair->sides[0] = sides[0];
    stepping->pair->sides[1] = sides[1];
    return evaluate_everything(stepping, &evaluation);
}

/* All steps, one after the other; what is equal in between is over only if it is equal in the end. */
static enum error_code advance(const struct stepping *stepping, const struct pair_advances *advances)
{
    struct drift_deferral deferral = {0};

    for (size_t i = 0; i < advances->count; i++) {
        const struct pair_advance *next = &advances->items[i];
        struct stepping step = *stepping;

        deferral.more = i + 1 < advances->count;
        step.occasion = next->occasion;
        step.deferral = &deferral;
        if (move_side(&step, next->side, &next->to) != ERROR_NONE)
            return stepping->correlating->error->code;
    }
    return drift_set_settle(stepping->pair, stepping->occasion, stepping->correlating, &deferral);
}

/* A pair that waited goes on, with what was kept. */
static enum error_code resume(const struct stepping *stepping, const struct pair_side sides[2])
{
    const struct correlating *correlating = stepping->correlating;
    struct evaluation evaluation = {.mover = NEITHER};
    struct pair_advances advances;
    bool evaluated = false;
    struct stepping step = *stepping;

    step.evaluated = &evaluated;
    if (pair_waiting_advances(correlating, stepping->pair, sides, stepping->occasion, &advances) != ERROR_NONE ||
        advance(&step, &advances) != ERROR_NONE)
        return correlating->error->code;
    /* That it waits is no longer what cannot be compared. */
    return evaluated || !stepping->pair->waits ? ERROR_NONE : evaluate_everything(stepping, &evaluation);
}

static enum error_code follow(const struct stepping *stepping, const struct pair_side sides[2])
{
    bool possible = true;

    if (!same_policy(stepping->correlating, stepping->pair) && renew(stepping, &possible) != ERROR_NONE)
        return stepping->correlating->error->code;
    if (stepping->pair->waits && have_nodes(stepping, stepping->pair->sides, &possible) != ERROR_NONE)
        return stepping->correlating->error->code;
    return possible ? resume(stepping, sides) : jump(stepping, sides);
}

/* ---- waiting ---- */

static enum error_code stop_waiting(const struct stepping *stepping)
{
    if (!stepping->pair->waits)
        return ERROR_NONE;
    stepping->pair->waits = false;
    return pair_waits_clear(stepping->correlating->database, stepping->pair->id, stepping->correlating->error);
}

/* `anew`: what is not known was worked out just now. */
static enum error_code mark_waiting(const struct stepping *stepping, struct text who, bool anew)
{
    struct pair_row *pair = stepping->pair;
    char *why = arena_printf(stepping->correlating->arena, "the instances of %.*s have no majority", TEXT_ARGS(who));

    if (why == NULL)
        return correlating_no_memory(stepping->correlating);
    if (!anew && pair->waits && text_equal(pair->unknown, text_from(why)) && same_policy(stepping->correlating, pair))
        return ERROR_NONE;
    pair->unknown = text_from(why);
    pair->unknown_count += anew || !pair->waits;
    pair->waits = true;
    return put(stepping);
}

enum error_code pair_step_wait(const struct correlating *correlating, struct pair_row *pair,
                               const struct pair_side sides[2], struct text who, const struct occasion *occasion)
{
    const struct stepping stepping = {.correlating = correlating, .pair = pair, .occasion = occasion};
    bool renewed = !same_policy(correlating, pair);

    if (renewed && renew(&stepping, &renewed) != ERROR_NONE)
        return correlating->error->code;
    if (mark_waiting(&stepping, who, renewed) != ERROR_NONE)
        return correlating->error->code;
    return pair_waiting_keep(correlating, pair, sides, occasion);
}

/* An environment has had no majority for so long that what it last agreed on is let go: drifts stay as they were. */
static enum error_code lose(const struct stepping *stepping, const struct pair_side sides[2])
{
    stepping->pair->sides[0] = sides[0];
    stepping->pair->sides[1] = sides[1];
    stepping->pair->unknown = TEXT("what was compared last is gone, and what there is has no majority");
    stepping->pair->unknown_count = 1;
    return stop_waiting(stepping) == ERROR_NONE ? put(stepping) : stepping->correlating->error->code;
}

enum error_code pair_step_follow(const struct correlating *correlating, struct pair_row *pair,
                                 const struct pair_side sides[2], const struct occasion *occasion, int first_mover)
{
    const struct stepping stepping = {.correlating = correlating, .pair = pair, .occasion = occasion};
    bool have = false;

    if (!pair->waits && pair_step_is_current(correlating, pair, sides))
        return ERROR_NONE;
    if (have_nodes(&stepping, sides, &have) != ERROR_NONE)
        return correlating->error->code;
    if (!have)
        return lose(&stepping, sides);
    if (pair->id == 0 || !pair->active || !pair->sides[0].is_there || !pair->sides[1].is_there)
        return begin(&stepping, sides, first_mover);
    if (follow(&stepping, sides) != ERROR_NONE || stop_waiting(&stepping) != ERROR_NONE)
        return correlating->error->code;
    return put(&stepping);
}

enum error_code pair_step_end(const struct correlating *correlating, struct pair_row *pair,
                              const struct occasion *occasion, enum drift_ending ending)
{
    const struct stepping stepping = {.correlating = correlating, .pair = pair, .occasion = occasion};

    if (drift_set_end_all(pair, occasion, correlating, ending) != ERROR_NONE || stop_waiting(&stepping) != ERROR_NONE)
        return correlating->error->code;
    pair->active = false;
    pair->at = occasion->seen;
    return pairs_put(correlating->database, pair, correlating->error);
}
