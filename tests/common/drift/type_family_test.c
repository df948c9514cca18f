#include "drift/type_family.h"

#include "base/compiler.h"
#include "drift/type_change.h"
#include "support/cmocka.h"

#define PG TYPE_ENGINE_POSTGRESQL
#define LITE TYPE_ENGINE_SQLITE
#define MARIA TYPE_ENGINE_MARIADB
#define MS TYPE_ENGINE_SQLSERVER
#define OD TYPE_ENGINE_ODBC
#define SPEC TYPE_ENGINE_SPEC
#define PY TYPE_ENGINE_PYTHON

static const struct {
    enum type_engine engine;
    const char *type;
    enum type_engine other_engine;
    const char *other;
    bool equal;
} pairs[] = {
    /* integers */
    {PG, "smallint", MS, "smallint", true},
    {PG, "integer", MS, "int", true},
    {PG, "bigint", MS, "bigint", true},
    {PG, "integer", MS, "bigint", false},
    {PG, "integer", MARIA, "int", true},
    {PG, "integer", MARIA, "int(11)", true},
    {PG, "integer", MARIA, "int unsigned", false},
    {PG, "bigint", MARIA, "int unsigned", false},
    {PG, "integer", LITE, "INTEGER", true},
    {PG, "bigint", LITE, "INTEGER", true},
    {PG, "smallint", LITE, "int", true},
    {PG, "integer", LITE, "BIGINT", false},
    {PG, "text", LITE, "INTEGER", false},
    {PG, "numeric(12,0)", LITE, "INTEGER", false},
    {PG, "integer", OD, "int4", true},
    {MARIA, "tinyint", MS, "tinyint", false},
    {MARIA, "tinyint unsigned", MS, "tinyint", true},
    {MARIA, "tinyint(3) unsigned", MS, "tinyint", true},
    {MARIA, "mediumint", PG, "integer", false},
    {LITE, "UNSIGNED BIG INT", MARIA, "bigint unsigned", true},
    /* other numbers */
    {PG, "numeric(10,2)", MS, "decimal(10,2)", true},
    {PG, "numeric(10,2)", MARIA, "decimal(10,2)", true},
    {PG, "numeric(10,2)", LITE, "DECIMAL(10, 2)", true},
    {PG, "numeric(10,2)", MS, "decimal(12,2)", false},
    {PG, "numeric(10,2)", MS, "decimal(10,4)", false},
    {PG, "numeric", MS, "decimal", false},
    {PG, "numeric(18,0)", MS, "decimal", true},
    {PG, "numeric(10,0)", MARIA, "decimal", true},
    {PG, "numeric", LITE, "NUMERIC", true},
    {PG, "numeric(10,2)", OD, "numeric", true},
    {PG, "real", MS, "real", true},
    {PG, "real", MARIA, "float", true},
    {PG, "double precision", MARIA, "double", true},
    {PG, "double precision", MS, "float", true},
    {PG, "double precision", MS, "float(53)", true},
    {PG, "real", MS, "float(24)", true},
    {PG, "real", LITE, "REAL", false},
    {PG, "double precision", LITE, "REAL", true},
    {PG, "double precision", LITE, "FLOAT(24)", true},
    {PG, "real", MARIA, "float(7,4)", false},
    {PG, "money", MS, "money", false},
    /* truth */
    {PG, "boolean", MS, "bit", true},
    {PG, "boolean", MARIA, "tinyint(1)", true},
    {PG, "boolean", MARIA, "tinyint", false},
    {PG, "boolean", MARIA, "tinyint(1) unsigned", false},
    {PG, "boolean", LITE, "BOOLEAN", true},
    {PG, "bit(1)", MS, "bit", false},
    {PG, "bit(1)", MARIA, "bit(1)", true},
    {PG, "bit(3)", MARIA, "bit(1)", false},
    {PG, "bit varying(3)", MARIA, "bit(3)", false},
    /* text */
    {PG, "character varying(40)", MS, "nvarchar(40)", true},
    {PG, "character varying(40)", MS, "varchar(40)", true},
    {PG, "character varying(40)", MARIA, "varchar(40)", true},
    {PG, "character varying(40)", LITE, "VARCHAR(40)", true},
    {PG, "character varying(40)", MS, "nvarchar(41)", false},
    {PG, "text", MS, "nvarchar(max)", true},
    {PG, "text", MS, "varchar(MAX)", true},
    {PG, "text", MS, "nvarchar(40)", false},
    {PG, "character varying", MS, "ntext", true},
    {PG, "text", MARIA, "longtext", true},
    {PG, "text", MARIA, "text", false},
    {PG, "text", LITE, "TEXT", true},
    {PG, "character varying(40)", LITE, "TEXT", false},
    {PG, "character(3)", MS, "nchar(3)", true},
    {PG, "character(3)", MARIA, "char(3)", true},
    {PG, "character(3)", PG, "char(3)", true},
    {PG, "character(3)", MS, "varchar(3)", false},
    {MS, "sysname", PG, "character varying(128)", true},
    /* bytes */
    {PG, "bytea", MS, "varbinary(max)", true},
    {PG, "bytea", MS, "varbinary(40)", false},
    {PG, "bytea", MARIA, "longblob", true},
    {PG, "bytea", MARIA, "blob", false},
    {PG, "bytea", LITE, "BLOB", true},
    {MS, "varbinary(40)", MARIA, "varbinary(40)", true},
    {MS, "binary(16)", MARIA, "binary(16)", true},
    {MS, "binary(16)", MARIA, "varbinary(16)", false},
    /* times */
    {PG, "date", MS, "date", true},
    {PG, "date", LITE, "DATE", true},
    {PG, "time without time zone", MS, "time(6)", true},
    {PG, "time without time zone", MS, "time(7)", false},
    {PG, "time(0) without time zone", MARIA, "time", true},
    {PG, "time with time zone", MS, "time(6)", false},
    {PG, "timestamp without time zone", MS, "datetime2(6)", true},
    {PG, "timestamp without time zone", MS, "datetime2(7)", false},
    {PG, "timestamp without time zone", MS, "datetime2", false},
    {PG, "timestamp(3) without time zone", MS, "datetime", true},
    {PG, "timestamp without time zone", MARIA, "datetime(6)", true},
    {PG, "timestamp without time zone", MARIA, "datetime", false},
    {PG, "timestamp without time zone", MARIA, "timestamp(6)", false},
    {PG, "timestamp with time zone", MARIA, "timestamp(6)", true},
    {PG, "timestamp with time zone", MS, "datetimeoffset(6)", true},
    {PG, "timestamp with time zone", MS, "datetime2(6)", false},
    {PG, "timestamp without time zone", LITE, "DATETIME", true},
    {PG, "timestamp(3) without time zone", LITE, "TIMESTAMP", true},
    {PG, "timestamp with time zone", LITE, "DATETIME", false},
    {PG, "timestamp", MS, "timestamp", false},
    {MS, "rowversion", MARIA, "timestamp", false},
    {PG, "timestamp without time zone", MS, "smalldatetime", false},
    /* the rest */
    {PG, "uuid", MS, "uniqueidentifier", true},
    {PG, "uuid", MARIA, "uuid", true},
    {PG, "uuid", MARIA, "char(36)", false},
    {PG, "json", MARIA, "json", true},
    {PG, "jsonb", MARIA, "json", true},
    {PG, "jsonb", MARIA, "longtext", false},
    {PG, "xml", MS, "xml", true},
    {PG, "integer[]", MS, "int", false},
    {PG, "integer[]", LITE, "integer[]", false},
    {PG, "interval", LITE, "interval", false},
    {PG, "inet", OD, "inet", true},
    {PG, "inet", OD, "cidr", false},
    {PG, "inet", MS, "inet", false},
    {MARIA, "enum('a','b')", MARIA, "enum('a','b')", true},
    {MARIA, "enum('a','b')", MARIA, "enum('a')", false},
    {MARIA, "int", MARIA, "int(11)", true},
    {MARIA, "year", PG, "year", false},
    {PG, "", LITE, "", false},
    {MARIA, "year", OD, "year", true},
    {PG, "oid", OD, "oid", true},
    {PG, "integer[]", OD, "integer[]", true},
    {PG, "interval(3)", OD, "interval(3)", true},
    /* declared as PostgreSQL spells it */
    {SPEC, "integer", PG, "integer", true},
    {SPEC, "int", PG, "integer", true},
    {SPEC, "timestamptz", PG, "timestamp with time zone", true},
    {SPEC, "varchar(40)", PG, "character varying(40)", true},
    {SPEC, "varchar(40)", PG, "text", false},
    {SPEC, "text[]", PG, "text[]", true},
    {SPEC, "text[]", PG, "text", false},
    {SPEC, "int[][3]", PG, "integer[]", true},
    {SPEC, "varchar(40)[]", PG, "character varying(41)[]", false},
    {SPEC, "inet", PG, "inet", true},
    {SPEC, "inet", PG, "cidr", false},
    {SPEC, "inet[]", PG, "inet[]", true},
    {SPEC, "inet[]", PG, "inet", false},
    {SPEC, "public.email", PG, "public.email", true},
    {SPEC, "interval day to second(3)", PG, "interval day to second(3)", true},
    {SPEC, "interval day to second(3)", PG, "interval day to second", false},
    {SPEC, "interval hour", PG, "interval", false},
    {SPEC, "bigint", LITE, "INTEGER", true},
    {SPEC, "text", MARIA, "longtext", true},
    {SPEC, "inet", MS, "inet", false},
    /* annotations */
    {PY, "int", PG, "smallint", true},
    {PY, "int", PG, "bigint", true},
    {PY, "int", PG, "oid", true},
    {PY, "int", MARIA, "int unsigned", true},
    {PY, "int", MARIA, "year", true},
    {PY, "int", PG, "numeric(10,0)", false},
    {PY, "int", PG, "boolean", false},
    {PY, "int", PG, "text", false},
    {PY, "int", PG, "integer[]", false},
    {PY, "float", PG, "real", true},
    {PY, "float", PG, "double precision", true},
    {PY, "float", PG, "numeric", false},
    {PY, "decimal.Decimal", PG, "numeric(12,2)", true},
    {PY, "decimal.Decimal", PG, "double precision", false},
    {PY, "bool", PG, "boolean", true},
    {PY, "bool", MARIA, "tinyint(1)", true},
    {PY, "str", PG, "character varying(40)", true},
    {PY, "str", PG, "character(3)", true},
    {PY, "str", PG, "uuid", true},
    {PY, "str", PG, "inet", true},
    {PY, "str", PG, "money", true},
    {PY, "str", PG, "bit(3)", true},
    {PY, "str", PG, "interval", true},
    {PY, "str", PG, "public.citext", true},
    {PY, "str", PG, "int4range", true},
    {PY, "str", PG, "jsonb", false},
    {PY, "str", PG, "bytea", false},
    {PY, "str", PG, "date", false},
    {PY, "str", PG, "text[]", false},
    {PY, "str", PG, "inet[]", false},
    {PY, "uuid.UUID", PG, "uuid", true},
    {PY, "uuid.UUID", PG, "text", false},
    {PY, "bytes", PG, "bytea", true},
    {PY, "bytes", MS, "rowversion", true},
    {PY, "datetime.date", PG, "date", true},
    {PY, "datetime.date", PG, "timestamp without time zone", false},
    {PY, "datetime.time", PG, "time with time zone", true},
    {PY, "datetime.datetime", PG, "timestamp(3) without time zone", true},
    {PY, "datetime.datetime", PG, "timestamp with time zone", true},
    {PY, "datetime.datetime", PG, "date", false},
    {PY, "datetime.timedelta", PG, "interval hour to minute", true},
    {PY, "dict[str, Any]", PG, "jsonb", true},
    {PY, "Mapping[str, int]", PG, "json", true},
    {PY, "dict[str, str]", PG, "public.hstore", true},
    {PY, "dict[str, Any]", PG, "text", false},
    {PY, "list[int]", PG, "bigint[]", true},
    {PY, "list[int]", SPEC, "int[]", true},
    {PY, "list[int]", PG, "text[]", false},
    {PY, "list[int]", PG, "integer", false},
    {PY, "list[list[int]]", PG, "integer[]", true},
    {PY, "collections.abc.Sequence[str]", PG, "text[]", true},
    {PY, "tuple[str, ...]", PG, "inet[]", true},
    {PY, "list[Any]", PG, "public.colour[]", true},
    {PY, "list", PG, "uuid[]", true},
    {PY, "list", PG, "uuid", false},
    {PY, "Any", PG, "integer", true},
    {PY, "typing.Any", PG, "integer[]", true},
    {PY, "object", LITE, "WHATEVER", true},
    {PY, "int | str", PG, "text", true},
    {PY, "int | None | str", PG, "integer", true},
    {PY, "int | str", PG, "boolean", false},
    {PY, "int | list[int]", PG, "integer", false},
    {PY, "list[int | str]", PG, "text[]", true},
    {PY, "Literal['a', \"b]|'\"]", PG, "text", true},
    {PY, "Literal[1, -2]", PG, "smallint", true},
    {PY, "Literal[1, -2]", PG, "text", false},
    {PY, "Literal[True]", PG, "boolean", true},
    {PY, "Literal[b'x']", PG, "bytea", true},
    {PY, "Address", PG, "public.address", true},
    {PY, "Address", PG, "text", false},
    {PY, "list[Address]", PG, "public.address[]", true},
    {PY, "int", PY, "int", true},
    {PY, "int", PY, "str", false},
};

