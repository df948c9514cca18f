#include "collector/track/fresh.h"

#include <inttypes.h>
#include <stdlib.h>

#include "correlate/history.h"
#include "drift/change_json.h"
#include "drift/severity.h"
#include "schema/load.h"
#include "store/drifts.h"
#include "store/nodes.h"
#include "support/cmocka.h"

enum { MEMORY = 64 * 1024 * 1024, LINES_LIMIT = 4096 };

struct lines {
    const char *items[LINES_LIMIT];
    size_t count;
};

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *join(struct correlated *correlated, struct lines *lines)
{
    CLEANUP(buffer_clear) struct buffer all = {0};
    const char *joined;

    if (lines->count > 1)
        qsort(lines->items, lines->count, sizeof *lines->items, compare_lines);
    for (size_t i = 0; i < lines->count; i++)
        buffer_add_string(&all, lines->items[i]);
    joined = arena_string(&correlated->history->arena, buffer_text(&all));
    assert_non_null(joined);
    return joined;
}

static const char *state_text(const struct change_state *state, char hex[HASH_HEX_SIZE])
{
    if (!state->is_there)
        return "-";
    hash_to_hex(&state->hash, hex);
    hex[8] = '\0';
    return hex;
}

static void add_line(struct correlated *correlated, struct lines *lines, const struct drift_row *drift)
{
    char hex[2][HASH_HEX_SIZE];
    const char *line = arena_printf(
        &correlated->history->arena, "%s %s/%s %s %.*s (of %.*s, was %.*s, of %.*s) %s %.*s %s %s %.*s\n",
        effect_name(drift->effect), kind_name(drift->kind), kind_name(drift->object_kind), aspect_name(drift->aspect),
        TEXT_ARGS(drift->object), TEXT_ARGS(drift->owner), TEXT_ARGS(drift->renamed_from),
        TEXT_ARGS(drift->owner_before), severity_name(drift->severity), TEXT_ARGS(drift->rule),
        state_text(&drift->states[0], hex[0]), state_text(&drift->states[1], hex[1]), TEXT_ARGS(drift->attributes));

    assert_non_null(line);
    assert_in_range(lines->count, 0, LINES_LIMIT - 1);
    lines->items[lines->count++] = line;
}

/* How much could not be compared. */
static void add_unknown(struct correlated *correlated, struct lines *lines, uint32_t count)
{
    const char *line = arena_printf(&correlated->history->arena, "%u not covered\n", count);

    assert_non_null(line);
    lines->items[lines->count++] = line;
}

/* ---- from the snapshots ---- */

static struct snapshot *load(struct correlated *correlated, const struct pair_side *side)
{
    const struct node_source nodes = nodes_source(correlated->history->database);
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    history_expect(snapshot_load(&snapshot, &side->root, &nodes, MEMORY, &error), &error);
    if (side->major > 0)
        snapshot->info.server_version = text_from(arena_printf(&snapshot->arena, "%" PRIu32, side->major));
    return snapshot;
}

static void list_change(struct correlated *correlated, struct lines *lines, const struct change *change,
                        const struct pair_row *pair)
{
    bool is_outlier = pair->instance.length > 0;
    CLEANUP(buffer_clear) struct buffer attributes = {0};
    struct error error = {0};
    struct drift_row row = {
        .effect = change->effect,
        .kind = change->kind,
        .object_kind = change->object_kind,
        .aspect = change->aspect,
        .object = change->object,
        .owner = change->owner,
        .renamed_from = change->renamed_from,
        .owner_before = change->owner_before,
        .severity = change->severity,
        .rule = text_from(change->rule),
        .states = {change->states[is_outlier ? SIDE_FROM : SIDE_TO], change->states[is_outlier ? SIDE_TO : SIDE_FROM]}};

    history_expect(change_json_write_attributes(&attributes, change, &error), &error);
    row.attributes = buffer_text(&attributes);
    add_line(correlated, lines, &row);
}

const char *fresh_lines(struct correlated *correlated, const struct pair_row *pair)
{
    struct snapshot *sides[2] = {load(correlated, &pair->sides[0]), load(correlated, &pair->sides[1])};
    const struct snapshot *from = sides[1], *to = sides[0]; /* what a promotion would change */
    struct history_place places[2];
    struct diff_options options;
    static struct lines lines;
    struct error error = {0};
    CLEANUP(arena_free) struct arena arena = {0};
    struct diff diff;

    arena_init(&arena, MEMORY);
    if (pair->instance.length > 0) { /* how the instance differs from the majority */
        from = sides[0];
        to = sides[1];
    }
    for (int side = 0; side < 2; side++)
        places[side] = (struct history_place){sides[side], pair->sides[side].target, pair->sides[side].snapshot};
    history_expect(history_identify(correlated->history->database, pair->database, places, &arena, &error), &error);
    history_expect(policy_options(correlated->policy, pair->database, pair->to, &arena, &options, &error), &error);
    options.states = true;
    history_expect(diff_snapshots(&diff, from, to, &options, &arena, &error), &error);
    lines.count = 0;
    add_unknown(correlated, &lines, diff.uncovered_count);
    for (uint32_t i = 0; i < diff.change_count; i++)
        list_change(correlated, &lines, &diff.changes[i], pair);
    snapshot_free(sides[0]);
    snapshot_free(sides[1]);
    return join(correlated, &lines);
}

/* ---- from the store ---- */

const char *fresh_stored_lines(struct correlated *correlated, const struct pair_row *pair)
{
    struct history *history = correlated->history;
    struct drift_row *drifts = NULL;
    static struct lines lines;
    struct error error = {0};
    size_t count = 0;

    history_expect(
        drifts_living(history->database, pair->id, (struct text){NULL, 0}, &history->arena, &drifts, &count, &error),
        &error);
    lines.count = 0;
    add_unknown(correlated, &lines, pair->unknown_count - pair->waits); /* that it waits is one */
    for (size_t i = 0; i < count; i++)
        if (!drifts[i].hidden)
            add_line(correlated, &lines, &drifts[i]);
    return join(correlated, &lines);
}

size_t fresh_pairs(struct correlated *correlated, const char *database, struct pair_row **ret_pairs)
{
    const struct pair_filter filter = {.database = text_from(database), .any_instance = true};
    struct error error = {0};
    size_t count = 0;

    history_expect(
        pairs_list(correlated->history->database, &filter, &correlated->history->arena, ret_pairs, &count, &error),
        &error);
    return count;
}

struct variants fresh_variants(struct correlated *correlated, const char *database, struct text environment)
{
    struct history *history = correlated->history;
    struct root_count *counts = NULL;
    struct variants variants;
    struct error error = {0};
    size_t count = 0;

    history_expect(
        targets_roots(history->database, text_from(database), environment, &history->arena, &counts, &count, &error),
        &error);
    history_expect(variants_find(&variants, counts, count, history->database,
                                 &policy_content(correlated->policy)->fleet, NULL, &history->arena, &error),
                   &error);
    return variants;
}
