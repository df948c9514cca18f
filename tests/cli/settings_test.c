#include "cli/settings.h"

#include <stdlib.h>

#include "cli/terminal.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { ARGUMENT_LIMIT = 8 };

static const struct option *const tables[] = {settings_comparing, settings_reading, settings_asking, settings_general,
                                              NULL};

static enum error_code read_line(struct settings *settings, const char *const *arguments, struct arena *arena,
                                 struct error *error)
{
    struct option_line line = {.command = "driftline test", .tables = tables, .values = settings, .arena = arena};
    size_t count = 0;

    while (arguments[count] != NULL)
        count++;
    return settings_read(settings, &line, false, count, arguments, error);
}

static int make_folder(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    unsetenv("DRIFTLINE_CONFIG");
    unsetenv("DRIFTLINE_COLLECTOR");
    unsetenv("DRIFTLINE_TOKEN");
    *state = &directory;
    return 0;
}

static int remove_folder(void **state)
{
    unsetenv("DRIFTLINE_CONFIG");
    unsetenv("DRIFTLINE_COLLECTOR");
    unsetenv("DRIFTLINE_TOKEN");
    test_directory_remove(*state);
    return 0;
}

static void test_defaults_are_those_of_the_sources(void **state)
{
    struct test_directory *directory = *state;
    const char *const arguments[] = {NULL};
    struct source_settings defaults;
    struct source_settings source;
    struct diff_options options;
    struct settings settings;
    struct error error = {0};

    source_settings_init(&defaults);
    assert_int_equal(read_line(&settings, arguments, &directory->arena, &error), ERROR_NONE);
    assert_int_equal(settings_for_source(&settings, &directory->arena, &source, &error), ERROR_NONE);
    assert_int_equal(source.connect_timeout_ms, defaults.connect_timeout_ms);
    assert_int_equal(source.statement_timeout_ms, defaults.statement_timeout_ms);
    assert_int_equal(source.lock_timeout_ms, defaults.lock_timeout_ms);
    assert_int_equal(source.attempts, defaults.attempts);
    assert_int_equal(source.memory_limit, defaults.memory_limit);
    assert_int_equal(source.secret_key.length, 0);
    assert_int_equal(settings_for_diff(&settings, &directory->arena, &options, &error), ERROR_NONE);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        assert_true(options.aspects[aspect]);
    assert_int_equal(options.ignore.count, 0);
    assert_false(options.fold_partitions);
    assert_int_equal(settings.colour, COLOUR_AUTO);
}

static const char example[] = "ignore:\n"
                              "  - \"table:*.tmp_*\"\n"
                              "severity:\n"
                              "  - {match: \"index:*=*\", level: low}\n"
                              "timeouts:\n"
                              "  connect: 1500ms\n"
                              "  lock: 1m\n"
                              "attempts: 7\n"
                              "memory_limit: 64MiB\n"
                              "secret_key: env:DRIFTLINE_TEST_KEY\n"
                              "scratch: env:DRIFTLINE_TEST_KEY\n"
                              "fold_partitions: true\n";

static void check_example(const struct settings *settings, struct arena *arena)
{
    struct source_settings source;
    struct diff_options options;
    struct error error = {0};

    assert_int_equal(settings_for_source(settings, arena, &source, &error), ERROR_NONE);
    assert_int_equal(source.connect_timeout_ms, 1500);
    assert_int_equal(source.statement_timeout_ms, 60000);
    assert_int_equal(source.attempts, 7);
    assert_int_equal(source.memory_limit, 64 * 1024 * 1024);
    assert_true(text_equal(source.secret_key, TEXT("s3cret")));
    assert_string_equal(source.scratch, "s3cret");
    assert_int_equal(settings_for_diff(settings, arena, &options, &error), ERROR_NONE);
    assert_int_equal(options.ignore.count, 2);
    assert_true(text_equal(options.ignore.patterns[0].glob, TEXT("*.tmp_*")));
    assert_true(text_equal(options.ignore.patterns[1].glob, TEXT("x")));
    assert_int_equal(options.override_count, 1);
    assert_int_equal(options.overrides[0].level, SEVERITY_LOW);
    assert_true(text_equal(options.overrides[0].pattern.glob, TEXT("*=*")));
    assert_true(options.fold_partitions);
    assert_true(options.aspects[ASPECT_ACCESS]);
    assert_false(options.aspects[ASPECT_STRUCTURE]);
}

static void test_file_below_command_line(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_write(directory, "c.yaml", text_from(example));
    const char *const arguments[] = {
        "--lock-timeout", "5s", "--ignore=column:x", "--aspect", "access,storage", "ref", NULL};
    struct settings settings;
    struct error error = {0};

    setenv("DRIFTLINE_TEST_KEY", "s3cret", 1);
    setenv("DRIFTLINE_CONFIG", path, 1);
    assert_int_equal(read_line(&settings, arguments, &directory->arena, &error), ERROR_NONE);
    assert_int_equal(settings.lock_timeout_ms, 5000);
    check_example(&settings, &directory->arena);
    unsetenv("DRIFTLINE_TEST_KEY");
}

static const struct {
    const char *file;
    const char *message; /* a part of it */
} bad_files[] = {
    {"tiemouts: {}\n", "tiemouts"},
    {"timeouts: {connect: soon}\n", "'timeouts.connect'"},
    {"timeouts: {conect: 1s}\n", "conect"},
    {"attempts: 0\n", "'attempts'"},
    {"memory_limit: 1KiB\n", "'memory_limit'"},
    {"fold_partitions: perhaps\n", "'fold_partitions'"},
    {"severity: [{match: \"index:*\"}]\n", "level"},
    {"ignore: 5\n", "a list"},
    {"- a\n", ""},
};

