/* feed/parameters.h - parameters that several routes take, each said once: the pages of a list, and how bad at least.
 */
#ifndef DRIFTLINE_FEED_PARAMETERS_H
#define DRIFTLINE_FEED_PARAMETERS_H

#include "drift/severity.h"
#include "feed/request.h"

enum { PAGE_LIMIT = 1000 }; /* entries of a page, unless a list says otherwise */

/* Rows of a table of parameters. Lists with the newest first go on below a number. */
#define PAGE_BEFORE                                                                                                    \
    {                                                                                                                  \
        .name = "before", .type = PARAMETER_NUMBER, .minimum = 1, .maximum = INT64_MAX,                                \
        .summary = "Only older ones than this: `next` of the page before."                                             \
    }
#define PAGE_SIZE_UP_TO(most, usual)                                                                                   \
    {                                                                                                                  \
        .name = "limit", .type = PARAMETER_NUMBER, .minimum = 1, .maximum = (most), .preset = (usual),                 \
        .summary = "At most so many."                                                                                  \
    }
#define PAGE_SIZE PAGE_SIZE_UP_TO(PAGE_LIMIT, "100")

/* For `.choice`: the levels, the lowest first. */
static inline const char *parameter_severity(size_t number)
{
    return number < SEVERITY_COUNT ? severity_name((enum severity)number) : NULL;
}

#endif
