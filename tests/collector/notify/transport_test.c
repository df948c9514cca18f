#include "notify/transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/notify/transport_bench.h"
#include "support/cmocka.h"

enum { MANY = 40 };

/* ---- HTTP ---- */

static void test_a_request_arrives_as_it_was_meant(void **state)
{
    struct transport_bench *bench = *state;
    struct bench_outcome outcome;
    json_t *log;
    const json_t *entry, *headers;

    bench_start_receiver(bench, RECEIVER_HTTP);
    bench->request.method = "PUT";
    bench->request.headers[bench->request.header_count++] = TEXT("X-Proof: of what");
    bench->request.headers[bench->request.header_count++] = TEXT("Content-Type: application/json");
    buffer_add_string(&bench->request.body, "{\"a\": 1}");
    outcome = bench_ask(bench, "/ok?x=1");
    assert_int_equal(outcome.status, 200);
    assert_string_equal(outcome.text, "ok");
    log = receiver_log(&bench->receiver, 1);
    entry = json_array_get(log, 0);
    headers = json_object_get(entry, "headers");
    assert_string_equal(bench_text_of(entry, "method"), "PUT");
    assert_string_equal(bench_text_of(entry, "path"), "/ok?x=1");
    assert_string_equal(bench_text_of(entry, "body"), "{\"a\": 1}");
    assert_string_equal(bench_text_of(headers, "x-proof"), "of what");
    assert_string_equal(bench_text_of(headers, "content-type"), "application/json");
    assert_non_null(strstr(bench_text_of(headers, "user-agent"), "driftline/"));
    assert_null(json_object_get(headers, "expect"));
    json_decref(log);
}

static void test_a_request_may_have_another_address_and_no_body(void **state)
{
    struct transport_bench *bench = *state;
    json_t *log;

    bench_start_receiver(bench, RECEIVER_HTTP);
    bench_point_at(bench, "/status/500");
    bench->request.url = bench_say(bench, "http://127.0.0.1:%u/other", bench->receiver.port);
    bench->request.method = "GET";
    assert_int_equal(bench_carry_out(bench).status, 200);
    log = receiver_log(&bench->receiver, 1);
    assert_string_equal(bench_text_of(json_array_get(log, 0), "method"), "GET");
    assert_string_equal(bench_text_of(json_array_get(log, 0), "path"), "/other");
    json_decref(log);
}

static void test_every_status_is_an_answer(void **state)
{
    static const int statuses[] = {200, 201, 400, 401, 404, 429, 500, 503};
    struct transport_bench *bench = *state;

    bench_start_receiver(bench, RECEIVER_HTTP);
    for (size_t i = 0; i < LENGTH_OF(statuses); i++) {
        struct bench_outcome outcome = bench_ask(bench, bench_say(bench, "/status/%d", statuses[i]).bytes);

        assert_int_equal(outcome.status, statuses[i]);
        assert_int_equal(outcome.retry_after_us, 0);
    }
    assert_int_equal(bench_ask(bench, "/retry/7").retry_after_us, 7000000);
}

static void test_a_redirection_is_not_followed(void **state)
{
    struct transport_bench *bench = *state;
    json_t *log;

    bench_start_receiver(bench, RECEIVER_HTTP);
    assert_int_equal(bench_ask(bench, bench_say(bench, "/redirect/%u", bench->receiver.port).bytes).status, 302);
    log = receiver_log(&bench->receiver, 1);
    assert_int_equal(json_array_size(log), 1);
    json_decref(log);
}

static void test_private_addresses_are_not_connected_to(void **state)
{
    static const char *const hosts[] = {
        "127.0.0.1", "localhost",          "127.1",           "2130706433",        "0x7f000001",      "0177.0.0.1",
        "[::1]",     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0",
        "[::]",      "169.254.169.254",    "10.0.0.1",        "[fe80::1]"};
    struct transport_bench *bench = *state;
    json_t *log;

    bench_start_receiver(bench, RECEIVER_HTTP);
    bench->sink.allow_private = false;
    for (size_t i = 0; i < LENGTH_OF(hosts); i++) {
        struct bench_outcome outcome;

        bench->sink.url = bench_say(bench, "http://%s:%u/ok", hosts[i], bench->receiver.port);
        outcome = bench_carry_out(bench);
        if (outcome.code != ERROR_CONFIG || strstr(outcome.text, "public internet") == NULL)
            fail_msg("%s: %d %s: %s", hosts[i], outcome.status, error_name(outcome.code), outcome.text);
    }
    log = receiver_log(&bench->receiver, 0);
    assert_int_equal(json_array_size(log), 0);
    json_decref(log);
}

static void test_other_protocols_and_users_are_refused(void **state)
{
    static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/",
                                       "dict://127.0.0.1/", "http://user:word@127.0.0.1:%u/ok"};
    struct transport_bench *bench = *state;

    bench_start_receiver(bench, RECEIVER_HTTP);
    for (size_t i = 0; i < LENGTH_OF(urls); i++) {
        bench->sink.url = text_from(urls[i]);
        if (i + 1 == LENGTH_OF(urls))
            bench->sink.url = bench_say(bench, "http://user:word@127.0.0.1:%u/ok", bench->receiver.port);
        assert_int_equal(bench_carry_out(bench).code, ERROR_CONNECT);
    }
}

