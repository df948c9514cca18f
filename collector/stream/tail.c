#include "stream/tail.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "event/cloud_event.h"
#include "store/store.h"
#include "stream/background.h"

enum {
    PAGE_MEMORY = 256 * 1024 * 1024, /* far more than events ever take */
    LIFETIME_MEMORY = 64 * 1024,
    RETRY_MS = 1000
};

struct tail {
    struct database *database;
    struct logger *logger;
    struct pulse *pulse;
    struct pulse *news;
    struct ring *ring;
    struct arena arena;
    struct text store;
    struct buffer json; /* of the event that is written out */
    atomic_uint wanted;
    int woken; /* of the pulse */
    int stop;
    pthread_t thread;
};

/* ---- following ---- */

static enum error_code add(struct tail *tail, const struct event_row *event, struct arena *arena, struct error *error)
{
    buffer_reset(&tail->json);
    if (cloud_event_write(event, tail->store, arena, &tail->json, error) != ERROR_NONE)
        return error->code;
    return ring_add(tail->ring, event, buffer_text(&tail->json), error);
}

/* Read a page; `ret_more`: there may be another. */
static enum error_code read_page(struct tail *tail, bool *ret_more, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct event_row *events = NULL;
    size_t count = 0;

    arena_init(&arena, PAGE_MEMORY);
    if (events_list(tail->database, ring_last(tail->ring), TAIL_PAGE, &arena, &events, &count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++)
        if (add(tail, &events[i], &arena, error) != ERROR_NONE)
            return error->code;
    *ret_more = count == TAIL_PAGE;
    return ERROR_NONE;
}

/* Nobody wants what there is. Who begins to just now finds himself behind, and is told to look. */
static void skip(struct tail *tail)
{
    int64_t last = pulse_last(tail->pulse);

    if (last > ring_last(tail->ring))
        ring_restart(tail->ring, last);
    if (atomic_load(&tail->wanted) > 0)
        pulse_beat(tail->news, ring_last(tail->ring));
}

/* To the end of the log. False: something failed, and it is to be tried again. */
static bool follow(struct tail *tail)
{
    struct error error = {0};
    bool more = true;

    while (more) {
        if (atomic_load(&tail->wanted) == 0) {
            skip(tail);
            return true;
        }
        if (read_page(tail, &more, &error) != ERROR_NONE) {
            log_failure(tail->logger, "events-unread", &error, "trying again in a second");
            return false;
        }
        pulse_beat(tail->news, ring_last(tail->ring));
    }
    return true;
}

static void *run(void *context)
{
    struct tail *tail = context;
    struct pollfd files[] = {{.fd = tail->woken, .events = POLLIN}, {.fd = tail->stop, .events = POLLIN}};
    bool good = true;
    uint64_t ignored;

    background_give_way();
    for (;;) {
        if (poll(files, LENGTH_OF(files), good ? -1 : RETRY_MS) < 0 && errno != EINTR)
            return NULL; /* only without memory for the call: nothing can be done */
        if ((files[1].revents & POLLIN) != 0)
            return NULL;
        (void)!read(tail->woken, &ignored, sizeof ignored);
        good = follow(tail);
    }
}

/* ---- life ---- */

static void release(struct tail *tail)
{
    if (tail->woken >= 0)
        pulse_leave(tail->pulse, tail->woken);
    if (tail->stop >= 0)
        close(tail->stop);
    buffer_clear(&tail->json);
    ring_free(tail->ring);
    pulse_free(tail->news);
    database_close(tail->database);
    arena_free(&tail->arena);
    mem_free(tail);
}

static enum error_code open_log(struct tail *tail, const char *folder, struct error *error)
{
    int64_t last = 0;

    if (store_open(&tail->database, folder, DATABASE_READ, error) != ERROR_NONE ||
        store_id(tail->database, &tail->arena, &tail->store, error) != ERROR_NONE ||
        events_last(tail->database, &last, error) != ERROR_NONE ||
        ring_new(&tail->ring, TAIL_EVENTS, TAIL_BYTES, error) != ERROR_NONE)
        return error->code;
    ring_restart(tail->ring, last);
    return ERROR_NONE;
}

static enum error_code start(struct tail *tail, const struct tail_settings *settings, struct error *error)
{
    int failure;

    if (open_log(tail, settings->folder, error) != ERROR_NONE || pulse_new(&tail->news, error) != ERROR_NONE ||
        pulse_listen(tail->pulse, &tail->woken, error) != ERROR_NONE)
        return error->code;
    tail->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (tail->stop < 0)
        return error_set(error, ERROR_IO, "following events: %s", strerror(errno));
    failure = pthread_create(&tail->thread, NULL, run, tail);
    if (failure != 0)
        return error_set(error, ERROR_MEMORY, "starting to follow events: %s", strerror(failure));
    return ERROR_NONE;
}

enum error_code tail_start(struct tail **ret_tail, const struct tail_settings *settings, struct error *error)
{
    struct tail *tail = mem_alloc(sizeof *tail);

    if (tail == NULL)
        return error_memory(error, "following events");
    *tail = (struct tail){.logger = settings->logger, .pulse = settings->pulse, .woken = -1, .stop = -1};
    arena_init(&tail->arena, LIFETIME_MEMORY);
    buffer_init(&tail->json);
    if (start(tail, settings, error) != ERROR_NONE) {
        release(tail);
        return error->code;
    }
    *ret_tail = tail;
    return ERROR_NONE;
}

void tail_stop(struct tail *tail)
{
    if (tail == NULL)
        return;
    (void)!write(tail->stop, &(uint64_t){1}, sizeof(uint64_t));
    pthread_join(tail->thread, NULL);
    release(tail);
}

/* ---- for who follows ---- */

void tail_want(struct tail *tail)
{
    atomic_fetch_add(&tail->wanted, 1);
}

void tail_want_no_more(struct tail *tail)
{
    atomic_fetch_sub(&tail->wanted, 1);
}

int64_t tail_last(struct tail *tail)
{
    int64_t committed = pulse_last(tail->pulse), added = ring_last(tail->ring);

    return committed > added ? committed : added;
}

struct ring *tail_ring(struct tail *tail)
{
    return tail->ring;
}

struct pulse *tail_news(struct tail *tail)
{
    return tail->news;
}

struct text tail_store(const struct tail *tail)
{
    return tail->store;
}
