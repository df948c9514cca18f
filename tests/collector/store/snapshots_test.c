#include "store/snapshots.h"

#include <string.h>

#include "collector/store/history.h"
#include "support/cmocka.h"

static void test_a_snapshot_is_kept_as_it_was_said(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "eu-1");
    unsigned versions[] = {1, 2, 0, 3};
    struct snapshot *snapshot = history_build(history, versions, LENGTH_OF(versions));
    struct snapshot_row row, read = {0};
    struct error error = {0};
    uint64_t seq = 0;

    history_record(history, target, snapshot, &row);
    history_expect(snapshots_get(history->database, row.id, &history->arena, &read, &error), &error);
    assert_int_equal(read.id, row.id);
    assert_int_equal(read.target, target);
    assert_true(text_equal(read.name.instance, TEXT("eu-1")));
    assert_true(hash_equal(&read.root, &snapshot->root));
    assert_true(read.stored);
    assert_true(read.taken_at == row.taken_at && read.received_at == row.received_at);
    assert_int_equal(read.agent, history->agent);
    assert_memory_equal(read.incarnation, row.incarnation, INCARNATION_SIZE);
    assert_int_equal(read.seq, row.seq);
    assert_true(text_equal(read.engine, TEXT("dummy")));
    assert_true(text_equal(read.server_version, TEXT("1.0")));
    assert_true(text_equal(read.reference, TEXT("dummy:x")));
    assert_int_equal(read.objects, 3);
    assert_int_equal(read.gaps, 0);
    assert_int_equal(read.lost, 0);
    assert_false(read.capture);
    assert_null(read.lost_reason.bytes);
    assert_null(read.upgraded_from.bytes);
    history_expect(targets_last_seq(history->database, history->agent, row.incarnation, target, &seq, &error), &error);
    assert_int_equal(seq, row.seq);
    snapshot_free(snapshot);
}

static void test_a_whole_snapshot_is_found_by_its_root(void **state)
{
    struct history *history = *state;
    int64_t targets[] = {history_target(history, "orders", "prod", "eu-1"),
                         history_target(history, "orders", "prod", "eu-2")};
    unsigned version = 1;
    struct snapshot *snapshot = history_build(history, &version, 1);
    struct hash other = snapshot->root;
    struct snapshot_row found = {0};
    struct error error = {0};

    for (size_t i = 0; i < LENGTH_OF(targets); i++)
        history_record(history, targets[i], snapshot, NULL);
    history_expect(snapshots_with_root(history->database, &snapshot->root, &history->arena, &found, &error), &error);
    assert_true(hash_equal(&found.root, &snapshot->root) && found.stored && found.objects == 1);
    other.bytes[0] ^= 1;
    assert_int_equal(snapshots_with_root(history->database, &other, &history->arena, &found, &error), ERROR_NOT_FOUND);
    history_run(history, "UPDATE snapshot SET node = NULL");
    assert_int_equal(snapshots_with_root(history->database, &snapshot->root, &history->arena, &found, &error),
                     ERROR_NOT_FOUND);
    snapshot_free(snapshot);
}

static void test_what_cannot_be_recorded(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "eu-1");
    unsigned version = 1;
    struct snapshot *snapshot = history_build(history, &version, 1);
    struct snapshot_row row, other;
    struct error error = {0};

    history_record(history, target, snapshot, &row);
    assert_int_equal(snapshots_add(history->database, &row, &row.id, &error), ERROR_CONFLICT); /* the same once more */
    other = row;
    other.seq++;
    other.root.bytes[0] ^= 1;
    assert_int_equal(snapshots_add(history->database, &other, &other.id, &error), ERROR_NOT_FOUND);
    other = row;
    other.target = 99;
    assert_int_equal(snapshots_add(history->database, &other, &other.id, &error), ERROR_NOT_FOUND);
    other = row;
    other.seq = UINT64_MAX;
    assert_int_equal(snapshots_add(history->database, &other, &other.id, &error), ERROR_LIMIT);
    other.seq = 50;
    other.lost = UINT64_MAX;
    assert_int_equal(snapshots_add(history->database, &other, &other.id, &error), ERROR_LIMIT);
    other.lost = 46;
    other.capture = true;
    other.lost_reason = TEXT("outbox full");
    history_expect(snapshots_add(history->database, &other, &other.id, &error), &error);
    history_expect(snapshots_get(history->database, other.id, &history->arena, &other, &error), &error);
    assert_int_equal(other.lost, 46);
    assert_true(other.capture);
    assert_true(text_equal(other.lost_reason, TEXT("outbox full")));
    snapshot_free(snapshot);
}

/* Ten snapshots of one target, with one of another target in between. */
static void make_history(struct history *history, int64_t *ret_target, int64_t ids[10], int64_t *ret_first)
{
    int64_t other = history_target(history, "orders", "staging", "default");

    *ret_target = history_target(history, "orders", "prod", "default");
    *ret_first = history->now;
    for (unsigned i = 0; i < 10; i++) {
        unsigned version = i + 1;

        ids[i] = history_record_tables(history, *ret_target, &version, 1);
        if (i == 4)
            history_record_tables(history, other, &version, 1);
    }
}

