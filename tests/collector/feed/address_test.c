#include "feed/address.h"

#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka.h"

static const struct {
    const char *text;
    const char *url;
    bool loopback;
} addresses[] = {
    {"127.0.0.1:7480", "http://127.0.0.1:7480", true},
    {"127.1.2.3:1", "http://127.1.2.3:1", true},
    {"localhost:7480", "http://127.0.0.1:7480", true},
    {"[::1]:7480", "http://[::1]:7480", true},
    {"0.0.0.0:65535", "http://0.0.0.0:65535", false},
    {"10.0.0.1:80", "http://10.0.0.1:80", false},
    {"*:7480", "http://[::]:7480", false},
    {"[::]:7480", "http://[::]:7480", false},
    {"[2001:db8::1]:7480", "http://[2001:db8::1]:7480", false},
    {"[::ffff:127.0.0.1]:1", "http://[::ffff:127.0.0.1]:1", false},
    {"127.0.0.1:0", "http://127.0.0.1:0", true},
};

static void test_addresses_are_read_and_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(addresses); i++) {
        struct feed_address address;
        char url[FEED_URL_SIZE];
        struct error error = {0};

        print_message("  %s\n", addresses[i].text);
        assert_int_equal(feed_address_parse(&address, addresses[i].text, &error), ERROR_NONE);
        assert_int_equal(address.loopback, addresses[i].loopback);
        feed_address_url(&address, false, url);
        assert_string_equal(url, addresses[i].url);
        feed_address_url(&address, true, url);
        assert_string_equal(url + strlen("https"), addresses[i].url + strlen("http"));
    }
}

static const char *const no_addresses[] = {
    "",
    "7480",
    "127.0.0.1",
    ":7480",
    "127.0.0.1:",
    "127.0.0.1:x",
    "1.2.3:1",
    "127.0.0.1:+1",
    "127.0.0.1: 1",
    "host:7480",
    "127.0.0.1:65536",
    "127.0.0.1:123456",
    "[::1:7480",
    "::1:7480",
    "[127.0.0.1]:1",
    "[]:1",
    "[::1]x:1",
    "tcp://127.0.0.1:7480",
    "**:1",
    "127.0.0.1:7480 ",
    "[::1%lo]:7480",
    "0x7f.0.0.1:1",
    "[2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8]:1",
};

static void test_what_is_none_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(no_addresses); i++) {
        struct feed_address address;
        struct error error = {0};

        print_message("  '%s'\n", no_addresses[i]);
        assert_int_equal(feed_address_parse(&address, no_addresses[i], &error), ERROR_CONFIG);
        assert_non_null(strstr(error.hint, "HOST:PORT"));
    }
}

static void listen_at(const char *text, enum error_code expected, int *ret_socket, struct feed_address *bound)
{
    struct feed_address address;
    struct error error = {0};

    assert_int_equal(feed_address_parse(&address, text, &error), ERROR_NONE);
    assert_int_equal(feed_address_listen(&address, ret_socket, bound, &error), expected);
    if (expected != ERROR_NONE)
        assert_null(strstr(error.message, "http")); /* what is in the way is an address, not a URL */
}

static void test_a_port_is_taken_once(void **state)
{
    struct feed_address bound, again;
    char url[FEED_URL_SIZE];
    int first = -1, second = -1;

    (void)state;
    listen_at("127.0.0.1:0", ERROR_NONE, &first, &bound);
    feed_address_url(&bound, false, url);
    assert_string_not_equal(url, "http://127.0.0.1:0");
    listen_at(url + strlen("http://"), ERROR_CONFLICT, &second, &again);
    assert_int_equal(second, -1);
    close(first);
    listen_at(url + strlen("http://"), ERROR_NONE, &first, &again);
    close(first);
}

static void test_an_address_of_another_machine_cannot_be_bound(void **state)
{
    struct feed_address bound;
    int file = -1;

    (void)state;
    listen_at("192.0.2.1:0", ERROR_CONNECT, &file, &bound);
    assert_int_equal(file, -1);
}

static void test_peers_are_written_without_ports(void **state)
{
    struct feed_address address;
    char peer[FEED_PEER_SIZE];
    struct error error = {0};

    (void)state;
    feed_address_peer(NULL, peer);
    assert_string_equal(peer, "-");
    assert_int_equal(feed_address_parse(&address, "10.1.2.3:4", &error), ERROR_NONE);
    feed_address_peer((const struct sockaddr *)&address.socket, peer);
    assert_string_equal(peer, "10.1.2.3");
    assert_int_equal(feed_address_parse(&address, "[2001:db8::1]:4", &error), ERROR_NONE);
    feed_address_peer((const struct sockaddr *)&address.socket, peer);
    assert_string_equal(peer, "2001:db8::1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_read_and_written),
        cmocka_unit_test(test_what_is_none_is_refused),
        cmocka_unit_test(test_a_port_is_taken_once),
        cmocka_unit_test(test_an_address_of_another_machine_cannot_be_bound),
        cmocka_unit_test(test_peers_are_written_without_ports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
