/* store/pairs.h - what is compared with what: neighbours on promotion paths, and instances with their majorities. */
#ifndef DRIFTLINE_STORE_PAIRS_H
#define DRIFTLINE_STORE_PAIRS_H

#include "base/hash.h"
#include "drift/change.h"
#include "store/store.h"

/* One side as it was when the pair was worked out. */
struct pair_side {
    bool is_there;
    struct hash root;
    uint32_t major;   /* version of the server; 0: not known */
    int64_t target;   /* whose history tells renames */
    int64_t snapshot; /* its newest then */
};

struct pair_row {
    int64_t id;
    struct text database;
    struct text from; /* the environment that is promoted; of an instance its own, whose majority it is held against */
    struct text to;   /* the environment that it is promoted to */
    struct text instance; /* empty: of two environments */
    bool active;
    struct hash policy;        /* all zero: must be worked out anew */
    struct pair_side sides[2]; /* 0: what is promoted, or the majority; 1: the other */
    struct text unknown;       /* the first thing that could not be compared; empty: everything was */
    uint32_t unknown_count;
    int64_t at;
    bool waits; /* a side has no majority: the pair stays as it is, and steps of its sides are kept for later */
    /* counts of living drifts that are not hidden, by severity; of pairs_list() only */
    uint32_t open[SEVERITY_COUNT]; /* open or acknowledged */
    uint32_t waived[SEVERITY_COUNT];
};

/* A difference is read from one side of its pair to the other: of two environments from side 1 to side 0, which is what
 * a promotion would change; of an instance from side 0 to side 1, which is how it differs from the majority. Answers
 * the side that it is read to: only that has what is added, and only the other what is removed. */
static inline int pair_reads_to(struct text instance)
{
    return instance.length > 0 ? 1 : 0;
}

/* What a comparison that is read so calls a side of the pair. */
static inline enum side pair_side_in_diff(struct text instance, int side)
{
    return side == pair_reads_to(instance) ? SIDE_TO : SIDE_FROM;
}

/* Make it, or write over the one of that name; `row->id` is set. */
enum error_code pairs_put(struct database *database, struct pair_row *row, struct error *error) MUST_CHECK;

struct pair_filter {
    struct text database; /* empty: all */
    struct text from;     /* empty: any */
    struct text to;       /* empty: any */
    struct text instance;
    bool any_instance; /* else exactly `instance`; empty: of two environments */
    bool also_over;    /* also those that are not active */
};
enum error_code pairs_list(struct database *database, const struct pair_filter *filter, struct arena *arena,
                           struct pair_row **ret_pairs, size_t *ret_count, struct error *error) MUST_CHECK;

/* Without counts; ERROR_NOT_FOUND. Exactly this name, active or not. */
enum error_code pairs_get(struct database *database, const struct pair_row *name, struct arena *arena,
                          struct pair_row *ret_pair, struct error *error) MUST_CHECK;

/* All pairs of a database must be worked out anew; empty: of all. */
enum error_code pairs_outdate(struct database *database, struct text name, struct error *error) MUST_CHECK;

/* Active pairs of a database that were not worked out under this policy, without counts, those of environments first
 * and then by instance; `limit` at most. */
enum error_code pairs_outdated(struct database *database, struct text name, const struct hash *policy, uint32_t limit,
                               struct arena *arena, struct pair_row **ret_pairs, size_t *ret_count,
                               struct error *error) MUST_CHECK;

/* A step of one side of a pair that waits: what it became. */
struct pair_wait {
    int side;
    struct pair_side to;
    int64_t at;       /* when that happened */
    bool first_sight; /* an instance was seen for the first time */
};

/* Steps that are kept of one pair; of more the first ones and the newest are. */
enum { PAIR_WAITS_LIMIT = 64 };

enum error_code pair_waits_add(struct database *database, int64_t pair, const struct pair_wait *wait,
                               struct error *error) MUST_CHECK;
enum error_code pair_waits_list(struct database *database, int64_t pair, struct arena *arena,
                                struct pair_wait **ret_waits, size_t *ret_count, struct error *error) MUST_CHECK;
enum error_code pair_waits_clear(struct database *database, int64_t pair, struct error *error) MUST_CHECK;

/* A database of which an active pair was not worked out under this policy, by name after `after`; empty text: none. */
enum error_code pairs_next_outdated(struct database *database, const struct hash *policy, struct text after,
                                    struct arena *arena, struct text *ret_database, struct error *error) MUST_CHECK;

#endif
