#include "track/recording.h"

#include <stdio.h>
#include <string.h>

#include "collector/track/record.h"
#include "common/drift/snapshot_text.h"
#include "schema/canonical.h"
#include "schema/load.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static int64_t prod(struct history *history)
{
    return history_target(history, "orders", "prod", "default");
}

static struct snapshot_row get(struct history *history, int64_t id)
{
    struct snapshot_row row = {0};
    struct error error = {0};

    history_expect(snapshots_get(history->database, id, &history->arena, &row, &error), &error);
    return row;
}

static int64_t last_event(struct history *history)
{
    return history_ask(history, "SELECT coalesce(max(id), 0) FROM event");
}

#define TWO "table a.t owner=bob comment=x\n  column x type=text\nview a.v owner=bob\n"

static void test_a_first_snapshot_has_no_changes(void **state)
{
    struct history *history = *state;
    int64_t id = record_text(history, prod(history), TWO "gap policy reason=no\n", NULL);
    struct snapshot_row row = get(history, id);

    assert_int_equal(row.objects, 2);
    assert_int_equal(row.gaps, 1);
    assert_int_equal(row.changes, 0);
    assert_true(text_equal(row.engine, TEXT("dummy")));
    assert_string_equal(record_changes(history, id), "");
    assert_non_null(strstr(record_events(history, 0), "snapshot-recorded low {"));
    assert_non_null(strstr(record_events(history, 0), "\"first\":true"));
    assert_null(strstr(record_events(history, 0), "coverage-changed"));
}

static void test_what_changed_is_kept(void **state)
{
    struct history *history = *state;
    int64_t target = prod(history), id, before;
    const char *events;
    struct snapshot_row row;

    record_text(history, target, TWO, NULL);
    before = last_event(history);
    id = record_text(history, target,
                     "table a.t owner=eve\n  column x type=integer\ntable a.u\ntable a.w\n"
                     "default_privilege 'FOR ROLE a ON TABLES' grants=['SELECT TO PUBLIC']\n",
                     NULL);
    row = get(history, id);
    assert_string_equal(record_changes(history, id), "added default_privilege FOR ROLE a ON TABLES\n"
                                                     "modified column a.t.x\n"
                                                     "removed view a.v\n"
                                                     "modified table a.t\n"
                                                     "modified table a.t\n"
                                                     "added table a.u\n"
                                                     "added table a.w\n");
    assert_int_equal(row.changes, 7);
    assert_int_equal(row.objects, 4);
    events = record_events(history, before);
    assert_non_null(strstr(events, "snapshot-recorded critical {"));
    assert_non_null(strstr(events, "\"first\":false"));
    assert_non_null(strstr(events, "\"changes\":7"));
    assert_non_null(strstr(events, "\"objects\":4"));
}

static void test_the_same_again_changes_nothing(void **state)
{
    struct history *history = *state;
    const struct record_extra after_a_gap = {.lost = 3, .lost_reason = "outbox full"};
    int64_t target = prod(history), id, before;

    record_text(history, target, TWO, NULL);
    before = last_event(history);
    id = record_text(history, target, TWO, &after_a_gap);
    assert_int_equal(get(history, id).objects, 2);
    assert_int_equal(get(history, id).lost, 3);
    assert_string_equal(record_changes(history, id), "");
    assert_non_null(strstr(record_events(history, before),
                           "history-gap medium {\"lost\":3,\"reason\":\"outbox full\",\"snapshot\":"));
}

