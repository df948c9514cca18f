#include "notify/transport.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/notify/receiver.h"
#include "support/cmocka.h"

enum { PATIENCE_US = 60 * 1000000, MANY = 40 };

struct bench {
    struct transport *transport;
    struct test_directory directory;
    struct arena arena;
    struct sink sink;
    struct sink_request request;
    struct receiver receiver;
    bool has_receiver;
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct error error = {0};

    check(transport_new(&bench->transport, &error), &error);
    test_directory_make(&bench->directory);
    arena_init(&bench->arena, 16 * 1024 * 1024);
    bench->sink = (struct sink){.name = TEXT("it"), .allow_private = true, .timeout_ms = 5000};
    bench->request = (struct sink_request){.action = SINK_HTTP, .method = "POST"};
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    transport_free(bench->transport);
    if (bench->has_receiver)
        receiver_stop(&bench->receiver);
    buffer_clear(&bench->request.body);
    arena_free(&bench->arena);
    test_directory_remove(&bench->directory);
    free(bench);
    return 0;
}

static void start_receiver(struct bench *bench, enum receiver_kind kind)
{
    receiver_start(&bench->receiver, kind);
    bench->has_receiver = true;
}

static struct text say(struct bench *bench, const char *format, ...) PRINTF_LIKE(2, 3);
static struct text say(struct bench *bench, const char *format, ...)
{
    char text[512];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    return text_from(arena_string(&bench->arena, text_from(text)));
}

static void point_at(struct bench *bench, const char *path)
{
    bench->sink.url = say(bench, "http://127.0.0.1:%u%s", bench->receiver.port, path);
}

/* ---- one request ---- */

static struct transport_result wait_for_one(struct bench *bench)
{
    int64_t end = clock_elapsed() + PATIENCE_US;
    struct transport_result result;
    struct error error = {0};

    while (!transport_next(bench->transport, &result)) {
        assert_true(clock_elapsed() < end);
        check(transport_wait(bench->transport, -1, 1000, &error), &error);
    }
    return result;
}

/* What came of it: a status, or an error; the body in the arena. */
struct outcome {
    int status;
    enum error_code code;
    const char *text; /* of the body, or the message */
    int64_t retry_after_us;
    int64_t took_us;
};

static struct outcome carry_out(struct bench *bench)
{
    struct sink_request request = bench->request;
    int64_t begun = clock_elapsed();
    struct transport_result result;
    struct error error = {0};
    struct outcome outcome;

    buffer_init(&bench->request.body);
    check(transport_start(bench->transport, &bench->sink, &request, bench, &error), &error);
    assert_int_equal(request.body.length, 0);
    result = wait_for_one(bench);
    assert_ptr_equal(result.context, bench);
    assert_int_equal(transport_count(bench->transport), 0);
    outcome = (struct outcome){.status = result.answer.status,
                               .code = result.problem.code,
                               .retry_after_us = result.answer.retry_after_us,
                               .took_us = clock_elapsed() - begun};
    outcome.text = arena_string(&bench->arena, result.problem.code != ERROR_NONE ? text_from(result.problem.message)
                                                                                 : result.answer.body);
    buffer_clear(&result.body);
    return outcome;
}

static struct outcome ask(struct bench *bench, const char *path)
{
    point_at(bench, path);
    return carry_out(bench);
}

static const char *text_of(const json_t *entry, const char *key)
{
    const char *text = json_string_value(json_object_get(entry, key));

    assert_non_null(text);
    return text;
}

/* ---- HTTP ---- */

static void test_a_request_arrives_as_it_was_meant(void **state)
{
    struct bench *bench = *state;
    struct outcome outcome;
    json_t *log;
    const json_t *entry, *headers;

    start_receiver(bench, RECEIVER_HTTP);
    bench->request.method = "PUT";
    bench->request.headers[bench->request.header_count++] = TEXT("X-Proof: of what");
    bench->request.headers[bench->request.header_count++] = TEXT("Content-Type: application/json");
    buffer_add_string(&bench->request.body, "{\"a\": 1}");
    outcome = ask(bench, "/ok?x=1");
    assert_int_equal(outcome.status, 200);
    assert_string_equal(outcome.text, "ok");
    log = receiver_log(&bench->receiver, 1);
    entry = json_array_get(log, 0);
    headers = json_object_get(entry, "headers");
    assert_string_equal(text_of(entry, "method"), "PUT");
    assert_string_equal(text_of(entry, "path"), "/ok?x=1");
    assert_string_equal(text_of(entry, "body"), "{\"a\": 1}");
    assert_string_equal(text_of(headers, "x-proof"), "of what");
    assert_string_equal(text_of(headers, "content-type"), "application/json");
    assert_non_null(strstr(text_of(headers, "user-agent"), "driftline/"));
    assert_null(json_object_get(headers, "expect"));
    json_decref(log);
}

