/* `driftline events` as people call it, and a collector that says what the test has written down. */
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/asked.h"
#include "support/cmocka.h"

#define EVENT(number, text)                                                                                            \
    "{\"specversion\":\"1.0\",\"id\":\"" number "\",\"type\":\"driftline.drift-opened\",\"time\":"                     \
    "\"2026-11-21T10:00:00.000Z\",\"severity\":\"high\",\"database\":\"orders\",\"environment\":\"prod\","             \
    "\"summary\":\"" text "\",\"data\":{}}"
#define LINE(text) "2026-11-21T10:00:00Z  high      drift-opened         orders@prod           " text "\n"
#define PAGE(events, next) "{\"events\":[" events "],\"next\":" next "}"
#define SSE(number, text) "id: " number "\nevent: drift-opened\ndata: " EVENT(number, text) "\n\n"
#define STREAM_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nretry: 3000\n\n"

static const struct {
    const char *arguments[ASKED_ARGUMENT_LIMIT];
    const char *answers[3];
    int status;
    const char *request; /* how it begins; NULL: nothing was asked */
    const char *output;  /* all of it; NULL: nothing */
    const char *errors;  /* a part; NULL: none */
} cases[] = {
    /* the newest, in the order in which they happened */
    {{"events"},
     {PAGE(EVENT("9", "b") "," EVENT("8", "a"), "null")},
     0,
     "GET /api/v1/events?order=newest&limit=50 HTTP",
     LINE("a") LINE("b"),
     NULL},
    {{"events", "--limit", "3"},
     {PAGE(EVENT("9", "c") "," EVENT("8", "b"), "7"), PAGE(EVENT("5", "a") "," EVENT("4", "-"), "3")},
     0,
     "GET /api/v1/events?order=newest&limit=3 HTTP",
     LINE("a") LINE("b") LINE("c"),
     NULL},
    {{"events", "--type", "drift-*", "--type", "target-state", "--database", "or*", "--environment", "prod",
      "--severity", "high"},
     {PAGE("", "null")},
     0,
     "GET /api/v1/events?type=drift-%2A&type=target-state&database=or%2A&environment=prod&severity=high&order=newest"
     "&limit=50 HTTP",
     NULL,
     NULL},
    /* from a number on: pages go on where the one before has looked, also when it found nothing */
    {{"events", "--after", "3"},
     {PAGE(EVENT("4", "a"), "4"), PAGE("", "9"), PAGE("", "9")},
     0,
     "GET /api/v1/events?limit=1000&after=3 HTTP",
     LINE("a"),
     NULL},
    {{"events", "--after", "0", "--limit", "1"},
     {PAGE(EVENT("4", "a") "," EVENT("5", "b"), "5")},
     0,
     "GET /api/v1/events?limit=1000&after=0 HTTP",
     LINE("a"),
     NULL},
    {{"events", "--format", "json"},
     {PAGE(EVENT("9", "b"), "null")},
     0,
     "GET /api/v1/events?order=newest&limit=50 HTTP",
     EVENT("9", "b") "\n",
     NULL},
    /* what makes no sense */
    {{"events", "--after", "x"}, {""}, 2, NULL, NULL, "option '--after' is not the number of an event"},
    {{"events", "--severity", "bad"}, {""}, 2, NULL, NULL, "--severity"},
    {{"events", "orders"}, {""}, 2, NULL, NULL, "takes 0 operands"},
    {{"events"}, {"{}"}, 3, "GET ", NULL, "a page lacks its list"},
    {{"events"}, {"[]"}, 3, "GET ", NULL, "a page lacks its list"},
};

static void test_command_lines(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct test_reply replies[3];
        const char *requests;
        struct test_process process;
        size_t count = 0;

        for (; count < 3 && cases[i].answers[count] != NULL; count++)
            replies[count] = asked_json(directory, text_from(cases[i].answers[count]));
        process = asked_run(directory, cases[i].arguments, replies, count, &requests);
        print_message("  %zu\n", i);
        asked_check(&process, cases[i].status, cases[i].output, cases[i].errors);
        if (cases[i].output != NULL)
            assert_string_equal(process.output.bytes, cases[i].output);
        if (cases[i].request == NULL)
            assert_string_equal(requests, "");
        else if (strncmp(requests, cases[i].request, strlen(cases[i].request)) != 0)
            fail_msg("no '%s' in:\n%s", cases[i].request, requests);
    }
}

static struct test_reply stream(const char *bytes)
{
    return (struct test_reply){.bytes = text_from(bytes), .then = THEN_CLOSE};
}

