#include "feed/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "collector/store/history.h"
#include "support/cmocka.h"

enum { PATIENCE_S = 60, PIECE = 700, LIMIT = 8, FAR_BEHIND = TAIL_EVENTS + 500 };

struct scene {
    struct history history;
    struct logger logger;
    int log;
    struct pulse *pulse;
    struct tail *tail;
    struct streams *streams;
};

/* A reader, and the line that libmicrohttpd would hold for him. */
struct reader {
    struct scene *scene;
    struct stream *stream;
    sem_t resumed;
    bool suspended;
    char bytes[PIECE];
    char *text; /* all that he had; NULL: it is not kept */
    size_t length;
    int64_t last; /* the number of the last event */
    unsigned events;
    bool in_order;
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

static int setup(void **state)
{
    static struct scene scene;
    struct streams_settings settings = {.limit = LIMIT, .logger = &scene.logger};
    struct tail_settings tail;
    struct error error = {0};

    history_open(&scene.history);
    scene.log = open("/dev/null", O_WRONLY | O_CLOEXEC);
    logger_init(&scene.logger, scene.log, LOG_LEVEL_DEBUG);
    check(pulse_new(&scene.pulse, &error), &error);
    tail = (struct tail_settings){scene.history.folder, scene.pulse, &scene.logger};
    check(tail_start(&scene.tail, &tail, &error), &error);
    settings.folder = scene.history.folder;
    settings.tail = scene.tail;
    check(streams_start(&scene.streams, &settings, &error), &error);
    *state = &scene;
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;

    streams_stop(scene->streams);
    streams_free(scene->streams);
    tail_stop(scene->tail);
    pulse_free(scene->pulse);
    logger_clear(&scene->logger);
    close(scene->log);
    history_close(&scene->history);
    return 0;
}

static void write_events(struct scene *scene, const char *database, unsigned count)
{
    pulse_beat(scene->pulse, history_add_events(&scene->history, database, count));
}

static void wait_for_ring(struct scene *scene, int64_t number)
{
    while (ring_last(tail_ring(scene->tail)) < number)
        usleep(1000);
}

/* ---- readers ---- */

static void suspend(void *context)
{
    ((struct reader *)context)->suspended = true;
}

static void resume(void *context)
{
    sem_post(&((struct reader *)context)->resumed);
}

static enum error_code come(struct scene *scene, struct reader *reader, const char *database, int64_t position,
                            struct error *error)
{
    struct text name = text_from(database);
    struct event_filter filter = {.databases = &name, .database_count = database == NULL ? 0 : 1};

    *reader = (struct reader){.scene = scene, .last = position, .in_order = true};
    sem_init(&reader->resumed, 0, 0);
    check(stream_new(&reader->stream, &filter, position, error), error);
    reader->stream->token = 1;
    reader->stream->line = (struct stream_line){suspend, resume, reader};
    if (streams_add(scene->streams, reader->stream, error) == ERROR_NONE)
        return ERROR_NONE;
    stream_free(reader->stream);
    return error->code;
}

static void leave(struct reader *reader)
{
    streams_remove(reader->scene->streams, reader->stream);
    sem_destroy(&reader->resumed);
    free(reader->text);
}

/* What the server's thread does when it has leave: take a piece; 0: the line is suspended now. */
static ptrdiff_t take(struct reader *reader)
{
    ptrdiff_t taken = streams_take(reader->scene->streams, reader->stream, reader->bytes, PIECE);

    if (taken > 0) {
        reader->text = realloc(reader->text, reader->length + (size_t)taken + 1);
        assert_non_null(reader->text);
        memcpy(reader->text + reader->length, reader->bytes, (size_t)taken);
        reader->length += (size_t)taken;
        reader->text[reader->length] = '\0';
    }
    assert_true(taken != 0 || reader->suspended);
    return taken;
}

static void wait_for_leave(struct reader *reader)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    while (sem_timedwait(&reader->resumed, &until) != 0)
        assert_int_equal(errno, EINTR);
    reader->suspended = false;
}

/* Count the whole events of what he had, and forget them. */
static void count_events(struct reader *reader)
{
    char *begin = reader->text, *end;

    while (begin != NULL && (end = strstr(begin, "\n\n")) != NULL) {
        long long number;

        if (sscanf(begin, "id: %lld\nevent: drift-opened\n", &number) == 1) {
            reader->in_order = reader->in_order && number > reader->last;
            reader->last = number;
            reader->events++;
        }
        begin = end + 2;
    }
    if (begin == NULL)
        return;
    reader->length -= (size_t)(begin - reader->text);
    memmove(reader->text, begin, reader->length + 1);
}

