/* The generic dialect with drivers that say too little, too much, or nothing. */
#include <string.h>

#include "agent/sources/odbc_scripted.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* A driver with schemas and catalogues, as most have them. */
static struct odbc_connection driver(const struct reply *replies)
{
    return (struct odbc_connection){.system = "Some System",
                                    .database = "shop",
                                    .catalogs = "Y",
                                    .escape = "\\",
                                    .schemas = true,
                                    .replies = replies};
}

/* ---- tables ---- */

static void test_tables_and_views(void **state)
{
    struct odbc_connection connection = driver(REPLIES(
        {ODBC_TABLES,
         "%",
         NULL,
         {"shop|app|t|TABLE|what it is for", "shop|app|v|VIEW|~", "shop|app|m|MATVIEW|", "shop|app|f|FOREIGN TABLE|~",
          "shop|app|s|ALIAS|~", "shop|app|q|QUEUE|~", "shop|app|t|TABLE|told twice", "shop|app|x|SYSTEM TABLE|~"}}));

    (void)state;
    EXPECT(&connection, "table app.t comment=what it is for", "view app.v", "materialized_view app.m",
           "foreign_table app.f", "synonym app.s", "table app.q table_type=QUEUE", "!table app.x", "!gap synonym",
           "!gap table * (comments)", "gap function : the driver told none");
}

static void test_system_schemas_are_left_out(void **state)
{
    struct odbc_connection connection = driver(REPLIES(
        {ODBC_TABLES,
         "%",
         NULL,
         {"shop|INFORMATION_SCHEMA|a|VIEW|~", "shop|pg_catalog|b|TABLE|~", "shop|SYSIBM|c|TABLE|~", "shop|sys|d|VIEW|~",
          "shop|pg_temp_3|e|TABLE|~", "shop|app|local|LOCAL TEMPORARY|~", "shop|app|t|TABLE|~"}},
        {ODBC_TABLES, "", NULL, {"~|app", "~|empty one", "~|sys", "~|app"}}));

    (void)state;
    EXPECT(&connection, "table app.t", "schema app", "schema \"empty one\"", "!schema sys", "!view ", "!table INF",
           "!table app.l", "!table p", "!table SYS");
}

static void test_schemas_are_named_by_what_there_is(void **state)
{
    const struct reply *replies =
        REPLIES({ODBC_TABLES, "%", NULL, {"shop|~|t|TABLE|~", "Shop||u|TABLE|~", "other|~|v|TABLE|~", "||w|TABLE|~"}});
    struct odbc_connection connection = driver(replies);

    (void)state;
    EXPECT(&connection, "table main.t", "table main.u", "table main.w", "!table other", "!table shop");
    connection.catalogs = "N";
    EXPECT(&connection, "table shop.t", "table \"Shop\".u", "table other.v", "table main.w");
}

/* ---- columns ---- */

static void test_columns(void **state)
{
    struct odbc_connection connection = driver(REPLIES(
        {ODBC_TABLES, "%", NULL, {"shop|app|t|TABLE|~"}},
        {ODBC_TYPE_INFO,
         NULL,
         NULL,
         {"varchar|12|255|'|'|max. length", "bool|-7|5|~|~|~", "numeric|2|28|~|~|precision, scale"}},
        {ODBC_COLUMNS,
         "%",
         NULL,
         {"shop|app|t|a|12|VARCHAR|40|40|~|~|0|why|'x'|12", "shop|app|t|b|12|bool|5|5|~|~|1||NULL|12",
          "shop|app|t|c|2|numeric|10|12|2|10|2|~|TRUNCATED|2", "shop|app|t|d|93|timestamp|23|16|3|~|1|~|~|9",
          "shop|app|t|e|-2|CHAR () FOR BIT DATA|8|8|~|~|1|~|~|~", "shop|app|t|f|12|own|12|12|~|~|2|~|~|~|~|~|7|NO",
          "shop|app|index_of_t|a|12|varchar|40", "shop|app|t|a|12|told twice|40"}}));

    (void)state;
    EXPECT(&connection, "table app.t column_order=a|b|c|d|e|f",
           "column app.t.a comment=why default='x' nullable=no type=VARCHAR(40)",
           "column app.t.b nullable=yes type=bool", "column app.t.c type=numeric(10,2)",
           "column app.t.d nullable=yes type=timestamp(3)", "column app.t.e nullable=yes type=CHAR(8) FOR BIT DATA",
           "column app.t.f nullable=no type=own(12)", "gap column app.t.c: its default is too long for ODBC",
           "!table app.index_of_t", "!gap table * (comments)");
}

