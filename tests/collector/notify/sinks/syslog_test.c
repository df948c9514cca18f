#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "collector/notify/sinks/prepared.h"
#include "support/cmocka.h"

static struct sink make_sink(const char *url, const char *facility)
{
    return (struct sink){.kind = sink_kind_find(TEXT("syslog")),
                         .url = text_from(url),
                         .facility = text_from(facility),
                         .allow_private = true};
}

/* The line of a message, without what counts its bytes. */
static void make_line(const char *url, const char *name, char *line, size_t size)
{
    const struct sink sink = make_sink(url, "local3");
    struct prepared prepared;
    const char *body;

    prepared_make(&prepared, &sink, name);
    assert_int_equal(prepared.request.action, SINK_SEND);
    body = prepared_body(&prepared);
    if (body[0] != '<') {
        size_t length = strtoul(body, NULL, 10);

        body = strchr(body, ' ') + 1;
        assert_int_equal(strlen(body), length);
    }
    assert_true(strlen(body) < size);
    strcpy(line, body);
    prepared_clear(&prepared);
}

static void test_by_network_it_is_as_rfc_5424_says(void **state)
{
    static const char *const urls[] = {"udp://log.example.com:514", "tcp://log.example.com", "tls://log.example.com"};
    char line[16384], host[256] = "", begin[512];

    (void)state;
    assert_int_equal(gethostname(host, sizeof host - 1), 0);
    /* local3 is 19, critical is 2 */
    snprintf(begin, sizeof begin,
             "<154>1 2026-11-21T11:00:00.000Z %s driftline %d opened - orders@prod: 3 differences opened, 1 critical "
             "[id=5f0c6a1e-17 severity=critical route=prod]; critical: column shop.orders.total differs",
             host, (int)getpid());
    for (size_t i = 0; i < LENGTH_OF(urls); i++) {
        make_line(urls[i], "opened", line, sizeof line);
        assert_int_equal(strncmp(line, begin, strlen(begin)), 0);
    }
}

static void test_on_this_machine_it_is_as_the_c_library_writes(void **state)
{
    char line[16384], begin[128];

    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    snprintf(begin, sizeof begin, "<154>Nov 21 11:00:00 driftline[%d]: orders@prod: 3 differences", (int)getpid());
    make_line("unix:/dev/log", "opened", line, sizeof line);
    assert_int_equal(strncmp(line, begin, strlen(begin)), 0);
}

static void test_levels_are_those_of_messages(void **state)
{
    char line[16384];

    (void)state;
    make_line("udp://log.example.com", "resolved", line, sizeof line);
    assert_int_equal(strncmp(line, "<157>", 5), 0); /* what is over is a notice, however bad it was */
    make_line("udp://log.example.com", "test", line, sizeof line);
    assert_int_equal(strncmp(line, "<157>", 5), 0);
}

static void test_it_is_one_line_and_not_too_long(void **state)
{
    static const struct {
        const char *url;
        size_t limit;
    } ways[] = {{"unix:/dev/log", 2048}, {"udp://log.example.com", 2048}, {"tcp://log.example.com", 8192}};
    static const char *const messages[] = {"many", "hostile", "update"};
    char line[16384];

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(ways); i++)
        for (size_t j = 0; j < LENGTH_OF(messages); j++) {
            make_line(ways[i].url, messages[j], line, sizeof line);
            assert_true(strlen(line) <= ways[i].limit);
            assert_true(text_is_utf8(text_from(line)));
            for (const char *c = line; *c != '\0'; c++)
                assert_true((unsigned char)*c >= ' ' && *c != 127);
        }
}

static const char *check(const char *url, const char *facility)
{
    const struct sink sink = make_sink(url, facility);

    return prepared_check(&sink);
}

static void test_it_wants_an_address_and_a_facility(void **state)
{
    struct sink open = make_sink("udp://log.example.com", "");
    char path[200];

    (void)state;
    assert_string_equal(check("unix:/dev/log", "local3"), "");
    assert_string_equal(check("tls://log.example.com:6514", ""), "");
    assert_string_equal(check("udp://[2001:db8::1]:514", "auth"), "");
    assert_non_null(strstr(check("unix:/dev/log", "local9"), "facility: there is no facility 'local9'"));
    assert_non_null(strstr(check("unix:dev/log", ""), "url: a local socket is named like unix:/dev/log"));
    assert_non_null(strstr(check("https://log.example.com", ""), "must begin with one of: tls://, tcp://, udp://"));
    assert_non_null(strstr(check("", ""), "url: "));
    open.allow_private = false;
    assert_non_null(strstr(prepared_check(&open), "without encryption"));
    memset(path, 'a', sizeof path);
    memcpy(path, "unix:/", 6);
    path[sizeof path - 1] = '\0';
    assert_non_null(strstr(check(path, ""), "local socket"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_network_it_is_as_rfc_5424_says),
        cmocka_unit_test(test_on_this_machine_it_is_as_the_c_library_writes),
        cmocka_unit_test(test_levels_are_those_of_messages),
        cmocka_unit_test(test_it_is_one_line_and_not_too_long),
        cmocka_unit_test(test_it_wants_an_address_and_a_facility),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
