#include "wire/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "doorman.h"
#include "support/cmocka.h"

enum { PATIENCE_MS = 60000 };

/* A collector's door and socket, and keys for agents: one that is let in, one that is not. */
struct site {
    void *context;
    struct doorman doorman;
    struct key_pair server, allowed, stranger;
    void *router;
    void *agents[4];
    unsigned agent_count;
    char endpoint[SOCKET_ENDPOINT_SIZE];
    uint64_t dropped;
};

static void make_keys(struct site *site)
{
    struct error error = {0};

    assert_int_equal(key_pair_make(&site->server, &error), ERROR_NONE);
    assert_int_equal(key_pair_make(&site->allowed, &error), ERROR_NONE);
    assert_int_equal(key_pair_make(&site->stranger, &error), ERROR_NONE);
}

static void bind_router(struct site *site)
{
    struct socket_server server = {.endpoint = "tcp://127.0.0.1:0", .domain = "test", .key = &site->server};
    struct error error = {0};

    if (socket_bind(&site->router, site->context, &server, site->endpoint, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static int setup(void **state)
{
    struct site *site = calloc(1, sizeof *site);
    struct error error = {0};

    assert_non_null(site);
    make_keys(site);
    assert_int_equal(socket_context_new(&site->context, &error), ERROR_NONE);
    doorman_start(&site->doorman, site->context, &site->allowed);
    bind_router(site);
    *state = site;
    return 0;
}

static int teardown(void **state)
{
    struct site *site = *state;

    socket_close(site->router);
    for (unsigned i = 0; i < site->agent_count; i++)
        socket_close(site->agents[i]);
    doorman_stop(&site->doorman);
    socket_context_free(site->context);
    free(site);
    return 0;
}

/* Closed when the test is over. */
static void *connect_with(struct site *site, const struct key_pair *key)
{
    struct socket_client client = {.endpoint = site->endpoint, .server_key = site->server.public_key, .key = key};
    struct error error = {0};
    void *socket = NULL;

    if (socket_connect(&socket, site->context, &client, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(site->agent_count < LENGTH_OF(site->agents));
    return site->agents[site->agent_count++] = socket;
}

/* The next message, however long it takes. */
static struct socket_frame next_frame(struct site *site, void *socket)
{
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
    struct socket_frame frame;

    while (!socket_receive(socket, socket == site->router, &frame, &site->dropped))
        if (zmq_poll(&item, 1, PATIENCE_MS) <= 0)
            fail_msg("nothing came");
    return frame;
}

static void expect_frame(struct site *site, void *socket, struct text expected)
{
    struct socket_frame frame = next_frame(site, socket);

    assert_true(text_equal(socket_frame_text(&frame), expected));
    socket_frame_close(&frame);
}

static void pause_ms(long milliseconds)
{
    struct timespec time = {.tv_nsec = milliseconds * 1000000};

    nanosleep(&time, NULL);
}

static void wait_for_count(const atomic_uint *count, unsigned least)
{
    int64_t end = clock_elapsed() + (int64_t)PATIENCE_MS * 1000;

    while (atomic_load(count) < least) {
        assert_true(clock_elapsed() < end);
        pause_ms(1);
    }
}

/* ---- who gets in ---- */

static void test_a_known_key_can_talk(void **state)
{
    struct site *site = *state;
    void *agent = connect_with(site, &site->allowed);
    struct socket_frame frame;

    assert_true(socket_send(agent, TEXT("a question\0with a zero")));
    frame = next_frame(site, site->router);
    assert_true(text_equal(socket_frame_text(&frame), TEXT("a question\0with a zero")));
    assert_string_equal(frame.user, "7");
    assert_string_equal(frame.address, "127.0.0.1");
    assert_true(socket_send_to(site->router, frame.peer, TEXT("an answer")));
    socket_frame_close(&frame);
    expect_frame(site, agent, TEXT("an answer"));
    assert_int_equal(site->dropped, 0);
}

static void test_a_strange_key_is_kept_out_and_the_others_are_served(void **state)
{
    struct site *site = *state;
    void *stranger = connect_with(site, &site->stranger);
    void *agent;
    struct socket_frame none;

    assert_true(socket_send(stranger, TEXT("let me in")));
    wait_for_count(&site->doorman.refused, 1);
    agent = connect_with(site, &site->allowed);
    assert_true(socket_send(agent, TEXT("good day")));
    expect_frame(site, site->router, TEXT("good day"));
    assert_false(socket_receive(site->router, true, &none, &site->dropped));
}

/* libzmq by itself would let everybody in who knows the server's key. */
static void test_without_a_doorman_nobody_gets_in(void **state)
{
    struct site *site = *state;
    zmq_pollitem_t item;
    void *agent, *monitor;
    uint16_t event = 0;

    doorman_stop(&site->doorman);
    agent = connect_with(site, &site->allowed);
    assert_int_equal(zmq_socket_monitor(agent, "inproc://monitor",
                                        ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED |
                                            ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                            ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL),
                     0);
    monitor = zmq_socket(site->context, ZMQ_PAIR);
    assert_int_equal(zmq_connect(monitor, "inproc://monitor"), 0);
    assert_true(socket_send(agent, TEXT("let me in")));
    item = (zmq_pollitem_t){.socket = monitor, .events = ZMQ_POLLIN};
    assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
    assert_true(zmq_recv(monitor, &event, sizeof event, 0) > 0);
    assert_int_not_equal(event, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    zmq_socket_monitor(agent, NULL, 0);
    zmq_close(monitor);
    doorman_start(&site->doorman, site->context, &site->allowed);
}

/* A peer that knows no key at all, only where the door is. */
static void test_a_peer_without_encryption_is_kept_out(void **state)
{
    struct site *site = *state;
    void *plain = site->agents[site->agent_count++] = zmq_socket(site->context, ZMQ_DEALER);
    void *agent;
    int none = 0;

    assert_int_equal(zmq_setsockopt(plain, ZMQ_LINGER, &none, sizeof none), 0);
    assert_int_equal(zmq_connect(plain, site->endpoint), 0);
    assert_true(socket_send(plain, TEXT("in the clear")));
    agent = connect_with(site, &site->allowed);
    assert_true(socket_send(agent, TEXT("good day")));
    expect_frame(site, site->router, TEXT("good day"));
}

/* ---- what gets in ---- */

static void test_messages_of_several_frames_are_dropped_and_counted(void **state)
{
    struct site *site = *state;
    void *agent = connect_with(site, &site->allowed);
    struct socket_frame frame;

    for (int i = 0; i < 10; i++)
        assert_true(zmq_send(agent, "part", 4, i < 9 ? ZMQ_SNDMORE : 0) == 4);
    assert_true(zmq_send(agent, "", 0, ZMQ_SNDMORE) == 0);
    assert_true(socket_send(agent, TEXT("behind an empty one")));
    assert_true(socket_send(agent, TEXT("whole")));
    frame = next_frame(site, site->router);
    assert_true(text_equal(socket_frame_text(&frame), TEXT("whole")));
    assert_int_equal(site->dropped, 2);
    assert_int_equal(zmq_send(site->router, frame.peer, SOCKET_PEER_SIZE, ZMQ_SNDMORE), SOCKET_PEER_SIZE);
    assert_int_equal(zmq_send(site->router, "part", 4, ZMQ_SNDMORE), 4);
    assert_int_equal(zmq_send(site->router, "part", 4, 0), 4);
    assert_true(socket_send_to(site->router, frame.peer, TEXT("whole too")));
    socket_frame_close(&frame);
    expect_frame(site, agent, TEXT("whole too"));
    assert_int_equal(site->dropped, 3);
}

/* However many there are, each call comes to an end, and the right message is found. */
static void test_a_flood_of_wrong_messages_ends_each_call(void **state)
{
    enum { WRONG = 1000 };
    struct site *site = *state;
    void *agent = connect_with(site, &site->allowed);
    struct socket_frame none;
    int sent = 0;

    while (sent < WRONG) {
        if (zmq_send(agent, "a", 1, ZMQ_SNDMORE | ZMQ_DONTWAIT) == 1) {
            assert_int_equal(zmq_send(agent, "b", 1, 0), 1);
            sent++;
        } else {
            assert_false(socket_receive(site->router, true, &none, &site->dropped));
        }
    }
    while (!socket_send(agent, TEXT("right")))
        assert_false(socket_receive(site->router, true, &none, &site->dropped));
    expect_frame(site, site->router, TEXT("right"));
    assert_int_equal(site->dropped, WRONG);
}

/* The address is the ROUTER's to give: one that the peer chose could be another's. */
static void test_a_peer_with_an_address_of_its_own_is_not_heard(void **state)
{
    struct site *site = *state;
    void *named = connect_with(site, &site->allowed);
    void *agent;

    assert_int_equal(zmq_disconnect(named, site->endpoint), 0);
    assert_int_equal(zmq_setsockopt(named, ZMQ_ROUTING_ID, "somebody else", 13), 0);
    assert_int_equal(zmq_connect(named, site->endpoint), 0);
    assert_true(socket_send(named, TEXT("under a name")));
    while (site->dropped == 0) {
        struct socket_frame none;
        zmq_pollitem_t item = {.socket = site->router, .events = ZMQ_POLLIN};

        assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
        assert_false(socket_receive(site->router, true, &none, &site->dropped));
    }
    agent = connect_with(site, &site->allowed);
    assert_true(socket_send(agent, TEXT("good day")));
    expect_frame(site, site->router, TEXT("good day"));
}

static void test_the_largest_frame_passes_and_a_larger_one_ends_the_connection(void **state)
{
    static char bytes[WIRE_FRAME_LIMIT + 1];
    struct site *site = *state;
    void *agent = connect_with(site, &site->allowed);
    void *greedy = connect_with(site, &site->allowed);
    struct socket_frame none;

    memset(bytes, 'x', sizeof bytes);
    assert_true(socket_send(agent, (struct text){bytes, WIRE_FRAME_LIMIT}));
    expect_frame(site, site->router, (struct text){bytes, WIRE_FRAME_LIMIT});
    wait_for_count(&site->doorman.accepted, 2);
    assert_true(socket_send(greedy, (struct text){bytes, sizeof bytes}));
    wait_for_count(&site->doorman.accepted, 3); /* it was cut off, and comes again */
    assert_true(socket_send(agent, TEXT("good day")));
    expect_frame(site, site->router, TEXT("good day"));
    assert_false(socket_receive(site->router, true, &none, &site->dropped));
}

/* ---- peers that are slow or gone ---- */

static void test_a_peer_that_does_not_read_is_refused_more(void **state)
{
    static char bytes[WIRE_FRAME_LIMIT];
    struct site *site = *state;
    void *slow = connect_with(site, &site->allowed);
    void *agent = connect_with(site, &site->allowed);
    struct socket_frame frame;
    unsigned taken = 0;

    assert_true(socket_send(slow, TEXT("tell me all")));
    frame = next_frame(site, site->router);
    while (socket_send_to(site->router, frame.peer, (struct text){bytes, sizeof bytes}))
        assert_true(++taken < 1000);
    assert_true(taken >= SOCKET_QUEUE);
    socket_frame_close(&frame);

    assert_true(socket_send(agent, TEXT("and me")));
    frame = next_frame(site, site->router);
    assert_true(socket_send_to(site->router, frame.peer, TEXT("good day")));
    socket_frame_close(&frame);
    expect_frame(site, agent, TEXT("good day"));
    for (unsigned got = 0; got < taken; got++)
        expect_frame(site, slow, (struct text){bytes, sizeof bytes});
}

/* Faster than libzmq hears of it by itself. */
static void test_a_peer_that_reads_everything_is_never_refused(void **state)
{
    struct site *site = *state;
    void *agent = connect_with(site, &site->allowed);
    struct socket_frame frame;

    assert_true(socket_send(agent, TEXT("good day")));
    frame = next_frame(site, site->router);
    socket_frame_close(&frame);
    for (unsigned i = 0; i < 2000; i++) {
        assert_true(socket_send_to(site->router, frame.peer, TEXT("an answer")));
        expect_frame(site, agent, TEXT("an answer"));
    }
}

static void test_a_peer_that_is_gone_is_refused(void **state)
{
    static const uint8_t nobody[SOCKET_PEER_SIZE] = {0, 1, 2, 3, 4};
    struct site *site = *state;
    void *agent = connect_with(site, &site->allowed);
    struct socket_frame frame;

    assert_false(socket_send_to(site->router, nobody, TEXT("hello?")));
    assert_true(socket_send(agent, TEXT("good day")));
    frame = next_frame(site, site->router);
    socket_close(site->agents[--site->agent_count]);
    for (int64_t end = clock_elapsed() + (int64_t)PATIENCE_MS * 1000;
         socket_send_to(site->router, frame.peer, TEXT("hello?"));) {
        assert_true(clock_elapsed() < end);
        pause_ms(5);
    }
    socket_frame_close(&frame);
}

/* A socket is closed somewhat later than one is told. */
static bool somebody_listens(const char *endpoint)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)strtoul(strrchr(endpoint, ':') + 1, NULL, 10))};
    int file = socket(AF_INET, SOCK_STREAM, 0);
    bool listens = connect(file, (struct sockaddr *)&address, sizeof address) == 0;

    close(file);
    return listens;
}

static void test_an_agent_may_come_before_its_collector(void **state)
{
    struct site *site = *state;
    struct socket_server server = {.endpoint = site->endpoint, .domain = "test", .key = &site->server};
    struct error error = {0};
    unsigned sent = 0;
    void *agent;

    socket_close(site->router);
    site->router = NULL;
    while (somebody_listens(site->endpoint))
        continue; /* one that closes in the midst of a handshake is another matter: the uplink's */
    agent = connect_with(site, &site->allowed);
    while (socket_send(agent, TEXT("is anybody there?")))
        assert_true(++sent <= SOCKET_QUEUE);
    assert_int_equal(sent, SOCKET_QUEUE);
    while (socket_bind(&site->router, site->context, &server, NULL, &error) != ERROR_NONE)
        assert_int_equal(error.code, ERROR_CONFLICT); /* the old one is closing */
    expect_frame(site, site->router, TEXT("is anybody there?"));
}

/* ---- what cannot be opened ---- */

static void test_an_endpoint_that_is_none_is_refused(void **state)
{
    struct site *site = *state;
    const struct {
        const char *endpoint;
        enum error_code binding, connecting;
    } cases[] = {
        {"", ERROR_CONFIG, ERROR_CONFIG},
        {"127.0.0.1:7400", ERROR_CONFIG, ERROR_CONFIG},
        {"http://127.0.0.1:7400", ERROR_CONFIG, ERROR_CONFIG},
        {"tcp://127.0.0.1", ERROR_CONFIG, ERROR_CONFIG},
        {"tcp://127.0.0.1:70000", ERROR_CONFIG, ERROR_CONFIG},
        {"tcp://127.0.0.1:74e2", ERROR_CONFIG, ERROR_CONFIG},
        {"tcp://127.0.0.1:-1", ERROR_CONFIG, ERROR_CONFIG},
        {"tcp://127.0.0.1:", ERROR_CONFIG, ERROR_CONFIG},
        {"tcp://127.0.0.1:*", ERROR_NONE, ERROR_CONFIG},
        {"tcp://192.0.2.1:7400", ERROR_REFUSED, ERROR_NONE}, /* not an address of this machine */
        {site->endpoint, ERROR_CONFLICT, ERROR_NONE},
        {"tcp://[::1]:0", ERROR_NONE, ERROR_CONFIG},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct socket_server server = {.endpoint = cases[i].endpoint, .domain = "test", .key = &site->server};
        struct socket_client client = {
            .endpoint = cases[i].endpoint, .server_key = site->server.public_key, .key = &site->allowed};
        void *bound = NULL, *connected = NULL;
        enum error_code binding, connecting;
        struct error error = {0};

        print_message("  '%s'\n", cases[i].endpoint);
        binding = socket_bind(&bound, site->context, &server, NULL, &error);
        connecting = socket_connect(&connected, site->context, &client, &error);
        socket_close(bound);
        socket_close(connected);
        assert_int_equal(binding, cases[i].binding);
        assert_int_equal(connecting, cases[i].connecting);
        assert_int_equal(bound == NULL, cases[i].binding != ERROR_NONE);
        assert_int_equal(connected == NULL, cases[i].connecting != ERROR_NONE);
    }
}

static void test_the_options_that_protect_are_set(void **state)
{
    static const struct {
        int option, value;
    } cases[] = {
        {ZMQ_LINGER, 0},
        {ZMQ_SNDHWM, SOCKET_QUEUE},
        {ZMQ_RCVHWM, SOCKET_QUEUE},
        {ZMQ_HANDSHAKE_IVL, SOCKET_HANDSHAKE_MS},
        {ZMQ_BACKLOG, SOCKET_BACKLOG},
        {ZMQ_TCP_KEEPALIVE, 1},
        {ZMQ_TCP_KEEPALIVE_IDLE, SOCKET_KEEPALIVE_S},
        {ZMQ_TCP_KEEPALIVE_INTVL, SOCKET_PROBE_S},
        {ZMQ_TCP_KEEPALIVE_CNT, SOCKET_PROBES},
        {ZMQ_TCP_MAXRT, SOCKET_UNANSWERED_MS},
        {ZMQ_HEARTBEAT_IVL, 0}, /* see socket.h */
        {ZMQ_CURVE_SERVER, 1},
    };
    struct site *site = *state;
    char endpoint[SOCKET_ENDPOINT_SIZE];
    size_t size = sizeof endpoint;
    int64_t limit = 0;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        int value = -1;

        size = sizeof value;
        assert_int_equal(zmq_getsockopt(site->router, cases[i].option, &value, &size), 0);
        assert_int_equal(value, cases[i].value);
    }
    size = sizeof limit;
    assert_int_equal(zmq_getsockopt(site->router, ZMQ_MAXMSGSIZE, &limit, &size), 0);
    assert_int_equal(limit, WIRE_FRAME_LIMIT + 33);
    size = sizeof endpoint;
    assert_int_equal(zmq_getsockopt(site->router, ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
    assert_string_equal(endpoint, site->endpoint);
    assert_string_not_equal(endpoint, "tcp://127.0.0.1:0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_known_key_can_talk, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_strange_key_is_kept_out_and_the_others_are_served, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_a_doorman_nobody_gets_in, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_peer_without_encryption_is_kept_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_messages_of_several_frames_are_dropped_and_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_flood_of_wrong_messages_ends_each_call, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_peer_with_an_address_of_its_own_is_not_heard, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_largest_frame_passes_and_a_larger_one_ends_the_connection, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_peer_that_does_not_read_is_refused_more, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_peer_that_reads_everything_is_never_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_peer_that_is_gone_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_agent_may_come_before_its_collector, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_endpoint_that_is_none_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_options_that_protect_are_set, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
