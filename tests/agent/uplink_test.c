/* The uplink against a peer on loopback: CURVE, a door, and everything that can be wrong with a connection. */
#include "agent/uplink.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/outbox_sample.h"
#include "agent/peer.h"
#include "base/clock.h"
#include "common/wire/doorman.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "wire/socket.h"

enum { SECOND = 1000 * 1000, PATIENCE = 60, PEERS = 2 };

/* Quick to give up, quick to try again. */
static const struct uplink_times times = {.patience = SECOND / 2,
                                          .patience_most = 2 * SECOND,
                                          .pause = SECOND / 50,
                                          .pause_most = SECOND / 5,
                                          .renewal = 3600 * (int64_t)SECOND,
                                          .trim = SECOND};

/* A place where a collector may be. */
struct site {
    void *socket; /* NULL: nobody is there */
    char endpoint[SOCKET_ENDPOINT_SIZE];
    uint8_t address[SOCKET_PEER_SIZE]; /* who spoke last */
    bool deaf;                         /* hears, and does not answer */
    size_t heard;
    struct peer peer;
};

struct fixture {
    struct test_directory directory;
    struct outbox *outbox;
    struct outbox_target name;
    struct status status;
    struct dialogue_target target;
    struct logger logger;
    void *context;
    struct key_pair agent_key, collector_key;
    struct doorman doorman;
    struct site sites[PEERS];
    const char *endpoints[PEERS];
    int doorbell;
    struct uplink *uplink;
};

static void answer(void *context, struct text frame)
{
    struct site *site = context;

    (void)socket_send_to(site->socket, site->address, frame);
}

