/* store/syncs.h - what became of repositories and environments that were brought in line with a schema: runs of
 * `driftline publish`, of deploy/promote.sh, and of whatever else says so.
 *
 * A run that ends in line (merged, succeeded) has a lead time: since its schema was first seen in the database, if that
 * is known here.
 */
#ifndef DRIFTLINE_STORE_SYNCS_H
#define DRIFTLINE_STORE_SYNCS_H

#include "base/hash.h"
#include "store/store.h"

enum sync_state {
    SYNC_STARTED,
    SYNC_UNCHANGED, /* there was nothing to do */
    SYNC_OPENED,    /* a pull request */
    SYNC_UPDATED,
    SYNC_MERGED,
    SYNC_CLOSED, /* the difference was gone */
    SYNC_SUCCEEDED,
    SYNC_FAILED,
    SYNC_CONFLICT, /* somebody else's work is in the way */
    SYNC_DISABLED,
    SYNC_STATE_COUNT
};

const char *sync_state_name(enum sync_state state); /* "started" … */
bool sync_state_from_name(struct text name, enum sync_state *ret_state);

struct sync_row {
    int64_t id;
    int64_t at;
    struct text by;
    struct text kind; /* "publish", "promote" */
    struct text name; /* of what is kept in line */
    struct text database;
    struct text environment; /* empty: none */
    enum sync_state state;
    bool manual; /* somebody had to act */
    bool has_root;
    struct hash root;
    int64_t lead_us; /* -1: not over yet, or not known; worked out by syncs_add() */
    struct text url;
    struct text detail;
};

enum error_code syncs_add(struct database *database, struct sync_row *row, struct error *error) MUST_CHECK;

struct sync_filter {
    struct text database, kind, name; /* empty: any */
    int64_t before;                   /* below this number; 0: from the newest */
    uint32_t limit;
};
/* Newest first. */
enum error_code syncs_list(struct database *database, const struct sync_filter *filter, struct arena *arena,
                           struct sync_row **ret_rows, size_t *ret_count, struct error *error) MUST_CHECK;

#endif
