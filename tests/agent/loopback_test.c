#include "agent/loopback.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka.h"

static void test_only_this_machine_is_an_address(void **state)
{
    static const struct {
        const char *text;
        int family; /* 0: it is none */
        unsigned port;
    } cases[] = {
        {"127.0.0.1:7490", AF_INET, 7490},
        {"127.255.255.254:65535", AF_INET, 65535},
        {"[::1]:1", AF_INET6, 1},
        {"", 0, 0},
        {":", 0, 0},
        {":7490", 0, 0},
        {"7490", 0, 0},
        {"127.0.0.1", 0, 0},
        {"127.0.0.1:", 0, 0},
        {"127.0.0.1:0", 0, 0},
        {"127.0.0.1:65536", 0, 0},
        {"127.0.0.1:123456", 0, 0},
        {"127.0.0.1:+1", 0, 0},
        {"127.0.0.1:1x", 0, 0},
        {"127.1:7490", 0, 0},
        {"localhost:7490", 0, 0},
        {"0.0.0.0:7490", 0, 0},
        {"128.0.0.1:7490", 0, 0},
        {"192.168.0.1:7490", 0, 0},
        {"*:7490", 0, 0},
        {"::1:7490", 0, 0},
        {"[::]:7490", 0, 0},
        {"[::1:7490", 0, 0},
        {"[]:7490", 0, 0},
        {"[::ffff:127.0.0.1]:7490", 0, 0},
        {"[fe80::1]:7490", 0, 0},
        {"[0000000000000000000000000000000000000000000000000000000000000000000::1]:7490", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        union loopback address;
        struct error error = {0};
        enum error_code code = loopback_parse(cases[i].text, &address, &error);

        if (cases[i].family == 0) {
            assert_int_equal(code, ERROR_CONFIG);
            assert_non_null(strstr(error.message, "is not a port of this machine itself"));
            continue;
        }
        assert_int_equal(code, ERROR_NONE);
        assert_int_equal(address.any.sa_family, cases[i].family);
        assert_int_equal(ntohs(address.any.sa_family == AF_INET ? address.four.sin_port : address.six.sin6_port),
                         cases[i].port);
    }
}

/* A port that nobody has just now, as far as the kernel knows. */
static void find_port(char ret_text[32])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int file = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(file, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(file, (struct sockaddr *)&address, &size), 0);
    snprintf(ret_text, 32, "127.0.0.1:%u", ntohs(address.sin_port));
    close(file);
}

static void test_a_port_is_listened_at_once(void **state)
{
    struct error error = {0};
    char text[32];
    int first = -1, second = -1;

    (void)state;
    find_port(text);
    assert_int_equal(loopback_listen(text, &first, &error), ERROR_NONE);
    assert_int_equal(loopback_listen(text, &second, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, text));
    assert_int_equal(second, -1);
    close(first);
    assert_int_equal(loopback_listen(text, &first, &error), ERROR_NONE);
    close(first);
    assert_int_equal(loopback_listen("0.0.0.0:1", &second, &error), ERROR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_this_machine_is_an_address),
        cmocka_unit_test(test_a_port_is_listened_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
