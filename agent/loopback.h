/* agent/loopback.h - an address that only this machine can reach: "127.0.0.1:7490", "[::1]:7490".
 *
 * What the agent serves needs no token and no TLS, so it is served nowhere else: names, other addresses and ports that
 * are none are ERROR_CONFIG.
 */
#ifndef DRIFTLINE_AGENT_LOOPBACK_H
#define DRIFTLINE_AGENT_LOOPBACK_H

#include <netinet/in.h>

#include "base/compiler.h"
#include "base/error.h"

union loopback {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};

enum error_code loopback_parse(const char *text, union loopback *ret_address, struct error *error) MUST_CHECK;

/* A socket that listens there, not blocking. Taken by somebody else: ERROR_CONFLICT. */
enum error_code loopback_listen(const char *text, int *ret_socket, struct error *error) MUST_CHECK;

#endif
