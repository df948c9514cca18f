/* Asking a collector: what it says, and whatever else may answer in its place. */
#include "cli/collector.h"

#include <stdlib.h>

#include "cli/certificate.h"
#include "cli/server.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

static const char secret[] = "dl_s3cret";

#define JSON_TYPE "Content-Type: application/json\r\n"

static struct collector_settings settings_of(const char *url)
{
    return (struct collector_settings){
        .url = url, .token = "env:DRIFTLINE_TEST_TOKEN", .connect_timeout_ms = 30000, .answer_timeout_ms = 30000};
}

/* Ask once, with the settings, for JSON of at most 100,000 bytes. */
static enum error_code ask(const struct collector_settings *settings, struct buffer *answer, struct error *error)
{
    const struct collector_question question = {
        .method = "GET", .target = "/api/v1/fleet", .type = "application/json", .limit = 100000};
    CLEANUP(collector_closep) struct collector *collector = NULL;

    if (collector_open(&collector, settings, error) != ERROR_NONE)
        return error->code;
    return collector_ask(collector, &question, answer, error);
}

static int make_folder(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    setenv("DRIFTLINE_TEST_TOKEN", secret, 1);
    *state = &directory;
    return 0;
}

static int remove_folder(void **state)
{
    unsetenv("DRIFTLINE_TEST_TOKEN");
    test_directory_remove(*state);
    return 0;
}

/* ---- answers ---- */

static void test_answer_comes_as_it_is(void **state)
{
    static const char body[] = "{\"at\": \"now\"}";
    struct test_directory *directory = *state;
    const struct test_reply reply = test_reply_http(&directory->arena, "200 OK",
                                                    "Content-Type: Application/JSON; charset=utf-8\r\n"
                                                    "Driftline-Verdict:  IN_SYNC \r\n",
                                                    text_from(body));
    const struct collector_question question = {
        .method = "GET", .target = "/api/v1/fleet?database=a", .type = "application/json", .limit = sizeof body - 1};
    CLEANUP(collector_closep) struct collector *collector = NULL;
    CLEANUP(buffer_clear) struct buffer answer;
    struct collector_settings settings;
    struct test_server server;
    struct error error = {0};
    const char *requests;

    buffer_init(&answer);
    buffer_add_string(&answer, "before ");
    test_server_start(&server, &reply, 1);
    settings = settings_of(arena_printf(&directory->arena, "%s/sub/", server.url));
    assert_int_equal(collector_open(&collector, &settings, &error), ERROR_NONE);
    assert_string_equal(collector_url(collector), arena_printf(&directory->arena, "%s/sub", server.url));
    for (int i = 0; i < 2; i++)
        assert_int_equal(collector_ask(collector, &question, &answer, &error), ERROR_NONE);
    assert_string_equal(answer.bytes, "before {\"at\": \"now\"}{\"at\": \"now\"}");
    assert_string_equal(collector_header(collector, "driftline-verdict", 0), "IN_SYNC");
    assert_null(collector_header(collector, "Driftline-Verdict", 1));
    assert_null(collector_header(collector, "Driftline-Note", 0));
    requests = test_server_stop(&server);
    assert_memory_equal(requests, "GET /sub/api/v1/fleet?database=a HTTP/1.1\r\n", 40);
    assert_non_null(strstr(requests, "\r\nAuthorization: Bearer dl_s3cret\r\n"));
    assert_non_null(strstr(requests, "\r\nUser-Agent: driftline/"));
    test_server_clear(&server);
}