/* What fails for all may succeed table by table; then what stands in a name must not be a pattern. */
static void test_columns_table_by_table(void **state)
{
    struct odbc_connection connection = driver(
        REPLIES({ODBC_TABLES, "%", NULL, {"shop|app|a_b|TABLE|~", "shop|app|axb|TABLE|~", "shop|app|%\\|VIEW|~"}},
                {ODBC_COLUMNS, "%", "HY000", {"shop|app|axb|gone|12|varchar|40"}},
                {ODBC_COLUMNS, "a\\_b", NULL, {"shop|app|a_b|one|4|int|10", "shop|app|axb|other|4|int|10"}},
                {ODBC_COLUMNS, "axb", NULL, {"shop|app|axb|two|4|int|10"}},
                {ODBC_COLUMNS, "\\%\\\\", "42000", {"shop|app|%\\|half|4|int|10"}}));

    (void)state;
    EXPECT(&connection, "table app.a_b column_order=one", "column app.a_b.one type=int", "column app.axb.two type=int",
           "!column app.axb.other", "!column app.axb.gone", "view app.\"%\\\"", "!column app.\"%",
           "gap view app.\"%\\\": SQLColumns fails with SQLSTATE 42000");
    assert_string_equal(connection.asked, "% \\%\\\\ a\\_b axb ");
}

static void test_columns_that_are_not_told(void **state)
{
    struct odbc_connection connection =
        driver(REPLIES({ODBC_TABLES, "%", NULL, {"shop|app|t|TABLE|~"}}, {ODBC_COLUMNS, NULL, "IM001", {NULL}}));

    (void)state;
    EXPECT(&connection, "table app.t", "gap column : the driver does not offer SQLColumns");
}

/* ---- keys ---- */

static const struct reply keys[] = {
    {ODBC_TABLES, "%", NULL, {"shop|app|t|TABLE|~", "shop|app|Up|TABLE|~", "shop|app|v|VIEW|~"}},
    {ODBC_COLUMNS,
     "%",
     NULL,
     {"shop|app|Up|Id|4|int|10", "shop|app|t|a|4|int|10", "shop|app|t|b|4|int|10", "shop|app|t|c|4|int|10"}},
    {ODBC_PRIMARY_KEYS, "t", NULL, {"shop|app|t|a|1|~", "shop|app|t|b|2|~"}},
    {ODBC_PRIMARY_KEYS, "Up", NULL, {"shop|app|Up|Id|1|up_key"}},
    {ODBC_STATISTICS,
     "t",
     NULL,
     {"shop|app|t|~|~|~|0|~|~|~|17|4|~", "shop|app|t|0|~|made_up|3|1|b|A|17|4|~",
      "shop|app|t|0|~|made_up|3|2|a|A|17|4|~", "shop|app|t|0|~|u|1|1|c|A|17|4|~", "shop|app|t|1|~|i|3|1|c|D|17|4|c > 0",
      "shop|app|t|1|~|i|3|2|a|A|17|4|c > 0", "shop|app|t|1|~|x|2|1|~|~|17|4|~"}},
    {ODBC_STATISTICS, "Up", NULL, {"shop|app|Up|0|~|up_key|3|1|Id|A", "shop|app|Up|0|~|again|3|1|Id|A"}},
    {ODBC_FOREIGN_KEYS,
     "t",
     NULL,
     {"shop|app|up|id|shop|app|t|c|1|3|0|~|~|7", "shop|app|up|~|shop|app|t|c|1|3|3|~|~|7",
      "shop|app|up|~|shop|app|t|c|1|3|3|~|~|7", "~|far|away|x|shop|app|t|a|1|1|2|named|~|5",
      "~|far|away|y|shop|app|t|b|2|1|2|named|~|5", "~|~|t|b|shop|app|t|a|1|4|3|another|~|6"}},
    {.sort = ODBC_SQL},
};

