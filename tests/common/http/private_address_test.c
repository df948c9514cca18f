#include "http/private_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "base/compiler.h"
#include "support/cmocka.h"

static bool is_private(const char *text)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
    } address = {0};

    if (inet_pton(AF_INET, text, &address.in.sin_addr) == 1) {
        address.any.sa_family = AF_INET;
    } else {
        assert_int_equal(inet_pton(AF_INET6, text, &address.in6.sin6_addr), 1);
        address.any.sa_family = AF_INET6;
    }
    return address_is_private(&address.any);
}

/* Each network by its first and last address. */
static const char *const private[] = {
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.255",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.255",
    "224.0.0.0",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1" /* what once stood for IPv4 */,
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::192.168.1.1",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:1ff::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:0a00:0001::1",
    "2002:c0a8:0101::1",
    "3fff::1",
    "3fff:fff::1",
    "4000::1",
    "fc00::1",
    "fdff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
};

static const char *const public[] = {
    "1.1.1.1",          "8.8.8.8",        "9.255.255.255",   "11.0.0.0",
    "100.63.255.255",   "100.128.0.0",    "126.255.255.255", "128.0.0.0",
    "169.253.255.255",  "169.255.0.0",    "172.15.255.255",  "172.32.0.0",
    "192.0.1.0",        "192.0.3.0",      "192.88.98.0",     "192.167.255.255",
    "192.169.0.0",      "198.17.255.255", "198.20.0.0",      "198.51.99.0",
    "203.0.112.0",      "203.0.114.0",    "223.255.255.255", "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8", "2000::1",        "2001:200::1",     "2001:4860:4860::8888",
    "2001:db7::1",      "2001:db9::1",    "2002:808:808::1", "2003::1",
    "2606:4700::1111",  "3ffe::1",        "3fff:1000::1",
};

static void test_every_network_that_is_not_public_is_private(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(private); i++)
        if (!is_private(private[i]))
            fail_msg("%s is taken for public", private[i]);
}

static void test_what_lies_beside_them_is_public(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(public); i++)
        if (is_private(public[i]))
            fail_msg("%s is taken for private", public[i]);
}

static void test_what_is_no_internet_address_is_private(void **state)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};

    (void)state;
    assert_true(address_is_private((const struct sockaddr *)&local));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_network_that_is_not_public_is_private),
        cmocka_unit_test(test_what_lies_beside_them_is_public),
        cmocka_unit_test(test_what_is_no_internet_address_is_private),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
