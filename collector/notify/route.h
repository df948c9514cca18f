/* notify/route.h - which events a route takes, and what each is about for it.
 *
 * What an event says of causes, contracts, owners and objects is found out once and asked by each route. An event that
 * stands for so many things that it does not name them passes where a route asks for names: rather one message too many
 * than a trouble that nobody hears of.
 */
#ifndef DRIFTLINE_NOTIFY_ROUTE_H
#define DRIFTLINE_NOTIFY_ROUTE_H

#include <jansson.h>

#include "contract/contract.h"
#include "notify/notify_plan.h"

/* An event as routes see it. */
struct route_event {
    const struct event_row *event;
    const json_t *data;
    uint32_t cause; /* the bit of its cause; 0: it has none */
    const struct text *contracts;
    size_t contract_count;
    const struct text *owners;
    size_t owner_count;
    const struct text *objects;
    size_t object_count;
    bool is_many; /* more things than it names */
};

/* In the arena; texts point into `data`, which must outlive it. `contracts` says who owns them. */
enum error_code route_event_read(struct route_event *ret_event, const struct event_row *event, const json_t *data,
                                 const struct contract_set *contracts, struct arena *arena,
                                 struct error *error) MUST_CHECK;

bool route_matches(const struct route *route, const struct route_event *event);

/* What its incident is about, for people: "orders@prod", "orders@prod checkout", "all". */
void route_subject(const struct route *route, const struct route_event *event, struct buffer *output);

/* Whether it is one of the route's own sinks, not only one to escalate to. */
bool route_has_sink(const struct route *route, struct text sink);

#endif