static void test_bad_files(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(bad_files); i++) {
        const char *path = test_directory_write(directory, "bad.yaml", text_from(bad_files[i].file));
        const char *const arguments[] = {"--config", path, NULL};
        struct settings settings;
        struct error error = {0};

        print_message("  %s", bad_files[i].file);
        assert_int_equal(read_line(&settings, arguments, &directory->arena, &error), ERROR_CONFIG);
        assert_non_null(strstr(error.message, "bad.yaml"));
        assert_non_null(strstr(error.message, bad_files[i].message));
    }
}

static void test_missing_file(void **state)
{
    struct test_directory *directory = *state;
    const char *const arguments[] = {"--config", "/nonexistent/c.yaml", NULL};
    const char *const help[] = {"--config", "/nonexistent/c.yaml", "--help", NULL};
    struct settings settings;
    struct error error = {0};

    assert_int_equal(read_line(&settings, arguments, &directory->arena, &error), ERROR_NOT_FOUND);
    assert_int_equal(read_line(&settings, help, &directory->arena, &error), ERROR_NONE);
    assert_true(settings.help);
}

/* A key that stands where others can read it is refused, and not repeated. */
static void test_key_is_never_written_down(void **state)
{
    struct test_directory *directory = *state;
    const char *const arguments[] = {"--secret-key", "s3cret", NULL};
    struct source_settings source;
    struct settings settings;
    struct error error = {0};

    assert_int_equal(read_line(&settings, arguments, &directory->arena, &error), ERROR_NONE);
    assert_int_equal(settings_for_source(&settings, &directory->arena, &source, &error), ERROR_USAGE);
    assert_null(strstr(error.message, "s3cret"));
    assert_null(strstr(error.hint, "s3cret"));
}

/* What is nearer to the caller decides: the command line, then the environment, then the file. */
static void test_collector_comes_from_three_places(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_write(directory, "collector.yaml",
                                            TEXT("collector: http://file\ntoken: file:/none\nca: ca.pem\n"
                                                 "insecure_http: true\ntimeouts: {connect: 3s, answer: 7s}\n"));
    const char *const file[] = {"--config", path, NULL};
    const char *const line[] = {"--config", path, "--collector", "http://line", "--token=env:MINE", NULL};
    struct collector_settings collector;
    struct settings settings;
    struct error error = {0};

    assert_int_equal(read_line(&settings, file, &directory->arena, &error), ERROR_NONE);
    assert_int_equal(settings_for_collector(&settings, &collector, &error), ERROR_NONE);
    assert_string_equal(collector.url, "http://file");
    assert_string_equal(collector.token, "file:/none");
    assert_string_equal(collector.ca, "ca.pem");
    assert_true(collector.insecure_http);
    assert_int_equal(collector.connect_timeout_ms, 3000);
    assert_int_equal(collector.answer_timeout_ms, 7000);
    setenv("DRIFTLINE_COLLECTOR", "http://environment", 1);
    setenv("DRIFTLINE_TOKEN", "s3cret", 1);
    assert_int_equal(read_line(&settings, file, &directory->arena, &error), ERROR_NONE);
    assert_string_equal(settings.collector, "http://environment");
    assert_string_equal(settings.token, "env:DRIFTLINE_TOKEN");
    assert_int_equal(read_line(&settings, line, &directory->arena, &error), ERROR_NONE);
    assert_string_equal(settings.collector, "http://line");
    assert_string_equal(settings.token, "env:MINE");
    setenv("DRIFTLINE_COLLECTOR", "", 1); /* as good as not set */
    assert_int_equal(read_line(&settings, file, &directory->arena, &error), ERROR_NONE);
    assert_string_equal(settings.collector, "http://file");
}

static void test_token_is_never_written_down(void **state)
{
    struct test_directory *directory = *state;
    const char *const arguments[] = {"--token", "s3cret", NULL};
    struct collector_settings collector;
    struct settings settings;
    struct error error = {0};

    assert_int_equal(read_line(&settings, arguments, &directory->arena, &error), ERROR_NONE);
    assert_int_equal(settings_for_collector(&settings, &collector, &error), ERROR_USAGE);
    assert_null(strstr(error.message, "s3cret"));
    assert_null(strstr(error.hint, "s3cret"));
}

static const struct {
    const char *severity;
    const char *message;
} bad_severities[] = {
    {"index:*", "level"},
    {"index:*=fatal", "level"},
    {"index=low", "colon"},
    {"=low", "severity"},
};

static void test_bad_severities(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(bad_severities); i++) {
        const char *const arguments[] = {"--severity", bad_severities[i].severity, NULL};
        struct diff_options options;
        struct settings settings;
        struct error error = {0};

        assert_int_equal(read_line(&settings, arguments, &directory->arena, &error), ERROR_NONE);
        assert_int_equal(settings_for_diff(&settings, &directory->arena, &options, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, bad_severities[i].message));
    }
}

static enum error_code read_everything(void *context, struct error *error)
{
    const char *const arguments[] = {"--config", context, "--ignore", "column:x", "--severity", "index:*=high", NULL};
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct settings settings;

    arena_init(&arena, 16 * 1024 * 1024);
    if (read_line(&settings, arguments, &arena, error) != ERROR_NONE)
        return error->code;
    return settings_for_diff(&settings, &arena, &options, error);
}

static void test_memory(void **state)
{
    struct test_directory *directory = *state;

    test_every_allocation(read_everything, (void *)test_directory_write(directory, "m.yaml", text_from(example)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults_are_those_of_the_sources, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_file_below_command_line, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_bad_files, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_missing_file, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_key_is_never_written_down, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_collector_comes_from_three_places, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_token_is_never_written_down, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_bad_severities, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_memory, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
