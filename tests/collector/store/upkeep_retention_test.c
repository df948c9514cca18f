#include <string.h>

#include "collector/store/history.h"
#include "schema/load.h"
#include "schema/node_table.h"
#include "store/audits.h"
#include "store/ddl_events.h"
#include "store/deliveries.h"
#include "store/drifts.h"
#include "store/events.h"
#include "store/gate_runs.h"
#include "store/incidents.h"
#include "store/nodes.h"
#include "store/pairs.h"
#include "store/syncs.h"
#include "store/upkeep.h"
#include "store/waivers.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static const int64_t SECOND = 1000000;

static struct retention_result run(struct history *history, const struct retention *retention)
{
    struct retention_result result = {0};
    struct error error = {0};
    bool done = false;

    while (!done)
        history_expect(retention_run(history->database, retention, history->now, &result, &done, &error), &error);
    assert_null(result.work);
    return result;
}

static void expect_sound(struct history *history)
{
    const struct verify_options options = {.report = (verify_report)NULL};
    struct verify_result result = {0};
    struct error error = {0};

    history_expect(store_verify(history->database, &options, &result, &error), &error);
    assert_int_equal(result.problems, 0);
}

static int64_t ask_of_target(struct history *history, const char *what, int64_t target)
{
    char *sql = arena_printf(&history->arena, "SELECT count(*) FROM %s AND target = %lld", what, (long long)target);

    assert_non_null(sql);
    return history_ask(history, sql);
}

/* Snapshots of one table, a second apart, all different, each with one change and one event. */
static void record_series(struct history *history, int64_t target, unsigned count)
{
    static unsigned version;
    const struct change change = {
        .kind = KIND_TABLE, .object_kind = KIND_TABLE, .object = TEXT("a"), .owner = TEXT("a"), .rule = "x"};

    for (unsigned i = 0; i < count; i++) {
        struct event_row event = {.at = history->now, .type = EVENT_SNAPSHOT_RECORDED, .data = TEXT("{}")};
        struct ddl_event_row ddl_event = {.target = target, .at = history->now};
        struct snapshot *snapshot;
        struct snapshot_row row;
        struct error error = {0};

        version++;
        snapshot = history_build(history, &version, 1);
        history_begin(history);
        history_record(history, target, snapshot, &row);
        ddl_event.snapshot = row.id;
        history_expect(snapshots_add_changes(history->database, &row, &change, NULL, 1, NULL, &error), &error);
        history_expect(ddl_events_add(history->database, &ddl_event, NULL, &error), &error);
        history_expect(events_add(history->database, &event, &error), &error);
        history_commit(history);
        snapshot_free(snapshot);
    }
    history_run(history, "UPDATE snapshot SET changes = 1");
}

/* ---- what is kept ---- */

static void test_what_is_kept(void **state)
{
    static const struct {
        const char *what;
        int64_t snapshots; /* seconds */
        uint32_t least;
        int64_t changes; /* seconds */
        int whole, records, changes_left;
    } cases[] = {
        /* ten snapshots, the newest recorded just now, the oldest nine seconds ago */
        {"everything", 0, 1, 0, 10, 10, 10},
        {"three seconds, and what was true when they began", 3, 1, 0, 4, 10, 10},
        {"no time, but the newest", 1, 1, 0, 2, 10, 10},
        {"no time, but so many", 1, 5, 0, 5, 10, 10},
        {"more than there are", 1, 50, 0, 10, 10, 10},
        {"none asked for is one", 1, 0, 0, 2, 10, 10},
        {"longer than there is", 100, 1, 100, 10, 10, 10},
        {"records and changes of three seconds", 3, 1, 3, 4, 4, 3},
        {"records of less than whole snapshots", 5, 1, 2, 6, 6, 2},
        {"records of more than whole snapshots", 2, 1, 5, 3, 6, 5},
        {"changes only", 0, 1, 2, 10, 10, 2},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct retention retention = {.snapshots_us = cases[i].snapshots * SECOND,
                                            .snapshots_least = cases[i].least,
                                            .changes_us = cases[i].changes * SECOND};
        struct history history;
        struct retention_result result;
        int64_t target;

        print_message("  %s\n", cases[i].what);
        history_open(&history);
        target = history_target(&history, "orders", "prod", "default");
        record_series(&history, target, 10);
        result = run(&history, &retention);
        assert_int_equal(ask_of_target(&history, "snapshot WHERE node IS NOT NULL", target), cases[i].whole);
        assert_int_equal(ask_of_target(&history, "snapshot WHERE TRUE", target), cases[i].records);
        assert_int_equal(ask_of_target(&history, "change WHERE TRUE", target), cases[i].changes_left);
        assert_int_equal(ask_of_target(&history, "ddl_event WHERE TRUE", target), cases[i].changes_left);
        assert_int_equal(result.snapshots, 10 - cases[i].whole);
        assert_int_equal(result.records, 10 - cases[i].records);
        assert_int_equal(result.changes, 10 - cases[i].changes_left);
        assert_true(result.snapshots == 0 || (result.nodes >= result.snapshots && result.bytes > result.nodes));
        expect_sound(&history);
        history_close(&history);
    }
}

