#include "feed/streams.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "store/store.h"
#include "store/tokens.h"
#include "stream/background.h"

enum { LOOK_MS = 1000, TOKENS_MEMORY = 64 * 1024 * 1024 };

struct queue {
    struct stream *first;
    struct stream **last;
};

struct streams {
    struct streams_settings settings;
    struct database *database; /* of the thread that brings pages */
    int news;
    int woken; /* an eventfd: somebody is ready, or the end has come */
    pthread_t turns, pages;
    bool turns_started, pages_started;

    pthread_mutex_t lock; /* of all below, and of every stream that is not running */
    pthread_cond_t behind;
    struct stream *all;
    unsigned count;
    struct queue ready;
    struct queue paging;
    size_t sent; /* bytes since the last turn */
    bool stopping;
};

/* ---- queues ---- */

static void push(struct queue *queue, struct stream *stream)
{
    stream->next_in_queue = NULL;
    *queue->last = stream;
    queue->last = &stream->next_in_queue;
}

static struct stream *pop(struct queue *queue)
{
    struct stream *stream = queue->first;

    if (stream == NULL)
        return NULL;
    queue->first = stream->next_in_queue;
    if (queue->first == NULL)
        queue->last = &queue->first;
    return stream;
}

static void wake(struct streams *streams)
{
    (void)!write(streams->woken, &(uint64_t){1}, sizeof(uint64_t));
}

static void make_ready(struct streams *streams, struct stream *stream)
{
    if (streams->ready.first == NULL)
        wake(streams);
    stream->state = STREAM_READY;
    push(&streams->ready, stream);
}

/* Where a stream belongs whose line is suspended. */
static void settle(struct streams *streams, struct stream *stream)
{
    enum stream_outlook outlook = stream->is_over || streams->stopping
                                      ? STREAM_SOMETHING
                                      : stream_look(stream, tail_ring(streams->settings.tail));

    if (outlook == STREAM_SOMETHING) {
        make_ready(streams, stream);
    } else if (outlook == STREAM_BEHIND) {
        stream->state = STREAM_PAGING;
        push(&streams->paging, stream);
        pthread_cond_signal(&streams->behind);
    } else {
        stream->state = STREAM_IDLE;
    }
}

/* ---- turns ---- */

/* Who has everything looks whether there is more, and hears something if he has not for long. */
static void look_at_idle(struct streams *streams, int64_t now)
{
    for (struct stream *stream = streams->all; stream != NULL; stream = stream->next) {
        if (stream->state != STREAM_IDLE)
            continue;
        if (now - stream->sent_at >= (int64_t)STREAMS_ALIVE_MS * 1000)
            stream_tell_alive(stream);
        settle(streams, stream);
    }
}

/* Let the next few go on. A line is resumed without the lock: nobody else touches a stream that is running. */
static void give_turns(struct streams *streams)
{
    struct stream *wave[STREAMS_WAVE];
    size_t count = 0;

    while (count < STREAMS_WAVE && (wave[count] = pop(&streams->ready)) != NULL) {
        wave[count]->state = STREAM_RUNNING;
        wave[count]->had_turn = false;
        count++;
    }
    pthread_mutex_unlock(&streams->lock);
    for (size_t i = 0; i < count; i++)
        wave[i]->line.resume(wave[i]->line.context);
    pthread_mutex_lock(&streams->lock);
}

/* Until there is something, a second at most; turns are no closer together than they may be. */
static void wait_for_news(struct streams *streams, bool waiting, int64_t next)
{
    struct pollfd files[] = {{.fd = streams->news, .events = POLLIN}, {.fd = streams->woken, .events = POLLIN}};
    uint64_t ignored;
    int64_t now;

    (void)poll(files, LENGTH_OF(files), waiting ? 0 : LOOK_MS);
    now = clock_elapsed();
    if (now < next)
        nanosleep(&(struct timespec){.tv_sec = (next - now) / 1000000, .tv_nsec = (next - now) % 1000000 * 1000}, NULL);
    (void)!read(streams->news, &ignored, sizeof ignored);
    (void)!read(streams->woken, &ignored, sizeof ignored);
}

/* The more was sent since the last turn, the later the next one. */
static int64_t next_turn(struct streams *streams, int64_t last_turn)
{
    int64_t pause = (int64_t)STREAMS_TURN_MS * 1000;
    int64_t sending = (int64_t)((uint64_t)streams->sent * 1000000 / STREAMS_BYTES_A_SECOND);

    streams->sent = 0;
    return last_turn + (sending > pause ? sending : pause);
}

