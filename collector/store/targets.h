/* store/targets.h - targets, how they are, and how far each outbox was read. */
#ifndef DRIFTLINE_STORE_TARGETS_H
#define DRIFTLINE_STORE_TARGETS_H

#include "base/hash.h"
#include "store/store.h"
#include "wire/message.h"

enum { INCARNATION_SIZE = 16 };

struct target_row {
    int64_t id;
    struct target_name name;
    struct text engine;
    int64_t agent; /* 0: none yet */
    struct text agent_name;
    bool agent_revoked;
    enum target_state state;
    int64_t state_since;
    struct text reason;
    int64_t checked_at; /* 0: never */
    int64_t heard_at;   /* 0: never */
    int64_t first_seen;
    int64_t snapshot; /* the newest; 0: none */
    struct hash root; /* of it */
    int64_t taken_at; /* of it */
    int64_t
        root_since; /* since when the target has had this root without a break: taken_at of the first such snapshot */
    uint32_t gaps;  /* of it: all entries of its coverage list */
    uint32_t undeclared;        /* of these, what nobody declares */
    struct text server_version; /* of it */
    bool capture;               /* every statement before it was captured */
};

/* The target of a name, made when it is not there. */
enum error_code targets_find_or_add(struct database *database, const struct target_name *name, struct text engine,
                                    int64_t at, int64_t *ret_id, struct error *error) MUST_CHECK;

/* The target of a name; ERROR_NOT_FOUND, with near names as hint. */
enum error_code targets_find(struct database *database, const struct target_name *name, struct arena *arena,
                             struct target_row *ret_target, struct error *error) MUST_CHECK;

/* What to list; empty texts: any. */
struct target_filter {
    struct text database;
    struct text environment;
    struct text instance;
};
enum error_code targets_list(struct database *database, const struct target_filter *filter, struct arena *arena,
                             struct target_row **ret_targets, size_t *ret_count, struct error *error) MUST_CHECK;

/* The numbers of them only, in no order. */
enum error_code targets_numbers(struct database *database, const struct target_filter *filter, struct arena *arena,
                                int64_t **ret_numbers, size_t *ret_count, struct error *error) MUST_CHECK;

/* The instances of an environment that have a snapshot, by root: how many have it, and one that speaks for them, the
 * first by name. In the order of roots and majors; read from an index, so that thousands of instances cost little. */
struct root_count {
    struct hash root;
    uint32_t major; /* version of the servers; one root with two majors is two entries */
    uint32_t gaps;
    uint32_t count;
    struct text instance; /* the first of them by name */
    int64_t target;
    int64_t snapshot;
};
enum error_code targets_roots(struct database *database, struct text name, struct text environment, struct arena *arena,
                              struct root_count **ret_roots, size_t *ret_count, struct error *error) MUST_CHECK;

/* Whether any instance of an environment has a snapshot. */
enum error_code targets_have_snapshot(struct database *database, struct text name, struct text environment,
                                      bool *ret_have, struct error *error) MUST_CHECK;

/* The first database by name after `after`, in the arena; empty: there is none. The same of the environments of one. */
enum error_code targets_next_database(struct database *database, struct text after, struct arena *arena,
                                      struct text *ret_name, struct error *error) MUST_CHECK;
enum error_code targets_next_environment(struct database *database, struct text name, struct text after,
                                         struct arena *arena, struct text *ret_name, struct error *error) MUST_CHECK;

/* What an agent says of a target; ERROR_NOT_FOUND when it was forgotten. */
struct target_sighting {
    int64_t target;
    int64_t agent;
    enum target_state state;
    struct text reason;
    int64_t checked_at; /* 0: leave as it is */
    int64_t heard_at;
};
enum error_code targets_saw(struct database *database, const struct target_sighting *sighting,
                            struct error *error) MUST_CHECK;

/* Forget a target with all its history; ERROR_NOT_FOUND when there is none. What other targets share stays, and what
 * nothing refers to any more goes with the next retention_run(). Events that tell of it stay as long as all others. The
 * pairs of its database are outdated. */
enum error_code targets_forget(struct database *database, int64_t target, struct error *error) MUST_CHECK;

/* The number of the last snapshot that was recorded from an outbox, 0: none; and set it for one that was acknowledged
 * without being recorded. Recording one sets it by itself (store/snapshots.h). */
enum error_code targets_last_seq(struct database *database, int64_t agent, const uint8_t incarnation[INCARNATION_SIZE],
                                 int64_t target, uint64_t *ret_seq, struct error *error) MUST_CHECK;
enum error_code targets_set_last_seq(struct database *database, int64_t agent,
                                     const uint8_t incarnation[INCARNATION_SIZE], int64_t target, uint64_t seq,
                                     struct error *error) MUST_CHECK;

#endif
