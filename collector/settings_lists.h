/* collector/settings_lists.h - what the elements of lists of mappings take: sinks, routes, and windows of time.
 *
 * The tables are read by who reads the file, by --help and by docs/reference/collector.md, as those of
 * collector/settings.h are. Offsets are those of the structs below; of windows they mean nothing, for
 * settings_read_window() reads them.
 */
#ifndef DRIFTLINE_COLLECTOR_SETTINGS_LISTS_H
#define DRIFTLINE_COLLECTOR_SETTINGS_LISTS_H

#include "base/option.h"
#include "store/event_type.h"

/* An element of `notify.sinks`, as it was written. */
struct sink_values {
    const char *name, *kind, *url, *secret, *user, *password, *from, *channel, *repository, *path, *facility, *ca;
    struct option_list to, labels, command;
    unsigned issue;
    bool allow_private;
    unsigned timeout_ms;
    unsigned retry_for_ms;
};

/* An element of `notify.routes`; of `quiet` see struct file_route. */
struct route_values {
    const char *name;
    struct option_list types;
    unsigned severity;
    struct option_list databases, environments;
    uint64_t causes;
    struct option_list owners, contracts, objects, sinks;
    uint64_t group_by;
    unsigned settle_ms, settle_most_ms, repeat_ms;
    bool resolve;
    unsigned limit;
    unsigned limit_ms;
    unsigned escalate_ms;
    unsigned escalate_least;
    struct option_list escalate_to;
};

enum {
    SETTINGS_GROUP_NOTHING = 5 /* the choice of `group_by` that stands alone; those before it are bits of groups */
};

extern const struct option settings_sink_keys[];
extern const struct option settings_route_keys[];

/* Which kinds of sinks use a key; one that is not here is for all. A NULL key ends. */
struct settings_sink_use {
    const char *key;
    const char *kinds; /* with a blank between them */
};
extern const struct settings_sink_use settings_sink_uses[];

/* What a route without `types` takes; EVENT_TYPE_COUNT ends. */
extern const enum event_type settings_trouble_types[];

/* The lists whose elements have many keys: which key of settings_lists they describe. A NULL key ends. */
struct settings_list {
    const char *key;   /* "notify.sinks" */
    const char *title; /* "Sinks" */
    const struct option *keys;
};
extern const struct settings_list settings_list_table[];

#endif