static void *run_turns(void *context)
{
    struct streams *streams = context;
    int64_t last_turn = 0;

    pthread_mutex_lock(&streams->lock);
    while (!streams->stopping) {
        bool waiting = streams->ready.first != NULL;
        int64_t next = next_turn(streams, last_turn);

        pthread_mutex_unlock(&streams->lock);
        wait_for_news(streams, waiting, next);
        pthread_mutex_lock(&streams->lock);
        last_turn = clock_elapsed();
        look_at_idle(streams, last_turn);
        give_turns(streams);
    }
    pthread_mutex_unlock(&streams->lock);
    return NULL;
}

/* ---- tokens ---- */

static bool is_good(int64_t id, const struct token_row *tokens, size_t count, int64_t now)
{
    for (size_t i = 0; i < count; i++)
        if (tokens[i].id == id)
            return tokens[i].expires_at == 0 || tokens[i].expires_at > now;
    return false;
}

/* Without the lock; what cannot be read now is read next time. */
static void look_at_tokens(struct streams *streams)
{
    CLEANUP(arena_free) struct arena arena;
    struct token_row *tokens = NULL;
    struct error error = {0};
    int64_t now = clock_now();
    size_t count = 0;

    arena_init(&arena, TOKENS_MEMORY);
    if (tokens_list(streams->database, &arena, &tokens, &count, &error) != ERROR_NONE) {
        log_failure(streams->settings.logger, "tokens-unread", &error, "keeping streams; trying again later");
        return;
    }
    pthread_mutex_lock(&streams->lock);
    for (struct stream *stream = streams->all; stream != NULL; stream = stream->next) {
        if (stream->is_over || is_good(stream->token, tokens, count, now))
            continue;
        stream->is_over = true;
        if (stream->state == STREAM_IDLE)
            make_ready(streams, stream);
    }
    pthread_mutex_unlock(&streams->lock);
}

/* ---- pages ---- */

static void bring_page(struct streams *streams, struct stream *stream)
{
    const struct streams_settings *settings = &streams->settings;
    int64_t floor = ring_floor(tail_ring(settings->tail));
    struct error error = {0};

    pthread_mutex_unlock(&streams->lock);
    if (stream_read_page(stream, streams->database, tail_store(settings->tail), floor, &error) != ERROR_NONE)
        log_failure(settings->logger, "stream-ended", &error, "the reader may go on where he was");
    pthread_mutex_lock(&streams->lock);
    stream->is_over = stream->is_over || error.code != ERROR_NONE;
    settle(streams, stream);
}

/* Until somebody is behind, or the deadline. */
static struct stream *next_behind(struct streams *streams, int64_t deadline)
{
    struct timespec until = {.tv_sec = deadline / 1000000, .tv_nsec = deadline % 1000000 * 1000};

    while (streams->paging.first == NULL && !streams->stopping && clock_elapsed() < deadline)
        pthread_cond_timedwait(&streams->behind, &streams->lock, &until);
    return pop(&streams->paging);
}

static void *run_pages(void *context)
{
    struct streams *streams = context;
    int64_t tokens_at = clock_elapsed() + (int64_t)STREAMS_TOKENS_MS * 1000;

    background_give_way();
    pthread_mutex_lock(&streams->lock);
    while (!streams->stopping) {
        struct stream *stream = next_behind(streams, tokens_at);

        if (stream != NULL)
            bring_page(streams, stream);
        if (clock_elapsed() < tokens_at)
            continue;
        tokens_at = clock_elapsed() + (int64_t)STREAMS_TOKENS_MS * 1000;
        pthread_mutex_unlock(&streams->lock);
        look_at_tokens(streams);
        pthread_mutex_lock(&streams->lock);
    }
    pthread_mutex_unlock(&streams->lock);
    return NULL;
}

/* ---- life ---- */

static void init(struct streams *streams, const struct streams_settings *settings)
{
    pthread_condattr_t attributes;

    *streams = (struct streams){.settings = *settings, .news = -1, .woken = -1};
    streams->ready.last = &streams->ready.first;
    streams->paging.last = &streams->paging.first;
    pthread_mutex_init(&streams->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&streams->behind, &attributes);
    pthread_condattr_destroy(&attributes);
}

static enum error_code start(struct streams *streams, struct error *error)
{
    if (store_open(&streams->database, streams->settings.folder, DATABASE_READ, error) != ERROR_NONE ||
        pulse_listen(tail_news(streams->settings.tail), &streams->news, error) != ERROR_NONE)
        return error->code;
    streams->woken = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (streams->woken < 0)
        return error_set(error, ERROR_IO, "preparing streams of events: %s", strerror(errno));
    streams->turns_started = pthread_create(&streams->turns, NULL, run_turns, streams) == 0;
    streams->pages_started = pthread_create(&streams->pages, NULL, run_pages, streams) == 0;
    if (!streams->turns_started || !streams->pages_started)
        return error_set(error, ERROR_MEMORY, "out of memory or threads while preparing streams of events");
    return ERROR_NONE;
}

