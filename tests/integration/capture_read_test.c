/* What was captured is read with the schema, from one moment; marked; and listened to. On a real server. */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "capture/postgres_install.h"
#include "integration/database.h"
#include "sources/capture.h"
#include "sources/postgres/postgres_capture.h"
#include "support/cmocka.h"
#include "support/postgres.h"

enum { WAKE_MS = 30 * 1000, QUIET_MS = 200 };

static const char taker_a[] = "0123456789abcdef0123456789abcdef";
static const char taker_b[] = "fedcba9876543210fedcba9876543210";

/* ---- helpers ---- */

struct fixture {
    struct arena arena;    /* of the test */
    struct arena captured; /* of one reading */
    const char *ref;       /* as who owns everything */
    const char *agent;     /* as the agent's role */
    const char *name;
    PGconn *connection;
};

/* Tests have databases of their own. */
static void begin(struct fixture *fixture, const char *name, bool capture)
{
    const struct capture_install install = {.agent_role = TEXT("dl_capture_reader"), .retention_days = 30};
    struct source_settings settings;
    struct error error = {0};

    *fixture = (struct fixture){.name = name};
    arena_init(&fixture->arena, SIZE_MAX);
    arena_init(&fixture->captured, SIZE_MAX);
    test_postgres_execute(test_postgres_dsn(&fixture->arena, "postgres"),
                          "DO $$BEGIN CREATE ROLE dl_capture_reader LOGIN; EXCEPTION WHEN duplicate_object OR "
                          "unique_violation THEN NULL; END$$");
    fixture->ref = database_make(&fixture->arena, name, "");
    fixture->agent = database_ref(&fixture->arena, name, "dl_capture_reader", "");
    fixture->connection = database_connect(fixture->ref);
    database_run(fixture->connection, "CREATE TABLE public.t (id int)");
    database_settings(&settings);
    if (capture && postgres_install(fixture->ref, &settings, &install, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static void end(struct fixture *fixture)
{
    database_finish(&fixture->connection);
    database_drop(fixture->name);
    arena_free(&fixture->captured);
    arena_free(&fixture->arena);
}

/* Read schema and log. Free with snapshot_free(). */
static struct snapshot *read_as(struct fixture *fixture, const char *ref, const char *taker,
                                struct capture_reading *ret_reading)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    *ret_reading = (struct capture_reading){.taker = text_from(taker), .arena = &fixture->captured};
    database_settings(&settings);
    settings.attempts = 100;
    settings.capture = ret_reading;
    if (source_postgres.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

static struct capture_reading read_log(struct fixture *fixture, const char *taker)
{
    struct capture_reading reading;

    snapshot_free(read_as(fixture, fixture->agent, taker, &reading));
    return reading;
}

static struct watch *watch_as(const char *ref)
{
    static struct source_settings settings;
    struct watch *watch = NULL;
    enum watch_answer answer;
    struct error error = {0};

    database_settings(&settings);
    if (watch_open(&watch, ref, &settings, &error) != ERROR_NONE ||
        watch_look(watch, WATCH_EXACT, &answer, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    watch_keep(watch);
    return watch;
}

static void mark(struct watch *watch, const char *taker, uint64_t seq, const struct capture_reading *reading)
{
    const struct capture_marking marking = {.taker = text_from(taker),
                                            .seq = seq,
                                            .statements = reading == NULL ? NULL : reading->statements,
                                            .count = reading == NULL ? 0 : reading->count};
    struct error error = {0};

    if (watch_mark(watch, &marking, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static void check_statement(const struct captured_statement *statement, const char *command, const char *object)
{
    if (!text_equal(statement->command, text_from(command)) || !text_equal(statement->object, text_from(object)))
        fail_msg("%.*s %.*s instead of %s %s", (int)statement->command.length, statement->command.bytes,
                 (int)statement->object.length, statement->object.bytes, command, object);
}

/* ---- states ---- */

static void test_where_there_is_none(void **state)
{
    struct capture_reading reading;
    struct fixture fixture;
    struct watch *watch;

    (void)state;
    begin(&fixture, "dl_capture_none", false);
    reading = read_log(&fixture, taker_a);
    assert_int_equal(reading.state, CAPTURE_ABSENT);
    assert_int_equal(reading.count + reading.continuity.length, 0);
    watch = watch_as(fixture.agent);
    assert_int_equal(watch_wake_file(watch), SOURCE_WAKE_NONE);
    mark(watch, taker_a, 1, NULL); /* there is nothing to mark, and that is fine */
    watch_close(watch);
    /* A schema of that name is not capture. */
    database_run(fixture.connection, "CREATE SCHEMA driftline");
    assert_int_equal(read_log(&fixture, taker_a).state, CAPTURE_ABSENT);
    end(&fixture);
}

static void test_on_off_and_unread(void **state)
{
    struct capture_reading reading, again;
    struct fixture fixture;
    struct snapshot *snapshot;
    struct watch *watch;

    (void)state;
    begin(&fixture, "dl_capture_states", true);
    reading = read_log(&fixture, taker_a);
    assert_int_equal(reading.state, CAPTURE_ON);
    assert_true(reading.continuity.length > 0);
    assert_int_equal(reading.count, 0);
    database_run(fixture.connection, "ALTER EVENT TRIGGER driftline_capture_drop DISABLE");
    again = read_log(&fixture, taker_a);
    assert_int_equal(again.state, CAPTURE_OFF);
    assert_int_equal(again.continuity.length, 0);
    database_run(fixture.connection, "REVOKE USAGE ON SCHEMA driftline FROM dl_capture_reader");
    assert_int_equal(read_log(&fixture, taker_a).state, CAPTURE_UNREAD);
    watch = watch_as(fixture.agent);
    assert_int_equal(watch_wake_file(watch), SOURCE_WAKE_NONE);
    watch_close(watch);
    snapshot = read_as(&fixture, fixture.ref, taker_a, &reading);
    assert_int_equal(reading.state, CAPTURE_OFF); /* its owner may */
    snapshot_free(snapshot);
    end(&fixture);
}

/* ---- reading ---- */

static void test_entries_and_marks(void **state)
{
    struct captured_statement numbers[2];
    struct capture_reading reading;
    struct fixture fixture;
    struct watch *watch;

    (void)state;
    begin(&fixture, "dl_capture_marks", true);
    database_run(fixture.connection, "ALTER TABLE public.t ADD a int");
    database_run(fixture.connection, "BEGIN; ALTER TABLE public.t ADD never int; ROLLBACK");
    database_run(fixture.connection, "SET application_name = 'flyway'; COMMENT ON TABLE public.t IS 'it''s secret'");
    reading = read_log(&fixture, taker_a);
    assert_int_equal(reading.count, 2);
    check_statement(&reading.statements[0], "ALTER TABLE", "public.t");
    check_statement(&reading.statements[1], "COMMENT", "public.t");
    assert_true(text_equal(reading.statements[0].actor, TEXT("postgres")));
    assert_true(text_equal(reading.statements[1].application, TEXT("flyway")));
    assert_true(reading.statements[0].number < reading.statements[1].number);
    assert_in_range(clock_now() - reading.statements[1].at, 0, INT64_C(600) * 1000 * 1000);
    assert_true(reading.statements[0].transaction > 0);
    for (unsigned i = 0; i < 2; i++)
        numbers[i] = (struct captured_statement){.number = reading.statements[i].number};

    watch = watch_as(fixture.agent);
    mark(watch, taker_a, 7, &reading);
    assert_int_equal(read_log(&fixture, taker_a).count, 0); /* they are in its outbox */
    assert_int_equal(read_log(&fixture, taker_b).count, 2);
    assert_int_equal(read_log(&fixture, "").count, 2);
    mark(watch, taker_a, 6, NULL);
    mark(watch, taker_b, 9, NULL);
    assert_int_equal(read_log(&fixture, "").count, 2);
    mark(watch, taker_a, 7, NULL);
    assert_int_equal(read_log(&fixture, "").count, 0);
    reading = (struct capture_reading){.statements = numbers, .count = 2};
    mark(watch, taker_b, 1, &reading); /* what is recorded stays so */
    assert_int_equal(read_log(&fixture, "").count, 0);
    watch_close(watch);
    end(&fixture);
}

/* Somebody changes a table again and again, with pauses in which it can be read. */
struct changing {
    const char *ref;
    atomic_bool stop;
    atomic_uint done;
};

static void *change_on(void *context)
{
    struct changing *changing = context;
    PGconn *connection = database_connect(changing->ref);

    while (!atomic_load(&changing->stop) && atomic_load(&changing->done) < 1000) {
        char sql[64];

        snprintf(sql, sizeof sql, "ALTER TABLE public.t ADD c%u int", atomic_fetch_add(&changing->done, 1));
        database_run(connection, sql);
        usleep(atomic_load(&changing->done) % 4 == 0 ? 1000 * 1000 : 20 * 1000);
    }
    database_finish(&connection);
    return NULL;
}

/* Of the only table. */
static unsigned columns_of(struct fixture *fixture, const struct snapshot *snapshot)
{
    const struct trie *home = snapshot_home(snapshot, KIND_TABLE);
    struct error error = {0};
    struct object object;

    for (uint32_t i = 0; i < home->count; i++) {
        if (home->entries[i].kind != KIND_TABLE)
            continue;
        if (snapshot_object(snapshot, &home->entries[i], &fixture->arena, &object, &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        return object.part_count;
    }
    fail_msg("the table is gone");
    return 0;
}

/* The statements whose effects are seen come with them, and no others. */
static void test_effects_and_statements_are_of_one_moment(void **state)
{
    enum { READS = 100, ENOUGH = 4 };
    struct changing changing = {0};
    struct fixture fixture;
    pthread_t thread;
    unsigned last = 0, moved = 0;

    (void)state;
    begin(&fixture, "dl_capture_moment", true);
    changing.ref = fixture.ref;
    assert_int_equal(pthread_create(&thread, NULL, change_on, &changing), 0);
    for (unsigned i = 0; i < READS && moved < ENOUGH; i++) {
        struct capture_reading reading;
        struct snapshot *snapshot = read_as(&fixture, fixture.agent, taker_a, &reading);
        unsigned columns = columns_of(&fixture, snapshot) - 1;

        print_message("  %u columns, %zu statements\n", columns, reading.count);
        assert_int_equal(columns, reading.count);
        moved += columns != last;
        last = columns;
        snapshot_free(snapshot);
    }
    atomic_store(&changing.stop, true);
    pthread_join(thread, NULL);
    assert_int_equal(moved, ENOUGH);
    end(&fixture);
}

/* A log of very many is read in portions. */
static void test_portions(void **state)
{
    struct capture_reading reading;
    struct fixture fixture;
    struct watch *watch;
    size_t total = 0;
    unsigned reads = 0;

    (void)state;
    begin(&fixture, "dl_capture_many", true);
    database_run(fixture.connection,
                 "INSERT INTO driftline.ddl_log (command, object, statement, origin)"
                 " SELECT 'ALTER TABLE', 'public.t', 'ALTER TABLE public.t ADD c' || i || ' int', driftline.origin()"
                 "   FROM generate_series(1, 45000) AS i");
    watch = watch_as(fixture.agent);
    do {
        reading = read_log(&fixture, taker_a);
        assert_int_equal(reading.more, reads < 2);
        total += reading.count;
        mark(watch, taker_a, ++reads, &reading);
    } while (reading.more);
    assert_int_equal(reads, 3);
    assert_int_equal(total, 45000);
    /* Long statements make small portions. */
    database_run(fixture.connection, "INSERT INTO driftline.ddl_log (command, object, statement, origin)"
                                     " SELECT 'COMMENT', 'public.t', repeat('x', 60000), driftline.origin()"
                                     "   FROM generate_series(1, 700)");
    reading = read_log(&fixture, taker_a);
    assert_true(reading.more);
    assert_in_range(reading.count, 1, CAPTURE_PORTION_BYTES / 60000 + 1);
    watch_close(watch);
    end(&fixture);
}

/* ---- being woken ---- */

static bool is_awake(struct watch *watch, int patience_ms)
{
    struct pollfd file = {.fd = watch_wake_file(watch), .events = POLLIN};

    if (file.fd == SOURCE_WAKE_NOW)
        return true;
    assert_true(file.fd >= 0);
    return poll(&file, 1, patience_ms) > 0;
}

static enum watch_answer look(struct watch *watch, enum watch_depth depth)
{
    enum watch_answer answer = WATCH_SAME;
    struct error error = {0};

    if (watch_look(watch, depth, &answer, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return answer;
}

static void test_a_statement_wakes(void **state)
{
    struct capture_reading reading;
    struct fixture fixture;
    struct watch *watch;

    (void)state;
    begin(&fixture, "dl_capture_wake", true);
    watch = watch_as(fixture.agent);
    assert_false(is_awake(watch, QUIET_MS));
    for (unsigned i = 0; i < 5; i++) {
        char sql[64];

        snprintf(sql, sizeof sql, "ALTER TABLE public.t ADD c%u int", i);
        database_run(fixture.connection, sql);
        assert_true(is_awake(watch, WAKE_MS));
        if (i % 2 == 0) { /* a cheap look may not see it: so it does not hide that there was something */
            look(watch, WATCH_CHEAP);
            assert_int_equal(watch_wake_file(watch), SOURCE_WAKE_NOW);
        }
        assert_int_equal(look(watch, WATCH_EXACT), WATCH_CHANGED);
        watch_keep(watch);
        assert_false(is_awake(watch, QUIET_MS));
    }
    /* While marks are set, which read what the server says. */
    database_run(fixture.connection, "ALTER TABLE public.t ADD while_marking int");
    usleep(100 * 1000);
    mark(watch, taker_a, 1, NULL);
    assert_true(is_awake(watch, WAKE_MS));
    assert_int_equal(look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    /* What changes nothing in the end. */
    database_run(fixture.connection, "CREATE TABLE public.x (id int); DROP TABLE public.x");
    assert_true(is_awake(watch, WAKE_MS));
    assert_int_equal(look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    reading = read_log(&fixture, taker_a);
    assert_int_equal(reading.count, 8);
    mark(watch, taker_a, 1, &reading);
    assert_int_equal(look(watch, WATCH_EXACT), WATCH_SAME); /* marks are no change */
    /* What is rolled back, and what was never a statement of the schema. */
    database_run(fixture.connection, "BEGIN; ALTER TABLE public.t ADD never int; ROLLBACK");
    database_run(fixture.connection, "CREATE TEMP TABLE mine (id int); INSERT INTO public.t (id) VALUES (1)");
    assert_false(is_awake(watch, QUIET_MS));
    assert_int_equal(look(watch, WATCH_EXACT), WATCH_SAME);
    watch_close(watch);
    end(&fixture);
}

/* Capture comes and goes, and the connection breaks, while somebody watches. */
static void test_listening_comes_and_goes(void **state)
{
    struct source_settings settings;
    struct error error = {0};
    struct fixture fixture;
    struct watch *watch;
    const struct capture_install install = {.agent_role = TEXT("dl_capture_reader"), .retention_days = 30};

    (void)state;
    begin(&fixture, "dl_capture_goes", false);
    database_settings(&settings);
    watch = watch_as(fixture.agent);
    assert_int_equal(watch_wake_file(watch), SOURCE_WAKE_NONE);
    assert_int_equal(postgres_install(fixture.ref, &settings, &install, &error), ERROR_NONE);
    look(watch, WATCH_CHEAP);
    assert_false(is_awake(watch, QUIET_MS));
    database_run(fixture.connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                     " WHERE usename = 'dl_capture_reader' AND datname = 'dl_capture_goes'");
    assert_true(is_awake(watch, WAKE_MS)); /* that is news, too */
    look(watch, WATCH_EXACT);
    watch_keep(watch);
    assert_false(is_awake(watch, QUIET_MS));
    database_run(fixture.connection, "ALTER TABLE public.t ADD again int");
    assert_true(is_awake(watch, WAKE_MS));
    assert_int_equal(postgres_uninstall(fixture.ref, &settings, &error), ERROR_NONE);
    look(watch, WATCH_EXACT);
    assert_int_equal(watch_wake_file(watch), SOURCE_WAKE_NONE);
    database_run(fixture.connection, "ALTER TABLE public.t ADD quietly int");
    assert_int_equal(look(watch, WATCH_EXACT), WATCH_CHANGED);
    mark(watch, taker_a, 1, NULL);
    watch_close(watch);
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_there_is_none),
        cmocka_unit_test(test_on_off_and_unread),
        cmocka_unit_test(test_entries_and_marks),
        cmocka_unit_test(test_effects_and_statements_are_of_one_moment),
        cmocka_unit_test(test_portions),
        cmocka_unit_test(test_a_statement_wakes),
        cmocka_unit_test(test_listening_comes_and_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