/* Ask once; answers all that the server saw. */
static struct text ask_server(struct test_directory *directory, const struct collector_question *question,
                              const struct test_reply *reply, int64_t *ret_item, struct error *error)
{
    CLEANUP(collector_closep) struct collector *collector = NULL;
    CLEANUP(buffer_clear) struct buffer answer;
    struct collector_settings settings;
    struct test_server server;
    struct text requests;

    buffer_init(&answer);
    test_server_start(&server, reply, 1);
    settings = settings_of(server.url);
    settings.token = NULL;
    assert_int_equal(collector_open(&collector, &settings, error), ERROR_NONE);
    if (collector_ask(collector, question, &answer, error) == ERROR_NONE)
        assert_int_equal(error->code, ERROR_NONE);
    *ret_item = collector_blamed_item(collector);
    test_server_stop(&server);
    requests = (struct text){arena_copy(&directory->arena, server.requests.bytes, server.requests.length + 1),
                             server.requests.length};
    test_server_clear(&server);
    return requests;
}

static void test_question_with_a_body(void **state)
{
    static const char bytes[] = "a\0b\r\n\r\n\0c";
    static const struct {
        struct collector_question question;
        const char *type; /* a line of the header; NULL: there is none of that name */
        struct text body;
    } bodies[] = {
        {{.method = "POST", .target = "/x", .body = "{\"name\": 1}", .limit = 10},
         "application/json",
         TEXT_INIT("{\"name\": 1}")},
        {{.method = "POST", .target = "/x", .file = {bytes, sizeof bytes}, .limit = 10},
         "application/octet-stream",
         {bytes, sizeof bytes}},
        {{.method = "POST", .target = "/x", .limit = 10}, NULL, TEXT_INIT("")},
    };
    struct test_directory *directory = *state;
    const struct test_reply reply = test_reply_http(&directory->arena, "201 Created", JSON_TYPE, TEXT("{}"));

    for (size_t i = 0; i < LENGTH_OF(bodies); i++) {
        struct error error = {0};
        int64_t item = 77;
        struct text requests = ask_server(directory, &bodies[i].question, &reply, &item, &error);
        const char *begin = strstr(requests.bytes, "\r\n\r\n");

        assert_int_equal(error.code, ERROR_NONE);
        assert_int_equal(item, -1);
        assert_memory_equal(requests.bytes, "POST /x HTTP/1.1\r\n", 18);
        if (bodies[i].type == NULL)
            assert_null(strstr(requests.bytes, "Content-Type"));
        else
            assert_non_null(
                strstr(requests.bytes, arena_printf(&directory->arena, "\r\nContent-Type: %s\r\n", bodies[i].type)));
        assert_non_null(strstr(requests.bytes,
                               arena_printf(&directory->arena, "\r\nContent-Length: %zu\r\n", bodies[i].body.length)));
        assert_int_equal(requests.bytes + requests.length - begin, 4 + bodies[i].body.length);
        assert_memory_equal(begin + 4, bodies[i].body.bytes, bodies[i].body.length);
        assert_null(strstr(requests.bytes, "Authorization"));
    }
}

static void test_item_is_blamed(void **state)
{
    static const struct {
        const char *item; /* as JSON */
        int64_t expected;
    } items[] = {{"3", 3}, {"0", 0}, {"\"3\"", -1}, {"null", -1}, {"-5", -5}};
    const struct collector_question question = {.method = "POST", .target = "/x", .body = "{}", .limit = 10};
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(items); i++) {
        const char *body =
            arena_printf(&directory->arena, "{\"error\": {\"code\": \"conflict\", \"message\": \"m\", \"item\": %s}}",
                         items[i].item);
        const struct test_reply reply = test_reply_http(&directory->arena, "409 No", JSON_TYPE, text_from(body));
        struct error error = {0};
        int64_t item = 77;

        ask_server(directory, &question, &reply, &item, &error);
        assert_int_equal(error.code, ERROR_CONFLICT);
        assert_int_equal(item, items[i].expected);
    }
}

/* How far a download has come. */
struct seen_progress {
    size_t bytes;
    size_t total;
};

static void note_progress(void *context, size_t bytes, size_t total)
{
    struct seen_progress *seen = context;

    assert_true(bytes >= seen->bytes);
    *seen = (struct seen_progress){bytes, total};
}

