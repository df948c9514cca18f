#include "notify/sink.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka.h"

enum { MEMORY = 1024 * 1024 };

static const char *const web[] = {"https", "http", NULL};

/* ---- addresses ---- */

/* "" when it is in order. */
static const char *check_url(const char *url, bool allow_private)
{
    static struct error error;
    struct sink sink = {.url = text_from(url), .allow_private = allow_private};

    error = (struct error){0};
    if (sink_check_url(&sink, web, &error) == ERROR_NONE)
        return "";
    assert_int_equal(error.code, ERROR_CONFIG);
    assert_null(strstr(error.message, "sesame"));
    return error.message;
}

static void test_addresses_are_checked(void **state)
{
    (void)state;
    assert_string_equal(check_url("https://hooks.example.com/a/b?c=d", false), "");
    assert_string_equal(check_url("https://[2001:db8::1]:8443/", false), "");
    assert_string_equal(check_url("http://127.0.0.1:9093", true), "");
    assert_non_null(strstr(check_url("http://hooks.example.com/", false), "without encryption"));
    assert_non_null(strstr(check_url("", false), "no address"));
    assert_non_null(strstr(check_url("sesame", false), "no URL"));
    assert_non_null(strstr(check_url("https://", false), "no URL"));
    assert_non_null(strstr(check_url("ftp://example.com/sesame", false), "must begin with one of: https://, http://"));
    assert_non_null(strstr(check_url("https://user@example.com/", false), "user"));
    assert_non_null(strstr(check_url("https://user:sesame@example.com/", false), "user"));
    assert_non_null(strstr(check_url("https://example.com/#sesame", false), "fragment"));
    assert_non_null(strstr(check_url("https://example.com/a sesame", false), "blanks"));
    assert_non_null(strstr(check_url("https://example.com/\r\nsesame", false), "blanks"));
}

static void test_of_an_address_the_host_is_shown(void **state)
{
    static const char *const urls[][2] = {
        {"https://hooks.slack.com/services/T0/B0/sesame", "hooks.slack.com"},
        {"http://127.0.0.1:9093/api", "127.0.0.1:9093"},
        {"https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"},
        {"udp://log.example.com:514", "log.example.com:514"},
        {"sesame", ""},
    };
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, MEMORY);
    for (size_t i = 0; i < LENGTH_OF(urls); i++) {
        struct sink sink = {.url = text_from(urls[i][0])};

        assert_string_equal(sink_host(&sink, &arena), urls[i][1]);
    }
}

/* ---- requests ---- */

static void test_headers_cannot_be_broken(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct sink_request request = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, MEMORY);
    assert_int_equal(sink_header(&request, &arena, "X-Name", TEXT("value \xc3\xa4"), &error), ERROR_NONE);
    assert_true(text_equal(request.headers[0], TEXT("X-Name: value \xc3\xa4")));
    assert_int_equal(sink_header(&request, &arena, "X-Name", TEXT("a\r\nX-Other: b"), &error), ERROR_INTERNAL);
    assert_int_equal(sink_header(&request, &arena, "X-Name", TEXT("a\x7f"), &error), ERROR_INTERNAL);
    while (request.header_count < SINK_HEADERS_LIMIT)
        assert_int_equal(sink_header(&request, &arena, "X-Name", TEXT(""), &error), ERROR_NONE);
    assert_int_equal(sink_header(&request, &arena, "X-Name", TEXT(""), &error), ERROR_INTERNAL);
}

/* ---- answers ---- */

static void test_what_a_status_means(void **state)
{
    static const struct {
        int32_t status;
        enum sink_outcome outcome;
    } statuses[] = {{200, SINK_SENT},  {204, SINK_SENT},  {299, SINK_SENT},  {301, SINK_DEAD},  {302, SINK_DEAD},
                    {400, SINK_DEAD},  {401, SINK_DEAD},  {404, SINK_DEAD},  {408, SINK_AGAIN}, {410, SINK_DEAD},
                    {425, SINK_AGAIN}, {429, SINK_AGAIN}, {500, SINK_AGAIN}, {503, SINK_AGAIN}, {0, SINK_DEAD}};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(statuses); i++) {
        const struct sink_answer answer = {.status = statuses[i].status, .body = TEXT("why\r\n")};
        struct error problem = {0};

        assert_int_equal(sink_finish(&answer, &problem), statuses[i].outcome);
        assert_int_equal(problem.code == ERROR_NONE, statuses[i].outcome == SINK_SENT);
        if (statuses[i].outcome != SINK_SENT && (statuses[i].status < 300 || statuses[i].status >= 400))
            assert_non_null(strstr(problem.message, ": why"));
    }
}

static void test_secrets_are_covered(void **state)
{
    const struct sink sink = {
        .url = TEXT("https://hooks.example.com/T0/longer-than-eight?key=short&token=also-longer-than"),
        .secret = TEXT("whsec_c2VzYW1l"),
        .password = TEXT("open!")};
    char bytes[] = "see https://hooks.example.com/T0/longer-than-eight: c2VzYW1l, open!open! and also-longer-than";

    (void)state;
    sink_scrub(&sink, bytes, strlen(bytes));
    assert_string_equal(
        bytes, "see https://hooks.example.com/T0/*****************: ********, ********** and ****************");
    sink_scrub(&sink, NULL, 0);
    sink_scrub(&(struct sink){0}, bytes, strlen(bytes));
}

static void test_kinds_are_found_by_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; sink_kinds[i] != NULL; i++) {
        assert_ptr_equal(sink_kind_find(text_from(sink_kinds[i]->name)), sink_kinds[i]);
        assert_non_null(sink_kinds[i]->check);
        assert_non_null(sink_kinds[i]->address);
        assert_non_null(sink_kinds[i]->prepare);
    }
    assert_null(sink_kind_find(TEXT("pigeon")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_checked),    cmocka_unit_test(test_of_an_address_the_host_is_shown),
        cmocka_unit_test(test_headers_cannot_be_broken), cmocka_unit_test(test_what_a_status_means),
        cmocka_unit_test(test_secrets_are_covered),      cmocka_unit_test(test_kinds_are_found_by_their_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
