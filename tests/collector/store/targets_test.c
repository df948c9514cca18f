#include "store/ddl_events.h"
#include "store/targets.h"

#include <string.h>

#include "collector/store/history.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static const uint8_t incarnation[INCARNATION_SIZE] = "an incarnation.",
                     other_incarnation[INCARNATION_SIZE] = "another one....";

static struct target_row find(struct history *history, const char *database, const char *environment,
                              const char *instance)
{
    struct target_name name = history_name(database, environment, instance);
    struct target_row target = {0};
    struct error error = {0};

    history_expect(targets_find(history->database, &name, &history->arena, &target, &error), &error);
    return target;
}

static void test_a_target_is_made_once(void **state)
{
    struct history *history = *state;
    int64_t one = history_target(history, "orders", "prod", "default");
    struct target_row target = find(history, "orders", "prod", "default");

    assert_int_equal(history_target(history, "orders", "prod", "default"), one);
    assert_int_not_equal(history_target(history, "orders", "prod", "eu-1"), one);
    assert_int_equal(target.id, one);
    assert_true(text_equal(target.engine, TEXT("dummy")));
    assert_int_equal(target.state, TARGET_STARTING);
    assert_true(target.first_seen == history->now && target.state_since == history->now);
    assert_int_equal(target.agent, 0);
    assert_int_equal(target.snapshot, 0);
    assert_int_equal(target.heard_at, 0);
    assert_int_equal(target.checked_at, 0);
}

static void test_what_an_agent_says_is_kept(void **state)
{
    static const struct {
        const char *what;
        enum target_state state;
        const char *reason;
        int64_t checked_at, heard_at;
        int64_t expected_since, expected_checked;
    } steps[] = {
        {"fine", TARGET_FINE, "", 100, 110, 110, 100},
        {"still fine", TARGET_FINE, "", 200, 210, 110, 200},
        {"unreachable: not checked", TARGET_UNREACHABLE, "connection refused", 0, 310, 310, 200},
        {"still unreachable", TARGET_UNREACHABLE, "no route", 0, 410, 310, 200},
        {"fine again", TARGET_FINE, "", 500, 510, 510, 500},
    };
    struct history *history = *state;
    int64_t id = history_target(history, "orders", "prod", "default");
    struct error error = {0};

    for (size_t i = 0; i < LENGTH_OF(steps); i++) {
        struct target_sighting sighting = {.target = id,
                                           .agent = history->agent,
                                           .state = steps[i].state,
                                           .reason = text_from(steps[i].reason),
                                           .checked_at = steps[i].checked_at,
                                           .heard_at = steps[i].heard_at};
        struct target_row target;

        print_message("  %s\n", steps[i].what);
        history_expect(targets_saw(history->database, &sighting, &error), &error);
        target = find(history, "orders", "prod", "default");
        assert_int_equal(target.state, steps[i].state);
        assert_true(text_equal(target.reason, text_from(steps[i].reason)));
        assert_int_equal(target.state_since, steps[i].expected_since);
        assert_int_equal(target.checked_at, steps[i].expected_checked);
        assert_int_equal(target.heard_at, steps[i].heard_at);
        assert_true(text_equal(target.agent_name, TEXT("tester")));
        assert_false(target.agent_revoked);
    }
    history_run(history, "UPDATE agent SET revoked_at = 1");
    assert_true(find(history, "orders", "prod", "default").agent_revoked);
    assert_int_equal(
        targets_saw(history->database, &(struct target_sighting){.target = 99, .agent = history->agent}, &error),
        ERROR_NOT_FOUND);
}

static void make_fleet(struct history *history)
{
    static const char *const names[][3] = {
        {"orders", "staging", "default"}, {"orders", "prod", "us-1"},  {"orders", "prod", "eu-1"},
        {"users", "prod", "default"},     {"users", "dev", "default"},
    };

    for (size_t i = 0; i < LENGTH_OF(names); i++)
        history_target(history, names[i][0], names[i][1], names[i][2]);
}

static void test_targets_are_listed_by_name(void **state)
{
    static const struct {
        const char *database, *environment, *instance;
        const char *expected; /* instances and environments of the rows, in order */
    } cases[] = {
        {"", "", "", "eu-1@prod us-1@prod default@staging default@dev default@prod "},
        {"orders", "", "", "eu-1@prod us-1@prod default@staging "},
        {"", "prod", "", "eu-1@prod us-1@prod default@prod "},
        {"orders", "prod", "us-1", "us-1@prod "},
        {"", "", "default", "default@staging default@dev default@prod "},
        {"absent", "", "", ""},
    };
    struct history *history = *state;
    struct error error = {0};

    make_fleet(history);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct target_filter filter = {text_from(cases[i].database), text_from(cases[i].environment),
                                             text_from(cases[i].instance)};
        struct target_row *targets = NULL;
        int64_t *numbers = NULL;
        size_t count = 0, number_count = 0;
        char found[200] = "";

        history_expect(targets_list(history->database, &filter, &history->arena, &targets, &count, &error), &error);
        for (size_t k = 0; k < count; k++) {
            strncat(found, targets[k].name.instance.bytes, 20);
            strcat(found, "@");
            strncat(found, targets[k].name.environment.bytes, 20);
            strcat(found, " ");
        }
        assert_string_equal(found, cases[i].expected);
        history_expect(targets_numbers(history->database, &filter, &history->arena, &numbers, &number_count, &error),
                       &error);
        assert_int_equal(number_count, count);
    }
}

