#include "drift/ignore.h"

#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 1024 * 1024 };

static void test_globs(void **state)
{
    static const struct {
        const char *glob, *text;
        bool matches;
    } cases[] = {
        {"", "", true},
        {"", "a", false},
        {"a", "", false},
        {"abc", "abc", true},
        {"abc", "abd", false},
        {"abc", "ab", false},
        {"ab", "abc", false},
        {"*", "", true},
        {"*", "shop.orders", true},
        {"**", "x", true},
        {"*.tmp_*", "shop.tmp_1", true},
        {"*.tmp_*", "shop.tmp", false},
        {"shop.*.id", "shop.a.b.id", true},
        {"shop.*.id", "shop.id", false},
        {"a*b*c", "aXbXbXc", true},
        {"a*b*c", "aXcXb", false},
        {"?", "a", true},
        {"?", "", false},
        {"?", "ab", false},
        {"a?c", "abc", true},
        {"?", "\xc3\xa9", true},
        {"??", "\xc3\xa9", false},
        {"*??", "\xe2\x82\xac", false},
        {"*?", "\xe2\x82\xac", true},
        {"?", "\xff", true},
        {"??", "\xff\xfe", true},
        {"?", "\xe2\x82", false}, /* cut short: two characters of no encoding */
        {"\\*", "*", true},
        {"\\*", "a", false},
        {"\\?x", "?x", true},
        {"a\\\\b", "a\\b", true},
        {"*\\*", "abc*", true},
        {"*\\*", "abc", false},
        {"*a\\*b", "aaa*b", true},
        {"shop.\"a.b\".*", "shop.\"a.b\".c", true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (glob_matches(text_from(cases[i].glob), text_from(cases[i].text)) != cases[i].matches)
            fail_msg("'%s' and '%s'", cases[i].glob, cases[i].text);
}

/* Exponential matchers do not come back from this one. */
static void test_globs_of_many_stars(void **state)
{
    char text[4000], glob[2000];

    (void)state;
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i + 1 < sizeof glob; i += 2)
        memcpy(glob + i, "*a", 2);
    assert_true(glob_matches((struct text){glob, sizeof glob}, (struct text){text, sizeof text}));
    glob[sizeof glob - 1] = 'b';
    assert_false(glob_matches((struct text){glob, sizeof glob}, (struct text){text, sizeof text}));
}

static void test_parsing(void **state)
{
    static const struct {
        const char *pattern, *word, *glob;
        enum kind kind;
        bool any_kind;
    } cases[] = {
        {"table:*.tmp_*", "table", "*.tmp_*", KIND_TABLE, false},
        {"comment:*", "comment", "*", KIND_NONE, false},
        {"*:audit.*", "*", "audit.*", KIND_NONE, true},
        {"collation:a", "collation", "a", KIND_COLLATION, false},
        {".collation:a", "collation", "a", KIND_NONE, false},
        {"column:a:b\\:c", "column", "a:b\\:c", KIND_COLUMN, false},
        {"table:a\\\\", "table", "a\\\\", KIND_TABLE, false},
    };
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct ignore_pattern pattern;
        struct error error = {0};

        assert_int_equal(ignore_pattern_parse(&pattern, text_from(cases[i].pattern), &arena, &error), ERROR_NONE);
        assert_true(text_equal(pattern.word, text_from(cases[i].word)));
        assert_true(text_equal(pattern.glob, text_from(cases[i].glob)));
        assert_int_equal(pattern.kind, cases[i].kind);
        assert_int_equal(pattern.any_kind, cases[i].any_kind);
    }
}

static void test_what_is_no_pattern(void **state)
{
    static const struct {
        const char *pattern, *complaint;
    } cases[] = {
        {"", "no colon"},
        {"table", "no colon"},
        {":x", "before its colon"},
        {".:x", "before its colon"},
        {"ta ble:x", "before its colon"},
        {"**:x", "before its colon"},
        {"table:", "nothing after its colon"},
        {"table:a\\", "escapes nothing"},
        {"table:a\\\\\\", "escapes nothing"},
    };
    CLEANUP(arena_free) struct arena arena;
    char too_long[IGNORE_PATTERN_LIMIT + 1];
    struct ignore_pattern pattern = {.kind = KIND_VIEW};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_int_equal(ignore_pattern_parse(&pattern, text_from(cases[i].pattern), &arena, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, cases[i].complaint));
        assert_non_null(strstr(error.message, cases[i].pattern));
        assert_true(strlen(error.hint) > 0);
        assert_int_equal(pattern.kind, KIND_VIEW);
    }
    memset(too_long, 'a', sizeof too_long);
    memcpy(too_long, "table:", 6);
    assert_int_equal(ignore_pattern_parse(&pattern, (struct text){too_long, sizeof too_long}, &arena, &error),
                     ERROR_USAGE);
    assert_int_equal(ignore_pattern_parse(&pattern, (struct text){too_long, sizeof too_long - 1}, &arena, &error),
                     ERROR_NONE);
}

