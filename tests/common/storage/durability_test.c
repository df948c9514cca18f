/* What a commit answered stays; whatever happens to the process or the disk. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/storage/faulty_disk.h"
#include "storage/database.h"
#include "support/cmocka.h"
#include "support/directory.h"

static const char *const migrations[] = {
    "CREATE TABLE thing (id INTEGER PRIMARY KEY, filling BLOB) STRICT; CREATE INDEX thing_filling ON thing (filling)",
    NULL,
};

static const struct database_format format = {.application_id = 7, .what = "the test's file", .migrations = migrations};

static int setup(void **state)
{
    static struct test_directory directory;

    signal(SIGXFSZ, SIG_IGN);
    faulty_disk_install();
    faulty_disk_fail(DISK_WRITE, 0, 0, false);
    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes == 0 ? limit.rlim_max : bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static int teardown(void **state)
{
    limit_files(0);
    faulty_disk_fail(DISK_WRITE, 0, 0, false);
    test_directory_remove(*state);
    return 0;
}

static struct database *open_file(const char *path)
{
    struct database *database = NULL;
    struct error error = {0};

    if (database_open(&database, path, &format, DATABASE_WRITE, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return database;
}

/* Numbers count up, each with some bytes in its own transaction. */
static enum error_code add(struct database *database, int64_t number, struct error *error)
{
    static const char insert[] = "INSERT INTO thing (id, filling) VALUES (:id, randomblob(3000))";
    struct statement *statement = NULL;

    if (database_begin(database, error) != ERROR_NONE)
        return error->code;
    if (database_prepare(database, insert, &statement, error) == ERROR_NONE) {
        statement_bind_number(statement, ":id", number);
        if (statement_run(statement, error) == ERROR_NONE)
            return database_commit(database, error);
    }
    database_rollback(database);
    return error->code;
}

