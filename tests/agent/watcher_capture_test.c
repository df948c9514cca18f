/* A watcher on a database that captures: here it is a variable, which takes the place of all sources. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/outbox_sample.h"
#include "agent/watcher.h"
#include "base/clock.h"
#include "sources/capture.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "wire/statement_page.h"

enum { SECOND = 1000 * 1000, PATIENCE = 60, ENTRIES = 1000 };

/* ---- the database ---- */

enum entry_status { ENTRY_PENDING, ENTRY_SHIPPED, ENTRY_RECORDED };

struct entry {
    enum entry_status status;
    char taker[OUTBOX_TAKER_SIZE];
    uint64_t seq;
};

static struct {
    pthread_mutex_t lock; /* of all below */
    unsigned schema;
    struct entry log[ENTRIES]; /* number 1 is in place 0 */
    size_t count;
    const char *continuity;
    enum capture_state state;
    size_t portion; /* entries that one read brings at most */
    bool marks_fail;
    bool looks_fail;
    unsigned looks, reads, asked; /* asked: reads that asked what was captured */
    int bell;
    bool deaf; /* the bell rings on */
} base = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void lock_base(void)
{
    pthread_mutex_lock(&base.lock);
}

static void unlock_base(void)
{
    pthread_mutex_unlock(&base.lock);
}

static bool is_wanted(const struct entry *entry, struct text taker)
{
    if (entry->status != ENTRY_SHIPPED)
        return entry->status == ENTRY_PENDING;
    return !text_equal(taker, text_from(entry->taker));
}

static void read_log(struct capture_reading *reading)
{
    reading->state = base.state;
    if (base.state != CAPTURE_ON)
        return;
    reading->continuity = text_from(base.continuity);
    reading->statements = arena_array(reading->arena, base.count + 1, sizeof *reading->statements);
    assert_non_null(reading->statements);
    for (size_t i = 0; i < base.count; i++) {
        if (!is_wanted(&base.log[i], reading->taker))
            continue;
        reading->more = reading->count == base.portion;
        if (reading->more)
            break;
        reading->statements[reading->count++] = (struct captured_statement){
            .number = (int64_t)i + 1, .at = (int64_t)i + 1000, .actor = TEXT("ana"), .command = TEXT("ALTER TABLE")};
    }
}

static enum error_code base_read(struct snapshot **ret_snapshot, const char *ref,
                                 const struct source_settings *settings, struct error *error)
{
    (void)ref;
    (void)error;
    lock_base();
    base.reads++;
    base.asked += settings->capture != NULL;
    if (settings->capture != NULL)
        read_log(settings->capture);
    *ret_snapshot = outbox_sample(3, base.schema);
    unlock_base();
    return ERROR_NONE;
}

static enum error_code base_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                                 struct error *error)
{
    eventfd_t count;
    char seen[32];

    lock_base();
    base.looks++;
    if (!base.deaf)
        (void)!eventfd_read(base.bell, &count);
    snprintf(seen, sizeof seen, "%u %zu", base.schema, base.count);
    if (base.looks_fail)
        error_set(error, ERROR_CONNECT, "of the test");
    unlock_base();
    if (error->code != ERROR_NONE)
        return error->code;
    ret_mark->cheap = hasher_digest(watch->hasher, 1, TEXT("it never says anything"));
    if (exact)
        ret_mark->exact = hasher_digest(watch->hasher, 2, text_from(seen));
    return ERROR_NONE;
}

static int base_wake_file(struct source_watch *watch)
{
    (void)watch;
    return base.bell;
}

static void mark_entry(struct entry *entry, enum entry_status status, const struct capture_marking *marking)
{
    entry->status = status;
    snprintf(entry->taker, sizeof entry->taker, "%.*s", (int)marking->taker.length, marking->taker.bytes);
    entry->seq = marking->seq;
}

static enum error_code base_mark(struct source_watch *watch, const struct capture_marking *marking, struct error *error)
{
    (void)watch;
    lock_base();
    if (base.marks_fail)
        error_set(error, ERROR_QUERY, "marks fail");
    for (size_t i = 0; !base.marks_fail && i < marking->count; i++)
        mark_entry(&base.log[marking->statements[i].number - 1], ENTRY_SHIPPED, marking);
    for (size_t i = 0; !base.marks_fail && marking->statements == NULL && i < base.count; i++)
        if (base.log[i].status == ENTRY_SHIPPED && text_equal(text_from(base.log[i].taker), marking->taker) &&
            base.log[i].seq <= marking->seq)
            base.log[i].status = ENTRY_RECORDED;
    unlock_base();
    return error->code;
}

static const struct source_ops source_base = {
    .name = "base", .read = base_read, .look = base_look, .wake_file = base_wake_file, .mark = base_mark};

/* In the place of those of source.c. */
const struct source_ops *const source_all[] = {&source_base, NULL};

