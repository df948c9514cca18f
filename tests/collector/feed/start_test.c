/* How the server starts and stops: addresses, TLS, and requests that are under way. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/feed/http.h"
#include "collector/feed/running_feed.h"
#include "support/cmocka.h"
#include "support/process.h"

static struct running_feed running;

static int setup(void **state)
{
    running_feed_start_core(&running);
    *state = &running;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    running_feed_stop(&running);
    return 0;
}

static enum error_code start(const struct feed_settings *settings, struct error *error)
{
    struct feed_settings complete = *settings;

    complete.folder = running.folder;
    complete.policy = &running.policy;
    return feed_start(&running.feed, &complete, running.core.core, &running.logger, error);
}

static void stop(void)
{
    assert_true(feed_stop(running.feed));
    running.feed = NULL;
}

/* ---- addresses ---- */

static void test_other_machines_need_tls(void **state)
{
    static const char *const addresses[] = {"0.0.0.0:0", "*:0", "[::]:0", "192.0.2.1:0"};
    struct feed_settings settings = running_feed_settings();

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(addresses); i++) {
        struct error error = {0};

        settings.listen = addresses[i];
        assert_int_equal(start(&settings, &error), ERROR_CONFIG);
        assert_non_null(strstr(error.message, "TLS"));
    }
}

static void test_a_port_that_is_taken(void **state)
{
    struct feed_settings settings = running_feed_settings();
    struct feed *first;
    struct error error = {0};

    (void)state;
    assert_int_equal(start(&settings, &error), ERROR_NONE);
    first = running.feed;
    settings.listen = feed_url(first) + strlen("http://");
    assert_int_equal(start(&settings, &error), ERROR_CONFLICT);
    assert_ptr_equal(running.feed, first);
    stop();
    running.feed = NULL;
}

static void test_a_store_that_is_not_there(void **state)
{
    struct feed_settings settings = running_feed_settings();
    struct error error = {0};

    (void)state;
    settings.folder = "/nonexistent";
    settings.policy = &running.policy;
    assert_int_equal(feed_start(&running.feed, &settings, running.core.core, &running.logger, &error), ERROR_NOT_FOUND);
    assert_null(running.feed);
}

/* ---- stopping ---- */

static void test_stopping_waits_for_who_is_asking(void **state)
{
    struct feed_settings settings = running_feed_settings();
    const char *question =
        arena_printf(&running.directory.arena,
                     "GET /api/v1/fleet HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", running.tokens.read);
    int asking, idle, partial, after;
    struct error error = {0};

    (void)state;
    assert_int_equal(start(&settings, &error), ERROR_NONE);
    running.port = http_port_of(feed_url(running.feed));
    after = http_connect(running.port);
    asking = http_connect(running.port);
    idle = http_connect(running.port);
    partial = http_connect(running.port);
    assert_true(http_say(partial, TEXT("GET /healthz HTTP/1.1\r\n")));
    assert_true(http_say(asking, text_from(question)));
    assert_int_equal(http_read(asking, true, &running.directory.arena).status, 200);
    assert_true(http_say(asking, text_from(question)));
    /* What was asked later may be answered first within one round of the server; once the next one is answered, the
     * question has been taken in. */
    for (int round = 0; round < 2; round++) {
        assert_true(http_say(after, TEXT("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")));
        assert_int_equal(http_read(after, true, &running.directory.arena).status, 200);
    }
    stop();
    assert_int_equal(http_read(asking, true, &running.directory.arena).status, 200);
    assert_true(http_is_closed(asking));
    assert_true(http_is_closed(idle));
    assert_true(http_is_closed(partial));
    assert_true(http_is_closed(after));
    close(after);
    close(asking);
    close(idle);
    close(partial);
}

static void test_starting_and_stopping_again_and_again(void **state)
{
    struct feed_settings settings = running_feed_settings();

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct error error = {0};

        assert_int_equal(start(&settings, &error), ERROR_NONE);
        stop();
    }
    assert_true(feed_stop(NULL));
}

/* What answers when the core has ended, as it does when the disk fails: that it is not ready, and that nothing can be
 * written. */
static void test_without_a_core_it_reads_and_says_so(void **state)
{
    struct feed_settings settings = running_feed_settings();
    struct http_request request = {.method = "GET", .target = "/readyz"};
    struct http_answer answer;
    struct error error = {0};

    (void)state;
    assert_int_equal(start(&settings, &error), ERROR_NONE);
    request.port = http_port_of(feed_url(running.feed));
    assert_int_equal(http_ask(&request, &running.directory.arena).status, 200);
    running_core_stop(&running.core);
    answer = http_ask(&request, &running.directory.arena);
    assert_int_equal(answer.status, 503);
    assert_true(http_body_has(&answer, "{\"status\":\"not-ready\",\"problems\":[\"agents are not heard\"],"));
    request.target = "/api/v1/fleet";
    request.token = running.tokens.admin;
    assert_int_equal(http_ask(&request, &running.directory.arena).status, 200);
    request.method = "POST";
    request.target = "/api/v1/tokens";
    request.body = "{\"name\": \"x\", \"rights\": \"read\"}";
    answer = http_ask(&request, &running.directory.arena);
    assert_int_equal(answer.status, 503);
    assert_true(http_header(&answer, "Retry-After").length > 0);
    stop();
}

