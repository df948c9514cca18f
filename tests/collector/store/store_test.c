#include "store/store.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/store/history.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static void test_a_store_is_private_and_has_an_id_for_ever(void **state)
{
    struct history *history = *state;
    struct database *reader = NULL;
    struct text id, again;
    struct error error = {0};
    struct stat status;

    assert_int_equal(stat(history->folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    history_expect(store_id(history->database, &history->arena, &id, &error), &error);
    assert_int_equal(id.length, 32);
    assert_int_equal(strspn(id.bytes, "0123456789abcdef"), 32);
    history_expect(store_open(&reader, history->folder, DATABASE_READ, &error), &error);
    history_expect(store_id(reader, &history->arena, &again, &error), &error);
    assert_true(text_equal(id, again));
    database_close(reader);
    database_close(history->database);
    history_expect(store_open(&history->database, history->folder, DATABASE_WRITE, &error), &error);
    history_expect(store_id(history->database, &history->arena, &again, &error), &error);
    assert_true(text_equal(id, again));
}

static void test_two_stores_have_two_ids(void **state)
{
    struct history *history = *state;
    struct database *other = NULL;
    struct text id, other_id;
    struct error error = {0};

    history_expect(store_open(&other, test_directory_path(&history->directory, "other"), DATABASE_WRITE, &error),
                   &error);
    history_expect(store_id(history->database, &history->arena, &id, &error), &error);
    history_expect(store_id(other, &history->arena, &other_id, &error), &error);
    assert_false(text_equal(id, other_id));
    database_close(other);
}

static void test_what_cannot_be_opened_says_why(void **state)
{
    struct history *history = *state;
    struct database *database = NULL;
    struct error error = {0};
    static char longest[5000];

    memset(longest, 'x', sizeof longest - 1);
    assert_int_equal(store_open(&database, history->folder, DATABASE_WRITE, &error), ERROR_CONFLICT);
    assert_int_equal(store_open(&database, test_directory_path(&history->directory, "none"), DATABASE_READ, &error),
                     ERROR_NOT_FOUND);
    assert_int_equal(store_open(&database, test_directory_path(&history->directory, "no/such"), DATABASE_WRITE, &error),
                     ERROR_IO);
    assert_int_equal(store_open(&database, longest, DATABASE_WRITE, &error), ERROR_LIMIT);
    assert_null(database);
}

static void test_names_of_targets(void **state)
{
    static const struct {
        const char *database, *environment, *instance, *text;
    } cases[] = {
        {"orders", "prod", "default", "orders@prod"},
        {"orders", "prod", "eu-1", "orders@prod/eu-1"},
        {"orders", "prod", "", "orders@prod"},
    };
    struct history *history = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct target_name name = history_name(cases[i].database, cases[i].environment, cases[i].instance);

        assert_string_equal(target_name_text(&name, &history->arena), cases[i].text);
    }
    assert_true(target_name_is_valid(TEXT("eu-1")));
    assert_false(target_name_is_valid(TEXT("")));
    assert_false(target_name_is_valid(TEXT("-x")));
    assert_false(target_name_is_valid(TEXT("a b")));
}

static enum error_code open_store(void *context, struct error *error)
{
    const char *folder = context;
    struct database *database = NULL;
    enum error_code code = store_open(&database, folder, DATABASE_WRITE, error);

    database_close(database);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;
    const char *folder = test_directory_path(&history->directory, "failing");

    assert_true(test_every_allocation(open_store, (void *)folder) >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_store_is_private_and_has_an_id_for_ever, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_two_stores_have_two_ids, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_opened_says_why, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_names_of_targets, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
