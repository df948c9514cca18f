#include "base/config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

struct endpoint {
    char *host;
    unsigned short port;
};

struct settings {
    char *name;
    int level;
    unsigned count;
    bool enabled;
    unsigned mode;
    struct endpoint collector;
    struct endpoint *others;
    unsigned others_count;
    char **words;
    unsigned words_count;
    char *note;
};

static const cyaml_schema_field_t endpoint_fields[] = {
    CYAML_FIELD_STRING_PTR("host", CYAML_FLAG_POINTER, struct endpoint, host, 1, 20),
    CYAML_FIELD_UINT("port", CYAML_FLAG_OPTIONAL, struct endpoint, port),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t endpoint_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct endpoint, endpoint_fields),
};

static const cyaml_schema_value_t word_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_strval_t modes[] = {{"off", 0}, {"warn", 1}, {"block", 2}};

static const cyaml_schema_field_t settings_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct settings, name, 0, CYAML_UNLIMITED),
    CYAML_FIELD_INT("level", CYAML_FLAG_OPTIONAL, struct settings, level),
    CYAML_FIELD_UINT("count", CYAML_FLAG_OPTIONAL, struct settings, count),
    CYAML_FIELD_BOOL("enabled", CYAML_FLAG_OPTIONAL, struct settings, enabled),
    CYAML_FIELD_ENUM("mode", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct settings, mode, modes, LENGTH_OF(modes)),
    CYAML_FIELD_MAPPING("collector", CYAML_FLAG_OPTIONAL, struct settings, collector, endpoint_fields),
    CYAML_FIELD_SEQUENCE("others", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct settings, others, &endpoint_value,
                         0, 3),
    CYAML_FIELD_SEQUENCE("words", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct settings, words, &word_value, 0,
                         CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("note", CYAML_FLAG_POINTER_NULL_STR | CYAML_FLAG_OPTIONAL, struct settings, note, 0,
                           CYAML_UNLIMITED),
    CYAML_FIELD_IGNORE("notes", CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t settings_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct settings, settings_fields),
};

static enum error_code load(const char *text, struct settings **ret_settings, struct error *error)
{
    void *data = NULL;
    enum error_code code = config_load_text("agent.yaml", text_from(text), &settings_value, &data, error);

    if (code == ERROR_NONE)
        *ret_settings = data;
    else
        assert_null(data);
    return code;
}

static void test_a_whole_file_lands_in_its_struct(void **state)
{
    static const char text[] = "# a comment\n"
                               "name: \"orders: db\"\n"
                               "level: -3\n"
                               "count: 4294967295\n"
                               "enabled: yes\n"
                               "mode: block\n"
                               "collector: {host: collector.internal, port: 7400}\n"
                               "others:\n"
                               "  - host: db1\n"
                               "  - port: 1\n"
                               "    host: db2\n"
                               "words: [a, 'b c', \"\\u00fc\"]\n"
                               "note: null\n"
                               "notes: {anything: [goes, {here: 010}]}\n";
    struct settings *settings = NULL;
    struct error error = {0};

    (void)state;
    if (load(text, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_string_equal(settings->name, "orders: db");
    assert_int_equal(settings->level, -3);
    assert_int_equal(settings->count, 4294967295u);
    assert_true(settings->enabled);
    assert_int_equal(settings->mode, 2);
    assert_string_equal(settings->collector.host, "collector.internal");
    assert_int_equal(settings->collector.port, 7400);
    assert_int_equal(settings->others_count, 2);
    assert_string_equal(settings->others[0].host, "db1");
    assert_int_equal(settings->others[0].port, 0);
    assert_string_equal(settings->others[1].host, "db2");
    assert_int_equal(settings->others[1].port, 1);
    assert_int_equal(settings->words_count, 3);
    assert_string_equal(settings->words[1], "b c");
    assert_string_equal(settings->words[2], "\xc3\xbc");
    assert_null(settings->note);
    config_free(&settings_value, settings);
    config_free(&settings_value, NULL);
}

static void test_an_empty_file_sets_nothing(void **state)
{
    static const char *const cases[] = {"", "\n\n", "# only words\n", "{}", "---\n{}\n...\n", "\xef\xbb\xbf{}\n"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct settings *settings = NULL;
        struct error error = {0};

        if (load(cases[i], &settings, &error) != ERROR_NONE)
            fail_msg("%zu: %s", i, error.message);
        assert_null(settings->name);
        assert_int_equal(settings->others_count, 0);
        config_free(&settings_value, settings);
    }
}

static void test_an_empty_file_lacks_what_must_be_there(void **state)
{
    static const cyaml_schema_value_t value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct endpoint, endpoint_fields)};
    struct error error = {0};
    void *data = NULL;

    (void)state;
    assert_int_equal(config_load_text("c.yaml", TEXT(""), &value, &data, &error), ERROR_CONFIG);
    assert_string_equal(error.message, "c.yaml:1:1: the key 'host' is missing");
}

