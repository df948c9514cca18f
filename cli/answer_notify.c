#include "cli/answer_notify.h"

#include "cli/answer_fields.h"

/* ---- sinks and routes ---- */

static const struct shape_member sink_members[] = {
    {FIELD(answer_sink, name), .type = MEMBER_TEXT},
    {FIELD(answer_sink, kind), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_sink, address), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_sink, held), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_sink, waiting), .type = MEMBER_NUMBER},
    {FIELD(answer_sink, dead), .type = MEMBER_NUMBER},
    {FIELD(answer_sink, sent), .type = MEMBER_NUMBER},
    {FIELD(answer_sink, waiting_since), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_sink, sent_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_sink, failed_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_sink, problem), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape sink_shape = {sizeof(struct answer_sink), sink_members};

static const struct shape_member limit_members[] = {
    {FIELD(answer_route_limit, messages), .type = MEMBER_NUMBER},
    {FIELD(answer_route_limit, per_seconds), .type = MEMBER_NUMBER},
    {0},
};
static const struct shape limit_shape = {sizeof(struct answer_route_limit), limit_members};

static const struct shape_member escalate_members[] = {
    {FIELD(answer_route_escalate, after_seconds), .type = MEMBER_NUMBER},
    {FIELD(answer_route_escalate, severity), .type = MEMBER_CHOICE, .choice = answer_severity_choice},
    {FIELD(answer_route_escalate, to), .type = MEMBER_TEXTS},
    {0},
};
static const struct shape escalate_shape = {sizeof(struct answer_route_escalate), escalate_members};

static const struct shape_member route_members[] = {
    {FIELD(answer_route, name), .type = MEMBER_TEXT},
    {FIELD(answer_route, types), .type = MEMBER_TEXTS},
    {FIELD(answer_route, severity), .type = MEMBER_CHOICE, .choice = answer_severity_choice},
    {FIELD(answer_route, databases), .type = MEMBER_TEXTS},
    {FIELD(answer_route, environments), .type = MEMBER_TEXTS},
    {FIELD(answer_route, causes), .type = MEMBER_TEXTS},
    {FIELD(answer_route, owners), .type = MEMBER_TEXTS},
    {FIELD(answer_route, contracts), .type = MEMBER_TEXTS},
    {FIELD(answer_route, objects), .type = MEMBER_TEXTS},
    {FIELD(answer_route, sinks), .type = MEMBER_TEXTS},
    {FIELD(answer_route, settle_seconds), .type = MEMBER_NUMBER},
    {FIELD(answer_route, settle_most_seconds), .type = MEMBER_NUMBER},
    {FIELD(answer_route, repeat_seconds), .type = MEMBER_NUMBER},
    {FIELD(answer_route, resolve), .type = MEMBER_FLAG},
    {FIELD(answer_route, quiet), .type = MEMBER_NUMBER},
    {FIELD(answer_route, limit), .type = MEMBER_OBJECT, .shape = &limit_shape, .optional = true},
    {FIELD(answer_route, escalate), .type = MEMBER_OBJECT, .shape = &escalate_shape, .optional = true},
    {0},
};
static const struct shape route_shape = {sizeof(struct answer_route), route_members};

static const struct shape_member held_members[] = {
    {FIELD(answer_held, sink), .type = MEMBER_TEXT},
    {FIELD(answer_held, route), .type = MEMBER_TEXT},
    {FIELD(answer_held, subject), .type = MEMBER_TEXT},
    {FIELD(answer_held, events), .type = MEMBER_NUMBER},
    {FIELD(answer_held, until), .type = MEMBER_TIME},
    {FIELD(answer_held, why), .type = MEMBER_TEXT},
    {0},
};
static const struct shape held_shape = {sizeof(struct answer_held), held_members};

static const struct shape_member notify_members[] = {
    {FIELD(answer_notify, sinks), .type = MEMBER_OBJECTS, .shape = &sink_shape},
    {FIELD(answer_notify, routes), .type = MEMBER_OBJECTS, .shape = &route_shape},
    {FIELD(answer_notify, held), .type = MEMBER_OBJECTS, .shape = &held_shape, .optional = true},
    {FIELD(answer_notify, problem), .type = MEMBER_TEXT, .optional = true},
    {0},
};
const struct shape answer_notify_shape = {sizeof(struct answer_notify), notify_members};

/* ---- messages ---- */

static const char *state_choice(size_t number)
{
    static const char *const names[] = {
        [ANSWER_WAITING] = "waiting", [ANSWER_SENT] = "sent", [ANSWER_DEAD] = "dead", NULL};

    return names[number];
}

static const struct shape_member line_members[] = {
    {FIELD(answer_message_line, severity), .type = MEMBER_CHOICE, .choice = answer_severity_choice},
    {FIELD(answer_message_line, text), .type = MEMBER_TEXT},
    {FIELD(answer_message_line, by), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape line_shape = {sizeof(struct answer_message_line), line_members};

static const struct shape_member message_members[] = {
    {FIELD(answer_message, id), .type = MEMBER_TEXT},
    {FIELD(answer_message, severity), .type = MEMBER_CHOICE, .choice = answer_severity_choice},
    {FIELD(answer_message, verdict), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_message, time), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_message, lines), .type = MEMBER_OBJECTS, .shape = &line_shape},
    {FIELD(answer_message, more), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_message, open), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_message, command), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_message, link), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape message_shape = {sizeof(struct answer_message), message_members};

static const struct shape_member delivery_members[] = {
    {FIELD(answer_delivery, id), .type = MEMBER_NUMBER},
    {FIELD(answer_delivery, incident), .type = MEMBER_NUMBER},
    {FIELD(answer_delivery, sink), .type = MEMBER_TEXT},
    {FIELD(answer_delivery, route), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_delivery, subject), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_delivery, kind), .type = MEMBER_TEXT},
    {FIELD(answer_delivery, state), .type = MEMBER_CHOICE, .choice = state_choice},
    {FIELD(answer_delivery, number), .type = MEMBER_NUMBER},
    {FIELD(answer_delivery, created_at), .type = MEMBER_TIME},
    {FIELD(answer_delivery, attempts), .type = MEMBER_NUMBER},
    {FIELD(answer_delivery, next_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_delivery, finished_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_delivery, events), .type = MEMBER_NUMBER},
    {FIELD(answer_delivery, status), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_delivery, problem), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_delivery, title), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_delivery, message), .type = MEMBER_OBJECT, .shape = &message_shape, .optional = true},
    {0},
};
const struct shape answer_delivery_shape = {sizeof(struct answer_delivery), delivery_members};

static const struct shape_member deliveries_members[] = {
    {FIELD(answer_deliveries, deliveries), .type = MEMBER_OBJECTS, .shape = &answer_delivery_shape},
    {FIELD(answer_deliveries, next), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
const struct shape answer_deliveries_shape = {sizeof(struct answer_deliveries), deliveries_members};
