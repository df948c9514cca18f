#include "store/newest.h"

#include "collector/store/history.h"
#include "support/cmocka.h"

/* A look-up that answers `count` numbers from `from` downwards, `step` apart. */
static void take(struct history *history, struct newest *newest, int64_t from, int64_t step)
{
    static const char sql[] =
        "WITH RECURSIVE number (n) AS (SELECT :from UNION ALL SELECT n - :step FROM number WHERE n > :step)"
        " SELECT n FROM number WHERE n > 0 AND n > :above LIMIT :limit";
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct error error = {0};

    history_expect(database_prepare(history->database, sql, &statement, &error), &error);
    statement_bind_number(statement, ":from", from);
    statement_bind_number(statement, ":step", step);
    history_expect(newest_take(newest, statement, &error), &error);
}

static void test_the_newest_of_several_look_ups(void **state)
{
    static const struct {
        const char *name;
        uint32_t limit;
        int64_t from[3];
        int64_t expected[5];
    } cases[] = {
        {"one", 3, {30}, {30, 29, 28}},
        {"one that is short", 5, {2}, {2, 1}},
        {"two", 4, {10, 9}, {10, 9, 8, 7}},
        {"the later are newer", 3, {10, 100}, {100, 99, 98}},
        {"the later are older", 3, {100, 10}, {100, 99, 98}},
        {"the same twice", 2, {10, 10, 9}, {10, 9}},
        {"none", 0, {10}, {0}},
    };
    struct history *history = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct newest newest;
        const int64_t *ids;
        size_t count, expected = 0;

        print_message("  %s\n", cases[i].name);
        while (expected < LENGTH_OF(cases[i].expected) && cases[i].expected[expected] != 0)
            expected++;
        newest_init(&newest, cases[i].limit, &history->arena);
        for (size_t k = 0; k < LENGTH_OF(cases[i].from) && cases[i].from[k] != 0; k++)
            take(history, &newest, cases[i].from[k], 1);
        ids = newest_ids(&newest, &count);
        assert_int_equal(count, expected);
        for (size_t k = 0; k < count; k++)
            assert_int_equal(ids[k], cases[i].expected[k]);
    }
}

static void test_what_has_no_place_is_not_asked_for(void **state)
{
    struct history *history = *state;
    struct newest newest;
    size_t count;

    newest_init(&newest, 10, &history->arena);
    take(history, &newest, 100, 2);
    assert_int_equal(newest.above, 82);
    take(history, &newest, 99, 2);
    assert_int_equal(newest.above, 91);
    assert_int_equal(newest_ids(&newest, &count)[0], 100);
    assert_int_equal(count, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_newest_of_several_look_ups, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_has_no_place_is_not_asked_for, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
