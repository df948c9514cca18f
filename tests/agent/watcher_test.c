/* A watcher on scripted databases: what it stores, and what it says of its target. */
#include "agent/watcher.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/outbox_sample.h"
#include "base/clock.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { SECOND = 1000 * 1000, PATIENCE = 60 };

struct fixture {
    struct test_directory directory;
    const char *outbox_path;
    const char *script; /* the database */
    struct outbox *outbox;
    struct outbox_target name;
    struct settings settings;
    struct settings_target target;
    struct logger logger;
    struct watcher_gate gate;
    struct watcher *watcher;
};

static void ring_alarm(void *context, const struct error *error)
{
    (void)context;
    fail_msg("%s", error->message);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct error error = {0};

    assert_non_null(fixture);
    test_directory_make(&fixture->directory);
    fixture->outbox_path = test_directory_path(&fixture->directory, "outbox.db");
    fixture->script = test_directory_path(&fixture->directory, "script.yaml");
    fixture->outbox = outbox_sample_open(fixture->outbox_path);
    fixture->name = (struct outbox_target){"orders", "prod", "default", 0};
    assert_int_equal(outbox_watch(fixture->outbox, &fixture->name, 1, &error), ERROR_NONE);
    source_settings_init(&fixture->settings.source);
    fixture->target = (struct settings_target){.database = "orders",
                                               .environment = "prod",
                                               .instance = "default",
                                               .name = "orders@prod",
                                               .engine = "dummy",
                                               .poll_ms = 20,
                                               .exact_ms = 1000,
                                               .full_check_ms = 3600 * 1000,
                                               .debounce_ms = 10};
    fixture->target.source = arena_printf(&fixture->directory.arena, "dummy:%s", fixture->script);
    logger_init(&fixture->logger, 2, LOG_LEVEL_ERROR + 1);
    watcher_gate_init(&fixture->gate);
    *state = fixture;
    return 0;
}

static void ask_to_stop(struct fixture *fixture)
{
    status_ask(watcher_status(fixture->watcher), STATUS_STOP);
    assert_true(watcher_join(fixture->watcher, clock_elapsed() + PATIENCE * (int64_t)SECOND));
    watcher_free(fixture->watcher);
    fixture->watcher = NULL;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    if (fixture->watcher != NULL)
        ask_to_stop(fixture);
    outbox_close(fixture->outbox);
    watcher_gate_clear(&fixture->gate);
    logger_clear(&fixture->logger);
    test_directory_remove(&fixture->directory);
    free(fixture);
    return 0;
}

/* Replaced as a whole: nobody reads half a file. */
static void write_script(struct fixture *fixture, const char *steps)
{
    const char *content = arena_printf(&fixture->directory.arena, "origin: db1\nsteps:\n%s", steps);
    const char *temporary = test_directory_write(&fixture->directory, "script.new", text_from(content));

    assert_int_equal(rename(temporary, fixture->script), 0);
}

/* The table has a column of this number. */
static void write_number(struct fixture *fixture, unsigned number)
{
    write_script(fixture, arena_printf(&fixture->directory.arena,
                                       "  - schema:\n"
                                       "      - {kind: table, path: [main, orders], id: 1, columns: [\"c%u text\"]}\n",
                                       number));
}

