#include "agent/outbox.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "agent/outbox_sample.h"
#include "common/drift/snapshot_text.h"
#include "support/cmocka.h"
#include "support/directory.h"

/* Each test has an outbox of its own, with one target. */
struct fixture {
    struct test_directory directory;
    const char *path;
    struct outbox *outbox;
    int64_t target;
    struct arena arena;
    struct error error;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    test_directory_make(&fixture->directory);
    arena_init(&fixture->arena, SIZE_MAX);
    fixture->path = test_directory_path(&fixture->directory, "outbox.db");
    fixture->outbox = outbox_sample_open(fixture->path);
    fixture->target = outbox_sample_watch(fixture->outbox, "orders");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    outbox_close(fixture->outbox);
    arena_free(&fixture->arena);
    test_directory_remove(&fixture->directory);
    free(fixture);
    return 0;
}

static void reopen(struct fixture *fixture)
{
    outbox_close(fixture->outbox);
    fixture->outbox = outbox_sample_open(fixture->path);
    fixture->target = outbox_sample_watch(fixture->outbox, "orders");
}

static void configure(struct fixture *fixture, uint64_t limit, int64_t keep_us)
{
    const struct outbox_settings settings = {.limit = limit, .keep_us = keep_us, .memory_limit = (size_t)1 << 30};

    outbox_configure(fixture->outbox, &settings);
}

static struct outbox_snapshot next(struct fixture *fixture, uint64_t seq)
{
    struct outbox_snapshot snapshot;

    if (outbox_next(fixture->outbox, fixture->target, seq, &fixture->arena, &snapshot, &fixture->error) != ERROR_NONE)
        fail_msg("%s", fixture->error.message);
    return snapshot;
}

static struct outbox_range range(struct fixture *fixture)
{
    struct outbox_range answer;

    assert_int_equal(outbox_range(fixture->outbox, fixture->target, &answer, &fixture->error), ERROR_NONE);
    return answer;
}

static void acknowledge(struct fixture *fixture, uint64_t seq)
{
    assert_int_equal(outbox_acknowledge(fixture->outbox, fixture->target, seq, &fixture->error), ERROR_NONE);
}

static void trim(struct fixture *fixture)
{
    bool more = true;

    while (more)
        assert_int_equal(outbox_trim(fixture->outbox, &more, &fixture->error), ERROR_NONE);
}

/* ---- in and out ---- */

static void test_snapshots_have_numbers_without_holes(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_snapshot first;

    assert_int_equal(range(fixture).newest, 0);
    assert_int_equal(outbox_next(fixture->outbox, fixture->target, 1, &fixture->arena, &first, &fixture->error),
                     ERROR_NOT_FOUND);
    for (unsigned i = 1; i <= 4; i++)
        assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3, i)), i);
    assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3, 4)), 4); /* the same again */
    assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3, 1)), 5); /* as it was once */
    assert_int_equal(range(fixture).oldest, 1);
    assert_int_equal(range(fixture).newest, 5);
    assert_int_equal(range(fixture).waiting, 5);
    for (unsigned i = 1; i <= 5; i++)
        assert_int_equal(next(fixture, i).seq, i);
    first = next(fixture, 1);
    assert_memory_equal(first.root.bytes, next(fixture, 5).root.bytes, HASH_SIZE);
    assert_memory_equal(first.root.bytes, range(fixture).root.bytes, HASH_SIZE);
    assert_true(first.taken_at < next(fixture, 2).taken_at);
    assert_int_equal(first.lost_reason.length, 0);
    outbox_sample_check(fixture->path);
}

static void test_acknowledging(void **state)
{
    struct fixture *fixture = *state;
    uint64_t waiting = 0;

    for (unsigned i = 1; i <= 4; i++)
        outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3, i));
    acknowledge(fixture, 2);
    acknowledge(fixture, 1);
    assert_int_equal(range(fixture).waiting, 2);
    assert_int_equal(outbox_waiting(fixture->outbox, &waiting, &fixture->error), ERROR_NONE);
    assert_int_equal(waiting, 2);
    acknowledge(fixture, 4);
    assert_int_equal(range(fixture).waiting, 0);
    assert_int_equal(range(fixture).oldest, 1); /* they stay for a while */
}

