#include "stream/publisher.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "collector/store/history.h"
#include "support/cmocka.h"
#include "wire/socket.h"

enum { PATIENCE_MS = 60000, FRAME_SIZE = 4096, FRAMES = 4, STUCK_EVENTS = 6000 };

struct press {
    struct history history;
    struct logger logger;
    int log;
    struct pulse *pulse;
    struct tail *tail;
    struct publisher *publisher;
    struct key_pair key;
    struct key_pair readers[2];
    struct door_subscriber subscribers[2];
    void *context; /* of those who subscribe */
    void *sockets[4];
    size_t socket_count;
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

static void open_press(struct press *press)
{
    struct tail_settings tail = {press->history.folder, press->pulse, &press->logger};
    struct publisher_settings settings = {.endpoint = "tcp://127.0.0.1:0",
                                          .key = &press->key,
                                          .folder = press->history.folder,
                                          .subscribers = press->subscribers,
                                          .subscriber_count = 2,
                                          .logger = &press->logger};
    struct error error = {0};

    check(tail_start(&press->tail, &tail, &error), &error);
    settings.tail = press->tail;
    check(publisher_start(&press->publisher, &settings, &error), &error);
}

static int setup(void **state)
{
    static struct press press;
    struct error error = {0};

    press = (struct press){0};
    history_open(&press.history);
    press.log =
        open(test_directory_path(&press.history.directory, "log"), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    logger_init(&press.logger, press.log, LOG_LEVEL_DEBUG);
    check(pulse_new(&press.pulse, &error), &error);
    check(key_pair_make(&press.key, &error), &error);
    check(socket_context_new(&press.context, &error), &error);
    for (size_t i = 0; i < 2; i++) {
        check(key_pair_make(&press.readers[i], &error), &error);
        press.subscribers[i].name = i == 0 ? TEXT("bus") : TEXT("wall");
        key_to_bytes(press.readers[i].public_key, press.subscribers[i].key);
    }
    open_press(&press);
    *state = &press;
    return 0;
}

static int teardown(void **state)
{
    struct press *press = *state;

    for (size_t i = 0; i < press->socket_count; i++)
        zmq_close(press->sockets[i]);
    publisher_stop(press->publisher);
    tail_stop(press->tail);
    socket_context_free(press->context);
    pulse_free(press->pulse);
    logger_clear(&press->logger);
    close(press->log);
    history_close(&press->history);
    return 0;
}

/* ---- who subscribes ---- */

static void *subscribe(struct press *press, const struct key_pair *key, const char *topic)
{
    void *socket = zmq_socket(press->context, ZMQ_SUB);
    int linger = 0, timeout = PATIENCE_MS, queue = 100;

    press->sockets[press->socket_count++] = socket;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &timeout, sizeof timeout);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &queue, sizeof queue);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, press->key.public_key, KEY_TEXT_SIZE);
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, key->public_key, KEY_TEXT_SIZE);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, key->secret_key, KEY_TEXT_SIZE);
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topic, strlen(topic));
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "_position", strlen("_position"));
    assert_int_equal(zmq_connect(socket, publisher_endpoint(press->publisher)), 0);
    return socket;
}

struct message {
    char topic[FRAME_SIZE];
    int64_t number;
    int64_t before;
    char json[FRAME_SIZE];
};

static void receive(void *socket, struct message *ret_message)
{
    char frames[FRAMES][FRAME_SIZE];
    int more = 1;
    size_t size = sizeof more, count = 0;

    for (; more != 0; count++) {
        int length;

        assert_true(count < FRAMES);
        length = zmq_recv(socket, frames[count], FRAME_SIZE - 1, 0);
        assert_in_range(length, 0, FRAME_SIZE - 1);
        frames[count][length] = '\0';
        zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size);
    }
    assert_int_equal(count, FRAMES);
    strcpy(ret_message->topic, frames[0]);
    ret_message->number = strtoll(frames[1], NULL, 10);
    ret_message->before = strtoll(frames[2], NULL, 10);
    strcpy(ret_message->json, frames[3]);
}

static void receive_position(void *socket, struct message *ret_message)
{
    do
        receive(socket, ret_message);
    while (strcmp(ret_message->topic, "_position") != 0);
}

