/* A watcher on a database that captures. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/base_sample.h"
#include "agent/outbox_sample.h"
#include "agent/watcher.h"
#include "base/clock.h"
#include "sources/capture.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "wire/statement_page.h"

enum { SECOND = 1000 * 1000, PATIENCE = 60 };

struct fixture {
    struct test_directory directory;
    const char *outbox_path;
    struct outbox *outbox;
    struct outbox_target name;
    struct settings settings;
    struct settings_target target;
    struct logger logger;
    struct watcher_gate gate;
    struct watcher *watcher;
    struct error error;
};

static void ring_alarm(void *context, const struct error *error)
{
    (void)context;
    fail_msg("%s", error->message);
}

static void open_outbox(struct fixture *fixture)
{
    fixture->outbox = outbox_sample_open(fixture->outbox_path);
    fixture->name = (struct outbox_target){"orders", "prod", "default", 0};
    assert_int_equal(outbox_watch(fixture->outbox, &fixture->name, 1, &fixture->error), ERROR_NONE);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    test_directory_make(&fixture->directory);
    fixture->outbox_path = test_directory_path(&fixture->directory, "outbox.db");
    open_outbox(fixture);
    source_settings_init(&fixture->settings.source);
    fixture->target = (struct settings_target){.database = "orders",
                                               .environment = "prod",
                                               .instance = "default",
                                               .name = "orders@prod",
                                               .source = "base:",
                                               .engine = "base",
                                               .poll_ms = 10,
                                               .exact_ms = 20,
                                               .full_check_ms = 3600 * 1000,
                                               .debounce_ms = 10};
    logger_init(&fixture->logger, 2, LOG_LEVEL_ERROR + 1);
    watcher_gate_init(&fixture->gate);
    base_begin();
    *state = fixture;
    return 0;
}

static void start(struct fixture *fixture)
{
    const struct watcher_setup with = {.settings = &fixture->settings,
                                       .target = &fixture->target,
                                       .outbox = fixture->outbox,
                                       .id = fixture->name.id,
                                       .logger = &fixture->logger,
                                       .gate = &fixture->gate,
                                       .alarm = {ring_alarm, fixture},
                                       .doorbell = -1};

    if (watcher_new(&fixture->watcher, &with, &fixture->error) != ERROR_NONE ||
        watcher_start(fixture->watcher, &fixture->error) != ERROR_NONE)
        fail_msg("%s", fixture->error.message);
}

static void stop(struct fixture *fixture)
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
        stop(fixture);
    outbox_close(fixture->outbox);
    watcher_gate_clear(&fixture->gate);
    logger_clear(&fixture->logger);
    test_directory_remove(&fixture->directory);
    base_end();
    free(fixture);
    return 0;
}

static uint64_t newest(struct fixture *fixture)
{
    struct outbox_range range;

    assert_int_equal(outbox_range(fixture->outbox, fixture->name.id, &range, &fixture->error), ERROR_NONE);
    return range.newest;
}

static void acknowledge(struct fixture *fixture, uint64_t seq)
{
    assert_int_equal(outbox_acknowledge(fixture->outbox, fixture->name.id, seq, &fixture->error), ERROR_NONE);
}

/* How many statements a snapshot brings. */
static size_t brought(struct fixture *fixture, uint64_t seq)
{
    CLEANUP(arena_free) struct arena arena;
    struct outbox_snapshot snapshot;
    size_t total = 0;

    arena_init(&arena, SIZE_MAX);
    if (outbox_next(fixture->outbox, fixture->name.id, seq, &arena, &snapshot, &fixture->error) != ERROR_NONE)
        fail_msg("%s", fixture->error.message);
    for (size_t i = 0; i < snapshot.statements.length; i += HASH_SIZE) {
        struct captured_statement *statements;
        enum node_type type;
        struct text page;
        struct hash hash;
        size_t count;

        memcpy(hash.bytes, snapshot.statements.bytes + i, HASH_SIZE);
        assert_int_equal(outbox_node(fixture->outbox, &hash, &arena, &type, &page, &fixture->error), ERROR_NONE);
        assert_int_equal(statement_page_read(page, &arena, &statements, &count, &fixture->error), ERROR_NONE);
        total += count;
    }
    return total;
}

static bool is_captured(struct fixture *fixture, uint64_t seq)
{
    CLEANUP(arena_free) struct arena arena;
    struct outbox_snapshot snapshot;

    arena_init(&arena, SIZE_MAX);
    assert_int_equal(outbox_next(fixture->outbox, fixture->name.id, seq, &arena, &snapshot, &fixture->error),
                     ERROR_NONE);
    return snapshot.captured;
}