static void test_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
        struct type_value a = type_value_of(pairs[i].engine, text_from(pairs[i].type));
        struct type_value b = type_value_of(pairs[i].other_engine, text_from(pairs[i].other));

        if (type_value_equal(&a, &b) != pairs[i].equal || type_value_equal(&b, &a) != pairs[i].equal)
            fail_msg("'%s' of %u and '%s' of %u", pairs[i].type, (unsigned)pairs[i].engine, pairs[i].other,
                     (unsigned)pairs[i].other_engine);
    }
}

static const char *written(struct buffer *buffer, const struct type_value *value)
{
    buffer_reset(buffer);
    type_value_write(buffer, value, false);
    buffer_add_byte(buffer, '\0');
    assert_false(buffer->failed);
    return buffer->bytes;
}

/* Severities go by what is written: what is not equal must not look as if it were, and the other way round. */
static void test_what_is_written_tells_types_apart(void **state)
{
    CLEANUP(buffer_clear) struct buffer first = {0};
    CLEANUP(buffer_clear) struct buffer second = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
        struct type_value a = type_value_of(pairs[i].engine, text_from(pairs[i].type));
        struct type_value b = type_value_of(pairs[i].other_engine, text_from(pairs[i].other));
        const char *from = written(&first, &a), *to = written(&second, &b);

        if (a.family == TYPE_FAMILY_NONE || (pairs[i].equal && b.family == TYPE_FAMILY_NONE) ||
            type_value_is_weak(&a, &b))
            continue;
        if ((strcmp(from, to) == 0) != pairs[i].equal)
            fail_msg("'%s' is %s and '%s' is %s", pairs[i].type, from, pairs[i].other, to);
        if (!pairs[i].equal)
            assert_int_not_equal(type_change_classify(text_from(from), text_from(to)), TYPE_CHANGE_SAME);
    }
}