static void test_the_environment_names_no_proxy(void **state)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    struct transport_bench *bench = *state;
    int status;

    bench_start_receiver(bench, RECEIVER_HTTP);
    for (size_t i = 0; i < LENGTH_OF(names); i++)
        setenv(names[i], "http://127.0.0.1:1", 1);
    status = bench_ask(bench, "/ok").status;
    for (size_t i = 0; i < LENGTH_OF(names); i++)
        unsetenv(names[i]);
    assert_int_equal(status, 200);
}

static void test_silence_ends_in_time(void **state)
{
    static const char *const paths[] = {"/silent", "/slow"};
    struct transport_bench *bench = *state;

    bench_start_receiver(bench, RECEIVER_HTTP);
    bench->sink.timeout_ms = 500;
    for (size_t i = 0; i < LENGTH_OF(paths); i++) {
        struct bench_outcome outcome = bench_ask(bench, paths[i]);

        assert_int_equal(outcome.code, ERROR_TIMEOUT);
        assert_string_equal(outcome.text, "no answer within 500 ms");
        assert_true(outcome.took_us >= 400000);
    }
}

static void test_an_answer_without_end_is_cut(void **state)
{
    struct transport_bench *bench = *state;
    struct bench_outcome outcome;

    bench_start_receiver(bench, RECEIVER_HTTP);
    outcome = bench_ask(bench, "/endless");
    assert_int_equal(outcome.status, 200);
    assert_int_equal(strlen(outcome.text), SINK_ANSWER_LIMIT);
}

static void test_what_breaks_off_is_a_failure(void **state)
{
    struct transport_bench *bench = *state;

    bench_start_receiver(bench, RECEIVER_HTTP);
    assert_int_equal(bench_ask(bench, "/reset").code, ERROR_CONNECT);
    bench->sink.url = TEXT("http://127.0.0.1:1/");
    assert_int_equal(bench_carry_out(bench).code, ERROR_CONNECT);
    bench->sink.url = TEXT("http://no-such-host.invalid/");
    assert_int_equal(bench_carry_out(bench).code, ERROR_CONNECT);
}

static void test_secrets_that_are_quoted_are_covered(void **state)
{
    struct transport_bench *bench = *state;
    struct bench_outcome outcome;

    bench_start_receiver(bench, RECEIVER_HTTP);
    bench->sink.secret = TEXT("whsec_c2VjcmV0IG9mIHRoZSBzaW5r");
    outcome = bench_ask(bench, "/echo/T0/sesame-opens?key=c2VjcmV0IG9mIHRoZSBzaW5r&x=longer-than-eight");
    assert_int_equal(outcome.status, 404);
    assert_null(strstr(outcome.text, "sesame"));
    assert_null(strstr(outcome.text, "c2Vj"));
    assert_null(strstr(outcome.text, "longer"));
    assert_non_null(strstr(outcome.text, "nothing at /echo/T0/************?key="));
}

static void test_many_go_at_the_same_time(void **state)
{
    struct transport_bench *bench = *state;
    int64_t begun;

    bench_start_receiver(bench, RECEIVER_HTTP);
    bench->sink.timeout_ms = 1500;
    bench_point_at(bench, "/silent");
    begun = clock_elapsed();
    for (int i = 0; i < MANY; i++) {
        struct sink_request request = {.action = SINK_HTTP, .method = "POST"};
        struct error error = {0};

        bench_check(transport_start(bench->transport, &bench->sink, &request, NULL, &error), &error);
    }
    assert_int_equal(transport_count(bench->transport), MANY);
    for (int i = 0; i < MANY; i++) {
        struct transport_result result = bench_wait(bench);

        assert_int_equal(result.problem.code, ERROR_TIMEOUT);
    }
    assert_true(clock_elapsed() - begun < MANY * INT64_C(1000000));
}

/* ---- TLS ---- */

static void test_certificates_are_checked(void **state)
{
    struct transport_bench *bench = *state;

    bench_start_receiver(bench, RECEIVER_HTTPS);
    bench->sink.url = bench_say(bench, "https://localhost:%u/ok", bench->receiver.port);
    assert_int_equal(bench_carry_out(bench).code, ERROR_REFUSED); /* the system does not know the root */
    bench->sink.ca = text_from(test_directory_path(&bench->receiver.directory, "ca.pem"));
    assert_int_equal(bench_carry_out(bench).status, 200);
    bench->sink.url = bench_say(bench, "https://127.0.0.1:%u/ok", bench->receiver.port);
    assert_int_equal(bench_carry_out(bench).code, ERROR_REFUSED); /* another name */
    bench->sink.url = bench_say(bench, "https://localhost:%u/ok", bench->receiver.port);
    bench->sink.ca = text_from(test_directory_path(&bench->receiver.directory, "no.pem"));
    assert_int_equal(bench_carry_out(bench).code, ERROR_REFUSED);
}

