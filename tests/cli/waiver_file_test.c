#include "cli/waiver_file.h"

#include "support/cmocka.h"
#include "support/directory.h"

static const int64_t now = INT64_C(1795255200000000); /* 2026-11-21T10:00Z */

static int make_folder(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int remove_folder(void **state)
{
    test_directory_remove(*state);
    return 0;
}

static enum error_code read_text(struct test_directory *directory, const char *text, struct waiver_file *ret_file,
                                 struct error *error)
{
    return waiver_file_read(ret_file, test_directory_write(directory, "w.yaml", text_from(text)), now,
                            &directory->arena, error);
}

static void test_waivers_are_read(void **state)
{
    static const char text[] = "waivers:\n"
                               "  - drifts: [12, 13]\n"
                               "    reason: replaced in release 7\n"
                               "    expires: 2026-12-31\n"
                               "  - database: orders\n"
                               "    from: staging\n"
                               "    to: prod\n"
                               "    pattern: \"index:shop.*\"\n"
                               "    future: yes\n"
                               "    reason: prod is tuned\n"
                               "    author: Ada\n"
                               "    expires: 30d\n";
    struct waiver_file file = {.count = 0};
    struct error error = {0};

    assert_int_equal(read_text(*state, text, &file, &error), ERROR_NONE);
    assert_int_equal(file.count, 2);
    assert_int_equal(file.wishes[0].drift_count, 2);
    assert_int_equal(file.wishes[0].drifts[1], 13);
    assert_null(file.wishes[0].pattern);
    assert_false(file.wishes[0].future);
    assert_null(file.wishes[0].author);
    assert_int_equal(file.wishes[0].expires, INT64_C(1798675200000000));
    assert_string_equal(file.wishes[0].reason, "replaced in release 7");
    assert_int_equal(file.wishes[1].drift_count, 0);
    assert_string_equal(file.wishes[1].database, "orders");
    assert_string_equal(file.wishes[1].from, "staging");
    assert_string_equal(file.wishes[1].to, "prod");
    assert_string_equal(file.wishes[1].pattern, "index:shop.*");
    assert_true(file.wishes[1].future);
    assert_string_equal(file.wishes[1].author, "Ada");
    assert_int_equal(file.wishes[1].expires, now + 30 * INT64_C(86400000000));
}

#define ONE(rest) "waivers:\n  - reason: x\n    expires: 30d\n" rest

static const struct {
    const char *text;
    const char *message; /* a part of it, from the line on */
} mistakes[] = {
    {"", ":1:1: the key 'waivers' is missing"},
    {"waivers: []\n", ":1:10: the list has too few entries"},
    {"waivers: [\n", ":"},
    {ONE("    drifts: [1]\n    colour: red\n"), ":5:5: "},
    {ONE(""), ":2:5: a waiver needs 'drifts', or 'pattern' with 'database'"},
    {ONE("    drifts: [1, none]\n"), ":4:17: 'none' is not the number of a drift"},
    {ONE("    drifts: [0]\n"), ":4:14: '0' is not the number of a drift"},
    {ONE("    drifts: []\n"), ":4:"},
    {ONE("    drifts: [1]\n    pattern: \"table:*\"\n"), ":5:14: a waiver has 'drifts' or 'pattern', not both"},
    {ONE("    drifts: [1]\n    future: yes\n"), ":5:13: a waiver has 'drifts' or 'future', not both"},
    {ONE("    pattern: \"table:*\"\n"), ":4:14: a waiver with 'pattern' needs 'database'"},
    {ONE("    database: a b\n    pattern: \"table:*\"\n"), ":4:15: 'a b' is no name"},
    {ONE("    database: a\n    from: -x\n    pattern: \"table:*\"\n"), ":5:11: '-x' is no name"},
    {ONE("    database: a\n    pattern: nonsense\n"), ":5:14: "},
    {ONE("    database: a\n    pattern: \"table:*\"\n    future: perhaps\n"), ":6:13: "},
    {"waivers:\n  - drifts: [1]\n    reason: x\n    expires: 2026-11-20\n",
     ":4:14: 'expires' cannot be '2026-11-20', which has passed"},
    {"waivers:\n  - drifts: [1]\n    reason: x\n    expires: soon\n", ":4:14: 'expires' cannot be 'soon'"},
    {"waivers:\n  - drifts: [1]\n    expires: 30d\n", "reason"},
    {"waivers:\n  - drifts: [1]\n    reason: x\n", "expires"},
    {"waivers:\n  - {drifts: [1], reason: x, expires: 30d}\n  - {drifts: [2, 1], reason: x, expires: 30d}\n",
     ":3:14: this waiver is about the same as the one in line 2"},
    {"waivers:\n  - {database: a, pattern: \"table:shop.*\", reason: x, expires: 30d}\n"
     "  - {database: b, pattern: \"table:shop.*\", reason: x, expires: 30d}\n"
     "  - {database: a, from: dev, to: prod, pattern: \"*:shop.orders\", reason: x, expires: 30d}\n",
     ":4:49: this waiver is about the same as the one in line 2"},
};

static void test_mistakes_have_a_line(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(mistakes); i++) {
        struct waiver_file file = {.count = 77};
        struct error error = {0};

        print_message("  %zu\n", i);
        assert_int_equal(read_text(*state, mistakes[i].text, &file, &error), ERROR_CONFIG);
        assert_int_equal(file.count, 77);
        if (strstr(error.message, mistakes[i].message) == NULL || strstr(error.message, "w.yaml") == NULL)
            fail_msg("no '%s' in: %s", mistakes[i].message, error.message);
    }
}