static void test_severity_understands_what_is_written(void **state)
{
    static const struct {
        enum type_engine from_engine, to_engine;
        const char *from, *to;
        enum type_change expected;
    } cases[] = {
        {PG, MS, "bigint", "int", TYPE_CHANGE_NARROWED},
        {MS, PG, "int", "bigint", TYPE_CHANGE_WIDENED},
        {PG, MS, "text", "nvarchar(40)", TYPE_CHANGE_NARROWED},
        {PG, MARIA, "text", "text", TYPE_CHANGE_NARROWED},
        {PG, MARIA, "bytea", "blob", TYPE_CHANGE_NARROWED},
        {PG, MS, "timestamp without time zone", "datetime2(7)", TYPE_CHANGE_WIDENED},
        {PG, MS, "timestamp without time zone", "datetimeoffset(6)", TYPE_CHANGE_FAMILY},
        {PG, LITE, "interval", "interval", TYPE_CHANGE_FAMILY},
        {PG, MS, "numeric(10,2)", "decimal(12,2)", TYPE_CHANGE_WIDENED},
        {PG, LITE, "real", "REAL", TYPE_CHANGE_WIDENED},
        {SPEC, PG, "integer[]", "bigint[]", TYPE_CHANGE_WIDENED},
        {SPEC, PG, "text[]", "text", TYPE_CHANGE_FAMILY},
        {SPEC, PG, "inet", "cidr", TYPE_CHANGE_FAMILY},
        {SPEC, PG, "interval", "interval hour", TYPE_CHANGE_NARROWED},
        {PY, PG, "int", "text", TYPE_CHANGE_FAMILY},
        {PY, PG, "list[int]", "integer", TYPE_CHANGE_FAMILY},
    };
    CLEANUP(buffer_clear) struct buffer first = {0};
    CLEANUP(buffer_clear) struct buffer second = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct type_value from = type_value_of(cases[i].from_engine, text_from(cases[i].from));
        struct type_value to = type_value_of(cases[i].to_engine, text_from(cases[i].to));

        if (type_change_classify(text_from(written(&first, &from)), text_from(written(&second, &to))) !=
            cases[i].expected)
            fail_msg("%s to %s", cases[i].from, cases[i].to);
    }
}

