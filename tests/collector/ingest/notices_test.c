#include "ingest/notices.h"

#include <stdlib.h>

#include "support/cmocka.h"

enum { PAUSE = 1000 };

static struct notices notices;

static bool is_new(uint64_t what, uint64_t who, uint64_t which, int64_t now)
{
    return notices_is_new(&notices, &(struct notice){what, who, which}, now, PAUSE);
}

static void test_the_same_is_said_once_in_a_pause(void **state)
{
    (void)state;
    notices_init(&notices);
    assert_true(is_new(1, 2, 3, 0));
    assert_false(is_new(1, 2, 3, 0));
    assert_false(is_new(1, 2, 3, PAUSE - 1));
    assert_true(is_new(1, 2, 3, PAUSE));
    assert_false(is_new(1, 2, 3, PAUSE + 1)); /* the pause has begun anew */
}

static void test_anything_else_is_new(void **state)
{
    (void)state;
    notices_init(&notices);
    assert_true(is_new(1, 2, 3, 0));
    assert_true(is_new(2, 2, 3, 0));
    assert_true(is_new(1, 3, 3, 0));
    assert_true(is_new(1, 2, 4, 0));
    assert_true(is_new(3, 2, 1, 0));
    assert_true(is_new(0, 0, 0, 0));
    assert_false(is_new(0, 0, 0, 0));
}

/* Who says many things has some of them repeated, but most are remembered. */
static void test_many_things(void **state)
{
    enum { THINGS = NOTICES_SLOTS / 4 };
    unsigned repeated = 0;

    (void)state;
    notices_init(&notices);
    for (unsigned i = 0; i < THINGS; i++)
        assert_true(is_new(i, 0, 0, 0));
    for (unsigned i = 0; i < THINGS; i++)
        repeated += is_new(i, 0, 0, 1);
    assert_true(repeated < THINGS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_is_said_once_in_a_pause),
        cmocka_unit_test(test_anything_else_is_new),
        cmocka_unit_test(test_many_things),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
