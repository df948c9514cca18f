#include "store/marks.h"

#include "collector/store/history.h"
#include "store/nodes.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static void test_marks_are_kept_apart(void **state)
{
    static const int64_t nodes[] = {1, 2, 63, 64, 65, 1000, 65535, 65536, 5000000};
    struct marks marks = {0};
    struct error error = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(nodes); i++) {
        assert_false(marks_has(&marks, nodes[i]));
        history_expect(marks_set(&marks, nodes[i], &error), &error);
        assert_true(marks_has(&marks, nodes[i]));
        assert_false(marks_has(&marks, nodes[i] + 7));
    }
    assert_int_equal(marks.pending_count, 0);
    assert_int_equal(marks_set(&marks, 0, &error), ERROR_CORRUPT);
    assert_int_equal(marks_add(&marks, 64, NODE_ROOT, &error), ERROR_NONE); /* is marked already */
    assert_int_equal(marks.pending_count, 0);
    assert_int_equal(marks_add(&marks, 66, NODE_ROOT, &error), ERROR_NONE);
    assert_int_equal(marks_add(&marks, 67, NODE_BLOB, &error), ERROR_NONE); /* leads nowhere */
    assert_int_equal(marks.pending_count, 1);
    marks_clear(&marks);
    assert_false(marks_has(&marks, 1));
}

static int64_t record_many(struct history *history, struct snapshot **ret_snapshot)
{
    unsigned versions[500];
    int64_t node = 0;
    struct error error = {0};

    for (unsigned i = 0; i < LENGTH_OF(versions); i++)
        versions[i] = i + 1;
    *ret_snapshot = history_build(history, versions, LENGTH_OF(versions));
    history_record(history, history_target(history, "orders", "prod", "default"), *ret_snapshot, NULL);
    history_expect(nodes_find(history->database, &(*ret_snapshot)->root, &node, &error), &error);
    return node;
}

static void test_following_a_root_marks_everything_below_it(void **state)
{
    struct history *history = *state;
    struct snapshot *snapshot = NULL;
    int64_t root = record_many(history, &snapshot), count = history_ask(history, "SELECT count(*) FROM node"),
            marked = 0;
    struct marks marks = {0};
    struct error error = {0};
    uint32_t looked = 0;

    assert_true(count > 500);
    history_expect(marks_add(&marks, root, NODE_ROOT, &error), &error);
    while (marks.pending_count > 0)
        history_expect(marks_follow(&marks, history->database, &looked, &error), &error);
    for (int64_t node = 1; node <= root; node++)
        marked += marks_has(&marks, node);
    assert_int_equal(marked, count);
    assert_true(looked >= count);
    marks_clear(&marks);
    snapshot_free(snapshot);
}

static void test_what_is_missing_is_damage(void **state)
{
    struct history *history = *state;
    struct snapshot *snapshot = NULL;
    int64_t root = record_many(history, &snapshot);
    struct marks marks = {0};
    struct error error = {0};
    uint32_t looked = 0;
    enum error_code code = ERROR_NONE;

    history_run(history, "DELETE FROM node WHERE id = 5");
    history_expect(marks_add(&marks, root, NODE_ROOT, &error), &error);
    while (code == ERROR_NONE && marks.pending_count > 0)
        code = marks_follow(&marks, history->database, &looked, &error);
    assert_int_equal(code, ERROR_CORRUPT);
    marks_clear(&marks);
    history_expect(marks_add(&marks, root + 1, NODE_ROOT, &error), &error);
    assert_int_equal(marks_follow(&marks, history->database, &looked, &error), ERROR_CORRUPT);
    marks_clear(&marks);
    snapshot_free(snapshot);
}

static enum error_code mark_two(void *context, struct error *error)
{
    struct marks marks = {0};
    enum error_code code = marks_add(&marks, 3, NODE_ROOT, error);

    (void)context;
    if (code == ERROR_NONE)
        code = marks_add(&marks, 1000000, NODE_LEAF, error);
    marks_clear(&marks);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    assert_int_equal(test_every_allocation(mark_two, NULL), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks_are_kept_apart),
        cmocka_unit_test_setup_teardown(test_following_a_root_marks_everything_below_it, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_missing_is_damage, history_setup, history_teardown),
        cmocka_unit_test(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
