#include "drift/diff.h"

#include <stdlib.h>

#include "drift/across.h"
#include "drift/compare.h"
#include "drift/coverage.h"
#include "drift/pairing.h"
#include "drift/rendering.h"
#include "drift/severity.h"
#include "drift/undeclared.h"
#include "schema/canonical.h"

/* What judging the changes needs at every step. */
struct judgement {
    const struct snapshot *sides[SIDE_COUNT];
    const struct diff_options *options;
    struct coverage named;    /* what is not covered, as each side calls it */
    struct coverage coverage; /* the same as changes call it */
    struct across across;     /* only between two engines */
    struct rendering rendering;
    struct change_list changes;
    struct state_maker states;
    struct uncovered *rendered; /* what may differ in its spelling only; room for one a change */
    uint32_t rendered_count;
    uint32_t ignored;
    struct arena *arena;
    struct error *error;
};

void diff_options_init(struct diff_options *options)
{
    *options = (struct diff_options){0};
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        options->aspects[aspect] = true;
}

/* ---------------------------------------------------------------- partitions */

/* The entry that says what a table is; of a table that is equal in structure, the trie's. */
static const struct trie_entry *structure_entry(const struct judgement *judgement, const struct difference *difference,
                                                enum side side)
{
    const struct trie_entry *entry = difference->entries[side][ASPECT_STRUCTURE];

    if (entry != NULL || difference->effect != EFFECT_MODIFIED)
        return entry;
    entry = difference_entry(difference, SIDE_FROM);
    if (entry == NULL)
        entry = difference_entry(difference, SIDE_TO);
    return trie_find(&judgement->sides[side]->tries[ASPECT_STRUCTURE], &entry->key);
}

/* A table is folded away when it is a partition wherever it exists: one that becomes a partition is a change. */
static enum error_code is_folded(struct judgement *judgement, const struct difference *difference, bool *ret_folded)
{
    bool folded = true;

    *ret_folded = false;
    if (!judgement->options->fold_partitions ||
        (difference->kind != KIND_TABLE && difference->kind != KIND_FOREIGN_TABLE))
        return ERROR_NONE;
    for (unsigned side = 0; side < SIDE_COUNT; side++) {
        const struct trie_entry *entry = structure_entry(judgement, difference, (enum side)side);
        struct object object;

        if (entry == NULL)
            continue;
        if (canonical_decode(entry->blob, judgement->arena, &object, judgement->error) != ERROR_NONE)
            return judgement->error->code;
        folded = folded && attribute_find(object.attributes, object.attribute_count, TEXT("partition_of")) != NULL;
    }
    *ret_folded = folded;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- what is left out, and how bad the rest is */

static void drop_ignored_attributes(const struct ignore_list *ignore, struct change *change)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < change->attribute_count; i++)
        if (!ignore_matches_attribute(ignore, change->attributes[i].name, change->object))
            change->attributes[kept++] = change->attributes[i];
    change->attribute_count = kept;
}

static void apply_overrides(const struct diff_options *options, struct change *change)
{
    for (size_t i = 0; i < options->override_count; i++) {
        const struct severity_override *override = &options->overrides[i];
        bool matches = ignore_pattern_matches(&override->pattern, change->kind, change->object, change->object_kind,
                                              change->owner);

        for (uint32_t k = 0; k < change->attribute_count && !matches; k++)
            matches = ignore_pattern_matches_attribute(&override->pattern, change->attributes[k].name, change->object);
        if (matches)
            change->severity = override->level;
    }
}

/* Whether nothing is left of a change. */
static bool is_empty(const struct change *change)
{
    return change->effect == EFFECT_MODIFIED && change->attribute_count == 0;
}

/* Whether a change is left out, or all that it says. */
static bool is_ignored(struct judgement *judgement, struct change *change)
{
    const struct ignore_list *ignore = &judgement->options->ignore;

    if (!ignore_matches(ignore, change->kind, change->object, change->object_kind, change->owner)) {
        drop_ignored_attributes(ignore, change);
        if (!is_empty(change))
            return false;
    }
    judgement->ignored++;
    return true;
}

/* What two major versions may only spell differently is not covered: the rest of the change stays. */
static enum error_code set_rendered_aside(struct judgement *judgement, struct change *change)
{
    uint32_t count = rendering_take_out(&judgement->rendering, change);
    const char *reason;

