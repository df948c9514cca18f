/* Captured statements in the outbox: none is lost before the collector has it, and nothing is claimed that is not so.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/outbox.h"
#include "agent/outbox_sample.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "wire/statement_page.h"

struct fixture {
    struct test_directory directory;
    const char *path;
    struct outbox *outbox;
    int64_t target;
    int64_t number; /* of the newest statement */
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

static void configure(struct fixture *fixture, uint64_t limit, int64_t keep_us)
{
    const struct outbox_settings settings = {.limit = limit, .keep_us = keep_us, .memory_limit = (size_t)1 << 30};

    outbox_configure(fixture->outbox, &settings);
}

/* Statements with numbers of their own, each so long. */
static struct captured_statement *statements(struct fixture *fixture, size_t count, size_t length)
{
    struct captured_statement *made = arena_array(&fixture->arena, count, sizeof *made);
    char *text = arena_alloc(&fixture->arena, length + 1);

    assert_true(made != NULL && text != NULL);
    memset(text, 'x', length);
    for (size_t i = 0; i < count; i++)
        made[i] = (struct captured_statement){.number = ++fixture->number,
                                              .at = 1000 + fixture->number,
                                              .actor = TEXT("ana"),
                                              .command = TEXT("ALTER TABLE"),
                                              .statement = {text, length}};
    return made;
}

static struct outbox_put put_all(struct fixture *fixture, unsigned schema, struct outbox_parcel parcel)
{
    struct snapshot *snapshot = outbox_sample(3, schema);
    struct outbox_put put = {0};

    parcel.snapshot = snapshot;
    if (outbox_put(fixture->outbox, fixture->target, &parcel, &put, &fixture->error) != ERROR_NONE)
        fail_msg("%s", fixture->error.message);
    snapshot_free(snapshot);
    return put;
}

/* A schema, how many short statements came with it, and how capture was. */
static struct outbox_put put(struct fixture *fixture, unsigned schema, size_t count, const char *continuity)
{
    return put_all(fixture, schema,
                   (struct outbox_parcel){.statements = statements(fixture, count, 20),
                                          .statement_count = count,
                                          .continuity = text_from(continuity)});
}

static struct outbox_snapshot next(struct fixture *fixture, uint64_t seq)
{
    struct outbox_snapshot snapshot;

    if (outbox_next(fixture->outbox, fixture->target, seq, &fixture->arena, &snapshot, &fixture->error) != ERROR_NONE)
        fail_msg("%s", fixture->error.message);
    return snapshot;
}

static void acknowledge(struct fixture *fixture, uint64_t seq)
{
    assert_int_equal(outbox_acknowledge(fixture->outbox, fixture->target, seq, &fixture->error), ERROR_NONE);
}

static void drop(struct fixture *fixture, uint64_t seq)
{
    assert_int_equal(outbox_drop(fixture->outbox, fixture->target, seq, "test", &fixture->error), ERROR_NONE);
}

static struct outbox_acknowledged acknowledged(struct fixture *fixture)
{
    struct outbox_acknowledged answer;

    assert_int_equal(outbox_acknowledged(fixture->outbox, fixture->target, &answer, &fixture->error), ERROR_NONE);
    return answer;
}

/* Mark the numbers of the statements that a snapshot brings; answers how many there are. */
static size_t read_pages(struct fixture *fixture, const struct outbox_snapshot *snapshot, unsigned *ret_seen)
{
    size_t total = 0;

    for (size_t i = 0; i < snapshot->statements.length; i += HASH_SIZE) {
        struct captured_statement *found;
        enum node_type type;
        struct text page;
        struct hash hash;
        size_t count = 0;

        memcpy(hash.bytes, snapshot->statements.bytes + i, HASH_SIZE);
        if (outbox_node(fixture->outbox, &hash, &fixture->arena, &type, &page, &fixture->error) != ERROR_NONE ||
            statement_page_read(page, &fixture->arena, &found, &count, &fixture->error) != ERROR_NONE)
            fail_msg("%s", fixture->error.message);
        assert_int_equal(type, NODE_STATEMENTS);
        total += count;
        for (size_t j = 0; ret_seen != NULL && j < count; j++)
            ret_seen[found[j].number]++;
    }
    return total;
}

static size_t count_of(struct fixture *fixture, uint64_t seq)
{
    struct outbox_snapshot snapshot = next(fixture, seq);

    assert_int_equal(snapshot.seq, seq);
    return read_pages(fixture, &snapshot, NULL);
}

