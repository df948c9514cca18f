/* event/event_filter.h - which events somebody wants: of the API, of the streams, and of routes.
 *
 * Names are patterns with `*` and `?`. All that is given must hold; a list holds when one of it does. An event that is
 * about no database does not match when databases are given, and so on.
 */
#ifndef DRIFTLINE_EVENT_EVENT_FILTER_H
#define DRIFTLINE_EVENT_EVENT_FILTER_H

#include "store/events.h"

struct event_filter {
    uint64_t types;               /* a bit each; none: all */
    enum severity least;          /* this or worse */
    const struct text *databases; /* none: all */
    size_t database_count;
    const struct text *environments;
    size_t environment_count;
};

bool event_filter_matches(const struct event_filter *filter, const struct event_row *event);

/* A name or pattern of types, "drift-*", as bits; ERROR_USAGE with the nearest name when it matches none. */
enum error_code event_filter_types(struct text pattern, uint64_t *ret_types, struct error *error) MUST_CHECK;

/* `*` any characters, `?` one; all else is itself. Linear in memory, and never exponential in time. */
bool event_pattern_matches(struct text pattern, struct text name);

#endif