static void test_everything_is_there_after_a_restart(void **state)
{
    struct fixture *fixture = *state;
    uint8_t before[OUTBOX_INCARNATION_SIZE], after[OUTBOX_INCARNATION_SIZE];
    int64_t target = fixture->target;

    outbox_sample_put(fixture->outbox, target, outbox_sample(3, 1));
    outbox_sample_put(fixture->outbox, target, outbox_sample(3, 2));
    acknowledge(fixture, 1);
    outbox_incarnation(fixture->outbox, before);
    reopen(fixture);
    outbox_incarnation(fixture->outbox, after);
    assert_memory_equal(before, after, sizeof before);
    assert_int_equal(fixture->target, target);
    assert_int_equal(range(fixture).newest, 2);
    assert_int_equal(range(fixture).waiting, 1);
    assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3, 2)), 2);
    assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3, 3)), 3);
}

static void test_another_process_is_kept_out(void **state)
{
    const struct outbox_settings settings = {.limit = 1, .keep_us = 1, .memory_limit = 1};
    struct fixture *fixture = *state;
    struct outbox *second = NULL;

    assert_int_equal(outbox_open(&second, fixture->path, &settings, &fixture->error), ERROR_CONFLICT);
    assert_null(second);
    assert_non_null(strstr(fixture->error.message, "open in another program"));
}

/* Header and nodes come out as they went in. */
static void test_a_snapshot_comes_out_as_it_went_in(void **state)
{
    struct fixture *fixture = *state;
    struct snapshot *snapshot = outbox_sample(200, 1);
    struct outbox_snapshot stored;
    enum node_type type;
    struct text bytes;
    struct hash nothing = {{1}};
    struct buffer root;

    snapshot->info.server_version = TEXT("15.20");
    snapshot->info.ref = TEXT("postgres://orders");
    snapshot->info.taken_at = INT64_C(1800000000000000);
    buffer_init(&root);
    snapshot_encode_root(&root, snapshot);
    outbox_sample_put(fixture->outbox, fixture->target, snapshot);
    stored = next(fixture, 0);
    assert_true(text_equal(stored.server_version, TEXT("15.20")));
    assert_true(text_equal(stored.reference, TEXT("postgres://orders")));
    assert_int_equal(stored.taken_at, INT64_C(1800000000000000));
    assert_int_equal(outbox_node(fixture->outbox, &stored.root, &fixture->arena, &type, &bytes, &fixture->error),
                     ERROR_NONE);
    assert_int_equal(type, NODE_ROOT);
    assert_true(text_equal(bytes, buffer_text(&root)));
    buffer_clear(&root);
    assert_int_equal(outbox_node(fixture->outbox, &nothing, &fixture->arena, &type, &bytes, &fixture->error),
                     ERROR_NOT_FOUND);
    assert_int_equal(stored.fresh.length / HASH_SIZE, outbox_sample_check(fixture->path));
}

/* The hint names what the collector cannot have yet: a few nodes of many. Too many are no hint. */
static void test_fresh_nodes_are_few_after_a_small_change(void **state)
{
    struct fixture *fixture = *state;
    unsigned before, after;

    outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3000, 1));
    assert_int_equal(next(fixture, 1).fresh.length, 0);
    before = outbox_sample_check(fixture->path);
    outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3000, 2));
    after = outbox_sample_check(fixture->path);
    assert_int_equal(next(fixture, 2).fresh.length, (after - before) * HASH_SIZE);
    assert_in_range(after - before, 3, 8);
}

static void test_times_only_grow(void **state)
{
    static const struct {
        int64_t clock;
        int64_t stored;
    } steps[] = {{1000, 1000}, {2000, 2000}, {1500, 2001}, {2001, 2002}, {900000, 900000}, {1, 900001}};
    struct fixture *fixture = *state;

    for (unsigned i = 0; i < LENGTH_OF(steps); i++) {
        struct snapshot *snapshot = outbox_sample(2, i);

        snapshot->info.taken_at = steps[i].clock;
        outbox_sample_put(fixture->outbox, fixture->target, snapshot);
        assert_int_equal(next(fixture, i + 1).taken_at, steps[i].stored);
    }
}

