#include "cli/ref.h"

#include "support/cmocka.h"

static const struct {
    const char *text;
    enum ref_type type;
    const char *scheme, *rest;
} others[] = {
    {"postgres://app@db1/orders", REF_DATABASE, "postgres", "//app@db1/orders"},
    {"postgresql:///orders", REF_DATABASE, "postgresql", "///orders"},
    {"sqlite:app.db", REF_DATABASE, "sqlite", "app.db"},
    {"sqlite:app.snap", REF_DATABASE, "sqlite", "app.snap"},
    {"dummy:shop.yaml~2", REF_DATABASE, "dummy", "shop.yaml~2"},
    {"odbc:DSN=x;UID=y", REF_DATABASE, "odbc", "DSN=x;UID=y"},
    {"spec:FILE.yaml", REF_DATABASE, "spec", "FILE.yaml"},
    {"mariadb://h/d", REF_DATABASE, "mariadb", "//h/d"},
    {"a.snap", REF_FILE, "", "a.snap"},
    {"orders@prod.snap", REF_FILE, "", "orders@prod.snap"},
    {"my:file.snap", REF_FILE, "", "my:file.snap"},
    {"./orders@prod", REF_FILE, "", "./orders@prod"},
    {"../x", REF_FILE, "", "../x"},
    {"/srv/x", REF_FILE, "", "/srv/x"},
    {"word", REF_FILE, "", "word"},
    {"-", REF_STANDARD_INPUT, "", "-"},
};

static void test_databases_and_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(others); i++) {
        struct error error = {0};
        struct ref ref;

        print_message("  %s\n", others[i].text);
        assert_int_equal(ref_parse(&ref, text_from(others[i].text), &error), ERROR_NONE);
        assert_int_equal(ref.type, others[i].type);
        assert_true(text_equal(ref.scheme, text_from(others[i].scheme)));
        assert_true(text_equal(ref.rest, text_from(others[i].rest)));
    }
}

static void test_collector_references(void **state)
{
    struct error error = {0};
    struct ref ref;

    (void)state;
    assert_int_equal(ref_parse(&ref, TEXT("orders@prod/eu-1~2"), &error), ERROR_NONE);
    assert_int_equal(ref.type, REF_COLLECTOR);
    assert_true(text_equal(ref.collected.database, TEXT("orders")));
    assert_true(text_equal(ref.collected.environment, TEXT("prod")));
    assert_true(text_equal(ref.collected.instance, TEXT("eu-1")));
    assert_int_equal(ref.collected.moment, REFERENCE_STEPS_BACK);
    assert_int_equal(ref.collected.steps, 2);
}

static const struct {
    const char *text;
    const char *message; /* a part of it */
} refused[] = {
    {"", "empty"},
    {"ftp://host/x", "'ftp:'"},
    {"postgres:orders", "'postgres://'"},
    {"orders@", "environment"},
    {"@prod", "database"},
    {"orders@prod/", "instance"},
    {"orders@prod/a/b", "instance"},
    {"a@b@c", "environment"},
    {"-x@prod", "database"},
    {"or ders@prod", "database"},
    {"orders@\xff", "environment"},
    {"orders@prod~", "'~'"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(refused); i++) {
        struct ref ref = {.collected = {.steps = 77}};
        struct error error = {0};

        print_message("  '%s'\n", refused[i].text);
        assert_int_equal(ref_parse(&ref, text_from(refused[i].text), &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, refused[i].message));
        assert_int_equal(ref.collected.steps, 77);
    }
}

static void test_zero_byte_and_length(void **state)
{
    static char long_text[REF_LIMIT + 2];
    struct error error = {0};
    struct ref ref;

    (void)state;
    memset(long_text, 'a', sizeof long_text - 1);
    assert_int_equal(ref_parse(&ref, TEXT("a\0b"), &error), ERROR_USAGE);
    assert_int_equal(ref_parse(&ref, text_from(long_text), &error), ERROR_USAGE);
    long_text[REF_LIMIT] = '\0';
    assert_int_equal(ref_parse(&ref, text_from(long_text), &error), ERROR_NONE);
    assert_int_equal(ref.type, REF_FILE);
}

static void test_standard_input_has_many_names(void **state)
{
    (void)state;
    assert_true(ref_is_standard_input("-"));
    assert_true(ref_is_standard_input("/dev/stdin"));
    assert_true(ref_is_standard_input("/dev/fd/0"));
    assert_false(ref_is_standard_input("./-"));
    assert_false(ref_is_standard_input("a.snap"));
}

static void test_redacted(void **state)
{
    static const char *const secrets[] = {"postgres://u:s3cret@h/d", "odbc:DSN=x;PWD=s3cret", "mysql://u:s3cret@h/d",
                                          "x?password=s3cret"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(secrets); i++) {
        struct buffer shown;

        buffer_init(&shown);
        ref_redact(&shown, secrets[i]);
        assert_true(shown.length > 0);
        assert_null(strstr(shown.bytes, "s3cret"));
        buffer_clear(&shown);
    }
}

static void test_names_of_databases(void **state)
{
    static const struct {
        const char *text;
        const char *name; /* NULL: of a form that names none */
    } names[] = {
        {"postgres://app@db1/orders", "orders"},
        {"postgres://app@db1:5432/orders?sslmode=require&path=/x", "orders"},
        {"postgres://app@db1", ""},
        {"postgresql:///", ""},
        {"postgres://?host=/tmp", ""},
        {"orders@prod/eu-1~2", "orders"},
        {"sqlite:/srv/app.db", NULL},
        {"dummy://x/y", "y"},
        {"a.snap", NULL},
        {"/srv/a.snap", NULL},
        {"-", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        struct error error = {0};
        struct ref ref;

        print_message("  %s\n", names[i].text);
        assert_int_equal(ref_parse(&ref, text_from(names[i].text), &error), ERROR_NONE);
        assert_int_equal(ref_has_database_name(&ref), names[i].name != NULL);
        assert_true(text_equal(ref_database_name(&ref), text_from(names[i].name)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_databases_and_files),
        cmocka_unit_test(test_collector_references),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_zero_byte_and_length),
        cmocka_unit_test(test_standard_input_has_many_names),
        cmocka_unit_test(test_redacted),
        cmocka_unit_test(test_names_of_databases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
