/* notify/message.h - what is told, before it is written for a medium.
 *
 * The planner makes one from an incident and its events, and the store keeps it as JSON; whoever sends it reads it back
 * and writes it for his medium, escaped for that. So what is sent again is the same, and templates are tested without
 * a store. The JSON is also what `exec` and `file` sinks and the API show (docs/reference/notifications.md):
 *
 *   {"id": "3f…-17", "incident": 4, "number": 1, "kind": "opened", "route": "prod", "subject": "orders@prod",
 *    "severity": "critical", "title": "orders@prod: 3 differences opened, 1 critical", "verdict": "DRIFTED",
 *    "database": "orders", "environment": "prod", "time": "…",
 *    "summary": {"critical": 1, "high": 0, "medium": 2, "low": 0},
 *    "lines": [{"severity": "critical", "text": "column shop.orders.total …", "by": "alice", "count": 1}], "more": 0,
 *    "last": false, "open": 3, "open_differences": 3, "command": "driftline drift list orders --to prod",
 *    "link": "https://…/#/drift?database=orders&to=prod", "events": [ …CloudEvents… ]}
 */
#ifndef DRIFTLINE_NOTIFY_MESSAGE_H
#define DRIFTLINE_NOTIFY_MESSAGE_H

#include <jansson.h>

#include "drift/severity.h"
#include "store/deliveries.h"

enum {
    MESSAGE_LINES_LIMIT = 20,  /* that are spelt out; worst first */
    MESSAGE_EVENTS_LIMIT = 500 /* of one message: who collects more gets several */
};

struct message_line {
    enum severity severity;
    struct text text;
    struct text by; /* who; empty: not known */
    uint32_t count; /* how many events said it in these very words */
};

struct message {
    struct text id; /* the same whenever it is sent */
    int64_t incident;
    uint32_t number; /* of the incident, from 1 */
    enum delivery_kind kind;
    struct text route;
    struct text subject;
    enum severity severity; /* the worst that is told; of `resolved` the worst there was */
    struct text title;
    struct text verdict; /* of the subject now: "IN_SYNC"; empty: there is none */
    struct text database;
    struct text environment;
    int64_t time;
    uint32_t summary[SEVERITY_COUNT]; /* events by level */
    struct message_line lines[MESSAGE_LINES_LIMIT];
    size_t line_count;
    uint32_t more;             /* lines that were left out */
    bool is_last;              /* the incident is over with it; so is what is nothing but facts */
    uint32_t open;             /* troubles that are not over */
    uint32_t open_differences; /* how many of them are differences; those that were told as many count one by one */
    struct text command;       /* that shows more; empty: none */
    struct text link;          /* empty: none */
    const json_t *events;      /* CloudEvents, an array */
};

/* As JSON, one line. */
enum error_code message_write(const struct message *message, struct buffer *output, struct error *error) MUST_CHECK;

/* Back. `ret_document` owns what `events` points at, and is released with json_decref() after use; texts live in the
 * arena. What is no message is ERROR_CORRUPT. */
enum error_code message_read(struct text json, struct arena *arena, struct message *ret_message, json_t **ret_document,
                             struct error *error) MUST_CHECK;

#endif
