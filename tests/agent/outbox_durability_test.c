/* What the outbox said to have stored is there; whatever happens to the process, the disk or memory. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/outbox_sample.h"
#include "common/storage/faulty_disk.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { ROUNDS = 15, TABLES = 60 };

static int setup(void **state)
{
    static struct test_directory directory;

    faulty_disk_install();
    faulty_disk_fail(DISK_WRITE, 0, 0, false);
    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int teardown(void **state)
{
    faulty_disk_fail(DISK_WRITE, 0, 0, false);
    test_directory_remove(*state);
    return 0;
}

static struct outbox_range range_of(struct outbox *outbox, int64_t target)
{
    struct outbox_range range;
    struct error error = {0};

    if (outbox_range(outbox, target, &range, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return range;
}

/* ---- kill -9 ---- */

/* Put snapshots for ever, acknowledge some, trim, and say each number when it is stored. */
static void put_until_killed(const char *path, int answers)
{
    const struct outbox_settings settings = {.limit = 300 * 1000, .keep_us = 0, .memory_limit = (size_t)1 << 30};
    struct outbox *outbox = outbox_sample_open(path);
    int64_t target = outbox_sample_watch(outbox, "orders");
    struct error error = {0};
    bool more;

    outbox_configure(outbox, &settings);
    for (;;) {
        uint64_t newest = range_of(outbox, target).newest;
        uint64_t seq = outbox_sample_put(outbox, target, outbox_sample(TABLES, (unsigned)newest + 1));

        if (write(answers, &seq, sizeof seq) != sizeof seq)
            _exit(1);
        if (seq % 3 == 0 && outbox_acknowledge(outbox, target, seq - 2, &error) != ERROR_NONE)
            _exit(2);
        if (seq % 5 == 0 && outbox_trim(outbox, &more, &error) != ERROR_NONE)
            _exit(3);
    }
}

static uint64_t read_until(int answers, uint64_t enough)
{
    uint64_t answered = 0, seq;

    while (answered < enough && read(answers, &seq, sizeof seq) == sizeof seq)
        answered = seq;
    return answered;
}

static void test_nothing_that_was_stored_is_lost_when_killed(void **state)
{
    const char *path = test_directory_path(*state, "outbox.db");
    uint64_t before = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        int ends[2], status;
        uint64_t answered, rest;
        struct outbox *outbox;
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        assert_true(child >= 0);
        if (child == 0)
            put_until_killed(path, ends[1]);
        close(ends[1]);
        answered = read_until(ends[0], before + 1 + (unsigned)rand() % 8);
        usleep((unsigned)rand() % 3000); /* somewhere within a put */
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        rest = read_until(ends[0], UINT64_MAX);
        answered = rest > answered ? rest : answered;
        close(ends[0]);
        outbox = outbox_sample_open(path);
        before = range_of(outbox, outbox_sample_watch(outbox, "orders")).newest;
        outbox_close(outbox);
        outbox_sample_check(path);
        assert_in_range(before, answered, answered + 1); /* one may be there whose answer was cut off */
    }
}

/* What was captured is stored with a snapshot. */
static const struct captured_statement captured[] = {
    {.number = 1, .at = 1, .actor = TEXT_INIT("ana"), .statement = TEXT_INIT("ALTER TABLE orders ADD note text")},
    {.number = 2, .at = 2, .actor = TEXT_INIT("ben"), .object = TEXT_INIT("shop.orders")},
};

/* ---- disks ---- */

/* With a full disk nothing is stored and nothing lost; when there is room, it goes on by itself. */
static void test_a_full_disk_passes(void **state)
{
    const char *path = test_directory_path(*state, "outbox.db");
    struct outbox *outbox = outbox_sample_open(path);
    int64_t target = outbox_sample_watch(outbox, "orders");
    struct snapshot *snapshot = outbox_sample(TABLES, 2);
    const struct outbox_parcel parcel = {.snapshot = snapshot, .statements = captured, .statement_count = 2};
    struct error error = {0};
    struct outbox_put put;
    unsigned nodes, failures = 0;

    outbox_sample_put(outbox, target, outbox_sample(TABLES, 1));
    nodes = outbox_sample_check(path);
    for (unsigned nth = 1; nth < 1000; nth++) {
        enum error_code code;

        faulty_disk_fail(DISK_WRITE, nth, ENOSPC, true);
        code = outbox_put(outbox, target, &parcel, &put, &error);
        if (!faulty_disk_has_failed())
            break;
        faulty_disk_fail(DISK_WRITE, 0, 0, false);
        failures++;
        if (code == ERROR_NONE) /* what failed came after the commit */
            break;
        assert_int_equal(code, ERROR_FULL);
        assert_non_null(strstr(error.message, "outbox: disk full"));
        assert_int_equal(range_of(outbox, target).newest, 1);
        assert_int_equal(outbox_sample_check(path), nodes);
    }
    faulty_disk_fail(DISK_WRITE, 0, 0, false);
    assert_true(failures > 3);
    assert_int_equal(range_of(outbox, target).newest, 2);
    assert_int_equal(outbox_sample_put(outbox, target, outbox_sample(TABLES, 3)), 3);
    outbox_close(outbox);
    outbox_sample_check(path);
    snapshot_free(snapshot);
}