static void test_events_go_by_their_age(void **state)
{
    struct history *history = *state;
    const struct retention retention = {.snapshots_least = 1, .changes_us = 5 * SECOND};
    const struct event_row early = {
        .at = history->now + 1000 * SECOND, .type = EVENT_SERVER_UPGRADED, .data = TEXT("{}")};
    struct error error = {0};
    struct retention_result result;

    history_expect(events_add(history->database, &early, &error), &error);
    record_series(history, history_target(history, "orders", "prod", "default"), 10);
    result = run(history, &retention);
    assert_int_equal(result.events, 5);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM event"), 6);
    assert_int_equal(history_ask(history, "SELECT seq FROM sqlite_sequence WHERE name = 'event'"), 11);
}

/* A log that notifications read on is no log when what they have not read is gone. */
static void test_events_stay_until_they_were_told(void **state)
{
    struct history *history = *state;
    const struct retention retention = {.snapshots_least = 1, .changes_us = SECOND};
    struct incident_row incident = {.route = TEXT("r"), .sink = TEXT("s"), .subject = TEXT("x"), .opened_at = 1};
    struct error error = {0};

    record_series(history, history_target(history, "orders", "prod", "default"), 10);
    history->now += 1000 * SECOND;
    history_expect(database_begin(history->database, &error), &error);
    history_expect(incidents_add(history->database, &incident, &error), &error);
    history_expect(waiting_events_add(history->database, incident.id, 3, &error), &error);
    history_expect(planned_set(history->database, 6, &error), &error);
    history_expect(database_commit(history->database, &error), &error);
    assert_int_equal(run(history, &retention).events, 5);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM event"), 5);
    assert_int_equal(history_ask(history, "SELECT min(id) FROM event"), 3);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM event WHERE id > 6"), 4);
    history_run(history, "DELETE FROM incident_event");
    history_expect(database_begin(history->database, &error), &error);
    history_expect(planned_set(history->database, 10, &error), &error);
    history_expect(database_commit(history->database, &error), &error);
    assert_int_equal(run(history, &retention).events, 5);
}

static void add_delivery(struct history *history, enum delivery_state state, int64_t finished_at)
{
    struct incident_row incident = {
        .route = TEXT("r"), .sink = TEXT("s"), .subject = TEXT("x"), .ended_at = finished_at};
    struct delivery_row delivery = {
        .sink = TEXT("s"), .number = 1, .state = state, .finished_at = finished_at, .message = TEXT("{}")};
    struct error error = {0};

    history_expect(incidents_add(history->database, &incident, &error), &error);
    delivery.incident = incident.id;
    history_expect(deliveries_add(history->database, &delivery, &error), &error);
}