static void test_keys(void **state)
{
    struct odbc_connection connection = driver(keys);

    (void)state;
    EXPECT(&connection, "primary_key app.t.primary_key columns=b|a", "!index app.t.made_up",
           "index app.t.u columns=c method=clustered unique=yes",
           "index app.t.i columns=c|a order=desc| predicate=c > 0", "index app.t.x columns=(expression) method=hash",
           "gap index * (expressions): the driver does not tell on which expression an index is",
           "primary_key app.\"Up\".up_key columns=Id", "index app.\"Up\".again columns=Id unique=yes",
           "!index app.\"Up\".up_key");
}

static void test_foreign_keys(void **state)
{
    struct odbc_connection connection = driver(keys);

    (void)state;
    EXPECT(
        &connection, "foreign_key app.t.foreign_key(c) columns=c referenced_columns=Id references=app.\"Up\"",
        "foreign_key app.t.foreign_key(c) #2 columns=c on_delete=cascade referenced_columns=Id references=app.\"Up\"",
        "!foreign_key app.t.foreign_key(c) #3",
        "foreign_key app.t.named columns=a|b deferrable=initially deferred on_delete=set null on_update=restrict "
        "referenced_columns=x|y references=far.away",
        "foreign_key app.t.another columns=a deferrable=yes on_update=set default referenced_columns=b "
        "references=app.t");
}

/* An index that SQLite made for a constraint is that constraint. */
static void test_habits_of_sqlite(void **state)
{
    struct odbc_connection connection = {
        .system = "SQLite",
        .database = "/data/shop.db",
        .catalogs = "N",
        .escape = "\\",
        .replies = REPLIES({ODBC_TABLES, "%", NULL, {"~|~|t|TABLE|~", "~|~|sqlite_stat1|TABLE|~"}},
                           {ODBC_COLUMNS, "%", NULL, {"||t|a|12|varchar(40)|40", "||t|b|12||255"}},
                           {ODBC_PRIMARY_KEYS, "t", NULL, {"||t|a|1|~"}},
                           {ODBC_STATISTICS,
                            "t",
                            NULL,
                            {"||t|0|~|sqlite_autoindex_t_2|3|1|b|A", "||t|0|~|sqlite_autoindex_t_1|3|1|a|A"}})};

    (void)state;
    EXPECT(&connection, "table main.t column_order=a|b", "column main.t.a type=varchar(40)", "column main.t.b",
           "primary_key main.t.primary_key columns=a", "unique main.t.unique(b) columns=b", "!index ", "!schema ",
           "!table main.sqlite_stat1", "!unique main.t.unique(a)");
}

/* ---- procedures ---- */

