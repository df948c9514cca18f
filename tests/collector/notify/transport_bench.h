/* collector/notify/transport_bench.h - a transport, one sink and one request, for the tests of how requests are made.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_TRANSPORT_BENCH_H
#define DRIFTLINE_TEST_TRANSPORT_BENCH_H

#include <jansson.h>

#include "collector/notify/receiver.h"
#include "notify/transport.h"
#include "support/directory.h"

enum { BENCH_PATIENCE_US = 60 * 1000000 };

struct transport_bench {
    struct transport *transport;
    struct test_directory directory;
    struct arena arena;
    struct sink sink;
    struct sink_request request;
    struct receiver receiver;
    bool has_receiver;
};

/* For cmocka; `state` becomes a bench. */
int transport_bench_setup(void **state);
int transport_bench_teardown(void **state);

/* Fails the test unless it is ERROR_NONE, and says why. */
void bench_check(enum error_code code, const struct error *error);

void bench_start_receiver(struct transport_bench *bench, enum receiver_kind kind);

/* A text of the bench. */
struct text bench_say(struct transport_bench *bench, const char *format, ...) PRINTF_LIKE(2, 3);

/* The sink's address is a path of the receiver. */
void bench_point_at(struct transport_bench *bench, const char *path);

/* What came of it: a status, or an error; the body in the arena. */
struct bench_outcome {
    int status;
    enum error_code code;
    const char *text; /* of the body, or the message */
    int64_t retry_after_us;
    int64_t took_us;
};

/* The next request that is over. */
struct transport_result bench_wait(struct transport_bench *bench);

/* Make the request and wait for what comes of it; of a path; of a line for a syslog. */
struct bench_outcome bench_carry_out(struct transport_bench *bench);
struct bench_outcome bench_ask(struct transport_bench *bench, const char *path);
struct bench_outcome bench_log_line(struct transport_bench *bench, const char *line);

/* A text of what the receiver has kept. */
const char *bench_text_of(const json_t *entry, const char *key);

#endif