#define wait_until(condition)                                                                                          \
    do {                                                                                                               \
        int64_t end_ = clock_elapsed() + PATIENCE * (int64_t)SECOND;                                                   \
        while (!(condition)) {                                                                                         \
            if (clock_elapsed() > end_)                                                                                \
                fail_msg("waited in vain: %s", #condition);                                                            \
            usleep(2000);                                                                                              \
        }                                                                                                              \
    } while (0)

static void wait_for_looks(unsigned more)
{
    unsigned before = base_get(&base.looks);

    wait_until(base_get(&base.looks) >= before + more);
}

/* ---- tests ---- */

static void test_what_was_captured_comes_along(void **state)
{
    struct fixture *fixture = *state;
    struct status_counts counts;

    base_change(2);
    start(fixture);
    wait_until(newest(fixture) == 1);
    wait_until(base_entries(ENTRY_SHIPPED) == 2);
    assert_int_equal(brought(fixture, 1), 2);
    assert_false(is_captured(fixture, 1)); /* nothing is known of what was before */
    base_change(3);
    wait_until(base_entries(ENTRY_SHIPPED) == 5);
    assert_int_equal(brought(fixture, 2), 3);
    assert_true(is_captured(fixture, 2));
    acknowledge(fixture, 1);
    wait_until(base_entries(ENTRY_RECORDED) == 2);
    wait_for_looks(5);
    assert_int_equal(base_entries(ENTRY_RECORDED), 2);
    acknowledge(fixture, 2);
    wait_until(base_entries(ENTRY_RECORDED) == 5);
    wait_for_looks(2);
    status_read_counts(watcher_status(fixture->watcher), &counts);
    assert_int_equal(counts.capture, CAPTURE_ON);
    assert_int_equal(counts.statements, 5);
    outbox_sample_check(fixture->outbox_path);
}

/* Nobody looks for an hour, and yet it is known at once. */
static void test_the_database_wakes_it_up(void **state)
{
    struct fixture *fixture = *state;

    fixture->target.poll_ms = fixture->target.exact_ms = 3600 * 1000;
    start(fixture);
    wait_until(newest(fixture) == 1);
    for (uint64_t i = 2; i <= 5; i++) {
        base_change(1);
        wait_until(newest(fixture) == i);
    }
    wait_until(base_entries(ENTRY_SHIPPED) == 4);
}

/* A statement that changes nothing in the end is brought all the same. */
static void test_without_a_change(void **state)
{
    struct fixture *fixture = *state;

    start(fixture);
    wait_until(newest(fixture) == 1);
    base_lock();
    base.log[base.count++] = (struct entry){0};
    base_unlock();
    wait_until(base_entries(ENTRY_SHIPPED) == 1);
    assert_int_equal(newest(fixture), 2);
    assert_int_equal(brought(fixture, 2), 1);
}

/* As long as marks fail nothing more is asked for, but the schema is read on; then all comes, once. */
static void test_marks_that_fail_are_set_later(void **state)
{
    struct fixture *fixture = *state;
    unsigned asked;

    start(fixture);
    wait_until(newest(fixture) == 1);
    base_set(&base.marks_fail, true);
    base_change(2);
    wait_until(newest(fixture) == 2);
    asked = base_get(&base.asked);
    base_change(3);
    wait_until(newest(fixture) == 3);
    base_change(0);
    wait_until(newest(fixture) == 4);
    assert_int_equal(base_get(&base.asked), asked);
    assert_int_equal(brought(fixture, 2), 2);
    assert_int_equal(brought(fixture, 3) + brought(fixture, 4), 0);
    assert_false(is_captured(fixture, 3));
    assert_int_equal(base_entries(ENTRY_PENDING), 5);
    base_set(&base.marks_fail, false);
    wait_until(base_entries(ENTRY_SHIPPED) == 2);
    base_change(1);
    wait_until(base_entries(ENTRY_SHIPPED) == 6);
    assert_int_equal(brought(fixture, 5), 4);
    acknowledge(fixture, 5);
    wait_until(base_entries(ENTRY_RECORDED) == 6);
}

/* The database is down when the acknowledgement comes. */
static void test_an_acknowledgement_without_a_database(void **state)
{
    struct fixture *fixture = *state;

    base_change(2);
    start(fixture);
    wait_until(base_entries(ENTRY_SHIPPED) == 2);
    base_set(&base.looks_fail, true);
    base_set(&base.marks_fail, true);
    wait_for_looks(3);
    acknowledge(fixture, 1);
    wait_for_looks(3);
    stop(fixture); /* and so it is after a restart */
    start(fixture);
    wait_for_looks(3);
    assert_int_equal(base_entries(ENTRY_RECORDED), 0);
    base_set(&base.marks_fail, false);
    base_set(&base.looks_fail, false);
    wait_until(base_entries(ENTRY_RECORDED) == 2);
    assert_int_equal(newest(fixture), 1); /* nothing was brought twice */
}

/* It dies after the outbox has it, and before that is marked. */
static void test_a_death_before_the_mark(void **state)
{
    struct fixture *fixture = *state;

    base_set(&base.marks_fail, true);
    base_change(2);
    start(fixture);
    wait_until(newest(fixture) == 1);
    stop(fixture);
    base_set(&base.marks_fail, false);
    start(fixture);
    wait_until(base_entries(ENTRY_SHIPPED) == 2);
    assert_int_equal(brought(fixture, 1), 2);
    assert_int_equal(brought(fixture, 2), 2);
    acknowledge(fixture, 1);
    wait_for_looks(5);
    assert_int_equal(base_entries(ENTRY_RECORDED), 0); /* what counts is the number that was marked */
    acknowledge(fixture, 2);
    wait_until(base_entries(ENTRY_RECORDED) == 2);
}

static void remove_outbox(struct fixture *fixture)
{
    static const char *const ends[] = {"", "-wal", "-shm"};

    outbox_close(fixture->outbox);
    for (size_t i = 0; i < LENGTH_OF(ends); i++)
        unlink(arena_printf(&fixture->directory.arena, "%s%s", fixture->outbox_path, ends[i]));
    open_outbox(fixture);
}

/* What was shipped and not recorded is brought again by who comes next. */
static void test_an_outbox_that_was_deleted(void **state)
{
    struct fixture *fixture = *state;

    base_change(2);
    start(fixture);
    wait_until(base_entries(ENTRY_SHIPPED) == 2);
    acknowledge(fixture, 1);
    wait_until(base_entries(ENTRY_RECORDED) == 2);
    base_change(3);
    wait_until(base_entries(ENTRY_SHIPPED) == 3);
    stop(fixture);
    remove_outbox(fixture);
    start(fixture);
    wait_until(newest(fixture) == 1);
    assert_int_equal(brought(fixture, 1), 3);
    wait_for_looks(5);
    acknowledge(fixture, 1);
    wait_until(base_entries(ENTRY_RECORDED) == 5);
}

/* The outbox takes another name while a watcher works with it. */
static void test_an_outbox_with_another_name(void **state)
{
    struct fixture *fixture = *state;

    base_change(2);
    start(fixture);
    wait_until(base_entries(ENTRY_SHIPPED) == 2);
    base_change(1);
    wait_until(base_entries(ENTRY_SHIPPED) == 3);
    acknowledge(fixture, 1);
    wait_until(base_entries(ENTRY_RECORDED) == 2);
    assert_int_equal(outbox_renew(fixture->outbox, &fixture->error), ERROR_NONE);
    assert_int_equal(newest(fixture), 1);
    base_change(4);
    wait_until(newest(fixture) == 2);
    assert_int_equal(brought(fixture, 2), 5); /* one of them came already: by the old name nobody acknowledges it */
    acknowledge(fixture, 2);
    wait_until(base_entries(ENTRY_RECORDED) == 7);
}

/* Very many come in portions, each with a snapshot. */
static void test_portions(void **state)
{
    struct fixture *fixture = *state;

    start(fixture);
    wait_until(newest(fixture) == 1);
    base_lock();
    base.portion = 10;
    base_unlock();
    fixture->target.exact_ms = 3600 * 1000;
    base_change(95);
    wait_until(base_entries(ENTRY_SHIPPED) == 95);
    wait_for_looks(3);
    assert_int_equal(newest(fixture), 11);
    for (uint64_t seq = 2; seq <= 11; seq++) {
        assert_int_equal(brought(fixture, seq), seq == 11 ? 5 : 10);
        assert_int_equal(is_captured(fixture, seq), seq == 11);
    }
    outbox_sample_check(fixture->outbox_path);
}

static void spoil(struct fixture *fixture)
{
    struct snapshot *other = outbox_sample(3, 77); /* so that somebody else wrote meanwhile */

    snapshot_free(other);
    assert_int_equal(outbox_drop(fixture->outbox, fixture->name.id, newest(fixture), "test", &fixture->error),
                     ERROR_NONE);
    status_ask(watcher_status(fixture->watcher), STATUS_ANEW);
}

/* What was damaged is read anew, also what had been marked as shipped. */
static void test_damage_is_read_anew(void **state)
{
    struct fixture *fixture = *state;

    start(fixture);
    wait_until(newest(fixture) == 1);
    base_change(2);
    wait_until(base_entries(ENTRY_SHIPPED) == 2);
    spoil(fixture);
    wait_until(newest(fixture) == 3);
    assert_int_equal(brought(fixture, 3), 2);
    acknowledge(fixture, 1);
    wait_for_looks(5);
    assert_int_equal(base_entries(ENTRY_RECORDED), 0);
    acknowledge(fixture, 3);
    wait_until(base_entries(ENTRY_RECORDED) == 2);
}

/* Without room for the statements the schema is known all the same, and they wait where they are. */
static void test_an_outbox_without_room_for_them(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_settings settings = {.keep_us = SECOND, .memory_limit = (size_t)1 << 30};
    struct outbox_figures figures;

    start(fixture);
    wait_until(newest(fixture) == 1);
    assert_int_equal(outbox_figures(fixture->outbox, &figures, &fixture->error), ERROR_NONE);
    settings.limit = figures.bytes + 16 * 1024;
    outbox_configure(fixture->outbox, &settings);
    base_change(900);
    wait_until(newest(fixture) == 2);
    wait_for_looks(5);
    assert_int_equal(base_entries(ENTRY_PENDING), 900);
    assert_false(is_captured(fixture, 2));
    settings.limit = 10 * 1000 * 1000;
    outbox_configure(fixture->outbox, &settings);
    base_change(1);
    wait_until(base_entries(ENTRY_SHIPPED) == 901);
}

/* Capture is taken away, and comes back. */
static void test_capture_comes_and_goes(void **state)
{
    struct fixture *fixture = *state;

    start(fixture);
    wait_until(newest(fixture) == 1);
    base_change(1);
    wait_until(newest(fixture) == 2);
    assert_true(is_captured(fixture, 2));
    base_lock();
    base.state = CAPTURE_ABSENT;
    base_unlock();
    base_change(1);
    wait_until(newest(fixture) == 3);
    assert_false(is_captured(fixture, 3));
    base_change(1);
    wait_until(newest(fixture) == 4);
    assert_false(is_captured(fixture, 4));
    base_lock();
    base.state = CAPTURE_ON;
    base.continuity = "b";
    base_unlock();
    base_change(1);
    wait_until(newest(fixture) == 5);
    assert_false(is_captured(fixture, 5));
    base_change(1);
    wait_until(newest(fixture) == 6);
    assert_true(is_captured(fixture, 6));
}

/* A database that rings without end, for nothing, is not looked at without end. */
static void test_false_alarms(void **state)
{
    enum { ALARMS = 200 };
    struct fixture *fixture = *state;
    unsigned looks;

    fixture->target.poll_ms = fixture->target.exact_ms = 3600 * 1000;
    start(fixture);
    wait_until(newest(fixture) == 1);
    looks = base_get(&base.looks);
    for (unsigned i = 0; i < ALARMS; i++) {
        (void)!eventfd_write(base.bell, 1);
        usleep(1000);
    }
    usleep(100 * 1000);
    print_message("  %u alarms, %u looks\n", ALARMS, base_get(&base.looks) - looks);
    assert_true(base_get(&base.looks) > looks);
    base_set(&base.looks_fail, true);
    base_set(&base.deaf, true);
    (void)!eventfd_write(base.bell, 1);
    wait_for_looks(1);
    looks = base_get(&base.looks);
    usleep(300 * 1000);
    assert_in_range(base_get(&base.looks) - looks, 0, 1);
}

#define CAPTURE_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CAPTURE_TEST(test_what_was_captured_comes_along),
        CAPTURE_TEST(test_the_database_wakes_it_up),
        CAPTURE_TEST(test_without_a_change),
        CAPTURE_TEST(test_marks_that_fail_are_set_later),
        CAPTURE_TEST(test_an_acknowledgement_without_a_database),
        CAPTURE_TEST(test_a_death_before_the_mark),
        CAPTURE_TEST(test_an_outbox_that_was_deleted),
        CAPTURE_TEST(test_an_outbox_with_another_name),
        CAPTURE_TEST(test_portions),
        CAPTURE_TEST(test_damage_is_read_anew),
        CAPTURE_TEST(test_an_outbox_without_room_for_them),
        CAPTURE_TEST(test_capture_comes_and_goes),
        CAPTURE_TEST(test_false_alarms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
