#include "track/sides.h"

#include "collector/track/correlated.h"
#include "support/cmocka.h"

#define T1 "table a.t\n  column x type=integer\n"
#define T2 "table a.t\n  column x type=bigint\n"

static struct correlating correlating_of(struct correlated *correlated, struct error *error)
{
    return (struct correlating){correlated->history->database, correlated->policy, TEXT("orders"),
                                &correlated->history->arena, error};
}

static struct instance_place place_of(struct correlated *correlated, int64_t snapshot)
{
    struct snapshot_row row;
    struct error error = {0};

    history_expect(snapshots_get(correlated->history->database, snapshot, &correlated->history->arena, &row, &error),
                   &error);
    return (struct instance_place){
        .root = row.root, .major = 1, .target = row.target, .snapshot = row.id, .instance = row.name.instance};
}

static void test_an_environment_as_it_was_before(void **state)
{
    struct correlated *correlated = *state;
    struct error error = {0};
    const struct correlating correlating = correlating_of(correlated, &error);
    struct environment_sides now, then;
    struct instance_place before, place;
    struct pair_side majority;
    uint64_t majors;
    bool alike;

    record_for(NULL);
    correlated_record(correlated, "orders@prod/a", T1, NULL);
    before = place_of(correlated, correlated_record(correlated, "orders@prod/b", T1, NULL));
    correlated_record(correlated, "orders@prod/c", T1, NULL);
    place = place_of(correlated, correlated_record(correlated, "orders@prod/b", T2, NULL));
    history_expect(sides_find(&correlating, TEXT("prod"), &now), &error);
    assert_int_equal(now.instances, 3);
    assert_true(now.variants.has_majority);
    majority = sides_majority(&now, &majors);
    assert_true(hash_equal(&majority.root, &before.root));
    assert_int_equal(majors, 1 << 1);
    assert_true(sides_is_majority(&now, &before.root));
    assert_false(sides_is_majority(&now, &place.root));

    history_expect(sides_before(&correlating, &now, &place, &before, &then), &error);
    assert_int_equal(then.instances, 3);
    assert_int_equal(then.count, 1);
    assert_int_equal(then.counts[0].count, 3);
    history_expect(sides_are_alike(&correlating, &then, &now, &alike), &error);
    assert_true(alike); /* only that one is an outlier now */

    history_expect(sides_before(&correlating, &now, &place, NULL, &then), &error);
    assert_int_equal(then.instances, 2); /* had it not been there at all */
}

static void test_another_majority_is_not_alike(void **state)
{
    struct correlated *correlated = *state;
    struct error error = {0};
    const struct correlating correlating = correlating_of(correlated, &error);
    struct environment_sides now, then;
    struct instance_place before, place;
    bool alike;

    record_for(NULL);
    correlated_record(correlated, "orders@prod/a", T1, NULL);
    before = place_of(correlated, correlated_record(correlated, "orders@prod/b", T1, NULL));
    correlated_record(correlated, "orders@prod/c", T2, NULL);
    place = place_of(correlated, correlated_record(correlated, "orders@prod/b", T2, NULL));
    history_expect(sides_find(&correlating, TEXT("prod"), &now), &error);
    history_expect(sides_before(&correlating, &now, &place, &before, &then), &error);
    history_expect(sides_are_alike(&correlating, &then, &now, &alike), &error);
    assert_false(alike);
    assert_true(sides_is_majority(&now, &place.root));
    assert_true(sides_is_majority(&then, &before.root));

    correlated_forget(correlated, "orders@prod/c"); /* one and one */
    history_expect(sides_find(&correlating, TEXT("prod"), &now), &error);
    assert_false(now.variants.has_majority);
    assert_false(sides_is_majority(&now, &place.root));
    history_expect(sides_are_alike(&correlating, &now, &now, &alike), &error);
    assert_false(alike);
}

static void test_versions_are_bits(void **state)
{
    (void)state;
    assert_int_equal(sides_major_bit(0), 0);
    assert_int_equal(sides_major_bit(15), 1 << 15);
    assert_true(sides_major_bit(63) == UINT64_C(1) << 63);
    assert_int_equal(sides_major_bit(64), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_environment_as_it_was_before, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_another_majority_is_not_alike, correlated_setup, correlated_teardown),
        cmocka_unit_test(test_versions_are_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
