/* collector/notify/receiver.h - a server that takes what sinks send: receiver.py, as a child of the test.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_RECEIVER_H
#define DRIFTLINE_TEST_RECEIVER_H

#include <jansson.h>
#include <sys/types.h>

#include "support/directory.h"

struct receiver {
    struct test_directory directory; /* with its log, and ca.pem when it speaks TLS */
    pid_t process;
    int input; /* closing it ends the child */
    unsigned port;
};

enum receiver_kind { RECEIVER_HTTP, RECEIVER_HTTPS, RECEIVER_SYSLOG, RECEIVER_SYSLOG_TLS };

void receiver_start(struct receiver *receiver, enum receiver_kind kind);
void receiver_stop(struct receiver *receiver);

/* What came, an array; to be released. Waits until there is so much. */
json_t *receiver_log(struct receiver *receiver, size_t count);

#endif
