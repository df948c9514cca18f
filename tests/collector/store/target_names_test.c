#include "store/target_names.h"

#include <string.h>

#include "collector/store/history.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static void make_fleet(struct history *history)
{
    static const char *const names[][3] = {
        {"orders", "staging", "default"}, {"orders", "prod", "us-1"},  {"orders", "prod", "eu-1"},
        {"users", "prod", "default"},     {"users", "dev", "default"},
    };

    for (size_t i = 0; i < LENGTH_OF(names); i++)
        history_target(history, names[i][0], names[i][1], names[i][2]);
}

static const struct {
    const char *database, *environment, *instance;
    const char *message; /* NULL: there are such targets */
    const char *hint;
} cases[] = {
    {"", "", "", NULL, NULL},
    {"orders", "", "", NULL, NULL},
    {"orders", "prod", "", NULL, NULL},
    {"orders", "prod", "eu-1", NULL, NULL},
    {"orders", "", "eu-1", NULL, NULL},
    {"", "dev", "", NULL, NULL},
    {"", "", "us-1", NULL, NULL},
    {"nope", "", "", "there is no database 'nope'", "`driftline fleet` lists what there is"},
    {"oders", "", "", "there is no database 'oders'", "did you mean 'orders'? `driftline fleet` lists what there is"},
    {"oders", "prd", "x", "there is no database 'oders'", "did you mean 'orders'?"},
    {"orders", "prd", "", "there is no environment 'prd' of 'orders'", "did you mean 'prod'?"},
    {"orders", "dev", "", "there is no environment 'dev' of 'orders'", "`driftline fleet` lists what there is"},
    {"orders", "prod", "eu-2", "there is no instance 'eu-2' of 'orders@prod'", "did you mean 'eu-1'?"},
    {"orders", "", "eu-9", "there is no instance 'eu-9' of 'orders'", "did you mean 'eu-1'?"},
    {"", "stagin", "", "there is no environment 'stagin'", "did you mean 'staging'?"},
    {"", "dev", "eu-1", "there is no instance 'eu-1' of 'dev'", "`driftline fleet` lists what there is"},
    {"", "", "nowhere", "there is no instance 'nowhere'", "`driftline fleet` lists what there is"},
};

static void test_names_that_are_wrong_are_told_from_those_that_are_right(void **state)
{
    struct history *history = *state;

    make_fleet(history);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct target_filter names = {text_from(cases[i].database), text_from(cases[i].environment),
                                            text_from(cases[i].instance)};
        struct error error = {0};
        enum error_code code = target_names_check(history->database, &names, &history->arena, &error);

        print_message("  %s@%s/%s\n", cases[i].database, cases[i].environment, cases[i].instance);
        assert_int_equal(code, cases[i].message == NULL ? ERROR_NONE : ERROR_NOT_FOUND);
        if (cases[i].message == NULL)
            continue;
        assert_string_equal(error.message, cases[i].message);
        if (strstr(error.hint, cases[i].hint) == NULL)
            fail_msg("'%s' is not in '%s'", cases[i].hint, error.hint);
    }
}

static void test_nothing_is_watched_yet(void **state)
{
    struct history *history = *state;
    struct error error = {0};

    assert_int_equal(target_names_check(history->database, &(struct target_filter){.database = TEXT("orders")},
                                        &history->arena, &error),
                     ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no database 'orders'");
    assert_string_equal(error.hint, "the collector knows no targets yet");
    assert_int_equal(target_names_check(history->database, &(struct target_filter){0}, &history->arena, &error),
                     ERROR_NONE);
}

/* What is there may have come between two looks: it is not found all the same. */
static void test_what_is_called_unknown_is_never_found(void **state)
{
    const struct target_filter names = {TEXT("orders"), TEXT("prod"), TEXT("eu-1")};
    struct history *history = *state;
    struct error error = {0};

    make_fleet(history);
    assert_int_equal(target_names_unknown(history->database, &names, &history->arena, &error), ERROR_NOT_FOUND);
}

static enum error_code check_absent(void *context, struct error *error)
{
    const struct target_filter names = {.database = TEXT("orders"), .environment = TEXT("prd")};
    struct history *history = context;
    CLEANUP(arena_free) struct arena arena;
    enum error_code code;

    arena_init(&arena, HISTORY_MEMORY);
    code = target_names_check(history->database, &names, &arena, error);
    return code == ERROR_NOT_FOUND ? ERROR_NONE : code;
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;

    make_fleet(history);
    assert_true(test_every_allocation(check_absent, history) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names_that_are_wrong_are_told_from_those_that_are_right, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_watched_yet, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_called_unknown_is_never_found, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