/* ---- waiting ---- */

static void *wake_later(void *context)
{
    usleep(100000);
    transport_wake(context);
    return NULL;
}

static void test_waiting_ends_when_there_is_something_to_do(void **state)
{
    struct transport_bench *bench = *state;
    int64_t begun = clock_elapsed();
    int file = eventfd(1, EFD_CLOEXEC);
    struct error error = {0};
    pthread_t thread;

    bench_check(transport_wait(bench->transport, file, BENCH_PATIENCE_US / 1000, &error), &error);
    close(file);
    assert_int_equal(pthread_create(&thread, NULL, wake_later, bench->transport), 0);
    bench_check(transport_wait(bench->transport, -1, BENCH_PATIENCE_US / 1000, &error), &error);
    pthread_join(thread, NULL);
    assert_true(clock_elapsed() - begun < BENCH_PATIENCE_US / 2);
    begun = clock_elapsed();
    bench_check(transport_wait(bench->transport, -1, 50, &error), &error);
    assert_true(clock_elapsed() - begun >= 40000);
}

/* ---- syslogs ---- */

static void test_a_line_goes_by_udp(void **state)
{
    struct transport_bench *bench = *state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t length = sizeof address;
    char bytes[64] = "";

    assert_int_equal(bind(file, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(file, (struct sockaddr *)&address, &length), 0);
    bench->sink.url = bench_say(bench, "udp://127.0.0.1:%u", ntohs(address.sin_port));
    assert_int_equal(bench_log_line(bench, "<9>1 by udp").status, 200);
    assert_int_equal(recv(file, bytes, sizeof bytes - 1, 0), 11);
    assert_string_equal(bytes, "<9>1 by udp");
    bench->sink.allow_private = false;
    assert_int_equal(bench_log_line(bench, "<9>1 by udp").code, ERROR_CONFIG);
    close(file);
}

static void expect_frames(struct transport_bench *bench)
{
    json_t *log;

    assert_int_equal(bench_log_line(bench, "8 <9>1 one").status, 200);
    json_decref(receiver_log(&bench->receiver, 1)); /* each has a connection of its own: only then is it the first */
    assert_int_equal(bench_log_line(bench, "11 <9>1 t\xc3\xa4two").status, 200);
    log = receiver_log(&bench->receiver, 2);
    assert_string_equal(bench_text_of(json_array_get(log, 0), "frame"), "<9>1 one");
    assert_string_equal(bench_text_of(json_array_get(log, 1), "frame"), "<9>1 t\xc3\xa4two");
    json_decref(log);
}

static void test_lines_go_by_tcp(void **state)
{
    struct transport_bench *bench = *state;

    bench_start_receiver(bench, RECEIVER_SYSLOG);
    bench->sink.url = bench_say(bench, "tcp://127.0.0.1:%u", bench->receiver.port);
    expect_frames(bench);
    bench->sink.allow_private = false;
    assert_int_equal(bench_log_line(bench, "3 <9>").code, ERROR_CONFIG);
    bench->sink.allow_private = true;
    bench->sink.url = TEXT("tcp://127.0.0.1:1");
    assert_int_equal(bench_log_line(bench, "3 <9>").code, ERROR_CONNECT);
}

static void test_lines_go_by_tls(void **state)
{
    struct transport_bench *bench = *state;

    bench_start_receiver(bench, RECEIVER_SYSLOG_TLS);
    bench->sink.url = bench_say(bench, "tls://localhost:%u", bench->receiver.port);
    assert_int_equal(bench_log_line(bench, "3 <9>").code, ERROR_REFUSED);
    bench->sink.ca = text_from(test_directory_path(&bench->receiver.directory, "ca.pem"));
    expect_frames(bench);
}

/* ---- what is nothing ---- */

static void test_nothing_is_done_at_once(void **state)
{
    struct transport_bench *bench = *state;

    bench->request.action = SINK_NOTHING;
    assert_int_equal(bench_carry_out(bench).status, 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, transport_bench_setup, transport_bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_request_arrives_as_it_was_meant),
        TEST(test_a_request_may_have_another_address_and_no_body),
        TEST(test_every_status_is_an_answer),
        TEST(test_a_redirection_is_not_followed),
        TEST(test_private_addresses_are_not_connected_to),
        TEST(test_other_protocols_and_users_are_refused),
        TEST(test_the_environment_names_no_proxy),
        TEST(test_silence_ends_in_time),
        TEST(test_an_answer_without_end_is_cut),
        TEST(test_what_breaks_off_is_a_failure),
        TEST(test_secrets_that_are_quoted_are_covered),
        TEST(test_many_go_at_the_same_time),
        TEST(test_certificates_are_checked),
        TEST(test_waiting_ends_when_there_is_something_to_do),
        TEST(test_a_line_goes_by_udp),
        TEST(test_lines_go_by_tcp),
        TEST(test_lines_go_by_tls),
        TEST(test_nothing_is_done_at_once),
    };

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
