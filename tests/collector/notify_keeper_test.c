#include "collector/notify_keeper.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

struct keeping {
    struct test_directory directory;
    struct logger logger;
    struct notify_keeper keeper;
};

static int setup(void **state)
{
    static struct keeping keeping;
    struct error error = {0};

    keeping = (struct keeping){0};
    test_directory_make(&keeping.directory);
    logger_init(&keeping.logger, STDERR_FILENO, LOG_LEVEL_ERROR);
    assert_int_equal(notify_keeper_init(&keeping.keeper, &keeping.logger, &error), ERROR_NONE);
    *state = &keeping;
    return 0;
}

static int teardown(void **state)
{
    struct keeping *keeping = *state;

    notify_keeper_clear(&keeping->keeper);
    logger_clear(&keeping->logger);
    test_directory_remove(&keeping->directory);
    return 0;
}

/* Read a file and use it, as a start and a reload do. */
static enum error_code use(struct keeping *keeping, const char *text, struct error *error)
{
    struct collector_settings settings = {
        .config = test_directory_write(&keeping->directory, "collector.yaml", text_from(text))};
    struct notify_plan *plan = NULL;

    if (settings_read(&settings, &keeping->directory.arena, error) != ERROR_NONE ||
        notify_keeper_make(&settings, &plan, error) != ERROR_NONE)
        return error->code;
    notify_keeper_use(&keeping->keeper, plan);
    return ERROR_NONE;
}

static const struct notify_content *content_of(struct keeping *keeping)
{
    return notify_plan_content(keeping->keeper.holder.current);
}

static const char good[] = "notify:\n"
                           "  sinks: [{name: log, kind: file, path: /tmp/y}]\n"
                           "  routes: [{name: all, sinks: [log]}]\n";

static void test_what_was_in_order_stays_in_use(void **state)
{
    struct keeping *keeping = *state;
    struct error error = {0};

    assert_int_equal(content_of(keeping)->sink_count, 0);
    assert_int_equal(use(keeping, good, &error), ERROR_NONE);
    assert_int_equal(content_of(keeping)->sink_count, 1);
    assert_int_equal(content_of(keeping)->problem.length, 0);
    assert_int_equal(use(keeping, "notify: {sinks: [{name: a, kind: fiel}]}\n", &error), ERROR_CONFIG);
    notify_keeper_refuse(&keeping->keeper, &error);
    assert_int_equal(content_of(keeping)->sink_count, 1);
    assert_int_equal(content_of(keeping)->route_count, 1);
    assert_non_null(strstr(content_of(keeping)->problem.bytes, "collector.yaml:1:34: there is no kind of sink 'fiel'"));
    assert_non_null(strstr(content_of(keeping)->problem.bytes, "(did you mean 'file'?)"));
    assert_int_equal(use(keeping, "", &error), ERROR_NONE);
    assert_int_equal(content_of(keeping)->sink_count, 0);
    assert_int_equal(content_of(keeping)->problem.length, 0);
}

/* A secret may be another at each reload, though the file is the same. */
static void test_secrets_are_fetched_again(void **state)
{
    static const char text[] = "notify:\n"
                               "  sinks: [{name: hook, kind: webhook, url: \"env:DRIFTLINE_TEST_HOOK\","
                               " secret: \"0123456789abcdef0123456789abcdef\"}]\n";
    struct keeping *keeping = *state;
    struct error error = {0};

    assert_int_equal(setenv("DRIFTLINE_TEST_HOOK", "https://one.example/", 1), 0);
    assert_int_equal(use(keeping, text, &error), ERROR_NONE);
    assert_true(text_equal(content_of(keeping)->sinks[0].url, TEXT("https://one.example/")));
    assert_int_equal(setenv("DRIFTLINE_TEST_HOOK", "https://two.example/", 1), 0);
    assert_int_equal(use(keeping, text, &error), ERROR_NONE);
    assert_true(text_equal(content_of(keeping)->sinks[0].url, TEXT("https://two.example/")));
    assert_int_equal(unsetenv("DRIFTLINE_TEST_HOOK"), 0);
    assert_int_equal(use(keeping, text, &error), ERROR_CONFIG);
    assert_true(text_equal(content_of(keeping)->sinks[0].url, TEXT("https://two.example/")));
}

static enum error_code attempt(void *context, struct error *error)
{
    struct collector_settings settings = {.config = context};
    CLEANUP(arena_free) struct arena arena;
    struct notify_plan *plan = NULL;
    enum error_code code;

    arena_init(&arena, SIZE_MAX);
    code = settings_read(&settings, &arena, error);
    if (code == ERROR_NONE)
        code = notify_keeper_make(&settings, &plan, error);
    notify_plan_release(plan);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct keeping *keeping = *state;

    test_every_allocation(attempt,
                          (void *)test_directory_write(&keeping->directory, "collector.yaml", text_from(good)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_in_order_stays_in_use, setup, teardown),
        cmocka_unit_test_setup_teardown(test_secrets_are_fetched_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