static void test_a_request_may_have_another_address_and_no_body(void **state)
{
    struct bench *bench = *state;
    json_t *log;

    start_receiver(bench, RECEIVER_HTTP);
    point_at(bench, "/status/500");
    bench->request.url = say(bench, "http://127.0.0.1:%u/other", bench->receiver.port);
    bench->request.method = "GET";
    assert_int_equal(carry_out(bench).status, 200);
    log = receiver_log(&bench->receiver, 1);
    assert_string_equal(text_of(json_array_get(log, 0), "method"), "GET");
    assert_string_equal(text_of(json_array_get(log, 0), "path"), "/other");
    json_decref(log);
}

static void test_every_status_is_an_answer(void **state)
{
    static const int statuses[] = {200, 201, 400, 401, 404, 429, 500, 503};
    struct bench *bench = *state;

    start_receiver(bench, RECEIVER_HTTP);
    for (size_t i = 0; i < LENGTH_OF(statuses); i++) {
        struct outcome outcome = ask(bench, say(bench, "/status/%d", statuses[i]).bytes);

        assert_int_equal(outcome.status, statuses[i]);
        assert_int_equal(outcome.retry_after_us, 0);
    }
    assert_int_equal(ask(bench, "/retry/7").retry_after_us, 7000000);
}

static void test_a_redirection_is_not_followed(void **state)
{
    struct bench *bench = *state;
    json_t *log;

    start_receiver(bench, RECEIVER_HTTP);
    assert_int_equal(ask(bench, say(bench, "/redirect/%u", bench->receiver.port).bytes).status, 302);
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
    struct bench *bench = *state;
    json_t *log;

    start_receiver(bench, RECEIVER_HTTP);
    bench->sink.allow_private = false;
    for (size_t i = 0; i < LENGTH_OF(hosts); i++) {
        struct outcome outcome;

        bench->sink.url = say(bench, "http://%s:%u/ok", hosts[i], bench->receiver.port);
        outcome = carry_out(bench);
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
    struct bench *bench = *state;

    start_receiver(bench, RECEIVER_HTTP);
    for (size_t i = 0; i < LENGTH_OF(urls); i++) {
        bench->sink.url = text_from(urls[i]);
        if (i + 1 == LENGTH_OF(urls))
            bench->sink.url = say(bench, "http://user:word@127.0.0.1:%u/ok", bench->receiver.port);
        assert_int_equal(carry_out(bench).code, ERROR_CONNECT);
    }
}

static void test_the_environment_names_no_proxy(void **state)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    struct bench *bench = *state;
    int status;

    start_receiver(bench, RECEIVER_HTTP);
    for (size_t i = 0; i < LENGTH_OF(names); i++)
        setenv(names[i], "http://127.0.0.1:1", 1);
    status = ask(bench, "/ok").status;
    for (size_t i = 0; i < LENGTH_OF(names); i++)
        unsetenv(names[i]);
    assert_int_equal(status, 200);
}

static void test_silence_ends_in_time(void **state)
{
    static const char *const paths[] = {"/silent", "/slow"};
    struct bench *bench = *state;

    start_receiver(bench, RECEIVER_HTTP);
    bench->sink.timeout_ms = 500;
    for (size_t i = 0; i < LENGTH_OF(paths); i++) {
        struct outcome outcome = ask(bench, paths[i]);

        assert_int_equal(outcome.code, ERROR_TIMEOUT);
        assert_string_equal(outcome.text, "no answer within 500 ms");
        assert_true(outcome.took_us >= 400000);
    }
}

static void test_an_answer_without_end_is_cut(void **state)
{
    struct bench *bench = *state;
    struct outcome outcome;

    start_receiver(bench, RECEIVER_HTTP);
    outcome = ask(bench, "/endless");
    assert_int_equal(outcome.status, 200);
    assert_int_equal(strlen(outcome.text), SINK_ANSWER_LIMIT);
}