/* ---- in and out ---- */

static void test_statements_come_with_their_snapshot(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(put(fixture, 1, 0, "").seq, 1);
    assert_int_equal(put(fixture, 2, 3, "").seq, 2);
    assert_int_equal(put(fixture, 3, 2500, "").seq, 3);
    assert_int_equal(count_of(fixture, 1), 0);
    assert_int_equal(count_of(fixture, 2), 3);
    assert_int_equal(count_of(fixture, 3), 2500);
    assert_int_equal(next(fixture, 3).statements.length / HASH_SIZE, 3);
    outbox_sample_check(fixture->path);
    /* They go with their snapshots, and are kept as long. */
    acknowledge(fixture, 3);
    configure(fixture, UINT64_C(1) << 40, 0);
    for (bool more = true; more;)
        assert_int_equal(outbox_trim(fixture->outbox, &more, &fixture->error), ERROR_NONE);
    assert_int_equal(next(fixture, 1).seq, 3);
    outbox_sample_check(fixture->path);
}

static void test_without_a_change_they_are_stored_all_the_same(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_put done;

    put(fixture, 1, 0, "a");
    assert_false(put(fixture, 1, 0, "a").stored);
    done = put(fixture, 1, 2, "a");
    assert_true(done.stored);
    assert_int_equal(done.seq, 2);
    assert_memory_equal(next(fixture, 1).root.bytes, next(fixture, 2).root.bytes, HASH_SIZE);
    assert_int_equal(count_of(fixture, 2), 2);
    outbox_sample_check(fixture->path);
}

/* What is captured since the snapshot before. */
static void test_captured_is_what_capture_saw_from_end_to_end(void **state)
{
    static const struct {
        const char *what;
        unsigned schema;
        const char *continuity;
        bool partial;
        bool captured; /* of the newest snapshot, if this is one */
    } steps[] = {
        {"nothing is known of what was before", 1, "a", false, false},
        {"it went on", 2, "a", false, true},
        {"it had been off", 3, "b", false, false},
        {"and went on again", 4, "b", false, true},
        {"some come later", 5, "b", true, false},
        {"now all are here", 6, "b", false, true},
        {"it is gone", 7, "", false, false},
        {"and was gone all the time", 8, "", false, false},
        {"it is back", 9, "c", false, false},
        {"it was off for a while, but nothing changed", 9, "d", false, false},
        {"so nothing escaped it", 10, "d", false, true},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < LENGTH_OF(steps); i++) {
        struct outbox_put done =
            put_all(fixture, steps[i].schema,
                    (struct outbox_parcel){.continuity = text_from(steps[i].continuity), .partial = steps[i].partial});

        print_message("  %s\n", steps[i].what);
        assert_int_equal(done.stored, i == 0 || steps[i].schema != steps[i - 1].schema);
        if (done.stored)
            assert_int_equal(next(fixture, done.seq).captured, steps[i].captured);
    }
}

/* Very many make several snapshots. Only with the last of them everything is there. */
static void test_more_pages_than_go_with_one(void **state)
{
    enum { COUNT = 2 * OUTBOX_PAGES_LIMIT + 10, LENGTH = 63 * 1024 };
    struct fixture *fixture = *state;
    size_t count = 0, pages = 0;
    struct outbox_put done;

    put(fixture, 1, 0, "a");
    done = put_all(fixture, 2,
                   (struct outbox_parcel){.statements = statements(fixture, 2 * COUNT, LENGTH),
                                          .statement_count = (size_t)2 * COUNT,
                                          .continuity = TEXT("a")});
    assert_int_equal(done.seq, 4);
    for (uint64_t seq = 2; seq <= 4; seq++) {
        struct outbox_snapshot snapshot = next(fixture, seq);

        assert_int_equal(snapshot.captured, seq == 4);
        assert_memory_equal(snapshot.root.bytes, next(fixture, 4).root.bytes, HASH_SIZE);
        assert_in_range(snapshot.statements.length / HASH_SIZE, 1, OUTBOX_PAGES_LIMIT);
        pages += snapshot.statements.length / HASH_SIZE;
        count += read_pages(fixture, &snapshot, NULL);
    }
    assert_int_equal(count, 2 * COUNT);
    assert_int_equal(pages, COUNT);
    assert_int_equal(put(fixture, 3, 0, "a").seq, 5);
    assert_true(next(fixture, 5).captured);
    outbox_sample_check(fixture->path);
}