/* Messages that were given up stay three times as long; with nothing configured all stay. */
static void test_messages_go_by_their_age(void **state)
{
    struct history *history = *state;
    const struct retention retention = {.snapshots_least = 1, .deliveries_us = 10 * SECOND}, none = {.snapshots_us = 0};

    history->now += 1000 * SECOND;
    for (int i = 0; i < 120; i++)
        add_delivery(history, DELIVERY_SENT, history->now - 11 * SECOND);
    add_delivery(history, DELIVERY_SENT, history->now - 9 * SECOND);
    add_delivery(history, DELIVERY_DEAD, history->now - 29 * SECOND);
    add_delivery(history, DELIVERY_DEAD, history->now - 31 * SECOND);
    run(history, &none);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM delivery"), 123);
    run(history, &retention);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM delivery"), 2);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM incident"), 2);
}

/* A drift that was seen when it was opened and ended when it says, `steps` steps long. */
static int64_t add_drift(struct history *history, struct drift_row drift, unsigned steps)
{
    struct error error = {0};

    drift.state = drift.ending == DRIFT_LIVES ? DRIFT_OPEN : DRIFT_ENDED;
    drift.kind = drift.object_kind = KIND_TABLE;
    drift.object = drift.owner = text_from(arena_printf(&history->arena, "a.t%u", (unsigned)history->seq++));
    drift.rule = TEXT("x");
    drift.attributes = TEXT("[]");
    drift.states[0].is_there = true;
    drift.lead = -1;
    history_expect(drifts_add(history->database, &drift, &error), &error);
    for (unsigned i = 0; i < steps; i++) {
        const struct drift_step_row step = {.drift = drift.id,
                                            .what = i == 0 ? DRIFT_STEP_OPENED
                                                    : i + 1 == steps && drift.ending != DRIFT_LIVES
                                                        ? DRIFT_STEP_ENDED
                                                        : DRIFT_STEP_CHANGED,
                                            .side = -1};

        history_expect(drift_steps_add(history->database, &step, &error), &error);
    }
    return drift.id;
}

static int64_t add_pair(struct history *history, const char *from, bool active)
{
    struct pair_row pair = {.database = TEXT("orders"), .from = text_from(from), .to = TEXT("prod"), .active = active};
    struct error error = {0};

    history_expect(pairs_put(history->database, &pair, &error), &error);
    return pair.id;
}

static int64_t add_waiver(struct history *history, int64_t ended_at)
{
    struct waiver_row waiver = {.database = TEXT("orders"),
                                .reason = TEXT("known"),
                                .author = TEXT("alice"),
                                .created_by = TEXT("ci"),
                                .expires_at = 1};
    struct error error = {0};

    history_expect(waivers_add(history->database, &waiver, &error), &error);
    if (ended_at != 0)
        history_expect(waivers_end(history->database, waiver.id, ended_at, TEXT("ci"), &error), &error);
    return waiver.id;
}

static void test_what_has_ended_goes_by_its_age(void **state)
{
    struct history *history = *state;
    const struct retention retention = {.snapshots_least = 1, .changes_us = 5 * SECOND};
    int64_t now = history->now, young = now - 4 * SECOND, old = now - 6 * SECOND;
    int64_t pair = add_pair(history, "staging", true), over = add_pair(history, "dev", false);
    int64_t kept_waiver = add_waiver(history, old), kept, early;
    struct retention_result result;

    add_pair(history, "qa", false); /* over, and of no drift */
    add_waiver(history, old);
    add_waiver(history, young);
    add_waiver(history, 0);
    add_drift(history, (struct drift_row){.pair = pair, .ending = DRIFT_PROMOTED, .ended_at = old, .seen_at = old}, 4);
    add_drift(history, (struct drift_row){.pair = over, .ending = DRIFT_FORGOTTEN, .ended_at = old, .seen_at = old}, 2);
    kept =
        add_drift(history,
                  (struct drift_row){
                      .pair = pair, .ending = DRIFT_PROMOTED, .ended_at = young, .seen_at = old, .waiver = kept_waiver},
                  3);
    early = add_drift(/* an agent's clock was set back */
                      history,
                      (struct drift_row){.pair = pair, .ending = DRIFT_REVERTED, .ended_at = old, .seen_at = young}, 2);
    add_drift(history, (struct drift_row){.pair = pair, .seen_at = old}, 2);
    result = run(history, &(struct retention){.snapshots_least = 1});
    assert_int_equal(result.drifts + result.waivers, 0);
    result = run(history, &retention);
    assert_int_equal(result.drifts, 2);
    assert_int_equal(result.waivers, 1);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM drift"), 3);
    assert_int_equal(history_ask(history, "SELECT min(id) FROM drift"), kept);
    assert_int_equal(history_ask(history, "SELECT max(id) FROM drift WHERE ending > 0"), early);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM drift_step"), 7);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM waiver"), 3);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM pair"), 1);
    expect_sound(history);
    history->now += 2 * SECOND;
    result = run(history, &retention);
    assert_int_equal(result.drifts, 2);
    assert_int_equal(result.waivers, 2); /* now nothing speaks of the first */
    assert_int_equal(history_ask(history, "SELECT count(*) FROM drift"), 1);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM waiver"), 1);
    expect_sound(history);
}

