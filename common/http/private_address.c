#include "http/private_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"

/* The registries of special-purpose addresses of IANA (RFC 6890), and multicast. */
static const struct {
    uint32_t network;
    unsigned bits;
} private_networks[] = {
    {0x00000000, 8},  /* this network */
    {0x0a000000, 8},  /* private */
    {0x64400000, 10}, /* behind carriers' translation */
    {0x7f000000, 8},  /* this machine */
    {0xa9fe0000, 16}, /* link-local, and the metadata of clouds */
    {0xac100000, 12}, /* private */
    {0xc0000000, 24}, /* protocols */
    {0xc0000200, 24}, /* documentation */
    {0xc0586300, 24}, /* relays of 6to4 */
    {0xc0a80000, 16}, /* private */
    {0xc6120000, 15}, /* benchmarks */
    {0xc6336400, 24}, /* documentation */
    {0xcb007100, 24}, /* documentation */
    {0xe0000000, 4},  /* multicast */
    {0xf0000000, 4},  /* reserved, and broadcast */
};

static bool is_private_4(uint32_t address)
{
    for (size_t i = 0; i < LENGTH_OF(private_networks); i++)
        if ((address ^ private_networks[i].network) >> (32 - private_networks[i].bits) == 0)
            return true;
    return false;
}

static uint32_t four_bytes(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Of IPv6 only what is global unicast can be public; what stands for an IPv4 address is what that is. */
static bool is_private_6(const uint8_t bytes[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};

    if (memcmp(bytes, mapped, sizeof mapped) == 0 || memcmp(bytes, nat64, sizeof nat64) == 0)
        return is_private_4(four_bytes(bytes + 12));
    if ((bytes[0] & 0xe0) != 0x20)
        return true;
    if (bytes[0] == 0x20 && bytes[1] == 0x02) /* 6to4 */
        return is_private_4(four_bytes(bytes + 2));
    if (bytes[0] == 0x20 && bytes[1] == 0x01) /* 2001::/23 protocols, among them Teredo; 2001:db8::/32 documentation */
        return bytes[2] < 2 || (bytes[2] == 0x0d && bytes[3] == 0xb8);
    return bytes[0] == 0x3f && bytes[1] == 0xff && bytes[2] < 0x10; /* 3fff::/20 documentation */
}

bool address_is_private(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, address, sizeof in);
        return is_private_4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, address, sizeof in6);
        return is_private_6(in6.sin6_addr.s6_addr);
    }
    return true;
}
