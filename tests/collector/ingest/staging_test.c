#include "ingest/staging.h"

#include <string.h>

#include "support/cmocka.h"

enum { BUDGET = 1024 * 1024, LIMIT = 512 * 1024, SECOND = 1000 * 1000 };

static struct staging staging;

static int setup(void **state)
{
    (void)state;
    staging = (struct staging){.budget = BUDGET, .upload_limit = LIMIT};
    return 0;
}

/* An upload of the root that is named by a number. */
static struct upload *make(uint8_t root)
{
    struct upload *upload = NULL;
    struct arena arena;
    struct hash hash = {{root}};
    Wire__Offer *offer;
    struct error error = {0};

    arena_init(&arena, 16 * BUDGET);
    offer = arena_alloc(&arena, sizeof *offer);
    assert_non_null(offer);
    wire__offer__init(offer);
    assert_int_equal(upload_new(&upload, &arena, offer, &hash, &error), ERROR_NONE);
    return upload;
}

static struct upload *add(uint8_t root)
{
    struct upload *upload = make(root);

    assert_true(staging_add(&staging, upload));
    return upload;
}

static void take_out(struct upload *upload)
{
    staging_remove(&staging, upload);
    upload_free(upload);
}

/* The upload takes memory, as if nodes had come. */
static bool grow(struct upload *upload, size_t bytes)
{
    assert_non_null(arena_alloc(&upload->arena, bytes));
    return staging_took(&staging, upload, bytes, 0);
}

/* Its turn: it leads, and asks. */
static void ask(struct upload *upload)
{
    assert_ptr_equal(staging_next(&staging), upload);
    assert_true(staging_leads(&staging, upload));
    staging_asks(&staging, upload, 0);
}

static void test_turns_come_in_order(void **state)
{
    struct upload *first = add(1), *second = add(2);

    (void)state;
    ask(first);
    ask(second);
    assert_null(staging_next(&staging));
    take_out(first);
    take_out(second);
    assert_int_equal(staging.used, 0);
    assert_null(staging_next(&staging));
}

static void test_one_root_is_brought_by_one_upload(void **state)
{
    struct upload *leader = add(1), *follower = add(1), *last = add(1), *other = add(2);

    (void)state;
    ask(leader);
    assert_ptr_equal(staging_next(&staging), follower);
    assert_false(staging_leads(&staging, follower));
    assert_false(staging_leads(&staging, last));
    ask(other);
    assert_null(staging_next(&staging));
    take_out(follower); /* its agent is gone */
    take_out(leader);   /* refused: the next one brings the root */
    ask(last);
    take_out(last);
    take_out(other);
    assert_int_equal(staging.used, 0);
}

static void test_without_room_nobody_else_has_a_turn(void **state)
{
    struct upload *large = add(1), *waiting = add(2);

    (void)state;
    ask(large);
    assert_true(grow(large, BUDGET));
    assert_null(staging_next(&staging));
    take_out(large);
    ask(waiting);
    take_out(waiting);
}

static void test_who_holds_memory_goes_on_before_who_comes(void **state)
{
    struct upload *large = add(1), *waiting = add(2);

    (void)state;
    ask(large);
    assert_true(grow(large, BUDGET));
    staging_waits(&staging, large); /* has to ask again; nobody else is asking, so there is a turn */
    ask(large);
    assert_null(staging_next(&staging));
    take_out(large);
    take_out(waiting);
}

/* Two that each want more than what is left: one goes beyond the budget, the other waits. */
static void test_one_can_always_be_finished(void **state)
{
    struct upload *one = add(1), *two = add(2);

    (void)state;
    ask(one);
    ask(two);
    assert_true(grow(one, BUDGET / 2));
    assert_true(grow(two, BUDGET / 2));
    staging_waits(&staging, one);
    assert_null(staging_next(&staging)); /* the other is asking, and may free something */
    staging_waits(&staging, two);
    ask(two);
    assert_null(staging_next(&staging));
    take_out(two);
    ask(one);
    take_out(one);
}

static void test_there_is_an_end_to_it(void **state)
{
    struct upload *large = add(1), *late = make(2);

    (void)state;
    ask(large);
    assert_true(grow(large, BUDGET));
    assert_false(grow(large, LIMIT));
    assert_false(staging_add(&staging, late));
    take_out(large);
    assert_true(staging_add(&staging, late));
    take_out(late);
    assert_int_equal(staging.used, 0);
}

static void test_who_does_not_answer_is_overdue(void **state)
{
    const int64_t pause = (int64_t)STAGING_ANSWER_MS * 1000;
    struct upload *silent = add(1), *slow = add(2);

    (void)state;
    ask(silent);
    ask(slow);
    assert_null(staging_overdue(&staging, pause - 1));
    /* Ten seconds' worth of bytes, but never more than the pause from now. */
    assert_true(staging_took(&staging, slow, STAGING_PACE * 10, 5 * SECOND));
    assert_ptr_equal(staging_overdue(&staging, pause), silent);
    take_out(silent);
    assert_null(staging_overdue(&staging, pause + 5 * SECOND - 1));
    assert_ptr_equal(staging_overdue(&staging, pause + 5 * SECOND), slow);
    take_out(slow);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
    const struct CMUnitTest tests[] = {
        TEST(test_turns_come_in_order),
        TEST(test_one_root_is_brought_by_one_upload),
        TEST(test_without_room_nobody_else_has_a_turn),
        TEST(test_who_holds_memory_goes_on_before_who_comes),
        TEST(test_one_can_always_be_finished),
        TEST(test_there_is_an_end_to_it),
        TEST(test_who_does_not_answer_is_overdue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