/* ---- snapshots that have to go ---- */

static void test_the_next_one_takes_over(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, 1, 0, "a");
    put(fixture, 2, 3, "a");
    put(fixture, 3, 4, "a");
    drop(fixture, 2);
    assert_int_equal(count_of(fixture, 3), 7);
    assert_true(next(fixture, 3).captured); /* from 1 to 2, and from 2 to 3 */
    outbox_sample_check(fixture->path);
    put(fixture, 4, 1, "b");
    put(fixture, 5, 1, "b");
    drop(fixture, 4);
    assert_int_equal(count_of(fixture, 5), 2);
    assert_false(next(fixture, 5).captured); /* something may have escaped before 4 */
    outbox_sample_check(fixture->path);
}

static void test_they_wait_for_one_to_come(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, 1, 0, "a");
    put(fixture, 2, 3, "a");
    drop(fixture, 2);
    outbox_sample_check(fixture->path);
    assert_true(put(fixture, 1, 0, "a").stored); /* although the schema is that of 1, which is the newest now */
    assert_int_equal(count_of(fixture, 3), 3);
    assert_true(next(fixture, 3).captured);
    put(fixture, 4, 2, "b");
    drop(fixture, 4);
    put(fixture, 5, 0, "b");
    assert_int_equal(count_of(fixture, 5), 2);
    assert_false(next(fixture, 5).captured);
    put(fixture, 6, 0, "b");
    assert_true(next(fixture, 6).captured);
    outbox_sample_check(fixture->path);
}

/* What was read again because nobody knew of it is there once. */
static void test_the_same_again_is_there_once(void **state)
{
    struct fixture *fixture = *state;
    const struct outbox_parcel parcel = {.statements = statements(fixture, 3, 20), .statement_count = 3};

    put(fixture, 1, 0, "");
    put_all(fixture, 2, parcel);
    drop(fixture, 2);
    put_all(fixture, 2, parcel);
    assert_int_equal(count_of(fixture, 3), 3);
    put_all(fixture, 3, parcel);
    assert_int_equal(count_of(fixture, 4), 3); /* here they are twice: the collector knows them by their numbers */
    drop(fixture, 3);
    assert_int_equal(count_of(fixture, 4), 3);
    outbox_sample_check(fixture->path);
}

static void test_a_full_outbox_loses_none(void **state)
{
    enum { ROUNDS = 40, EACH = 5 };
    struct fixture *fixture = *state;
    unsigned seen[ROUNDS * EACH + 1] = {0};
    unsigned dropped = 0;
    uint64_t seq = 1;

    configure(fixture, 600 * 1000, INT64_MAX / 2);
    for (unsigned i = 1; i <= ROUNDS; i++) {
        struct snapshot *snapshot = outbox_sample_large(100 * 1000, i);
        const struct outbox_parcel parcel = {
            .snapshot = snapshot, .statements = statements(fixture, EACH, 20), .statement_count = EACH};
        struct outbox_put done;

        assert_int_equal(outbox_put(fixture->outbox, fixture->target, &parcel, &done, &fixture->error), ERROR_NONE);
        dropped += done.dropped;
        snapshot_free(snapshot);
    }
    assert_true(dropped > ROUNDS / 2);
    while (seq <= ROUNDS) {
        struct outbox_snapshot snapshot = next(fixture, seq);

        read_pages(fixture, &snapshot, seen);
        seq = snapshot.seq + 1;
    }
    for (size_t i = 1; i < LENGTH_OF(seen); i++)
        assert_int_equal(seen[i], 1);
    outbox_sample_check(fixture->path);
}