static void test_an_unknown_name_is_answered_with_near_ones(void **state)
{
    static const struct {
        const char *database, *environment, *instance;
        const char *hint;
    } cases[] = {
        {"oders", "prod", "default", "did you mean 'orders'?"},
        {"shop", "prod", "default", "these databases: orders, users"},
        {"orders", "prd", "default", "did you mean 'prod'?"},
        {"orders", "test-bed", "default", "these environments: prod, staging"},
        {"orders", "prod", "asia-southeast", "these instances: eu-1, us-1"},
        {"users", "dev", "defalt", "did you mean 'default'?"},
        {"users", "dev", "", "these instances: default"},
    };
    struct history *history = *state;
    struct target_name name = history_name("orders", "prod", "default");
    struct target_row target = {0};
    struct error error = {0};

    assert_int_equal(targets_find(history->database, &name, &history->arena, &target, &error), ERROR_NOT_FOUND);
    assert_non_null(strstr(error.hint, "no targets yet"));
    make_fleet(history);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        name = history_name(cases[i].database, cases[i].environment, cases[i].instance);
        assert_int_equal(targets_find(history->database, &name, &history->arena, &target, &error), ERROR_NOT_FOUND);
        if (strstr(error.hint, cases[i].hint) == NULL)
            fail_msg("'%s' is not in '%s'", cases[i].hint, error.hint);
    }
    assert_int_equal(target.id, 0);
}

static void test_the_newest_snapshot_and_since_when(void **state)
{
    static const struct {
        unsigned version; /* of the only table */
        int since;        /* the number of the snapshot that began this state */
    } steps[] = {{1, 0}, {2, 1}, {2, 1}, {2, 1}, {1, 4}, {1, 4}, {3, 6}};
    struct history *history = *state;
    int64_t id = history_target(history, "orders", "prod", "default"), taken[LENGTH_OF(steps)];

    for (size_t i = 0; i < LENGTH_OF(steps); i++) {
        struct target_row target;
        int64_t snapshot;

        taken[i] = history->now;
        snapshot = history_record_tables(history, id, &steps[i].version, 1);
        target = find(history, "orders", "prod", "default");
        assert_int_equal(target.snapshot, snapshot);
        assert_true(target.taken_at == taken[i]);
        assert_true(target.root_since == taken[steps[i].since]);
    }
}

static void test_streams_are_apart(void **state)
{
    struct history *history = *state;
    int64_t one = history_target(history, "orders", "prod", "default"),
            two = history_target(history, "users", "prod", "x");
    struct error error = {0};
    uint64_t seq = 99;

    history_expect(targets_last_seq(history->database, history->agent, incarnation, one, &seq, &error), &error);
    assert_int_equal(seq, 0);
    history_expect(targets_set_last_seq(history->database, history->agent, incarnation, one, 5, &error), &error);
    history_expect(targets_set_last_seq(history->database, history->agent, incarnation, one, 7, &error), &error);
    history_expect(targets_last_seq(history->database, history->agent, incarnation, one, &seq, &error), &error);
    assert_int_equal(seq, 7);
    history_expect(targets_last_seq(history->database, history->agent, incarnation, two, &seq, &error), &error);
    assert_int_equal(seq, 0);
    history_expect(targets_last_seq(history->database, history->agent, other_incarnation, one, &seq, &error), &error);
    assert_int_equal(seq, 0);
    assert_int_equal(targets_set_last_seq(history->database, history->agent, incarnation, one, UINT64_MAX, &error),
                     ERROR_LIMIT);
    assert_int_equal(targets_set_last_seq(history->database, history->agent, incarnation, 99, 1, &error),
                     ERROR_CONFLICT);
}

static void test_a_forgotten_target_leaves_nothing_behind(void **state)
{
    static const char *const tables[] = {
        "SELECT count(*) FROM target", "SELECT count(*) FROM snapshot",  "SELECT count(*) FROM change",
        "SELECT count(*) FROM stream", "SELECT count(*) FROM ddl_event",
    };
    struct history *history = *state;
    int64_t kept = history_target(history, "orders", "prod", "default"),
            gone = history_target(history, "orders", "prod", "eu-1");
    const struct change change = {
        .kind = KIND_TABLE, .object_kind = KIND_TABLE, .object = TEXT("a"), .owner = TEXT("a"), .rule = "x"};
    unsigned version = 1;
    struct error error = {0};

    for (int i = 0; i < 2; i++) {
        struct snapshot *snapshot = history_build(history, &version, 1);
        struct ddl_event_row event = {.target = i == 0 ? kept : gone, .at = 1};
        struct snapshot_row row;

        event.snapshot = history_record(history, i == 0 ? kept : gone, snapshot, &row);
        history_expect(snapshots_add_changes(history->database, &row, &change, NULL, 1, NULL, &error), &error);
        history_expect(ddl_events_add(history->database, &event, NULL, &error), &error);
        snapshot_free(snapshot);
    }
    history_begin(history);
    history_expect(targets_forget(history->database, gone, &error), &error);
    assert_int_equal(targets_forget(history->database, gone, &error), ERROR_NOT_FOUND);
    history_commit(history);
    for (size_t i = 0; i < LENGTH_OF(tables); i++)
        assert_int_equal(history_ask(history, tables[i]), 1);
    assert_int_equal(find(history, "orders", "prod", "default").id, kept);
    assert_true(history_ask(history, "SELECT count(*) FROM node") > 1);
    assert_int_not_equal(history_target(history, "orders", "prod", "eu-1"), gone); /* not the same again */
}