/* ---- renames ---- */

static const char before_renames[] =
    "@origin db1\n"
    "table shop.orders #10 owner=a\n  column id #1 type=bigint\n  column sum #2 type=text\n"
    "table shop.items #11 owner=a\n  column id #1 type=bigint\n"
    "table shop.other #12 owner=a\n";
static const char after_renames[] =
    "@origin db1\n"
    "table shop.orders #10 owner=a\n  column id #1 type=bigint\n  column total #2 type=text\n"
    "table shop.lines #11 owner=a\n  column id #1 type=bigint\n"
    "table shop.other #12 owner=a\n";

static void check_renames(struct fixture *fixture, uint64_t seq)
{
    struct outbox_snapshot snapshot = next(fixture, seq);
    bool column = false, table = false;

    assert_int_equal(snapshot.renames.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct rename *rename = &snapshot.renames.renames[i];

        if (rename->kind == KIND_COLUMN)
            column = text_equal(rename->renamed_from, TEXT("shop.orders.sum")) &&
                     text_equal(rename->object, TEXT("shop.orders.total")) &&
                     text_equal(rename->owner, TEXT("shop.orders"));
        else
            table = rename->kind == KIND_TABLE && text_equal(rename->renamed_from, TEXT("shop.items")) &&
                    text_equal(rename->object, TEXT("shop.lines"));
    }
    assert_true(column && table);
}

static void test_renames_are_known_by_the_servers_numbers(void **state)
{
    struct fixture *fixture = *state;

    outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(before_renames));
    assert_int_equal(next(fixture, 1).renames.count, 0);
    outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(after_renames));
    check_renames(fixture, 2);
}

static void test_numbers_survive_a_restart(void **state)
{
    struct fixture *fixture = *state;

    outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(before_renames));
    reopen(fixture);
    outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(after_renames));
    check_renames(fixture, 2);
}

/* A database that was dropped and made anew with other numbers is the same; what counts is the numbers it has now. */
static void test_numbers_are_refreshed_without_a_new_snapshot(void **state)
{
    static const char remade[] =
        "@origin db1\n"
        "table shop.orders #20 owner=a\n  column id #1 type=bigint\n  column sum #2 type=text\n"
        "table shop.items #21 owner=a\n  column id #1 type=bigint\n"
        "table shop.other #22 owner=a\n";
    static const char renamed[] =
        "@origin db1\n"
        "table shop.orders #20 owner=a\n  column id #1 type=bigint\n  column total #2 type=text\n"
        "table shop.lines #21 owner=a\n  column id #1 type=bigint\n"
        "table shop.other #22 owner=a\n";
    struct fixture *fixture = *state;

    outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(before_renames));
    assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(remade)), 1);
    assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(renamed)), 2);
    check_renames(fixture, 2);
}

static void test_numbers_of_another_database_mean_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct snapshot *moved = snapshot_from_text(after_renames);

    outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(before_renames));
    moved->info.origin = TEXT("db2");
    outbox_sample_put(fixture->outbox, fixture->target, moved);
    assert_int_equal(next(fixture, 2).renames.count, 0);
}

/* ---- sharing ---- */