static void test_booleans_are_words_for_true_and_false(void **state)
{
    static const struct {
        const char *text;
        bool enabled;
    } cases[] = {
        {"enabled: true", true},   {"enabled: yes", true}, {"enabled: on", true},   {"enabled: True", true},
        {"enabled: false", false}, {"enabled: no", false}, {"enabled: off", false}, {"enabled: OFF", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct settings *settings = NULL;
        struct error error = {0};

        assert_int_equal(load(cases[i].text, &settings, &error), ERROR_NONE);
        assert_int_equal(settings->enabled, cases[i].enabled);
        config_free(&settings_value, settings);
    }
}

static const struct {
    const char *text;
    const char *message;
    const char *hint;
} mistakes[] = {
    {"name: x\nlevle: 3\n", "2:1: unknown key 'levle'", "did you mean 'level'?"},
    {"name: x\n\ncollector:\n  host: a\n  prt: 3\n", "5:3: unknown key 'prt'", "did you mean 'port'?"},
    {"collector: {host: a, xyzzy: 3}", "1:22: unknown key 'xyzzy'", "the keys known here are: host, port"},
    {"Name: x", "1:1: unknown key 'Name'", "did you mean 'name'?"},
    {"name: x\nlevel: 1\nname: y\n", "3:1: the key 'name' is there twice", ""},
    {"others:\n- {host: a}\n- {host: b, host: c}\n", "3:13: the key 'host' is there twice", ""},
    {"others:\n - host: a\n - port: 3\n", "3:4: the key 'host' is missing", ""},
    {"name: x\nlevel: abc\n", "2:8: expected a whole number, not 'abc'", ""},
    {"level: 010", "1:8: expected a whole number, not '010'", ""},
    {"level: 0x10", "1:8: expected a whole number, not '0x10'", ""},
    {"level: 1.5", "1:8: expected a whole number, not '1.5'", ""},
    {"level: ''", "1:8: expected a whole number, not ''", ""},
    {"level:", "1:7: expected a whole number, not ''", ""},
    {"level: -", "1:8: not valid YAML: block sequence entries are not allowed in this context", NULL},
    {"level: --1", "1:8: expected a whole number, not '--1'", ""},
    {"count: -4", "1:8: expected a whole number that is not negative, not '-4'", ""},
    {"count: 4294967296", "1:8: the value is out of range", ""},
    {"level: 99999999999999999999999", "1:8: the value is out of range", ""},
    {"others: [{host: a}, {host: a, port: 65536}]", "1:37: the value is out of range", ""},
    {"enabled: perhaps", "1:10: expected true or false, not 'perhaps'", ""},
    {"enabled: 1", "1:10: expected true or false, not '1'", ""},
    {"mode: maybe", "1:7: 'maybe' is none of the words that can stand here", "choose one of: off, warn, block"},
    {"mode: 2", "1:7: '2' is none of the words that can stand here", "choose one of: off, warn, block"},
    {"name: [a]", "1:7: expected a single value, not a list", ""},
    {"name: {a: b}", "1:7: expected a single value, not keys with values", ""},
    {"collector: x", "1:12: expected keys with values, one a line, not a single value", ""},
    {"collector: [x]", "1:12: expected keys with values, not a list", ""},
    {"words: x", "1:8: expected a list, not a single value", ""},
    {"words:\n", "1:7: expected a list, not a single value", ""},
    {"words: {a: b}", "1:8: expected a list, not keys with values", ""},
    {"words: [[a]]", "1:9: expected a single value, not a list", ""},
    {"others: [{host: a}, {host: a}, {host: a}, {host: a}]", "1:43: the list has too many entries", ""},
    {"collector: {host: ''}", "1:19: the text is too short", ""},
    {"collector: {host: aaaaaaaaaaaaaaaaaaaaa}", "1:19: the text is too long", ""},
    {"- a\n- b\n", "1:1: expected keys with values, not a list", ""},
    {"just words", "1:1: expected keys with values, one a line, not a single value", ""},
    {"? [a]\n: b\n", "1:3: a key must be a single word", ""},
    {"words: &a [x]\n", "1:8: an anchor or alias", ""},
    {"name: &a x\n", "1:7: an anchor or alias", ""},
    {"collector: &a {host: x}\n", "1:12: an anchor or alias", ""},
    {"name: *a\n", "1:7: an anchor or alias", ""},
    {"name: !!str x\n", "1:7: a tag", ""},
    {"words: !x [a]\n", "1:8: a tag", ""},
    {"name: ! x\n", "1:7: a tag", ""},
    {"name: \"a\\0b\"\n", "1:7: a text with a NUL in it is not allowed", ""},
    {"name: x\n---\nname: y\n", "2:1: a second document begins; only one is allowed", ""},
    {"name: \"x", "1:9: not valid YAML: found unexpected end of stream", NULL},
    {"words: [a, b", "not valid YAML: did not find expected ',' or ']'", ""},
    {"\tname: x", "1:1: not valid YAML: found character that cannot start any token", ""},
    {"name: x\n  level: 1\n", "2:8: not valid YAML: mapping values are not allowed in this context", ""},
    {"name: \x01", "not valid YAML: control characters are not allowed", ""},
    {"name: Gr\xfc\xdf\n", "'agent.yaml' is not text in UTF-8", ""},
    {"notes: [[[[[[[[[[[[[[[[[[[[[[[[[[[[", "1:23: more than 16 levels inside each other", ""},
};

static void test_what_is_wrong_is_named_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(mistakes); i++) {
        struct settings *settings = NULL;
        struct error error = {0};

        if (load(mistakes[i].text, &settings, &error) != ERROR_CONFIG)
            fail_msg("accepted: %s", mistakes[i].text);
        if (strstr(error.message, mistakes[i].message) == NULL || strstr(error.message, "agent.yaml") == NULL ||
            (mistakes[i].message[0] >= '1' && mistakes[i].message[0] <= '9' &&
             strncmp(error.message, "agent.yaml:", 11) != 0))
            fail_msg("%s\n  gave: %s\n  not:  %s", mistakes[i].text, error.message, mistakes[i].message);
        if (mistakes[i].hint != NULL)
            assert_string_equal(error.hint, mistakes[i].hint);
    }
}