static void receive_event(void *socket, struct message *ret_message)
{
    do
        receive(socket, ret_message);
    while (strcmp(ret_message->topic, "_position") == 0);
}

static json_int_t member(const struct message *position, const char *name)
{
    json_t *document = json_loads(position->json, 0, NULL);
    json_int_t value;

    assert_non_null(document);
    value = json_is_boolean(json_object_get(document, name)) ? json_is_true(json_object_get(document, name))
                                                             : json_integer_value(json_object_get(document, name));
    json_decref(document);
    return value;
}

/* ---- events ---- */

static void write_events(struct press *press, const char *database, unsigned count)
{
    pulse_beat(press->pulse, history_add_events(&press->history, database, count));
}

/* ---- tests ---- */

static void test_topics_and_the_number_before(void **state)
{
    struct press *press = *state;
    struct message message;
    void *socket;

    write_events(press, "before", 2);
    socket = subscribe(press, &press->readers[0], "drift-opened.orders.");
    receive_position(socket, &message);
    assert_int_equal(member(&message, "last"), 2);
    assert_int_equal(member(&message, "oldest"), 1);
    assert_int_equal(message.number, 2);
    write_events(press, "orders", 2);
    write_events(press, "other", 1);
    write_events(press, "orders", 1);
    receive_event(socket, &message);
    assert_string_equal(message.topic, "drift-opened.orders.prod.high");
    assert_int_equal(message.number, 3);
    assert_int_equal(message.before, 0);
    assert_non_null(strstr(message.json, "\"id\":\"3\""));
    receive_event(socket, &message);
    assert_int_equal(message.number, 4);
    assert_int_equal(message.before, 3);
    receive_event(socket, &message);
    assert_int_equal(message.number, 6);
    assert_int_equal(message.before, 4);
}

/* What was lost shows within a second, also when nothing follows under its topic. */
static void test_positions_form_a_chain(void **state)
{
    struct press *press = *state;
    void *socket = subscribe(press, &press->readers[0], "drift-opened.orders.");
    struct message first, next, event;

    receive_position(socket, &first);
    assert_int_equal(member(&first, "complete"), 0); /* it knows nothing of the time before */
    write_events(press, "orders", 1);
    receive_event(socket, &event);
    do {
        receive_position(socket, &next);
        assert_int_equal(next.before, first.number);
        first = next;
    } while (next.number == 0);
    assert_int_equal(member(&next, "last"), 1);
    assert_int_equal(member(&next, "complete"), 1);
    assert_non_null(strstr(next.json, "\"topics\":{\"drift-opened.orders.prod.high\":1}"));
    assert_non_null(strstr(next.json, "\"resume\":\"/api/v1/events?after=\""));
    receive_position(socket, &next);
    assert_int_equal(next.before, 1);
    assert_non_null(strstr(next.json, "\"topics\":{}"));
}

static void test_an_unknown_key_gets_nothing(void **state)
{
    struct press *press = *state;
    struct publisher_counts counts = {0};
    struct error error = {0};
    struct key_pair stranger;
    struct message message;
    void *outside, *inside;
    int timeout = 0;

    check(key_pair_make(&stranger, &error), &error);
    outside = subscribe(press, &stranger, "");
    while (counts.refused == 0) {
        publisher_counts(press->publisher, &counts);
        usleep(1000);
    }
    inside = subscribe(press, &press->readers[0], "");
    receive_position(inside, &message);
    write_events(press, "orders", 1);
    receive_event(inside, &message);
    zmq_setsockopt(outside, ZMQ_RCVTIMEO, &timeout, sizeof timeout);
    assert_int_equal(zmq_recv(outside, message.topic, sizeof message.topic, 0), -1);
    publisher_counts(press->publisher, &counts);
    assert_int_equal(counts.accepted, 1);
    assert_int_equal(counts.published, 1);
    assert_int_equal(counts.subscriptions, 2);
    assert_non_null(
        strstr(test_directory_read(&press->history.directory, "log").bytes, "this key is none of feed.subscribers"));
}

