#include "store/gate_runs.h"

#include <string.h>

#include "collector/store/history.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static struct gate_run_row run_of(const char *database, const char *from, const char *to, bool pinned)
{
    struct gate_run_row row = {.at = 5,
                               .by = TEXT("ci"),
                               .database = text_from(database),
                               .from = text_from(from),
                               .to = text_from(to),
                               .verdict = 1,
                               .has_from_root = true,
                               .pinned = pinned,
                               .answer = TEXT("{\"verdict\":\"BLOCKED\"}")};

    memset(row.from_root.bytes, 7, sizeof row.from_root.bytes);
    return row;
}

static void add(struct history *history, struct gate_run_row *row)
{
    struct error error = {0};

    history_expect(gate_runs_add(history->database, row, &error), &error);
}

static void test_an_answer_is_kept_whole(void **state)
{
    struct history *history = *state;
    struct gate_run_row row = run_of("orders", "staging", "prod", true), found = {0};
    struct error error = {0};

    row.has_against = true;
    add(history, &row);
    history_expect(gate_runs_get(history->database, row.id, &history->arena, &found, &error), &error);
    assert_int_equal(found.id, row.id);
    assert_int_equal(found.at, 5);
    assert_int_equal(found.verdict, 1);
    assert_true(text_equal(found.by, TEXT("ci")) && text_equal(found.database, TEXT("orders")));
    assert_true(text_equal(found.from, TEXT("staging")) && text_equal(found.to, TEXT("prod")));
    assert_true(found.has_from_root && hash_equal(&found.from_root, &row.from_root));
    assert_true(found.has_against && hash_equal(&found.against, &row.against));
    assert_false(found.has_to_root);
    assert_true(found.pinned);
    assert_true(text_equal(found.answer, row.answer));
    assert_int_equal(gate_runs_get(history->database, row.id + 1, &history->arena, &found, &error), ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no run #2 of the gate");
}

static void test_filters_and_pages(void **state)
{
    static const struct {
        struct gate_run_filter filter;
        const char *expected; /* numbers, newest first */
    } cases[] = {
        {{.limit = 10}, "5 4 3 2 1 "},
        {{.limit = 2}, "5 4 "},
        {{.limit = 2, .before = 4}, "3 2 "},
        {{.limit = 10, .pinned = true}, "4 2 "},
        {{.limit = 10, .database = TEXT_INIT("orders")}, "5 3 2 1 "},
        {{.limit = 10, .database = TEXT_INIT("orders"), .pinned = true}, "2 "},
        {{.limit = 10, .database = TEXT_INIT("orders"), .to = TEXT_INIT("prod")}, "3 2 1 "},
        {{.limit = 1, .database = TEXT_INIT("orders"), .to = TEXT_INIT("prod"), .before = 3}, "2 "},
        {{.limit = 10, .from = TEXT_INIT("dev")}, "5 "},
        {{.limit = 10, .to = TEXT_INIT("prod"), .pinned = true}, "4 2 "},
        {{.limit = 10, .database = TEXT_INIT("nobody")}, ""},
    };
    struct history *history = *state;
    struct gate_run_row runs[] = {run_of("orders", "staging", "prod", false), run_of("orders", "staging", "prod", true),
                                  run_of("orders", "staging", "prod", false),
                                  run_of("billing", "staging", "prod", true),
                                  run_of("orders", "dev", "staging", false)};

    for (size_t i = 0; i < LENGTH_OF(runs); i++)
        add(history, &runs[i]);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer numbers = {0};
        struct gate_run_row *found = NULL;
        struct error error = {0};
        size_t count = 0;

        history_expect(gate_runs_list(history->database, &cases[i].filter, &history->arena, &found, &count, &error),
                       &error);
        for (size_t k = 0; k < count; k++) {
            buffer_printf(&numbers, "%d ", (int)found[k].id);
            assert_int_equal(found[k].answer.length, 0);
        }
        assert_string_equal(numbers.bytes == NULL ? "" : numbers.bytes, cases[i].expected);
    }
}

/* The list has no answers, but says what they call the reference. */
static void test_a_reference_has_the_name_that_the_answer_gives_it(void **state)
{
    static const struct {
        const char *answer;
        bool has_against;
        const char *expected;
    } cases[] = {
        {"{\"reference\":{\"name\":\"release-7.snap\",\"root\":\"aa\"}}", true, "release-7.snap"},
        {"{\"reference\":{\"name\":\"orders@prod~1\"}}", false, ""},
        {"{\"reference\":null}", true, ""},
        {"{}", true, ""},
        {"no JSON", true, ""},
    };
    struct history *history = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct gate_run_row row = run_of("orders", "", "prod", true), found = {0}, *rows = NULL;
        const struct gate_run_filter filter = {.limit = 1};
        struct error error = {0};
        size_t count = 0;

        row.has_against = cases[i].has_against;
        row.answer = text_from(cases[i].answer);
        add(history, &row);
        history_expect(gate_runs_get(history->database, row.id, &history->arena, &found, &error), &error);
        assert_true(text_equal(found.against_name, text_from(cases[i].expected)));
        assert_true(text_equal(found.answer, row.answer));
        history_expect(gate_runs_list(history->database, &filter, &history->arena, &rows, &count, &error), &error);
        assert_int_equal(count, 1);
        assert_true(text_equal(rows[0].against_name, text_from(cases[i].expected)));
    }
}

static enum error_code read_all(void *context, struct error *error)
{
    struct history *history = context;
    struct gate_run_row *rows = NULL, row = {0};
    CLEANUP(arena_free) struct arena arena;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    if (gate_runs_list(history->database, &(struct gate_run_filter){.limit = 5}, &arena, &rows, &count, error) !=
        ERROR_NONE)
        return error->code;
    return gate_runs_get(history->database, 1, &arena, &row, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;
    struct gate_run_row row = run_of("orders", "staging", "prod", true);

    add(history, &row);
    assert_true(test_every_allocation(read_all, history) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_answer_is_kept_whole, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_filters_and_pages, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_reference_has_the_name_that_the_answer_gives_it, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
