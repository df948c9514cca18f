/* store/ddl_events.h - statements that changed a schema, as they were captured in the database. */
#ifndef DRIFTLINE_STORE_DDL_EVENTS_H
#define DRIFTLINE_STORE_DDL_EVENTS_H

#include "store/targets.h"

struct ddl_event_row {
    int64_t id; /* not needed for adding, as name and changes */
    int64_t target;
    struct target_name name;
    int64_t snapshot; /* the first that was taken after it, or the newest where nothing changed in the end */
    int64_t number;   /* in the database's log */
    int64_t at;
    struct text actor, role, application, client, command, object, statement; /* NULL bytes: not known */
    int64_t transaction;                                                      /* 0: not known */
    bool unconfirmed;                                                         /* it may have failed */
    uint32_t changes;                                                         /* that name it */
};

/* Keep a captured statement with its snapshot. One of this target, number and time may be there already: then
 * `ret_id`, which may be NULL, is 0, and nothing was added. */
enum error_code ddl_events_add(struct database *database, const struct ddl_event_row *event, int64_t *ret_id,
                               struct error *error) MUST_CHECK;

/* Newest first, by when they became known. */
struct ddl_event_filter {
    struct target_filter target;
    struct text object; /* a path as displayed: the thing and what is in it; empty: all */
    struct text actor;  /* who was logged in, or as whom; empty: anybody */
    int64_t since;      /* 0: no bound */
    int64_t until;
    int64_t before; /* below this number; 0: from the newest */
    uint32_t limit;
};
enum error_code ddl_events_list(struct database *database, const struct ddl_event_filter *filter, struct arena *arena,
                                struct ddl_event_row **ret_rows, size_t *ret_count, struct error *error) MUST_CHECK;

#endif