/* libzmq cannot send one away: all are, and who may comes back by himself. */
static void test_who_is_removed_is_out_at_once(void **state)
{
    struct press *press = *state;
    void *kept = subscribe(press, &press->readers[0], ""), *removed = subscribe(press, &press->readers[1], "");
    struct publisher_counts counts = {0};
    struct error error = {0};
    struct message message;
    int timeout = 0;

    receive_position(kept, &message);
    receive_position(removed, &message);
    publisher_counts(press->publisher, &counts);
    assert_int_equal(counts.subscribers, 2);
    check(publisher_set_subscribers(press->publisher, press->subscribers, 1, &error), &error);
    publisher_counts(press->publisher, &counts);
    assert_int_equal(counts.subscribers, 1);
    while (counts.refused == 0) { /* he tried to come back, too */
        publisher_counts(press->publisher, &counts);
        usleep(1000);
    }
    receive_position(kept, &message); /* perhaps one from before */
    do {
        int events;
        size_t size = sizeof events;

        zmq_getsockopt(kept, ZMQ_EVENTS, &events, &size); /* lets libzmq say again what he subscribes to */
        publisher_counts(press->publisher, &counts);
        usleep(1000);
    } while (counts.subscriptions != 2);
    zmq_setsockopt(removed, ZMQ_RCVTIMEO, &timeout, sizeof timeout);
    while (zmq_recv(removed, message.topic, sizeof message.topic, 0) >= 0)
        continue; /* what he had been sent before */
    write_events(press, "orders", 1);
    receive_event(kept, &message);
    assert_int_equal(message.number, 1);
    assert_int_equal(zmq_recv(removed, message.topic, sizeof message.topic, 0), -1);
    /* Who is added comes in without anybody being sent away. */
    check(publisher_set_subscribers(press->publisher, press->subscribers, 2, &error), &error);
    write_events(press, "orders", 1);
    receive_event(kept, &message);
    assert_int_equal(message.before, 1);
}

/* One who does not read at all loses what comes; the other gets everything. */
static void test_who_does_not_read_holds_nobody_up(void **state)
{
    struct press *press = *state;
    void *stuck = subscribe(press, &press->readers[0], ""), *reader = subscribe(press, &press->readers[1], "");
    struct message message;
    int64_t expected = 0, last = 0;
    bool lost = false;

    receive_position(stuck, &message);
    receive_position(reader, &message);
    for (unsigned written = 0; written < STUCK_EVENTS; written += 200) {
        write_events(press, "orders", 200);
        for (unsigned i = 0; i < 200; i++) {
            receive_event(reader, &message);
            assert_int_equal(message.number, ++expected);
            assert_int_equal(message.before, expected - 1);
        }
    }
    while (last < STUCK_EVENTS) { /* now he reads: what is missing shows */
        receive(stuck, &message);
        if (strcmp(message.topic, "_position") == 0) {
            last = message.number;
            continue;
        }
        lost = lost || message.before != expected;
        expected = message.number;
    }
    assert_true(lost);
}

/* The end does not wait for anybody, and the place is free again. */
static void test_it_ends_with_a_stuck_subscriber(void **state)
{
    struct press *press = *state;
    void *stuck = subscribe(press, &press->readers[0], "");
    struct message message;
    int64_t begun;

    receive_position(stuck, &message);
    write_events(press, "orders", 3000);
    begun = clock_elapsed();
    publisher_stop(press->publisher);
    assert_true(clock_elapsed() - begun < INT64_C(30) * 1000000);
    press->publisher = NULL;
}

static void test_a_port_that_is_taken(void **state)
{
    struct press *press = *state;
    struct publisher_settings settings = {.endpoint = publisher_endpoint(press->publisher),
                                          .key = &press->key,
                                          .folder = press->history.folder,
                                          .tail = press->tail,
                                          .logger = &press->logger};
    struct publisher *second = NULL;
    struct error error = {0};

    assert_int_equal(publisher_start(&second, &settings, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, settings.endpoint));
    assert_null(second);
    publisher_stop(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_topics_and_the_number_before),
        TEST(test_positions_form_a_chain),
        TEST(test_an_unknown_key_gets_nothing),
        TEST(test_who_is_removed_is_out_at_once),
        TEST(test_who_does_not_read_holds_nobody_up),
        TEST(test_it_ends_with_a_stuck_subscriber),
        TEST(test_a_port_that_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
