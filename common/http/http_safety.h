/* http/http_safety.h - what is always so when a program of ours asks somebody over the network by libcurl.
 *
 * No redirection is followed, no password of the environment is used or taken from an address, certificates are checked
 * and nothing older than TLS 1.2 is spoken. What else holds (protocols, proxies, limits, times) is the caller's.
 */
#ifndef DRIFTLINE_HTTP_HTTP_SAFETY_H
#define DRIFTLINE_HTTP_HTTP_SAFETY_H

#include <stdbool.h>

#include <curl/curl.h>

#include "base/compiler.h"

/* `ca` is a file with the certificates to trust in place of the system's; NULL: the system's. False: for want of
 * memory. */
bool http_set_safety(CURL *curl, const char *ca) MUST_CHECK;

#endif