static void test_progress_is_told(void **state)
{
    enum { SIZE = 50000 };
    static char body[SIZE];
    struct test_directory *directory = *state;
    const struct test_reply reply =
        test_reply_http(&directory->arena, "200 OK", JSON_TYPE, (struct text){memset(body, 'x', SIZE), SIZE});
    struct seen_progress seen = {0, 0};
    const struct collector_question question = {.method = "GET",
                                                .target = "/",
                                                .type = "application/json",
                                                .limit = SIZE,
                                                .progress = note_progress,
                                                .progress_context = &seen};
    CLEANUP(collector_closep) struct collector *collector = NULL;
    CLEANUP(buffer_clear) struct buffer answer;
    struct collector_settings settings;
    struct test_server server;
    struct error error = {0};

    buffer_init(&answer);
    test_server_start(&server, &reply, 1);
    settings = settings_of(server.url);
    assert_int_equal(collector_open(&collector, &settings, &error), ERROR_NONE);
    assert_int_equal(collector_ask(collector, &question, &answer, &error), ERROR_NONE);
    assert_int_equal(seen.bytes, SIZE);
    assert_int_equal(seen.total, SIZE);
    test_server_clear(&server);
}

/* ---- what goes wrong ---- */

#define ERROR_BODY(code, message, hint)                                                                                \
    "{\"error\": {\"code\": \"" code "\", \"message\": \"" message "\", \"hint\": \"" hint "\"}}"

static const char no_hint[] = "no hint at all";

