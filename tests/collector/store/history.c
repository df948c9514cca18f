#include "collector/store/history.h"

#include <string.h>

#include "schema/load.h"
#include "store/agents.h"
#include "store/events.h"
#include "store/nodes.h"
#include "support/cmocka.h"

enum { SECOND = 1000 * 1000 };

void history_expect(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s (%s)", error->message, error_name(code));
}

void history_begin(struct history *history)
{
    struct error error = {0};

    history_expect(database_begin(history->database, &error), &error);
}

void history_commit(struct history *history)
{
    struct error error = {0};

    history_expect(database_commit(history->database, &error), &error);
}

void history_open(struct history *history)
{
    struct target_name grant = history_name("*", "*", "*");
    struct agent_row agent = {.name = TEXT("tester"), .grants = &grant, .grant_count = 1, .enrolled_by = TEXT("test")};
    struct error error = {0};

    *history = (struct history){.now = INT64_C(1700000000) * SECOND};
    test_directory_make(&history->directory);
    arena_init(&history->arena, HISTORY_MEMORY);
    history->folder = test_directory_path(&history->directory, "data");
    history_expect(store_open(&history->database, history->folder, DATABASE_WRITE, &error), &error);
    memset(agent.key, 't', sizeof agent.key);
    history_begin(history);
    history_expect(agents_enroll(history->database, &agent, &history->agent, &error), &error);
    history_commit(history);
}

void history_close(struct history *history)
{
    database_close(history->database);
    arena_free(&history->arena);
    test_directory_remove(&history->directory);
}

int history_setup(void **state)
{
    static struct history history;

    history_open(&history);
    *state = &history;
    return 0;
}

int history_teardown(void **state)
{
    history_close(*state);
    return 0;
}

struct target_name history_name(const char *database, const char *environment, const char *instance)
{
    return (struct target_name){text_from(database), text_from(environment), text_from(instance)};
}

int64_t history_target(struct history *history, const char *database, const char *environment, const char *instance)
{
    struct target_name name = history_name(database, environment, instance);
    struct error error = {0};
    int64_t id = 0;

    history_begin(history);
    history_expect(targets_find_or_add(history->database, &name, TEXT("dummy"), history->now, &id, &error), &error);
    history_commit(history);
    return id;
}

struct snapshot *history_build(struct history *history, const unsigned *versions, uint32_t count)
{
    struct snapshot_input input = {.info = {.engine = TEXT("dummy")}};
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    CLEANUP(arena_free) struct arena arena;

    (void)history;
    arena_init(&arena, HISTORY_MEMORY);
    input.objects = arena_array(&arena, count, sizeof *input.objects);
    assert_non_null(input.objects);
    for (uint32_t i = 0; i < count; i++) {
        struct object *object = &input.objects[input.object_count];
        struct attribute *attribute = arena_alloc(&arena, sizeof *attribute);
        struct text *comment = arena_alloc(&arena, sizeof *comment);

        if (versions[i] == 0)
            continue;
        *comment = text_from(arena_printf(&arena, "version %u of table %u", versions[i], i));
        *attribute = (struct attribute){.name = TEXT("comment"), .items = comment, .count = 1};
        *object = (struct object){.kind = KIND_TABLE, .attributes = attribute, .attribute_count = 1};
        object->path.count = 2;
        object->path.elements[0] = TEXT("shop");
        object->path.elements[1] = text_from(arena_printf(&arena, "table_%u", i));
        input.object_count++;
    }
    history_expect(snapshot_build(&snapshot, &input, HISTORY_MEMORY, &error), &error);
    return snapshot;
}

static enum error_code add_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                struct error *error)
{
    struct history *history = context;

    return nodes_add(history->database, hash, type, bytes, NULL, error);
}

static bool is_known(void *context, const struct hash *hash)
{
    struct history *history = context;
    struct error error = {0};
    bool known = false;

    history_expect(nodes_know(history->database, hash, &known, &error), &error);
    return known;
}

int64_t history_record(struct history *history, int64_t target, const struct snapshot *snapshot,
                       struct snapshot_row *row)
{
    const struct snapshot_walk walk = {.known = is_known, .visit = add_node, .context = history};
    bool own = !database_in_transaction(history->database);
    struct error error = {0};
    struct snapshot_row added = {
        .target = target,
        .root = snapshot->root,
        .stored = true,
        .taken_at = history->now,
        .received_at = history->now + 1,
        .agent = history->agent,
        .incarnation = "0123456789abcde",
        .seq = ++history->seq,
        .engine = snapshot->info.engine,
        .server_version = TEXT("1.0"),
        .reference = TEXT("dummy:x"),
        .objects = snapshot_object_count(snapshot),
        .gaps = snapshot->gap_count,
    };

    history->now += SECOND;
    if (own)
        history_begin(history);
    history_expect(snapshot_visit_nodes(snapshot, &walk, &error), &error);
    history_expect(snapshots_add(history->database, &added, &added.id, &error), &error);
    if (own)
        history_commit(history);
    if (row != NULL)
        *row = added;
    return added.id;
}

int64_t history_record_tables(struct history *history, int64_t target, const unsigned *versions, uint32_t count)
{
    struct snapshot *snapshot = history_build(history, versions, count);
    int64_t id = history_record(history, target, snapshot, NULL);

    snapshot_free(snapshot);
    return id;
}

int64_t history_add_events(struct history *history, const char *database, unsigned count)
{
    const struct event_row event = {.at = 1,
                                    .type = EVENT_DRIFT_OPENED,
                                    .severity = SEVERITY_HIGH,
                                    .place = {text_from(database), TEXT("prod"), {0}},
                                    .data = TEXT("{}")};
    struct error error = {0};
    int64_t last = 0;

    history_begin(history);
    for (unsigned i = 0; i < count; i++)
        history_expect(events_add(history->database, &event, &error), &error);
    history_commit(history);
    history_expect(events_last(history->database, &last, &error), &error);
    return last;
}

int64_t history_ask(struct history *history, const char *sql)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct error error = {0};
    bool row = false;

    history_expect(database_prepare(history->database, sql, &statement, &error), &error);
    history_expect(statement_step(statement, &row, &error), &error);
    assert_true(row);
    return statement_number(statement, 0);
}

void history_run(struct history *history, const char *sql)
{
    struct error error = {0};

    history_expect(database_run(history->database, sql, &error), &error);
}
