/* feed/event_request.h - which events a request is about: the same parameters for pages and for the stream. */
#ifndef DRIFTLINE_FEED_EVENT_REQUEST_H
#define DRIFTLINE_FEED_EVENT_REQUEST_H

#include "event/event_filter.h"
#include "feed/parameters.h"

/* Rows of a table of parameters. */
#define EVENT_FILTER_PARAMETERS                                                                                        \
    {.name = "type",                                                                                                   \
     .type = PARAMETER_TEXT,                                                                                           \
     .repeated = true,                                                                                                 \
     .summary = "Only these types, separated by commas; `drift-*` stands for all that begin so."},                     \
        {.name = "severity",                                                                                           \
         .type = PARAMETER_CHOICE,                                                                                     \
         .choice = parameter_severity,                                                                                 \
         .preset = "low",                                                                                              \
         .summary = "Only this level and those above it."},                                                            \
        {.name = "database",                                                                                           \
         .type = PARAMETER_TEXT,                                                                                       \
         .repeated = true,                                                                                             \
         .summary = "Only what is about these databases, separated by commas; `*` stands for any characters, `?` for " \
                    "one."},                                                                                           \
    {                                                                                                                  \
        .name = "environment", .type = PARAMETER_TEXT, .repeated = true, .summary = "The same of environments."        \
    }

/* What they say; texts live in the request and the arena. */
enum error_code event_request_filter(const struct request_parameters *parameters, struct arena *arena,
                                     struct event_filter *ret_filter, struct error *error) MUST_CHECK;

#endif