static void test_renames_come_from_the_agent(void **state)
{
    static const struct rename renames[] = {
        {KIND_TABLE, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0},
        {KIND_COLUMN, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u.y"), TEXT_INIT("a.t.x"), 0},
    };
    static const struct rename nonsense[] = {
        {KIND_TABLE, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT("b.never"), 0},
        {KIND_VIEW, KIND_VIEW, TEXT_INIT("a.nowhere"), TEXT_INIT("a.nowhere"), TEXT_INIT("a.v"), 0},
    };
    const struct record_extra sent = {.renames = {renames, LENGTH_OF(renames)}};
    const struct record_extra lied = {.renames = {nonsense, LENGTH_OF(nonsense)}};
    struct history *history = *state;
    int64_t target = prod(history), id;

    record_text(history, target, "table a.t comment=x\n  column x type=text\nview a.v\n", NULL);
    id = record_text(history, target, "table a.u comment=x\n  column y type=text\nview a.v\n", &sent);
    assert_string_equal(record_changes(history, id), "renamed table a.u < a.t\nrenamed column a.u.y < a.t.x\n");

    target = history_target(history, "orders", "prod", "other"); /* the same, but nobody says it was a rename */
    record_text(history, target, "table a.t comment=x\nview a.v\n", NULL);
    id = record_text(history, target, "table a.u comment=x\nview a.v\n", NULL);
    assert_string_equal(record_changes(history, id), "removed table a.t\nadded table a.u\n");
    id = record_text(history, target, "table a.w comment=x\n", &lied);
    assert_string_equal(record_changes(history, id), "removed table a.u\nremoved view a.v\nadded table a.w\n");
}

/* A role that may no longer read the tables: what it cannot see was not dropped. */
static void test_what_cannot_be_read_was_not_removed(void **state)
{
    struct history *history = *state;
    int64_t target = prod(history), id, before;
    const char *events;

    record_text(history, target, "table a.t\ntable a.u\nview a.v\n", NULL);
    before = last_event(history);
    id = record_text(history, target, "view a.v comment=x\ngap table reason='permission denied'\n", NULL);
    assert_string_equal(record_changes(history, id), "modified view a.v\n");
    events = record_events(history, before);
    assert_non_null(strstr(events, "coverage-changed high {\"gaps\":1,\"lost\":[{\"kind\":\"table\",\"reason\":"
                                   "\"permission denied\"}],\"regained\":[],"));
    before = last_event(history);
    id = record_text(history, target, "table a.t\ntable a.u\nview a.v comment=x\n", NULL);
    assert_string_equal(record_changes(history, id), ""); /* nor was it added */
    events = record_events(history, before);
    assert_non_null(strstr(events, "coverage-changed low {\"gaps\":0,\"lost\":[],\"regained\":[{\"kind\":\"table\","));
}

/* A declaration that speaks of less, and of more again. */
static void test_what_is_not_declared_was_not_removed(void **state)
{
    struct history *history = *state;
    int64_t target = prod(history), id, before;
    struct snapshot_row row;
    struct error error = {0};
    const char *events;

    record_text(history, target, "table a.t\nview a.v\n", NULL);
    before = last_event(history);
    id = record_text(history, target, "table a.t\ngap view reason='not declared'\ngap table 'a.x' reason='locked'\n",
                     NULL);
    assert_string_equal(record_changes(history, id), "");
    events = record_events(history, before);
    assert_non_null(strstr(events, "coverage-changed high {\"gaps\":1,"));
    history_expect(snapshots_get(history->database, id, &history->arena, &row, &error), &error);
    assert_int_equal(row.gaps, 2);
    assert_int_equal(row.undeclared, 1);
    before = last_event(history);
    record_text(history, target, "table a.t\ngap view reason='not declared'\ngap index reason='not declared'\n", NULL);
    events = record_events(history, before);
    assert_non_null(strstr(events, "coverage-changed medium {\"gaps\":0,\"lost\":[{\"kind\":\"index\","));
}

#define FIFTEEN "@server postgresql 15.20 (Debian 15.20-0+deb12u1)\n"
#define SIXTEEN "@server postgresql 16.3\n"

/* A server of another major version spells what it renders in its own way; what else changed is kept. */
static void test_an_upgrade_of_the_server_is_no_change(void **state)
{
    struct history *history = *state;
    int64_t target = prod(history), id, before;

    record_text(history, target,
                FIFTEEN "view a.v definition='SELECT t.x FROM a.t'\ntable a.t\n  column x default='(1)'\n", NULL);
    before = last_event(history);
    id = record_text(history, target,
                     SIXTEEN "view a.v definition='SELECT x FROM a.t' comment=new\ntable a.t\n  column x default=1\n",
                     NULL);
    assert_string_equal(record_changes(history, id), "modified view a.v\n");
    assert_int_equal(history_ask(history, "SELECT count(*) FROM change WHERE attributes LIKE '%definition%'"), 0);
    assert_int_equal(get(history, id).changes, 1);
    assert_true(text_equal(get(history, id).upgraded_from, TEXT("15.20 (Debian 15.20-0+deb12u1)")));
    assert_non_null(strstr(record_events(history, before),
                           "server-upgraded medium {\"from\":\"15.20 (Debian 15.20-0+deb12u1)\",\"to\":\"16.3\","));

    before = last_event(history);
    id = record_text(history, target,
                     "@server postgresql 16.4\nview a.v definition='SELECT y FROM a.t' comment=new\n"
                     "table a.t\n  column x default=1\n",
                     NULL);
    assert_string_equal(record_changes(history, id), "modified view a.v\n"); /* again to the letter */
    assert_int_equal(get(history, id).upgraded_from.length, 0);
    assert_null(strstr(record_events(history, before), "server-upgraded"));
}

/* Where the server renders nothing an upgrade is told all the same; another engine is no upgrade. */
static void test_what_an_upgrade_is(void **state)
{
    static const struct {
        const char *from, *to;
        bool is_upgrade;
    } cases[] = {
        {"@server postgresql 16.3\n", "@server postgresql 15.20\ntable a.t\n", true},
        {"@server sqlite 3.40.1\n", "@server sqlite 4.0\ntable a.t\n", true},
        {"@server sqlite 3.40.1\n", "@server sqlite 3.41.0\ntable a.t\n", false},
        {"@server sqlite 3.40.1\n", "@server postgresql 15.20\ntable a.t\n", false},
        {"@server postgresql 15.20\n", "@server postgresql devel\ntable a.t\n", false},
        {"@server postgresql 15.20\n", "@server postgresql 16.3\n", true}, /* with not a byte changed */
    };
    struct history *history = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        int64_t target = history_target(history, "orders", "prod", (char[]){(char)('a' + (int)i), '\0'}), before, id;

        record_text(history, target, cases[i].from, NULL);
        before = last_event(history);
        id = record_text(history, target, cases[i].to, NULL);
        if ((get(history, id).upgraded_from.length > 0) != cases[i].is_upgrade ||
            (strstr(record_events(history, before), "server-upgraded") != NULL) != cases[i].is_upgrade)
            fail_msg("%s→ %s", cases[i].from, cases[i].to);
    }
}

