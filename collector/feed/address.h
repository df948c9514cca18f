/* feed/address.h - where the HTTP API listens, as it is written in the configuration.
 *
 * `127.0.0.1:7480`, `[::1]:7480`, `localhost:7480` (which is 127.0.0.1), `*:7480` (every address of the machine). Names
 * are not looked up: what an address is must not depend on a network. Port 0 is any free one.
 */
#ifndef DRIFTLINE_FEED_ADDRESS_H
#define DRIFTLINE_FEED_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/compiler.h"
#include "base/error.h"

enum { FEED_URL_SIZE = sizeof "https://[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535" };

struct feed_address {
    struct sockaddr_storage socket;
    socklen_t length;
    bool loopback; /* only this machine can reach it */
};

/* What cannot be one is ERROR_CONFIG with a hint. */
enum error_code feed_address_parse(struct feed_address *ret_address, const char *text, struct error *error) MUST_CHECK;

/* A listening socket that does not block; its address is `ret_bound`, with the port that it got. */
enum error_code feed_address_listen(const struct feed_address *address, int *ret_socket, struct feed_address *ret_bound,
                                    struct error *error) MUST_CHECK;

/* `http://127.0.0.1:7480` */
void feed_address_url(const struct feed_address *address, bool tls, char ret_url[FEED_URL_SIZE]);

/* The address of a peer without its port, `127.0.0.1`, for a log; "-" when it is none of the internet. */
enum { FEED_PEER_SIZE = sizeof "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" };
void feed_address_peer(const struct sockaddr *peer, char ret_peer[FEED_PEER_SIZE]);

#endif