static void test_what_breaks_off_is_a_failure(void **state)
{
    struct bench *bench = *state;

    start_receiver(bench, RECEIVER_HTTP);
    assert_int_equal(ask(bench, "/reset").code, ERROR_CONNECT);
    bench->sink.url = TEXT("http://127.0.0.1:1/");
    assert_int_equal(carry_out(bench).code, ERROR_CONNECT);
    bench->sink.url = TEXT("http://no-such-host.invalid/");
    assert_int_equal(carry_out(bench).code, ERROR_CONNECT);
}

static void test_secrets_that_are_quoted_are_covered(void **state)
{
    struct bench *bench = *state;
    struct outcome outcome;

    start_receiver(bench, RECEIVER_HTTP);
    bench->sink.secret = TEXT("whsec_c2VjcmV0IG9mIHRoZSBzaW5r");
    outcome = ask(bench, "/echo/T0/sesame-opens?key=c2VjcmV0IG9mIHRoZSBzaW5r&x=longer-than-eight");
    assert_int_equal(outcome.status, 404);
    assert_null(strstr(outcome.text, "sesame"));
    assert_null(strstr(outcome.text, "c2Vj"));
    assert_null(strstr(outcome.text, "longer"));
    assert_non_null(strstr(outcome.text, "nothing at /echo/T0/************?key="));
}

static void test_many_go_at_the_same_time(void **state)
{
    struct bench *bench = *state;
    int64_t begun;

    start_receiver(bench, RECEIVER_HTTP);
    bench->sink.timeout_ms = 1500;
    point_at(bench, "/silent");
    begun = clock_elapsed();
    for (int i = 0; i < MANY; i++) {
        struct sink_request request = {.action = SINK_HTTP, .method = "POST"};
        struct error error = {0};

        check(transport_start(bench->transport, &bench->sink, &request, NULL, &error), &error);
    }
    assert_int_equal(transport_count(bench->transport), MANY);
    for (int i = 0; i < MANY; i++) {
        struct transport_result result = wait_for_one(bench);

        assert_int_equal(result.problem.code, ERROR_TIMEOUT);
    }
    assert_true(clock_elapsed() - begun < MANY * INT64_C(1000000));
}

/* ---- TLS ---- */

static void test_certificates_are_checked(void **state)
{
    struct bench *bench = *state;

    start_receiver(bench, RECEIVER_HTTPS);
    bench->sink.url = say(bench, "https://localhost:%u/ok", bench->receiver.port);
    assert_int_equal(carry_out(bench).code, ERROR_REFUSED); /* the system does not know the root */
    bench->sink.ca = text_from(test_directory_path(&bench->receiver.directory, "ca.pem"));
    assert_int_equal(carry_out(bench).status, 200);
    bench->sink.url = say(bench, "https://127.0.0.1:%u/ok", bench->receiver.port);
    assert_int_equal(carry_out(bench).code, ERROR_REFUSED); /* another name */
    bench->sink.url = say(bench, "https://localhost:%u/ok", bench->receiver.port);
    bench->sink.ca = text_from(test_directory_path(&bench->receiver.directory, "no.pem"));
    assert_int_equal(carry_out(bench).code, ERROR_REFUSED);
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
    struct bench *bench = *state;
    int64_t begun = clock_elapsed();
    int file = eventfd(1, EFD_CLOEXEC);
    struct error error = {0};
    pthread_t thread;

    check(transport_wait(bench->transport, file, PATIENCE_US / 1000, &error), &error);
    close(file);
    assert_int_equal(pthread_create(&thread, NULL, wake_later, bench->transport), 0);
    check(transport_wait(bench->transport, -1, PATIENCE_US / 1000, &error), &error);
    pthread_join(thread, NULL);
    assert_true(clock_elapsed() - begun < PATIENCE_US / 2);
    begun = clock_elapsed();
    check(transport_wait(bench->transport, -1, 50, &error), &error);
    assert_true(clock_elapsed() - begun >= 40000);
}

/* ---- programs ---- */

static struct outcome run(struct bench *bench, const char *script)
{
    struct text *words = arena_array(&bench->arena, 3, sizeof *words);

    words[0] = TEXT("/bin/sh");
    words[1] = TEXT("-c");
    words[2] = text_from(script);
    bench->sink.command = words;
    bench->sink.command_count = 3;
    bench->request.action = SINK_RUN;
    return carry_out(bench);
}

