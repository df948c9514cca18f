#include "storage/database.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

static const char first[] = "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT) STRICT";
static const char second[] = "CREATE TABLE other (id INTEGER PRIMARY KEY, thing INTEGER REFERENCES thing) STRICT;"
                             "INSERT INTO thing (name) VALUES ('migrated')";

static const char *const old_migrations[] = {first, NULL};
static const char *const migrations[] = {first, second, NULL};

static const struct database_format old_format = {7, "the test's file", old_migrations, 0};
static const struct database_format format = {7, "the test's file", migrations, 0};

static int setup(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int teardown(void **state)
{
    test_directory_remove(*state);
    return 0;
}

static struct database *open_as(const char *path, const struct database_format *as, enum database_mode mode)
{
    struct database *database = NULL;
    struct error error = {0};

    if (database_open(&database, path, as, mode, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return database;
}

static enum error_code open_code(const char *path, const struct database_format *as, enum database_mode mode,
                                 struct error *error)
{
    struct database *database = NULL;
    enum error_code code = database_open(&database, path, as, mode, error);

    assert_int_equal(database != NULL, code == ERROR_NONE);
    database_close(database);
    return code;
}

static int64_t ask(struct database *database, const char *sql)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct error error = {0};
    bool row = false;

    if (database_prepare(database, sql, &statement, &error) != ERROR_NONE ||
        statement_step(statement, &row, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(row);
    return statement_number(statement, 0);
}

static void run(struct database *database, const char *sql)
{
    struct error error = {0};

    if (database_run(database, sql, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static int64_t things(struct database *database)
{
    static const char count[] = "SELECT count(*) FROM thing";

    return ask(database, count);
}

static void begin(struct database *database)
{
    struct error error = {0};

    assert_int_equal(database_begin(database, &error), ERROR_NONE);
}

static void commit(struct database *database)
{
    struct error error = {0};

    assert_int_equal(database_commit(database, &error), ERROR_NONE);
}

static long size_of(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

static mode_t mode_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

static void test_a_new_file_is_ours_durable_and_private(void **state)
{
    static const struct {
        const char *sql;
        int64_t answer;
    } cases[] = {
        {"PRAGMA application_id", 7},
        {"PRAGMA user_version", 2},
        {"PRAGMA synchronous", 2},
        {"PRAGMA foreign_keys", 1},
        {"PRAGMA trusted_schema", 0},
        {"PRAGMA cell_size_check", 1},
        {"PRAGMA temp_store", 2},
        {"PRAGMA cache_size", -256},
        {"SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1},
    };
    const char *path = test_directory_path(*state, "new.db");
    struct database *database = open_as(path, &format, DATABASE_WRITE);

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s\n", cases[i].sql);
        assert_true(ask(database, cases[i].sql) == cases[i].answer);
    }
    assert_int_equal(things(database), 1);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(mode_of(test_directory_path(*state, "new.db-wal")), 0600);
    assert_int_equal(mode_of(test_directory_path(*state, "new.db.lock")), 0600);
    database_close(database);
    database_close(NULL);
}

static void make_foreign(const char *path, const char *sql)
{
    sqlite3 *handle = NULL;

    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static void test_what_is_not_ours_is_left_alone(void **state)
{
    static const struct {
        const char *name, *sql;
        enum error_code code;
    } cases[] = {
        {"another's", "PRAGMA application_id = 9; CREATE TABLE thing (a)", ERROR_UNSUPPORTED},
        {"nobody's", "CREATE TABLE thing (a)", ERROR_UNSUPPORTED},
        {"nobody's with a version", "PRAGMA user_version = 1", ERROR_UNSUPPORTED},
        {"newer", "PRAGMA application_id = 7; PRAGMA user_version = 3; CREATE TABLE thing (a)", ERROR_UNSUPPORTED},
        {"negative", "PRAGMA application_id = 7; PRAGMA user_version = -1", ERROR_UNSUPPORTED},
    };
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *path = test_directory_path(directory, cases[i].name);
        struct text before, after;
        struct error error = {0};

        print_message("  %s\n", cases[i].name);
        make_foreign(path, cases[i].sql);
        before = test_directory_read(directory, cases[i].name);
        for (int mode = DATABASE_WRITE; mode <= DATABASE_READ; mode++)
            assert_int_equal(open_code(path, &format, (enum database_mode)mode, &error), cases[i].code);
        after = test_directory_read(directory, cases[i].name);
        assert_true(text_equal(before, after));
    }
}

static void test_what_cannot_be_opened_says_why(void **state)
{
    struct test_directory *directory = *state;
    const char *path =
        test_directory_write(directory, "text", TEXT("This is no database, however long one looks at it."));
    struct error error = {0};

    assert_int_equal(open_code(path, &format, DATABASE_WRITE, &error), ERROR_CORRUPT);
    assert_int_equal(open_code(test_directory_path(directory, "absent"), &format, DATABASE_READ, &error),
                     ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "the test's file"));
    assert_int_equal(open_code(test_directory_path(directory, "no/folder"), &format, DATABASE_WRITE, &error),
                     ERROR_NOT_FOUND);
    assert_int_equal(open_code(test_directory_write(directory, "empty", TEXT("")), &format, DATABASE_READ, &error),
                     ERROR_UNSUPPORTED);
}

static void test_an_older_file_is_brought_up_to_date_by_a_writer(void **state)
{
    const char *path = test_directory_path(*state, "old.db");
    struct database *database = open_as(path, &old_format, DATABASE_WRITE);
    struct error error = {0};

    run(database, "INSERT INTO thing (name) VALUES ('old')");
    database_close(database);
    assert_int_equal(open_code(path, &format, DATABASE_READ, &error), ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.hint, "writes"));
    database = open_as(path, &format, DATABASE_WRITE);
    assert_int_equal(things(database), 2);
    database_close(database);
    database_close(open_as(path, &format, DATABASE_READ));
    assert_int_equal(open_code(path, &old_format, DATABASE_WRITE, &error), ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.hint, "later"));
}

static void test_a_migration_is_whole_or_not_at_all(void **state)
{
    static const char *const cases[] = {
        "INSERT INTO thing (name) VALUES ('half'); INSERT INTO absent VALUES (1)",
        "CREATE TABLE other (thing INTEGER REFERENCES thing); INSERT INTO other VALUES (99)",
    };
    const char *path = test_directory_path(*state, "half.db");

    database_close(open_as(path, &old_format, DATABASE_WRITE));
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *const broken[] = {first, cases[i], NULL};
        const struct database_format broken_format = {7, "the test's file", broken, 0};
        struct error error = {0};
        struct database *database;

        assert_int_not_equal(open_code(path, &broken_format, DATABASE_WRITE, &error), ERROR_NONE);
        assert_non_null(strstr(error.message, "from version 1 to 2"));
        database = open_as(path, &old_format, DATABASE_READ);
        assert_int_equal(things(database), 0);
        database_close(database);
    }
}

static void test_there_is_one_writer(void **state)
{
    const char *path = test_directory_path(*state, "one.db");
    struct database *database = open_as(path, &format, DATABASE_WRITE);
    struct error error = {0};
    char process[32];

    assert_int_equal(open_code(path, &format, DATABASE_WRITE, &error), ERROR_CONFLICT);
    snprintf(process, sizeof process, "(process %ld)", (long)getpid());
    assert_non_null(strstr(error.message, process));
    run(database, "INSERT INTO thing (name) VALUES ('still fine')");
    database_close(database);
    database_close(open_as(path, &format, DATABASE_WRITE));
}

static void test_an_editor_writes_beside_the_writer(void **state)
{
    const char *path = test_directory_path(*state, "edit.db");
    struct database *writer = open_as(path, &format, DATABASE_WRITE);
    struct database *editor = open_as(path, &format, DATABASE_EDIT);
    int64_t before = things(writer);
    struct error error = {0};

    begin(editor);
    run(editor, "INSERT INTO thing (name) VALUES ('of the editor')");
    commit(editor);
    begin(writer);
    run(writer, "INSERT INTO thing (name) VALUES ('of the writer')");
    commit(writer);
    assert_int_equal(things(editor), before + 2);
    database_close(editor);
    assert_int_equal(things(writer), before + 2);
    database_close(writer);
    assert_int_equal(open_code(test_directory_path(*state, "absent.db"), &format, DATABASE_EDIT, &error),
                     ERROR_NOT_FOUND);
}

static void test_readers_see_what_was_committed_and_one_moment(void **state)
{
    const char *path = test_directory_path(*state, "read.db");
    struct database *writer = open_as(path, &format, DATABASE_WRITE), *reader = open_as(path, &format, DATABASE_READ);
    struct error error = {0};

    begin(writer);
    run(writer, "INSERT INTO thing (name) VALUES ('a')");
    assert_int_equal(things(writer), 2);
    assert_int_equal(things(reader), 1);
    commit(writer);
    assert_int_equal(things(reader), 2);

    assert_int_equal(database_begin_read(reader, &error), ERROR_NONE);
    assert_int_equal(things(reader), 2);
    run(writer, "INSERT INTO thing (name) VALUES ('b')");
    assert_int_equal(things(reader), 2);
    database_end_read(reader);
    assert_int_equal(things(reader), 3);
    assert_int_equal(database_run(reader, "INSERT INTO thing (name) VALUES ('c')", &error), ERROR_REFUSED);
    database_close(reader);
    database_close(writer);
}

static void test_transactions_and_their_parts_are_taken_back(void **state)
{
    struct database *database = open_as(test_directory_path(*state, "parts.db"), &format, DATABASE_WRITE);
    struct error error = {0};

    assert_int_equal(database_savepoint(database, &error), ERROR_INTERNAL);
    database_rollback(database);
    database_rollback_to_savepoint(database);
    assert_false(database_in_transaction(database));
    begin(database);
    run(database, "INSERT INTO thing (name) VALUES ('kept')");
    assert_int_equal(database_savepoint(database, &error), ERROR_NONE);
    run(database, "INSERT INTO thing (name) VALUES ('taken back')");
    assert_int_equal(database_savepoint(database, &error), ERROR_NONE);
    run(database, "INSERT INTO thing (name) VALUES ('taken back with it')");
    assert_int_equal(database_release(database, &error), ERROR_NONE);
    assert_int_equal(things(database), 4);
    database_rollback_to_savepoint(database);
    assert_int_equal(things(database), 2);
    assert_true(database_in_transaction(database));
    commit(database);
    begin(database);
    run(database, "DELETE FROM thing");
    database_rollback(database);
    assert_int_equal(things(database), 2);
    assert_int_equal(database_commit(database, &error), ERROR_INTERNAL);
    database_close(database);
}

static void test_a_limit_is_an_error_that_passes(void **state)
{
    static const char fill[] = "INSERT INTO thing (name) VALUES (hex(randomblob(2000)))";
    struct database *database = open_as(test_directory_path(*state, "limit.db"), &format, DATABASE_WRITE);
    struct error error = {0};
    enum error_code code = ERROR_NONE;
    int64_t before;
    uint64_t size;

    assert_int_equal(database_limit(database, 256 * 1024, &error), ERROR_NONE);
    for (before = things(database); code == ERROR_NONE; before += code == ERROR_NONE ? 10 : 0) {
        begin(database);
        for (int i = 0; i < 10 && code == ERROR_NONE; i++)
            code = database_run(database, fill, &error);
        if (code == ERROR_NONE)
            commit(database);
    }
    assert_int_equal(code, ERROR_FULL);
    assert_false(database_in_transaction(database));
    assert_true(before > 10);
    assert_int_equal(things(database), before);
    size = database_size(database);
    assert_true(size <= 256 * 1024 && size > 128 * 1024);

    run(database, "DELETE FROM thing WHERE id > 10"); /* makes room in the file */
    assert_true(database_size(database) < size);
    for (int i = 0; i < 10; i++)
        run(database, fill);
    assert_int_equal(database_limit(database, 0, &error), ERROR_NONE);
    for (int i = 0; i < 200; i++)
        run(database, fill);
    assert_true(database_size(database) > 512 * 1024);
    assert_int_equal(database_limit(database, 1, &error), ERROR_NONE); /* what is there may stay */
    assert_int_equal(things(database), 220);
    database_close(database);
}

static void test_the_log_stays_short(void **state)
{
    enum { MEBIBYTE = 1024 * 1024, LOG_AT_REST = 6 * MEBIBYTE };
    static const char fill[] = "INSERT INTO thing (name) VALUES (hex(zeroblob(250000)))", empty[] = "DELETE FROM thing";
    struct test_directory *directory = *state;
    const char *path = test_directory_path(directory, "log.db"), *log = test_directory_path(directory, "log.db-wal");
    struct database *writer = open_as(path, &format, DATABASE_WRITE), *reader = open_as(path, &format, DATABASE_READ);
    struct error error = {0};

    for (int i = 0; i < 40; i++)
        run(writer, i % 10 == 9 ? empty : fill);
    assert_in_range(size_of(log), 1, LOG_AT_REST);

    assert_int_equal(database_begin_read(reader, &error), ERROR_NONE);
    (void)things(reader);
    for (int i = 0; i < 120; i++) /* beyond the point where readers are waited for */
        run(writer, i % 10 == 9 ? empty : fill);
    assert_true(size_of(log) > 64 * MEBIBYTE);
    assert_int_equal(database_checkpoint(writer, true, &error), ERROR_NONE);
    assert_true(size_of(log) > 64 * MEBIBYTE);
    database_end_read(reader);
    assert_int_equal(database_checkpoint(writer, false, &error), ERROR_NONE);
    run(writer, fill); /* begins the log anew, and cuts what is too much of it */
    assert_in_range(size_of(log), 1, 16 * MEBIBYTE);
    assert_int_equal(database_checkpoint(writer, true, &error), ERROR_NONE);
    assert_int_equal(size_of(log), 0);
    database_close(reader);
    database_close(writer);
}

struct busy_writer {
    const char *path;
    atomic_bool stop;
    atomic_int commits;
};

/* Two tables that always have as many rows, seen from outside. */
static void *keep_writing(void *context)
{
    struct busy_writer *busy = context;
    struct database *database = NULL;
    struct error error = {0};
    enum error_code code = database_open(&database, busy->path, &format, DATABASE_WRITE, &error);

    while (code == ERROR_NONE && !busy->stop) {
        code = database_begin(database, &error);
        if (code == ERROR_NONE)
            code = database_run(database, "INSERT INTO thing (name) VALUES (hex(randomblob(500)))", &error);
        if (code == ERROR_NONE)
            code = database_run(database, "INSERT INTO other (thing) SELECT max(id) FROM thing", &error);
        if (code == ERROR_NONE)
            code = database_commit(database, &error);
        busy->commits++;
    }
    database_close(database);
    return code == ERROR_NONE ? NULL : busy;
}

static void test_a_copy_is_of_one_moment_while_others_write(void **state)
{
    static const char others[] = "SELECT count(*) FROM other",
                      sound[] = "SELECT integrity_check = 'ok' FROM pragma_integrity_check";
    struct test_directory *directory = *state;
    struct busy_writer busy = {.path = test_directory_path(directory, "busy.db")};
    struct database *reader;
    struct error error = {0};
    pthread_t thread;
    void *failed = NULL;

    database_close(open_as(busy.path, &format, DATABASE_WRITE));
    assert_int_equal(pthread_create(&thread, NULL, keep_writing, &busy), 0);
    reader = open_as(busy.path, &format, DATABASE_READ);
    for (int i = 0; i < 5; i++) {
        char name[16];
        struct database *copy;
        int before = busy.commits;

        while (busy.commits < before + 20)
            usleep(1000);
        snprintf(name, sizeof name, "copy%d.db", i);
        assert_int_equal(database_backup(reader, test_directory_path(directory, name), &error), ERROR_NONE);
        assert_int_equal(mode_of(test_directory_path(directory, name)), 0600);
        copy = open_as(test_directory_path(directory, name), &format, DATABASE_READ);
        assert_true(ask(copy, others) >= before);
        assert_int_equal(things(copy), ask(copy, others) + 1);
        assert_int_equal(ask(copy, sound), 1);
        database_close(copy);
    }
    busy.stop = true;
    pthread_join(thread, &failed);
    assert_null(failed);
    database_close(reader);
    database_close(open_as(test_directory_path(directory, "copy0.db"), &format, DATABASE_WRITE));
}

static void test_a_copy_takes_nobodys_place(void **state)
{
    struct test_directory *directory = *state;
    struct database *database = open_as(test_directory_path(directory, "from.db"), &format, DATABASE_WRITE);
    const char *taken = test_directory_write(directory, "taken", TEXT("precious"));
    struct error error = {0};
    size_t entries = test_directory_count(directory);

    assert_int_equal(database_backup(database, taken, &error), ERROR_CONFLICT);
    assert_true(text_equal(test_directory_read(directory, "taken"), TEXT("precious")));
    assert_int_equal(database_backup(database, test_directory_path(directory, "no/folder"), &error), ERROR_NOT_FOUND);
    begin(database);
    assert_int_equal(database_backup(database, test_directory_path(directory, "early"), &error), ERROR_INTERNAL);
    database_rollback(database);
    assert_int_equal(test_directory_count(directory), entries);
    assert_int_equal(database_backup(database, test_directory_path(directory, "copy"), &error), ERROR_NONE);
    assert_int_equal(test_directory_count(directory), entries + 1);
    database_close(database);
}

static void test_damage_is_found(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_path(directory, "sound.db");
    struct database *database = open_as(path, &format, DATABASE_WRITE);
    struct error error = {0};
    FILE *file;

    for (int i = 0; i < 100; i++)
        run(database, "INSERT INTO thing (name) VALUES (hex(zeroblob(300)))");
    assert_int_equal(database_check(database, &error), ERROR_NONE);
    database_close(database);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -4096, SEEK_END), 0);
    for (int i = 0; i < 64; i++)
        fputc(0x5a, file);
    fclose(file);
    database = open_as(path, &format, DATABASE_READ);
    assert_int_equal(database_check(database, &error), ERROR_CORRUPT);
    assert_non_null(strstr(error.message, "sound.db"));
    database_close(database);
}

struct paths {
    const char *file, *copy; /* made before: the strings of the test's folder are not what shall fail */
};

static enum error_code open_and_copy(void *context, struct error *error)
{
    const struct paths *paths = context;
    struct database *database = NULL;
    enum error_code code = database_open(&database, paths->file, &format, DATABASE_WRITE, error);

    unlink(paths->copy);
    if (code == ERROR_NONE)
        code = database_begin(database, error);
    if (code == ERROR_NONE)
        code = database_commit(database, error);
    if (code == ERROR_NONE)
        code = database_backup(database, paths->copy, error);
    database_close(database);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    struct paths paths = {test_directory_path(*state, "file.db"), test_directory_path(*state, "copy.db")};

    assert_true(test_every_allocation(open_and_copy, &paths) >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_new_file_is_ours_durable_and_private, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_ours_is_left_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_opened_says_why, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_older_file_is_brought_up_to_date_by_a_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_migration_is_whole_or_not_at_all, setup, teardown),
        cmocka_unit_test_setup_teardown(test_there_is_one_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_editor_writes_beside_the_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_readers_see_what_was_committed_and_one_moment, setup, teardown),
        cmocka_unit_test_setup_teardown(test_transactions_and_their_parts_are_taken_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_limit_is_an_error_that_passes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_log_stays_short, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_copy_is_of_one_moment_while_others_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_copy_takes_nobodys_place, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damage_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
