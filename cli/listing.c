#include "cli/listing.h"

#include <stdlib.h>

#include "cli/moment.h"
#include "cli/place.h"
#include "drift/report_display.h"

enum { ROOT_DIGITS = 12 };

static void add_age(struct table *table, int64_t moment, int64_t now)
{
    struct buffer text;

    buffer_init(&text);
    moment_write_age(&text, moment, now);
    table_add_buffer(table, TINT_NONE, &text);
}

static void add_name(struct table *table, struct text name)
{
    table_add_foreign(table, TINT_NONE, name.length == 0 ? TEXT("-") : name);
}

static void add_root(struct table *table, struct text root)
{
    add_name(table, (struct text){root.bytes, root.length < ROOT_DIGITS ? root.length : ROOT_DIGITS});
}

static void write_gaps(struct buffer *text, int64_t gaps)
{
    if (gaps > 0)
        buffer_printf(text, "%s%lld thing%s not covered", text->length > 0 ? "; " : "", (long long)gaps,
                      gaps == 1 ? "" : "s");
}

/* ---- agents ---- */

static void add_state(struct table *table, const struct answer_agent *agent, int64_t now)
{
    enum tint tint = agent->revoked_at != 0 ? TINT_FAINT : agent->connected ? TINT_GOOD : TINT_DOUBT;
    struct buffer text;

    buffer_init(&text);
    if (agent->revoked_at != 0) {
        buffer_add_string(&text, "revoked ");
        moment_write_age(&text, agent->revoked_at, now);
    } else if (agent->connected) {
        buffer_add_string(&text, "connected ");
        moment_write_age(&text, agent->connected_since, now);
    } else if (agent->last_seen == 0) {
        buffer_add_string(&text, "never seen");
    } else {
        buffer_add_string(&text, "silent ");
        moment_write_age(&text, agent->last_seen, now);
    }
    table_add_buffer(table, tint, &text);
}

void listing_write_agents(struct buffer *output, const struct answer_agents *agents, const struct table_style *style,
                          struct arena *arena, int64_t now)
{
    static const char *const titles[] = {"agent", "state", "version", "host", "watches", "may speak for", NULL};
    const struct answer_agent *items = agents->agents.items;
    struct table table;

    if (agents->agents.count == 0) {
        buffer_add_string(output, "no agent yet: 'driftline agents enroll' lets one in\n");
        return;
    }
    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < agents->agents.count; i++) {
        table_add_foreign(&table, TINT_STRONG, items[i].name);
        add_state(&table, &items[i], now);
        add_name(&table, items[i].version);
        add_name(&table, items[i].host.length > 0 ? items[i].host : items[i].address);
        table_printf(&table, TINT_NONE, "%lld", (long long)items[i].targets);
        table_add_names(&table, items[i].grants.items, items[i].grants.count);
    }
    table_write(output, &table, style, 0);
}

/* ---- targets ---- */

static void add_target(struct table *table, struct text database, struct text environment, struct text instance)
{
    struct buffer text;

    buffer_init(&text);
    place_write_target(&text, database, environment, instance);
    table_add_buffer(table, TINT_STRONG, &text);
}

static void add_remarks(struct table *table, const struct answer_target *target)
{
    struct buffer text;

    buffer_init(&text);
    display_text(&text, target->unknown_reason);
    if (target->reason.length > 0 && !text_equal(target->reason, target->unknown_reason)) {
        buffer_add_string(&text, text.length > 0 ? ": " : "");
        display_text(&text, target->reason);
    }
    write_gaps(&text, target->gaps);
    table_add_buffer(table, TINT_NONE, &text);
}

void listing_write_targets(struct buffer *output, const struct answer_targets *targets, const struct table_style *style,
                           struct arena *arena, int64_t now)
{
    static const char *const titles[] = {"target", "verdict", "checked", "same for", "root",
                                         "agent",  "noticed", "",        NULL};
    static const enum tint tints[] = {
        [VERDICT_IN_SYNC] = TINT_GOOD, [VERDICT_DRIFTED] = TINT_BAD, [VERDICT_UNKNOWN] = TINT_DOUBT};
    const struct answer_target *items = targets->targets.items;
    struct table table;