static const struct {
    const char *name;
    const char *status; /* NULL: `body` is all that is sent */
    const char *lines;
    const char *body;
    enum test_then then;
    const char *more;
    enum error_code code;
    const char *message; /* a part of it */
    const char *hint;    /* the same; NULL: any */
} failures[] = {
    {"an error", "404 Not Found", JSON_TYPE, ERROR_BODY("not-found", "there is no database 'x'", "look"), THEN_CLOSE,
     NULL, ERROR_NOT_FOUND, "collector: there is no database 'x'", "look"},
    {"advice for who asks the API", "404 Not Found", JSON_TYPE,
     ERROR_BODY("not-found", "there is nothing at this path", "GET /openapi.json describes what can be asked"),
     THEN_CLOSE, NULL, ERROR_NOT_FOUND, "nothing at this path", no_hint},
    {"a right is missing", "403 Forbidden", JSON_TYPE, ERROR_BODY("refused", "it takes 'admin'", "ask for one"),
     THEN_CLOSE, NULL, ERROR_REFUSED, "it takes 'admin'", "ask for one"},
    {"the token is wrong", "401 Unauthorized", JSON_TYPE, ERROR_BODY("refused", "no such token", "make one"),
     THEN_CLOSE, NULL, ERROR_REFUSED, "no such token", "make one"},
    {"a code of a later version", "409 Conflict", JSON_TYPE, ERROR_BODY("quarrel", "two want it", ""), THEN_CLOSE, NULL,
     ERROR_CONFLICT, "two want it", ""},
    {"the same for a server", "503 Busy", JSON_TYPE, ERROR_BODY("tired", "later", ""), THEN_CLOSE, NULL, ERROR_QUERY,
     "later", ""},
    {"an error that forges lines", "404 Not Found", JSON_TYPE, ERROR_BODY("not-found", "a\\nb\\u001b[2J", ""),
     THEN_CLOSE, NULL, ERROR_NOT_FOUND, "collector: a", NULL},
    {"an error of somebody else", "404 Not Found", "Content-Type: text/html\r\n", "<h1>404</h1>", THEN_CLOSE, NULL,
     ERROR_PROTOCOL, "it answers with status 404", "serves HTTP"},
    {"an error without message", "500 Oops", JSON_TYPE, "{\"error\": {\"code\": \"internal\"}}", THEN_CLOSE, NULL,
     ERROR_PROTOCOL, "it answers with status 500", NULL},
    {"an error in another shape", "500 Oops", JSON_TYPE, "[[[]]]", THEN_CLOSE, NULL, ERROR_PROTOCOL, "status 500",
     NULL},
    {"a redirection", "302 Found", "Location: http://elsewhere.example/api\r\n", "", THEN_CLOSE, NULL, ERROR_PROTOCOL,
     "to 'http://elsewhere.example/api', which is not followed", "the collector itself"},
    {"a redirection to nowhere", "304 Not Modified", "", "", THEN_CLOSE, NULL, ERROR_PROTOCOL, "redirection", NULL},
    {"another content type", "200 OK", "Content-Type: text/html\r\n", "<h1>Hello</h1>", THEN_CLOSE, NULL,
     ERROR_PROTOCOL, "of another type", NULL},
    {"a longer content type", "200 OK", "Content-Type: application/json5\r\n", "{}", THEN_CLOSE, NULL, ERROR_PROTOCOL,
     "of another type", NULL},
    {"no content type", "200 OK", "", "{}", THEN_CLOSE, NULL, ERROR_PROTOCOL, "of another type", NULL},
    {"no HTTP", NULL, NULL, "\xff\x01\x02\x03\x04 the greeting of something else", THEN_CLOSE, NULL, ERROR_PROTOCOL,
     "does not speak HTTP", NULL},
    {"nothing", NULL, NULL, "", THEN_CLOSE, NULL, ERROR_CONNECT, "broke the connection off", NULL},
    {"half a header", NULL, NULL, "HTTP/1.1 200 OK\r\nContent-Ty", THEN_CLOSE, NULL, ERROR_PROTOCOL, "of another type",
     NULL},
    {"half an answer", NULL, NULL, "HTTP/1.1 200 OK\r\n" JSON_TYPE "Content-Length: 100\r\n\r\n{\"at\"", THEN_CLOSE,
     NULL, ERROR_CONNECT, "broke the connection off", NULL},
    {"an answer without end", NULL, NULL, "HTTP/1.1 200 OK\r\n" JSON_TYPE "\r\n", THEN_REPEAT,
     "{\"more\": \"and more and more and more and more and more and more and more\"}", ERROR_LIMIT,
     "larger than 100000 bytes", NULL},
    {"a length beyond all limits", NULL, NULL, "HTTP/1.1 200 OK\r\n" JSON_TYPE "Content-Length: 99999999999999\r\n\r\n",
     THEN_REPEAT, "{\"more\": \"and more and more and more and more and more and more and more\"}", ERROR_LIMIT,
     "larger than 100000 bytes", NULL},
    {"an error without end", NULL, NULL, "HTTP/1.1 500 Oops\r\n" JSON_TYPE "\r\n", THEN_REPEAT,
     "{\"more\": \"and more and more and more and more and more and more and more\"}", ERROR_LIMIT,
     "larger than 65536 bytes", NULL},
    {"a header without end", NULL, NULL, "HTTP/1.1 200 OK\r\n", THEN_REPEAT, "More: and more and more and more\r\n",
     ERROR_LIMIT, "larger than 65536 bytes", NULL},
};

