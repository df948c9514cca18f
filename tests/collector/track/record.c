#include "collector/track/record.h"

#include "common/drift/snapshot_text.h"
#include "drift/severity.h"
#include "schema/load.h"
#include "store/events.h"
#include "store/nodes.h"
#include "support/cmocka.h"

enum { PLENTY = 256 * 1024 * 1024, SECOND = 1000 * 1000 };

static struct correlator *follower;

void record_for(struct correlator *correlator)
{
    follower = correlator;
}

static enum error_code add_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                struct error *error)
{
    return nodes_add(context, hash, type, bytes, NULL, error);
}

static struct recording recording_of(struct history *history, int64_t target, const struct snapshot *snapshot,
                                     const struct record_extra *extra)
{
    struct recording recording = {.snapshot = {.target = target,
                                               .root = snapshot->root,
                                               .taken_at = history->now,
                                               .received_at = history->now + 1,
                                               .agent = history->agent,
                                               .incarnation = "0123456789abcde",
                                               .seq = ++history->seq,
                                               .server_version = snapshot->info.server_version.length > 0
                                                                     ? snapshot->info.server_version
                                                                     : TEXT("1.0"),
                                               .reference = TEXT("dummy:x")},
                                  .memory_limit = PLENTY,
                                  .correlator = follower};

    history->now += SECOND;
    if (extra == NULL)
        return recording;
    recording.renames = extra->renames;
    recording.ddl_events = extra->ddl_events;
    recording.ddl_event_count = extra->ddl_event_count;
    recording.snapshot.capture = extra->capture;
    recording.snapshot.lost = extra->lost;
    recording.snapshot.lost_reason = text_from(extra->lost_reason);
    recording.memory_limit = extra->memory_limit == 0 ? (size_t)PLENTY : extra->memory_limit;
    return recording;
}

enum error_code record_try(struct history *history, int64_t target, const struct snapshot *snapshot,
                           const struct record_extra *extra, int64_t *ret_id, struct error *error)
{
    const struct snapshot_walk walk = {.visit = add_node, .context = history->database};
    struct recording recording = recording_of(history, target, snapshot, extra);

    if (database_begin(history->database, error) != ERROR_NONE)
        return error->code;
    if (snapshot_visit_nodes(snapshot, &walk, error) != ERROR_NONE ||
        recording_store(history->database, &recording, ret_id, error) != ERROR_NONE) {
        database_rollback(history->database);
        if (follower != NULL)
            correlator_forget(follower);
        return error->code;
    }
    return database_commit(history->database, error);
}

int64_t record_snapshot(struct history *history, int64_t target, const struct snapshot *snapshot,
                        const struct record_extra *extra)
{
    struct error error = {0};
    int64_t id = 0;

    history_expect(record_try(history, target, snapshot, extra, &id, &error), &error);
    return id;
}

int64_t record_text(struct history *history, int64_t target, const char *text, const struct record_extra *extra)
{
    struct snapshot *snapshot = snapshot_from_text(text);
    int64_t id = record_snapshot(history, target, snapshot, extra);

    snapshot_free(snapshot);
    return id;
}

static const char *keep(struct history *history, struct buffer *buffer)
{
    char *kept = arena_string(&history->arena, buffer_text(buffer));

    assert_non_null(kept);
    return kept;
}

int64_t record_seen(struct history *history, int64_t target, const struct snapshot *before,
                    const struct snapshot *snapshot)
{
    struct record_extra extra = {.lost = 0};
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    diff_options_init(&options);
    if (before != NULL) {
        history_expect(diff_snapshots(&diff, before, snapshot, &options, &history->arena, &error), &error);
        history_expect(lineage_from_diff(&extra.renames, &diff, 0, &history->arena, &error), &error);
    }
    return record_snapshot(history, target, snapshot, &extra);
}

const char *record_changes(struct history *history, int64_t snapshot)
{
    const struct change_filter filter = {.snapshot = snapshot, .limit = 1000};
    CLEANUP(buffer_clear) struct buffer lines = {0};
    struct change_row *changes = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(changes_list(history->database, &filter, &history->arena, &changes, &count, &error), &error);
    while (count-- > 0) {
        buffer_printf(&lines, "%s %s %.*s", effect_name(changes[count].effect), kind_name(changes[count].kind),
                      TEXT_ARGS(changes[count].object));
        if (changes[count].renamed_from.length > 0)
            buffer_printf(&lines, " < %.*s", TEXT_ARGS(changes[count].renamed_from));
        buffer_add_byte(&lines, '\n');
    }
    return keep(history, &lines);
}

const char *record_events(struct history *history, int64_t after)
{
    CLEANUP(buffer_clear) struct buffer lines = {0};
    struct event_row *events = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(events_list(history->database, after, 1000, &history->arena, &events, &count, &error), &error);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&lines, "%s %s %.*s\n", event_type_name(events[i].type), severity_name(events[i].severity),
                      TEXT_ARGS(events[i].data));
    return keep(history, &lines);
}