    if (count == 0)
        return ERROR_NONE;
    reason =
        rendering_reason(&judgement->rendering, change->attributes + change->attribute_count, count, judgement->arena);
    if (reason == NULL)
        return arena_error(judgement->arena, judgement->error, "comparing two snapshots");
    judgement->rendered[judgement->rendered_count++] =
        (struct uncovered){change->kind, change->object, SIDE_BOTH, text_from(reason)};
    return ERROR_NONE;
}

/* Decide about one change; it is kept unless it is left out. */
static enum error_code judge(struct judgement *judgement, struct change *change, bool *ret_kept)
{
    *ret_kept = false;
    if (coverage_hides(&judgement->coverage, change))
        return ERROR_NONE;
    coverage_take_out(&judgement->coverage, change);
    if (is_empty(change) || is_ignored(judgement, change))
        return ERROR_NONE;
    if (set_rendered_aside(judgement, change) != ERROR_NONE)
        return judgement->error->code;
    if (is_empty(change))
        return ERROR_NONE;
    severity_judge(change);
    apply_overrides(judgement->options, change);
    if (change->kind == change->object_kind && change->effect != EFFECT_MODIFIED)
        change->attribute_count = 0; /* a privilege as a whole was judged by them; its path says what it is about */
    *ret_kept = true;
    return ERROR_NONE;
}

static int compare_changes(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    int order;

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    order = text_compare(x->object, y->object);
    if (order != 0)
        return order;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->aspect != y->aspect)
        return x->aspect < y->aspect ? -1 : 1;
    if (x->effect != y->effect)
        return x->effect < y->effect ? -1 : 1;
    order = text_compare(x->owner, y->owner);
    return order != 0 ? order : text_compare(x->renamed_from, y->renamed_from);
}

static int compare_uncovered(const void *a, const void *b)
{
    const struct uncovered *x = a, *y = b;

    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : text_compare(x->object, y->object);
}

static enum error_code judge_all(struct judgement *judgement)
{
    struct change_list *changes = &judgement->changes;
    uint32_t kept = 0;

    if (judgement->rendering.differs) {
        judgement->rendered = arena_array(judgement->arena, changes->count, sizeof *judgement->rendered);
        if (judgement->rendered == NULL)
            return arena_error(judgement->arena, judgement->error, "comparing two snapshots");
    }
    for (uint32_t i = 0; i < changes->count; i++) {
        bool keep;

        if (judge(judgement, &changes->items[i], &keep) != ERROR_NONE)
            return judgement->error->code;
        if (keep)
            changes->items[kept++] = changes->items[i];
    }
    changes->count = kept;
    if (kept > 1)
        qsort(changes->items, kept, sizeof *changes->items, compare_changes);
    if (judgement->rendered_count > 1)
        qsort(judgement->rendered, judgement->rendered_count, sizeof *judgement->rendered, compare_uncovered);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- the comparison */

static enum error_code compare_engines(struct judgement *judgement, struct diff *diff)
{
    struct state_maker *states = judgement->options->states ? &judgement->states : NULL;

    if (across_compare(&judgement->across, &judgement->changes, diff, judgement->sides, states, judgement->error) !=
            ERROR_NONE ||
        coverage_init(&judgement->coverage, &judgement->across.covered[SIDE_FROM], &judgement->across.covered[SIDE_TO],
                      judgement->arena, judgement->error) != ERROR_NONE ||
        judge_all(judgement) != ERROR_NONE)
        return judgement->error->code;
    across_show(judgement->changes.items, judgement->changes.count);
    return ERROR_NONE;
}

static enum error_code compare_all(struct judgement *judgement, struct diff *diff)
{
    const struct compare_options options = {
        .aspects = judgement->options->aspects,
        .same_origin = pairing_same_origin(judgement->sides[SIDE_FROM], judgement->sides[SIDE_TO]),
        .akin = pairing_akin(judgement->sides[SIDE_FROM], judgement->sides[SIDE_TO]),
        .states = judgement->options->states ? &judgement->states : NULL};
    struct difference_list differences;

    if (across_is_meant(judgement->sides[SIDE_FROM], judgement->sides[SIDE_TO]))
        return compare_engines(judgement, diff);
    if (pairing_find(&differences, judgement->sides[SIDE_FROM], judgement->sides[SIDE_TO], judgement->arena,
                     judgement->error) != ERROR_NONE)
        return judgement->error->code;
    for (uint32_t i = 0; i < differences.count; i++) {
        bool folded;

        if (is_folded(judgement, &differences.items[i], &folded) != ERROR_NONE ||
            (!folded &&
             compare_object(&judgement->changes, &differences.items[i], &options, judgement->error) != ERROR_NONE))
            return judgement->error->code;
    }
    return judge_all(judgement);
}

static enum error_code compare_with_states(struct judgement *judgement, struct diff *diff)
{
    enum error_code code;