/* A snapshot of the version, read from a server of a major version. */
static int64_t record_version(struct history *history, const char *environment, const char *instance, unsigned version,
                              const char *server)
{
    int64_t target = history_target(history, "orders", environment, instance);
    struct snapshot *snapshot = history_build(history, &version, 1);
    struct snapshot_row row;
    struct error error = {0};

    history_record(history, target, snapshot, &row);
    snapshot_free(snapshot);
    row.engine = TEXT("dummy");
    row.server_version = text_from(server);
    row.gaps = 3 * version;
    row.seq = ++history->seq;
    history_expect(snapshots_add(history->database, &row, &row.id, &error), &error);
    return row.id;
}

static void test_instances_are_counted_by_root_and_server(void **state)
{
    struct history *history = *state;
    struct root_count *roots = NULL;
    struct error error = {0};
    size_t count = 0;
    int64_t two;

    history_target(history, "orders", "prod", "a"); /* has no snapshot */
    record_version(history, "prod", "d", 1, "16.1");
    record_version(history, "prod", "c", 1, "16.4");
    two = record_version(history, "prod", "e", 2, "16.1");
    record_version(history, "prod", "b", 1, "15.2");
    record_version(history, "staging", "a", 1, "16.1");
    history_expect(
        targets_roots(history->database, TEXT("orders"), TEXT("prod"), &history->arena, &roots, &count, &error),
        &error);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        bool second = roots[i].snapshot == two;

        assert_int_equal(roots[i].gaps, second ? 6 : 3);
        assert_int_equal(roots[i].count, second || roots[i].major == 15 ? 1 : 2);
        assert_true(text_equal(roots[i].instance, second ? TEXT("e") : roots[i].major == 15 ? TEXT("b") : TEXT("c")));
        assert_int_equal(roots[i].target, find(history, "orders", "prod", roots[i].instance.bytes).id);
        assert_int_equal(roots[i].snapshot, find(history, "orders", "prod", roots[i].instance.bytes).snapshot);
        assert_true(i == 0 || memcmp(roots[i - 1].root.bytes, roots[i].root.bytes, HASH_SIZE) < 0 ||
                    roots[i - 1].major < roots[i].major);
    }
    record_version(history, "prod", "c", 2, "16.4"); /* now d speaks for the first root */
    history_expect(
        targets_roots(history->database, TEXT("orders"), TEXT("prod"), &history->arena, &roots, &count, &error),
        &error);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
        assert_true(text_equal(roots[i].instance, roots[i].count == 2    ? TEXT("c")
                                                  : roots[i].major == 15 ? TEXT("b")
                                                                         : TEXT("d")));
    history_expect(
        targets_roots(history->database, TEXT("orders"), TEXT("qa"), &history->arena, &roots, &count, &error), &error);
    assert_int_equal(count, 0);
}

static enum error_code count_roots(void *context, struct error *error)
{
    struct history *history = context;
    struct root_count *roots = NULL;
    CLEANUP(arena_free) struct arena arena;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    return targets_roots(history->database, TEXT("orders"), TEXT("prod"), &arena, &roots, &count, error);
}

static enum error_code find_absent(void *context, struct error *error)
{
    struct history *history = context;
    struct target_name name = history_name("oders", "prod", "default");
    struct target_row target = {0};
    CLEANUP(arena_free) struct arena arena;
    enum error_code code;

    arena_init(&arena, HISTORY_MEMORY);
    code = targets_find(history->database, &name, &arena, &target, error);
    return code == ERROR_NOT_FOUND ? ERROR_NONE : code;
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;

    make_fleet(history);
    assert_true(test_every_allocation(find_absent, history) >= 1); /* more where an arena's allocations are separate */
    record_version(history, "prod", "d", 1, "16.1");
    assert_true(test_every_allocation(count_roots, history) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_target_is_made_once, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_an_agent_says_is_kept, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_targets_are_listed_by_name, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_an_unknown_name_is_answered_with_near_ones, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_the_newest_snapshot_and_since_when, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_instances_are_counted_by_root_and_server, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_streams_are_apart, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_forgotten_target_leaves_nothing_behind, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
