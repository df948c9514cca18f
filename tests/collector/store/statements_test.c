/* The statements themselves: each prepares, and each finds what it wants without reading a whole table that grows. */
#include <sqlite3.h>
#include <string.h>

#include "base/file.h"
#include "collector/store/history.h"
#include "store_sql.h"
#include "support/cmocka.h"

/* Those that grow with time, not with the fleet. */
static const char *const tables_that_grow[] = {
    "node",     "snapshot",         "change",        "event",    "ddl_event", "earlier", "later",
    "drift",    "drift_step",       "waiver",        "gate_run", "sync_run",  "audit",   "incident",
    "delivery", "incident_trouble", "incident_event"};

static sqlite3 *open_file(struct history *history)
{
    sqlite3 *handle = NULL;

    assert_int_equal(sqlite3_open(test_directory_path(&history->directory, "data/history.db"), &handle), SQLITE_OK);
    return handle;
}

/* Retention and verification look at everything, a slice at a time. */
static bool may_scan(const char *sql)
{
    return strncmp(sql, "-- Retention", 12) == 0;
}

static bool is_scan(const char *step)
{
    for (size_t i = 0; i < LENGTH_OF(tables_that_grow); i++) {
        size_t length = strlen(tables_that_grow[i]);

        if (strncmp(step, "SCAN ", 5) == 0 && strncmp(step + 5, tables_that_grow[i], length) == 0 &&
            (step[5 + length] == '\0' || step[5 + length] == ' '))
            return true;
    }
    return false;
}

static unsigned count_scans(sqlite3 *handle, const char *sql, bool say)
{
    sqlite3_stmt *statement = NULL;
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    unsigned scans = 0;

    if (sqlite3_prepare_v2(handle, explain, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s\n%s", sqlite3_errmsg(handle), sql);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(statement, 3);

        if (!is_scan(step))
            continue;
        scans++;
        if (say)
            print_message("%s\n%s\n", step, sql);
    }
    sqlite3_finalize(statement);
    sqlite3_free(explain);
    return scans;
}

static void test_nothing_reads_a_whole_table_that_grows(void **state)
{
    sqlite3 *handle = open_file(*state);
    unsigned scans = 0, statements = 0;

    assert_int_equal(count_scans(handle, "SELECT * FROM change WHERE rule = 'x'", false), 1); /* it would be seen */
    assert_int_equal(count_scans(handle, "SELECT count(*) FROM snapshot", false), 1);
    for (const char *const *sql = store_sql_all; *sql != NULL; sql++, statements++)
        scans += may_scan(*sql) ? 0 : count_scans(handle, *sql, true);
    sqlite3_close(handle);
    assert_int_equal(scans, 0);
    assert_true(statements > 40);
}

static void test_each_file_says_what_it_is_for(void **state)
{
    (void)state;
    for (const char *const *sql = store_sql_all; *sql != NULL; sql++)
        assert_int_equal(strncmp(*sql, "-- ", 3), 0);
}

/* The page for people who look into the file names every table and column. */
static void test_the_reference_page_has_every_column(void **state)
{
    static const char columns[] = "SELECT m.name, c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c"
                                  " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'";
    struct history *history = *state;
    struct text page = {NULL, 0};
    struct error error = {0};
    sqlite3_stmt *statement = NULL;
    sqlite3 *handle = open_file(history);
    unsigned count = 0;

    history_expect(file_read(test_source_path(&history->directory, "docs/reference/store.md"), 1024 * 1024,
                             &history->arena, &page, &error),
                   &error);
    assert_int_equal(sqlite3_prepare_v2(handle, columns, -1, &statement, NULL), SQLITE_OK);
    for (; sqlite3_step(statement) == SQLITE_ROW; count++) {
        const char *table = (const char *)sqlite3_column_text(statement, 0);
        const char *column = (const char *)sqlite3_column_text(statement, 1);
        const char *alone = arena_printf(&history->arena, "`%s`", column);
        const char *with = arena_printf(&history->arena, ".%s`", column);

        if (strstr(page.bytes, table) == NULL ||
            (strstr(page.bytes, alone) == NULL && strstr(page.bytes, with) == NULL))
            fail_msg("%s.%s is not on the page", table, column);
    }
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    assert_true(count > 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_reads_a_whole_table_that_grows, history_setup, history_teardown),
        cmocka_unit_test(test_each_file_says_what_it_is_for),
        cmocka_unit_test_setup_teardown(test_the_reference_page_has_every_column, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