/* ---- TLS ---- */

/* A key and a certificate for 127.0.0.1 that signs itself. */
static void make_certificate(const char *key, const char *certificate)
{
    const char *const arguments[] = {"openssl",
                                     "req",
                                     "-x509",
                                     "-newkey",
                                     "ec",
                                     "-pkeyopt",
                                     "ec_paramgen_curve:prime256v1",
                                     "-nodes",
                                     "-days",
                                     "2",
                                     "-subj",
                                     "/CN=localhost",
                                     "-addext",
                                     "subjectAltName=IP:127.0.0.1",
                                     "-keyout",
                                     key,
                                     "-out",
                                     certificate,
                                     NULL};
    struct test_process process = {.arguments = arguments};

    test_process_run(&process, &running.directory.arena);
    assert_int_equal(process.status, 0);
}

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    struct buffer *body = context;

    buffer_add(body, bytes, size * count);
    return size * count;
}

/* Ask /healthz with curl. Answers its result; the body is written to `body`. */
static CURLcode ask(const char *url, const char *authority, long version, struct buffer *body)
{
    CURL *curl = curl_easy_init();
    char target[128];
    CURLcode result;

    assert_non_null(curl);
    snprintf(target, sizeof target, "%s/healthz", url);
    curl_easy_setopt(curl, CURLOPT_URL, target);
    curl_easy_setopt(curl, CURLOPT_CAINFO, authority);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, version);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    result = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return result;
}

static void test_tls(void **state)
{
    struct feed_settings settings = running_feed_settings();
    CLEANUP(buffer_clear) struct buffer body = {0};
    struct http_answer answer;
    struct error error = {0};
    int connection;

    (void)state;
    settings.certificate = test_directory_path(&running.directory, "tls.crt");
    settings.certificate_key = test_directory_path(&running.directory, "tls.key");
    settings.listen = "*:0";
    make_certificate(settings.certificate_key, settings.certificate);
    if (start(&settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(text_starts_with(text_from(feed_url(running.feed)), TEXT("https://[::]:")));
    stop();
    settings.listen = "127.0.0.1:0";
    assert_int_equal(start(&settings, &error), ERROR_NONE);
    assert_int_equal(ask(feed_url(running.feed), settings.certificate, CURL_SSLVERSION_TLSv1_2, &body), CURLE_OK);
    assert_string_equal(body.bytes, "{\"status\":\"ok\"}\n");
    assert_int_equal(ask(feed_url(running.feed), settings.certificate, CURL_SSLVERSION_TLSv1_3, &body), CURLE_OK);
    assert_int_not_equal(ask(feed_url(running.feed), "/dev/null", CURL_SSLVERSION_TLSv1_2, &body), CURLE_OK);
    assert_int_not_equal(
        ask(feed_url(running.feed), settings.certificate, CURL_SSLVERSION_TLSv1_0 | CURL_SSLVERSION_MAX_TLSv1_1, &body),
        CURLE_OK);
    connection = http_connect(http_port_of(feed_url(running.feed))); /* who speaks in the clear hears nothing */
    assert_true(http_say(connection, TEXT("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")));
    answer = http_read(connection, true, &running.directory.arena);
    assert_int_equal(answer.status, 0);
    close(connection);
    stop();
}

static void test_certificates_that_cannot_be_used(void **state)
{
    struct feed_settings settings = running_feed_settings();
    const char *other = test_directory_path(&running.directory, "other.crt");
    struct error error = {0};

    (void)state;
    settings.certificate = test_directory_path(&running.directory, "mine.crt");
    settings.certificate_key = test_directory_path(&running.directory, "other.key");
    make_certificate(settings.certificate_key, other);
    assert_int_equal(start(&settings, &error), ERROR_CONFIG); /* not there */
    assert_non_null(strstr(error.message, "mine.crt"));
    make_certificate(test_directory_path(&running.directory, "mine.key"), settings.certificate);
    assert_int_equal(start(&settings, &error), ERROR_CONFIG);
    assert_non_null(strstr(error.message, "does not belong to the certificate"));
    settings.certificate_key = settings.certificate;
    assert_int_equal(start(&settings, &error), ERROR_CONFIG);
    assert_non_null(strstr(error.message, "not a private key"));
    settings.certificate = test_directory_write(&running.directory, "nonsense.crt", TEXT("nonsense\n"));
    assert_int_equal(start(&settings, &error), ERROR_CONFIG);
    assert_non_null(strstr(error.message, "not a certificate"));
    assert_null(running.feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_machines_need_tls),
        cmocka_unit_test(test_a_port_that_is_taken),
        cmocka_unit_test(test_a_store_that_is_not_there),
        cmocka_unit_test(test_stopping_waits_for_who_is_asking),
        cmocka_unit_test(test_starting_and_stopping_again_and_again),
        cmocka_unit_test(test_tls),
        cmocka_unit_test(test_certificates_that_cannot_be_used),
        cmocka_unit_test(test_without_a_core_it_reads_and_says_so), /* the last: the core is gone */
    };

    curl_global_init(CURL_GLOBAL_DEFAULT);
    return cmocka_run_group_tests(tests, setup, teardown);
}