/* What is not a whole annotation holds nothing that is known. */
static void test_odd_annotations_hold_nothing(void **state)
{
    static const char *const odd[] = {"",          " ",    "|",     "[",        "]",     "list[", "[list]", "Literal[",
                                      "Literal[]", "int]", "'int'", "\\",       "'",     "|||",   "None",   "list[|]",
                                      "int[",      "Int",  "dict[", "str[str]", "a.b.c", "[][][]"};
    char longest[4096];

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(odd); i++) {
        struct type_value value = type_value_of(PY, text_from(odd[i]));

        if (value.family != TYPE_FAMILY_NONE || (value.held & ~1U) != 0)
            fail_msg("'%s' holds %x", odd[i], value.held);
    }
    for (size_t i = 0; i + 5 <= sizeof longest; i += 5)
        memcpy(longest + i, "list[", 5);
    assert_int_equal(type_value_of(PY, (struct text){longest, sizeof longest - 1}).held & ~1U, 0);
    memset(longest, '|', sizeof longest);
    assert_int_equal(type_value_of(PY, (struct text){longest, sizeof longest}).held & ~1U, 0);
}

static void test_odd_spellings_are_of_no_family(void **state)
{
    static const char *const odd[] = {"",
                                      " ",
                                      "(",
                                      "()",
                                      "varchar(",
                                      "varchar()",
                                      "varchar(40",
                                      "varchar(-4)",
                                      "varchar(40)(40)",
                                      "varchar(1,2)",
                                      "varchar(1,2,3)",
                                      "varchar(99999999999999999999)",
                                      "varchar(4O)",
                                      "varchar(ma",
                                      "numeric(max)",
                                      "numeric(3,max)",
                                      "\"integer\"",
                                      "pg_catalog.integer",
                                      "integer[]",
                                      "int\neger",
                                      "int\xff"};
    char longest[4096];

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(odd); i++)
        if (type_value_of(MS, text_from(odd[i])).family != TYPE_FAMILY_NONE)
            fail_msg("'%s'", odd[i]);
    memset(longest, 'a', sizeof longest);
    for (size_t length = 0; length <= sizeof longest; length += 113)
        assert_int_equal(type_value_of(PG, (struct text){longest, length}).family, TYPE_FAMILY_NONE);
    memset(longest, '(', sizeof longest);
    assert_int_equal(type_value_of(PG, (struct text){longest, sizeof longest}).family, TYPE_FAMILY_NONE);
}