/* `ret_endpoint` may be NULL: an uplink that runs reads the site's own. */
static void bind_site(struct fixture *fixture, size_t number, const char *endpoint, char *ret_endpoint)
{
    const struct socket_server server = {endpoint, "driftline", &fixture->collector_key};
    struct error error = {0};

    if (socket_bind(&fixture->sites[number].socket, fixture->context, &server, ret_endpoint, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static void open_site(struct fixture *fixture, size_t number)
{
    bind_site(fixture, number, "tcp://127.0.0.1:*", fixture->sites[number].endpoint);
    fixture->endpoints[number] = fixture->sites[number].endpoint;
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct error error = {0};

    assert_non_null(fixture);
    test_directory_make(&fixture->directory);
    fixture->outbox = outbox_sample_open(test_directory_path(&fixture->directory, "outbox.db"));
    fixture->name = (struct outbox_target){"orders", "prod", "default", 0};
    assert_int_equal(outbox_watch(fixture->outbox, &fixture->name, 1, &error), ERROR_NONE);
    fixture->doorbell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    assert_int_equal(status_init(&fixture->status, fixture->doorbell, &error), ERROR_NONE);
    fixture->target = (struct dialogue_target){"orders", "prod",           "default",       "orders@prod",
                                               "dummy",  fixture->name.id, &fixture->status};
    logger_init(&fixture->logger, 2, LOG_LEVEL_ERROR + 1);
    assert_int_equal(socket_context_new(&fixture->context, &error), ERROR_NONE);
    assert_int_equal(key_pair_make(&fixture->agent_key, &error), ERROR_NONE);
    assert_int_equal(key_pair_make(&fixture->collector_key, &error), ERROR_NONE);
    for (size_t i = 0; i < PEERS; i++) {
        peer_init(&fixture->sites[i].peer, answer, &fixture->sites[i]);
        fixture->sites[i].peer.heartbeat_ms = 200;
    }
    doorman_start(&fixture->doorman, fixture->context, &fixture->agent_key);
    open_site(fixture, 0);
    *state = fixture;
    return 0;
}

static void start_with(struct fixture *fixture, size_t endpoints, const struct uplink_times *with)
{
    const struct uplink_setup setup = {.context = fixture->context,
                                       .key = &fixture->agent_key,
                                       .collector_key = fixture->collector_key.public_key,
                                       .endpoints = fixture->endpoints,
                                       .endpoint_count = endpoints,
                                       .doorbell = fixture->doorbell,
                                       .alarm = -1,
                                       .times = *with,
                                       .dialogue = {.outbox = fixture->outbox,
                                                    .logger = &fixture->logger,
                                                    .host = "test",
                                                    .targets = &fixture->target,
                                                    .target_count = 1}};
    struct error error = {0};

    if (uplink_start(&fixture->uplink, &setup, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static void start(struct fixture *fixture, size_t endpoints)
{
    start_with(fixture, endpoints, &times);
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    uplink_stop(fixture->uplink);
    for (size_t i = 0; i < PEERS; i++) {
        socket_close(fixture->sites[i].socket);
        peer_clear(&fixture->sites[i].peer);
    }
    doorman_stop(&fixture->doorman);
    socket_context_free(fixture->context);
    status_clear(&fixture->status);
    outbox_close(fixture->outbox);
    logger_clear(&fixture->logger);
    close(fixture->doorbell);
    test_directory_remove(&fixture->directory);
    free(fixture);
    return 0;
}

/* ---- the peers' side ---- */

static void serve_site(struct site *site)
{
    struct socket_frame frame;

    while (site->socket != NULL && socket_receive(site->socket, true, &frame, NULL)) {
        CLEANUP(arena_free) struct arena arena;
        struct wire_message message;

        arena_init(&arena, SIZE_MAX);
        memcpy(site->address, frame.peer, sizeof site->address);
        assert_string_equal(frame.user, "7");
        message = peer_hear(&site->peer, socket_frame_text(&frame), &arena);
        site->heard++;
        if (!site->deaf)
            peer_serve(&site->peer, &message);
        socket_frame_close(&frame);
    }
}

/* Serve until something holds. */
static void serve_until(struct fixture *fixture, bool (*holds)(struct fixture *fixture), const char *what)
{
    int64_t end = clock_elapsed() + PATIENCE * (int64_t)SECOND;

    while (!holds(fixture)) {
        if (clock_elapsed() > end)
            fail_msg("waited in vain: %s", what);
        for (size_t i = 0; i < PEERS; i++)
            serve_site(&fixture->sites[i]);
        usleep(2000);
    }
}

#define SERVE_UNTIL(fixture, holds) serve_until(fixture, holds, #holds)

static bool nothing_waits(struct fixture *fixture)
{
    struct error error = {0};
    uint64_t waiting = 1;

    assert_int_equal(outbox_waiting(fixture->outbox, &waiting, &error), ERROR_NONE);
    return waiting == 0;
}

static bool is_connected(struct fixture *fixture)
{
    struct uplink_state state;

    uplink_state(fixture->uplink, &state);
    return state.dialogue.open;
}

static bool is_settled(struct fixture *fixture)
{
    static struct fixture *of;
    static uint64_t question;
    struct uplink_state state;

    if (of != fixture)
        question = uplink_ask(fixture->uplink);
    of = fixture;
    uplink_state(fixture->uplink, &state);
    if (state.answered < question)
        return false;
    of = NULL;
    return state.dialogue.settled;
}

static void put(struct fixture *fixture, unsigned number)
{
    status_stored(&fixture->status, outbox_sample_put(fixture->outbox, fixture->name.id, outbox_sample(200, number)));
}

/* ---- tests ---- */

static void test_everything_is_delivered(void **state)
{
    struct fixture *fixture = *state;
    struct peer *peer = &fixture->sites[0].peer;

    put(fixture, 1);
    start(fixture, 1);
    SERVE_UNTIL(fixture, nothing_waits);
    put(fixture, 2); /* the doorbell rings */
    put(fixture, 3);
    SERVE_UNTIL(fixture, nothing_waits);
    assert_int_equal(peer->recorded_count, 3);
    status_report(&fixture->status, TARGET_FINE, "", 1);
    SERVE_UNTIL(fixture, is_settled);
    assert_int_equal(peer->state[0], TARGET_FINE);
    assert_int_equal(peer->hellos, 1);
}

static bool bye_was_said(struct fixture *fixture)
{
    return fixture->sites[0].peer.byes == 1;
}

static void test_goodbye(void **state)
{
    struct fixture *fixture = *state;

    start(fixture, 1);
    SERVE_UNTIL(fixture, is_connected);
    uplink_stop(fixture->uplink);
    fixture->uplink = NULL;
    SERVE_UNTIL(fixture, bye_was_said);
}

static bool was_refused(struct fixture *fixture)
{
    return atomic_load(&fixture->doorman.refused) >= 3;
}

/* Once the key is known, the agent enters by itself. */
static void test_a_key_that_is_enrolled_late(void **state)
{
    struct fixture *fixture = *state;

    atomic_store(&fixture->doorman.closed, true);
    put(fixture, 1);
    start(fixture, 1);
    SERVE_UNTIL(fixture, was_refused);
    assert_int_equal(fixture->sites[0].heard, 0);
    atomic_store(&fixture->doorman.closed, false);
    SERVE_UNTIL(fixture, nothing_waits);
}

static bool was_heard_thrice(struct fixture *fixture)
{
    return fixture->sites[0].heard >= 3;
}

/* Who hears and says nothing is asked again, and in the end answers. */
static void test_a_silent_collector(void **state)
{
    struct fixture *fixture = *state;

    fixture->sites[0].deaf = true;
    put(fixture, 1);
    start(fixture, 1);
    SERVE_UNTIL(fixture, was_heard_thrice);
    assert_false(is_connected(fixture));
    fixture->sites[0].deaf = false;
    SERVE_UNTIL(fixture, nothing_waits);
}

static void test_the_next_address(void **state)
{
    struct fixture *fixture = *state;

    open_site(fixture, 1);
    fixture->sites[0].deaf = true;
    put(fixture, 1);
    start(fixture, 2);
    SERVE_UNTIL(fixture, nothing_waits);
    assert_int_equal(fixture->sites[1].peer.recorded_count, 1);
    /* It stays there, though the first is back. */
    fixture->sites[0].deaf = false;
    put(fixture, 2);
    SERVE_UNTIL(fixture, nothing_waits);
    assert_int_equal(fixture->sites[1].peer.recorded_count, 2);
    /* Until that one falls silent. */
    fixture->sites[1].deaf = true;
    fixture->sites[0].peer.next[0] = 3;
    put(fixture, 3);
    SERVE_UNTIL(fixture, nothing_waits);
    assert_int_equal(fixture->sites[0].peer.recorded_count, 1);
}

/* A collector that ends and comes back at the same address has forgotten the session. */
static void test_a_restarted_collector(void **state)
{
    struct fixture *fixture = *state;
    struct site *site = &fixture->sites[0];

    put(fixture, 1);
    start(fixture, 1);
    SERVE_UNTIL(fixture, nothing_waits);
    socket_close(site->socket);
    site->socket = NULL;
    usleep(300 * 1000); /* the port is free again */
    bind_site(fixture, 0, site->endpoint, NULL);
    put(fixture, 2);
    SERVE_UNTIL(fixture, nothing_waits);
    assert_int_equal(site->peer.recorded_count, 2);
    assert_true(site->peer.hellos >= 2);
}

static bool was_given_up(struct fixture *fixture)
{
    return fixture->sites[0].peer.hellos >= 2;
}

static void test_a_collector_that_talks_nonsense(void **state)
{
    struct fixture *fixture = *state;

    start(fixture, 1);
    SERVE_UNTIL(fixture, is_connected);
    answer(&fixture->sites[0], TEXT("\x01\x7fwhat?"));
    SERVE_UNTIL(fixture, was_given_up);
    put(fixture, 1);
    SERVE_UNTIL(fixture, nothing_waits);
}

static bool was_renewed(struct fixture *fixture)
{
    return fixture->sites[0].peer.hellos >= 4;
}

/* A connection that has lasted is made anew, without a loss and without a goodbye. */
static void test_renewal(void **state)
{
    struct fixture *fixture = *state;
    struct uplink_times short_lived = times;
    struct peer *peer = &fixture->sites[0].peer;

    short_lived.renewal = SECOND / 5;
    put(fixture, 1);
    start_with(fixture, 1, &short_lived);
    SERVE_UNTIL(fixture, was_renewed);
    put(fixture, 2);
    SERVE_UNTIL(fixture, nothing_waits);
    assert_int_equal(peer->recorded_count, 2);
    assert_int_equal(peer->byes, 0);
}

/* Another service has the port: it greets with something that is not ZeroMQ. */
static void test_a_service_of_another_kind(void **state)
{
    struct fixture *fixture = *state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    char endpoint[SOCKET_ENDPOINT_SIZE];
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int connection;

    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", ntohs(address.sin_port));
    fixture->endpoints[1] = fixture->endpoints[0];
    fixture->endpoints[0] = endpoint;
    put(fixture, 1);
    start(fixture, 2);
    connection = accept(listener, NULL, NULL);
    assert_true(connection >= 0);
    assert_int_equal(send(connection, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, MSG_NOSIGNAL), 28);
    SERVE_UNTIL(fixture, nothing_waits);
    close(connection);
    close(listener);
    uplink_stop(fixture->uplink); /* before the endpoint is gone */
    fixture->uplink = NULL;
}

/* Stopping takes no time, whatever the uplink is about. */
static void test_stopping_while_nobody_answers(void **state)
{
    struct fixture *fixture = *state;
    int64_t begun;

    fixture->sites[0].deaf = true;
    start(fixture, 1);
    begun = clock_elapsed();
    uplink_stop(fixture->uplink);
    fixture->uplink = NULL;
    assert_true(clock_elapsed() - begun < 10 * (int64_t)SECOND); /* far less than any patience would take */
}

#define UPLINK_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UPLINK_TEST(test_everything_is_delivered),
        UPLINK_TEST(test_goodbye),
        UPLINK_TEST(test_a_key_that_is_enrolled_late),
        UPLINK_TEST(test_a_silent_collector),
        UPLINK_TEST(test_the_next_address),
        UPLINK_TEST(test_a_restarted_collector),
        UPLINK_TEST(test_renewal),
        UPLINK_TEST(test_a_collector_that_talks_nonsense),
        UPLINK_TEST(test_a_service_of_another_kind),
        UPLINK_TEST(test_stopping_while_nobody_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
