/* What every source's watch must do, whatever it looks at: one suite, run for each of them. PostgreSQL is a server of
 * the test's own, so that nobody else moves the catalogues that all its databases share. */
#include "sources/watch.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "integration/database.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"

enum { LEAST_ALLOCATIONS = 2 };

struct fixture {
    struct test_directory directory;
    struct source_settings settings;
    const char *server;
};

static struct fixture fixture;

/* What a source's databases are to the suite. There is one at a time. */
struct subject {
    const char *name;
    const char *(*make)(void);                        /* a new database, or the same anew; answers its REF */
    void (*remove)(void);                             /* it is gone */
    void (*change)(void);                             /* another schema */
    void (*add_data)(void);                           /* the same schema, other data; NULL: there is no data */
    void (*alarm)(void);                              /* what looks like a change and is none */
    void (*cut)(void);                                /* the server closes what is open; NULL: there is no server */
    enum error_code (*refused)(const char **ret_ref); /* a REF that fails for good, and how */
};

static const struct subject *subject;

/* ---- a scripted database ---- */

static const char script[] = "steps: [{schema: [{kind: table, path: [main, t]}]}]\n";
static const char other_script[] = "steps: [{schema: [{kind: table, path: [main, u]}]}]\n";

static const char *write_script(const char *text)
{
    return test_directory_write(&fixture.directory, "history.yaml", text_from(text));
}

static const char *dummy_make(void)
{
    return arena_printf(&fixture.directory.arena, "dummy:%s", write_script(script));
}

static void dummy_remove(void)
{
    assert_int_equal(unlink(test_directory_path(&fixture.directory, "history.yaml")), 0);
}

static void dummy_change(void)
{
    write_script(other_script);
}

/* The same words written again, to another file and at another time. */
static void dummy_alarm(void)
{
    const char *path = test_directory_path(&fixture.directory, "history.yaml");
    const char *copy = test_directory_path(&fixture.directory, "copy.yaml");

    test_directory_write(&fixture.directory, "copy.yaml", test_directory_read(&fixture.directory, "history.yaml"));
    assert_int_equal(rename(copy, path), 0);
}

static enum error_code dummy_refused(const char **ret_ref)
{
    *ret_ref = arena_printf(&fixture.directory.arena, "dummy:%s", fixture.directory.path);
    return ERROR_IO;
}

/* ---- an SQLite file ---- */

