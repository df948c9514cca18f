/* http/private_address.h - which addresses are not of the public internet.
 *
 * Who can write the configuration, or a name server's answers, must not be able to have the collector talk to what only
 * its own network is meant to reach. So an address is looked at when it is connected to, after its name was resolved.
 */
#ifndef DRIFTLINE_HTTP_PRIVATE_ADDRESS_H
#define DRIFTLINE_HTTP_PRIVATE_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether it is an address of this machine, of a private network or for a special purpose, also when it is an IPv4
 * address within an IPv6 one (mapped, NAT64, 6to4). Everything that is neither IPv4 nor IPv6 is private. */
bool address_is_private(const struct sockaddr *address);

#endif
