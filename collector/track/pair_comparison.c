#include "track/pair_comparison.h"

#include <inttypes.h>

#include "correlate/history.h"
#include "schema/lookup.h"
#include "store/nodes.h"

void pair_comparison_free(struct pair_comparison *comparison)
{
    snapshot_free(comparison->sides[0]);
    snapshot_free(comparison->sides[1]);
    comparison->sides[0] = comparison->sides[1] = NULL;
}

/* A comparison goes by the versions of the servers, which nodes do not know. */
static enum error_code set_version(const struct correlating *correlating, struct snapshot *snapshot, uint32_t major)
{
    char *version;

    if (major == 0)
        return ERROR_NONE;
    version = arena_printf(correlating->arena, "%" PRIu32, major);
    if (version == NULL)
        return correlating_no_memory(correlating);
    snapshot->info.server_version = text_from(version);
    return ERROR_NONE;
}

static enum error_code identify(const struct correlating *correlating, const struct pair_comparison *comparison,
                                const struct pair_side sides[2])
{
    CLEANUP(arena_free) struct arena arena;
    struct history_place places[2];

    arena_init(&arena, correlating->arena->limit);
    for (int side = 0; side < 2; side++)
        places[side] = (struct history_place){comparison->sides[side], sides[side].target, sides[side].snapshot};
    return history_identify(correlating->database, correlating->name, places, &arena, correlating->error);
}

static enum error_code prepare(const struct correlating *correlating, const struct pair_comparison *comparison,
                               const struct pair_side sides[2])
{
    for (int side = 0; side < 2; side++)
        if (set_version(correlating, comparison->sides[side], sides[side].major) != ERROR_NONE)
            return correlating->error->code;
    return identify(correlating, comparison, sides);
}

/* ---- two sides ---- */

static enum error_code load(const struct correlating *correlating, const struct pair_row *pair,
                            const struct drift_scope *scope, const struct pair_move *move,
                            struct pair_comparison *comparison)
{
    const struct node_source nodes = nodes_source(correlating->database);
    const size_t limit = policy_content(correlating->policy)->fleet.memory_limit;
    const int to = pair_reads_to(pair->instance), from = 1 - to;
    const struct hash *roots[2] = {&pair->sides[from].root, &pair->sides[to].root};
    struct snapshot **ret_from = &comparison->sides[from], **ret_to = &comparison->sides[to];
    struct load_step step;

    if (scope->is_everything || move == NULL)
        return snapshot_load_changed(ret_from, ret_to, roots[0], roots[1], &nodes, limit, correlating->error);
    step = (struct load_step){&move->old, &move->now, scope->also, scope->also_count};
    return snapshot_load_touched(ret_from, ret_to, roots[0], roots[1], &step, &nodes, limit, correlating->error);
}

static enum error_code compare(const struct correlating *correlating, const struct pair_row *pair,
                               struct pair_comparison *comparison)
{
    const int reads_to = pair_reads_to(pair->instance);
    const struct snapshot *from = comparison->sides[1 - reads_to], *to = comparison->sides[reads_to];
    struct diff_options options;

