#include "ingest/calls.h"

#include <string.h>

#include "support/cmocka.h"

enum { THREADS = 8, CALLS = 200 };

struct crew {
    struct calls calls;
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool awake;
    unsigned done; /* only the worker touches it */
};

static void crew_init(struct crew *crew)
{
    memset(crew, 0, sizeof *crew);
    calls_init(&crew->calls);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->woken, NULL);
}

static void crew_clear(struct crew *crew)
{
    calls_clear(&crew->calls);
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->woken);
}

static void wake(void *context)
{
    struct crew *crew = context;

    pthread_mutex_lock(&crew->lock);
    crew->awake = true;
    pthread_cond_signal(&crew->woken);
    pthread_mutex_unlock(&crew->lock);
}

static void sleep_until_woken(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    while (!crew->awake)
        pthread_cond_wait(&crew->woken, &crew->lock);
    crew->awake = false;
    pthread_mutex_unlock(&crew->lock);
}

static enum error_code count(void *context, struct error *error)
{
    struct crew *crew = context;

    (void)error;
    crew->done++;
    return ERROR_NONE;
}

static enum error_code refuse(void *context, struct error *error)
{
    (void)context;
    return error_set(error, ERROR_CONFLICT, "on purpose");
}

static void *call_often(void *context)
{
    struct crew *crew = context;
    uintptr_t right = 0;

    for (unsigned i = 0; i < CALLS; i++) {
        struct call call = {.work = i % 2 == 0 ? count : refuse, .context = crew};
        struct error error = {0};
        enum error_code code = calls_wait(&crew->calls, &call, wake, crew, &error);

        right += i % 2 == 0 ? code == ERROR_NONE : code == ERROR_CONFLICT && strcmp(error.message, "on purpose") == 0;
    }
    return (void *)right;
}

static void test_many_threads_have_their_work_done(void **state)
{
    struct crew crew;
    pthread_t threads[THREADS];

    (void)state;
    crew_init(&crew);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_often, &crew), 0);
    for (unsigned served = 0; served < THREADS * CALLS;) {
        struct call *call;

        sleep_until_woken(&crew);
        for (; (call = calls_next(&crew.calls)) != NULL; served++)
            calls_done(&crew.calls, call, call->work(call->context, call->error));
    }
    for (unsigned i = 0; i < THREADS; i++) {
        void *right = NULL;

        pthread_join(threads[i], &right);
        assert_int_equal((uintptr_t)right, CALLS);
    }
    assert_int_equal(crew.done, THREADS * CALLS / 2);
    crew_clear(&crew);
}

static void *call_once(void *context)
{
    struct crew *crew = context;
    struct call call = {.work = count, .context = crew};
    struct error error = {0};

    return (void *)(uintptr_t)calls_wait(&crew->calls, &call, wake, crew, &error);
}

static void test_who_waits_when_it_ends_is_told(void **state)
{
    struct crew crew;
    pthread_t thread;
    void *code = NULL;

    (void)state;
    crew_init(&crew);
    assert_int_equal(pthread_create(&thread, NULL, call_once, &crew), 0);
    sleep_until_woken(&crew);
    calls_end(&crew.calls);
    pthread_join(thread, &code);
    assert_int_equal((uintptr_t)code, ERROR_CONNECT);
    assert_int_equal((uintptr_t)call_once(&crew), ERROR_CONNECT); /* and who comes later */
    assert_int_equal(crew.done, 0);
    crew_clear(&crew);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_threads_have_their_work_done),
        cmocka_unit_test(test_who_waits_when_it_ends_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
