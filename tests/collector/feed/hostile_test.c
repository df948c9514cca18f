/* Clients that mean no good, or know no better: each is answered or cut, and others are served meanwhile. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/feed/http.h"
#include "collector/feed/running_feed.h"
#include "feed/request.h"
#include "support/cmocka.h"

enum { TIMEOUT_MS = 1000, CONNECTIONS = 24, PER_ADDRESS = 16, BODY_LIMIT = 1024 };

static int setup(void **state)
{
    static struct running_feed running;
    struct feed_settings settings = running_feed_settings();

    settings.timeout_ms = TIMEOUT_MS;
    settings.connections = CONNECTIONS;
    settings.connections_per_address = PER_ADDRESS;
    settings.body_limit = BODY_LIMIT;
    running_feed_start(&running, &settings);
    *state = &running;
    return 0;
}

static int teardown(void **state)
{
    running_feed_stop(*state);
    return 0;
}

static struct http_answer say(struct running_feed *running, struct text bytes)
{
    int connection = http_connect(running->port);
    struct http_answer answer;

    (void)http_say(connection, bytes);
    answer = http_read(connection, true, &running->directory.arena);
    close(connection);
    return answer;
}

/* Somebody else is served. All come from one address here, so it may take until a connection that ended is seen to have
 * ended; then a new one is closed without an answer. */
static void check_others(struct running_feed *running)
{
    const struct http_request request = {running->port, "GET", "/api/v1/fleet", running->tokens.read, NULL};
    unsigned status;

    for (int attempts = 0; (status = http_ask(&request, &running->directory.arena).status) == 0 && attempts < 1000;
         attempts++)
        usleep(10 * 1000);
    assert_int_equal(status, 200);
}

/* ---- single requests ---- */

#define HOST "Host: x\r\n"