static void test_snapshots_are_found_back_in_time(void **state)
{
    static const struct {
        uint32_t back;
        int place; /* -1: none */
    } backs[] = {{0, 9}, {1, 8}, {9, 0}, {10, -1}, {UINT32_MAX, -1}};
    static const struct {
        int64_t seconds; /* after the first */
        int place;
    } moments[] = {{-1, -1}, {0, 0}, {1, 1}, {4, 4}, {5, 4}, {6, 5}, {1000, 9}};
    struct history *history = *state;
    int64_t target, first, ids[10];
    struct snapshot_row row = {0};
    struct error error = {0};

    assert_int_equal(
        snapshots_newest(history->database, history_target(history, "new", "prod", "x"), &history->arena, &row, &error),
        ERROR_NOT_FOUND);
    make_history(history, &target, ids, &first);
    history_expect(snapshots_newest(history->database, target, &history->arena, &row, &error), &error);
    assert_int_equal(row.id, ids[9]);
    for (size_t i = 0; i < LENGTH_OF(backs); i++) {
        enum error_code code = snapshots_back(history->database, target, backs[i].back, &history->arena, &row, &error);

        assert_int_equal(code, backs[i].place < 0 ? ERROR_NOT_FOUND : ERROR_NONE);
        assert_true(backs[i].place < 0 || row.id == ids[backs[i].place]);
    }
    for (size_t i = 0; i < LENGTH_OF(moments); i++) {
        enum error_code code = snapshots_as_of(history->database, target, first + moments[i].seconds * 1000000,
                                               &history->arena, &row, &error);

        assert_int_equal(code, moments[i].place < 0 ? ERROR_NOT_FOUND : ERROR_NONE);
        assert_true(moments[i].place < 0 || row.id == ids[moments[i].place]);
    }
    assert_int_equal(snapshots_get(history->database, 99, &history->arena, &row, &error), ERROR_NOT_FOUND);
}

static void test_snapshots_are_listed_newest_first(void **state)
{
    struct history *history = *state;
    struct snapshot_filter filter = {.limit = 4};
    struct snapshot_row *rows = NULL;
    int64_t target, first, ids[10], last = INT64_MAX;
    struct error error = {0};
    size_t count = 0, all = 0;

    make_history(history, &target, ids, &first);
    do { /* page by page */
        history_expect(snapshots_list(history->database, &filter, &history->arena, &rows, &count, &error), &error);
        for (size_t i = 0; i < count; i++) {
            assert_true(rows[i].id < last);
            last = rows[i].id;
        }
        all += count;
        filter.before = last;
    } while (count > 0);
    assert_int_equal(all, 11);
    filter = (struct snapshot_filter){.limit = 100, .target.environment = TEXT("prod")};
    history_expect(snapshots_list(history->database, &filter, &history->arena, &rows, &count, &error), &error);
    assert_int_equal(count, 10);
    assert_int_equal(rows[9].id, ids[0]);
    filter.target.database = TEXT("absent");
    history_expect(snapshots_list(history->database, &filter, &history->arena, &rows, &count, &error), &error);
    assert_int_equal(count, 0);
}

/* The first of each target, those before which others were lost, and those after an upgrade: what a reader of the
 * history must be told. */
static void test_notable_snapshots_are_found_by_themselves(void **state)
{
    struct history *history = *state;
    struct snapshot_filter filter = {.limit = 100, .notable = true};
    struct snapshot_row *rows = NULL;
    int64_t target, first, ids[10];
    struct error error = {0};
    size_t count = 0;

    make_history(history, &target, ids, &first);
    history_run(history, "UPDATE snapshot SET lost = 3, lost_reason = 'outbox full' WHERE id IN (4, 9)");
    history_run(history, "UPDATE snapshot SET upgraded_from = '15.20' WHERE id IN (3, 9)");
    history_expect(snapshots_list(history->database, &filter, &history->arena, &rows, &count, &error), &error);
    assert_int_equal(count, 5);
    assert_int_equal(rows[0].id, 9);
    assert_int_equal(rows[0].lost, 3);
    assert_true(text_equal(rows[0].upgraded_from, TEXT("15.20")));
    assert_int_equal(rows[1].id, 6); /* the only one of staging */
    assert_int_equal(rows[2].id, 4);
    assert_int_equal(rows[3].id, 3);
    assert_int_equal(rows[4].id, ids[0]);
    filter.before = 6;
    filter.limit = 1;
    history_expect(snapshots_list(history->database, &filter, &history->arena, &rows, &count, &error), &error);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].id, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_snapshot_is_kept_as_it_was_said, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_whole_snapshot_is_found_by_its_root, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_recorded, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_snapshots_are_found_back_in_time, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_snapshots_are_listed_newest_first, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_notable_snapshots_are_found_by_themselves, history_setup,
                                        history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
