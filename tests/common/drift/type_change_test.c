#include "drift/type_change.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static const struct {
    const char *from, *to;
    enum type_change there, back;
} cases[] = {
#define SAME TYPE_CHANGE_SAME
#define WIDER TYPE_CHANGE_WIDENED
#define NARROWER TYPE_CHANGE_NARROWED
#define OTHER TYPE_CHANGE_FAMILY
    /* exact numbers */
    {"integer", "integer", SAME, SAME},
    {"smallint", "integer", WIDER, NARROWER},
    {"integer", "bigint", WIDER, NARROWER},
    {"smallint", "bigint", WIDER, NARROWER},
    {"bigint", "numeric", WIDER, NARROWER},
    {"integer", "numeric(12,2)", WIDER, NARROWER},
    {"integer", "numeric(9,0)", NARROWER, NARROWER},
    {"integer", "int4", SAME, SAME},
    {"numeric", "decimal", SAME, SAME},
    {"numeric(10,2)", "numeric(12,2)", WIDER, NARROWER},
    {"numeric(10,2)", "numeric(12,4)", WIDER, NARROWER},
    {"numeric(10,2)", "numeric(10,4)", NARROWER, NARROWER},
    {"numeric(10,2)", "numeric(11,4)", NARROWER, NARROWER},
    {"numeric(10,2)", "numeric", WIDER, NARROWER},
    {"numeric(10)", "numeric(10,0)", SAME, SAME},
    {"numeric(5,-2)", "numeric(7,0)", WIDER, NARROWER},
    {"numeric(3,5)", "numeric(2,5)", NARROWER, WIDER},
    {"integer", "int(11)", SAME, SAME},
    {"integer", "double precision", OTHER, OTHER},
    {"integer", "text", OTHER, OTHER},
    {"money", "numeric", OTHER, OTHER},

    {"int", "int unsigned", NARROWER, NARROWER},
    {"int unsigned", "bigint", WIDER, NARROWER},
    {"int unsigned", "bigint unsigned", WIDER, NARROWER},
    {"mediumint unsigned", "int", WIDER, NARROWER},
    {"bigint unsigned", "bigint", NARROWER, NARROWER},
    {"bigint unsigned", "decimal(20,0)", WIDER, NARROWER},
    {"decimal(10,2) unsigned", "decimal(10,2)", WIDER, NARROWER},
    {"int(6) unsigned zerofill", "int unsigned", SAME, SAME},
    {"double(8,2)", "double", WIDER, NARROWER},

    /* floating point */
    {"real", "double precision", WIDER, NARROWER},
    {"float8", "double precision", SAME, SAME},
    {"float(24)", "real", SAME, SAME},
    {"float(25)", "double precision", SAME, SAME},

    /* text */
    {"character varying(10)", "character varying(20)", WIDER, NARROWER},
    {"character varying(10)", "character varying", WIDER, NARROWER},
    {"character varying(10)", "varchar(10)", SAME, SAME},
    {"character varying", "text", SAME, SAME},
    {"varchar(10)", "text", WIDER, NARROWER},
    {"character(10)", "character(20)", WIDER, NARROWER},
    {"character(10)", "text", WIDER, NARROWER},
    {"character(10)", "character varying(10)", WIDER, NARROWER},
    {"character varying(5)", "character(10)", NARROWER, NARROWER},
    {"character", "character(1)", SAME, SAME},
    {"bpchar", "text", WIDER, NARROWER},
    {"text", "citext", OTHER, OTHER},
    {"\"char\"", "character(1)", OTHER, OTHER},

    {"tinytext", "varchar(255)", SAME, SAME},
    {"text", "mediumtext", WIDER, NARROWER},
    {"mediumtext", "longtext", WIDER, NARROWER},
    {"varchar(300)", "longtext", WIDER, NARROWER},
    {"tinyblob", "blob", WIDER, NARROWER},
    {"mediumblob", "longblob", WIDER, NARROWER},

    /* lists */
    {"enum('a','b')", "enum('a','b','c')", WIDER, NARROWER},
    {"enum('a','b')", "enum('b','a','c')", OTHER, OTHER},
    {"enum('a')", "enum('ab')", OTHER, OTHER},
    {"set('a')", "set('a','b')", WIDER, NARROWER},
    {"enum('a')", "set('a','b')", OTHER, OTHER},

    /* bits */
    {"bit(8)", "bit(16)", WIDER, NARROWER},
    {"bit(8)", "bit varying(8)", WIDER, NARROWER},
    {"bit", "bit(1)", SAME, SAME},
    {"bit varying(8)", "varbit", WIDER, NARROWER},

    /* time */
    {"timestamp(3) without time zone", "timestamp without time zone", WIDER, NARROWER},
    {"timestamp(3) with time zone", "timestamp(6) with time zone", WIDER, NARROWER},
    {"timestamp(6) without time zone", "timestamp without time zone", SAME, SAME},
    {"timestamp without time zone", "timestamp with time zone", OTHER, OTHER},
    {"timestamptz", "timestamp with time zone", SAME, SAME},
    {"time(0) without time zone", "time without time zone", WIDER, NARROWER},
    {"time with time zone", "time without time zone", OTHER, OTHER},
    {"date", "timestamp without time zone", OTHER, OTHER},
    {"interval(3)", "interval", WIDER, NARROWER},
    {"interval day to second", "interval", WIDER, NARROWER},
    {"interval day to second(3)", "interval day to second", WIDER, NARROWER},
    {"interval year to month", "interval day", NARROWER, NARROWER},

    /* arrays */
    {"integer[]", "bigint[]", WIDER, NARROWER},
    {"character varying(10)[]", "text[]", WIDER, NARROWER},
    {"integer", "integer[]", OTHER, OTHER},
    {"integer[]", "integer[][]", SAME, SAME},

    /* names of the database's own */
    {"shop.status", "shop.state", OTHER, OTHER},
    {"shop.status", "text", OTHER, OTHER},
    {"\"Integer\"", "integer", OTHER, OTHER},
    {"point", "box", OTHER, OTHER},
    {"json", "jsonb", OTHER, OTHER},
    {"uuid", "text", OTHER, OTHER},

    /* SQLite */
    {"INTEGER", "integer", SAME, SAME},
    {"INT", "BIGINT", WIDER, NARROWER},
    {"TINYINT", "SMALLINT", WIDER, NARROWER},
    {"VARCHAR(20)", "TEXT", WIDER, NARROWER},
    {"NVARCHAR(20)", "VARCHAR(20)", NARROWER, WIDER},
    {"VARYING CHARACTER(255)", "CLOB", WIDER, NARROWER},
    {"NATIVE CHARACTER(70)", "NCHAR(80)", WIDER, NARROWER},
    {"UNSIGNED BIG INT", "INT8", NARROWER, WIDER},
    {"REAL", "DOUBLE", WIDER, NARROWER},
    {"BLOB", "TEXT", OTHER, OTHER},
    {"DATETIME", "timestamp", SAME, SAME},
    {"BOOLEAN", "BOOL", SAME, SAME},
    {"", "TEXT", OTHER, OTHER},

    /* SQL Server */
    {"int", "bigint", WIDER, NARROWER},
    {"nvarchar(40)", "nvarchar(20)", NARROWER, WIDER},
    {"nvarchar(40)", "nvarchar(max)", WIDER, NARROWER},
    {"nvarchar(max)", "NVARCHAR(MAX)", SAME, SAME},
    {"varchar(40)", "nvarchar(40)", WIDER, NARROWER},
    {"varchar(40)", "nvarchar(20)", NARROWER, NARROWER},
    {"nchar(10)", "char(10)", NARROWER, WIDER},
    {"nchar(10)", "nvarchar(10)", WIDER, NARROWER},
    {"ntext", "nvarchar(max)", SAME, SAME},
    {"decimal(10,2)", "decimal(12,2)", WIDER, NARROWER},
    {"datetime2(3)", "datetime2(7)", WIDER, NARROWER},
    {"smalldatetime", "datetime2(0)", SAME, SAME},
    {"datetime", "datetimeoffset(7)", OTHER, OTHER},
    {"varbinary(16)", "varbinary(max)", WIDER, NARROWER},
    {"binary(16)", "varbinary(16)", WIDER, NARROWER},
    {"int", "uniqueidentifier", OTHER, OTHER},
    {"nvarchar(maximum)", "nvarchar(max)", OTHER, OTHER},

    /* nonsense is nobody's family */
    {"numeric(", "numeric", OTHER, OTHER},
    {"numeric()", "numeric", OTHER, OTHER},
    {"numeric(1,2,3)", "numeric", OTHER, OTHER},
    {"numeric(1)(2)", "numeric", OTHER, OTHER},
    {"numeric(99999999999)", "numeric", OTHER, OTHER},
    {"numeric(--1)", "numeric", OTHER, OTHER},
    {"integer[", "integer[]", SAME, SAME},
    {"integer[x]", "integer[]", OTHER, OTHER},
    {"inte\xff", "integer", OTHER, OTHER},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "text", OTHER, OTHER},
};

static void check(const char *from, const char *to, enum type_change expected)
{
    enum type_change change = type_change_classify(text_from(from), text_from(to));

    if (change != expected)
        fail_msg("%s to %s is %d, not %d", from, to, (int)change, (int)expected);
}

static void test_types(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        check(cases[i].from, cases[i].to, cases[i].there);
        check(cases[i].to, cases[i].from, cases[i].back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_types)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
