#include "track/recording_events.h"

#include "drift/report_json_value.h"
#include "drift/severity.h"
#include "event/change_groups.h"
#include "event/event_change.h"
#include "store/events.h"

/* What telling needs at every step. */
struct telling {
    struct database *database;
    const struct recorded *recorded;
    struct arena *arena;
    struct error *error;
};

/* Write an event about the snapshot. Takes over the data. */
static enum error_code tell(const struct telling *telling, enum event_type type, enum severity severity,
                            struct json_builder *builder, json_t *data)
{
    const struct snapshot_row *snapshot = telling->recorded->snapshot;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct event_row event = {.at = snapshot->received_at,
                              .type = type,
                              .severity = severity,
                              .target = snapshot->target,
                              .agent = snapshot->agent};

    json_builder_set_number(builder, data, "snapshot", snapshot->id);
    if (json_builder_write_compact(builder, data, &text, telling->error) != ERROR_NONE)
        return telling->error->code;
    event.data = buffer_text(&text);
    return events_add(telling->database, &event, telling->error);
}

static json_t *summary_value(struct json_builder *builder, const struct diff *diff)
{
    json_t *summary = json_builder_object(builder);

    for (unsigned severity = 0; severity < SEVERITY_COUNT; severity++)
        json_builder_set(builder, summary, severity_name((enum severity)severity),
                         json_builder_number(builder, diff->summary[severity]));
    return summary;
}

static enum severity worst_of(const struct diff *diff)
{
    enum severity worst = SEVERITY_LOW;

    for (unsigned severity = 0; severity < SEVERITY_COUNT; severity++)
        if (diff->summary[severity] > 0)
            worst = (enum severity)severity;
    return worst;
}

/* ---------------------------------------------------------------- "snapshot-recorded" */

static enum error_code tell_recorded(const struct telling *telling)
{
    const struct snapshot_row *snapshot = telling->recorded->snapshot;
    struct json_builder builder = {0};
    json_t *data = json_builder_object(&builder);
    char root[HASH_HEX_SIZE];

    hash_to_hex(&snapshot->root, root);
    json_builder_set(&builder, data, "root", json_builder_string(&builder, root));
    json_builder_set(&builder, data, "first",
                     telling->recorded->has_before ? json_false() : json_true()); /* constants: these cannot fail */
    json_builder_set(&builder, data, "objects", json_builder_number(&builder, snapshot->objects));
    json_builder_set(&builder, data, "gaps", json_builder_number(&builder, snapshot->gaps - snapshot->undeclared));
    json_builder_set(&builder, data, "changes", json_builder_number(&builder, snapshot->changes));
    json_builder_set(&builder, data, "summary", summary_value(&builder, telling->recorded->diff));
    return tell(telling, EVENT_SNAPSHOT_RECORDED, worst_of(telling->recorded->diff), &builder, data);
}

/* ---------------------------------------------------------------- "schema-changed" */

enum { CHANGES_LIMIT = 20 /* that the event spells out; the worst come first */ };

static bool is_named(const json_t *actors, struct text actor)
{
    for (size_t i = 0; i < json_array_size(actors); i++) {
        const json_t *known = json_array_get(actors, i);

        if (text_equal((struct text){json_string_value(known), json_string_length(known)}, actor))
            return true;
    }
    return false;
}

/* Everybody who did something, each once. */
static json_t *actors_value(struct json_builder *builder, const struct recorded *recorded)
{
    json_t *actors = json_builder_array(builder);

    for (uint32_t i = 0; i < recorded->diff->change_count && json_array_size(actors) < CHANGES_LIMIT; i++) {
        struct text actor = recorded->attributions[i].actor;

        if (actor.length > 0 && !is_named(actors, actor))
            json_builder_append(builder, actors, json_builder_text(builder, actor));
    }
    return actors;
}

/* What they have in common: all of them count, however many the event spells out. */
static enum error_code group_changes(const struct telling *telling, struct change_groups *groups)
{
    const struct diff *diff = telling->recorded->diff;

    for (uint32_t i = 0; i < diff->change_count; i++) {
        const struct change *change = &diff->changes[i];
        const struct change_groups_item item = {change->effect,   change->kind,   change->object_kind, change->aspect,
                                                change->severity, change->object, change->owner};

        if (!change_groups_add(groups, telling->arena, &item))
            return arena_error(telling->arena, telling->error, "summing up changes");
    }
    return ERROR_NONE;
}