    if (targets->targets.count == 0) {
        buffer_add_string(output, "no targets\n");
        return;
    }
    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < targets->targets.count; i++) {
        const struct answer_target *target = &items[i];

        add_target(&table, target->database, target->environment, target->instance);
        table_add(&table, tints[target->verdict], text_from(verdict_name((enum verdict)target->verdict)));
        add_age(&table, target->checked_at, now);
        add_age(&table, target->since, now);
        add_root(&table, target->root);
        add_name(&table, target->agent);
        add_name(&table, target->capture);
        add_remarks(&table, target);
    }
    table_write(output, &table, style, 0);
}

/* ---- snapshots ---- */

static int compare_targets(const struct answer_snapshot *a, const struct answer_snapshot *b)
{
    int order = text_compare(a->database, b->database);

    if (order == 0)
        order = text_compare(a->environment, b->environment);
    return order != 0 ? order : text_compare(a->instance, b->instance);
}

/* By target, and within one as they come, which is the newest first. */
static int compare_snapshots(const void *a, const void *b)
{
    const struct answer_snapshot *first = *(const struct answer_snapshot *const *)a;
    const struct answer_snapshot *second = *(const struct answer_snapshot *const *)b;
    int order = compare_targets(first, second);

    return order != 0 ? order : (first > second) - (first < second);
}

/* How many snapshots of the same target are newer, for each of them; NULL when memory runs out. */
static const size_t *count_steps(const struct shape_list *snapshots, struct arena *arena)
{
    const struct answer_snapshot *items = snapshots->items;
    const struct answer_snapshot **sorted = arena_array(arena, snapshots->count, sizeof *sorted);
    size_t *steps = arena_array(arena, snapshots->count, sizeof *steps);

    if (sorted == NULL || steps == NULL)
        return NULL;
    for (size_t i = 0; i < snapshots->count; i++)
        sorted[i] = &items[i];
    qsort(sorted, snapshots->count, sizeof *sorted, compare_snapshots);
    for (size_t i = 1; i < snapshots->count; i++)
        if (compare_targets(sorted[i - 1], sorted[i]) == 0)
            steps[sorted[i] - items] = steps[sorted[i - 1] - items] + 1;
    return steps;
}

static void add_reference(struct table *table, const struct answer_snapshot *snapshot, size_t steps)
{
    struct buffer text;

    buffer_init(&text);
    place_write_target(&text, snapshot->database, snapshot->environment, snapshot->instance);
    if (steps > 0)
        buffer_printf(&text, "~%zu", steps);
    table_add_buffer(table, TINT_STRONG, &text);
}

static void add_snapshot_remarks(struct table *table, const struct answer_snapshot *snapshot)
{
    struct buffer text;

    buffer_init(&text);
    if (snapshot->lost > 0) {
        buffer_printf(&text, "%lld before it were lost", (long long)snapshot->lost);
        buffer_add_string(&text, snapshot->lost_reason.length > 0 ? ": " : "");
        display_text(&text, snapshot->lost_reason);
    }
    write_gaps(&text, snapshot->gaps);
    if (!snapshot->stored)
        buffer_printf(&text, "%sonly this record is kept", text.length > 0 ? "; " : "");
    table_add_buffer(table, TINT_NONE, &text);
}

static void add_snapshot(struct table *table, const struct answer_snapshot *snapshot, size_t steps)
{
    struct buffer taken;

    buffer_init(&taken);
    moment_write(&taken, snapshot->taken_at);
    add_reference(table, snapshot, steps);
    table_add_buffer(table, TINT_NONE, &taken);
    add_root(table, snapshot->root);
    table_printf(table, TINT_NONE, "%lld", (long long)snapshot->objects);
    table_printf(table, TINT_NONE, "%lld", (long long)snapshot->changes);
    add_snapshot_remarks(table, snapshot);
}

void listing_write_snapshots(struct buffer *output, const struct answer_snapshots *snapshots,
                             const struct table_style *style, struct arena *arena)
{
    static const char *const titles[] = {"snapshot", "taken", "root", "objects", "changes", "", NULL};
    const struct answer_snapshot *items = snapshots->snapshots.items;
    const size_t *steps = count_steps(&snapshots->snapshots, arena);
    struct table table;

    if (snapshots->snapshots.count == 0) {
        buffer_add_string(output, "no snapshots\n");
        return;
    }
    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table.failed = steps == NULL;
    table_add_titles(&table, titles);
    for (size_t i = 0; i < snapshots->snapshots.count && steps != NULL; i++)
        add_snapshot(&table, &items[i], steps[i]);
    table_write(output, &table, style, 0);
    if (snapshots->next != 0)
        buffer_add_string(output, "older ones are left out: '--all' shows everything, '--limit' more\n");
}
