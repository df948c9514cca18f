/* store/snapshots.h - the snapshots of a target, what changed at each, and how to name one. */
#ifndef DRIFTLINE_STORE_SNAPSHOTS_H
#define DRIFTLINE_STORE_SNAPSHOTS_H

#include "drift/change.h"
#include "drift/lineage.h"
#include "store/targets.h"

struct snapshot_row {
    int64_t id;
    int64_t target;
    struct target_name name; /* of the target; not needed for adding */
    struct hash root;
    bool stored; /* its nodes are there; false: only this record is left, by retention */
    int64_t taken_at;
    int64_t received_at;
    int64_t agent;
    uint8_t incarnation[INCARNATION_SIZE];
    uint64_t seq;
    struct text engine;
    struct text server_version;
    struct text upgraded_from; /* that of the one before, if it was another major version; else empty */
    struct text reference;
    uint32_t objects;
    uint32_t gaps;       /* all entries of its coverage list */
    uint32_t undeclared; /* of these, what nobody declares */
    uint64_t lost;
    struct text lost_reason;
    bool capture; /* every statement since the one before was captured */
    uint32_t changes;
};

/* Add a snapshot whose root node is stored, set the stream's last_seq, and make it the target's newest. ERROR_CONFLICT
 * when (target, agent, incarnation, seq) is there. */
enum error_code snapshots_add(struct database *database, const struct snapshot_row *snapshot, int64_t *ret_id,
                              struct error *error) MUST_CHECK;

/* How it is known who made a change; the numbers are those of the store. */
enum evidence {
    EVIDENCE_INFERRED = 0,     /* from when it can have happened: between two snapshots */
    EVIDENCE_CAPTURED = 1,     /* a captured statement names the thing */
    EVIDENCE_UNATTRIBUTED = 2, /* capture was on, and saw no statement that names it */
    EVIDENCE_COUNT
};
const char *evidence_name(enum evidence evidence); /* "inferred", "captured", "unattributed" */

struct attribution {
    enum evidence evidence;
    struct text actor;             /* empty: not known */
    struct text role, application; /* of the statement; not needed for adding */
    int64_t ddl_event;             /* the captured statement that made it, or that it follows from; 0: none */
};

/* What differs from the snapshot before, as the comparison says it, and who did it: an attribution for each, or NULL:
 * all inferred. `ret_ids`, which may be NULL, gets the number of each. */
enum error_code snapshots_add_changes(struct database *database, const struct snapshot_row *snapshot,
                                      const struct change *changes, const struct attribution *attributions,
                                      uint32_t count, int64_t *ret_ids, struct error *error) MUST_CHECK;

/* The newest of a target; ERROR_NOT_FOUND when it has none. */
enum error_code snapshots_newest(struct database *database, int64_t target, struct arena *arena,
                                 struct snapshot_row *ret_snapshot, struct error *error) MUST_CHECK;

/* `back` snapshots before the newest; the newest that was taken at or before `as_of`; by number. */
enum error_code snapshots_back(struct database *database, int64_t target, uint32_t back, struct arena *arena,
                               struct snapshot_row *ret_snapshot, struct error *error) MUST_CHECK;
enum error_code snapshots_as_of(struct database *database, int64_t target, int64_t as_of, struct arena *arena,
                                struct snapshot_row *ret_snapshot, struct error *error) MUST_CHECK;
enum error_code snapshots_get(struct database *database, int64_t id, struct arena *arena,
                              struct snapshot_row *ret_snapshot, struct error *error) MUST_CHECK;

/* Any whole one with this root, of whatever target; ERROR_NOT_FOUND when there is none. */
enum error_code snapshots_with_root(struct database *database, const struct hash *root, struct arena *arena,
                                    struct snapshot_row *ret_snapshot, struct error *error) MUST_CHECK;

/* Newest first, `limit` at most, below the number `before` (0: from the newest). */
struct snapshot_filter {
    struct target_filter target;
    int64_t before;
    uint32_t limit;
    bool notable; /* only the first of each target, those before which others were lost, and those after an upgrade */
};
enum error_code snapshots_list(struct database *database, const struct snapshot_filter *filter, struct arena *arena,
                               struct snapshot_row **ret_snapshots, size_t *ret_count, struct error *error) MUST_CHECK;

/* All renames of a target up to and with a snapshot, and the removals that matter beside them (drift/lineage.h); their
 * steps are numbers of snapshots. */
enum error_code snapshots_lineage(struct database *database, int64_t target, int64_t snapshot, struct arena *arena,
                                  struct lineage *ret_lineage, struct error *error) MUST_CHECK;

/* A change as it is stored. */
struct change_row {
    int64_t id;
    int64_t snapshot;
    struct target_name target;
    int64_t at;
    int64_t before; /* taken_at of the snapshot before: the change happened in between; 0: there is none */
    enum effect effect;
    enum kind kind;
    enum kind object_kind;
    enum aspect aspect;
    enum severity severity;
    struct text rule;
    struct text object;
    struct text owner;
    struct text renamed_from; /* or empty */
    struct text attributes;   /* JSON */
    struct hash from_root;    /* of the snapshot before and this one */
    struct hash to_root;
    bool has_from;
    enum evidence evidence;
    struct text actor;                              /* or empty */
    struct text statement;                          /* that was captured, or empty */
    struct text role, application, client, command; /* of it */
};

/* The changes of what the filter names, newest first. */
struct change_filter {
    struct target_filter target;
    struct text object; /* a path as displayed: the thing and all its parts, also under its older names; empty: all */
    int64_t since;      /* by `at`; 0: no bound */
    int64_t until;
    int64_t before;   /* below this number; 0: from the newest */
    int64_t snapshot; /* of this snapshot only; 0: any */
    uint32_t limit;
    uint32_t least_severity;
};
enum error_code changes_get(struct database *database, int64_t id, struct arena *arena, struct change_row *ret_change,
                            struct error *error) MUST_CHECK;
enum error_code changes_list(struct database *database, const struct change_filter *filter, struct arena *arena,
                             struct change_row **ret_changes, size_t *ret_count, struct error *error) MUST_CHECK;

#endif
