/* Large bodies: only of who may send one, only of the right type, and never more than there is room for. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/feed/http.h"
#include "collector/feed/running_feed.h"
#include "common/drift/snapshot_text.h"
#include "schema/snapshot_file.h"
#include "support/cmocka.h"

enum { UPLOAD_LIMIT = 64 * 1024, BODY_LIMIT = 256 };

static int setup(void **state)
{
    static struct running_feed running;
    struct feed_settings settings = running_feed_settings();

    settings.body_limit = BODY_LIMIT;
    settings.upload_limit = UPLOAD_LIMIT;
    running_feed_start(&running, &settings);
    *state = &running;
    return 0;
}

static int teardown(void **state)
{
    running_feed_stop(*state);
    return 0;
}

static const char gate[] = "/api/v1/gate?database=orders&from=staging&to=prod&reference=orders.snap";

/* The lines before a body. `token` may be NULL; `length` is what they announce, or chunks when it is SIZE_MAX. */
static struct text head(struct running_feed *running, const char *token, const char *type, size_t length)
{
    char *line = length == SIZE_MAX ? arena_printf(&running->directory.arena, "Transfer-Encoding: chunked\r\n")
                                    : arena_printf(&running->directory.arena, "Content-Length: %zu\r\n", length);
    char *text;

    assert_non_null(line);
    text = arena_printf(&running->directory.arena,
                        "POST %s HTTP/1.1\r\nHost: x\r\n%s%s%sContent-Type: %s\r\nConnection: close\r\n%s\r\n", gate,
                        token == NULL ? "" : "Authorization: Bearer ", token == NULL ? "" : token,
                        token == NULL ? "" : "\r\n", type, line);
    assert_non_null(text);
    return text_from(text);
}

/* A snapshot file with `tables` tables. */
static struct text file(struct running_feed *running, unsigned tables)
{
    CLEANUP(buffer_clear) struct buffer text = {0}, bytes = {0};
    struct snapshot *snapshot;
    struct error error = {0};
    char *copy;

    for (unsigned i = 0; i < tables; i++)
        buffer_printf(&text, "table shop.t%u comment='number %u'\n", i, i * 7919);
    buffer_add_byte(&text, '\0');
    snapshot = snapshot_from_text(text.bytes);
    assert_int_equal(snapshot_file_encode(snapshot, &bytes, &error), ERROR_NONE);
    snapshot_free(snapshot);
    copy = arena_copy(&running->directory.arena, bytes.bytes, bytes.length);
    assert_non_null(copy);
    return (struct text){copy, bytes.length};
}

static struct http_answer ask(struct running_feed *running, struct text first, struct text second)
{
    int connection = http_connect(running->port);
    struct http_answer answer;

    (void)http_say(connection, first);
    if (second.length > 0)
        (void)http_say(connection, second);
    answer = http_read(connection, true, &running->directory.arena);
    close(connection);
    return answer;
}

static const char octets[] = "application/octet-stream";

/* ---- what is taken ---- */

static void test_a_snapshot_file_is_a_reference(void **state)
{
    struct running_feed *running = *state;
    struct text bytes = file(running, 3);
    struct http_answer answer =
        ask(running, head(running, running->tokens.gate, "Application/Octet-Stream; x=y", bytes.length), bytes);

    assert_int_equal(answer.status, 200);
    assert_true(http_body_has(&answer, "\"reference\":{\"name\":\"orders.snap\",\"root\":\""));
    assert_true(http_body_has(&answer, "\"run\":"));
}

/* Larger than any other body may be. */
static void test_a_large_one_is_taken(void **state)
{
    struct running_feed *running = *state;
    struct text bytes = file(running, 200);

    assert_true(bytes.length > 10 * BODY_LIMIT && bytes.length < UPLOAD_LIMIT);
    assert_int_equal(ask(running, head(running, running->tokens.operate, octets, bytes.length), bytes).status, 200);
}

static void test_one_in_chunks_is_taken(void **state)
{
    struct running_feed *running = *state;
    struct text bytes = file(running, 3);
    CLEANUP(buffer_clear) struct buffer chunks = {0};

    for (size_t at = 0; at < bytes.length; at += 100) {
        size_t length = bytes.length - at < 100 ? bytes.length - at : 100;

        buffer_printf(&chunks, "%zx\r\n", length);
        buffer_add(&chunks, bytes.bytes + at, length);
        buffer_add_string(&chunks, "\r\n");
    }
    buffer_add_string(&chunks, "0\r\n\r\n");
    assert_int_equal(ask(running, head(running, running->tokens.gate, octets, SIZE_MAX), buffer_text(&chunks)).status,
                     200);
}

static void test_no_body_is_no_reference(void **state)
{
    struct running_feed *running = *state;
    const struct http_request request = {running->port, "POST", "/api/v1/gate?database=orders&from=staging&to=prod",
                                         running->tokens.gate, NULL};
    struct http_answer answer = http_ask(&request, &running->directory.arena);

    assert_int_equal(answer.status, 200);
    assert_true(http_body_has(&answer, "\"reference\":null"));
}

/* ---- what is not ---- */

/* The answer comes before the body does: nothing of it is sent here. */
static void test_who_may_not_is_told_before_the_body(void **state)
{
    struct running_feed *running = *state;
    const struct {
        const char *token;
        const char *type;
        size_t length;
        unsigned status;
        const char *part;
    } cases[] = {
        {NULL, octets, 1000, 401, "needs a token"},
        {running->tokens.expired, octets, 1000, 401, "refused"},
        {"dl_nonsense", octets, 1000, 401, "refused"},
        {running->tokens.read, octets, 1000, 403, "gate"},
        {running->tokens.read, octets, SIZE_MAX, 403, "gate"},
        {running->tokens.gate, "application/json", 1000, 415, "application/octet-stream"},
        {running->tokens.gate, "application/octet-streams", 1000, 415, "application/octet-stream"},
        {running->tokens.gate, octets, UPLOAD_LIMIT + 1, 413, "65536"},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct http_answer answer =
            ask(running, head(running, cases[i].token, cases[i].type, cases[i].length), TEXT(""));

        print_message("  %zu: %u\n", i, answer.status);
        assert_int_equal(answer.status, cases[i].status);
        if (!http_body_has(&answer, cases[i].part))
            fail_msg("%.*s", TEXT_ARGS(answer.body));
    }
}

