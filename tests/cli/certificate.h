/* cli/certificate.h - a server on loopback behind TLS, with a certificate that was made for it just now.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_CLI_CERTIFICATE_H
#define DRIFTLINE_TEST_CLI_CERTIFICATE_H

#include "support/directory.h"

struct test_tls_server;

/* Write certificate.pem and key.pem for an address, and answer every request with this JSON. */
struct test_tls_server *test_tls_server_start(struct test_directory *directory, const char *address, const char *json);
unsigned test_tls_server_port(const struct test_tls_server *server);

/* How many requests came. */
unsigned test_tls_server_stop(struct test_tls_server *server);

#endif