static void test_targets_share_nodes(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_target targets[] = {{"orders", "prod", "default", 0}, {"orders", "prod", "eu-1", 0}};
    struct outbox_put put;
    struct snapshot *snapshot = outbox_sample(100, 1);
    unsigned alone, together;

    assert_int_equal(outbox_watch(fixture->outbox, targets, 2, &fixture->error), ERROR_NONE);
    assert_int_equal(targets[0].id, fixture->target);
    assert_int_equal(outbox_put(fixture->outbox, targets[0].id, &(struct outbox_parcel){.snapshot = snapshot}, &put,
                                &fixture->error),
                     ERROR_NONE);
    alone = outbox_sample_check(fixture->path);
    assert_int_equal(outbox_put(fixture->outbox, targets[1].id, &(struct outbox_parcel){.snapshot = snapshot}, &put,
                                &fixture->error),
                     ERROR_NONE);
    assert_true(put.stored);
    together = outbox_sample_check(fixture->path);
    assert_int_equal(alone, together);
    snapshot_free(snapshot);
    /* What one of them drops stays for the other. */
    assert_int_equal(outbox_drop(fixture->outbox, targets[0].id, 1, "test", &fixture->error), ERROR_NONE);
    assert_int_equal(outbox_sample_check(fixture->path), alone);
    assert_int_equal(outbox_drop(fixture->outbox, targets[1].id, 1, "test", &fixture->error), ERROR_NONE);
    assert_int_equal(outbox_sample_check(fixture->path), 0);
    assert_int_equal(outbox_drop(fixture->outbox, targets[1].id, 1, "test", &fixture->error), ERROR_NOT_FOUND);
}

/* ---- bounds ---- */

enum { LARGE = 100 * 1000 };

static void test_what_is_acknowledged_goes_first(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_put put;
    struct snapshot *snapshot;

    configure(fixture, 10 * LARGE, INT64_MAX / 2);
    for (unsigned i = 1; i <= 7; i++)
        assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, outbox_sample_large(LARGE, i)), i);
    acknowledge(fixture, 5);
    for (unsigned i = 8; i <= 12; i++) {
        snapshot = outbox_sample_large(LARGE, i);
        assert_int_equal(outbox_put(fixture->outbox, fixture->target, &(struct outbox_parcel){.snapshot = snapshot},
                                    &put, &fixture->error),
                         ERROR_NONE);
        assert_int_equal(put.dropped, 0);
        snapshot_free(snapshot);
    }
    assert_int_equal(range(fixture).newest, 12);
    assert_int_equal(range(fixture).waiting, 7);
    assert_in_range(range(fixture).oldest, 4, 6);
    for (unsigned i = 6; i <= 12; i++)
        assert_int_equal(next(fixture, i).lost_reason.length, 0);
    outbox_sample_check(fixture->path);
}

static void test_then_the_oldest_and_never_the_newest(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_target targets[] = {{"orders", "prod", "default", 0}, {"quiet", "prod", "default", 0}};
    unsigned dropped = 0;
    uint64_t oldest;

    configure(fixture, 10 * LARGE, INT64_MAX / 2);
    assert_int_equal(outbox_watch(fixture->outbox, targets, 2, &fixture->error), ERROR_NONE);
    outbox_sample_put(fixture->outbox, targets[1].id, outbox_sample_large(LARGE, 999));
    for (unsigned i = 1; i <= 30; i++) {
        struct snapshot *snapshot = outbox_sample_large(LARGE, i);
        struct outbox_put put;

        assert_int_equal(outbox_put(fixture->outbox, fixture->target, &(struct outbox_parcel){.snapshot = snapshot},
                                    &put, &fixture->error),
                         ERROR_NONE);
        assert_int_equal(put.seq, i);
        dropped += put.dropped;
        snapshot_free(snapshot);
    }
    oldest = range(fixture).oldest;
    assert_int_equal(range(fixture).newest, 30);
    assert_int_equal(dropped, oldest - 1); /* a hole, and only at the begin */
    assert_in_range(oldest, 20, 27);
    assert_int_equal(next(fixture, 1).seq, oldest);
    assert_true(text_equal(next(fixture, 1).lost_reason, TEXT("outbox full")));
    assert_int_equal(next(fixture, oldest + 1).lost_reason.length, 0);
    reopen(fixture);
    assert_true(text_equal(next(fixture, 1).lost_reason, TEXT("outbox full")));
    outbox_sample_check(fixture->path);
    fixture->target = targets[1].id;
    assert_int_equal(range(fixture).newest, 1);
}