static void test_failures(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(failures); i++) {
        struct test_reply reply = {.bytes = text_from(failures[i].body)};
        CLEANUP(buffer_clear) struct buffer answer;
        struct collector_settings settings;
        struct test_server server;
        struct error error = {0};

        print_message("  %s\n", failures[i].name);
        buffer_init(&answer);
        if (failures[i].status != NULL)
            reply = test_reply_http(&directory->arena, failures[i].status, failures[i].lines, reply.bytes);
        reply.then = failures[i].then;
        reply.more = text_from(failures[i].more);
        test_server_start(&server, &reply, 1);
        settings = settings_of(server.url);
        assert_int_equal(ask(&settings, &answer, &error), failures[i].code);
        if (strstr(error.message, failures[i].message) == NULL)
            fail_msg("'%s' lacks '%s'", error.message, failures[i].message);
        if (failures[i].hint == no_hint)
            assert_string_equal(error.hint, "");
        else if (failures[i].hint != NULL)
            assert_non_null(strstr(error.hint, failures[i].hint));
        assert_null(strpbrk(error.message, "\n\33"));
        assert_null(strstr(error.message, secret));
        assert_null(strstr(error.hint, secret));
        test_server_stop(&server);
        assert_int_equal(server.served, 1); /* nothing is asked again, and no redirection followed */
        test_server_clear(&server);
    }
}

/* Half an answer, and then silence. */
static void test_silence_has_an_end(void **state)
{
    const struct test_reply reply = {.bytes = TEXT("HTTP/1.1 200 OK\r\n" JSON_TYPE "Content-Length: 100\r\n\r\n{"),
                                     .then = THEN_WAIT};
    CLEANUP(buffer_clear) struct buffer answer;
    struct collector_settings settings;
    struct test_server server;
    struct error error = {0};

    (void)state;
    buffer_init(&answer);
    test_server_start(&server, &reply, 1);
    settings = settings_of(server.url);
    settings.answer_timeout_ms = 1000;
    assert_int_equal(ask(&settings, &answer, &error), ERROR_TIMEOUT);
    assert_non_null(strstr(error.message, "stopped answering"));
    assert_non_null(strstr(error.hint, "--answer-timeout"));
    test_server_clear(&server);
}

static void test_nobody_is_there(void **state)
{
    CLEANUP(buffer_clear) struct buffer answer;
    struct collector_settings settings = settings_of("http://127.0.0.1:1");
    struct error error = {0};

    (void)state;
    buffer_init(&answer);
    assert_int_equal(ask(&settings, &answer, &error), ERROR_CONNECT);
    assert_non_null(strstr(error.message, "no collector answers at 'http://127.0.0.1:1'"));
}

static void test_missing_token_is_said(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = test_reply_http(&directory->arena, "401 Unauthorized", JSON_TYPE,
                                                    TEXT(ERROR_BODY("refused", "no token", "send one")));
    CLEANUP(buffer_clear) struct buffer answer;
    struct collector_settings settings;
    struct test_server server;
    struct error error = {0};

    buffer_init(&answer);
    test_server_start(&server, &reply, 1);
    settings = settings_of(server.url);
    settings.token = NULL;
    assert_int_equal(ask(&settings, &answer, &error), ERROR_REFUSED);
    assert_non_null(strstr(error.hint, "DRIFTLINE_TOKEN"));
    test_server_clear(&server);
}

/* ---- settings ---- */

static const struct {
    const char *url;
    bool insecure_http;
    enum error_code code;
    const char *message; /* a part of it */
} addresses[] = {
    {"http://127.0.0.1:7480", false, ERROR_NONE, NULL},
    {"http://127.9.9.9", false, ERROR_NONE, NULL},
    {"HTTP://LOCALHOST:7480/", false, ERROR_NONE, NULL},
    {"http://[::1]:7480", false, ERROR_NONE, NULL},
    {"https://driftline.example/collector", false, ERROR_NONE, NULL},
    {"http://driftline.example", true, ERROR_NONE, NULL},
    {"http://driftline.example", false, ERROR_USAGE, "without encryption"},
    {"http://127.0.0.1.example", false, ERROR_USAGE, "without encryption"},
    {"http://localhost.example", false, ERROR_USAGE, "without encryption"},
    {"http://10.0.0.1", false, ERROR_USAGE, "without encryption"},
    {"http://[::2]", false, ERROR_USAGE, "without encryption"},
    {"http://user:dl_s3cret@127.0.0.1", false, ERROR_USAGE, "more than host, port and path"},
    {"http://dl_s3cret@127.0.0.1", false, ERROR_USAGE, "more than host, port and path"},
    {"http://127.0.0.1/?token=dl_s3cret", false, ERROR_USAGE, "more than host, port and path"},
    {"http://127.0.0.1/#dl_s3cret", false, ERROR_USAGE, "more than host, port and path"},
    {"file:///etc/passwd", false, ERROR_USAGE, "'http://'"},
    {"ftp://127.0.0.1", false, ERROR_USAGE, "'http://'"},
    {"tcp://127.0.0.1:7400", false, ERROR_USAGE, "'http://'"},
    {"127.0.0.1:7480", false, ERROR_USAGE, "no URL"},
    {"localhost", false, ERROR_USAGE, "no URL"},
    {"http://", false, ERROR_USAGE, "no URL"},
    {"http://a b/", false, ERROR_USAGE, "no URL"},
    {"http://127.0.0.1:99999", false, ERROR_USAGE, "no URL"},
    {NULL, false, ERROR_USAGE, "no collector is named"},
};