/* More than one snapshot may bring: the rest waits for one to come. */
static void test_taking_over_has_a_limit(void **state)
{
    enum { COUNT = 200, LENGTH = 65 * 1000 };
    struct fixture *fixture = *state;

    put(fixture, 1, 0, "a");
    for (unsigned i = 2; i <= 3; i++)
        put_all(fixture, i,
                (struct outbox_parcel){.statements = statements(fixture, COUNT, LENGTH),
                                       .statement_count = COUNT,
                                       .continuity = TEXT("a")});
    acknowledge(fixture, 1);
    drop(fixture, 2);
    assert_int_equal(next(fixture, 3).statements.length / HASH_SIZE, COUNT);
    for (unsigned i = 4; i <= 5; i++)
        put_all(fixture, i,
                (struct outbox_parcel){.statements = statements(fixture, COUNT, LENGTH),
                                       .statement_count = COUNT,
                                       .continuity = TEXT("a")});
    drop(fixture, 3);
    drop(fixture, 4);
    assert_int_equal(next(fixture, 5).statements.length / HASH_SIZE, OUTBOX_PAGES_LIMIT);
    assert_false(next(fixture, 5).captured);
    outbox_sample_check(fixture->path);
    acknowledge(fixture, 5);
    assert_int_equal(acknowledged(fixture).seq, 0); /* not all of them are at the collector */
    assert_true(put(fixture, 5, 0, "a").stored);
    assert_int_equal(count_of(fixture, 5) + count_of(fixture, 6), 4 * COUNT);
    acknowledge(fixture, 6);
    assert_int_equal(acknowledged(fixture).seq, 6);
    outbox_sample_check(fixture->path);
}