static void test_what_patterns_match(void **state)
{
    static const struct {
        const char *pattern;
        enum kind kind;
        const char *object;
        enum kind owner_kind;
        const char *owner;
        bool matches;
    } cases[] = {
        {"table:a.t", KIND_TABLE, "a.t", KIND_TABLE, "a.t", true},
        {"table:a.t", KIND_VIEW, "a.t", KIND_VIEW, "a.t", false},
        {"table:a.t", KIND_COLUMN, "a.t.c", KIND_TABLE, "a.t", true},
        {"table:a.t.c", KIND_COLUMN, "a.t.c", KIND_TABLE, "a.t", false},
        {"column:*.c", KIND_COLUMN, "a.t.c", KIND_TABLE, "a.t", true},
        {"column:*.c", KIND_INDEX, "a.t.c", KIND_TABLE, "a.t", false},
        {"*:a.*", KIND_FUNCTION, "a.f(integer)", KIND_FUNCTION, "a.f(integer)", true},
        {"*:a.t", KIND_INDEX, "a.t.i", KIND_TABLE, "a.t", true},
        {"comment:*", KIND_TABLE, "a.t", KIND_TABLE, "a.t", false},
    };
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct ignore_pattern pattern;
        struct ignore_list list = {&pattern, 1};
        struct error error = {0};

        assert_int_equal(ignore_pattern_parse(&pattern, text_from(cases[i].pattern), &arena, &error), ERROR_NONE);
        assert_int_equal(ignore_matches(&list, cases[i].kind, text_from(cases[i].object), cases[i].owner_kind,
                                        text_from(cases[i].owner)),
                         cases[i].matches);
    }
}

static void test_attributes_and_whole_kinds(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct ignore_pattern patterns[4];
    struct ignore_list list = {patterns, LENGTH_OF(patterns)}, none = {0};
    static const char *const texts[] = {"comment:shop.*", "policy:**", "table:a.*", ".collation:*"};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    for (size_t i = 0; i < LENGTH_OF(texts); i++)
        assert_int_equal(ignore_pattern_parse(&patterns[i], text_from(texts[i]), &arena, &error), ERROR_NONE);
    assert_true(ignore_matches_attribute(&list, TEXT("comment"), TEXT("shop.t")));
    assert_false(ignore_matches_attribute(&list, TEXT("comment"), TEXT("lab.t")));
    assert_false(ignore_matches_attribute(&list, TEXT("policy"), TEXT("shop.t")));
    assert_true(ignore_matches_attribute(&list, TEXT("collation"), TEXT("x")));
    assert_false(ignore_matches_attribute(&none, TEXT("comment"), TEXT("shop.t")));
    assert_true(ignore_matches_whole_kind(&list, KIND_POLICY));
    assert_false(ignore_matches_whole_kind(&list, KIND_TABLE));
    assert_false(ignore_matches_whole_kind(&list, KIND_COLLATION));
    assert_false(ignore_matches_whole_kind(&none, KIND_POLICY));
}

static enum error_code parse_once(void *context, struct error *error)
{
    struct ignore_pattern pattern;
    struct arena arena;
    enum error_code code;

    (void)context;
    arena_init(&arena, ARENA_LIMIT);
    code = ignore_pattern_parse(&pattern, TEXT("table:*"), &arena, error);
    arena_free(&arena);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(parse_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_globs),
        cmocka_unit_test(test_globs_of_many_stars),
        cmocka_unit_test(test_parsing),
        cmocka_unit_test(test_what_is_no_pattern),
        cmocka_unit_test(test_what_patterns_match),
        cmocka_unit_test(test_attributes_and_whole_kinds),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
