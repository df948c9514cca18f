#include "agent/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_SIZE = 64, BACKLOG = 16 };

static bool parse_port(const char *text, in_port_t *ret_port)
{
    size_t length = strspn(text, "0123456789");
    unsigned long port = length == 0 || length > 5 || text[length] != '\0' ? 0 : strtoul(text, NULL, 10);

    if (port == 0 || port > UINT16_MAX)
        return false;
    *ret_port = htons((uint16_t)port);
    return true;
}

static bool parse(const char *text, union loopback *ret_address)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - text);
    union loopback address = {0};
    char host[HOST_SIZE];
    in_port_t port;

    if (length < 3 || length >= sizeof host || !parse_port(colon + 1, &port))
        return false;
    if (text[0] == '[' && text[length - 1] == ']') {
        memcpy(host, text + 1, length - 2);
        host[length - 2] = '\0';
        address.six.sin6_family = AF_INET6;
        address.six.sin6_port = port;
        if (inet_pton(AF_INET6, host, &address.six.sin6_addr) != 1 || !IN6_IS_ADDR_LOOPBACK(&address.six.sin6_addr))
            return false;
    } else {
        memcpy(host, text, length);
        host[length] = '\0';
        address.four.sin_family = AF_INET;
        address.four.sin_port = port;
        if (inet_pton(AF_INET, host, &address.four.sin_addr) != 1 || ntohl(address.four.sin_addr.s_addr) >> 24 != 127)
            return false;
    }
    *ret_address = address;
    return true;
}

enum error_code loopback_parse(const char *text, union loopback *ret_address, struct error *error)
{
    if (parse(text, ret_address))
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "'%.100s' is not a port of this machine itself", text);
    return error_hint(error, "write 127.0.0.1:PORT or [::1]:PORT: what is served there needs no token");
}

enum error_code loopback_listen(const char *text, int *ret_socket, struct error *error)
{
    static const int yes = 1;
    union loopback address;
    socklen_t size;
    int file;

    if (loopback_parse(text, &address, error) != ERROR_NONE)
        return error->code;
    size = address.any.sa_family == AF_INET6 ? sizeof address.six : sizeof address.four;
    file = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (file < 0)
        return error_set(error, ERROR_IO, "opening a socket for '%s': %s", text, strerror(errno));
    if (setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 && bind(file, &address.any, size) == 0 &&
        listen(file, BACKLOG) == 0) {
        *ret_socket = file;
        return ERROR_NONE;
    }
    error_set(error, errno == EADDRINUSE ? ERROR_CONFLICT : ERROR_IO, "listening on '%s': %s", text, strerror(errno));
    close(file);
    return error_hint(error, "another program listens there, or may not: give `metrics` another port");
}