static enum error_code tell_changed(const struct telling *telling)
{
    const struct recorded *recorded = telling->recorded;
    struct change_groups groups = {0};
    struct json_builder builder = {0};
    char root[HASH_HEX_SIZE];
    json_t *data, *changes;

    if (recorded->diff->change_count == 0)
        return ERROR_NONE;
    if (group_changes(telling, &groups) != ERROR_NONE)
        return telling->error->code;
    data = json_builder_object(&builder);
    changes = json_builder_array(&builder);
    hash_to_hex(&recorded->snapshot->root, root);
    for (uint32_t i = 0; i < recorded->diff->change_count && i < CHANGES_LIMIT; i++)
        json_builder_append(&builder, changes,
                            event_change_value(&builder, &recorded->diff->changes[i], recorded->change_ids[i],
                                               &recorded->attributions[i]));
    json_builder_set(&builder, data, "root", json_builder_string(&builder, root));
    json_builder_set(&builder, data, "count", json_builder_number(&builder, recorded->diff->change_count));
    json_builder_set(&builder, data, "summary", summary_value(&builder, recorded->diff));
    change_groups_set(&builder, data, &groups);
    json_builder_set(&builder, data, "changes", changes);
    json_builder_set(&builder, data, "actors", actors_value(&builder, recorded));
    json_builder_set(&builder, data, "captured", json_boolean(recorded->snapshot->capture));
    return tell(telling, EVENT_SCHEMA_CHANGED, worst_of(recorded->diff), &builder, data);
}

/* ---------------------------------------------------------------- "history-gap" */

static enum error_code tell_gap(const struct telling *telling)
{
    const struct snapshot_row *snapshot = telling->recorded->snapshot;
    struct json_builder builder = {0};
    json_t *data;

    if (snapshot->lost == 0)
        return ERROR_NONE;
    data = json_builder_object(&builder);
    json_builder_set_number(&builder, data, "lost", (int64_t)snapshot->lost);
    json_builder_set(&builder, data, "reason", json_builder_text(&builder, snapshot->lost_reason));
    return tell(telling, EVENT_HISTORY_GAP, SEVERITY_MEDIUM, &builder, data);
}

/* ---------------------------------------------------------------- "server-upgraded" */

/* Medium: what came with it may be unseen, since the spelling of definitions was not compared. */
static enum error_code tell_upgrade(const struct telling *telling)
{
    const struct snapshot_row *snapshot = telling->recorded->snapshot;
    struct json_builder builder = {0};
    json_t *data;

    if (snapshot->upgraded_from.length == 0)
        return ERROR_NONE;
    data = json_builder_object(&builder);
    json_builder_set(&builder, data, "from", json_builder_text(&builder, snapshot->upgraded_from));
    json_builder_set(&builder, data, "to", json_builder_text(&builder, snapshot->server_version));
    return tell(telling, EVENT_SERVER_UPGRADED, SEVERITY_MEDIUM, &builder, data);
}

enum { LISTED_LIMIT = 100 /* of one kind that an event spells out */ };

/* ---------------------------------------------------------------- "change-unattributed" */

static json_t *change_value(struct json_builder *builder, const struct change *change, int64_t id)
{
    json_t *object = json_builder_object(builder);

    json_builder_set_number(builder, object, "id", id);
    json_builder_set(builder, object, "effect", json_builder_string(builder, effect_name(change->effect)));
    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(change->kind)));
    json_builder_set(builder, object, "object", json_builder_text(builder, change->object));
    return object;
}

/* High, whatever changed: somebody got around what sees everything, or what sees everything does not. */
static enum error_code tell_unattributed(const struct telling *telling)
{
    const struct recorded *recorded = telling->recorded;
    struct json_builder builder = {0};
    json_t *data, *changes;
    uint32_t count = 0, first = 0;

    while (first < recorded->diff->change_count && recorded->attributions[first].evidence != EVIDENCE_UNATTRIBUTED)
        first++;
    if (first == recorded->diff->change_count)
        return ERROR_NONE;
    data = json_builder_object(&builder);
    changes = json_builder_array(&builder);
    for (uint32_t i = first; i < recorded->diff->change_count; i++) {
        if (recorded->attributions[i].evidence != EVIDENCE_UNATTRIBUTED)
            continue;
        if (count++ < LISTED_LIMIT)
            json_builder_append(&builder, changes,
                                change_value(&builder, &recorded->diff->changes[i], recorded->change_ids[i]));
    }
    json_builder_set_number(&builder, data, "count", count);
    json_builder_set(&builder, data, "changes", changes);
    return tell(telling, EVENT_CHANGE_UNATTRIBUTED, SEVERITY_HIGH, &builder, data);
}

