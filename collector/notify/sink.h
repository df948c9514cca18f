/* notify/sink.h - the kinds of sinks: how a message is written for a medium, and what the answer means.
 *
 * A kind is one constant table in a file of its own (notify/sinks/) and one line in sink_kinds.def. It neither connects
 * nor waits: it describes one request, the notifier makes it, and it reads the answer. A kind may need several
 * requests for a message (`step` counts from 0).
 *
 * Threads: the notifier's alone.
 */
#ifndef DRIFTLINE_NOTIFY_SINK_H
#define DRIFTLINE_NOTIFY_SINK_H

#include "base/arena.h"
#include "base/buffer.h"
#include "drift/report_json_value.h"
#include "notify/message.h"
#include "notify/notify_plan.h"

enum {
    SINK_HEADERS_LIMIT = 12,
    SINK_STEPS_LIMIT = 40,         /* requests for one message */
    SINK_ANSWER_LIMIT = 256 * 1024 /* bytes of an answer that are read */
};

/* What is to be done; everything in the arena of the attempt. */
enum sink_action {
    SINK_HTTP,
    SINK_MAIL, /* SMTP: `body` is the message with its headers; who sends it and to whom are the sink's `from` and `to`
                */
    SINK_RUN,  /* the sink's program: `body` on its standard input, `headers` are "NAME=value" of its environment */
    SINK_APPEND, /* `body`, a line with its end, to the sink's file, durably */
    SINK_SEND,   /* `body` to a syslog: one datagram, or one frame over TCP */
    SINK_NOTHING /* there is nothing to tell this sink: it counts as sent */
};

struct sink_request {
    enum sink_action action;
    const char *method;                      /* of HTTP: literals */
    struct text url;                         /* empty: the sink's */
    struct text headers[SINK_HEADERS_LIMIT]; /* "Name: value" */
    size_t header_count;
    struct buffer body; /* cleared by the notifier */
};

/* What came back. When nothing did (no connection, too late), the notifier tries again without asking the kind. */
struct sink_answer {
    int32_t status; /* of HTTP and SMTP theirs, of a program its exit status (128 and more: the signal that ended it) */
    struct text body;
    int64_t retry_after_us; /* 0: not said */
};

enum sink_outcome {
    SINK_SENT,
    SINK_NEXT,  /* one more request: `step` + 1 */
    SINK_AGAIN, /* may work later */
    SINK_DEAD   /* will not work however often it is tried */
};

/* One attempt to tell one sink one message. */
struct sink_attempt {
    const struct sink *sink;
    const struct message *message;
    struct text remote; /* JSON: what the sink calls the incident, from an earlier message; empty: nothing */
    uint32_t attempt;   /* from 1 */
    uint32_t step;      /* from 0 */
    json_t *memory;     /* an object that the kind may keep things in between the steps of this attempt */
    int64_t now;
    struct arena *arena;
};

struct sink_kind {
    const char *name;    /* "webhook" */
    const char *summary; /* for the reference: upper case, no full stop */
    bool is_for_people;  /* `repeat` holds, and troubles that came and went within the settling are left out */

    /* Whether a sink is configured as this kind needs it: ERROR_CONFIG names the key as the last word of the context,
     * `ret_key` being "url", "secret" …. Does not connect. Texts of a sink are followed by a NUL, here and later. */
    enum error_code (*check)(const struct sink *sink, const char **ret_key, struct error *error);

    /* Where it leads, for people, without any secret: "hooks.slack.com", "ops@example.com". In the arena; NULL when
     * memory ran out. */
    const char *(*address)(const struct sink *sink, struct arena *arena);

    /* Describe the request of a step. */
    enum error_code (*prepare)(const struct sink_attempt *attempt, struct sink_request *request, struct error *error);

    /* What the answer means. `ret_remote`: what is to be kept for later messages of the incident; empty: nothing new.
     * `problem` is filled when it is AGAIN or DEAD: it names no secret. NULL: 2xx is SENT, 408, 425, 429 and 5xx are
     * AGAIN, everything else is DEAD. */
    enum sink_outcome (*finish)(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem);
};

/* All kinds; a NULL ends them. */
extern const struct sink_kind *const sink_kinds[];
const struct sink_kind *sink_kind_find(struct text name); /* NULL: none */

/* The rule of `finish` when a kind has none, for those that refine it. */
enum sink_outcome sink_finish(const struct sink_answer *answer, struct error *problem);

/* Make what is secret of a sink unreadable in bytes that came from outside: servers like to quote what they were asked.
 */
void sink_scrub(const struct sink *sink, char *bytes, size_t length);

/* "the answer is 500: …", with the beginning of its body. */
enum error_code sink_problem(const struct sink_answer *answer, struct error *problem);

/* ---- for the kinds ---- */

/* Whether the sink's URL has one of these schemes (a NULL ends them), a host, and neither user nor fragment; and
 * whether it is encrypted, unless `allow_private` says that it goes to a network that is trusted. ERROR_CONFIG never
 * quotes it: it may hold a secret. */
enum error_code sink_check_url(const struct sink *sink, const char *const *schemes, struct error *error) MUST_CHECK;

/* The host of the sink's URL, with the port if it names one: all of it that may be shown. NULL when memory ran out. */
const char *sink_host(const struct sink *sink, struct arena *arena);

/* "Name: value" into the request; what would break a header is ERROR_INTERNAL. */
enum error_code sink_header(struct sink_request *request, struct arena *arena, const char *name, struct text value,
                            struct error *error) MUST_CHECK;

/* JSON as the body, and its content type; releases the document. */
enum error_code sink_json(struct sink_request *request, struct arena *arena, const char *type,
                          struct json_builder *builder, json_t *document, struct error *error) MUST_CHECK;

#endif