static void test_a_program_is_given_the_message_and_its_status_counts(void **state)
{
    struct bench *bench = *state;
    struct outcome outcome;

    buffer_add_string(&bench->request.body, "the message\n");
    outcome = run(bench, "cat; echo wrong >&2; exit 3");
    assert_int_equal(outcome.status, 3);
    assert_string_equal(outcome.text, "the message\nwrong\n");
    assert_int_equal(run(bench, "exit 0").status, 0);
    assert_int_equal(run(bench, "kill -9 $$").status, 128 + SIGKILL);
}

static void test_a_program_has_an_environment_of_its_own(void **state)
{
    struct bench *bench = *state;
    struct outcome outcome;

    setenv("DRIFTLINE_SECRET_OF_OURS", "x", 1);
    bench->request.headers[bench->request.header_count++] = TEXT("DRIFTLINE_ID=a b$(c)");
    outcome = run(bench, "env | sort; pwd; ls /proc/self/fd | tr '\\n' ' '; trap");
    unsetenv("DRIFTLINE_SECRET_OF_OURS");
    assert_non_null(strstr(outcome.text, "DRIFTLINE_ID=a b$(c)\n"));
    assert_non_null(strstr(outcome.text, "LANG=C.UTF-8\n"));
    assert_null(strstr(outcome.text, "OF_OURS"));
    assert_non_null(strstr(outcome.text, "\n/\n"));
    assert_non_null(strstr(outcome.text, "0 1 2 3 ")); /* the last is the folder that `ls` reads */
    assert_null(strstr(outcome.text, " 4 "));
}

static void test_a_program_need_not_read_and_may_say_much(void **state)
{
    struct bench *bench = *state;
    char block[1024];

    memset(block, 'm', sizeof block);
    for (int i = 0; i < 1024; i++)
        buffer_add(&bench->request.body, block, sizeof block);
    assert_int_equal(run(bench, "exec <&-; exit 7").status, 7);
    for (int i = 0; i < 1024; i++)
        buffer_add(&bench->request.body, block, sizeof block);
    assert_string_equal(run(bench, "wc -c").text, "1048576\n");
    assert_int_equal(strlen(run(bench, "head -c 3000000 /dev/zero | tr '\\0' x").text), SINK_ANSWER_LIMIT);
}

/* Whether a process whose number stands in a file has ended: it may take a moment until it is seen. */
static bool ends_soon(struct bench *bench, const char *name)
{
    pid_t process = (pid_t)strtol(test_directory_read(&bench->directory, name).bytes, NULL, 10);

    for (int i = 0; i < 500; i++) {
        char path[64];

        snprintf(path, sizeof path, "/proc/%d/cmdline", (int)process);
        if (access(path, F_OK) != 0)
            return true;
        usleep(10000);
    }
    return kill(process, 0) != 0;
}

static void test_a_program_that_takes_too_long_is_killed_with_all_it_started(void **state)
{
    struct bench *bench = *state;
    struct outcome outcome;

    bench->sink.timeout_ms = 500;
    outcome = run(bench, say(bench, "trap '' TERM; sleep 100 & echo $! > %s; sleep 100; true",
                             test_directory_path(&bench->directory, "child"))
                             .bytes);
    assert_int_equal(outcome.code, ERROR_TIMEOUT);
    assert_true(outcome.took_us >= 400000 && outcome.took_us < 50 * 1000000);
    assert_true(ends_soon(bench, "child"));
}

static void test_a_program_that_leaves_something_running_has_ended(void **state)
{
    struct bench *bench = *state;
    struct outcome outcome;

    bench->sink.timeout_ms = 60000;
    outcome = run(bench, "sleep 40 & exit 5");
    assert_int_equal(outcome.status, 5);
    assert_true(outcome.took_us < 30 * 1000000);
}

static void test_what_cannot_be_run_says_so(void **state)
{
    struct bench *bench = *state;
    struct text word = TEXT("/nowhere/at/all");
    struct outcome outcome;

    bench->sink.command = &word;
    bench->sink.command_count = 1;
    bench->request.action = SINK_RUN;
    outcome = carry_out(bench);
    assert_int_equal(outcome.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(outcome.text, "'/nowhere/at/all' cannot be run"));
}

static void test_giving_up_kills_programs(void **state)
{
    struct bench *bench = *state;
    const struct text words[] = {TEXT("/bin/sleep"), TEXT("100")};
    struct sink_request request = {.action = SINK_RUN};
    struct error error = {0};
    int64_t begun = clock_elapsed();

    bench->sink.command = words;
    bench->sink.command_count = 2;
    check(transport_start(bench->transport, &bench->sink, &request, NULL, &error), &error);
    transport_free(bench->transport);
    assert_true(clock_elapsed() - begun < 30 * 1000000);
    check(transport_new(&bench->transport, &error), &error);
}