/* Clocks are set back, but time does not go backward in a history. */
static void test_time_goes_forward_though_clocks_do_not(void **state)
{
    struct history *history = *state;
    int64_t target = prod(history), began = history->now, id;

    record_text(history, target, "table a.t\n", NULL);
    history->now = began - INT64_C(5) * 3600 * 1000000;
    id = record_text(history, target, "table a.u\n", NULL);
    assert_true(get(history, id).taken_at == began);
    assert_true(get(history, id).received_at < began);
    assert_true(history_ask(history, "SELECT min(at) FROM change") == began);
    history->now = began + 1;
    id = record_text(history, target, "table a.v\n", NULL);
    assert_true(get(history, id).taken_at == began + 1);
    id = record_text(history, history_target(history, "orders", "prod", "other"), "table a.t\n", NULL);
    assert_true(get(history, id).taken_at > began + 1); /* each target by itself */
}

static void test_captured_statements_are_kept(void **state)
{
    static const struct ddl_event_row events[] = {{.at = 5, .actor = TEXT_INIT("eve"), .statement = TEXT_INIT("x")},
                                                  {.at = 6, .actor = TEXT_INIT("bob")}};
    const struct record_extra extra = {.ddl_events = events, .ddl_event_count = LENGTH_OF(events)};
    struct history *history = *state;
    int64_t target = prod(history), id = record_text(history, target, TWO, &extra);

    assert_int_equal(history_ask(history, "SELECT count(*) FROM ddl_event"), 2);
    assert_int_equal(history_ask(history, "SELECT min(snapshot) FROM ddl_event"), id);
    assert_int_equal(history_ask(history, "SELECT min(target) FROM ddl_event"), target);
}

/* The events of one type in what record_events() answers: from its line to the end of that. */
static const char *line_of(struct history *history, const char *events, const char *type)
{
    const char *line = strstr(events, type);

    if (line == NULL)
        fail_msg("there is no '%s' in %s", type, events);
    return arena_string(&history->arena, (struct text){line, strcspn(line, "\n")});
}

