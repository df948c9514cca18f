/* correlate/history.h - a target's history as the origin of ids; for this room only. */
#ifndef DRIFTLINE_CORRELATE_HISTORY_H
#define DRIFTLINE_CORRELATE_HISTORY_H

#include "schema/snapshot.h"
#include "store/store.h"

/* What names the history of a target: ids compare only within one. In the arena. */
enum error_code history_origin(struct database *database, int64_t target, struct arena *arena, struct text *ret_origin,
                               struct error *error) MUST_CHECK;

#endif