/* After a failed sync nobody knows what is on the disk: the outbox refuses to go on until it is opened anew. */
static void test_a_failed_sync_ends_the_work(void **state)
{
    const char *path = test_directory_path(*state, "outbox.db");
    struct outbox *outbox = outbox_sample_open(path);
    int64_t target = outbox_sample_watch(outbox, "orders");
    struct snapshot *snapshot = outbox_sample(TABLES, 2);
    struct error error = {0};
    struct outbox_put put;

    outbox_sample_put(outbox, target, outbox_sample(TABLES, 1));
    faulty_disk_fail(DISK_SYNC, 1, EIO, false);
    assert_int_equal(outbox_put(outbox, target, &(struct outbox_parcel){.snapshot = snapshot}, &put, &error), ERROR_IO);
    assert_int_equal(outbox_put(outbox, target, &(struct outbox_parcel){.snapshot = snapshot}, &put, &error), ERROR_IO);
    outbox_close(outbox);
    outbox = outbox_sample_open(path);
    target = outbox_sample_watch(outbox, "orders");
    assert_in_range(range_of(outbox, target).newest, 1, 2);
    assert_int_equal(outbox_put(outbox, target, &(struct outbox_parcel){.snapshot = snapshot}, &put, &error),
                     ERROR_NONE);
    assert_int_equal(put.seq, 2);
    outbox_close(outbox);
    outbox_sample_check(path);
    snapshot_free(snapshot);
}

/* ---- memory ---- */

struct attempt {
    const char *path;
    struct snapshot *first, *second;
};

static enum error_code put_and_read(void *context, struct error *error)
{
    const struct outbox_settings settings = {.limit = UINT64_C(1) << 40, .keep_us = 0, .memory_limit = (size_t)1 << 30};
    struct outbox_target target = {"orders", "prod", "default", 0};
    const struct attempt *attempt = context;
    const struct outbox_parcel first = {
        .snapshot = attempt->first, .statements = captured, .statement_count = 1, .continuity = TEXT("a")};
    const struct outbox_parcel second = {
        .snapshot = attempt->second, .statements = captured, .statement_count = 2, .continuity = TEXT("a")};
    struct outbox_acknowledged acknowledged;
    CLEANUP(arena_free) struct arena arena;
    struct outbox_snapshot snapshot;
    struct outbox *outbox = NULL;
    struct outbox_put put;
    enum node_type type;
    struct text bytes;

    arena_init(&arena, SIZE_MAX);
    unlink(attempt->path);
    if (outbox_open(&outbox, attempt->path, &settings, error) != ERROR_NONE)
        return error->code;
    if (outbox_watch(outbox, &target, 1, error) == ERROR_NONE &&
        outbox_put(outbox, target.id, &first, &put, error) == ERROR_NONE &&
        outbox_put(outbox, target.id, &second, &put, error) == ERROR_NONE &&
        outbox_next(outbox, target.id, 2, &arena, &snapshot, error) == ERROR_NONE &&
        outbox_node(outbox, &snapshot.root, &arena, &type, &bytes, error) == ERROR_NONE &&
        outbox_drop(outbox, target.id, 1, "test", error) == ERROR_NONE &&
        outbox_acknowledged(outbox, target.id, &acknowledged, error) == ERROR_NONE &&
        outbox_drop(outbox, target.id, 2, "test", error) == ERROR_NONE) {
        assert_int_equal(snapshot.seq, 2);
        assert_int_equal(snapshot.renames.count, 0);
        error->code = ERROR_NONE;
    }
    outbox_close(outbox);
    return error->code;
}

static void test_allocations_may_fail(void **state)
{
    struct attempt attempt = {
        .path = test_directory_path(*state, "memory.db"), .first = outbox_sample(3, 1), .second = outbox_sample(3, 2)};

    test_every_allocation(put_and_read, &attempt);
    snapshot_free(attempt.first);
    snapshot_free(attempt.second);
}

#define DISK_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(test_nothing_that_was_stored_is_lost_when_killed),
        DISK_TEST(test_a_full_disk_passes),
        DISK_TEST(test_a_failed_sync_ends_the_work),
        DISK_TEST(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