    judgement->states = (struct state_maker){.ignore = &judgement->options->ignore,
                                             .aspects = judgement->options->aspects,
                                             .is_rendered = judgement->rendering.differs};
    if (state_maker_open(&judgement->states, judgement->error) != ERROR_NONE)
        return judgement->error->code;
    code = compare_all(judgement, diff);
    state_maker_close(&judgement->states);
    return code;
}

static enum error_code compare_differing(struct judgement *judgement, struct diff *diff)
{
    if (hash_equal(&judgement->sides[SIDE_FROM]->root, &judgement->sides[SIDE_TO]->root))
        return ERROR_NONE;
    return judgement->options->states ? compare_with_states(judgement, diff) : compare_all(judgement, diff);
}

/* What a side could not read, and behind it what cannot be compared. */
static enum error_code list_uncovered(struct judgement *judgement, struct diff *diff)
{
    const struct snapshot *from = judgement->sides[SIDE_FROM], *to = judgement->sides[SIDE_TO];
    uint32_t rendered = judgement->rendered_count, count;
    struct uncovered *gaps, *all;

    if (diff->is_across) {
        from = &judgement->across.gaps[SIDE_FROM];
        to = &judgement->across.gaps[SIDE_TO];
    }
    if (coverage_list(&gaps, &count, from, to, judgement->options, judgement->arena, judgement->error) != ERROR_NONE)
        return judgement->error->code;
    all = rendered == 0 ? gaps : arena_array(judgement->arena, (size_t)count + rendered, sizeof *all);
    if (all == NULL)
        return arena_error(judgement->arena, judgement->error, "comparing what was read");
    if (rendered > 0) {
        memcpy(all + count, judgement->rendered, rendered * sizeof *all);
        if (count > 0)
            memcpy(all, gaps, count * sizeof *all);
    }
    diff->uncovered = all;
    diff->uncovered_count = count + rendered;
    return ERROR_NONE;
}

/* What a side does not declare is told apart from what it could not read. */
static enum error_code list_undeclared(struct judgement *judgement, struct diff *diff)
{
    const struct undeclared undeclared = {.sides = {judgement->sides[SIDE_FROM], judgement->sides[SIDE_TO]},
                                          .coverage = &judgement->named,
                                          .options = judgement->options,
                                          .across = diff->is_across ? &judgement->across : NULL};

    return undeclared_list(&undeclared, diff, judgement->arena, judgement->error);
}

static void finish(struct diff *diff, const struct judgement *judgement)
{
    diff->changes = judgement->changes.items;
    diff->change_count = judgement->changes.count;
    diff->ignored_count = judgement->ignored;
    for (uint32_t i = 0; i < diff->change_count; i++)
        diff->summary[diff->changes[i].severity]++;
    if (diff->change_count > 0)
        diff->verdict = VERDICT_DRIFTED;
    else
        diff->verdict = diff->uncovered_count > 0 ? VERDICT_UNKNOWN : VERDICT_IN_SYNC;
}

enum error_code diff_snapshots(struct diff *ret_diff, const struct snapshot *from, const struct snapshot *to,
                               const struct diff_options *options, struct arena *arena, struct error *error)
{
    struct judgement judgement = {.sides = {from, to},
                                  .options = options,
                                  .rendering = rendering_of(from, to),
                                  .changes = {.arena = arena},
                                  .arena = arena,
                                  .error = error};
    struct diff diff = {0};

    if (from->canonical_version != to->canonical_version) {
        *ret_diff = (struct diff){.verdict = VERDICT_UNKNOWN, .unknown_reason = TEXT("canonical form differs")};
        return ERROR_NONE;
    }
    if (!options->aspects[ASPECT_STRUCTURE] && across_is_meant(from, to)) {
        *ret_diff =
            (struct diff){.verdict = VERDICT_UNKNOWN, .unknown_reason = TEXT("two engines compare by structure only")};
        return ERROR_NONE;
    }
    if (coverage_init(&judgement.named, from, to, arena, error) != ERROR_NONE)
        return error_context(error, "comparing two snapshots");
    judgement.coverage = judgement.named;
    if (compare_differing(&judgement, &diff) != ERROR_NONE)
        return error->code;
    if (list_uncovered(&judgement, &diff) != ERROR_NONE || list_undeclared(&judgement, &diff) != ERROR_NONE)
        return error_context(error, "comparing two snapshots");
    finish(&diff, &judgement);
    *ret_diff = diff;
    return ERROR_NONE;
}