static void read_events(struct reader *reader, unsigned count)
{
    while (reader->events < count) {
        ptrdiff_t taken = take(reader);

        assert_int_not_equal(taken, STREAMS_OVER);
        count_events(reader);
        if (taken == 0)
            wait_for_leave(reader);
    }
    assert_int_equal(reader->events, count);
    assert_true(reader->in_order);
}

/* ---- tests ---- */

static void test_live_and_after_a_number(void **state)
{
    struct scene *scene = *state;
    struct reader live, late, some;
    struct error error = {0};

    write_events(scene, "orders", 5);
    wait_for_ring(scene, 5); /* before that they would be new to who comes */
    check(come(scene, &live, NULL, -1, &error), &error);
    check(come(scene, &late, NULL, 2, &error), &error);
    check(come(scene, &some, "other", 0, &error), &error);
    read_events(&late, 3);
    assert_int_equal(late.last, 5);
    write_events(scene, "orders", 3);
    write_events(scene, "other", 2);
    read_events(&live, 5);
    assert_int_equal(live.last, 10);
    read_events(&late, 8);
    read_events(&some, 2);
    assert_int_equal(some.last, 10);
    assert_int_equal(streams_count(scene->streams), 3);
    leave(&live);
    leave(&late);
    leave(&some);
    assert_int_equal(streams_count(scene->streams), 0);
}

/* He who took nothing while the ring went round gets the rest from the store, and holds no more than a page. */
static void test_one_who_is_far_behind(void **state)
{
    struct scene *scene = *state;
    struct reader slow, quick;
    struct error error = {0};

    check(come(scene, &slow, NULL, -1, &error), &error);
    check(come(scene, &quick, NULL, -1, &error), &error);
    write_events(scene, "orders", 1);
    read_events(&quick, 1);
    read_events(&slow, 1);
    write_events(scene, "orders", FAR_BEHIND);
    wait_for_ring(scene, FAR_BEHIND + 1);
    while (slow.events < FAR_BEHIND + 1) {
        ptrdiff_t taken = take(&slow);

        assert_int_not_equal(taken, STREAMS_OVER);
        count_events(&slow);
        if (taken == 0)
            wait_for_leave(&slow);
        assert_true(slow.stream->page.length <= 2 * STREAM_PAGE_BYTES);
        if (slow.events > 200)
            break; /* each turn is ten milliseconds: some of them show how it goes on */
    }
    assert_true(slow.in_order);
    assert_int_equal(slow.last, slow.events);
    leave(&slow);
    leave(&quick);
}

static void test_no_more_than_there_may_be(void **state)
{
    struct scene *scene = *state;
    struct reader readers[LIMIT], more;
    struct error error = {0};

    for (size_t i = 0; i < LIMIT; i++)
        check(come(scene, &readers[i], NULL, -1, &error), &error);
    assert_int_equal(come(scene, &more, NULL, -1, &error), ERROR_LIMIT);
    leave(&readers[0]);
    check(come(scene, &readers[0], NULL, -1, &error), &error);
    for (size_t i = 0; i < LIMIT; i++)
        leave(&readers[i]);
}

/* The end lets everybody go on, to find that it is over; nobody comes any more. */
static void test_the_end(void **state)
{
    struct scene *scene = *state;
    struct reader waiting, running, late;
    struct error error = {0};

    check(come(scene, &waiting, NULL, -1, &error), &error);
    check(come(scene, &running, NULL, -1, &error), &error);
    while (take(&waiting) > 0)
        continue;
    streams_stop(scene->streams);
    do
        wait_for_leave(&waiting);
    while (take(&waiting) == 0);
    assert_int_equal(take(&waiting), STREAMS_OVER);
    assert_int_equal(take(&running), STREAMS_OVER);
    assert_int_equal(come(scene, &late, NULL, -1, &error), ERROR_LIMIT);
    leave(&waiting);
    leave(&running);
}

static void test_what_is_told_beside_events(void **state)
{
    struct event_filter filter = {0};
    struct stream *stream = NULL;
    struct error error = {0};

    (void)state;
    check(stream_new(&stream, &filter, 5, &error), &error);
    stream_tell_gone(stream, 5, 9);
    assert_string_equal(stream->page.bytes, "retry: 3000\n\nid: 8\nevent: gone\ndata: {\"from\":5,\"oldest\":9}\n\n");
    buffer_reset(&stream->page);
    stream_tell_alive(stream);
    assert_string_equal(stream->page.bytes, ": still here\n\n");
    buffer_reset(&stream->page);
    stream->position = 12;
    stream_tell_alive(stream);
    assert_string_equal(stream->page.bytes, ": still here\nid: 12\n\n");
    stream_free(stream);
    stream_free(NULL);
    streams_stop(NULL);
    streams_free(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_live_and_after_a_number),
        TEST(test_one_who_is_far_behind),
        TEST(test_no_more_than_there_may_be),
        TEST(test_the_end),
        cmocka_unit_test(test_what_is_told_beside_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
