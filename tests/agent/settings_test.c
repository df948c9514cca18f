#include "agent/settings.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/reference.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

#define KEY "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

/* A file that says all there is to say, and one that says as little as possible. */
static const char everything[] = "agent: orders-db-1\n"
                                 "data: /var/lib/driftline-agent\n"
                                 "collector:\n"
                                 "  endpoints: [\"tcp://127.0.0.1:7400\", \"tcp://[fd00::1]:7400\"]\n"
                                 "  key: \"" KEY "\"\n"
                                 "targets:\n"
                                 "  - database: orders\n"
                                 "    environment: prod\n"
                                 "    instance: eu-1\n"
                                 "    source: env:DRIFTLINE_TEST_SOURCE\n"
                                 "    scratch: env:DRIFTLINE_TEST_SOURCE\n"
                                 "    poll: 10s\n"
                                 "    exact: 2m\n"
                                 "    full_check: 2h\n"
                                 "    debounce: 500ms\n"
                                 "  - {database: shop, environment: dev, source: \"sqlite:/tmp/shop.db\"}\n"
                                 "outbox: {limit: 64MiB, keep: 2h}\n"
                                 "timeouts: {connect: 1s, statement: 2s, lock: 3s}\n"
                                 "attempts: 7\n"
                                 "memory_limit: 1GiB\n"
                                 "secret_key: env:DRIFTLINE_TEST_KEY\n"
                                 "log: warning\n";

#define HEAD "agent: a\ndata: d\ncollector: {endpoints: [\"tcp://h:1\"], key: \"" KEY "\"}\n"
#define TARGET "targets: [{database: orders, environment: prod, source: \"sqlite:x\"}]\n"

static struct test_directory directory;

static int make_directory(void **state)
{
    (void)state;
    test_directory_make(&directory);
    setenv("DRIFTLINE_TEST_SOURCE", "postgres://u:s3cret@/orders", 1);
    setenv("DRIFTLINE_TEST_KEY", "digest key", 1);
    setenv("DRIFTLINE_TEST_WRONG", "u:s3cret@host", 1);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    test_directory_remove(&directory);
    return 0;
}

static enum error_code load_text(struct settings **ret_settings, struct text text, struct error *error)
{
    return settings_load(ret_settings, test_directory_write(&directory, "agent.yaml", text), error);
}