static void test_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(addresses); i++) {
        CLEANUP(collector_closep) struct collector *collector = NULL;
        struct collector_settings settings = settings_of(addresses[i].url);
        struct error error = {0};

        print_message("  %s\n", addresses[i].url);
        settings.insecure_http = addresses[i].insecure_http;
        assert_int_equal(collector_open(&collector, &settings, &error), addresses[i].code);
        if (addresses[i].code == ERROR_NONE)
            continue;
        assert_null(collector);
        assert_non_null(strstr(error.message, addresses[i].message));
        assert_null(strstr(error.message, secret));
        assert_null(strstr(error.hint, secret));
    }
}

static void test_tokens(void **state)
{
    static const struct {
        const char *content;
        enum error_code code;
    } cases[] = {
        {"dl_s3cret", ERROR_NONE},   {"dl_s3cret\n", ERROR_NONE},
        {"", ERROR_CONFIG},          {"dl_s3cret\r\nX-Forged: yes\n", ERROR_CONFIG},
        {"dl s3cret", ERROR_CONFIG}, {"dl_s3cret\xc3\xbc", ERROR_CONFIG},
    };
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *path = test_directory_write(directory, "token", text_from(cases[i].content));
        CLEANUP(collector_closep) struct collector *collector = NULL;
        struct collector_settings settings = settings_of("http://127.0.0.1:1");
        struct error error = {0};

        settings.token = arena_printf(&directory->arena, "file:%s", path);
        assert_int_equal(collector_open(&collector, &settings, &error), cases[i].code);
        assert_null(strstr(error.message, "s3cret"));
    }
}

/* The proxy of an unencrypted connection would see the token. */
static void test_http_goes_through_no_proxy(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = test_reply_http(&directory->arena, "200 OK", JSON_TYPE, TEXT("{}"));
    CLEANUP(buffer_clear) struct buffer answer;
    struct collector_settings settings = settings_of("http://127.0.0.1:1");
    struct test_server server;
    struct error error = {0};

    buffer_init(&answer);
    test_server_start(&server, &reply, 1);
    setenv("http_proxy", server.url, 1);
    setenv("ALL_PROXY", server.url, 1);
    assert_int_equal(ask(&settings, &answer, &error), ERROR_CONNECT);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    assert_string_equal(test_server_stop(&server), "");
    test_server_clear(&server);
}

/* ---- TLS ---- */

static const struct {
    const char *name;
    const char *subject; /* whom the certificate is for */
    const char *ca;      /* a file of the folder; NULL: the system's */
    const char *scheme;
    enum error_code code;
    const char *message; /* a part of it */
} encrypted[] = {
    {"trusted", "127.0.0.1", "certificate.pem", "https", ERROR_NONE, ""},
    {"not trusted", "127.0.0.1", NULL, "https", ERROR_CONNECT, "cannot be trusted"},
    {"for another host", "127.0.0.2", "certificate.pem", "https", ERROR_CONNECT, "cannot be trusted"},
    {"no certificates to trust", "127.0.0.1", "key.pem", "https", ERROR_CONFIG, "key.pem"},
    {"no such file", "127.0.0.1", "none.pem", "https", ERROR_CONFIG, "none.pem"},
    {"asked without encryption", "127.0.0.1", NULL, "http", ERROR_CONNECT, ""},
};