/* A connection that breaks is made again, and what is asked for is what comes after the last event. One that comes
 * twice is printed once. */
static void test_following_goes_on(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply replies[] = {
        stream(STREAM_HEAD SSE("5", "a") SSE("6", "b") "id: 7\nevent: drift-opened\ndata: {\"half"),
        stream(STREAM_HEAD ": still here\nid: 9\n\n"),
        stream(STREAM_HEAD SSE("6", "again") SSE("12", "c")),
    };
    const char *requests;
    struct test_process process = asked_run(directory, ASKED("events", "--follow", "--after", "4", "--limit", "3"),
                                            replies, LENGTH_OF(replies), &requests);
    const char *second, *third;

    asked_check(&process, 0, LINE("a") LINE("b") LINE("c"), "going on after event 6 in");
    assert_non_null(strstr(process.errors.bytes, "going on after event 9 in"));
    assert_non_null(strstr(requests, "Accept: text/event-stream"));
    assert_non_null(strstr(requests, "Last-Event-ID: 4"));
    second = strstr(requests, "Last-Event-ID: 6");
    assert_non_null(second);
    third = strstr(second, "Last-Event-ID: 9");
    assert_non_null(third);
}

/* Without a number it begins with what is new: the end of the log is asked for first, so that nothing is lost when the
 * connection breaks before the first event. */
static void test_following_begins_at_the_end(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply replies[] = {
        asked_json(directory, TEXT(PAGE(EVENT("41", "old"), "40"))),
        stream(STREAM_HEAD SSE("42", "new")),
    };
    const char *requests;
    struct test_process process =
        asked_run(directory, ASKED("events", "--follow", "--limit", "1", "--type", "drift-*", "--format", "json"),
                  replies, LENGTH_OF(replies), &requests);

    asked_check(&process, 0, EVENT("42", "new") "\n", NULL);
    assert_non_null(strstr(requests, "GET /api/v1/events?order=newest&limit=1 HTTP"));
    assert_non_null(strstr(requests, "GET /api/v1/events?type=drift-%2A HTTP"));
    assert_non_null(strstr(requests, "Last-Event-ID: 41"));
}

/* What retention took away is told. */
static void test_what_is_gone_is_told(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply replies[] = {
        stream(STREAM_HEAD "id: 99\nevent: gone\ndata: {\"from\":4,\"oldest\":100}\n\n" SSE("100", "a")),
    };
    const char *requests;
    struct test_process process = asked_run(directory, ASKED("events", "-f", "--after", "4", "--limit", "1"), replies,
                                            LENGTH_OF(replies), &requests);

    asked_check(&process, 0, LINE("a"), "keeps no events between 4 and 100 any more");
}

/* Coming again would not help. */
static void test_what_does_not_pass_ends_it(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply refused = test_reply_http(
        &directory->arena, "401 Unauthorized", ASKED_JSON_TYPE,
        TEXT("{\"error\": {\"code\": \"refused\", \"message\": \"the token is not known\", \"hint\": \"\"}}"));
    const struct test_reply other =
        test_reply_http(&directory->arena, "200 OK", "Content-Type: text/html\r\n", TEXT("x"));
    const char *requests;
    struct test_process process =
        asked_run(directory, ASKED("events", "--follow", "--after", "4"), &refused, 1, &requests);

    asked_check(&process, 4, NULL, "the token is not known");
    process = asked_run(directory, ASKED("events", "--follow", "--after", "4"), &other, 1, &requests);
    asked_check(&process, 3, NULL, "is no collector");
}

/* Ctrl-C is how it is ended: that is no failure. */
static void test_ctrl_c_ends_it(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = {.bytes = text_from(STREAM_HEAD SSE("5", "a")), .then = THEN_WAIT};
    struct test_server server;
    char line[256] = "";
    int ends[2];
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    test_server_start(&server, &reply, 1);
    setenv("DRIFTLINE_COLLECTOR", server.url, 1);
    child = run_start(ASKED("events", "--follow", "--after", "4"), ends[1], STDERR_FILENO, &directory->arena);
    close(ends[1]);
    assert_true(read(ends[0], line, sizeof line - 1) > 0); /* it is following */
    assert_string_equal(line, LINE("a"));
    kill(child, SIGINT);
    assert_int_equal(run_wait(child), 0);
    close(ends[0]);
    test_server_stop(&server);
    test_server_clear(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_command_lines, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_following_goes_on, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_following_begins_at_the_end, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_gone_is_told, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_what_does_not_pass_ends_it, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_ctrl_c_ends_it, asked_set_up, asked_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