    if (prepare(correlating, comparison, pair->sides) != ERROR_NONE ||
        policy_options(correlating->policy, correlating->name, pair->to, correlating->arena, &options,
                       correlating->error) != ERROR_NONE)
        return correlating->error->code;
    options.states = true;
    if (diff_snapshots(&comparison->diff, from, to, &options, correlating->arena, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    return coverage_init(&comparison->coverage, from, to, correlating->arena, correlating->error);
}

enum error_code pair_comparison_make(struct pair_comparison *ret_comparison, const struct correlating *correlating,
                                     const struct pair_row *pair, const struct drift_scope *scope,
                                     const struct pair_move *move)
{
    struct pair_comparison comparison = {.sides = {NULL, NULL}};
    enum error_code code = load(correlating, pair, scope, move, &comparison);

    if (code == ERROR_UNSUPPORTED) { /* from before an upgrade: until its agent reads it anew nothing can be said */
        comparison.diff = (struct diff){.verdict = VERDICT_UNKNOWN, .unknown_reason = TEXT("canonical form differs")};
        *ret_comparison = comparison;
        return ERROR_NONE;
    }
    if (code != ERROR_NONE)
        return code;
    if (compare(correlating, pair, &comparison) != ERROR_NONE) {
        pair_comparison_free(&comparison);
        return correlating->error->code;
    }
    *ret_comparison = comparison;
    return ERROR_NONE;
}

/* ---- one side at two times ---- */

enum error_code pair_comparison_of_side(struct pair_comparison *ret_comparison, const struct correlating *correlating,
                                        const struct pair_side *old, const struct pair_side *now)
{
    const struct node_source nodes = nodes_source(correlating->database);
    const struct pair_side sides[2] = {*now, *old};
    struct pair_comparison comparison = {.sides = {NULL, NULL}};
    struct diff_options options;

    diff_options_init(&options);
    if (snapshot_load_changed(&comparison.sides[1], &comparison.sides[0], &old->root, &now->root, &nodes,
                              policy_content(correlating->policy)->fleet.memory_limit,
                              correlating->error) != ERROR_NONE)
        return correlating->error->code;
    if (prepare(correlating, &comparison, sides) != ERROR_NONE ||
        diff_snapshots(&comparison.diff, comparison.sides[1], comparison.sides[0], &options, correlating->arena,
                       correlating->error) != ERROR_NONE) {
        pair_comparison_free(&comparison);
        return correlating->error->code;
    }
    *ret_comparison = comparison;
    return ERROR_NONE;
}

/* ---- what is not covered ---- */

enum error_code pair_comparison_gaps(const struct correlating *correlating, const struct hash *root,
                                     struct snapshot *ret_gaps)
{
    const struct node_source nodes = nodes_source(correlating->database);
    struct lookup lookup;

    enum error_code code = lookup_begin(&lookup, root, &nodes, correlating->arena, correlating->error);

    if (code == ERROR_UNSUPPORTED) {
        *ret_gaps = (struct snapshot){.root = *root};
        return ERROR_NONE;
    }
    if (code != ERROR_NONE)
        return code;
    *ret_gaps = (struct snapshot){
        .info = {.engine = lookup.engine}, .gaps = lookup.gaps, .gap_count = lookup.gap_count, .root = *root};
    return ERROR_NONE;
}

/* What two versions of a server keep from being compared says something of both sides: that comes first. */
static const struct uncovered *most_telling(const struct diff *diff)
{
    for (uint32_t i = 0; i < diff->uncovered_count; i++)
        if (diff->uncovered[i].side == SIDE_BOTH)
            return &diff->uncovered[i];
    return &diff->uncovered[0];
}

static bool is_only(const struct diff *diff, const struct uncovered *told)
{
    bool only = true;

    for (uint32_t i = 0; i < diff->uncovered_count && only; i++)
        only = diff->uncovered[i].kind == told->kind && text_equal(diff->uncovered[i].object, told->object);
    return only;
}

enum error_code pair_comparison_unknown(const struct correlating *correlating, const struct diff *diff,
                                        struct text *ret_text)
{
    const struct uncovered *told;
    char *text;

    *ret_text = diff->unknown_reason;
    if (diff->unknown_reason.length > 0 || diff->uncovered_count == 0)
        return ERROR_NONE;
    told = most_telling(diff);
    text = arena_printf(correlating->arena, "%s%s%.*s%s not covered: %.*s", kind_name(told->kind),
                        told->object.length > 0 ? " " : "", TEXT_ARGS(told->object),
                        is_only(diff, told) ? "" : " and others", TEXT_ARGS(told->reason));
    if (text == NULL)
        return correlating_no_memory(correlating);
    *ret_text = text_from(text);
    return ERROR_NONE;
}
