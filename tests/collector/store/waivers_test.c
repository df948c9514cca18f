#include "store/waivers.h"

#include "collector/store/history.h"
#include "store/drifts.h"
#include "store/pairs.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static struct waiver_row waiver_of(const char *database, int64_t expires_at)
{
    return (struct waiver_row){.database = text_from(database),
                               .from = TEXT("staging"),
                               .to = TEXT("prod"),
                               .pattern = TEXT("table shop.*"),
                               .future = true,
                               .reason = TEXT("known"),
                               .author = TEXT("alice"),
                               .created_by = TEXT("ci"),
                               .created_at = 10,
                               .expires_at = expires_at};
}

static int64_t add(struct history *history, struct waiver_row *row)
{
    struct error error = {0};

    history_expect(waivers_add(history->database, row, &error), &error);
    assert_true(row->id > 0);
    return row->id;
}

static struct waiver_row get(struct history *history, int64_t id)
{
    struct waiver_row row = {0};
    struct error error = {0};

    history_expect(waivers_get(history->database, id, &history->arena, &row, &error), &error);
    return row;
}

static void end(struct history *history, int64_t id, int64_t at, const char *by)
{
    struct error error = {0};

    history_expect(waivers_end(history->database, id, at, text_from(by), &error), &error);
}

static void test_a_waiver_is_kept_until_it_ends_and_after(void **state)
{
    struct history *history = *state;
    struct waiver_row row = waiver_of("orders", 99), alone = {.database = TEXT("orders"), .reason = TEXT("x")}, found;

    add(history, &row);
    found = get(history, row.id);
    assert_true(text_equal(found.database, TEXT("orders")) && text_equal(found.from, TEXT("staging")));
    assert_true(text_equal(found.to, TEXT("prod")) && text_equal(found.pattern, TEXT("table shop.*")));
    assert_true(found.future);
    assert_true(text_equal(found.reason, TEXT("known")) && text_equal(found.author, TEXT("alice")));
    assert_true(text_equal(found.created_by, TEXT("ci")) && found.created_at == 10 && found.expires_at == 99);
    assert_true(found.ended_at == 0 && found.ended_by.length == 0 && found.drifts == 0);
    end(history, row.id, 50, "bob");
    end(history, row.id, 60, ""); /* the first end counts */
    found = get(history, row.id);
    assert_true(found.ended_at == 50 && text_equal(found.ended_by, TEXT("bob")));
    add(history, &alone);
    found = get(history, alone.id);
    assert_true(found.from.length == 0 && found.pattern.length == 0 && !found.future);
    end(history, alone.id, 60, "");
    end(history, alone.id, 70, "bob");
    found = get(history, alone.id);
    assert_true(found.ended_at == 60 && found.ended_by.length == 0); /* it expired */
}

static void test_one_that_is_not_there(void **state)
{
    struct history *history = *state;
    struct waiver_row found = {0};
    struct error error = {0};

    assert_int_equal(waivers_get(history->database, 7, &history->arena, &found, &error), ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no waiver #7");
    assert_int_equal(waivers_end(history->database, 7, 1, TEXT("x"), &error), ERROR_NOT_FOUND);
}

static void test_what_it_covers_now_is_counted(void **state)
{
    static const struct {
        enum drift_state state;
        bool of_it;
    } drifts[] = {
        {DRIFT_WAIVED, true}, {DRIFT_WAIVED, true}, {DRIFT_OPEN, true}, {DRIFT_ENDED, true}, {DRIFT_WAIVED, false}};
    struct history *history = *state;
    struct waiver_row row = waiver_of("orders", 99), other = waiver_of("orders", 99);
    struct pair_row pair = {.database = TEXT("orders"), .from = TEXT("staging"), .to = TEXT("prod"), .active = true};
    struct error error = {0};

    add(history, &row);
    add(history, &other);
    history_expect(pairs_put(history->database, &pair, &error), &error);
    for (size_t i = 0; i < LENGTH_OF(drifts); i++) {
        struct drift_row drift = {.pair = pair.id,
                                  .state = drifts[i].state,
                                  .ending = drifts[i].state == DRIFT_ENDED ? DRIFT_PROMOTED : DRIFT_LIVES,
                                  .kind = KIND_TABLE,
                                  .object_kind = KIND_TABLE,
                                  .waiver = drifts[i].of_it ? row.id : other.id,
                                  .lead = -1};

        history_expect(drifts_add(history->database, &drift, &error), &error);
    }
    assert_int_equal(get(history, row.id).drifts, 2);
    assert_int_equal(get(history, other.id).drifts, 1);
}

static void test_filters_and_pages(void **state)
{
    static const struct {
        const char *what;
        struct waiver_filter filter;
        const char *expected; /* numbers, newest first */
    } cases[] = {
        {"in force", {.limit = 0}, "5 4 2 1 "},
        {"ended ones, too", {.also_ended = true}, "5 4 3 2 1 "},
        {"a page", {.limit = 2}, "5 4 "},
        {"the next", {.limit = 2, .before = 4}, "2 1 "},
        {"the next, ended ones, too", {.limit = 2, .before = 4, .also_ended = true}, "3 2 "},
        {"of a database", {.database = TEXT_INIT("billing")}, "2 "},
        {"of a database, ended ones, too", {.database = TEXT_INIT("orders"), .also_ended = true}, "5 4 3 1 "},
        {"of a database, a page", {.database = TEXT_INIT("orders"), .before = 5, .limit = 1}, "4 "},
        {"what expires by then", {.expired_at = 100}, "4 2 1 "},
        {"exactly then", {.expired_at = 80}, "2 "},
        {"before anything expires", {.expired_at = 79}, ""},
        {"of a database that expires", {.expired_at = 100, .database = TEXT_INIT("orders")}, "4 1 "},
        {"a page of what expires", {.expired_at = 100, .limit = 1, .before = 4}, "2 "},
    };
    struct history *history = *state;
    struct waiver_row rows[] = {waiver_of("orders", 100), waiver_of("billing", 80), waiver_of("orders", 70),
                                waiver_of("orders", 90), waiver_of("orders", 200)};

    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        add(history, &rows[i]);
    end(history, rows[2].id, 71, "");
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer numbers = {0};
        struct waiver_row *found = NULL;
        struct error error = {0};
        size_t count = 0;

        print_message("  %s\n", cases[i].what);
        history_expect(waivers_list(history->database, &cases[i].filter, &history->arena, &found, &count, &error),
                       &error);
        for (size_t k = 0; k < count; k++)
            buffer_printf(&numbers, "%d ", (int)found[k].id);
        assert_string_equal(numbers.bytes == NULL ? "" : numbers.bytes, cases[i].expected);
    }
}

static enum error_code list_all(void *context, struct error *error)
{
    struct history *history = context;
    struct waiver_row *rows = NULL;
    CLEANUP(arena_free) struct arena arena;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    return waivers_list(history->database, &(struct waiver_filter){0}, &arena, &rows, &count, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;
    struct waiver_row row = waiver_of("orders", 99);

    add(history, &row);
    assert_true(test_every_allocation(list_all, history) >= 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_waiver_is_kept_until_it_ends_and_after),
        TEST(test_one_that_is_not_there),
        TEST(test_what_it_covers_now_is_counted),
        TEST(test_filters_and_pages),
        TEST(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
