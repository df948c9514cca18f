/* cli/answer_notify.h - sinks, routes and messages as the collector tells them. What cli/answer.h says holds here, too.
 */
#ifndef DRIFTLINE_CLI_ANSWER_NOTIFY_H
#define DRIFTLINE_CLI_ANSWER_NOTIFY_H

#include "cli/answer.h"

/* ---- GET /api/v1/notify ---- */

struct answer_sink {
    struct text name;
    struct text kind;    /* empty: the configuration has it no more */
    struct text address; /* without secrets */
    int64_t held;        /* events that wait to become messages */
    int64_t waiting;
    int64_t dead;
    int64_t sent;
    int64_t waiting_since;
    int64_t sent_at;
    int64_t failed_at; /* the last attempt that failed, if none succeeded since */
    struct text problem;
};

struct answer_route_limit {
    int64_t messages;
    int64_t per_seconds;
};

struct answer_route_escalate {
    int64_t after_seconds;
    unsigned severity;
    struct shape_list to; /* struct text */
};

/* Lists that are empty take all. */
struct answer_route {
    struct text name;
    struct shape_list types;     /* struct text */
    unsigned severity;           /* enum severity: this or worse */
    struct shape_list databases; /* struct text: patterns, as the others */
    struct shape_list environments;
    struct shape_list causes;
    struct shape_list owners;
    struct shape_list contracts;
    struct shape_list objects;
    struct shape_list sinks; /* struct text */
    int64_t settle_seconds;
    int64_t settle_most_seconds;
    int64_t repeat_seconds;
    bool resolve;
    int64_t quiet; /* how many quiet times */
    const struct answer_route_limit *limit;
    const struct answer_route_escalate *escalate;
};

/* Events of an incident that are not told yet. */
struct answer_held {
    struct text sink;
    struct text route;
    struct text subject; /* "*": what is beyond the limit of the route */
    int64_t events;
    int64_t until;
    struct text why; /* "settling", "quiet", "limit" */
};

struct answer_notify {
    struct shape_list sinks;  /* struct answer_sink */
    struct shape_list routes; /* struct answer_route */
    struct shape_list held;   /* struct answer_held, what is told first first */
    struct text problem;
};

/* ---- GET /api/v1/deliveries ---- */

enum answer_delivery_state { ANSWER_WAITING, ANSWER_SENT, ANSWER_DEAD };

struct answer_message_line {
    unsigned severity;
    struct text text;
    struct text by;
};

struct answer_message {
    struct text id;
    unsigned severity;
    struct text verdict;
    int64_t time;
    struct shape_list lines; /* struct answer_message_line */
    int64_t more;
    int64_t open;
    struct text command;
    struct text link;
};

struct answer_delivery {
    int64_t id;
    int64_t incident;
    struct text sink;
    struct text route; /* empty: somebody tried the sink */
    struct text subject;
    struct text kind;
    unsigned state; /* enum answer_delivery_state */
    int64_t number;
    int64_t created_at;
    int64_t attempts;
    int64_t next_at;
    int64_t finished_at;
    int64_t events;
    int64_t status;
    struct text problem;
    struct text title;
    const struct answer_message *message; /* only of one delivery */
};

struct answer_deliveries {
    struct shape_list deliveries; /* struct answer_delivery, newest first */
    int64_t next;                 /* 0: that was all */
};

extern const struct shape answer_notify_shape;
extern const struct shape answer_delivery_shape;
extern const struct shape answer_deliveries_shape;

#endif
