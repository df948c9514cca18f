#include "base/reference.h"

#include "support/cmocka.h"

static const struct {
    const char *text;
    const char *database, *environment, *instance;
    enum reference_moment moment;
    uint32_t steps;
    int64_t as_of; /* seconds */
    const char *spelling;
} collected[] = {
    {"orders@prod", "orders", "prod", "", REFERENCE_NEWEST, 0, 0, "orders@prod"},
    {"orders@prod/eu-1", "orders", "prod", "eu-1", REFERENCE_NEWEST, 0, 0, "orders@prod/eu-1"},
    {"orders@prod~2", "orders", "prod", "", REFERENCE_STEPS_BACK, 2, 0, "orders@prod~2"},
    {"o@p/i~1000000000", "o", "p", "i", REFERENCE_STEPS_BACK, 1000000000, 0, "o@p/i~1000000000"},
    {"o@p~2026-11-01T00:00Z", "o", "p", "", REFERENCE_AS_OF, 0, 1793491200, "o@p~2026-11-01T00:00:00Z"},
    {"o@p~2026-11-01", "o", "p", "", REFERENCE_AS_OF, 0, 1793491200, "o@p~2026-11-01T00:00:00Z"},
    {"o@p~2026-11-01T05:30:00+05:30", "o", "p", "", REFERENCE_AS_OF, 0, 1793491200, "o@p~2026-11-01T00:00:00Z"},
    {"o@p~2026-10-31T23:00-01:00", "o", "p", "", REFERENCE_AS_OF, 0, 1793491200, "o@p~2026-11-01T00:00:00Z"},
    {"b\xc3\xbc"
     "cher@prod",
     "b\xc3\xbc"
     "cher",
     "prod", "", REFERENCE_NEWEST, 0, 0,
     "b\xc3\xbc"
     "cher@prod"},
};

static void test_references(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(collected); i++) {
        struct error error = {0};
        struct buffer spelling;
        struct reference reference;

        print_message("  %s\n", collected[i].text);
        assert_int_equal(reference_parse(&reference, text_from(collected[i].text), &error), ERROR_NONE);
        assert_true(text_equal(reference.database, text_from(collected[i].database)));
        assert_true(text_equal(reference.environment, text_from(collected[i].environment)));
        assert_true(text_equal(reference.instance, text_from(collected[i].instance)));
        assert_int_equal(reference.moment, collected[i].moment);
        assert_int_equal(reference.steps, collected[i].steps);
        assert_int_equal(reference.as_of, collected[i].as_of * 1000000);
        buffer_init(&spelling);
        reference_write(&spelling, &reference);
        assert_string_equal(spelling.bytes, collected[i].spelling);
        buffer_clear(&spelling);
    }
}

static const struct {
    const char *text;
    const char *message; /* a part of it */
} refused[] = {
    {"orders", "environment"},
    {"orders@", "environment"},
    {"@prod", "database"},
    {"orders@prod/", "instance"},
    {"orders@prod/a/b", "instance"},
    {"a@b@c", "environment"},
    {"-x@prod", "database"},
    {".x@prod", "database"},
    {"or ders@prod", "database"},
    {"orders@\xff", "environment"},
    {"orders@prod~", "'~'"},
    {"orders@prod~0", "'~'"},
    {"orders@prod~02", "'~'"},
    {"orders@prod~1000000001", "'~'"},
    {"orders@prod~99999999999999999999", "'~'"},
    {"orders@prod~-1", "'~'"},
    {"orders@prod~2027-02-29", "'~'"},
    {"orders@prod~2026-11-01T24:00Z", "'~'"},
    {"orders@prod~2026-11-01T00:60Z", "'~'"},
    {"orders@prod~2026-11-01T00:00", "'~'"},
    {"orders@prod~2026-11-01T00:00Zx", "'~'"},
    {"orders@prod~2026-11-01T00:00:00.Z", "'~'"},
    {"orders@prod~2026-11-01T00:00:00.1234567Z", "'~'"},
    {"orders@prod~1969-12-31", "'~'"},
    {"orders@prod~9999-12-31T23:59:59-01:00", "'~'"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(refused); i++) {
        struct reference reference = {.steps = 77};
        struct error error = {0};

        print_message("  '%s'\n", refused[i].text);
        assert_int_equal(reference_parse(&reference, text_from(refused[i].text), &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, refused[i].message));
        assert_int_equal(reference.steps, 77);
    }
}

static void test_scopes(void **state)
{
    static const struct {
        const char *text;
        const char *database, *environment, *instance;
    } cases[] = {
        {"orders", "orders", "", ""},
        {"orders@prod", "orders", "prod", ""},
        {"orders@prod/eu-1", "orders", "prod", "eu-1"},
    };
    static const char *const none[] = {"",        "@",  "orders@", "orders@/x", "orders@prod/", "orders@prod~2",
                                       "or ders", "a/b"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct reference scope;
        struct error error = {0};
        struct buffer spelling;

        print_message("  %s\n", cases[i].text);
        assert_int_equal(reference_parse_scope(&scope, text_from(cases[i].text), &error), ERROR_NONE);
        assert_true(text_equal(scope.database, text_from(cases[i].database)));
        assert_true(text_equal(scope.environment, text_from(cases[i].environment)));
        assert_true(text_equal(scope.instance, text_from(cases[i].instance)));
        assert_int_equal(scope.moment, REFERENCE_NEWEST);
        buffer_init(&spelling);
        reference_write(&spelling, &scope);
        assert_string_equal(spelling.bytes, cases[i].text);
        buffer_clear(&spelling);
    }
    for (size_t i = 0; i < LENGTH_OF(none); i++) {
        struct reference scope = {.steps = 77};
        struct error error = {0};

        print_message("  '%s'\n", none[i]);
        assert_int_equal(reference_parse_scope(&scope, text_from(none[i]), &error), ERROR_USAGE);
        assert_non_null(strstr(error.hint, "DATABASE@ENVIRONMENT"));
        assert_int_equal(scope.steps, 77);
    }
}

static void test_names(void **state)
{
    char longest[REFERENCE_NAME_LIMIT + 1];

    (void)state;
    memset(longest, 'a', sizeof longest);
    assert_true(reference_is_name((struct text){longest, REFERENCE_NAME_LIMIT}));
    assert_false(reference_is_name((struct text){longest, REFERENCE_NAME_LIMIT + 1}));
    assert_true(reference_is_name(TEXT("eu-1.b_2")));
    assert_false(reference_is_name(TEXT("")));
    assert_false(reference_is_name(TEXT("a\0b")));
    assert_false(reference_is_name(TEXT("a*")));
    assert_false(reference_is_name(TEXT("a\nb")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_scopes),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