/* In memory of just that size, so that ASan sees a look beyond its end. */
static void test_no_beginning_of_a_spelling_is_read_beyond(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(pairs); i++)
        for (size_t length = 0; length <= strlen(pairs[i].type); length++) {
            char *exact = test_malloc(length + (length == 0));

            memcpy(exact, pairs[i].type, length);
            (void)type_value_of(pairs[i].engine, (struct text){exact, length});
            test_free(exact);
        }
}

/* Whether an earlier row counts. */
static bool is_shadowed(size_t place, unsigned engine)
{
    for (size_t i = 0; i < place; i++)
        if ((type_rows[i].engines & engine) != 0 && strcmp(type_rows[i].spelling, type_rows[place].spelling) == 0)
            return true;
    return false;
}

static void test_the_table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < type_row_count; i++) {
        const struct type_row *row = &type_rows[i];

        for (unsigned engine = 1; engine <= PY; engine <<= 1) {
            struct type_value value = type_value_of((enum type_engine)engine, text_from(row->spelling));

            if ((row->engines & engine) == 0 || is_shadowed(i, engine))
                continue;
            if (value.family != row->family || value.size != row->size || value.scale != row->scale)
                fail_msg("'%s' of %u is not what its row says", row->spelling, engine);
        }
    }
}

static void test_engines(void **state)
{
    (void)state;
    assert_int_equal(type_engine_of(TEXT("postgresql")), PG);
    assert_int_equal(type_engine_of(TEXT("mysql")), MARIA);
    assert_int_equal(type_engine_of(TEXT("sqlserver")), MS);
    assert_int_equal(type_engine_of(TEXT("spec")), SPEC);
    assert_int_equal(type_engine_of(TEXT("python")), PY);
    assert_int_equal(type_engine_of(TEXT("dummy")), TYPE_ENGINE_UNKNOWN);
    assert_int_equal(type_engine_of(TEXT("")), TYPE_ENGINE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_what_is_written_tells_types_apart),
        cmocka_unit_test(test_severity_understands_what_is_written),
        cmocka_unit_test(test_odd_spellings_are_of_no_family),
        cmocka_unit_test(test_odd_annotations_hold_nothing),
        cmocka_unit_test(test_no_beginning_of_a_spelling_is_read_beyond),
        cmocka_unit_test(test_the_table_is_sound),
        cmocka_unit_test(test_engines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
