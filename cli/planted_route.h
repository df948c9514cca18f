/* cli/planted_route.h - who must be told of a planted table: what routes say, held against it. For planted.c only. */
#ifndef DRIFTLINE_CLI_PLANTED_ROUTE_H
#define DRIFTLINE_CLI_PLANTED_ROUTE_H

#include "cli/answer_notify.h"

struct planted_place {
    struct text database;
    struct text environment;         /* of the table */
    const struct text *environments; /* that a promotion of it, or to it, would lead to: of its drifts */
    size_t environment_count;
    struct text object; /* the dotted path's last element */
    bool differs;       /* a difference to another environment is to be expected */
};

/* Whether a route takes an event of the table, so that a message is to be expected; if not, why not. */
bool planted_route_takes(const struct answer_route *route, const struct planted_place *place, const char **ret_why);

/* Whether it tells a sink of this name; empty: any. */
bool planted_route_tells(const struct answer_route *route, struct text sink);

#endif