/* ---- files ---- */

static struct outcome append(struct bench *bench, const char *line)
{
    bench->request.action = SINK_APPEND;
    buffer_add_string(&bench->request.body, line);
    return carry_out(bench);
}

static const char *content(struct bench *bench)
{
    struct text text = test_directory_read(&bench->directory, "file");

    return arena_string(&bench->arena, text);
}

static void test_lines_are_appended_to_a_private_file(void **state)
{
    struct bench *bench = *state;
    struct stat facts;

    bench->sink.path = text_from(test_directory_path(&bench->directory, "file"));
    assert_int_equal(append(bench, "{\"id\":\"1\"}\n").status, 200);
    assert_int_equal(append(bench, "{\"id\":\"2\"}\n").status, 200);
    assert_string_equal(content(bench), "{\"id\":\"1\"}\n{\"id\":\"2\"}\n");
    assert_int_equal(stat(bench->sink.path.bytes, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
}

static void test_a_torn_line_is_taken_back_and_a_strange_one_ended(void **state)
{
    struct bench *bench = *state;

    bench->sink.path =
        text_from(test_directory_write(&bench->directory, "file", TEXT("{\"id\":\"1\"}\n{\"id\":\"2\", \"ti")));
    assert_int_equal(append(bench, "{\"id\":\"2\"}\n").status, 200);
    assert_string_equal(content(bench), "{\"id\":\"1\"}\n{\"id\":\"2\"}\n");
    test_directory_write(&bench->directory, "file", TEXT("{\"i"));
    assert_int_equal(append(bench, "{\"id\":\"3\"}\n").status, 200);
    assert_string_equal(content(bench), "{\"id\":\"3\"}\n");
    test_directory_write(&bench->directory, "file", TEXT("a note without an end"));
    assert_int_equal(append(bench, "{\"id\":\"4\"}\n").status, 200);
    assert_string_equal(content(bench), "a note without an end\n{\"id\":\"4\"}\n");
}

static void test_a_long_torn_line_is_found(void **state)
{
    struct bench *bench = *state;
    CLEANUP(buffer_clear) struct buffer torn = {0};

    buffer_add_string(&torn, "first\n{\"id\":\"9\"");
    for (int i = 0; i < 20000; i++)
        buffer_add_byte(&torn, 'x');
    bench->sink.path = text_from(test_directory_write(&bench->directory, "file", buffer_text(&torn)));
    assert_int_equal(append(bench, "{\"id\":\"9\"}\n").status, 200);
    assert_string_equal(content(bench), "first\n{\"id\":\"9\"}\n");
}

static void test_a_line_is_whole_or_not_there(void **state)
{
    struct bench *bench = *state;
    struct rlimit held, limit;
    struct outcome outcome;

    bench->sink.path = text_from(test_directory_path(&bench->directory, "file"));
    assert_int_equal(append(bench, "{\"id\":\"1\"}\n").status, 200);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &held), 0);
    limit = (struct rlimit){.rlim_cur = 15, .rlim_max = held.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    outcome = append(bench, "{\"id\":\"2\"}\n");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &held), 0);
    assert_int_equal(outcome.code, ERROR_FULL);
    assert_string_equal(content(bench), "{\"id\":\"1\"}\n");
    assert_int_equal(append(bench, "{\"id\":\"2\"}\n").status, 200);
}

static void test_what_is_no_file_is_refused(void **state)
{
    struct bench *bench = *state;
    const char *fifo = test_directory_path(&bench->directory, "fifo");
    const char *link = test_directory_path(&bench->directory, "link");

    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink(test_directory_write(&bench->directory, "file", TEXT("")), link), 0);
    bench->sink.path = text_from(fifo);
    assert_int_equal(append(bench, "x\n").code, ERROR_IO);
    bench->sink.path = text_from(link);
    assert_int_equal(append(bench, "x\n").code, ERROR_IO);
    bench->sink.path = text_from(bench->directory.path);
    assert_int_equal(append(bench, "x\n").code, ERROR_IO);
    bench->sink.path = TEXT("/nowhere/at/all");
    assert_int_equal(append(bench, "x\n").code, ERROR_IO);
}

/* ---- syslogs ---- */

static struct outcome log_line(struct bench *bench, const char *line)
{
    bench->request.action = SINK_SEND;
    buffer_add_string(&bench->request.body, line);
    return carry_out(bench);
}