static void test_what_cannot_fit_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct snapshot *snapshot = outbox_sample_large(20 * LARGE, 4);
    struct outbox_put put;
    unsigned nodes;

    configure(fixture, 10 * LARGE, INT64_MAX / 2);
    for (unsigned i = 1; i <= 3; i++)
        outbox_sample_put(fixture->outbox, fixture->target, outbox_sample_large(LARGE, i));
    nodes = outbox_sample_check(fixture->path);
    assert_int_equal(outbox_put(fixture->outbox, fixture->target, &(struct outbox_parcel){.snapshot = snapshot}, &put,
                                &fixture->error),
                     ERROR_FULL);
    assert_non_null(strstr(fixture->error.message, "outbox full"));
    assert_int_equal(range(fixture).oldest, 1);
    assert_int_equal(range(fixture).newest, 3);
    assert_int_equal(outbox_sample_check(fixture->path), nodes);
    configure(fixture, 100 * LARGE, INT64_MAX / 2);
    assert_int_equal(outbox_put(fixture->outbox, fixture->target, &(struct outbox_parcel){.snapshot = snapshot}, &put,
                                &fixture->error),
                     ERROR_NONE);
    assert_int_equal(put.seq, 4);
    snapshot_free(snapshot);
}

/* Room that is given back is used again: the file does not grow for ever. */
static void test_the_file_stays_within_bounds(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *file = NULL;
    sqlite3_stmt *statement = NULL;

    configure(fixture, 10 * LARGE, INT64_MAX / 2);
    for (unsigned i = 1; i <= 50; i++)
        outbox_sample_put(fixture->outbox, fixture->target, outbox_sample_large(LARGE, i));
    assert_int_equal(sqlite3_open_v2(fixture->path, &file, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(file, "SELECT page_count * 4096 FROM pragma_page_count", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_in_range(sqlite3_column_int64(statement, 0), 5 * LARGE, 12 * LARGE);
    sqlite3_finalize(statement);
    sqlite3_close(file);
}

static void test_a_dropped_snapshot_leaves_its_reason(void **state)
{
    struct fixture *fixture = *state;

    for (unsigned i = 1; i <= 3; i++)
        outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3, i));
    assert_int_equal(outbox_drop(fixture->outbox, fixture->target, 1, "one", &fixture->error), ERROR_NONE);
    assert_int_equal(outbox_drop(fixture->outbox, fixture->target, 3, "three", &fixture->error), ERROR_NONE);
    assert_true(text_equal(next(fixture, 1).lost_reason, TEXT("one")));
    assert_int_equal(range(fixture).newest, 2);
    reopen(fixture);
    /* The same state is a new snapshot, for the old one is gone; its number is not given again. */
    assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3, 3)), 4);
    assert_true(text_equal(next(fixture, 3).lost_reason, TEXT("three")));
    assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(3, 5)), 5);
    assert_int_equal(next(fixture, 5).lost_reason.length, 0);
    /* What was acknowledged is no loss. */
    acknowledge(fixture, 4);
    assert_int_equal(outbox_drop(fixture->outbox, fixture->target, 4, "four", &fixture->error), ERROR_NONE);
    assert_int_equal(next(fixture, 5).lost_reason.length, 0);
    outbox_sample_check(fixture->path);
}

static void test_trimming(void **state)
{
    struct fixture *fixture = *state;

    for (unsigned i = 1; i <= 90; i++)
        outbox_sample_put(fixture->outbox, fixture->target, outbox_sample(2, i));
    acknowledge(fixture, 80);
    trim(fixture);
    assert_int_equal(range(fixture).oldest, 1);
    configure(fixture, UINT64_C(1) << 40, 0);
    trim(fixture);
    assert_int_equal(range(fixture).oldest, 81);
    acknowledge(fixture, 90);
    trim(fixture);
    assert_int_equal(range(fixture).oldest, 90); /* the newest stays */
    assert_int_equal(next(fixture, 1).lost_reason.length, 0);
    outbox_sample_check(fixture->path);
}

