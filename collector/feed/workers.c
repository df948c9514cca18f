#include "feed/workers.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "store/store.h"

struct worker {
    pthread_t thread;
    struct database *database;
    struct workers *all;
    bool started;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t arrived; /* there is work, or the end has come */
    pthread_cond_t idle;    /* there is none left */
    struct work *first;
    struct work **last;
    unsigned waiting;
    unsigned busy;
    bool stopping;
    unsigned count;
    struct worker items[];
};

static struct work *take_work(struct workers *workers)
{
    struct work *work;

    while (workers->first == NULL && !workers->stopping)
        pthread_cond_wait(&workers->arrived, &workers->lock);
    work = workers->first;
    if (work == NULL)
        return NULL;
    workers->first = work->next;
    if (workers->first == NULL)
        workers->last = &workers->first;
    workers->waiting--;
    workers->busy++;
    return work;
}

static void *run(void *context)
{
    struct worker *worker = context;
    struct workers *workers = worker->all;
    struct work *work;

    pthread_mutex_lock(&workers->lock);
    while ((work = take_work(workers)) != NULL) {
        pthread_mutex_unlock(&workers->lock);
        work->run(work, worker->database); /* what it is part of may be gone afterwards */
        pthread_mutex_lock(&workers->lock);
        workers->busy--;
        if (workers->busy == 0 && workers->first == NULL)
            pthread_cond_broadcast(&workers->idle);
    }
    pthread_mutex_unlock(&workers->lock);
    return NULL;
}

/* ---- life ---- */

static enum error_code start(struct workers *workers, struct worker *worker, const char *folder, struct error *error)
{
    worker->all = workers;
    if (store_open(&worker->database, folder, DATABASE_READ, error) != ERROR_NONE)
        return error->code;
    if (pthread_create(&worker->thread, NULL, run, worker) != 0)
        return error_set(error, ERROR_MEMORY, "out of memory or threads while starting workers");
    worker->started = true;
    return ERROR_NONE;
}

static void init_locks(struct workers *workers)
{
    pthread_condattr_t attributes;

    pthread_mutex_init(&workers->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&workers->arrived, &attributes);
    pthread_cond_init(&workers->idle, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void free_workers(struct workers **workers)
{
    workers_free(*workers);
}

enum error_code workers_new(struct workers **ret_workers, unsigned count, const char *folder, struct error *error)
{
    CLEANUP(free_workers) struct workers *workers = mem_alloc(sizeof *workers + count * sizeof workers->items[0]);

    if (workers == NULL)
        return error_memory(error, "starting workers");
    *workers = (struct workers){.count = count};
    workers->last = &workers->first;
    for (unsigned i = 0; i < count; i++)
        workers->items[i] = (struct worker){0};
    init_locks(workers);
    for (unsigned i = 0; i < count; i++)
        if (start(workers, &workers->items[i], folder, error) != ERROR_NONE)
            return error->code;
    *ret_workers = workers;
    workers = NULL;
    return ERROR_NONE;
}

bool workers_add(struct workers *workers, struct work *work)
{
    bool taken;

    pthread_mutex_lock(&workers->lock);
    taken = !workers->stopping && workers->waiting < WORKERS_QUEUE_LIMIT;
    if (taken) {
        work->next = NULL;
        *workers->last = work;
        workers->last = &work->next;
        workers->waiting++;
        pthread_cond_signal(&workers->arrived);
    }
    pthread_mutex_unlock(&workers->lock);
    return taken;
}

bool workers_stop(struct workers *workers, int64_t deadline)
{
    bool done;

    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    pthread_cond_broadcast(&workers->arrived);
    while ((workers->busy > 0 || workers->first != NULL) && clock_elapsed() < deadline) {
        struct timespec until = {.tv_sec = deadline / 1000000, .tv_nsec = deadline % 1000000 * 1000};

        pthread_cond_timedwait(&workers->idle, &workers->lock, &until);
    }
    done = workers->busy == 0 && workers->first == NULL;
    pthread_mutex_unlock(&workers->lock);
    return done;
}

void workers_free(struct workers *workers)
{
    if (workers == NULL)
        return;
    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    pthread_cond_broadcast(&workers->arrived);
    pthread_mutex_unlock(&workers->lock);
    for (unsigned i = 0; i < workers->count; i++) {
        if (workers->items[i].started)
            pthread_join(workers->items[i].thread, NULL);
        database_close(workers->items[i].database);
    }
    pthread_cond_destroy(&workers->idle);
    pthread_cond_destroy(&workers->arrived);
    pthread_mutex_destroy(&workers->lock);
    mem_free(workers);
}