static void test_chunks_have_a_limit_too(void **state)
{
    static char chunk[UPLOAD_LIMIT / 2 + 1];
    struct running_feed *running = *state;
    CLEANUP(buffer_clear) struct buffer chunks = {0};
    struct http_answer answer;

    for (int i = 0; i < 3; i++) {
        buffer_printf(&chunks, "%zx\r\n", sizeof chunk);
        buffer_add(&chunks, chunk, sizeof chunk);
        buffer_add_string(&chunks, "\r\n");
    }
    buffer_add_string(&chunks, "0\r\n\r\n");
    answer = ask(running, head(running, running->tokens.gate, octets, SIZE_MAX), buffer_text(&chunks));
    assert_int_equal(answer.status, 413);
}

static void test_what_is_no_snapshot_is_refused(void **state)
{
    struct running_feed *running = *state;
    struct text whole = file(running, 3), bad[4];
    char *changed = arena_copy(&running->directory.arena, whole.bytes, whole.length);

    assert_non_null(changed);
    changed[whole.length / 2] ^= 1;
    bad[0] = TEXT("nonsense");
    bad[1] = (struct text){whole.bytes, whole.length - 1};
    bad[2] = (struct text){changed, whole.length};
    bad[3] = (struct text){"\0\0\0\0", 4};
    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        struct http_answer answer = ask(running, head(running, running->tokens.gate, octets, bad[i].length), bad[i]);

        assert_int_equal(answer.status, 400);
        assert_true(http_body_has(&answer, "orders.snap"));
    }
}

/* ---- room ---- */

/* One try after the other, each in memory of its own: how many there are is the machine's matter. */
static unsigned try_once(struct running_feed *running, struct text first, struct text bytes)
{
    CLEANUP(arena_free) struct arena arena;
    int connection = http_connect(running->port);
    unsigned status;

    arena_init(&arena, 1024 * 1024);
    (void)http_say(connection, first);
    (void)http_say(connection, bytes);
    status = http_read(connection, true, &arena).status;
    close(connection);
    return status;
}

static void wait_for(struct running_feed *running, struct text bytes, unsigned status)
{
    struct text first = head(running, running->tokens.gate, octets, bytes.length);
    int64_t deadline = clock_elapsed() + INT64_C(60) * 1000000;
    unsigned answered;

    do {
        answered = try_once(running, first, bytes);
        if (answered != status)
            usleep(10 * 1000);
    } while (answered != status && clock_elapsed() < deadline);
    assert_int_equal(answered, status);
}

static bool was_answered(int connection)
{
    struct pollfd file = {.fd = connection, .events = POLLIN};

    return poll(&file, 1, 0) == 1;
}

/* Holds all the room there is until the connection is closed, and sees `bytes` be refused. What an earlier test had
   may be given back only now: who is himself refused because of it comes again. */
static int hold_all(struct running_feed *running, struct text bytes)
{
    static char most[UPLOAD_LIMIT - 100];
    struct text announced = head(running, running->tokens.gate, octets, UPLOAD_LIMIT);
    struct text first = head(running, running->tokens.gate, octets, bytes.length);
    int64_t deadline = clock_elapsed() + INT64_C(60) * 1000000;

    while (clock_elapsed() < deadline) {
        int slow = http_connect(running->port);

        (void)http_say(slow, announced);
        (void)http_say(slow, (struct text){most, sizeof most});
        while (!was_answered(slow) && clock_elapsed() < deadline)
            if (try_once(running, first, bytes) == 503)
                return slow;
        close(slow);
    }
    fail_msg("nobody was refused");
    return -1;
}

/* Somebody has sent almost all that may be kept, and waits: others must come again. When he is gone there is room. */
static void test_all_together_are_no_larger_than_one_may_be(void **state)
{
    struct running_feed *running = *state;
    struct text bytes = file(running, 10);
    int slow;

    assert_true(bytes.length > 100);
    slow = hold_all(running, bytes);
    close(slow);
    wait_for(running, bytes, 200);
}

/* Many at once, in turn cut off in the midst: all that was counted is given back. */
static void test_who_breaks_off_gives_room_back(void **state)
{
    static char part[UPLOAD_LIMIT / 4];
    struct running_feed *running = *state;

    for (int i = 0; i < 40; i++) {
        int connection = http_connect(running->port);

        (void)http_say(connection, head(running, running->tokens.gate, octets, UPLOAD_LIMIT));
        (void)http_say(connection, (struct text){part, sizeof part});
        close(connection);
    }
    wait_for(running, file(running, 200), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_snapshot_file_is_a_reference),
        cmocka_unit_test(test_a_large_one_is_taken),
        cmocka_unit_test(test_one_in_chunks_is_taken),
        cmocka_unit_test(test_no_body_is_no_reference),
        cmocka_unit_test(test_who_may_not_is_told_before_the_body),
        cmocka_unit_test(test_chunks_have_a_limit_too),
        cmocka_unit_test(test_what_is_no_snapshot_is_refused),
        cmocka_unit_test(test_all_together_are_no_larger_than_one_may_be),
        cmocka_unit_test(test_who_breaks_off_gives_room_back),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
