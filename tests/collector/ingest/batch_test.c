#include "ingest/batch.h"

#include <string.h>

#include "base/memory.h"
#include "store/store.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

struct pen {
    struct test_directory directory;
    struct batch batch;
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

static int setup(void **state)
{
    static struct pen pen;
    struct error error = {0};

    pen = (struct pen){0};
    test_directory_make(&pen.directory);
    check(store_open(&pen.batch.database, pen.directory.path, DATABASE_WRITE, &error), &error);
    *state = &pen;
    return 0;
}

static int teardown(void **state)
{
    struct pen *pen = *state;

    batch_clear(&pen->batch);
    database_close(pen->batch.database);
    test_directory_remove(&pen->directory);
    return 0;
}

static void test_a_transaction_begins_once(void **state)
{
    struct pen *pen = *state;
    struct error error = {0};

    check(batch_begin(&pen->batch, 5, &error), &error);
    check(batch_begin(&pen->batch, 6, &error), &error);
    assert_true(database_in_transaction(pen->batch.database));
    assert_int_equal(pen->batch.began, 5);
    database_rollback(pen->batch.database);
    check(batch_begin(&pen->batch, 7, &error), &error);
    assert_int_equal(pen->batch.began, 7);
}

static struct text make_frame(void)
{
    char *bytes = mem_alloc(16);

    return (struct text){bytes, bytes == NULL ? 0 : 16};
}

/* The sanitizer sees to it that each frame is freed, and only once. */
static void test_promises_are_kept_in_order(void **state)
{
    enum { PROMISES = 200 };
    struct pen *pen = *state;
    struct error error = {0};

    for (uint64_t i = 0; i < PROMISES; i++)
        check(batch_promise(&pen->batch, &(struct promise){.seq = i, .frame = make_frame()}, &error), &error);
    batch_take_back(&pen->batch);
    assert_int_equal(pen->batch.count, PROMISES - 1);
    for (uint64_t i = 0; i < PROMISES - 1; i++)
        assert_int_equal(pen->batch.promises[i].seq, i);
    pen->batch.recorded = 3;
    pen->batch.bytes = 100;
    batch_reset(&pen->batch);
    assert_int_equal(pen->batch.count + pen->batch.recorded + pen->batch.bytes, 0);
    check(batch_promise(&pen->batch, &(struct promise){.frame = make_frame()}, &error), &error);
}

static enum error_code attempt(void *context, struct error *error)
{
    struct batch batch = {0};
    enum error_code code = ERROR_NONE;

    (void)context;
    for (unsigned i = 0; i < 100 && code == ERROR_NONE; i++) {
        struct text frame = make_frame();

        code = frame.bytes == NULL ? error_memory(error, "making a frame")
                                   : batch_promise(&batch, &(struct promise){.frame = frame}, error);
    }
    batch_clear(&batch);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_transaction_begins_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_promises_are_kept_in_order, setup, teardown),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