static void test_many_drifts_go_in_slices(void **state)
{
    const struct retention retention = {.snapshots_least = 1, .changes_us = SECOND};
    struct history *history = *state;
    struct retention_result result = {0};
    struct error error = {0};
    unsigned slices = 0;
    bool done = false;
    int64_t pair = add_pair(history, "staging", true);

    history_begin(history);
    for (unsigned i = 0; i < 1050; i++)
        add_drift(history, (struct drift_row){.pair = pair, .ending = DRIFT_PROMOTED, .ended_at = 1, .seen_at = 1}, 2);
    history_commit(history);
    for (uint64_t before = 0; !done; before = result.drifts, slices++) {
        history_expect(retention_run(history->database, &retention, history->now, &result, &done, &error), &error);
        assert_true(result.drifts - before <= 100);
    }
    assert_int_equal(result.drifts, 1050);
    assert_true(slices > 10);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM drift_step"), 0);
}

static void test_runs_and_what_people_did_go_by_their_age(void **state)
{
    const struct retention retention = {.snapshots_least = 1, .changes_us = 5 * SECOND};
    struct history *history = *state;
    struct retention_result result;
    struct error error = {0};

    for (unsigned i = 0; i < 10; i++) {
        struct gate_run_row gate_run = {.at = history->now,
                                        .by = TEXT("ci"),
                                        .database = TEXT("orders"),
                                        .from = TEXT("staging"),
                                        .to = TEXT("prod"),
                                        .answer = TEXT("{}")};
        struct sync_row sync = {.at = history->now,
                                .by = TEXT("ci"),
                                .kind = TEXT("publish"),
                                .name = TEXT("docs"),
                                .database = TEXT("orders")};
        const struct audit_row audit = {.at = history->now, .by = TEXT("ci"), .action = TEXT("drift-waived")};

        history_expect(gate_runs_add(history->database, &gate_run, &error), &error);
        history_expect(syncs_add(history->database, &sync, &error), &error);
        if (i % 2 == 0)
            history_expect(audits_add(history->database, &audit, &error), &error);
        history->now += SECOND;
    }
    result = run(history, &retention);
    assert_int_equal(result.gate_runs, 5);
    assert_int_equal(result.syncs, 5);
    assert_int_equal(result.audits, 3);
    assert_int_equal(history_ask(history, "SELECT min(id) FROM gate_run"), 6);
    assert_int_equal(history_ask(history, "SELECT min(id) FROM audit"), 4);
    expect_sound(history);
}

static void test_what_is_shared_stays(void **state)
{
    const struct retention retention = {.snapshots_us = 1, .snapshots_least = 1};
    struct history *history = *state;
    int64_t one = history_target(history, "orders", "prod", "eu-1"),
            two = history_target(history, "orders", "prod", "eu-2");
    unsigned versions[100], nodes;
    struct error error = {0};

    for (unsigned i = 0; i < LENGTH_OF(versions); i++)
        versions[i] = 1;
    history_record_tables(history, one, versions, LENGTH_OF(versions));
    nodes = (unsigned)history_ask(history, "SELECT count(*) FROM node");
    history_record_tables(history, two, versions, LENGTH_OF(versions));
    assert_int_equal(history_ask(history, "SELECT count(*) FROM node"), nodes);
    versions[0] = 2;
    history_record_tables(history, one, versions, LENGTH_OF(versions));
    history->now += 10 * SECOND;
    run(history, &retention);
    assert_true(history_ask(history, "SELECT count(*) FROM node") > nodes); /* `two` still has all of the first */
    history_begin(history);
    history_expect(targets_forget(history->database, two, &error), &error);
    history_commit(history);
    run(history, &retention);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM node"), nodes);
    history_begin(history);
    history_expect(targets_forget(history->database, one, &error), &error);
    history_commit(history);
    run(history, &retention);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM node"), 0);
    expect_sound(history);
}

