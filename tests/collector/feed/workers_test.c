#include "feed/workers.h"

#include <pthread.h>

#include "base/clock.h"
#include "store/store.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { WORKERS = 2, PIECES = 100, PATIENCE_S = 60 };

/* Work that waits for leave to go on, and counts. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_open;
    unsigned waiting;
    unsigned done;
    unsigned without_store; /* done without a connection that reads */
};

struct piece {
    struct work work;
    struct gate *gate;
};

static void run(struct work *work, struct database *database)
{
    struct gate *gate = ((struct piece *)work)->gate;
    CLEANUP(arena_free) struct arena arena;
    struct text id = {0};
    struct error error = {0};
    bool reads;

    arena_init(&arena, 1024 * 1024);
    reads = store_id(database, &arena, &id, &error) == ERROR_NONE && id.length == 32;
    pthread_mutex_lock(&gate->lock);
    gate->waiting++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->is_open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    gate->waiting--;
    gate->done++;
    gate->without_store += !reads;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void open_gate(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->is_open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void wait_for(struct gate *gate, const unsigned *value, unsigned wanted)
{
    pthread_mutex_lock(&gate->lock);
    while (*value < wanted)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static int make_store(void **state)
{
    static struct test_directory directory;
    struct database *database = NULL;
    struct error error = {0};

    test_directory_make(&directory);
    assert_int_equal(store_open(&database, test_directory_path(&directory, "data"), DATABASE_WRITE, &error),
                     ERROR_NONE);
    database_close(database);
    *state = &directory;
    return 0;
}

static int remove_store(void **state)
{
    test_directory_remove(*state);
    return 0;
}

static struct workers *start(struct test_directory *directory)
{
    struct workers *workers = NULL;
    struct error error = {0};

    if (workers_new(&workers, WORKERS, test_directory_path(directory, "data"), &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return workers;
}

static int64_t soon(void)
{
    return clock_elapsed() + (int64_t)PATIENCE_S * 1000000;
}

static void test_all_work_is_done(void **state)
{
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, true, 0, 0, 0};
    struct workers *workers = start(*state);
    struct piece pieces[PIECES];

    for (int i = 0; i < PIECES; i++) {
        pieces[i] = (struct piece){{.run = run}, &gate};
        assert_true(workers_add(workers, &pieces[i].work));
    }
    assert_true(workers_stop(workers, soon()));
    assert_int_equal(gate.done, PIECES);
    assert_int_equal(gate.without_store, 0);
    assert_false(workers_add(workers, &pieces[0].work)); /* the end has come */
    workers_free(workers);
    workers_free(NULL);
}

static void test_too_much_work_is_refused(void **state)
{
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0, 0, 0};
    static struct piece pieces[WORKERS + WORKERS_QUEUE_LIMIT + 1];
    struct workers *workers = start(*state);

    for (size_t i = 0; i < LENGTH_OF(pieces); i++)
        pieces[i] = (struct piece){{.run = run}, &gate};
    for (size_t i = 0; i < WORKERS; i++)
        assert_true(workers_add(workers, &pieces[i].work));
    wait_for(&gate, &gate.waiting, WORKERS);
    for (size_t i = 0; i < WORKERS_QUEUE_LIMIT; i++)
        assert_true(workers_add(workers, &pieces[WORKERS + i].work));
    assert_false(workers_add(workers, &pieces[WORKERS + WORKERS_QUEUE_LIMIT].work));
    open_gate(&gate);
    assert_true(workers_stop(workers, soon()));
    assert_int_equal(gate.done, WORKERS + WORKERS_QUEUE_LIMIT);
    workers_free(workers);
}

static void test_work_that_takes_too_long_is_left_behind(void **state)
{
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0, 0, 0};
    struct piece piece = {{.run = run}, &gate};
    struct workers *workers = start(*state);

    assert_true(workers_add(workers, &piece.work));
    wait_for(&gate, &gate.waiting, 1);
    assert_false(workers_stop(workers, clock_elapsed() + 1000));
    open_gate(&gate);
    assert_true(workers_stop(workers, soon()));
    workers_free(workers);
}

static void test_without_a_store_there_are_none(void **state)
{
    struct workers *workers = NULL;
    struct error error = {0};

    assert_int_equal(workers_new(&workers, WORKERS, test_directory_path(*state, "none"), &error), ERROR_NOT_FOUND);
    assert_null(workers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_work_is_done),
        cmocka_unit_test(test_too_much_work_is_refused),
        cmocka_unit_test(test_work_that_takes_too_long_is_left_behind),
        cmocka_unit_test(test_without_a_store_there_are_none),
    };

    return cmocka_run_group_tests(tests, make_store, remove_store);
}