static void test_what_changed_is_an_event(void **state)
{
    static const struct ddl_event_row statements[] = {
        {.at = 5, .actor = TEXT_INIT("eve"), .object = TEXT_INIT("a.t")},
        {.at = 6, .actor = TEXT_INIT("bob"), .object = TEXT_INIT("a.u")},
        {.at = 7, .actor = TEXT_INIT("eve"), .object = TEXT_INIT("a.v")},
    };
    const struct record_extra extra = {.ddl_events = statements, .ddl_event_count = 3, .capture = true};
    struct history *history = *state;
    int64_t target = prod(history), before;
    const char *line, *events;

    record_text(history, target, TWO, NULL);
    assert_null(strstr(record_events(history, 0), "schema-changed"));
    before = last_event(history);
    record_text(history, target, "table a.t owner=eve\n  column x type=integer\ntable a.u\n", &extra);
    events = record_events(history, before);
    assert_true(strstr(events, "snapshot-recorded") < strstr(events, "schema-changed"));
    line = line_of(history, events, "schema-changed");
    assert_ptr_equal(strstr(line, "schema-changed critical {\"root\":\""), line);
    assert_non_null(strstr(line, "\"actors\":[\"eve\",\"bob\"],\"captured\":true,"));
    assert_non_null(
        strstr(line, "\"effect\":\"removed\",\"kind\":\"view\",\"object\":\"a.v\",\"aspect\":\"structure\","));
    assert_non_null(strstr(line, ",\"evidence\":\"captured\",\"actor\":\"bob\"}"));
    assert_non_null(strstr(line, "{\"name\":\"type\",\"from\":\"text\",\"to\":\"integer\"}"));
    before = last_event(history);
    record_text(history, target, "table a.t owner=eve\n  column x type=integer\ntable a.u\n", NULL);
    assert_null(strstr(record_events(history, before), "schema-changed"));
}

/* The worst are spelt out, all are counted. */
static void test_much_that_changed_is_cut(void **state)
{
    struct history *history = *state;
    CLEANUP(buffer_clear) struct buffer text = {0};
    int64_t target = prod(history), before;
    const char *line;
    unsigned named = 0;

    record_text(history, target, TWO, NULL);
    before = last_event(history);
    buffer_add_string(&text, "view a.v definition='");
    for (unsigned i = 0; i < 1000; i++)
        buffer_add_string(&text, "ä");
    buffer_add_string(&text, "'\n");
    for (unsigned i = 0; i < 150; i++)
        buffer_printf(&text, "table b.t%u\n", i);
    record_text(history, target, text.bytes, NULL);
    line = line_of(history, record_events(history, before), "schema-changed");
    assert_non_null(strstr(line, "\"count\":153,"));
    assert_non_null(strstr(line, "\"effect\":\"removed\",\"kind\":\"table\",\"object\":\"a.t\"")); /* the worst */
    assert_non_null(strstr(line, "ä…\""));
    assert_non_null(strstr(line, "{\"effect\":\"added\",\"kind\":\"table\",\"aspect\":\"structure\",\"count\":150,"
                                 "\"severity\":\"low\"}"));
    for (const char *at = strstr(line, "\"changes\":["); (at = strstr(at, "\"effect\":")) != NULL; at++)
        named++;
    assert_int_equal(named, 20);
    assert_true(strlen(line) < 8000);
}

static void test_what_escaped_capture_is_an_event(void **state)
{
    static const struct ddl_event_row statement = {.at = 5, .actor = TEXT_INIT("eve"), .object = TEXT_INIT("a.t")};
    const struct record_extra extra = {.ddl_events = &statement, .ddl_event_count = 1, .capture = true};
    const struct record_extra unseen = {.capture = true};
    struct history *history = *state;
    int64_t target = prod(history), id, before;
    const char *events;

    record_text(history, target, TWO, &unseen); /* a first snapshot has no changes that anybody could have made */
    assert_null(strstr(record_events(history, 0), "change-unattributed"));
    before = last_event(history);
    id = record_text(history, target, "table a.t owner=eve\n  column x type=text\ntable a.u\ntable a.w\n", &extra);
    assert_true(get(history, id).capture);
    events = record_events(history, before);
    assert_non_null(strstr(events, "change-unattributed high {\"count\":3,\"changes\":["));
    assert_non_null(strstr(events, "\"effect\":\"added\",\"kind\":\"table\",\"object\":\"a.u\"}"));
    assert_non_null(strstr(events, "\"object\":\"a.v\""));
    assert_null(strstr(line_of(history, events, "change-unattributed"), "\"object\":\"a.t\""));
    assert_int_equal(history_ask(history, "SELECT count(*) FROM change WHERE evidence = 1 AND actor = 'eve'"), 2);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM change JOIN ddl_event ON ddl_event.id = ddl_event"), 2);
    before = last_event(history);
    record_text(history, target, "table a.w\n", NULL); /* nobody says that all was captured */
    assert_null(strstr(record_events(history, before), "change-unattributed"));
}