static void test_procedures(void **state)
{
    struct odbc_connection connection = driver(
        REPLIES({ODBC_TABLES, "%", NULL, {"shop|app|t|TABLE|~"}},
                {ODBC_PROCEDURES,
                 NULL,
                 NULL,
                 {"|app|f|~|~|~||2", "|app|f|~|~|~||2", "|app|p|~|~|~|says|1", "|app|idle|~|~|~||0",
                  "|app|idle|~|~|~||0", "|sys|hidden|~|~|~||1"}},
                {ODBC_PROCEDURE_COLUMNS,
                 NULL,
                 NULL,
                 {"shop|app|f|a|1|4|int4|10|4|0|10|2|~|~|4|~|~|1", "shop|app|f|b|4|-1|text|90|90|~|~|2|~|~|4|~|~|2",
                  "shop|app|f||5|4|int4|10|4|0|10|2|~|~|4|~|~|0", "shop|app|f|a|2|12|varchar|7|7|~|~|2|~|~|4|~|~|1",
                  "shop|app|p|x|1|4|int4|10|4|0|10|2|~|~|4|~|~|1", "shop|app|u|x|1|4|int4|10|4|0|10|2|~|~|4|~|~|1"}}));

    (void)state;
    EXPECT(&connection, "function app.f(int4) arguments=a int4, OUT b text",
           "function app.f(varchar) arguments=INOUT a varchar(7) returns=int4",
           "procedure app.p(int4) arguments=x int4 comment=says", "procedure app.idle() overloads=2", "!procedure sys",
           "!function app.u", "!gap function",
           "gap procedure * (body): ODBC does not tell what a "
           "procedure or function does");
}

/* ---- what is not told ---- */

#define TWO_TABLES                                                                                                     \
    {ODBC_TABLES, "%", NULL, {"shop|app|t|TABLE|~", "shop|app|u|TABLE|~"}},                                            \
    {                                                                                                                  \
        ODBC_COLUMNS, "%", NULL,                                                                                       \
        {                                                                                                              \
            "shop|app|t|a|4|int|10", "shop|app|u|b|4|int|10"                                                           \
        }                                                                                                              \
    }

static void test_functions_that_a_driver_lacks(void **state)
{
    struct odbc_connection connection =
        driver(REPLIES(TWO_TABLES, {ODBC_PRIMARY_KEYS, NULL, "IM001", {NULL}},
                       {ODBC_FOREIGN_KEYS, NULL, "HYC00", {NULL}}, {ODBC_STATISTICS, NULL, "HY000", {NULL}},
                       {ODBC_PROCEDURES, NULL, "42501", {NULL}}, {ODBC_TABLES, "", "HY000", {NULL}}));

    (void)state;
    EXPECT(&connection, "column app.t.a type=int", "gap primary_key : the driver does not offer SQLPrimaryKeys",
           "gap foreign_key : the driver does not offer SQLForeignKeys",
           "gap index : SQLStatistics fails with SQLSTATE HY000",
           "gap unique : SQLStatistics fails with SQLSTATE HY000", "gap procedure : permission denied",
           "gap schema : SQLTables fails with SQLSTATE HY000", "!gap table app");
}

static void test_one_table_that_fails(void **state)
{
    struct odbc_connection connection =
        driver(REPLIES(TWO_TABLES, {ODBC_STATISTICS, "t", NULL, {"shop|app|t|1|~|i|3|1|a|A"}},
                       {ODBC_STATISTICS, "u", "42501", {"shop|app|u|1|~|i|3|1|b|A"}}));

    (void)state;
    EXPECT(&connection, "index app.t.i columns=a", "!index app.u", "gap table app.u: permission denied",
           "gap index * (method, predicate, included): ODBC tells the columns of an index, and if it is unique",
           "!gap index :");
}

static void test_what_is_never_told(void **state)
{
    struct odbc_connection connection = driver(REPLIES({ODBC_TABLES, "%", NULL, {NULL}}));

    (void)state;
    EXPECT(&connection, "gap check : ODBC does not tell them", "gap trigger : ODBC does not tell them",
           "gap sequence : ODBC does not tell them", "gap view * (definition): ODBC does not tell what a view says",
           "gap system_privilege : ODBC does not tell owners and grants", "gap synonym : the driver told none",
           "gap table * (comments): the driver told none");
}

/* ---- what ends a read ---- */