const struct source_ops *source_find(const char *ref)
{
    (void)ref;
    return &source_base;
}

void source_settings_init(struct source_settings *settings)
{
    *settings = (struct source_settings){.memory_limit = (size_t)1 << 30};
}

/* Somebody changes the schema with so many statements. */
static void change(unsigned statements)
{
    lock_base();
    base.schema++;
    for (unsigned i = 0; i < statements; i++)
        base.log[base.count++] = (struct entry){0};
    (void)!eventfd_write(base.bell, 1);
    unlock_base();
}

static size_t entries(enum entry_status status)
{
    size_t count = 0;

    lock_base();
    for (size_t i = 0; i < base.count; i++)
        count += base.log[i].status == status;
    unlock_base();
    return count;
}

static void set(bool *flag, bool value)
{
    lock_base();
    *flag = value;
    unlock_base();
}

static unsigned get(const unsigned *count)
{
    unsigned answer;

    lock_base();
    answer = *count;
    unlock_base();
    return answer;
}

/* ---- the watcher ---- */

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
    lock_base();
    memset(base.log, 0, sizeof base.log);
    base.schema = 1;
    base.count = 0;
    base.portion = ENTRIES;
    base.state = CAPTURE_ON;
    base.continuity = "a";
    base.marks_fail = base.looks_fail = base.deaf = false;
    base.looks = base.reads = base.asked = 0;
    base.bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    unlock_base();
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
    close(base.bell);
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
    unsigned before = get(&base.looks);

    wait_until(get(&base.looks) >= before + more);
}

/* ---- tests ---- */

static void test_what_was_captured_comes_along(void **state)
{
    struct fixture *fixture = *state;
    struct status_counts counts;

    change(2);
    start(fixture);
    wait_until(newest(fixture) == 1);
    wait_until(entries(ENTRY_SHIPPED) == 2);
    assert_int_equal(brought(fixture, 1), 2);
    assert_false(is_captured(fixture, 1)); /* nothing is known of what was before */
    change(3);
    wait_until(entries(ENTRY_SHIPPED) == 5);
    assert_int_equal(brought(fixture, 2), 3);
    assert_true(is_captured(fixture, 2));
    acknowledge(fixture, 1);
    wait_until(entries(ENTRY_RECORDED) == 2);
    wait_for_looks(5);
    assert_int_equal(entries(ENTRY_RECORDED), 2);
    acknowledge(fixture, 2);
    wait_until(entries(ENTRY_RECORDED) == 5);
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
        change(1);
        wait_until(newest(fixture) == i);
    }
    wait_until(entries(ENTRY_SHIPPED) == 4);
}

/* A statement that changes nothing in the end is brought all the same. */
static void test_without_a_change(void **state)
{
    struct fixture *fixture = *state;

    start(fixture);
    wait_until(newest(fixture) == 1);
    lock_base();
    base.log[base.count++] = (struct entry){0};
    unlock_base();
    wait_until(entries(ENTRY_SHIPPED) == 1);
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
    set(&base.marks_fail, true);
    change(2);
    wait_until(newest(fixture) == 2);
    asked = get(&base.asked);
    change(3);
    wait_until(newest(fixture) == 3);
    change(0);
    wait_until(newest(fixture) == 4);
    assert_int_equal(get(&base.asked), asked);
    assert_int_equal(brought(fixture, 2), 2);
    assert_int_equal(brought(fixture, 3) + brought(fixture, 4), 0);
    assert_false(is_captured(fixture, 3));
    assert_int_equal(entries(ENTRY_PENDING), 5);
    set(&base.marks_fail, false);
    wait_until(entries(ENTRY_SHIPPED) == 2);
    change(1);
    wait_until(entries(ENTRY_SHIPPED) == 6);
    assert_int_equal(brought(fixture, 5), 4);
    acknowledge(fixture, 5);
    wait_until(entries(ENTRY_RECORDED) == 6);
}

/* The database is down when the acknowledgement comes. */
static void test_an_acknowledgement_without_a_database(void **state)
{
    struct fixture *fixture = *state;

    change(2);
    start(fixture);
    wait_until(entries(ENTRY_SHIPPED) == 2);
    set(&base.looks_fail, true);
    set(&base.marks_fail, true);
    wait_for_looks(3);
    acknowledge(fixture, 1);
    wait_for_looks(3);
    stop(fixture); /* and so it is after a restart */
    start(fixture);
    wait_for_looks(3);
    assert_int_equal(entries(ENTRY_RECORDED), 0);
    set(&base.marks_fail, false);
    set(&base.looks_fail, false);
    wait_until(entries(ENTRY_RECORDED) == 2);
    assert_int_equal(newest(fixture), 1); /* nothing was brought twice */
}