static void test_everything_is_taken(void **state)
{
    struct settings *settings = NULL;
    struct error error = {0};

    (void)state;
    if (load_text(&settings, text_from(everything), &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_string_equal(settings->agent, "orders-db-1");
    assert_string_equal(settings->data, "/var/lib/driftline-agent");
    assert_int_equal(settings->endpoints.count, 2);
    assert_string_equal(settings->endpoints.items[1], "tcp://[fd00::1]:7400");
    assert_string_equal(settings->collector_key, KEY);
    assert_int_equal(settings->target_count, 2);
    assert_string_equal(settings->targets[0].name, "orders@prod/eu-1");
    assert_string_equal(settings->targets[0].source, "postgres://u:s3cret@/orders");
    assert_string_equal(settings->targets[0].engine, "postgresql");
    assert_string_equal(settings->targets[0].scratch, "postgres://u:s3cret@/orders");
    assert_null(settings->targets[1].scratch);
    assert_int_equal(settings->targets[0].poll_ms, 10000);
    assert_int_equal(settings->targets[0].exact_ms, 120000);
    assert_int_equal(settings->targets[0].full_check_ms, 7200000);
    assert_int_equal(settings->targets[0].debounce_ms, 500);
    assert_string_equal(settings->targets[1].name, "shop@dev");
    assert_string_equal(settings->targets[1].instance, "default");
    assert_int_equal(settings->outbox_limit, 64 * 1024 * 1024);
    assert_int_equal(settings->outbox_keep_ms, 7200000);
    assert_int_equal(settings->source.connect_timeout_ms, 1000);
    assert_int_equal(settings->source.statement_timeout_ms, 2000);
    assert_int_equal(settings->source.lock_timeout_ms, 3000);
    assert_int_equal(settings->source.attempts, 7);
    assert_int_equal(settings->source.memory_limit, 1024 * 1024 * 1024);
    assert_true(text_equal(settings->source.secret_key, TEXT("digest key")));
    assert_int_equal(settings->log, LOG_LEVEL_WARNING);
    settings_free(settings);
}

static void test_defaults(void **state)
{
    struct settings *settings = NULL;
    struct source_settings defaults;
    struct error error = {0};

    (void)state;
    source_settings_init(&defaults);
    if (load_text(&settings, TEXT(HEAD TARGET), &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_int_equal(settings->targets[0].poll_ms, 5000);
    assert_int_equal(settings->targets[0].exact_ms, 60000);
    assert_int_equal(settings->targets[0].full_check_ms, 3600000);
    assert_int_equal(settings->targets[0].debounce_ms, 1000);
    assert_int_equal(settings->outbox_limit, 256 * 1024 * 1024);
    assert_int_equal(settings->outbox_keep_ms, 24 * 3600 * 1000);
    assert_int_equal(settings->source.connect_timeout_ms, defaults.connect_timeout_ms);
    assert_int_equal(settings->source.statement_timeout_ms, defaults.statement_timeout_ms);
    assert_int_equal(settings->source.lock_timeout_ms, defaults.lock_timeout_ms);
    assert_int_equal(settings->source.attempts, defaults.attempts);
    assert_int_equal(settings->source.memory_limit, defaults.memory_limit);
    assert_int_equal(settings->source.secret_key.length, 0);
    assert_int_equal(settings->log, LOG_LEVEL_INFO);
    settings_free(settings);
}

/* Each is refused at the place and with the words. */
static const struct {
    const char *text;
    const char *place;
    const char *contains;
} bad[] = {
    {"", "agent.yaml:1:1: ", "'agent' is missing"},
    {HEAD, "agent.yaml:1:1: ", "'targets' is missing"},
    {HEAD "targets: []\n", "agent.yaml:", "too few"},
    {HEAD TARGET "outbux: {}\n", "agent.yaml:5:1: ", "unknown key 'outbux'"},
    {HEAD TARGET "outbox: {limit: 1KiB}\n", "agent.yaml:5:17: ", "'outbox.limit'"},
    {HEAD TARGET "outbox: {keep: soon}\n", "agent.yaml:5:16: ", "'outbox.keep'"},
    {HEAD TARGET "timeouts: {lock: 0s}\n", "agent.yaml:5:18: ", "'timeouts.lock'"},
    {HEAD TARGET "attempts: 0\n", "agent.yaml:5:11: ", "'attempts'"},
    {HEAD TARGET "log: loud\n", "agent.yaml:5:6: ", "'loud'"},
    {HEAD TARGET "secret_key: abc\n", "agent.yaml:5:13: ", "must not be written down"},
    {HEAD TARGET "secret_key: env:DRIFTLINE_TEST_NONE\n", "agent.yaml:5:13: ", "DRIFTLINE_TEST_NONE"},
    {HEAD "targets:\n- {database: a, environment: b, source: \"sqlite:x\", poll: 10ms}\n",
     "agent.yaml:5:59: ", "'poll'"},
    {HEAD "targets:\n- {database: a, environment: b, source: \"sqlite:x\"}\n"
          "- {database: a b, environment: b, source: \"sqlite:x\"}\n",
     "agent.yaml:6:14: ", "'a b'"},
    {HEAD "targets:\n- {database: a, environment: \"*\", source: \"sqlite:x\"}\n", "agent.yaml:5:30: ", "'*'"},
    {HEAD "targets:\n- {database: a, environment: b, instance: c@d, source: \"sqlite:x\"}\n",
     "agent.yaml:5:43: ", "'c@d'"},
    {HEAD "targets:\n- {database: a, environment: b}\n", "agent.yaml:5:3: ", "'source' is missing"},
    {HEAD "targets:\n- {database: a, environment: b, source: \"u:s3cret@host\"}\n",
     "agent.yaml:5:41: ", "'a@b' is no reference"},
    {HEAD "targets:\n- {database: a, environment: b, source: \"env:DRIFTLINE_TEST_WRONG\"}\n",
     "agent.yaml:5:41: ", "'a@b' is no reference"},
    {HEAD "targets:\n- {database: a, environment: b, source: \"file:/nonexistent/x\"}\n",
     "agent.yaml:5:41: ", "/nonexistent/x"},
    {HEAD "targets:\n- {database: a, environment: b, source: \"sqlite:x\"}\n"
          "- {database: a, environment: b, instance: default, source: \"sqlite:y\"}\n",
     "agent.yaml:6:3: ", "'a@b' is there twice"},
    {"agent: a/b\ndata: d\ncollector: {endpoints: [\"tcp://h:1\"], key: \"" KEY "\"}\n" TARGET,
     "agent.yaml:1:8: ", "'a/b'"},
    {"agent: a\ndata: d\ncollector: {endpoints: [\"tcp://h:1\", h2], key: \"" KEY "\"}\n" TARGET,
     "agent.yaml:3:38: ", "'h2'"},
    {"agent: a\ndata: d\ncollector: {endpoints: [\"tcp://h:0\"], key: \"" KEY "\"}\n" TARGET,
     "agent.yaml:3:25: ", "'tcp://h:0'"},
    {"agent: a\ndata: d\ncollector: {endpoints: [\"tcp://*:70000\"], key: \"" KEY "\"}\n" TARGET,
     "agent.yaml:3:25: ", "'tcp://*:70000'"},
    {"agent: a\ndata: d\ncollector: {endpoints: [\"tcp://h:1;tcp://i:2\"], key: \"" KEY "\"}\n" TARGET,
     "agent.yaml:3:25: ", "address"},
    {"agent: a\ndata: d\ncollector: {endpoints: [], key: \"" KEY "\"}\n" TARGET, "agent.yaml:3:", "too few"},
    {"agent: a\ndata: d\ncollector: {endpoints: [\"tcp://h:1\"], key: short}\n" TARGET, "agent.yaml:3:44: ", "key"},
    {"agent: a\ndata: d\ncollector: {endpoints: [\"tcp://h:1\"], key: \"file:/nonexistent/k\"}\n" TARGET,
     "agent.yaml:3:44: ", "/nonexistent/k"},
};

static void test_what_is_wrong_is_named_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        struct settings *settings = NULL;
        struct error error = {0};

        if (load_text(&settings, text_from(bad[i].text), &error) != ERROR_CONFIG ||
            strstr(error.message, bad[i].place) == NULL || strstr(error.message, bad[i].contains) == NULL)
            fail_msg("%s\nexpected '%s…%s', not '%s'", bad[i].text, bad[i].place, bad[i].contains, error.message);
        assert_null(settings);
        assert_null(strstr(error.message, "s3cret"));
        assert_null(strstr(error.hint, "s3cret"));
    }
}

static struct text many_targets(struct buffer *buffer, unsigned count, unsigned name_length)
{
    buffer_add_string(buffer, HEAD "targets:\n");
    for (unsigned i = 0; i < count; i++)
        buffer_printf(buffer, "- {database: d%0*u, environment: e, source: \"sqlite:x\"}\n", (int)name_length, i);
    return buffer_text(buffer);
}

static void test_limits(void **state)
{
    static const struct {
        unsigned count, name_length;
        const char *message; /* NULL: fine */
    } cases[] = {
        {SETTINGS_TARGETS_LIMIT, 8, NULL},
        {SETTINGS_TARGETS_LIMIT + 1, 8, "too many"},
        {1, REFERENCE_NAME_LIMIT - 1, NULL},
        {1, REFERENCE_NAME_LIMIT, "cannot be the name of a database"},
        {SETTINGS_TARGETS_LIMIT, REFERENCE_NAME_LIMIT, "cannot be the name"},
        {SETTINGS_TARGETS_LIMIT, REFERENCE_NAME_LIMIT - 1, NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer buffer;
        struct settings *settings = NULL;
        struct error error = {0};
        enum error_code code;

        buffer_init(&buffer);
        code = load_text(&settings, many_targets(&buffer, cases[i].count, cases[i].name_length), &error);
        print_message("  %zu: %s\n", i, error.message);
        assert_int_equal(code, cases[i].message == NULL ? ERROR_NONE : ERROR_CONFIG);
        if (cases[i].message != NULL)
            assert_non_null(strstr(error.message, cases[i].message));
        settings_free(settings);
    }
}

static void test_no_file(void **state)
{
    struct settings *settings = NULL;
    struct error error = {0};

    (void)state;
    assert_int_equal(settings_load(&settings, "/nonexistent/agent.yaml", &error), ERROR_NOT_FOUND);
    assert_null(settings);
    settings_free(NULL);
}

static void test_what_a_reload_leaves_alone(void **state)
{
    static const struct {
        const char *tail;
        bool same;
    } cases[] = {
        {"log: debug\noutbox: {limit: 1GiB}\n", true},
        {"timeouts: {connect: 11s}\n", false},
        {"memory_limit: 1GiB\n", false},
        {"attempts: 4\n", false},
        {"secret_key: env:DRIFTLINE_TEST_KEY\n", false},
    };
    struct settings *first = NULL;
    struct error error = {0};

    (void)state;
    assert_int_equal(load_text(&first, TEXT(HEAD TARGET), &error), ERROR_NONE);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer buffer;
        struct settings *second = NULL;

        buffer_init(&buffer);
        buffer_printf(&buffer, "%s%s", HEAD TARGET, cases[i].tail);
        assert_int_equal(load_text(&second, buffer_text(&buffer), &error), ERROR_NONE);
        assert_int_equal(settings_same_target(first, &first->targets[0], second, &second->targets[0]), cases[i].same);
        settings_free(second);
    }
    settings_free(first);
}

static enum error_code load(void *context, struct error *error)
{
    struct settings *settings = NULL;
    enum error_code code = settings_load(&settings, context, error);

    assert_int_equal(settings == NULL, code != ERROR_NONE);
    settings_free(settings);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    test_every_allocation(load, (void *)test_directory_write(&directory, "agent.yaml", text_from(everything)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_is_taken),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_what_a_reload_leaves_alone),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