static void test_certificates_are_checked(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(encrypted); i++) {
        CLEANUP(buffer_clear) struct buffer answer;
        struct test_tls_server *server = test_tls_server_start(directory, encrypted[i].subject, "{}");
        struct collector_settings settings = settings_of(
            arena_printf(&directory->arena, "%s://127.0.0.1:%u", encrypted[i].scheme, test_tls_server_port(server)));
        struct error error = {0};

        print_message("  %s\n", encrypted[i].name);
        buffer_init(&answer);
        if (encrypted[i].ca != NULL)
            settings.ca = test_directory_path(directory, encrypted[i].ca);
        assert_int_equal(ask(&settings, &answer, &error), encrypted[i].code);
        if (strstr(error.message, encrypted[i].message) == NULL)
            fail_msg("'%s' lacks '%s'", error.message, encrypted[i].message);
        assert_int_equal(test_tls_server_stop(server), encrypted[i].code == ERROR_NONE);
    }
}

static void test_encryption_where_there_is_none(void **state)
{
    static const struct test_reply reply = {.bytes = {"HTTP/1.1 400 Bad Request\r\n\r\n", 28}};
    struct test_directory *directory = *state;
    CLEANUP(buffer_clear) struct buffer answer;
    struct collector_settings settings;
    struct test_server server;
    struct error error = {0};

    buffer_init(&answer);
    test_server_start(&server, &reply, 1);
    settings = settings_of(arena_printf(&directory->arena, "https%s", server.url + strlen("http")));
    assert_int_equal(ask(&settings, &answer, &error), ERROR_CONNECT);
    assert_non_null(strstr(error.message, "no encrypted connection"));
    assert_null(strstr(test_server_stop(&server), secret));
    test_server_clear(&server);
}

/* ---- what to ask ---- */

static void test_parameters_and_steps(void **state)
{
    CLEANUP(buffer_clear) struct buffer target;

    (void)state;
    buffer_init(&target);
    buffer_add_string(&target, "/api");
    collector_add_step(&target, TEXT("a/../b"));
    collector_add_parameter(&target, "ref", TEXT("orders@prod~2"));
    collector_add_parameter(&target, "object", TEXT("a&b=c d\"\xc3\xbc%\n"));
    collector_add_parameter(&target, "empty", TEXT(""));
    assert_string_equal(target.bytes, "/api/a%2F..%2Fb?ref=orders%40prod~2&object=a%26b%3Dc%20d%22%C3%BC%25%0A&empty=");
}

static enum error_code open_and_close(void *context, struct error *error)
{
    CLEANUP(collector_closep) struct collector *collector = NULL;

    return collector_open(&collector, context, error);
}

static void test_memory(void **state)
{
    struct collector_settings settings = settings_of("http://127.0.0.1:1");

    (void)state;
    test_every_allocation(open_and_close, &settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answer_comes_as_it_is, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_question_with_a_body, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_item_is_blamed, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_progress_is_told, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_failures, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_silence_has_an_end, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_nobody_is_there, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_missing_token_is_said, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_addresses, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_tokens, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_http_goes_through_no_proxy, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_certificates_are_checked, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_encryption_where_there_is_none, make_folder, remove_folder),
        cmocka_unit_test(test_parameters_and_steps),
        cmocka_unit_test_setup_teardown(test_memory, make_folder, remove_folder),
    };

    unsetenv("https_proxy");
    unsetenv("HTTPS_PROXY");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
