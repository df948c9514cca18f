/* What is particular to looking at SQLite files; what every watch does is in watch_test.c. */
#include "sources/sqlite/sqlite_watch.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sources/watch.h"
#include "support/cmocka.h"
#include "support/directory.h"

struct fixture {
    struct test_directory directory;
    struct source_settings settings;
    const char *path;
    const char *ref;
};

static struct fixture fixture;

static void run(sqlite3 *database, const char *sql)
{
    char *message = NULL;

    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s\nin: %s", message, sql);
}

static sqlite3 *open_at(const char *path)
{
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    return database;
}

static void run_at(const char *path, const char *sql)
{
    sqlite3 *database = open_at(path);

    run(database, sql);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static enum error_code try_look(struct watch *watch, enum watch_depth depth, enum watch_answer *ret_answer)
{
    struct error error = {0};

    return watch_look(watch, depth, ret_answer, &error);
}

static void assert_look(struct watch *watch, enum watch_depth depth, enum watch_answer expected)
{
    enum watch_answer answer = WATCH_SAME;

    assert_int_equal(try_look(watch, depth, &answer), ERROR_NONE);
    assert_int_equal(answer, expected);
}

static struct watch *open_kept(void)
{
    struct watch *watch = NULL;
    struct error error;

    assert_int_equal(watch_open(&watch, fixture.ref, &fixture.settings, &error), ERROR_NONE);
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    watch_keep(watch);
    return watch;
}

/* What SQL does to the answers of both looks. */
static void test_what_is_a_change(void **state)
{
    static const struct {
        const char *sql;
        enum watch_answer cheap, exact;
    } cases[] = {
        {"INSERT INTO t VALUES (1, 'x')", WATCH_SAME, WATCH_SAME},
        {"UPDATE t SET b = 'y'; DELETE FROM t", WATCH_SAME, WATCH_SAME},
        {"CREATE TEMPORARY TABLE own (a); CREATE TEMPORARY VIEW v AS SELECT 1", WATCH_SAME, WATCH_SAME},
        {"BEGIN; CREATE TABLE never (a); ROLLBACK", WATCH_SAME, WATCH_SAME},
        {"PRAGMA user_version = 7", WATCH_SAME, WATCH_SAME},
        {"REINDEX", WATCH_SAME, WATCH_SAME},
        {"ANALYZE", WATCH_MOVED, WATCH_SAME},
        {"VACUUM", WATCH_MOVED, WATCH_SAME},
        {"CREATE TABLE never (a); DROP TABLE never", WATCH_MOVED, WATCH_SAME},
        {"CREATE TABLE u (a)", WATCH_MOVED, WATCH_CHANGED},
        {"CREATE INDEX i ON t (b)", WATCH_MOVED, WATCH_CHANGED},
        {"CREATE VIEW w AS SELECT a FROM t", WATCH_MOVED, WATCH_CHANGED},
        {"CREATE TRIGGER r DELETE ON t BEGIN SELECT 1; END", WATCH_MOVED, WATCH_CHANGED},
        {"ALTER TABLE t ADD COLUMN c", WATCH_MOVED, WATCH_CHANGED},
        {"ALTER TABLE t RENAME COLUMN c TO d", WATCH_MOVED, WATCH_CHANGED},
        {"ALTER TABLE t DROP COLUMN d", WATCH_MOVED, WATCH_CHANGED},
        {"ALTER TABLE u RENAME TO x", WATCH_MOVED, WATCH_CHANGED},
        {"DROP TRIGGER r", WATCH_MOVED, WATCH_CHANGED},
        {"DROP INDEX i", WATCH_MOVED, WATCH_CHANGED},
        {"CREATE VIRTUAL TABLE notes USING fts5(title)", WATCH_MOVED, WATCH_CHANGED},
        {"INSERT INTO notes VALUES ('words')", WATCH_SAME, WATCH_SAME},
        {"DROP TABLE notes", WATCH_MOVED, WATCH_CHANGED},
        {"PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = 'CREATE TABLE x (z)' WHERE name = 'x'", WATCH_SAME,
         WATCH_CHANGED},
    };
    struct watch *watch = open_kept();

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s\n", cases[i].sql);
        run_at(fixture.path, cases[i].sql);
        assert_look(watch, WATCH_CHEAP, cases[i].cheap);
        assert_look(watch, WATCH_EXACT, cases[i].exact);
        watch_keep(watch);
    }
    watch_close(watch);
}

