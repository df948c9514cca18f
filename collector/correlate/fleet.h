/* correlate/fleet.h - the whole fleet at one moment: databases × environments, variants, verdicts, freshness.
 *
 * An environment's instances are grouped by root, and roots in which no difference is seen (because the policy leaves
 * it out, because it could not be read, or because servers of two major versions may only spell it differently) are one
 * variant. The strictly largest variant is the majority; every other is an outlier. The verdict of an environment says
 * whether its instances agree; the verdict of a database says whether its environments agree along the promotion path,
 * too.
 *
 * Differences that somebody accepted do not count: what differs in nothing else is IN_SYNC, and says how many they are.
 *
 * UNKNOWN comes from what is not fresh (the agent is silent), not reachable, not covered, or cannot be compared with
 * the majority, whose servers are of another major version; it is never IN_SYNC. Everything lives in the arena.
 */
#ifndef DRIFTLINE_CORRELATE_FLEET_H
#define DRIFTLINE_CORRELATE_FLEET_H

#include "drift/change.h"
#include "drift/diff.h"
#include "store/targets.h"

/* A level for what matches, where it matches. The last match decides. */
struct policy_severity {
    struct severity_override override;
    struct text database;    /* empty: any */
    struct text environment; /* that would change; empty: any */
};

/* What `path`, `databases`, `compare` and `stale_after` of the configuration say. Constant while it is used. */
struct fleet_policy {
    const struct text *path; /* environments in the order of promotion */
    size_t path_count;
    const struct fleet_path *databases; /* databases with a path of their own */
    size_t database_count;
    struct diff_options compare;              /* what counts; of fleet_policy_at(): with the levels that hold there */
    const struct policy_severity *severities; /* all levels in their order, if some hold only somewhere; or none */
    size_t severity_count;
    struct hash levels;      /* which of them hold, of fleet_policy_at(); zeros: those that hold everywhere */
    int64_t stale_after_us;  /* an agent that is silent for longer leaves its targets unknown */
    int64_t listening_since; /* who was heard before may only not have been heard since then; 0: always */
    size_t memory_limit;     /* of one comparison */
    struct hash fingerprint; /* policy_fingerprint(); zeros: nothing that is stored was worked out under it */
};

struct fleet_path {
    struct text database;
    const struct text *path;
    size_t count;
};

/* One instance as it stands now. */
struct fleet_instance {
    struct target_row target;
    enum verdict verdict; /* IN_SYNC: as the majority, or excused; DRIFTED: an outlier; UNKNOWN */
    struct text unknown;  /* why, if it is */
    uint32_t waived;      /* differences to the majority that were accepted */
    bool excused;         /* it is no outlier: all in which it differs was accepted */
    bool in_trouble;      /* it is UNKNOWN for another reason than what could not be read or compared */
    uint32_t variant;     /* the place of its variant, if it has a snapshot */
};

/* Instances between which no difference is seen. */
struct fleet_variant {
    struct hash root; /* of most of them */
    uint64_t majors;  /* bit N: one of those has a server of the major version N */
    bool majority;
    int64_t since; /* since when the first of them has had it */
    uint32_t count;
    const struct fleet_instance **instances; /* by name */
    uint32_t summary[SEVERITY_COUNT];        /* of its difference to the majority */
    bool compared;                           /* the summary is known */
};

struct fleet_environment {
    struct text name;
    bool on_path;
    enum verdict verdict;
    struct text unknown;
    struct fleet_instance *instances; /* by name */
    uint32_t instance_count;
    struct fleet_variant *variants; /* the majority first, then by count and root */
    uint32_t variant_count;
    bool has_majority;
    int64_t checked_at; /* the oldest of its instances */
    uint32_t unknown_count;
};

/* Two neighbours on the promotion path. */
struct fleet_step {
    struct text from; /* what is promoted: "staging" */
    struct text to;   /* where to: "prod" */
    enum verdict verdict;
    struct text unknown;
    uint32_t summary[SEVERITY_COUNT]; /* of what was not accepted */
    uint32_t waived;                  /* and what was */
};

struct fleet_database {
    struct text name;
    enum verdict verdict;
    struct fleet_environment *environments; /* those on the path in its order, then the others by name */
    uint32_t environment_count;
    struct fleet_step *steps;
    uint32_t step_count;
};

struct fleet {
    struct fleet_database *databases; /* by name */
    uint32_t database_count;
    int64_t at;
    uint32_t counts[3]; /* databases by verdict */
};

/* Summaries of pairs of roots that were compared before; shared by all who ask, guarded by itself. */
struct fleet_cache;
enum error_code fleet_cache_new(struct fleet_cache **ret_cache, struct error *error) MUST_CHECK;
void fleet_cache_free(struct fleet_cache *cache);

/* Look at everything, or at one database (empty name: all). */
enum error_code fleet_look(struct fleet *ret_fleet, struct database *database, const struct fleet_policy *policy,
                           struct fleet_cache *cache, struct text name, struct arena *arena,
                           struct error *error) MUST_CHECK;

/* The target that speaks for an environment when one snapshot is asked for: of the majority, one that is known, if any
 * is, with the root that most of it have, and the first of these by name. The filter names database and environment,
 * and no instance. ERROR_NOT_FOUND when there is no such environment or no snapshot in it, ERROR_AMBIGUOUS when it has
 * no majority; the hint names instances. */
enum error_code fleet_spokesman(struct database *database, const struct fleet_policy *policy,
                                const struct target_filter *environment, struct arena *arena,
                                struct target_row *ret_target, struct error *error) MUST_CHECK;

#endif