static void test_a_line_goes_to_the_syslog_of_this_machine(void **state)
{
    struct bench *bench = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    char bytes[64] = "";

    bench->sink.url = say(bench, "unix:%s", test_directory_path(&bench->directory, "log"));
    bench->sink.allow_private = false;
    assert_int_equal(log_line(bench, "<9>nobody").code, ERROR_CONNECT);
    strcpy(address.sun_path, bench->sink.url.bytes + 5);
    assert_int_equal(bind(file, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(log_line(bench, "<9>somebody").status, 200);
    assert_int_equal(recv(file, bytes, sizeof bytes - 1, 0), 11);
    assert_string_equal(bytes, "<9>somebody");
    close(file);
}

static void test_a_line_goes_by_udp(void **state)
{
    struct bench *bench = *state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t length = sizeof address;
    char bytes[64] = "";

    assert_int_equal(bind(file, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(file, (struct sockaddr *)&address, &length), 0);
    bench->sink.url = say(bench, "udp://127.0.0.1:%u", ntohs(address.sin_port));
    assert_int_equal(log_line(bench, "<9>1 by udp").status, 200);
    assert_int_equal(recv(file, bytes, sizeof bytes - 1, 0), 11);
    assert_string_equal(bytes, "<9>1 by udp");
    bench->sink.allow_private = false;
    assert_int_equal(log_line(bench, "<9>1 by udp").code, ERROR_CONFIG);
    close(file);
}

static void expect_frames(struct bench *bench)
{
    json_t *log;

    assert_int_equal(log_line(bench, "8 <9>1 one").status, 200);
    assert_int_equal(log_line(bench, "11 <9>1 t\xc3\xa4two").status, 200);
    log = receiver_log(&bench->receiver, 2);
    assert_string_equal(text_of(json_array_get(log, 0), "frame"), "<9>1 one");
    assert_string_equal(text_of(json_array_get(log, 1), "frame"), "<9>1 t\xc3\xa4two");
    json_decref(log);
}

static void test_lines_go_by_tcp(void **state)
{
    struct bench *bench = *state;

    start_receiver(bench, RECEIVER_SYSLOG);
    bench->sink.url = say(bench, "tcp://127.0.0.1:%u", bench->receiver.port);
    expect_frames(bench);
    bench->sink.allow_private = false;
    assert_int_equal(log_line(bench, "3 <9>").code, ERROR_CONFIG);
    bench->sink.allow_private = true;
    bench->sink.url = TEXT("tcp://127.0.0.1:1");
    assert_int_equal(log_line(bench, "3 <9>").code, ERROR_CONNECT);
}

static void test_lines_go_by_tls(void **state)
{
    struct bench *bench = *state;

    start_receiver(bench, RECEIVER_SYSLOG_TLS);
    bench->sink.url = say(bench, "tls://localhost:%u", bench->receiver.port);
    assert_int_equal(log_line(bench, "3 <9>").code, ERROR_REFUSED);
    bench->sink.ca = text_from(test_directory_path(&bench->receiver.directory, "ca.pem"));
    expect_frames(bench);
}

/* ---- what is nothing ---- */

static void test_nothing_is_done_at_once(void **state)
{
    struct bench *bench = *state;

    bench->request.action = SINK_NOTHING;
    assert_int_equal(carry_out(bench).status, 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
        TEST(test_a_program_is_given_the_message_and_its_status_counts),
        TEST(test_a_program_has_an_environment_of_its_own),
        TEST(test_a_program_need_not_read_and_may_say_much),
        TEST(test_a_program_that_takes_too_long_is_killed_with_all_it_started),
        TEST(test_a_program_that_leaves_something_running_has_ended),
        TEST(test_what_cannot_be_run_says_so),
        TEST(test_giving_up_kills_programs),
        TEST(test_lines_are_appended_to_a_private_file),
        TEST(test_a_torn_line_is_taken_back_and_a_strange_one_ended),
        TEST(test_a_long_torn_line_is_found),
        TEST(test_a_line_is_whole_or_not_there),
        TEST(test_what_is_no_file_is_refused),
        TEST(test_a_line_goes_to_the_syslog_of_this_machine),
        TEST(test_a_line_goes_by_udp),
        TEST(test_lines_go_by_tcp),
        TEST(test_lines_go_by_tls),
        TEST(test_nothing_is_done_at_once),
    };

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