/* How many there are: 1 to this number, without a hole. The file must be sound. */
static int64_t count(struct database *database)
{
    static const char select[] = "SELECT count(*), coalesce(max(id), 0) FROM thing";
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct error error = {0};
    bool row = false;

    if (database_check(database, &error) != ERROR_NONE ||
        database_prepare(database, select, &statement, &error) != ERROR_NONE ||
        statement_step(statement, &row, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(statement_number(statement, 0) == statement_number(statement, 1));
    return statement_number(statement, 0);
}

/* ---- kill -9 ---- */

/* Add numbers for ever, and say each when it was committed. */
static void add_until_killed(const char *path, int answers)
{
    struct database *database = NULL;
    struct error error = {0};
    int64_t number;

    if (database_open(&database, path, &format, DATABASE_WRITE, &error) != ERROR_NONE)
        _exit(1);
    for (number = count(database) + 1; add(database, number, &error) == ERROR_NONE; number++)
        if (write(answers, &number, sizeof number) != sizeof number)
            break;
    _exit(2);
}

static void test_nothing_that_was_answered_is_lost_when_killed(void **state)
{
    const char *path = test_directory_path(*state, "killed.db");
    int64_t before = 0;

    for (unsigned round = 0; round < 20; round++) {
        int ends[2], status;
        int64_t answered = before, number;
        struct database *database;
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        assert_true(child >= 0);
        if (child == 0)
            add_until_killed(path, ends[1]);
        close(ends[1]);
        while (answered < before + 3 + rand() % 60 && read(ends[0], &number, sizeof number) == sizeof number)
            answered = number;
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        while (read(ends[0], &number, sizeof number) == sizeof number)
            answered = number;
        close(ends[0]);
        database = open_file(path);
        before = count(database);
        database_close(database);
        assert_in_range(before, answered, answered + 1); /* one may be there whose answer was cut off */
    }
}

/* ---- a full disk ---- */

static void test_a_full_disk_passes_without_a_new_start(void **state)
{
    struct database *database = open_file(test_directory_path(*state, "full.db"));
    int64_t number = 1;

    for (rlim_t limit = 512 * 1024; limit <= 4 * 1024 * 1024; limit *= 2) {
        enum error_code code = ERROR_NONE;
        struct error error = {0};

        print_message("  %ju bytes\n", (uintmax_t)limit);
        limit_files(limit);
        for (; code == ERROR_NONE; number += code == ERROR_NONE)
            code = add(database, number, &error);
        assert_int_equal(code, ERROR_FULL);
        for (int i = 0; i < 5; i++) { /* one that touches fewer pages may still find room */
            code = add(database, number, &error);
            assert_true(code == ERROR_FULL || code == ERROR_NONE);
            number += code == ERROR_NONE;
        }
        assert_false(database_in_transaction(database));
        assert_int_equal(count(database), number - 1);
        limit_files(0);
        assert_int_equal(add(database, number++, &error), ERROR_NONE);
        assert_int_equal(database_checkpoint(database, true, &error), ERROR_NONE);
        assert_int_equal(count(database), number - 1);
    }
    database_close(database);
}

/* ---- failures of the disk ---- */

/* What is done while the nth operation fails: twenty commits, with the log moved in between. Answers the last number
 * that was committed. */
static int64_t work(struct database *database, int64_t from, enum error_code *ret_code)
{
    struct error error = {0};
    int64_t number = from;

    for (*ret_code = ERROR_NONE; number < from + 20; number++) {
        *ret_code = add(database, number, &error);
        if (*ret_code == ERROR_NONE && number % 7 == 0)
            *ret_code = database_checkpoint(database, number % 2 == 0, &error);
        if (*ret_code != ERROR_NONE)
            break;
    }
    return number - 1;
}

static void test_any_write_or_sync_may_fail(void **state)
{
    static const struct {
        const char *name;
        enum disk_operation operation;
        int reason;
        bool for_good;
        enum error_code code;
    } cases[] = {
        {"write: EIO", DISK_WRITE, EIO, false, ERROR_IO},
        {"write: EIO for good", DISK_WRITE, EIO, true, ERROR_IO},
        {"write: ENOSPC", DISK_WRITE, ENOSPC, true, ERROR_FULL},
        {"write: EDQUOT", DISK_WRITE, EDQUOT, true, ERROR_FULL},
        {"write: EFBIG", DISK_WRITE, EFBIG, false, ERROR_FULL},
        {"sync: EIO", DISK_SYNC, EIO, false, ERROR_IO},
        {"sync: ENOSPC", DISK_SYNC, ENOSPC, true, ERROR_IO},
    };
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *path = test_directory_path(directory, cases[i].name);
        int64_t stored = 0;
        bool failed = true;

        print_message("  %s\n", cases[i].name);
        for (unsigned nth = 1; failed; nth += 1 + nth / 8) {
            struct database *database = open_file(path);
            struct error error = {0};
            enum error_code code;
            int64_t answered;

            faulty_disk_fail(cases[i].operation, nth, cases[i].reason, cases[i].for_good);
            answered = work(database, stored + 1, &code);
            failed = faulty_disk_has_failed();
            faulty_disk_fail(cases[i].operation, 0, 0, false);
            assert_int_equal(code, failed ? cases[i].code : ERROR_NONE);
            if (code == ERROR_IO) { /* must not go on, even where it could */
                assert_int_equal(add(database, answered + 1, &error), ERROR_IO);
                assert_int_equal(database_checkpoint(database, false, &error), ERROR_IO);
            } else if (code == ERROR_FULL) {
                answered = count(database);
                assert_int_equal(add(database, ++answered, &error), ERROR_NONE);
            }
            database_close(database);
            database = open_file(path);
            stored = count(database);
            database_close(database);
            assert_in_range(stored, answered, answered + 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_that_was_answered_is_lost_when_killed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_disk_passes_without_a_new_start, setup, teardown),
        cmocka_unit_test_setup_teardown(test_any_write_or_sync_may_fail, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