/* Another file may have the same version of another schema. */
static void test_a_file_that_takes_the_place(void **state)
{
    struct watch *watch = open_kept();
    const char *other = test_directory_path(&fixture.directory, "other.db");

    (void)state;
    run_at(other, "CREATE TABLE other (a)");
    assert_int_equal(rename(other, fixture.path), 0);
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    watch_close(watch);
}

/* What is in the log is there, although it is not in the file; and the last to leave writes it back, as if nobody had
 * looked. */
static void test_a_write_ahead_log(void **state)
{
    struct watch *watch;
    sqlite3 *writer = open_at(fixture.path);

    (void)state;
    run(writer, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE u (a)");
    watch = open_kept();
    run(writer, "BEGIN; CREATE TABLE v (a)");
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    run(writer, "COMMIT");
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    watch_keep(watch);
    run(writer, "INSERT INTO u VALUES (1)");
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    assert_int_equal(sqlite3_close(writer), SQLITE_OK);
    assert_int_equal(access(test_directory_path(&fixture.directory, "watched.db-wal"), F_OK), -1);
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    watch_close(watch);
}

static void test_a_locked_file_is_a_timeout(void **state)
{
    enum watch_answer answer;
    struct watch *watch = open_kept();
    sqlite3 *writer = open_at(fixture.path);

    (void)state;
    run(writer, "BEGIN EXCLUSIVE; CREATE TABLE u (a)");
    assert_int_equal(try_look(watch, WATCH_CHEAP, &answer), ERROR_TIMEOUT);
    assert_int_equal(try_look(watch, WATCH_EXACT, &answer), ERROR_TIMEOUT);
    run(writer, "COMMIT");
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    assert_int_equal(sqlite3_close(writer), SQLITE_OK);
    watch_close(watch);
}

/* Writers are not kept from writing. */
static void test_a_look_locks_nothing(void **state)
{
    struct watch *watch = open_kept();

    (void)state;
    run_at(fixture.path, "BEGIN EXCLUSIVE; INSERT INTO t VALUES (3, 'z'); COMMIT");
    assert_look(watch, WATCH_EXACT, WATCH_SAME);
    run_at(fixture.path, "BEGIN EXCLUSIVE; CREATE TABLE u (a); COMMIT");
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    watch_close(watch);
}

static void test_an_endless_look_is_a_timeout(void **state)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    enum watch_answer answer;
    struct watch *watch = open_kept();

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        buffer_printf(&sql, "CREATE TABLE t%u (a);", i);
    run_at(fixture.path, sql.bytes);
    fixture.settings.statement_timeout_ms = 0;
    assert_int_equal(try_look(watch, WATCH_EXACT, &answer), ERROR_TIMEOUT);
    watch_close(watch);
}

/* Every byte of the first pages is damaged in turn: an answer or an error, but no crash and no fault of ours. */
static void test_damaged_files_do_no_harm(void **state)
{
    struct text whole = test_directory_read(&fixture.directory, "watched.db");
    struct watch *watch = open_kept();

    (void)state;
    fixture.settings.lock_timeout_ms = 0;
    for (size_t i = 0; i < 8192 && i < whole.length; i += i < 200 ? 1 : 29) {
        char *copy = arena_copy(&fixture.directory.arena, whole.bytes, whole.length);
        enum watch_answer answer;
        struct error error = {0};

        assert_non_null(copy);
        copy[i] = (char)(copy[i] ^ 0x55);
        test_directory_write(&fixture.directory, "watched.db", (struct text){copy, whole.length});
        if (watch_look(watch, WATCH_EXACT, &answer, &error) != ERROR_NONE && error.code == ERROR_INTERNAL)
            fail_msg("byte %zu: %s", i, error.message);
    }
    test_directory_write(&fixture.directory, "watched.db", whole);
    assert_look(watch, WATCH_EXACT, WATCH_SAME);
    watch_close(watch);
}

static int setup(void **state)
{
    (void)state;
    test_directory_make(&fixture.directory);
    source_settings_init(&fixture.settings);
    fixture.settings.lock_timeout_ms = 50;
    fixture.path = test_directory_path(&fixture.directory, "watched.db");
    fixture.ref = arena_printf(&fixture.directory.arena, "sqlite:%s", fixture.path);
    run_at(fixture.path, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE)");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_directory_remove(&fixture.directory);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_a_change),         TEST(test_a_file_that_takes_the_place),
        TEST(test_a_write_ahead_log),        TEST(test_a_locked_file_is_a_timeout),
        TEST(test_a_look_locks_nothing),     TEST(test_an_endless_look_is_a_timeout),
        TEST(test_damaged_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
