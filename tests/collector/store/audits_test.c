#include "store/audits.h"

#include "collector/store/history.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static void add(struct history *history, int64_t at, const char *action)
{
    const struct audit_row row = {
        .at = at, .by = TEXT("ci"), .action = text_from(action), .subject = TEXT("drift 7"), .data = TEXT("{\"a\":1}")};
    struct error error = {0};

    history_expect(audits_add(history->database, &row, &error), &error);
}

static size_t list(struct history *history, int64_t before, uint32_t limit, struct audit_row **ret_rows)
{
    struct error error = {0};
    size_t count = 0;

    history_expect(audits_list(history->database, before, limit, &history->arena, ret_rows, &count, &error), &error);
    return count;
}

static void test_what_people_did_comes_newest_first(void **state)
{
    struct history *history = *state;
    struct audit_row *rows = NULL;
    struct error error = {0};

    assert_int_equal(list(history, 0, 10, &rows), 0);
    add(history, 1, "drift-waived");
    add(history, 2, "drift-reopened");
    add(history, 3, "agent-enrolled");
    assert_int_equal(list(history, 0, 2, &rows), 2);
    assert_true(text_equal(rows[0].action, TEXT("agent-enrolled")) && rows[0].at == 3);
    assert_true(text_equal(rows[1].action, TEXT("drift-reopened")));
    assert_true(text_equal(rows[1].by, TEXT("ci")) && text_equal(rows[1].subject, TEXT("drift 7")));
    assert_true(text_equal(rows[1].data, TEXT("{\"a\":1}")));
    assert_int_equal(list(history, rows[1].id, 2, &rows), 1);
    assert_true(text_equal(rows[0].action, TEXT("drift-waived")));
    assert_int_equal(list(history, rows[0].id, 2, &rows), 0);
    history_expect(audits_add(history->database, &(struct audit_row){.by = TEXT("x"), .action = TEXT("y")}, &error),
                   &error);
    assert_int_equal(list(history, 0, 1, &rows), 1);
    assert_true(text_equal(rows[0].data, TEXT("{}"))); /* nothing to say is JSON, too */
}

static enum error_code list_all(void *context, struct error *error)
{
    struct history *history = context;
    struct audit_row *rows = NULL;
    CLEANUP(arena_free) struct arena arena;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    return audits_list(history->database, 0, 10, &arena, &rows, &count, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;

    add(history, 1, "drift-waived");
    assert_true(test_every_allocation(list_all, history) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_people_did_comes_newest_first, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
