#include "sources/odbc/odbc_worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>

#include "base/memory.h"

enum { GIVEN_UP_MAX = 64, GIVEN_UP_SAME_MAX = 4, NANOSECONDS = 1000 * 1000 * 1000 };

struct odbc_worker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool busy;     /* a task lies on the desk, which is the thread's until it is done */
    bool given_up; /* nobody waits for it any more */
    uint64_t key;  /* of the reference */
    struct odbc_desk desk;
};

/* The keys of those that were given up; 0: none. */
static struct {
    pthread_mutex_t lock;
    uint64_t keys[GIVEN_UP_MAX];
} given_up = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* FNV-1a: who wants two references to have one key harms only himself. */
static uint64_t key_of(const char *ref)
{
    uint64_t key = UINT64_C(0xcbf29ce484222325);

    for (; *ref != '\0'; ref++)
        key = (key ^ (unsigned char)*ref) * UINT64_C(0x100000001b3);
    return key == 0 ? 1 : key;
}

/* How many have this key; 0: any. */
static unsigned count_given_up(uint64_t key)
{
    unsigned count = 0;

    pthread_mutex_lock(&given_up.lock);
    for (size_t i = 0; i < GIVEN_UP_MAX; i++)
        count += given_up.keys[i] != 0 && (key == 0 || given_up.keys[i] == key);
    pthread_mutex_unlock(&given_up.lock);
    return count;
}

/* When there are already too many this one is not counted, which does no harm. */
static void replace_given_up(uint64_t key, uint64_t by)
{
    pthread_mutex_lock(&given_up.lock);
    for (size_t i = 0; i < GIVEN_UP_MAX; i++)
        if (given_up.keys[i] == key) {
            given_up.keys[i] = by;
            break;
        }
    pthread_mutex_unlock(&given_up.lock);
}

unsigned odbc_worker_given_up(void)
{
    return count_given_up(0);
}

static void destroy(struct odbc_worker *worker)
{
    odbc_desk_clear(&worker->desk);
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->lock);
    mem_free(worker);
}

enum service { SERVICE_ON, SERVICE_DONE, SERVICE_ALONE };

/* Wait for a task and do it. */
static enum service serve(struct odbc_worker *worker)
{
    enum service service;

    pthread_mutex_lock(&worker->lock);
    while (!worker->busy)
        pthread_cond_wait(&worker->changed, &worker->lock);
    pthread_mutex_unlock(&worker->lock);
    odbc_desk_do(&worker->desk);
    pthread_mutex_lock(&worker->lock);
    service = worker->given_up ? SERVICE_ALONE : worker->desk.task == ODBC_TASK_END ? SERVICE_DONE : SERVICE_ON;
    worker->busy = false;
    pthread_cond_signal(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
    return service;
}

static void *run(void *context)
{
    struct odbc_worker *worker = context;
    uint64_t key = worker->key;
    enum service service;

    pthread_setname_np(pthread_self(), "odbc");
    do {
        service = serve(worker);
    } while (service == SERVICE_ON);
    if (service == SERVICE_DONE)
        return NULL;
    if (worker->desk.task != ODBC_TASK_END) {
        worker->desk.task = ODBC_TASK_END;
        odbc_desk_do(&worker->desk);
    }
    destroy(worker);
    replace_given_up(key, 0);
    return NULL;
}

/* Signals are for the threads that expect them. */
static int start_thread(struct odbc_worker *worker)
{
    sigset_t all, before;
    int failure;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failure = pthread_create(&worker->thread, NULL, run, worker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}

static enum error_code check_given_up(const char *ref, struct error *error)
{
    unsigned same = count_given_up(key_of(ref)), all = count_given_up(0);

    if (same < GIVEN_UP_SAME_MAX && all < GIVEN_UP_MAX)
        return ERROR_NONE;
    error_set(error, ERROR_TIMEOUT,
              "%u connections still wait for a server that does not answer, and no more are begun",
              same < GIVEN_UP_SAME_MAX ? all : same);
    return error_hint(error, "they go when it answers or the system ends them; restart the program if neither happens");
}

enum error_code odbc_worker_start(struct odbc_worker **ret_worker, const char *ref, struct error *error)
{
    struct odbc_worker *worker;
    pthread_condattr_t attributes;

    if (check_given_up(ref, error) != ERROR_NONE)
        return error->code;
    worker = mem_alloc(sizeof *worker);
    if (worker == NULL)
        return error_memory(error, "connecting");
    memset(worker, 0, sizeof *worker);
    worker->key = key_of(ref);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (start_thread(worker) != 0) {
        destroy(worker);
        return error_set(error, ERROR_MEMORY, "memory for a thread ran out while connecting");
    }
    *ret_worker = worker;
    return ERROR_NONE;
}

struct odbc_desk *odbc_worker_desk(struct odbc_worker *worker)
{
    return &worker->desk;
}

static struct timespec deadline_in(unsigned milliseconds)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += milliseconds / 1000;
    time.tv_nsec += (long)(milliseconds % 1000) * 1000 * 1000;
    if (time.tv_nsec >= NANOSECONDS) {
        time.tv_sec++;
        time.tv_nsec -= NANOSECONDS;
    }
    return time;
}

bool odbc_worker_do(struct odbc_worker *worker, enum odbc_task task, unsigned milliseconds)
{
    struct timespec deadline = deadline_in(milliseconds);
    bool done;
    int result = 0;

    pthread_mutex_lock(&worker->lock);
    worker->desk.task = task;
    worker->busy = true;
    pthread_cond_broadcast(&worker->changed);
    while (worker->busy && result != ETIMEDOUT)
        result = pthread_cond_timedwait(&worker->changed, &worker->lock, &deadline);
    done = !worker->busy;
    if (!done) {
        worker->given_up = true;
        replace_given_up(0, worker->key);
        pthread_detach(worker->thread);
    }
    pthread_mutex_unlock(&worker->lock);
    return done;
}

void odbc_worker_end(struct odbc_worker *worker, unsigned milliseconds)
{
    if (worker == NULL || !odbc_worker_do(worker, ODBC_TASK_END, milliseconds))
        return;
    pthread_join(worker->thread, NULL);
    destroy(worker);
}