/* A long value is cut in the message: it may be a secret at the wrong place, and it may be large. */
static void test_a_long_value_is_shown_in_part(void **state)
{
    struct settings *settings = NULL;
    struct error error = {0};
    char text[2000] = "level: ";

    (void)state;
    memset(text + 7, 'z', sizeof text - 8);
    assert_int_equal(load(text, &settings, &error), ERROR_CONFIG);
    assert_non_null(strstr(error.message, "zzzzz...'"));
    assert_true(strlen(error.message) < 150);
}

static void test_a_file_has_a_limit(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;
    struct error error = {0};
    void *data = NULL;

    (void)state;
    buffer_init(&buffer);
    while (buffer.length < CONFIG_SIZE_LIMIT)
        buffer_add_string(&buffer, "#");
    assert_int_equal(config_load_text("a", buffer_text(&buffer), &settings_value, &data, &error), ERROR_NONE);
    config_free(&settings_value, data);
    data = NULL;
    buffer_add_string(&buffer, "#");
    assert_int_equal(config_load_text("a", buffer_text(&buffer), &settings_value, &data, &error), ERROR_LIMIT);
    assert_null(data);
}

static int make_directory(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int remove_directory(void **state)
{
    test_directory_remove(*state);
    return 0;
}

static void test_a_file_is_read_by_its_name(void **state)
{
    const char *path = test_directory_write(*state, "agent.yaml", TEXT("name: x\nlevel: y\n"));
    const struct settings *settings;
    struct error error = {0};
    void *data = NULL;

    assert_int_equal(config_load(path, &settings_value, &data, &error), ERROR_CONFIG);
    assert_int_equal(strncmp(error.message, path, strlen(path)), 0);
    assert_non_null(strstr(error.message, "agent.yaml:2:8: expected a whole number"));
    test_directory_write(*state, "agent.yaml", TEXT("name: x\n"));
    assert_int_equal(config_load(path, &settings_value, &data, &error), ERROR_NONE);
    settings = data;
    assert_string_equal(settings->name, "x");
    config_free(&settings_value, data);
    assert_int_equal(config_load("/nowhere/agent.yaml", &settings_value, &data, &error), ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "'/nowhere/agent.yaml'"));
}

static enum error_code load_everything(void *context, struct error *error)
{
    struct settings *settings = NULL;
    enum error_code code = load(context, &settings, error);

    config_free(&settings_value, settings);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    assert_true(test_every_allocation(load_everything,
                                      (void *)"name: x\ncollector: {host: y}\nothers: [{host: a}, {host: b}]\n"
                                              "words: [a, b, c]\n") > 10);
    assert_true(test_every_allocation(load_everything, (void *)"") >= 2);
}

