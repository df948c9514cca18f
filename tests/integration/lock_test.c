/* A lock that somebody holds for long never hangs a reading, and never makes it lie. */
#include "integration/database.h"

#include <stdio.h>

#include "support/cmocka.h"
#include "support/postgres.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024 };

static const char schema[] = "CREATE TABLE held (id int, price int CHECK (price > 0));"
                             "CREATE VIEW over_it AS SELECT id, price * 2 AS twice FROM held;"
                             "CREATE TABLE other (id int)";

static enum error_code read_quickly(const char *ref, struct snapshot **ret_snapshot, struct error *error)
{
    struct source_settings settings;

    database_settings(&settings);
    settings.lock_timeout_ms = 300;
    settings.attempts = 2;
    return source_postgres.read(ret_snapshot, ref, &settings, error);
}

/* The definition of a view cannot be had while its table is locked. */
static void test_a_held_lock_is_said(void **state)
{
    CLEANUP(database_finish) PGconn *holder = NULL;
    CLEANUP(database_free) struct snapshot *before = NULL;
    CLEANUP(database_free) struct snapshot *after = NULL;
    CLEANUP(arena_free) struct arena arena;
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    const char *ref;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    ref = database_make(&arena, "dl_lock_held", "");
    test_postgres_execute(ref, schema);
    before = database_read(ref);
    holder = database_connect(ref);
    database_run(holder, "BEGIN; ALTER TABLE held ADD COLUMN later int");
    assert_int_equal(read_quickly(ref, &snapshot, &error), ERROR_UNSTABLE);
    assert_null(snapshot);
    assert_non_null(strstr(error.message, "lock timeout"));
    assert_non_null(strstr(error.message, "table.sql"));
    assert_non_null(strstr(error.hint, "pg_locks"));
    database_run(holder, "ROLLBACK");
    after = database_read(ref);
    database_assert_equal(before, after, "the lock is gone");
}

/* A lock on what needs no rendering is no obstacle: what was committed is read. */
static void test_a_lock_on_a_mere_table_does_not_matter(void **state)
{
    CLEANUP(database_finish) PGconn *holder = NULL;
    CLEANUP(database_free) struct snapshot *before = NULL;
    CLEANUP(database_free) struct snapshot *snapshot = NULL;
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    const char *ref;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    ref = test_postgres_dsn(&arena, "dl_lock_held");
    before = database_read(ref);
    holder = database_connect(ref);
    database_run(holder, "BEGIN; ALTER TABLE other ADD COLUMN later int; LOCK TABLE other IN ACCESS EXCLUSIVE MODE");
    if (read_quickly(ref, &snapshot, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    database_assert_equal(before, snapshot, "not committed");
}

static int teardown(void **state)
{
    (void)state;
    database_drop("dl_lock_held");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_held_lock_is_said),
        cmocka_unit_test(test_a_lock_on_a_mere_table_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
