#include "cli/reading.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/progress.h"
#include "cli/terminal.h"

enum { REDRAW_NANOSECONDS = 100 * 1000 * 1000 };

/* What the threads share, under the mutex: only how many are still at work. */
struct meeting {
    pthread_mutex_t mutex;
    pthread_cond_t somebody_finished;
    size_t working;
};

struct worker {
    struct reading *reading;
    struct ref_settings settings;
    struct progress_side *progress;
    struct error error;
    struct meeting *meeting;
    pthread_t thread;
    bool has_thread;
};

static void *work(void *context)
{
    struct worker *worker = context;

    if (ref_snapshot(&worker->reading->snapshot, worker->reading->reference, &worker->settings, &worker->error) !=
        ERROR_NONE)
        worker->reading->snapshot = NULL;
    atomic_store(&worker->progress->finished, true);
    pthread_mutex_lock(&worker->meeting->mutex);
    worker->meeting->working--;
    pthread_cond_signal(&worker->meeting->somebody_finished);
    pthread_mutex_unlock(&worker->meeting->mutex);
    return NULL;
}

/* Show progress until the last one has finished. */
static void watch(struct meeting *meeting, struct progress *progress)
{
    bool interactive = terminal_is_interactive(STDERR_FILENO);

    pthread_mutex_lock(&meeting->mutex);
    while (meeting->working > 0) {
        struct timespec until;

        if (!interactive) {
            pthread_cond_wait(&meeting->somebody_finished, &meeting->mutex);
            continue;
        }
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += REDRAW_NANOSECONDS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_clockwait(&meeting->somebody_finished, &meeting->mutex, CLOCK_MONOTONIC, &until);
        if (meeting->working > 0)
            progress_show(progress);
    }
    pthread_mutex_unlock(&meeting->mutex);
    progress_hide(progress);
}

static void start(struct worker *workers, size_t count, struct meeting *meeting, struct progress *progress)
{
    for (size_t i = 0; i < count; i++) {
        struct worker *worker = &workers[i];

        worker->settings.source.progress = progress_report;
        worker->settings.source.progress_context = worker->progress = &progress->sides[i];
        worker->meeting = meeting;
        worker->progress->label = worker->reading->label;
    }
    for (size_t i = 0; i < count; i++) {
        workers[i].has_thread = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
        if (!workers[i].has_thread)
            work(&workers[i]); /* slower, but it works */
    }
}

/* Whether a worker failed: a success leaves no code. */
static enum error_code collect(struct worker *workers, size_t count, struct error *error)
{
    const struct worker *first = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct worker *worker = &workers[i];

        if (worker->reading->snapshot != NULL)
            continue;
        if (first == NULL) {
            first = worker;
            *error = worker->error;
        } else {
            const char *hint = first->error.hint;

            error_set(error, first->error.code, "%s: %s%s%s%s; %s: %s", first->reading->label, first->error.message,
                      hint[0] == '\0' ? "" : " (", hint, hint[0] == '\0' ? "" : ")", worker->reading->label,
                      worker->error.message);
            error_hint(error, "%s", worker->error.hint);
        }
    }
    if (first == NULL)
        return ERROR_NONE;
    for (size_t i = 0; i < count; i++) {
        snapshot_free(workers[i].reading->snapshot);
        workers[i].reading->snapshot = NULL;
    }
    return error->code;
}

enum error_code reading_run(struct reading *readings, size_t count, const struct ref_settings *settings,
                            struct error *error)
{
    struct meeting meeting = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, count};
    struct progress_side sides[READING_LIMIT] = {0};
    struct progress progress = {.sides = sides, .count = count, .started = clock_elapsed()};
    struct worker workers[READING_LIMIT] = {0};

    if (count > READING_LIMIT)
        return error_set(error, ERROR_INTERNAL, "%zu schemas cannot be read at once", count);
    for (size_t i = 0; i < count; i++) {
        readings[i].snapshot = NULL;
        workers[i] = (struct worker){.reading = &readings[i], .settings = *settings};
    }
    start(workers, count, &meeting, &progress);
    watch(&meeting, &progress);
    for (size_t i = 0; i < count; i++)
        if (workers[i].has_thread)
            pthread_join(workers[i].thread, NULL);
    return collect(workers, count, error);
}