static const struct {
    const char *request;
    unsigned status; /* 0: cut without an answer */
    const char *part;
} requests[] = {
    {"GET /nothing HTTP/1.1\r\n" HOST "\r\n", 404, "\"not-found\""},
    {"GET // HTTP/1.1\r\n" HOST "\r\n", 400, "empty"},
    {"GET //healthz HTTP/1.1\r\n" HOST "\r\n", 400, "empty"},
    {"GET /../healthz HTTP/1.1\r\n" HOST "\r\n", 400, "'..'"},
    {"GET /api/v1/%2e%2e/healthz HTTP/1.1\r\n" HOST "\r\n", 400, "'..'"},
    {"GET /healthz%00 HTTP/1.1\r\n" HOST "\r\n", 400, "control"},
    {"GET /healthz%0d%0aX:y HTTP/1.1\r\n" HOST "\r\n", 400, "control"},
    {"GET /healthz%zz HTTP/1.1\r\n" HOST "\r\n", 400, "hexadecimal"},
    {"GET /healthz?x=1 HTTP/1.1\r\n" HOST "\r\n", 400, "no parameter 'x'"},
    {"GET /healthz/ HTTP/1.1\r\n" HOST "\r\n", 400, "empty"},
    {"GET http://x/healthz HTTP/1.1\r\n" HOST "\r\n", 400, "begin with '/'"},
    {"GET * HTTP/1.1\r\n" HOST "\r\n", 400, "begin with '/'"},
    {"POST /healthz HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 405, "GET, HEAD"},
    {"TRACE /healthz HTTP/1.1\r\n" HOST "\r\n", 405, "'TRACE'"},
    {"CONNECT x:443 HTTP/1.1\r\n" HOST "\r\n", 400, "begin with '/'"},
    {"GET /healthz HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbody", 400, "a body has no meaning"},
    {"GET /healthz HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "a body has no meaning"},
    {"GET /api/v1/fleet HTTP/1.1\r\n" HOST "Authorization: Basic YTpi\r\n\r\n", 401, "needs a token"},
    {"GET /api/v1/fleet HTTP/1.1\r\n" HOST "Authorization:\r\n\r\n", 401, "needs a token"},
    {"GET /healthz HTTP/1.1\r\n\r\n", 400, ""}, /* without Host: the library says so */
    {"GET /healthz\r\n\r\n", 400, ""},
    {"nonsense\r\n\r\n", 0, ""},
    {"GET /healthz HTTP/1.1\r\n" HOST "no colon\r\n\r\n", 400, ""},
    {"GET /healthz HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400, ""},
    {"GET /healthz HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999999\r\n\r\n", 413, ""},
};

static void test_requests_that_make_no_sense(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(requests); i++) {
        struct http_answer answer = say(*state, text_from(requests[i].request));

        print_message("  %.*s\n", (int)strcspn(requests[i].request, "\r"), requests[i].request);
        if (answer.status != requests[i].status ||
            (requests[i].part[0] != '\0' && !http_body_has(&answer, requests[i].part)))
            fail_msg("%u: %.*s", answer.status, TEXT_ARGS(answer.body));
    }
    check_others(*state);
}

static void test_random_bytes(void **state)
{
    char bytes[512];

    srandom(7);
    for (int i = 0; i < 50; i++) {
        int connection = http_connect(((struct running_feed *)*state)->port);

        for (size_t k = 0; k < sizeof bytes; k++)
            bytes[k] = (char)random();
        (void)http_say(connection, (struct text){bytes, sizeof bytes});
        shutdown(connection, SHUT_WR);
        assert_true(http_is_closed(connection));
        close(connection);
    }
    check_others(*state);
}

/* ---- sizes ---- */

static struct text fill(struct arena *arena, const char *before, size_t count, const char *after)
{
    size_t head = strlen(before), tail = strlen(after);
    char *bytes = arena_alloc(arena, head + count + tail);

    assert_non_null(bytes);
    memcpy(bytes, before, head);
    memset(bytes + head, 'a', count);
    memcpy(bytes + head + count, after, tail);
    return (struct text){bytes, head + count + tail};
}

static void test_what_is_too_long(void **state)
{
    static const struct {
        const char *before;
        size_t count;
        const char *after;
        unsigned status;
    } cases[] = {
        {"GET /", REQUEST_TARGET_LIMIT - 1, " HTTP/1.1\r\n" HOST "\r\n", 404},
        {"GET /", REQUEST_TARGET_LIMIT, " HTTP/1.1\r\n" HOST "\r\n", 414},
        {"GET /healthz?x=", REQUEST_TARGET_LIMIT, " HTTP/1.1\r\n" HOST "\r\n", 414},
        {"GET /", 100000, " HTTP/1.1\r\n" HOST "\r\n", 414},
        {"GET /healthz HTTP/1.1\r\n" HOST "X: ", 15000, "\r\n\r\n", 200},
        {"GET /healthz HTTP/1.1\r\n" HOST "X: ", REQUEST_HEADERS_LIMIT, "\r\n\r\n", 431},
        {"GET /healthz HTTP/1.1\r\n" HOST "X: ", 100000, "\r\n\r\n", 431},
        {"", 100000, " / HTTP/1.1\r\n" HOST "\r\n", 0},
    };
    struct running_feed *running = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct text request = fill(&running->directory.arena, cases[i].before, cases[i].count, cases[i].after);
        struct http_answer answer = say(running, request);

        print_message("  %s… %zu: %u\n", cases[i].before, cases[i].count, answer.status);
        assert_true(answer.status == cases[i].status ||
                    (cases[i].status == 0 && (answer.status == 400 || answer.status >= 414)));
    }
    check_others(running);
}

static struct http_answer post(struct running_feed *running, const char *head, const char *body)
{
    const char *request = arena_printf(
        &running->directory.arena, "POST /api/v1/tokens HTTP/1.1\r\n" HOST "Authorization: Bearer %s\r\n%s\r\n\r\n%s",
        running->tokens.admin, head, body);

    assert_non_null(request);
    return say(running, text_from(request));
}

static void test_bodies(void **state)
{
    static const char large[] = "Content-Length: 1025", huge[] = "Content-Length: 1099511627776";
    struct running_feed *running = *state;
    struct arena *arena = &running->directory.arena;
    const char *chunk = arena_string(arena, fill(arena, "", 700, ""));
    const char *chunks = arena_printf(arena, "2bc\r\n%s\r\n2bc\r\n%s\r\n0\r\n\r\n", chunk, chunk);

    assert_int_equal(post(running, "Content-Length: 2", "{}").status, 400);
    assert_int_equal(post(running, "Content-Length: 9", "{\"a\": [[[").status, 400);
    assert_int_equal(post(running, "Content-Length: 0", "").status, 400);
    assert_int_equal(post(running, "Transfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n").status, 400);
    assert_int_equal(post(running, large, "").status, 413); /* at once, before a byte of it */
    assert_int_equal(post(running, huge, "").status, 413);
    assert_int_equal(post(running, "Transfer-Encoding: chunked", chunks).status, 413);
    assert_int_equal(post(running, "Transfer-Encoding: chunked", "zz\r\n").status, 400);
    check_others(running);
}

/* ---- time ---- */

/* Requests that never end: each is said on a connection of its own, a byte now and then, until it is cut. */
static void test_a_slow_request_is_cut(void **state)
{
    static const char *const beginnings[] = {
        "G",
        "GET /healthz HTTP/1.1\r\nX: ",
        "POST /api/v1/tokens HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n",
        "POST /api/v1/tokens HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3e8\r\n",
    };
    struct running_feed *running = *state;
    int64_t end = clock_elapsed() + INT64_C(60) * 1000000;
    int connections[LENGTH_OF(beginnings)];
    size_t open = LENGTH_OF(beginnings);

    for (size_t i = 0; i < LENGTH_OF(beginnings); i++) {
        connections[i] = http_connect(running->port);
        assert_true(http_say(connections[i], text_from(beginnings[i])));
    }
    while (open > 0 && clock_elapsed() < end) {
        usleep(100 * 1000);
        check_others(running);
        for (size_t i = 0; i < LENGTH_OF(beginnings); i++)
            if (connections[i] >= 0 && !http_say(connections[i], TEXT("x"))) {
                close(connections[i]);
                connections[i] = -1;
                open--;
            }
    }
    assert_int_equal(open, 0);
    assert_int_equal(feed_connections_cut(running->feed), LENGTH_OF(beginnings));
    assert_non_null(strstr(running_feed_log(running).bytes, "event=http-cut peer=127.0.0.1 reason=\"too slow\""));
}

static void test_a_connection_that_says_nothing_is_closed(void **state)
{
    int connection = http_connect(((struct running_feed *)*state)->port);

    assert_true(http_is_closed(connection));
    close(connection);
}

/* ---- many ---- */

/* One address takes all that it may; another is served meanwhile. */
static void test_more_connections_than_allowed(void **state)
{
    struct running_feed *running = *state;
    int connections[4 * CONNECTIONS], other;
    unsigned closed = 0;

    for (size_t i = 0; i < LENGTH_OF(connections); i++) {
        connections[i] = http_connect(running->port);
        (void)http_say(connections[i], TEXT("GET /healthz HTTP/1.1\r\n"));
    }
    other = http_connect_from("127.0.0.2", running->port);
    assert_true(http_say(other, TEXT("GET /healthz HTTP/1.1\r\n" HOST "\r\n")));
    assert_int_equal(http_read(other, true, &running->directory.arena).status, 200);
    close(other);
    for (size_t i = 0; i < LENGTH_OF(connections); i++) {
        closed += http_is_closed(connections[i]); /* at once, or when its time is over */
        close(connections[i]);
    }
    assert_int_equal(closed, LENGTH_OF(connections));
    check_others(running);
}

static void test_clients_that_leave_in_the_middle(void **state)
{
    static const char *const beginnings[] = {
        "",
        "GET",
        "GET /healthz HTTP/1.1\r\n",
        "GET /healthz HTTP/1.1\r\n" HOST "\r\n",
        "POST /api/v1/tokens HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\n{",
    };
    struct running_feed *running = *state;
    const char *question =
        arena_printf(&running->directory.arena,
                     "GET /api/v1/compare?database=orders HTTP/1.1\r\n" HOST "Authorization: Bearer %s\r\n\r\n",
                     running->tokens.read);

    for (int round = 0; round < 10; round++) {
        for (size_t i = 0; i <= LENGTH_OF(beginnings); i++) {
            int connection = http_connect(running->port);

            (void)http_say(connection, text_from(i < LENGTH_OF(beginnings) ? beginnings[i] : question));
            close(connection);
        }
        check_others(running);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slow_request_is_cut),
        cmocka_unit_test(test_requests_that_make_no_sense),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_what_is_too_long),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_a_connection_that_says_nothing_is_closed),
        cmocka_unit_test(test_more_connections_than_allowed),
        cmocka_unit_test(test_clients_that_leave_in_the_middle),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