static void test_secrets_come_from_three_places(void **state)
{
    struct test_directory *directory = *state;
    const struct {
        const char *value;
        const char *secret;  /* NULL: refused */
        const char *message; /* of the refusal */
    } cases[] = {
        {"plain text", "plain text", NULL},
        {"ENV:x", "ENV:x", NULL},
        {"", NULL, "a secret is empty"},
        {"env:DRIFTLINE_TEST_SECRET", "from the environment\n", NULL},
        {"env:DRIFTLINE_TEST_NOT_SET", NULL, "the environment variable 'DRIFTLINE_TEST_NOT_SET' is not set"},
        {"env:DRIFTLINE_TEST_EMPTY", NULL, "the environment variable 'DRIFTLINE_TEST_EMPTY' is empty"},
        {"env:", NULL, "the environment variable '' is not set"},
        {arena_printf(&directory->arena, "file:%s", test_directory_write(directory, "unix", TEXT("top secret\n"))),
         "top secret", NULL},
        {arena_printf(&directory->arena, "file:%s", test_directory_write(directory, "dos", TEXT("top secret\r\n"))),
         "top secret", NULL},
        {arena_printf(&directory->arena, "file:%s", test_directory_write(directory, "bare", TEXT("top secret"))),
         "top secret", NULL},
        {arena_printf(&directory->arena, "file:%s", test_directory_write(directory, "two", TEXT("top\nsecret \n\n"))),
         "top\nsecret \n", NULL},
        {arena_printf(&directory->arena, "file:%s", test_directory_write(directory, "break", TEXT("\n"))), NULL,
         "/break' is empty"},
        {arena_printf(&directory->arena, "file:%s", test_directory_write(directory, "empty", TEXT(""))), NULL,
         "/empty' is empty"},
        {arena_printf(&directory->arena, "file:%s", test_directory_write(directory, "nul", TEXT("top\0secret"))), NULL,
         "/nul' has a NUL in it"},
        {"file:/nowhere/secret", NULL, "opening '/nowhere/secret': No such file or directory"},
        {"file:/", NULL, "'/' is a directory"},
    };

    setenv("DRIFTLINE_TEST_SECRET", "from the environment\n", 1);
    setenv("DRIFTLINE_TEST_EMPTY", "", 1);
    unsetenv("DRIFTLINE_TEST_NOT_SET");
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct text secret = {"untouched", 9};
        struct error error = {0};
        enum error_code code = config_secret(cases[i].value, &directory->arena, &secret, &error);

        print_message("  %s\n", cases[i].value);
        if (cases[i].secret != NULL) {
            assert_int_equal(code, ERROR_NONE);
            assert_string_equal(secret.bytes, cases[i].secret);
            assert_int_equal(secret.length, strlen(cases[i].secret));
        } else {
            assert_int_equal(code, ERROR_CONFIG);
            assert_string_equal(secret.bytes, "untouched");
            assert_non_null(strstr(error.message, cases[i].message));
            assert_null(strstr(error.message, "top"));
        }
    }
}

static void test_a_secret_has_a_limit(void **state)
{
    static char bytes[CONFIG_SECRET_LIMIT + 1];
    struct test_directory *directory = *state;
    struct text secret = {NULL, 0};
    struct error error = {0};

    memset(bytes, 's', sizeof bytes);
    test_directory_write(directory, "large", (struct text){bytes, sizeof bytes});
    assert_int_equal(config_secret(arena_printf(&directory->arena, "file:%s/large", directory->path), &directory->arena,
                                   &secret, &error),
                     ERROR_CONFIG);
    assert_null(secret.bytes);
}

static enum error_code fetch(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct text secret;

    arena_init(&arena, 1024 * 1024);
    return config_secret(context, &arena, &secret, error);
}

static void test_allocations_for_secrets_may_fail(void **state)
{
    const char *path = test_directory_write(*state, "secret", TEXT("x\n"));
    struct test_directory *directory = *state;

    setenv("DRIFTLINE_TEST_SECRET", "x", 1);
    assert_true(test_every_allocation(fetch, (void *)"plain") >= 1);
    assert_true(test_every_allocation(fetch, (void *)"env:DRIFTLINE_TEST_SECRET") >= 1);
    assert_true(test_every_allocation(fetch, arena_printf(&directory->arena, "file:%s", path)) >= 1);
}

#define DIRECTORY_TEST(function) cmocka_unit_test_setup_teardown(function, make_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_whole_file_lands_in_its_struct),
        cmocka_unit_test(test_an_empty_file_sets_nothing),
        cmocka_unit_test(test_an_empty_file_lacks_what_must_be_there),
        cmocka_unit_test(test_booleans_are_words_for_true_and_false),
        cmocka_unit_test(test_what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(test_a_long_value_is_shown_in_part),
        cmocka_unit_test(test_a_file_has_a_limit),
        cmocka_unit_test(test_allocations_may_fail),
        DIRECTORY_TEST(test_a_file_is_read_by_its_name),
        DIRECTORY_TEST(test_secrets_come_from_three_places),
        DIRECTORY_TEST(test_a_secret_has_a_limit),
        DIRECTORY_TEST(test_allocations_for_secrets_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