static void test_a_target_that_nobody_watches(void **state)
{
    struct fixture *fixture = *state;
    int64_t old = fixture->target;

    outbox_sample_put(fixture->outbox, old, outbox_sample(3, 1));
    outbox_sample_put(fixture->outbox, old, outbox_sample(3, 2));
    outbox_sample_watch(fixture->outbox, "another");
    trim(fixture);
    assert_int_equal(range(fixture).newest, 2);
    configure(fixture, UINT64_C(1) << 40, 0);
    trim(fixture);
    assert_int_equal(range(fixture).newest, 0);
    assert_int_equal(outbox_sample_check(fixture->path), 0);
    /* Its numbers go on when it is back. */
    assert_int_equal(outbox_sample_watch(fixture->outbox, "orders"), old);
    assert_int_equal(outbox_sample_put(fixture->outbox, old, outbox_sample(3, 2)), 3);
    assert_true(next(fixture, 1).lost_reason.length > 0);
}

static void test_a_new_name_for_an_outbox_from_the_past(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_target targets[] = {{"orders", "prod", "default", 0}, {"other", "prod", "default", 0}};
    uint8_t before[OUTBOX_INCARNATION_SIZE], after[OUTBOX_INCARNATION_SIZE];

    assert_int_equal(outbox_watch(fixture->outbox, targets, 2, &fixture->error), ERROR_NONE);
    for (unsigned i = 1; i <= 6; i++)
        outbox_sample_put(fixture->outbox, targets[0].id, outbox_sample(3, i));
    outbox_sample_put(fixture->outbox, targets[1].id, outbox_sample(3, 1));
    acknowledge(fixture, 3);
    assert_int_equal(outbox_acknowledge(fixture->outbox, targets[1].id, 1, &fixture->error), ERROR_NONE);
    outbox_incarnation(fixture->outbox, before);
    assert_int_equal(outbox_renew(fixture->outbox, &fixture->error), ERROR_NONE);
    outbox_incarnation(fixture->outbox, after);
    assert_memory_not_equal(before, after, sizeof before);
    assert_int_equal(range(fixture).oldest, 1);
    assert_int_equal(range(fixture).newest, 3);
    assert_int_equal(range(fixture).waiting, 3);
    assert_int_equal(outbox_sample_put(fixture->outbox, targets[0].id, outbox_sample(3, 6)), 3);
    assert_int_equal(outbox_sample_put(fixture->outbox, targets[0].id, outbox_sample(3, 7)), 4);
    fixture->target = targets[1].id;
    assert_int_equal(range(fixture).newest, 1);
    assert_int_equal(range(fixture).waiting, 1);
    outbox_sample_check(fixture->path);
}

/* ---- damage ---- */