/* ---- while others write ---- */

/* What runs while retention does: snapshots of few different states come again and again, so that much of what is about
 * to be swept is used again. */
enum { WIDE = 2000, STATES = 5, TARGETS = 2 };

struct life {
    struct history *history;
    struct snapshot *states[STATES];
    uint64_t random;
};

static unsigned chance(struct life *life, unsigned bound)
{
    life->random = life->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(life->random >> 33) % bound;
}

static int64_t target_of(struct life *life, unsigned number)
{
    static const char *const names[TARGETS] = {"eu-1", "us-1"};

    return history_target(life->history, "orders", "prod", names[number]);
}

static void live(struct life *life)
{
    int64_t target = target_of(life, chance(life, TARGETS));
    struct error error = {0};

    if (chance(life, 12) != 0) {
        history_record(life->history, target, life->states[chance(life, STATES)], NULL);
        return;
    }
    history_begin(life->history);
    history_expect(targets_forget(life->history->database, target, &error), &error);
    history_commit(life->history);
}

/* Half of the tables are those of the state, half are the same in all. */
static struct snapshot *make_state(struct history *history, unsigned state)
{
    static unsigned versions[WIDE];

    for (unsigned i = 0; i < WIDE; i++)
        versions[i] = i % 2 == 0 ? 1 : state + 2;
    return history_build(history, versions, WIDE);
}

static enum error_code count_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                  struct error *error)
{
    struct node_table *needed = context;

    (void)bytes;
    (void)error;
    if (node_table_find(needed, hash) == NULL)
        assert_true(node_table_add(needed, hash, (uint8_t)type, TEXT("")));
    return ERROR_NONE;
}

/* How many nodes whole snapshots lead to, counted apart from retention's own way of finding them. */
static int64_t count_needed(struct history *history)
{
    static const char roots[] = "SELECT DISTINCT root FROM snapshot WHERE node IS NOT NULL";
    CLEANUP(statement_done) struct statement *statement = NULL;
    CLEANUP(node_table_clear) struct node_table needed = {0};
    struct node_source source = nodes_source(history->database);
    struct error error = {0};
    bool row = true;

    history_expect(database_prepare(history->database, roots, &statement, &error), &error);
    for (;;) {
        struct snapshot *snapshot = NULL;
        const struct snapshot_walk walk = {.visit = count_node, .context = &needed};
        struct hash root;

        history_expect(statement_step(statement, &row, &error), &error);
        if (!row)
            return needed.count;
        history_expect(statement_hash(statement, 0, &root, &error), &error);
        history_expect(snapshot_load(&snapshot, &root, &source, HISTORY_MEMORY, &error), &error);
        history_expect(snapshot_visit_nodes(snapshot, &walk, &error), &error);
        snapshot_free(snapshot);
    }
}

