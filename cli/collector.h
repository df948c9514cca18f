/* cli/collector.h - asks a collector's HTTP API, one question after the other.
 *
 * A collector may be hostile, or no collector at all: each answer has a limit, a time and a content type that it must
 * keep to; redirections are not followed; certificates are checked. The token goes to the one address that the user
 * named, never over an unencrypted network unless that was asked for, never through the proxy of an unencrypted one,
 * and never into a message.
 *
 * Failure: an error of the API becomes that error, with its code and hint. ERROR_CONNECT when nobody answers,
 * ERROR_TIMEOUT when somebody stops answering, ERROR_PROTOCOL when it is no collector that answers, ERROR_LIMIT.
 * Threads: a struct collector belongs to one thread at a time; several are independent.
 */
#ifndef DRIFTLINE_CLI_COLLECTOR_H
#define DRIFTLINE_CLI_COLLECTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum {
    COLLECTOR_ANSWER_LIMIT = 32 * 1024 * 1024, /* bytes of JSON or of a report */
    COLLECTOR_ERROR_LIMIT = 64 * 1024          /* bytes of an answer that is an error */
};

struct collector_settings {
    const char *url;   /* NULL: none is known, which only matters when it is asked */
    const char *token; /* where it is: file:PATH or env:NAME; NULL: none is sent */
    const char *ca;    /* a file with certificates to trust; NULL: the system's */
    bool insecure_http;
    unsigned connect_timeout_ms;
    unsigned answer_timeout_ms;
};

struct collector;

/* Check the settings and read the token. Nobody is asked yet. */
enum error_code collector_open(struct collector **ret_collector, const struct collector_settings *settings,
                               struct error *error) MUST_CHECK;

/* NULL is fine. */
void collector_close(struct collector *collector);
void collector_closep(struct collector **collector);

/* The address without a `/` at its end, for messages. */
const char *collector_url(const struct collector *collector);

struct collector_question {
    const char *method; /* "GET", "POST", "DELETE" */
    const char *target; /* the path with what is asked for: "/api/v1/fleet?database=orders" */
    const char *body;   /* JSON, or NULL */
    struct text file;   /* the bytes of a snapshot file as the body, in place of JSON; empty: none */
    const char *type;   /* the content type that the answer must have; NULL: the caller checks what it is */
    size_t limit;       /* bytes of the answer */
    long also;          /* a status of failure whose answer is one like any other; 0: none */

    /* A stream that has no end: its bytes are handed over as they come, and nothing is kept. It is asked several times
     * a second whether it is over; then asking has ended well. NULL: it is no stream. */
    enum error_code (*receive)(void *context, struct text bytes, struct error *error);
    bool (*is_over)(void *context);
    void *stream_context;
    int64_t last_event; /* what was received before, `Last-Event-ID`; -1: nothing is said of it */

    /* Told now and then how many of how many bytes have come; total is 0 when that is not known. May be NULL. */
    void (*progress)(void *context, size_t bytes, size_t total);
    void *progress_context;
};

/* Ask, and append the answer to the buffer. */
enum error_code collector_ask(struct collector *collector, const struct collector_question *question,
                              struct buffer *answer, struct error *error) MUST_CHECK;

/* A line of the header of the last answer, the `number`th of that name, without blanks around it; NULL when there is
 * none. Valid until the next question. */
const char *collector_header(const struct collector *collector, const char *name, size_t number);

/* Which item of a list that was sent the last error is about, from 0; -1 when it does not say so. */
int64_t collector_blamed_item(const struct collector *collector);

/* What to say when an answer is not what a collector says. */
enum error_code collector_misunderstood(const struct collector *collector, const char *what, struct error *error);

/* Append `?name=value` or `&name=value`, with what needs it written as %XX. */
void collector_add_parameter(struct buffer *target, const char *name, struct text value);

/* The same as one step of a path: `/value`. */
void collector_add_step(struct buffer *target, struct text value);

#endif