static void start(struct fixture *fixture, bool once)
{
    const struct watcher_setup setup = {.settings = &fixture->settings,
                                        .target = &fixture->target,
                                        .outbox = fixture->outbox,
                                        .id = fixture->name.id,
                                        .logger = &fixture->logger,
                                        .gate = &fixture->gate,
                                        .alarm = {ring_alarm, fixture},
                                        .doorbell = -1,
                                        .once = once};
    struct error error = {0};

    if (watcher_new(&fixture->watcher, &setup, &error) != ERROR_NONE ||
        watcher_start(fixture->watcher, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static struct status_view view_of(struct fixture *fixture)
{
    struct status_view view;

    status_read(watcher_status(fixture->watcher), &view);
    return view;
}

static uint64_t newest(struct fixture *fixture)
{
    struct outbox_range range;
    struct error error = {0};

    assert_int_equal(outbox_range(fixture->outbox, fixture->name.id, &range, &error), ERROR_NONE);
    return range.newest;
}

/* Wait until the target is in a state, and has so many snapshots. */
static void wait_for(struct fixture *fixture, enum target_state state, uint64_t seq)
{
    int64_t end = clock_elapsed() + PATIENCE * (int64_t)SECOND;

    while (view_of(fixture).state != state || view_of(fixture).seq != seq) {
        if (clock_elapsed() > end)
            fail_msg("waited in vain for '%s' and snapshot %u: it is '%s' (%s) and %u", target_state_name(state),
                     (unsigned)seq, target_state_name(view_of(fixture).state), view_of(fixture).reason,
                     (unsigned)view_of(fixture).seq);
        usleep(2000);
    }
}

static void wait_for_reports(struct fixture *fixture, uint64_t more)
{
    uint64_t before = view_of(fixture).reports;
    int64_t end = clock_elapsed() + PATIENCE * (int64_t)SECOND;

    while (view_of(fixture).reports < before + more && clock_elapsed() < end)
        usleep(2000);
    assert_true(view_of(fixture).reports >= before + more);
}

/* ---- tests ---- */

static void test_what_changes_is_stored(void **state)
{
    struct fixture *fixture = *state;

    write_number(fixture, 1);
    start(fixture, false);
    wait_for(fixture, TARGET_FINE, 1);
    for (unsigned i = 2; i <= 5; i++) {
        write_number(fixture, i);
        wait_for(fixture, TARGET_FINE, i);
    }
    wait_for_reports(fixture, 5); /* looks go on, and find nothing new */
    assert_int_equal(newest(fixture), 5);
    assert_true(view_of(fixture).checked_at > 0);
}

/* A restart reads once, and stores nothing that is there. */
static void test_a_restart_is_no_change(void **state)
{
    struct fixture *fixture = *state;

    write_number(fixture, 1);
    start(fixture, false);
    wait_for(fixture, TARGET_FINE, 1);
    ask_to_stop(fixture);
    start(fixture, false);
    wait_for(fixture, TARGET_FINE, 1);
    ask_to_stop(fixture);
    write_number(fixture, 2); /* while nobody looks */
    start(fixture, false);
    wait_for(fixture, TARGET_FINE, 2);
}

static const struct {
    const char *code;
    enum target_state state;
} failures[] = {
    {"connect", TARGET_UNREACHABLE}, {"timeout", TARGET_UNREACHABLE}, {"not-found", TARGET_UNREACHABLE},
    {"refused", TARGET_REFUSED},     {"unstable", TARGET_UNSTABLE},   {"query", TARGET_FAILED},
    {"unsupported", TARGET_FAILED},
};

static void test_failures_are_states(void **state)
{
    struct fixture *fixture = *state;

    write_number(fixture, 1);
    start(fixture, false);
    wait_for(fixture, TARGET_FINE, 1);
    for (size_t i = 0; i < LENGTH_OF(failures); i++) {
        print_message("  %s\n", failures[i].code);
        write_script(fixture, arena_printf(&fixture->directory.arena, "  - fail: {code: %s, message: of the script}\n",
                                           failures[i].code));
        wait_for(fixture, failures[i].state, 1);
        assert_non_null(strstr(view_of(fixture).reason, "of the script"));
        write_number(fixture, 1);
        wait_for(fixture, TARGET_FINE, 1);
        assert_string_equal(view_of(fixture).reason, "");
    }
    assert_int_equal(newest(fixture), 1); /* as it was: no new snapshot */
}

/* A migration of many statements is a few snapshots, and the last of them is how it ended. */
static void test_a_burst_is_few_snapshots(void **state)
{
    enum { STATEMENTS = 100 };
    struct fixture *fixture = *state;
    struct outbox_range before, after;
    struct error error = {0};
    uint64_t seq;

    fixture->target.poll_ms = 100;
    fixture->target.debounce_ms = 200;
    write_number(fixture, 0);
    start(fixture, false);
    wait_for(fixture, TARGET_FINE, 1);
    for (unsigned i = 1; i <= STATEMENTS; i++) {
        write_number(fixture, i);
        usleep(10 * 1000);
    }
    wait_for_reports(fixture, 10);
    seq = newest(fixture);
    assert_in_range(seq, 2, 1 + STATEMENTS / 5);
    assert_int_equal(outbox_range(fixture->outbox, fixture->name.id, &before, &error), ERROR_NONE);
    status_ask(watcher_status(fixture->watcher), STATUS_LOOK);
    wait_for_reports(fixture, 2);
    assert_int_equal(outbox_range(fixture->outbox, fixture->name.id, &after, &error), ERROR_NONE);
    assert_memory_equal(before.root.bytes, after.root.bytes, HASH_SIZE);
}

/* Somebody asks, and need not wait for the next look. */
static void test_looking_now(void **state)
{
    struct fixture *fixture = *state;

    fixture->target.poll_ms = 3600 * 1000;
    write_number(fixture, 1);
    start(fixture, false);
    wait_for(fixture, TARGET_FINE, 1);
    write_number(fixture, 2);
    status_ask(watcher_status(fixture->watcher), STATUS_LOOK);
    wait_for(fixture, TARGET_FINE, 2);
}

static void spoil(const char *path)
{
    sqlite3 *file = NULL;

    assert_int_equal(sqlite3_open_v2(path, &file, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(file, "UPDATE node SET bytes = CAST(bytes || x'00' AS BLOB)", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(file);
}

static void test_reading_anew_heals(void **state)
{
    struct fixture *fixture = *state;

    fixture->target.poll_ms = 3600 * 1000;
    write_number(fixture, 1);
    start(fixture, false);
    wait_for(fixture, TARGET_FINE, 1);
    spoil(fixture->outbox_path);
    status_ask(watcher_status(fixture->watcher), STATUS_ANEW);
    wait_for_reports(fixture, 1);
    outbox_sample_check(fixture->outbox_path);
    assert_int_equal(newest(fixture), 1);
}

/* An outbox without room is said, and tried again until there is. */
static void test_an_outbox_that_is_full(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_settings settings = {.limit = 4096, .keep_us = SECOND, .memory_limit = (size_t)1 << 30};

    outbox_configure(fixture->outbox, &settings);
    write_number(fixture, 1);
    start(fixture, false);
    wait_for(fixture, TARGET_FAILED, 0);
    assert_non_null(strstr(view_of(fixture).reason, "outbox full"));
    settings.limit = 1024 * 1024;
    outbox_configure(fixture->outbox, &settings);
    wait_for(fixture, TARGET_FINE, 1);
}

static void test_once(void **state)
{
    struct fixture *fixture = *state;

    fixture->target.poll_ms = 3600 * 1000;
    write_number(fixture, 1);
    start(fixture, true);
    assert_true(watcher_join(fixture->watcher, clock_elapsed() + PATIENCE * (int64_t)SECOND)); /* by itself */
    assert_int_equal(view_of(fixture).state, TARGET_FINE);
    assert_int_equal(newest(fixture), 1);
}

static void test_once_without_a_database(void **state)
{
    struct fixture *fixture = *state;

    write_script(fixture, "  - fail: {code: connect, message: of the script}\n");
    start(fixture, true);
    assert_true(watcher_join(fixture->watcher, clock_elapsed() + PATIENCE * (int64_t)SECOND));
    assert_int_equal(view_of(fixture).state, TARGET_UNREACHABLE);
    assert_int_equal(newest(fixture), 0);
}

static void test_stopping_does_not_wait_for_the_next_look(void **state)
{
    struct fixture *fixture = *state;
    int64_t begun;

    fixture->target.poll_ms = 3600 * 1000;
    write_number(fixture, 1);
    start(fixture, false);
    wait_for(fixture, TARGET_FINE, 1);
    begun = clock_elapsed();
    ask_to_stop(fixture);
    assert_true(clock_elapsed() - begun < PATIENCE * (int64_t)SECOND / 2);
}

#define WATCHER_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WATCHER_TEST(test_what_changes_is_stored),
        WATCHER_TEST(test_a_restart_is_no_change),
        WATCHER_TEST(test_failures_are_states),
        WATCHER_TEST(test_a_burst_is_few_snapshots),
        WATCHER_TEST(test_looking_now),
        WATCHER_TEST(test_reading_anew_heals),
        WATCHER_TEST(test_an_outbox_that_is_full),
        WATCHER_TEST(test_once),
        WATCHER_TEST(test_once_without_a_database),
        WATCHER_TEST(test_stopping_does_not_wait_for_the_next_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