static void test_nothing_is_lost_and_nothing_left_while_others_write(void **state)
{
    const struct retention retention = {.snapshots_us = 3 * SECOND, .snapshots_least = 1, .changes_us = 20 * SECOND};
    struct history *history = *state;
    struct life life = {.history = history, .random = 1};
    uint64_t swept = 0, slices = 0;

    for (unsigned i = 0; i < STATES; i++)
        life.states[i] = make_state(history, i);
    for (unsigned round = 0; round < 8; round++) {
        struct retention_result result = {0};
        struct error error = {0};
        bool done = false;

        for (unsigned i = chance(&life, 4); i > 0; i--)
            live(&life);
        for (; !done; slices++) {
            history_expect(retention_run(history->database, &retention, history->now, &result, &done, &error), &error);
            if (!done && chance(&life, 3) != 0)
                live(&life);
            if (!done && chance(&life, 40) == 0) { /* a new start of the program */
                retention_stop(&result);
                break;
            }
            if (chance(&life, 10) == 0)
                expect_sound(history);
        }
        swept += result.nodes;
        expect_sound(history);
        if (done && history_ask(history, "SELECT count(*) FROM meta WHERE name = 'garbage'") == 0)
            assert_int_equal(history_ask(history, "SELECT count(*) FROM node"), count_needed(history));
    }
    history->now += 100 * SECOND;
    run(history, &retention); /* and in the end, when nobody disturbs */
    run(history, &retention);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM node"), count_needed(history));
    assert_true(swept > WIDE && slices > 50);
    for (unsigned i = 0; i < STATES; i++)
        snapshot_free(life.states[i]);
}

/* ---- when it fails ---- */

static void test_a_failure_undoes_its_slice_only(void **state)
{
    const struct retention retention = {.snapshots_us = SECOND, .snapshots_least = 1};
    struct history *history = *state;
    struct retention_result result = {0};
    struct error error = {0};
    bool done = false;
    enum error_code code = ERROR_NONE;
    int64_t count;

    record_series(history, history_target(history, "orders", "prod", "default"), 10);
    history_run(history, "CREATE TEMP TRIGGER stuck BEFORE DELETE ON node WHEN old.id = 1"
                         " BEGIN SELECT raise(ABORT, 'stuck'); END");
    count = history_ask(history, "SELECT count(*) FROM node");
    while (!done && code == ERROR_NONE)
        code = retention_run(history->database, &retention, history->now, &result, &done, &error);
    assert_int_equal(code, ERROR_CONFLICT);
    assert_null(result.work);
    assert_int_equal(result.snapshots, 8);
    assert_int_equal(result.nodes, 0);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM node"), count);
    assert_false(database_in_transaction(history->database));
    history_run(history, "DROP TRIGGER stuck");
    assert_true(run(history, &retention).nodes >= 8);
    expect_sound(history);
}

static enum error_code run_once(void *context, struct error *error)
{
    const struct retention retention = {.snapshots_us = SECOND, .snapshots_least = 1};
    struct history *history = context;
    struct retention_result result = {0};
    bool done = false;
    enum error_code code = ERROR_NONE;

    while (!done && code == ERROR_NONE)
        code = retention_run(history->database, &retention, history->now, &result, &done, error);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;

    record_series(history, history_target(history, "orders", "prod", "default"), 10);
    assert_true(test_every_allocation(run_once, history) >= 3);
    expect_sound(history);
}

/* A statement that changed nothing in the end is kept with a snapshot that may be old. */
static void test_a_statement_is_as_old_as_itself(void **state)
{
    const struct retention retention = {.changes_us = 3 * SECOND};
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default");
    struct ddl_event_row late = {.target = target, .number = 7};
    struct error error = {0};

    record_series(history, target, 1);
    late.snapshot = history_ask(history, "SELECT max(id) FROM snapshot");
    history->now += 100 * SECOND;
    late.at = history->now;
    history_expect(ddl_events_add(history->database, &late, NULL, &error), &error);
    run(history, &retention);
    assert_int_equal(ask_of_target(history, "change WHERE TRUE", target), 0);
    assert_int_equal(ask_of_target(history, "ddl_event WHERE TRUE", target), 1);
    expect_sound(history);
    history->now += 100 * SECOND;
    run(history, &retention);
    assert_int_equal(ask_of_target(history, "ddl_event WHERE TRUE", target), 0);
    expect_sound(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_statement_is_as_old_as_itself, history_setup, history_teardown),
        cmocka_unit_test(test_what_is_kept),
        cmocka_unit_test_setup_teardown(test_events_go_by_their_age, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_messages_go_by_their_age, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_events_stay_until_they_were_told, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_has_ended_goes_by_its_age, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_many_drifts_go_in_slices, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_runs_and_what_people_did_go_by_their_age, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_shared_stays, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_lost_and_nothing_left_while_others_write, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_a_failure_undoes_its_slice_only, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