static enum error_code read_error(const struct reply *replies, bool *disturbed, struct error *error)
{
    struct odbc_connection connection = driver(replies);
    struct snapshot *snapshot = NULL;

    connection.settings.memory_limit = SCRIPTED_MEMORY;
    *error = (struct error){0};
    *disturbed = false;
    (void)scripted_load(&connection, &snapshot, disturbed, error);
    assert_null(snapshot);
    return error->code;
}

static void test_what_ends_a_read(void **state)
{
    struct error error;
    bool disturbed;

    (void)state;
    assert_int_equal(read_error(REPLIES({ODBC_TABLES, NULL, "42501", {NULL}}), &disturbed, &error), ERROR_REFUSED);
    assert_string_equal(error.message, "the tables cannot be listed: permission denied");
    assert_int_equal(read_error(REPLIES({ODBC_TABLES, NULL, "IM001", {NULL}}), &disturbed, &error), ERROR_QUERY);
    assert_int_equal(read_error(REPLIES(TWO_TABLES, {ODBC_STATISTICS, "u", "HYT00", {NULL}}), &disturbed, &error),
                     ERROR_TIMEOUT);
    assert_string_equal(error.message, "SQLStatistics: the driver's words");
    assert_false(disturbed);
}

/* What running DDL explains is no error: the reader reads again. */
static void test_running_ddl_disturbs(void **state)
{
    struct odbc_connection connection = driver(REPLIES(TWO_TABLES, {ODBC_FOREIGN_KEYS, "u", "40001", {NULL}}));
    CLEANUP(arena_free) struct arena arena;
    struct odbc_sink sink = {0};
    struct error error = {0};
    bool disturbed = false;

    (void)state;
    arena_init(&arena, SCRIPTED_MEMORY);
    connection.settings.memory_limit = SCRIPTED_MEMORY;
    assert_int_equal(catalog_new(&sink.catalog, &arena, TEXT(""), &error), ERROR_NONE);
    assert_int_equal(odbc_generic_load(&connection, &sink, &disturbed, &error), ERROR_NONE);
    assert_int_equal(error.code, ERROR_NONE);
    assert_true(disturbed);
    catalog_free(sink.catalog);
}

static enum error_code attempt_load(void *context, struct error *error)
{
    struct odbc_connection *connection = context;
    struct snapshot *snapshot = NULL;
    bool disturbed = false;
    enum error_code code = scripted_load(connection, &snapshot, &disturbed, error);

    assert_true((code == ERROR_NONE) == (snapshot != NULL));
    snapshot_free(snapshot);
    return code;
}

static void test_memory_runs_out(void **state)
{
    struct odbc_connection connection = driver(keys);
    struct error error = {0};
    enum error_code code;
    size_t limit = 0;

    (void)state;
    connection.settings.memory_limit = SCRIPTED_MEMORY;
    assert_true(test_every_allocation(attempt_load, &connection) > 50);
    for (;; limit += 512) {
        connection.settings.memory_limit = limit;
        code = attempt_load(&connection, &error);
        if (code == ERROR_NONE)
            break;
        assert_int_equal(code, ERROR_LIMIT);
    }
    assert_true(limit > 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_and_views),
        cmocka_unit_test(test_system_schemas_are_left_out),
        cmocka_unit_test(test_schemas_are_named_by_what_there_is),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_columns_table_by_table),
        cmocka_unit_test(test_columns_that_are_not_told),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_foreign_keys),
        cmocka_unit_test(test_habits_of_sqlite),
        cmocka_unit_test(test_procedures),
        cmocka_unit_test(test_functions_that_a_driver_lacks),
        cmocka_unit_test(test_one_table_that_fails),
        cmocka_unit_test(test_what_is_never_told),
        cmocka_unit_test(test_what_ends_a_read),
        cmocka_unit_test(test_running_ddl_disturbs),
        cmocka_unit_test(test_memory_runs_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
