#include "sources/source.h"

#include <string.h>

#include "support/cmocka.h"

static const struct {
    const char *ref;
    const struct source_ops *source;
} refs[] = {
    {"postgres://localhost/orders", &source_postgres},
    {"postgresql://localhost/orders", &source_postgres},
    {"sqlite:orders.db", &source_sqlite},
    {"sqlite:", &source_sqlite},
    {"dummy:shop.yaml~2", &source_dummy},
    {"spec:shop.yaml?mapping=how.yaml", &source_spec},
    {"python:app/models", &source_python},
    {"orders.snap", NULL},
    {"orders@prod", NULL},
    {"sqlite", NULL},
    {"SQLITE:orders.db", NULL},
    {" sqlite:orders.db", NULL},
    {"mysql://localhost/orders", &source_mariadb},
    {"mariadb://localhost/orders", &source_mariadb},
    {"sqlserver://localhost/orders", &source_sqlserver},
    {"odbc:DSN=orders", &source_odbc},
    {"ddl:migrations", &source_ddl},
    {"", NULL},
};

static void test_scheme_chooses_the_source(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(refs); i++)
        assert_ptr_equal(source_find(refs[i].ref), refs[i].source);
}

/* What help and manual print of each source, and what callers rely on. */
static void test_every_source_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; source_all[i] != NULL; i++) {
        const struct source_ops *source = source_all[i];

        assert_true(strlen(source->name) > 0);
        assert_non_null(source->schemes[0]);
        assert_ptr_equal(source_find(source->syntax), source);
        assert_true(strlen(source->summary) > 0 && source->summary[strlen(source->summary) - 1] != '.');
        assert_non_null(source->read);
        assert_non_null(source->redact);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(source->syntax, source_all[j]->syntax);
    }
}

static void test_defaults_are_those_of_the_header(void **state)
{
    struct source_settings settings;

    (void)state;
    memset(&settings, 0xff, sizeof settings);
    source_settings_init(&settings);
    assert_int_equal(settings.connect_timeout_ms, 10000);
    assert_int_equal(settings.statement_timeout_ms, 60000);
    assert_int_equal(settings.lock_timeout_ms, 2000);
    assert_int_equal(settings.attempts, 5);
    assert_int_equal(settings.memory_limit, 2147483648u);
    assert_int_equal(settings.secret_key.length, 0);
    assert_null(settings.progress);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scheme_chooses_the_source),
        cmocka_unit_test(test_every_source_is_complete),
        cmocka_unit_test(test_defaults_are_those_of_the_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
