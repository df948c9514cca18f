/* correlate/spread.h - all environments and instances of a database at once: what differs anywhere, and who has what.
 *
 * Every variant of every environment is a column. All of them are held against one, which has been read best and by
 * most; what differs from it anywhere is a row. Things go by their names alone: what is called otherwise in one
 * environment is two rows, each with the columns that have it. Everything lives in the arena.
 */
#ifndef DRIFTLINE_CORRELATE_SPREAD_H
#define DRIFTLINE_CORRELATE_SPREAD_H

#include "correlate/policy.h"
#include "store/targets.h"

/* Instances of one environment with one variant: a column of the table. */
struct spread_column {
    struct text environment;
    bool majority;
    const struct text *instances;
    uint32_t instance_count;
    bool has_snapshot;   /* false: instances of which there is none yet */
    struct hash root;    /* of most of them */
    bool known;          /* false: it could not be compared, or not all of it; or how it stands now is not known */
    struct text unknown; /* why */
};

/* What one column says of the thing. */
struct spread_cell {
    bool known;
    bool is_there;
    uint32_t version; /* equal numbers, equal states; from 0, which is the state of most instances */
};

/* An object or part in one aspect that is not everywhere the same. */
struct spread_row {
    enum kind kind;
    enum kind object_kind;
    enum aspect aspect;
    struct text object;
    struct text owner;
    enum severity severity;    /* the worst among the differences */
    struct spread_cell *cells; /* one a column */
};

struct spread {
    struct spread_column *columns; /* along the path, then by name; the majority of each first */
    uint32_t column_count;
    struct spread_row *rows; /* by severity, then object */
    uint32_t row_count;
    enum verdict verdict;
    struct text unknown;
};

/* ERROR_NOT_FOUND when there is no such database, or no snapshot of it. */
enum error_code spread_find(struct spread *ret_spread, struct database *database, const struct policy *policy,
                            struct text name, struct arena *arena, struct error *error) MUST_CHECK;

#endif