static void spoil_node(const char *path, const struct hash *hash)
{
    sqlite3 *file = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open_v2(path, &file, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(file, "UPDATE node SET bytes = CAST(x'00' || bytes AS BLOB) WHERE hash = ?1",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_blob(statement, 1, hash->bytes, HASH_SIZE, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    assert_int_equal(sqlite3_changes(file), 1);
    sqlite3_finalize(statement);
    sqlite3_close(file);
}

static void test_a_damaged_node_is_not_given_out_and_can_be_healed(void **state)
{
    struct fixture *fixture = *state;
    struct snapshot *snapshot = outbox_sample(100, 1);
    struct hash leaf = snapshot->tries[ASPECT_STRUCTURE].top->children[0]->hash;
    struct outbox_put put;
    enum node_type type;
    struct text bytes;

    assert_int_equal(outbox_put(fixture->outbox, fixture->target, &(struct outbox_parcel){.snapshot = snapshot}, &put,
                                &fixture->error),
                     ERROR_NONE);
    spoil_node(fixture->path, &leaf);
    assert_int_equal(outbox_node(fixture->outbox, &leaf, &fixture->arena, &type, &bytes, &fixture->error),
                     ERROR_NOT_FOUND);
    assert_int_equal(outbox_put(fixture->outbox, fixture->target,
                                &(struct outbox_parcel){.snapshot = snapshot, .anew = true}, &put, &fixture->error),
                     ERROR_NONE);
    assert_false(put.stored);
    assert_int_equal(outbox_node(fixture->outbox, &leaf, &fixture->arena, &type, &bytes, &fixture->error), ERROR_NONE);
    outbox_sample_check(fixture->path);
    snapshot_free(snapshot);
}

/* Renames against a damaged snapshot cannot be known; the new one is stored all the same. */
static void test_a_damaged_snapshot_does_not_stop_the_next(void **state)
{
    struct fixture *fixture = *state;
    struct hash root;

    outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(before_renames));
    root = range(fixture).root;
    spoil_node(fixture->path, &root);
    assert_int_equal(outbox_sample_put(fixture->outbox, fixture->target, snapshot_from_text(after_renames)), 2);
    assert_int_equal(next(fixture, 2).renames.count, 0);
    assert_int_equal(outbox_drop(fixture->outbox, fixture->target, 1, "damaged", &fixture->error), ERROR_NONE);
    assert_int_equal(next(fixture, 1).seq, 2);
}

/* ---- everything at random ---- */

static void test_counts_are_right_whatever_happens(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_target targets[] = {
        {"a", "prod", "default", 0}, {"b", "prod", "default", 0}, {"c", "prod", "default", 0}};
    bool more;

    assert_int_equal(outbox_watch(fixture->outbox, targets, 3, &fixture->error), ERROR_NONE);
    srand(7);
    for (unsigned round = 0; round < 300; round++) {
        fixture->target = targets[rand() % 3].id;
        switch (rand() % 8) {
        case 0:
            acknowledge(fixture, range(fixture).oldest + (unsigned)rand() % 3);
            break;
        case 1:
            configure(fixture, 60 * 1000 + (unsigned)rand() % (300 * 1000), rand() % 2 == 0 ? 0 : INT64_MAX / 2);
            break;
        case 2:
            assert_int_equal(outbox_trim(fixture->outbox, &more, &fixture->error), ERROR_NONE);
            break;
        case 3:
            if (range(fixture).newest > 0)
                assert_int_equal(
                    outbox_drop(fixture->outbox, fixture->target, range(fixture).newest, "test", &fixture->error),
                    ERROR_NONE);
            break;
        default: {
            struct snapshot *snapshot = outbox_sample((unsigned)rand() % 200, (unsigned)rand() % 4);
            struct outbox_put put;
            enum error_code code = outbox_put(fixture->outbox, fixture->target,
                                              &(struct outbox_parcel){.snapshot = snapshot, .anew = rand() % 4 == 0},
                                              &put, &fixture->error);

            assert_true(code == ERROR_NONE || code == ERROR_FULL);
            snapshot_free(snapshot);
        }
        }
        if (round % 20 == 0)
            outbox_sample_check(fixture->path);
    }
    outbox_sample_check(fixture->path);
}

#define OUTBOX_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OUTBOX_TEST(test_snapshots_have_numbers_without_holes),
        OUTBOX_TEST(test_acknowledging),
        OUTBOX_TEST(test_everything_is_there_after_a_restart),
        OUTBOX_TEST(test_another_process_is_kept_out),
        OUTBOX_TEST(test_a_snapshot_comes_out_as_it_went_in),
        OUTBOX_TEST(test_fresh_nodes_are_few_after_a_small_change),
        OUTBOX_TEST(test_times_only_grow),
        OUTBOX_TEST(test_renames_are_known_by_the_servers_numbers),
        OUTBOX_TEST(test_numbers_survive_a_restart),
        OUTBOX_TEST(test_numbers_are_refreshed_without_a_new_snapshot),
        OUTBOX_TEST(test_numbers_of_another_database_mean_nothing),
        OUTBOX_TEST(test_targets_share_nodes),
        OUTBOX_TEST(test_what_is_acknowledged_goes_first),
        OUTBOX_TEST(test_then_the_oldest_and_never_the_newest),
        OUTBOX_TEST(test_what_cannot_fit_changes_nothing),
        OUTBOX_TEST(test_the_file_stays_within_bounds),
        OUTBOX_TEST(test_a_dropped_snapshot_leaves_its_reason),
        OUTBOX_TEST(test_trimming),
        OUTBOX_TEST(test_a_target_that_nobody_watches),
        OUTBOX_TEST(test_a_new_name_for_an_outbox_from_the_past),
        OUTBOX_TEST(test_a_damaged_node_is_not_given_out_and_can_be_healed),
        OUTBOX_TEST(test_a_damaged_snapshot_does_not_stop_the_next),
        OUTBOX_TEST(test_counts_are_right_whatever_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