static void test_missing_file(void **state)
{
    struct test_directory *directory = *state;
    struct waiver_file file;
    struct error error = {0};

    assert_int_equal(
        waiver_file_read(&file, test_directory_path(directory, "none.yaml"), now, &directory->arena, &error),
        ERROR_NOT_FOUND);
}

#define PATTERN(name, from_name, to_name, glob)                                                                        \
    {                                                                                                                  \
        .database = (name), .from = (from_name), .to = (to_name), .pattern = (glob)                                    \
    }

static void test_overlaps(void **state)
{
    static const int64_t first[] = {1, 2}, second[] = {3, 2}, third[] = {4};
    static const struct {
        struct waiver_wish a, b;
        bool overlap;
    } pairs[] = {
        {{.drifts = first, .drift_count = 2}, {.drifts = second, .drift_count = 2}, true},
        {{.drifts = first, .drift_count = 2}, {.drifts = third, .drift_count = 1}, false},
        {{.drifts = first, .drift_count = 2}, PATTERN("a", NULL, NULL, "*:*"), false}, /* the collector knows */
        {PATTERN("a", NULL, NULL, "table:*"), PATTERN("a", NULL, NULL, "table:*"), true},
        {PATTERN("a", NULL, NULL, "table:*"), PATTERN("b", NULL, NULL, "table:*"), false},
        {PATTERN("a", NULL, NULL, "table:*"), PATTERN("a", NULL, NULL, "view:*"), false},
        {PATTERN("a", NULL, NULL, "table:s.*"), PATTERN("a", NULL, NULL, "*:s.x"), true},
        {PATTERN("a", NULL, NULL, "table:s.x"), PATTERN("a", NULL, NULL, "table:s.*"), true},
        {PATTERN("a", NULL, NULL, "table:s.x"), PATTERN("a", NULL, NULL, "table:s.y"), false},
        {PATTERN("a", NULL, NULL, "table:s.?"), PATTERN("a", NULL, NULL, "table:s.*"), true},
        {PATTERN("a", "dev", "test", "table:*"), PATTERN("a", "test", "prod", "table:*"), false},
        {PATTERN("a", "dev", "test", "table:*"), PATTERN("a", "dev", NULL, "table:*"), true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
        print_message("  %zu\n", i);
        assert_int_equal(waiver_wishes_overlap(&pairs[i].a, &pairs[i].b), pairs[i].overlap);
        assert_int_equal(waiver_wishes_overlap(&pairs[i].b, &pairs[i].a), pairs[i].overlap);
    }
}

static void test_blame_leads_to_the_line(void **state)
{
    struct waiver_file file = {.count = 0};
    struct error error = {0};

    assert_int_equal(read_text(*state,
                               "waivers:\n  - {drifts: [1], reason: x, expires: 30d}\n"
                               "  - {drifts: [2], reason: x, expires: 30d}\n",
                               &file, &error),
                     ERROR_NONE);
    error_set(&error, ERROR_CONFLICT, "collector: drift 2 has waiver 7");
    assert_int_equal(waiver_file_blame(&file, 1, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "w.yaml:3:5: collector: drift 2 has waiver 7"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_waivers_are_read, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_mistakes_have_a_line, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_missing_file, make_folder, remove_folder),
        cmocka_unit_test(test_overlaps),
        cmocka_unit_test_setup_teardown(test_blame_leads_to_the_line, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