static void spoil(const char *path, const char *sql)
{
    sqlite3 *file = NULL;

    assert_int_equal(sqlite3_open_v2(path, &file, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(file, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(file);
}

/* Who would take over a damaged page would be refused for it, too. */
static void test_a_damaged_page_is_not_taken_over(void **state)
{
    struct fixture *fixture = *state;
    const struct outbox_parcel parcel = {
        .statements = statements(fixture, 3, 20), .statement_count = 3, .continuity = TEXT("a")};

    put(fixture, 1, 0, "a");
    put_all(fixture, 2, parcel);
    put(fixture, 3, 4, "a");
    spoil(fixture->path,
          "UPDATE node SET bytes = x'00' WHERE type = 6 AND id = (SELECT min(id) FROM node WHERE type = 6)");
    drop(fixture, 2);
    assert_int_equal(count_of(fixture, 3), 4);
    assert_false(next(fixture, 3).captured);
    outbox_sample_check(fixture->path);
    /* Written anew it is whole. */
    put_all(fixture, 4, parcel);
    spoil(fixture->path,
          "UPDATE node SET bytes = x'00' WHERE type = 6 AND id = (SELECT max(id) FROM node WHERE type = 6)");
    put_all(fixture, 4, parcel);
    assert_int_equal(count_of(fixture, 4), 3);
    assert_int_equal(count_of(fixture, 5), 3);
    outbox_sample_check(fixture->path);
}

/* Nobody watches the target any more, and may never again: the database keeps what was not recorded. */
static void test_an_abandoned_target_keeps_none(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, 1, 2, "a");
    put(fixture, 2, 2, "a");
    outbox_sample_watch(fixture->outbox, "another");
    configure(fixture, UINT64_C(1) << 40, 0);
    for (bool more = true; more;)
        assert_int_equal(outbox_trim(fixture->outbox, &more, &fixture->error), ERROR_NONE);
    assert_int_equal(outbox_sample_check(fixture->path), 0);
    assert_int_equal(outbox_sample_watch(fixture->outbox, "orders"), fixture->target);
    put(fixture, 3, 0, "a");
    assert_false(next(fixture, 3).captured);
    outbox_sample_check(fixture->path);
}

/* ---- how far the collector is ---- */

static void test_acknowledged_and_by_which_name(void **state)
{
    struct fixture *fixture = *state;
    struct outbox_target targets[] = {{"orders", "prod", "default", 0}, {"other", "prod", "default", 0}};
    struct outbox_acknowledged before;
    struct outbox_put done;

    assert_int_equal(acknowledged(fixture).seq, 0);
    assert_int_equal(acknowledged(fixture).newest, 0);
    for (unsigned i = 1; i <= 4; i++)
        done = put(fixture, i, 1, "a");
    acknowledge(fixture, 2);
    before = acknowledged(fixture);
    assert_int_equal(before.seq, 2);
    assert_int_equal(before.newest, 4);
    assert_string_equal(before.taker, done.taker);
    assert_int_equal(strlen(before.taker), OUTBOX_TAKER_SIZE - 1);
    assert_int_equal(strspn(before.taker, "0123456789abcdef"), OUTBOX_TAKER_SIZE - 1);
    drop(fixture, 4);
    assert_int_equal(acknowledged(fixture).seq, 0); /* what 4 brought waits here */
    assert_int_equal(put(fixture, 5, 0, "a").seq, 5);
    assert_int_equal(acknowledged(fixture).seq, 2);
    assert_int_equal(outbox_renew(fixture->outbox, &fixture->error), ERROR_NONE);
    assert_string_not_equal(acknowledged(fixture).taker, before.taker);
    assert_int_equal(acknowledged(fixture).seq, 0);
    assert_int_equal(count_of(fixture, 1), 1); /* was 3 */
    assert_false(next(fixture, 1).captured);
    assert_int_equal(count_of(fixture, 2), 1);
    assert_true(next(fixture, 2).captured);
    /* Another target of the same outbox may be the same database. */
    before = acknowledged(fixture);
    assert_int_equal(outbox_watch(fixture->outbox, targets, 2, &fixture->error), ERROR_NONE);
    fixture->target = targets[1].id;
    assert_string_not_equal(acknowledged(fixture).taker, before.taker);
    outbox_sample_check(fixture->path);
}

/* ---- everything at random ---- */

enum { RANDOM_ROUNDS = 300, RANDOM_MOST = 4 * RANDOM_ROUNDS + 1 };

/* What the collector has when all is acknowledged, and each snapshot was seen just before. */
static void acknowledge_one(struct fixture *fixture, unsigned *seen)
{
    struct outbox_snapshot snapshot;
    struct outbox_acknowledged done = acknowledged(fixture);

    (void)done;
    if (outbox_next(fixture->outbox, fixture->target, 1, &fixture->arena, &snapshot, &fixture->error) != ERROR_NONE)
        return;
    read_pages(fixture, &snapshot, seen);
    acknowledge(fixture, snapshot.seq);
    drop(fixture, snapshot.seq); /* as outbox_trim() would */
}

static void test_none_is_lost_whatever_happens(void **state)
{
    struct fixture *fixture = *state;
    static unsigned seen[RANDOM_MOST];
    struct outbox_snapshot left;

    srand(11);
    memset(seen, 0, sizeof seen);
    for (unsigned round = 0; round < RANDOM_ROUNDS; round++) {
        struct outbox_range range;

        assert_int_equal(outbox_range(fixture->outbox, fixture->target, &range, &fixture->error), ERROR_NONE);
        switch (rand() % 6) {
        case 0:
            acknowledge_one(fixture, seen);
            break;
        case 1:
            if (range.newest > 0)
                drop(fixture, rand() % 2 == 0 ? range.newest : next(fixture, 1).seq);
            break;
        case 2:
            if (rand() % 10 == 0)
                assert_int_equal(outbox_renew(fixture->outbox, &fixture->error), ERROR_NONE);
            break;
        default:
            put(fixture, (unsigned)rand() % 4, (size_t)rand() % 4, rand() % 4 == 0 ? "" : "a");
        }
        if (round % 20 == 0)
            outbox_sample_check(fixture->path);
    }
    put(fixture, 100, 0, "a");
    while (outbox_next(fixture->outbox, fixture->target, 1, &fixture->arena, &left, &fixture->error) == ERROR_NONE)
        acknowledge_one(fixture, seen);
    for (int64_t number = 1; number <= fixture->number; number++)
        assert_int_equal(seen[number], 1);
    assert_true(fixture->number > RANDOM_ROUNDS / 2);
    outbox_sample_check(fixture->path);
}

#define STATEMENTS_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATEMENTS_TEST(test_statements_come_with_their_snapshot),
        STATEMENTS_TEST(test_without_a_change_they_are_stored_all_the_same),
        STATEMENTS_TEST(test_captured_is_what_capture_saw_from_end_to_end),
        STATEMENTS_TEST(test_more_pages_than_go_with_one),
        STATEMENTS_TEST(test_the_next_one_takes_over),
        STATEMENTS_TEST(test_they_wait_for_one_to_come),
        STATEMENTS_TEST(test_the_same_again_is_there_once),
        STATEMENTS_TEST(test_a_full_outbox_loses_none),
        STATEMENTS_TEST(test_taking_over_has_a_limit),
        STATEMENTS_TEST(test_a_damaged_page_is_not_taken_over),
        STATEMENTS_TEST(test_an_abandoned_target_keeps_none),
        STATEMENTS_TEST(test_acknowledged_and_by_which_name),
        STATEMENTS_TEST(test_none_is_lost_whatever_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
