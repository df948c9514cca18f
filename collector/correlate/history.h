/* correlate/history.h - histories of targets as origins of ids; for this room only.
 *
 * Ids that are made from renames (drift/lineage.h) compare within one origin: the history of a target, or, between two
 * targets of one database, the database itself. There a name by which both histories first knew a thing makes it the
 * same thing, and other ids prove nothing, since a history knows no more than what happened while it was watched.
 */
#ifndef DRIFTLINE_CORRELATE_HISTORY_H
#define DRIFTLINE_CORRELATE_HISTORY_H

#include "schema/snapshot.h"
#include "store/store.h"

/* What names the history of a target: ids compare only within one. In the arena. */
enum error_code history_origin(struct database *database, int64_t target, struct arena *arena, struct text *ret_origin,
                               struct error *error) MUST_CHECK;

/* A snapshot that is loaded, as a whole or what of it differs, and where it stands: `number` is that of the snapshot in
 * the history of the target. */
struct history_place {
    struct snapshot *snapshot;
    int64_t target;
    int64_t number;
};

/* Give two snapshots ids that compare: those of one target by what is known of its renames up to the newer of the two;
 * those of two targets each by its own, under the origin of the database, `name`, with info.akin set. It is for the
 * caller to see that both are targets of that database. `arena` is for work only. */
enum error_code history_identify(struct database *database, struct text name, const struct history_place places[2],
                                 struct arena *arena, struct error *error) MUST_CHECK;

#endif