/* ---------------------------------------------------------------- "coverage-changed" */

static int compare_gaps(const struct coverage_gap *a, const struct coverage_gap *b)
{
    int order = a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : text_compare(a->object, b->object);

    return order != 0 ? order : text_compare(a->reason, b->reason);
}

static json_t *gap_value(struct json_builder *builder, const struct coverage_gap *gap)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(gap->kind)));
    if (gap->object.length > 0)
        json_builder_set(builder, object, "object", json_builder_text(builder, gap->object));
    json_builder_set(builder, object, "reason", json_builder_text(builder, gap->reason));
    return object;
}

static void list_gap(struct json_builder *builder, json_t *list, const struct coverage_gap *gap)
{
    if (json_array_size(list) < LISTED_LIMIT)
        json_builder_append(builder, list, gap_value(builder, gap));
}

/* How bad it is that one came: what nobody declares any more is at least known to be so. */
static enum severity severity_of_gap(const struct coverage_gap *gap)
{
    return gap_is_undeclared(gap) ? SEVERITY_MEDIUM : SEVERITY_HIGH;
}

/* Both lists are sorted: what only one of them has came or went. Answers how bad that is. */
static enum severity list_changed_gaps(struct json_builder *builder, json_t *lost, json_t *regained,
                                       const struct recorded *recorded, struct coverage_gap *const gaps[2])
{
    enum severity worst = SEVERITY_LOW;
    uint32_t a = 0, b = 0;

    while (a < recorded->root_before.gap_count || b < recorded->root.gap_count) {
        int order = a == recorded->root_before.gap_count ? 1
                    : b == recorded->root.gap_count      ? -1
                                                         : compare_gaps(&gaps[0][a], &gaps[1][b]);

        if (order < 0)
            list_gap(builder, regained, &gaps[0][a]);
        if (order > 0) {
            list_gap(builder, lost, &gaps[1][b]);
            if (severity_of_gap(&gaps[1][b]) > worst)
                worst = severity_of_gap(&gaps[1][b]);
        }
        a += order <= 0;
        b += order >= 0;
    }
    return worst;
}

static enum error_code tell_coverage(const struct telling *telling)
{
    const struct recorded *recorded = telling->recorded;
    struct coverage_gap *gaps[2];
    struct json_builder builder = {0};
    json_t *data, *lost, *regained;
    enum severity severity;

    if (!recorded->has_before || (recorded->root.gap_count == recorded->root_before.gap_count &&
                                  text_equal(recorded->root.gaps, recorded->root_before.gaps)))
        return ERROR_NONE;
    if (node_read_gaps(&recorded->root_before, telling->arena, &gaps[0], telling->error) != ERROR_NONE ||
        node_read_gaps(&recorded->root, telling->arena, &gaps[1], telling->error) != ERROR_NONE)
        return telling->error->code;
    data = json_builder_object(&builder);
    lost = json_builder_array(&builder);
    regained = json_builder_array(&builder);
    severity = list_changed_gaps(&builder, lost, regained, recorded, gaps);
    json_builder_set(&builder, data, "gaps",
                     json_builder_number(&builder, recorded->snapshot->gaps - recorded->snapshot->undeclared));
    json_builder_set(&builder, data, "lost", lost);
    json_builder_set(&builder, data, "regained", regained);
    return tell(telling, EVENT_COVERAGE_CHANGED, severity, &builder, data);
}

enum error_code recording_events_add(struct database *database, const struct recorded *recorded, struct arena *arena,
                                     struct error *error)
{
    const struct telling telling = {database, recorded, arena, error};

    if (tell_gap(&telling) != ERROR_NONE || tell_upgrade(&telling) != ERROR_NONE ||
        tell_recorded(&telling) != ERROR_NONE || tell_changed(&telling) != ERROR_NONE ||
        tell_unattributed(&telling) != ERROR_NONE)
        return error->code;
    return tell_coverage(&telling);
}