/* An event is no list of everything. */
static void test_many_that_escaped_are_counted(void **state)
{
    struct history *history = *state;
    CLEANUP(buffer_clear) struct buffer text = {0};
    const struct record_extra unseen = {.capture = true};
    int64_t target = prod(history), before;
    const char *events;

    record_text(history, target, TWO, NULL);
    before = last_event(history);
    for (unsigned i = 0; i < 150; i++)
        buffer_printf(&text, "table b.t%u\n", i);
    buffer_add(&text, TWO, sizeof TWO); /* with its end */
    record_text(history, target, text.bytes, &unseen);
    events = record_events(history, before);
    assert_non_null(strstr(events, "change-unattributed high {\"count\":150,"));
    assert_non_null(strstr(events, "\"object\":\"b.t0\"}"));
    assert_true(strlen(events) < 150 * 70);
}

/* A thousand tables, of which `changed` differ from those of 0. */
static struct snapshot *thousand_tables(struct history *history, unsigned changed)
{
    unsigned versions[1000];

    for (unsigned i = 0; i < LENGTH_OF(versions); i++)
        versions[i] = i < changed ? 2 : 1;
    return history_build(history, versions, LENGTH_OF(versions));
}

/* Where a thousand tables do not fit into memory, a known root and a small change do. */
static void test_what_is_known_is_not_read_again(void **state)
{
    const struct record_extra tight = {.memory_limit = 200000};
    struct history *history = *state;
    int64_t first = prod(history), second = history_target(history, "orders", "prod", "tenant"), id = 0;
    struct snapshot *snapshot = thousand_tables(history, 0);
    struct error error = {0};

    assert_int_equal(record_try(history, first, snapshot, &tight, &id, &error), ERROR_LIMIT);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM snapshot"), 0);
    record_snapshot(history, first, snapshot, NULL);
    id = record_snapshot(history, second, snapshot, &tight);
    assert_int_equal(get(history, id).objects, 1000);
    assert_true(text_equal(get(history, id).engine, TEXT("dummy")));
    snapshot_free(snapshot);
    snapshot = thousand_tables(history, 2);
    id = record_snapshot(history, first, snapshot, &tight);
    assert_int_equal(get(history, id).objects, 1000);
    assert_int_equal(get(history, id).changes, 2);
    snapshot_free(snapshot);
}

/* ---------------------------------------------------------------- what is not in order */

/* A snapshot whose access trie speaks of a table that is not there. */
static struct snapshot *forge(struct history *history)
{
    struct snapshot *snapshot = snapshot_from_text("table a.t owner=bob\ntable a.u\n");
    struct trie *structure = &snapshot->tries[ASPECT_STRUCTURE];
    CLEANUP(buffer_clear) struct buffer root = {0};
    struct hasher *hasher = NULL;
    struct error error = {0};
    uint32_t kept = 0;

    history_expect(hasher_new(&hasher, &error), &error);
    for (uint32_t i = 0; i < structure->count; i++)
        if (text_equal(structure->entries[i].path.elements[1], TEXT("u")))
            structure->entries[kept++] = structure->entries[i];
    history_expect(trie_build(structure, structure->entries, kept, &history->arena, hasher, &error), &error);
    snapshot_encode_root(&root, snapshot);
    snapshot->root = hasher_digest(hasher, NODE_ROOT, buffer_text(&root));
    hasher_free(hasher);
    return snapshot;
}

static void expect_nothing_but(struct history *history, int64_t snapshots)
{
    assert_int_equal(history_ask(history, "SELECT count(*) FROM snapshot"), snapshots);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM event WHERE type = 'snapshot-recorded'"), snapshots);
}

static void test_a_forged_snapshot_is_refused(void **state)
{
    struct history *history = *state;
    int64_t target = prod(history), id = 0;
    struct snapshot *forged = forge(history);
    struct error error = {0};

    assert_int_equal(record_try(history, target, forged, NULL, &id, &error), ERROR_CORRUPT);
    expect_nothing_but(history, 0);
    record_text(history, target, "table a.t owner=bob\ntable a.u\n", NULL);
    assert_int_equal(record_try(history, target, forged, NULL, &id, &error), ERROR_CORRUPT);
    assert_string_equal(error.message, "a snapshot has access or storage of a table that it lacks");
    expect_nothing_but(history, 1);
    snapshot_free(forged);
}

