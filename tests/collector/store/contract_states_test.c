#include "store/contract_states.h"
#include "store/ddl_events.h"

#include <string.h>

#include "collector/store/history.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static void put(struct history *history, const struct contract_state_row *row)
{
    struct error error = {0};

    history_expect(contract_states_put(history->database, row, &error), &error);
}

static size_t list(struct history *history, const struct contract_state_filter *filter,
                   struct contract_state_row **ret_rows)
{
    struct error error = {0};
    size_t count = 0;

    history_expect(contract_states_list(history->database, filter, &history->arena, ret_rows, &count, &error), &error);
    return count;
}

static void test_a_state_is_kept_once_with_who_broke_it(void **state)
{
    const struct change change = {
        .kind = KIND_TABLE, .object_kind = KIND_TABLE, .object = TEXT("a"), .owner = TEXT("a"), .rule = "x"};
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default"), statement = 0, id = 0;
    struct contract_state_row row = {.contract = TEXT("billing"), .target = target, .state = 1, .since = 7};
    struct ddl_event_row event = {.target = target, .at = 6, .actor = TEXT("alice")};
    struct attribution attribution = {.evidence = EVIDENCE_CAPTURED, .actor = TEXT("alice")};
    struct snapshot *snapshot = history_build(history, (const unsigned[]){1}, 1);
    struct contract_state_row *rows = NULL;
    struct snapshot_row recorded;
    struct error error = {0};

    history_record(history, target, snapshot, &recorded);
    snapshot_free(snapshot);
    event.snapshot = recorded.id;
    history_expect(ddl_events_add(history->database, &event, &statement, &error), &error);
    attribution.ddl_event = statement;
    history_expect(snapshots_add_changes(history->database, &recorded, &change, &attribution, 1, &id, &error), &error);
    memset(row.fingerprint.bytes, 3, sizeof row.fingerprint.bytes);
    row.snapshot = recorded.id;
    row.findings = TEXT("[{\"kind\":\"table\"}]");
    row.change = id;
    put(history, &row);
    assert_int_equal(list(history, &(struct contract_state_filter){0}, &rows), 1);
    assert_true(text_equal(rows[0].contract, TEXT("billing")) && rows[0].target == target);
    assert_true(text_equal(rows[0].name.database, TEXT("orders")) &&
                text_equal(rows[0].name.environment, TEXT("prod")));
    assert_true(text_equal(rows[0].name.instance, TEXT("default")));
    assert_true(hash_equal(&rows[0].fingerprint, &row.fingerprint));
    assert_true(rows[0].state == 1 && rows[0].since == 7 && rows[0].snapshot == recorded.id);
    assert_true(text_equal(rows[0].findings, row.findings));
    assert_int_equal(rows[0].change, id);
    assert_true(text_equal(rows[0].actor, TEXT("alice")));
    assert_int_equal(rows[0].evidence, EVIDENCE_CAPTURED);

    row = (struct contract_state_row){
        .contract = TEXT("billing"), .target = target, .since = 9, .snapshot = row.snapshot};
    put(history, &row);
    assert_int_equal(list(history, &(struct contract_state_filter){0}, &rows), 1);
    assert_true(rows[0].state == 0 && rows[0].since == 9 && rows[0].change == 0 && rows[0].actor.length == 0);
    assert_true(text_equal(rows[0].findings, TEXT("[]")));
    history_expect(contract_states_remove(history->database, TEXT("other"), target, &error), &error);
    assert_int_equal(list(history, &(struct contract_state_filter){0}, &rows), 1);
    history_expect(contract_states_remove(history->database, TEXT("billing"), target, &error), &error);
    assert_int_equal(list(history, &(struct contract_state_filter){0}, &rows), 0);
}

static void test_filters(void **state)
{
    static const struct {
        struct contract_state_filter filter;
        const char *expected; /* "contract@environment/instance", in order */
    } cases[] = {
        {{.target = 0}, "a@dev/i a@prod/i a@prod/j a@prod/x b@dev/i b@prod/i b@prod/j b@prod/x "},
        {{.contract = TEXT_INIT("b")}, "b@dev/i b@prod/i b@prod/j b@prod/x "},
        {{.contract = TEXT_INIT("b"), .database = TEXT_INIT("orders"), .environment = TEXT_INIT("prod")},
         "b@prod/i b@prod/j "},
        {{.database = TEXT_INIT("orders")}, "a@dev/i a@prod/i a@prod/j b@dev/i b@prod/i b@prod/j "},
        {{.database = TEXT_INIT("orders"), .environment = TEXT_INIT("dev")}, "a@dev/i b@dev/i "},
        {{.environment = TEXT_INIT("dev")}, "a@dev/i b@dev/i "},
        {{.target = 3}, "a@prod/j b@prod/j "},
        {{.target = 3, .contract = TEXT_INIT("a")}, "a@prod/j "},
        {{.target = 3, .database = TEXT_INIT("orders")}, "a@prod/j b@prod/j "},
        {{.target = 99}, ""},
        {{.contract = TEXT_INIT("none")}, ""},
        {{.database = TEXT_INIT("none")}, ""},
    };
    static const char *const names[][3] = {
        {"orders", "dev", "i"}, {"orders", "prod", "i"}, {"orders", "prod", "j"}, {"zoo", "prod", "x"}};
    struct history *history = *state;

    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        struct contract_state_row row = {.target = history_target(history, names[i][0], names[i][1], names[i][2])};

        assert_int_equal(row.target, i + 1);
        row.contract = TEXT("b");
        put(history, &row);
        row.contract = TEXT("a");
        put(history, &row);
    }
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer lines = {0};
        struct contract_state_row *rows = NULL;
        size_t count = list(history, &cases[i].filter, &rows);

        for (size_t k = 0; k < count; k++)
            buffer_printf(&lines, "%.*s@%.*s/%.*s ", TEXT_ARGS(rows[k].contract), TEXT_ARGS(rows[k].name.environment),
                          TEXT_ARGS(rows[k].name.instance));
        assert_string_equal(lines.bytes == NULL ? "" : lines.bytes, cases[i].expected);
    }
}

static void test_they_go_with_their_target(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default");
    struct contract_state_row *rows = NULL;
    struct error error = {0};

    put(history, &(struct contract_state_row){.contract = TEXT("a"), .target = target});
    history_begin(history);
    history_expect(targets_forget(history->database, target, &error), &error);
    history_commit(history);
    assert_int_equal(list(history, &(struct contract_state_filter){0}, &rows), 0);
}

static enum error_code list_all(void *context, struct error *error)
{
    struct history *history = context;
    struct contract_state_row *rows = NULL;
    CLEANUP(arena_free) struct arena arena;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    return contract_states_list(history->database, &(struct contract_state_filter){0}, &arena, &rows, &count, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;

    put(history, &(struct contract_state_row){.contract = TEXT("a"),
                                              .target = history_target(history, "orders", "prod", "default")});
    assert_true(test_every_allocation(list_all, history) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_state_is_kept_once_with_who_broke_it, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_filters, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_they_go_with_their_target, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
