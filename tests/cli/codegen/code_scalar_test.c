#include "codegen/code_scalar.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static void test_types_of_every_engine_are_known(void **state)
{
    static const struct {
        enum type_engine engine;
        const char *spelling;
        enum code_scalar scalar;
    } cases[] = {
        {TYPE_ENGINE_POSTGRESQL, "integer", CODE_INT32},
        {TYPE_ENGINE_POSTGRESQL, "bigint", CODE_INT64},
        {TYPE_ENGINE_POSTGRESQL, "smallint", CODE_INT16},
        {TYPE_ENGINE_POSTGRESQL, "real", CODE_FLOAT32},
        {TYPE_ENGINE_POSTGRESQL, "double precision", CODE_FLOAT64},
        {TYPE_ENGINE_POSTGRESQL, "numeric(10,2)", CODE_DECIMAL},
        {TYPE_ENGINE_POSTGRESQL, "character varying(20)", CODE_TEXT},
        {TYPE_ENGINE_POSTGRESQL, "timestamp(3) with time zone", CODE_TIMESTAMP_ZONE},
        {TYPE_ENGINE_POSTGRESQL, "timestamp without time zone", CODE_TIMESTAMP},
        {TYPE_ENGINE_POSTGRESQL, "interval day to second(3)", CODE_INTERVAL},
        {TYPE_ENGINE_POSTGRESQL, "interval", CODE_INTERVAL},
        {TYPE_ENGINE_POSTGRESQL, "uuid", CODE_UUID},
        {TYPE_ENGINE_POSTGRESQL, "jsonb", CODE_JSON},
        {TYPE_ENGINE_POSTGRESQL, "bytea", CODE_BYTES},
        {TYPE_ENGINE_POSTGRESQL, "\"char\"", CODE_TEXT},
        {TYPE_ENGINE_POSTGRESQL, "public.citext", CODE_TEXT},
        {TYPE_ENGINE_POSTGRESQL, "gis.geometry(Point,4326)", CODE_GEOMETRY},
        {TYPE_ENGINE_POSTGRESQL, "inet", CODE_ADDRESS},
        {TYPE_ENGINE_POSTGRESQL, "public.nobody_knows", CODE_UNKNOWN},
        {TYPE_ENGINE_POSTGRESQL, "", CODE_UNKNOWN},
        {TYPE_ENGINE_SQLITE, "INTEGER", CODE_INT64},
        {TYPE_ENGINE_SQLITE, "VARCHAR(20)", CODE_TEXT},
        {TYPE_ENGINE_SQLITE, "REAL", CODE_FLOAT64},
        {TYPE_ENGINE_SQLITE, "", CODE_UNKNOWN},
        {TYPE_ENGINE_MARIADB, "tinyint(1)", CODE_BOOLEAN},
        {TYPE_ENGINE_MARIADB, "bigint(20) unsigned", CODE_UINT64},
        {TYPE_ENGINE_MARIADB, "enum('a','b')", CODE_TEXT},
        {TYPE_ENGINE_MARIADB, "year(4)", CODE_INT16},
        {TYPE_ENGINE_SQLSERVER, "bit", CODE_BOOLEAN},
        {TYPE_ENGINE_SQLSERVER, "uniqueidentifier", CODE_UUID},
        {TYPE_ENGINE_SQLSERVER, "datetimeoffset(7)", CODE_TIMESTAMP_ZONE},
        {TYPE_ENGINE_SQLSERVER, "rowversion", CODE_BYTES},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        enum code_scalar scalar = code_scalar_of(cases[i].engine, text_from(cases[i].spelling));

        if (scalar != cases[i].scalar)
            print_error("%s is %s\n", cases[i].spelling, code_scalar_name(scalar));
        assert_int_equal(scalar, cases[i].scalar);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_types_of_every_engine_are_known)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