/* It dies after the outbox has it, and before that is marked. */
static void test_a_death_before_the_mark(void **state)
{
    struct fixture *fixture = *state;

    set(&base.marks_fail, true);
    change(2);
    start(fixture);
    wait_until(newest(fixture) == 1);
    stop(fixture);
    set(&base.marks_fail, false);
    start(fixture);
    wait_until(entries(ENTRY_SHIPPED) == 2);
    assert_int_equal(brought(fixture, 1), 2);
    assert_int_equal(brought(fixture, 2), 2);
    acknowledge(fixture, 1);
    wait_for_looks(5);
    assert_int_equal(entries(ENTRY_RECORDED), 0); /* what counts is the number that was marked */
    acknowledge(fixture, 2);
    wait_until(entries(ENTRY_RECORDED) == 2);
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

    change(2);
    start(fixture);
    wait_until(entries(ENTRY_SHIPPED) == 2);
    acknowledge(fixture, 1);
    wait_until(entries(ENTRY_RECORDED) == 2);
    change(3);
    wait_until(entries(ENTRY_SHIPPED) == 3);
    stop(fixture);
    remove_outbox(fixture);
    start(fixture);
    wait_until(newest(fixture) == 1);
    assert_int_equal(brought(fixture, 1), 3);
    wait_for_looks(5);
    acknowledge(fixture, 1);
    wait_until(entries(ENTRY_RECORDED) == 5);
}

/* The outbox takes another name while a watcher works with it. */
static void test_an_outbox_with_another_name(void **state)
{
    struct fixture *fixture = *state;

    change(2);
    start(fixture);
    wait_until(entries(ENTRY_SHIPPED) == 2);
    change(1);
    wait_until(entries(ENTRY_SHIPPED) == 3);
    acknowledge(fixture, 1);
    wait_until(entries(ENTRY_RECORDED) == 2);
    assert_int_equal(outbox_renew(fixture->outbox, &fixture->error), ERROR_NONE);
    assert_int_equal(newest(fixture), 1);
    change(4);
    wait_until(newest(fixture) == 2);
    assert_int_equal(brought(fixture, 2), 5); /* one of them came already: by the old name nobody acknowledges it */
    acknowledge(fixture, 2);
    wait_until(entries(ENTRY_RECORDED) == 7);
}

/* Very many come in portions, each with a snapshot. */
static void test_portions(void **state)
{
    struct fixture *fixture = *state;

    start(fixture);
    wait_until(newest(fixture) == 1);
    lock_base();
    base.portion = 10;
    unlock_base();
    fixture->target.exact_ms = 3600 * 1000;
    change(95);
    wait_until(entries(ENTRY_SHIPPED) == 95);
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
    change(2);
    wait_until(entries(ENTRY_SHIPPED) == 2);
    spoil(fixture);
    wait_until(newest(fixture) == 3);
    assert_int_equal(brought(fixture, 3), 2);
    acknowledge(fixture, 1);
    wait_for_looks(5);
    assert_int_equal(entries(ENTRY_RECORDED), 0);
    acknowledge(fixture, 3);
    wait_until(entries(ENTRY_RECORDED) == 2);
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
    change(900);
    wait_until(newest(fixture) == 2);
    wait_for_looks(5);
    assert_int_equal(entries(ENTRY_PENDING), 900);
    assert_false(is_captured(fixture, 2));
    settings.limit = 10 * 1000 * 1000;
    outbox_configure(fixture->outbox, &settings);
    change(1);
    wait_until(entries(ENTRY_SHIPPED) == 901);
}

/* Capture is taken away, and comes back. */
static void test_capture_comes_and_goes(void **state)
{
    struct fixture *fixture = *state;

    start(fixture);
    wait_until(newest(fixture) == 1);
    change(1);
    wait_until(newest(fixture) == 2);
    assert_true(is_captured(fixture, 2));
    lock_base();
    base.state = CAPTURE_ABSENT;
    unlock_base();
    change(1);
    wait_until(newest(fixture) == 3);
    assert_false(is_captured(fixture, 3));
    change(1);
    wait_until(newest(fixture) == 4);
    assert_false(is_captured(fixture, 4));
    lock_base();
    base.state = CAPTURE_ON;
    base.continuity = "b";
    unlock_base();
    change(1);
    wait_until(newest(fixture) == 5);
    assert_false(is_captured(fixture, 5));
    change(1);
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
    looks = get(&base.looks);
    for (unsigned i = 0; i < ALARMS; i++) {
        (void)!eventfd_write(base.bell, 1);
        usleep(1000);
    }
    usleep(100 * 1000);
    print_message("  %u alarms, %u looks\n", ALARMS, get(&base.looks) - looks);
    assert_true(get(&base.looks) > looks);
    set(&base.looks_fail, true);
    set(&base.deaf, true);
    (void)!eventfd_write(base.bell, 1);
    wait_for_looks(1);
    looks = get(&base.looks);
    usleep(300 * 1000);
    assert_in_range(get(&base.looks) - looks, 0, 1);
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
