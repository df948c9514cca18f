#include "feed/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 256, PORT_DIGITS = 5, PORT_LIMIT = 65535 };

static enum error_code refuse(struct error *error, const char *text)
{
    error_set(error, ERROR_CONFIG, "'%.80s' is not an address to listen at", text);
    return error_hint(error, "write HOST:PORT, such as 127.0.0.1:7480, [::1]:7480 or *:7480");
}

static bool parse_port(const char *text, in_port_t *ret_port)
{
    size_t length = strlen(text);
    unsigned long port = strtoul(text, NULL, 10);

    if (length == 0 || length > PORT_DIGITS || strspn(text, "0123456789") != length || port > PORT_LIMIT)
        return false;
    *ret_port = htons((in_port_t)port);
    return true;
}

static void set_ipv4(struct feed_address *address, struct in_addr host, in_port_t port)
{
    struct sockaddr_in *internet = (struct sockaddr_in *)&address->socket;

    *internet = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = host, .sin_port = port};
    address->length = sizeof *internet;
    address->loopback = (ntohl(host.s_addr) >> 24) == IN_LOOPBACKNET;
}

static void set_ipv6(struct feed_address *address, struct in6_addr host, in_port_t port)
{
    struct sockaddr_in6 *internet = (struct sockaddr_in6 *)&address->socket;

    *internet = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = host, .sin6_port = port};
    address->length = sizeof *internet;
    address->loopback = IN6_IS_ADDR_LOOPBACK(&host);
}

enum error_code feed_address_parse(struct feed_address *ret_address, const char *text, struct error *error)
{
    const char *colon = strrchr(text, ':');
    struct feed_address address = {0};
    char host[INET6_ADDRSTRLEN + 2];
    struct in6_addr ipv6 = IN6ADDR_ANY_INIT;
    struct in_addr ipv4 = {.s_addr = htonl(INADDR_LOOPBACK)};
    in_port_t port;

    if (colon == NULL || (size_t)(colon - text) >= sizeof host || !parse_port(colon + 1, &port))
        return refuse(error, text);
    snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    if (strcmp(host, "*") == 0) {
        set_ipv6(&address, ipv6, port);
    } else if (host[0] == '[' && host[strlen(host) - 1] == ']') {
        host[strlen(host) - 1] = '\0';
        if (inet_pton(AF_INET6, host + 1, &ipv6) != 1)
            return refuse(error, text);
        set_ipv6(&address, ipv6, port);
    } else {
        if (strcmp(host, "localhost") != 0 && inet_pton(AF_INET, host, &ipv4) != 1)
            return refuse(error, text);
        set_ipv4(&address, ipv4, port);
    }
    *ret_address = address;
    return ERROR_NONE;
}

/* 1 and 0 as setsockopt() wants them. */
static const int yes = 1;
static const int no = 0;

/* Every address of both families. */
static bool is_any(const struct feed_address *address)
{
    return address->socket.ss_family == AF_INET6 &&
           IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)&address->socket)->sin6_addr);
}

static int open_socket(const struct feed_address *address)
{
    return socket(address->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static bool begin_listening(int file, const struct feed_address *address, struct feed_address *bound)
{
    bool dual = is_any(address);

    *bound = *address;
    bound->length = sizeof bound->socket;
    return setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
           (!dual || setsockopt(file, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) == 0) &&
           bind(file, (const struct sockaddr *)&address->socket, address->length) == 0 && listen(file, BACKLOG) == 0 &&
           getsockname(file, (struct sockaddr *)&bound->socket, &bound->length) == 0;
}

enum error_code feed_address_listen(const struct feed_address *address, int *ret_socket, struct feed_address *ret_bound,
                                    struct error *error)
{
    struct feed_address wanted = *address;
    int file = open_socket(&wanted);
    char url[FEED_URL_SIZE];

    if (file < 0 && errno == EAFNOSUPPORT && is_any(&wanted)) { /* a machine without IPv6 */
        set_ipv4(&wanted, (struct in_addr){.s_addr = htonl(INADDR_ANY)},
                 ((const struct sockaddr_in6 *)&address->socket)->sin6_port);
        file = open_socket(&wanted);
    }
    if (file < 0 || !begin_listening(file, &wanted, ret_bound)) {
        int reason = errno;

        if (file >= 0)
            close(file);
        feed_address_url(address, false, url);
        error_set(error,
                  reason == EADDRINUSE ? ERROR_CONFLICT
                  : reason == EACCES   ? ERROR_REFUSED
                                       : ERROR_CONNECT,
                  "cannot listen at '%s': %s", url + strlen("http://"), strerror(reason));
        if (reason == EADDRINUSE)
            error_hint(error, "another program listens there: stop it, or choose another 'listen.http'");
        return error->code;
    }
    *ret_socket = file;
    return ERROR_NONE;
}

void feed_address_url(const struct feed_address *address, bool tls, char ret_url[FEED_URL_SIZE])
{
    const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)&address->socket;
    const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)&address->socket;
    bool is_ipv6 = address->socket.ss_family == AF_INET6;
    char host[INET6_ADDRSTRLEN] = "";

    inet_ntop(address->socket.ss_family, is_ipv6 ? (const void *)&ipv6->sin6_addr : &ipv4->sin_addr, host, sizeof host);
    snprintf(ret_url, FEED_URL_SIZE, "%s://%s%s%s:%u", tls ? "https" : "http", is_ipv6 ? "[" : "", host,
             is_ipv6 ? "]" : "", (unsigned)ntohs(is_ipv6 ? ipv6->sin6_port : ipv4->sin_port));
}

void feed_address_peer(const struct sockaddr *peer, char ret_peer[FEED_PEER_SIZE])
{
    const void *host = NULL;

    if (peer != NULL && peer->sa_family == AF_INET)
        host = &((const struct sockaddr_in *)(const void *)peer)->sin_addr;
    else if (peer != NULL && peer->sa_family == AF_INET6)
        host = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
    if (host == NULL || inet_ntop(peer->sa_family, host, ret_peer, FEED_PEER_SIZE) == NULL)
        snprintf(ret_peer, FEED_PEER_SIZE, "-");
}