static void sqlite_run(const char *sql)
{
    sqlite3 *database = NULL;
    char *message = NULL;

    assert_int_equal(sqlite3_open(test_directory_path(&fixture.directory, "watched.db"), &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s\nin: %s", message, sql);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static void sqlite_remove(void)
{
    assert_int_equal(unlink(test_directory_path(&fixture.directory, "watched.db")), 0);
}

static const char *sqlite_make(void)
{
    const char *path = test_directory_path(&fixture.directory, "watched.db");

    unlink(path);
    sqlite_run("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x')");
    return arena_printf(&fixture.directory.arena, "sqlite:%s", path);
}

static void sqlite_change(void)
{
    sqlite_run("ALTER TABLE t ADD COLUMN b TEXT");
}

static void sqlite_add_data(void)
{
    sqlite_run("INSERT INTO t (a) VALUES ('y'); DELETE FROM t WHERE id = 1");
}

static void sqlite_alarm(void)
{
    sqlite_run("CREATE TABLE never (a); DROP TABLE never; ANALYZE; VACUUM");
}

static enum error_code sqlite_refused(const char **ret_ref)
{
    const char *path =
        test_directory_write(&fixture.directory, "letter.db", TEXT("a letter, not a database, but long enough"));

    *ret_ref = arena_printf(&fixture.directory.arena, "sqlite:%s", path);
    return ERROR_CORRUPT;
}

/* ---- a PostgreSQL database ---- */

static const char *postgres_ref(void)
{
    return test_postgres_dsn(&fixture.directory.arena, "dl_watched");
}

static void postgres_run(const char *sql)
{
    test_postgres_execute(postgres_ref(), sql);
    while (test_postgres_value(&fixture.directory.arena, test_postgres_dsn(&fixture.directory.arena, "postgres"),
                               "SELECT 1 FROM pg_stat_activity"
                               " WHERE datname = 'dl_watched' AND application_name <> 'driftline'")[0] != '\0')
        database_pause(); /* it reports what it did when it ends */
}

static const char *postgres_make(void)
{
    test_postgres_database(&fixture.directory.arena, "dl_watched");
    postgres_run("CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x')");
    return postgres_ref();
}

static void postgres_remove(void)
{
    test_postgres_drop("dl_watched");
}

static void postgres_change(void)
{
    postgres_run("ALTER TABLE t ADD COLUMN b text");
}

static void postgres_add_data(void)
{
    postgres_run("INSERT INTO t VALUES (2, 'y')");
    postgres_run("DELETE FROM t WHERE id = 2");
}

static void postgres_alarm(void)
{
    postgres_run("CREATE TEMPORARY TABLE never (a int); BEGIN; DROP TABLE t; ROLLBACK");
}

static void postgres_cut(void)
{
    const char *cut = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
                      " WHERE datname = 'dl_watched' AND application_name = 'driftline'";

    assert_string_equal(
        test_postgres_value(&fixture.directory.arena, test_postgres_dsn(&fixture.directory.arena, "postgres"), cut),
        "1");
}

static enum error_code postgres_refused(const char **ret_ref)
{
    *ret_ref = test_postgres_tcp_dsn(&fixture.directory.arena, "dl_watched", TEST_POSTGRES_PASSWORD_USER, "wrong");
    return ERROR_REFUSED;
}

static const struct subject subjects[] = {
    {"dummy", dummy_make, dummy_remove, dummy_change, NULL, dummy_alarm, NULL, dummy_refused},
    {"sqlite", sqlite_make, sqlite_remove, sqlite_change, sqlite_add_data, sqlite_alarm, NULL, sqlite_refused},
    {"postgres", postgres_make, postgres_remove, postgres_change, postgres_add_data, postgres_alarm, postgres_cut,
     postgres_refused},
};

/* ---- the suite ---- */

static struct watch *open_watch(const char *ref)
{
    struct watch *watch = NULL;
    struct error error = {0};

    if (watch_open(&watch, ref, &fixture.settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return watch;
}

static void assert_look(struct watch *watch, enum watch_depth depth, enum watch_answer expected)
{
    enum watch_answer answer = WATCH_SAME;
    struct error error = {0};

    if (watch_look(watch, depth, &answer, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_int_equal(answer, expected);
}

/* A failure says so in one line, and gives no answer. */
static void assert_fails(struct watch *watch, enum watch_depth depth, enum error_code code)
{
    const enum watch_answer untouched = (enum watch_answer)17;
    enum watch_answer answer = untouched;
    struct error error = {0};

    if (watch_look(watch, depth, &answer, &error) != code)
        fail_msg("expected '%s', got '%s': %s", error_name(code), error_name(error.code), error.message);
    assert_int_equal(answer, untouched);
    assert_true(strlen(error.message) > 0);
    assert_null(strpbrk(error.message, "\r\n"));
}

static struct watch *open_kept(const char *ref)
{
    struct watch *watch = open_watch(ref);

    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    watch_keep(watch);
    return watch;
}

static void test_everything_is_new_until_it_is_kept(void **state)
{
    struct watch *watch = open_watch(subject->make());

    (void)state;
    watch_keep(watch); /* nothing was seen yet */
    assert_look(watch, WATCH_CHEAP, WATCH_CHANGED);
    watch_keep(watch); /* nor exactly */
    assert_look(watch, WATCH_CHEAP, WATCH_CHANGED);
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    watch_keep(watch);
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    assert_look(watch, WATCH_EXACT, WATCH_SAME);
    watch_close(watch);
}

static void test_a_change_is_one_until_it_is_kept(void **state)
{
    struct watch *watch = open_kept(subject->make());

    (void)state;
    subject->change();
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    watch_keep(watch);
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    assert_look(watch, WATCH_EXACT, WATCH_SAME);
    watch_close(watch);
}

/* Between the look and the reading that it led to. */
static void test_a_change_before_it_is_kept_is_noticed_afterwards(void **state)
{
    struct watch *watch = open_watch(subject->make());

    (void)state;
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    subject->change();
    watch_keep(watch);
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    watch_close(watch);
}

static void test_data_is_no_change(void **state)
{
    struct watch *watch;

    (void)state;
    if (subject->add_data == NULL)
        return;
    watch = open_kept(subject->make());
    subject->add_data();
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    assert_look(watch, WATCH_EXACT, WATCH_SAME);
    watch_close(watch);
}

static void test_a_false_alarm_is_given_once(void **state)
{
    struct watch *watch = open_kept(subject->make());

    (void)state;
    subject->alarm();
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    assert_look(watch, WATCH_EXACT, WATCH_SAME);
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    watch_close(watch);
}

static void test_a_watch_remembers_while_it_rests(void **state)
{
    struct watch *watch = open_kept(subject->make());

    (void)state;
    watch_rest(watch);
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    watch_rest(watch);
    watch_rest(watch);
    assert_look(watch, WATCH_EXACT, WATCH_SAME);
    watch_rest(watch);
    subject->change();
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    watch_close(watch);
}

static void test_a_database_that_goes_and_comes_back(void **state)
{
    struct watch *watch = open_kept(subject->make());

    (void)state;
    subject->remove();
    assert_fails(watch, WATCH_CHEAP, ERROR_NOT_FOUND);
    assert_fails(watch, WATCH_EXACT, ERROR_NOT_FOUND);
    subject->make();
    subject->change();
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    assert_look(watch, WATCH_EXACT, WATCH_CHANGED);
    watch_close(watch);
}

static void test_a_lost_connection_is_no_failure(void **state)
{
    struct watch *watch;

    (void)state;
    if (subject->cut == NULL)
        return;
    watch = open_kept(subject->make());
    subject->cut();
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    subject->cut();
    assert_look(watch, WATCH_EXACT, WATCH_SAME);
    subject->cut();
    subject->change();
    assert_look(watch, WATCH_CHEAP, WATCH_MOVED);
    watch_close(watch);
}

static void test_what_is_refused_is_said(void **state)
{
    struct watch *watch;
    const char *ref;
    enum error_code code;

    (void)state;
    subject->make();
    code = subject->refused(&ref);
    watch = open_watch(ref);
    assert_fails(watch, WATCH_EXACT, code);
    assert_fails(watch, WATCH_EXACT, code);
    watch_close(watch);
}

static size_t count_descriptors(void)
{
    static const struct test_directory descriptors = {.path = "/proc/self/fd"};

    return test_directory_count(&descriptors);
}

static void test_nothing_is_left_open(void **state)
{
    size_t before = count_descriptors();
    const char *ref = subject->make();
    struct watch *watch = open_kept(ref);

    (void)state;
    assert_look(watch, WATCH_CHEAP, WATCH_SAME);
    watch_rest(watch);
    assert_int_equal(count_descriptors(), before);
    assert_look(watch, WATCH_EXACT, WATCH_SAME);
    watch_close(watch);
    assert_int_equal(count_descriptors(), before);
}

static enum error_code attempt_look(void *context, struct error *error)
{
    enum watch_answer answer = WATCH_SAME;
    struct watch *watch = NULL;
    enum error_code code = watch_open(&watch, context, &fixture.settings, error);

    if (code == ERROR_NONE)
        code = watch_look(watch, WATCH_EXACT, &answer, error);
    if (code == ERROR_NONE)
        assert_int_equal(answer, WATCH_CHANGED);
    watch_close(watch);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    char *ref = arena_string(&fixture.directory.arena, text_from(subject->make()));

    (void)state;
    assert_true(test_every_allocation(attempt_look, ref) >= LEAST_ALLOCATIONS);
}

/* ---- */

static void test_a_reference_to_nothing(void **state)
{
    static const char *const refs[] = {"", "orders@prod", "schema.snap", "oracle://u:hunter2@h/db", "postgres"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(refs); i++) {
        struct watch *watch = NULL;
        struct error error = {0};

        assert_int_equal(watch_open(&watch, refs[i], &fixture.settings, &error), ERROR_USAGE);
        assert_null(watch);
        assert_null(strstr(error.message, "hunter2"));
    }
    watch_close(NULL);
}

/* ---- */

static int setup(void **state)
{
    (void)state;
    test_directory_make(&fixture.directory);
    source_settings_init(&fixture.settings);
    fixture.server = NULL;
    if (subject == NULL || subject->cut == NULL)
        return 0;
    fixture.server = test_directory_path(&fixture.directory, "server");
    database_cluster("start", fixture.server, NULL);
    database_use(fixture.server);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    if (fixture.server != NULL)
        database_cluster("stop", fixture.server, NULL);
    test_directory_remove(&fixture.directory);
    return 0;
}

static int run_suite(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_is_new_until_it_is_kept),
        cmocka_unit_test(test_a_change_is_one_until_it_is_kept),
        cmocka_unit_test(test_a_change_before_it_is_kept_is_noticed_afterwards),
        cmocka_unit_test(test_data_is_no_change),
        cmocka_unit_test(test_a_false_alarm_is_given_once),
        cmocka_unit_test(test_a_watch_remembers_while_it_rests),
        cmocka_unit_test(test_a_database_that_goes_and_comes_back),
        cmocka_unit_test(test_a_lost_connection_is_no_failure),
        cmocka_unit_test(test_what_is_refused_is_said),
        cmocka_unit_test(test_nothing_is_left_open),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests_name(subject->name, tests, setup, teardown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_reference_to_nothing)};
    int failed = cmocka_run_group_tests(tests, setup, teardown);

    for (size_t i = 0; i < LENGTH_OF(subjects); i++) {
        subject = &subjects[i];
        failed += run_suite();
    }
    return failed;
}