enum error_code streams_start(struct streams **ret_streams, const struct streams_settings *settings,
                              struct error *error)
{
    struct streams *streams = mem_alloc(sizeof *streams);

    if (streams == NULL)
        return error_memory(error, "preparing streams of events");
    init(streams, settings);
    if (start(streams, error) != ERROR_NONE) {
        streams_stop(streams);
        streams_free(streams);
        return error->code;
    }
    *ret_streams = streams;
    return ERROR_NONE;
}

/* When the threads have ended, every line that is suspended is let go on: it finds its stream over. */
void streams_stop(struct streams *streams)
{
    if (streams == NULL)
        return;
    pthread_mutex_lock(&streams->lock);
    streams->stopping = true;
    pthread_cond_signal(&streams->behind);
    pthread_mutex_unlock(&streams->lock);
    if (streams->woken >= 0)
        wake(streams);
    if (streams->turns_started)
        pthread_join(streams->turns, NULL);
    if (streams->pages_started)
        pthread_join(streams->pages, NULL);
    streams->turns_started = streams->pages_started = false;
    pthread_mutex_lock(&streams->lock);
    for (struct stream *stream = streams->all; stream != NULL; stream = stream->next) {
        if (stream->state == STREAM_RUNNING)
            continue;
        stream->state = STREAM_RUNNING;
        stream->line.resume(stream->line.context);
    }
    pthread_mutex_unlock(&streams->lock);
}

void streams_free(struct streams *streams)
{
    if (streams == NULL)
        return;
    if (streams->news >= 0)
        pulse_leave(tail_news(streams->settings.tail), streams->news);
    if (streams->woken >= 0)
        close(streams->woken);
    database_close(streams->database);
    pthread_cond_destroy(&streams->behind);
    pthread_mutex_destroy(&streams->lock);
    mem_free(streams);
}

/* ---- readers ---- */

enum error_code streams_add(struct streams *streams, struct stream *stream, struct error *error)
{
    bool taken;

    pthread_mutex_lock(&streams->lock);
    taken = !streams->stopping && streams->count < streams->settings.limit;
    if (taken) {
        stream->next = streams->all;
        if (stream->next != NULL)
            stream->next->previous = stream;
        streams->all = stream;
        streams->count++;
        tail_want(streams->settings.tail);
    }
    pthread_mutex_unlock(&streams->lock);
    if (!taken) {
        error_set(error, ERROR_LIMIT, "%u streams of events are read already", streams->settings.limit);
        return error_hint(error, "try again later, or raise http.streams of the collector");
    }
    if (stream->position < 0)
        stream->position = stream->told = tail_last(streams->settings.tail);
    return ERROR_NONE;
}

void streams_remove(struct streams *streams, struct stream *stream)
{
    pthread_mutex_lock(&streams->lock);
    *(stream->previous == NULL ? &streams->all : &stream->previous->next) = stream->next;
    if (stream->next != NULL)
        stream->next->previous = stream->previous;
    streams->count--;
    tail_want_no_more(streams->settings.tail);
    pthread_mutex_unlock(&streams->lock);
    stream_free(stream);
}

ptrdiff_t streams_take(struct streams *streams, struct stream *stream, char *bytes, size_t size)
{
    ptrdiff_t taken = 0;

    pthread_mutex_lock(&streams->lock);
    if (stream->is_over || streams->stopping) {
        taken = STREAMS_OVER;
    } else if (!stream->had_turn) {
        taken = (ptrdiff_t)stream_take(stream, tail_ring(streams->settings.tail), bytes, size);
        stream->had_turn = taken > 0;
    }
    if (taken > 0) {
        stream->sent_at = clock_elapsed();
        streams->sent += (size_t)taken;
    }
    if (taken == 0) {
        stream->line.suspend(stream->line.context);
        settle(streams, stream);
    }
    pthread_mutex_unlock(&streams->lock);
    return taken;
}

unsigned streams_limit(const struct streams *streams)
{
    return streams->settings.limit;
}

unsigned streams_count(struct streams *streams)
{
    unsigned count;

    pthread_mutex_lock(&streams->lock);
    count = streams->count;
    pthread_mutex_unlock(&streams->lock);
    return count;
}