static void test_a_snapshot_with_a_hole_is_refused(void **state)
{
    struct history *history = *state;
    struct snapshot *snapshot = snapshot_from_text(TWO);
    struct recording recording = {.snapshot = {.target = prod(history), .root = snapshot->root, .seq = 1},
                                  .memory_limit = 1000000};
    struct error error = {0};
    int64_t id = 0;

    history_begin(history); /* nothing of it was stored */
    assert_int_equal(recording_store(history->database, &recording, &id, &error), ERROR_CORRUPT);
    database_rollback(history->database);
    expect_nothing_but(history, 0);
    snapshot_free(snapshot);
}

static void test_an_engine_has_a_name(void **state)
{
    struct history *history = *state;
    struct snapshot_input input = {.info.engine = TEXT("\xff")};
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    int64_t id = 0;

    history_expect(snapshot_build(&snapshot, &input, HISTORY_MEMORY, &error), &error);
    assert_int_equal(record_try(history, prod(history), snapshot, NULL, &id, &error), ERROR_CORRUPT);
    snapshot_free(snapshot);
}

/* After an upgrade of the canonical form the old snapshots stay, but nothing compares with them. */
static void test_another_canonical_form_is_a_new_beginning(void **state)
{
    struct history *history = *state;
    int64_t target = prod(history), id;

    record_text(history, target, "table a.t\n", NULL);
    history_run(history, "UPDATE node SET bytes = CAST(x'02' || substr(bytes, 2) AS BLOB) WHERE type = 4");
    id = record_text(history, target, TWO, NULL);
    assert_string_equal(record_changes(history, id), "");
    assert_int_equal(get(history, id).objects, 2);
}

/* ---------------------------------------------------------------- memory */

/* Two snapshots to record one after the other in one transaction. */
struct material {
    struct history *history;
    int64_t target;
    struct snapshot *first;
    struct snapshot *second;
};

static enum error_code record_again(void *context, struct error *error)
{
    static const struct rename renames[] = {
        {KIND_TABLE, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0}};
    static const struct ddl_event_row events[] = {{.at = 5, .actor = TEXT_INIT("eve"), .object = TEXT_INIT("a.w")}};
    struct material *material = context;
    struct recording recording = {.snapshot = {.target = material->target,
                                               .root = material->second->root,
                                               .agent = material->history->agent,
                                               .seq = 1000,
                                               .server_version = TEXT("16.3"),
                                               .lost = 1,
                                               .lost_reason = TEXT("full"),
                                               .capture = true},
                                  .renames = {renames, LENGTH_OF(renames)},
                                  .ddl_events = events,
                                  .ddl_event_count = LENGTH_OF(events),
                                  .memory_limit = HISTORY_MEMORY};
    enum error_code code;
    int64_t id = 0;

    if (database_begin(material->history->database, error) != ERROR_NONE)
        return error->code;
    code = recording_store(material->history->database, &recording, &id, error);
    database_rollback(material->history->database);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct history *history = *state;
    struct material material = {.history = history,
                                .target = prod(history),
                                .first = snapshot_from_text(FIFTEEN "table a.t comment=x\n  column x default=1\n"
                                                                    "table a.w\n  column x default=1\n"
                                                                    "gap view reason=x\n"),
                                .second = snapshot_from_text(SIXTEEN "table a.u comment=x\n  column x default=1\n"
                                                                     "table a.w\n  column x default=2\n"
                                                                     "gap view reason=y\n")};
    int64_t other = history_target(history, "orders", "dev", "default");

    record_snapshot(history, material.target, material.first, NULL);
    record_snapshot(history, other, material.second, NULL); /* its nodes are there */
    assert_true(test_every_allocation(record_again, &material) >= 20);
    snapshot_free(material.first);
    snapshot_free(material.second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_first_snapshot_has_no_changes, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_changed_is_kept, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_the_same_again_changes_nothing, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_renames_come_from_the_agent, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_declared_was_not_removed, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read_was_not_removed, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_an_upgrade_of_the_server_is_no_change, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_an_upgrade_is, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_time_goes_forward_though_clocks_do_not, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_captured_statements_are_kept, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_changed_is_an_event, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_much_that_changed_is_cut, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_escaped_capture_is_an_event, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_many_that_escaped_are_counted, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_known_is_not_read_again, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_forged_snapshot_is_refused, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_snapshot_with_a_hole_is_refused, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_an_engine_has_a_name, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_another_canonical_form_is_a_new_beginning, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, history_setup, history_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
