/* docs/docs_facts.h - what a collector knows besides the schema: environments, drift, history, gates, contracts,
 * agents.
 *
 * Times are microseconds since 1970, 0 where there is none; texts are empty where there is none. Only what stands still
 * as long as nothing happens is here, so that documentation does not change because a clock moved.
 *
 * Ownership: whoever fills it; it must outlive what is made of it.
 */
#ifndef DRIFTLINE_DOCS_DOCS_FACTS_H
#define DRIFTLINE_DOCS_DOCS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "drift/change.h"

struct docs_texts {
    const struct text *items;
    size_t count;
};

/* Who did something, and how that is known: "captured", "inferred", "unattributed". */
struct docs_actor {
    struct text actor;
    struct text role;
    struct text application;
    struct text evidence;
};

/* ---- environments ---- */

struct docs_variant {
    bool majority;
    struct docs_texts instances;
};

struct docs_environment {
    struct text name;
    bool on_path;
    const char *verdict;
    struct text unknown_reason;
    const struct docs_variant *variants; /* the majority first */
    size_t variant_count;
};

struct docs_step {
    struct text from;
    struct text to;
    const char *verdict;
    struct text unknown_reason;
    bool has_counts;
    int64_t counts[SEVERITY_COUNT];
    int64_t waived;
};

struct docs_target {
    struct text environment;
    struct text instance;
    const char *verdict;
    struct text unknown_reason;
    struct text reason;
    struct text agent;
    struct text capture;
    int64_t since;      /* when what it has now was first seen */
    int64_t checked_at; /* only of one that is not looked at any more */
    int64_t gaps;
};

struct docs_agent {
    struct text name;
    bool connected;
    bool revoked;
    int64_t last_seen; /* only of one that is not connected */
    struct text version;
};

/* ---- all environments side by side ---- */

struct docs_column {
    struct text environment;
    bool majority;
    bool known;
    struct docs_texts instances;
};

struct docs_cell {
    bool known;
    bool there;
    int64_t version; /* equal numbers in a row: equal things */
};

struct docs_row {
    struct text object; /* dotted path, of a part, too */
    struct text kind;
    struct text aspect;
    const struct docs_cell *cells; /* one a column */
};

/* ---- drift, changes, contracts ---- */

struct docs_drift {
    int64_t id;
    struct text from;
    struct text to;
    struct text instance;
    const char *state;
    const char *cause;
    const char *effect;
    struct text kind;
    struct text object;
    const char *severity;
    struct text rule;
    int64_t opened_at;
    struct docs_texts contracts;
};

struct docs_attribute_change {
    struct text name;
    bool had; /* it was there before */
    bool has;
    struct text before;
    struct text after;
};

struct docs_change {
    int64_t id;
    int64_t at;
    int64_t not_before;
    struct text environment;
    struct text instance;
    const char *effect;
    struct text kind;
    struct text object;
    struct text renamed_from;
    const struct docs_attribute_change *attributes;
    size_t attribute_count;
    struct docs_actor who;
    struct text statement;
};

struct docs_run {
    int64_t id;
    int64_t at;
    struct text by;
    struct text from;
    struct text to;
    const char *verdict;
    struct text from_root;
    struct text to_root;
    bool pinned;
};

struct docs_finding {
    const char *state;
    struct text kind;
    struct text object;
    struct text message;
};

struct docs_contract_target {
    struct text environment;
    struct text instance;
    const char *state;
    bool broken;
    int64_t since;
    const struct docs_finding *findings;
    size_t finding_count;
    const struct docs_change *change; /* since which it is violated; NULL: not known */
};

struct docs_contract {
    struct text name;
    struct text owner;
    struct docs_texts consumers;
    const char *severity;
    int64_t requirements;
    const char *state;
    bool broken; /* somewhere */
    const struct docs_contract_target *targets;
    size_t target_count;
};

struct docs_facts {
    struct text database;
    const struct docs_environment *environments;
    size_t environment_count;
    const struct docs_step *steps;
    size_t step_count;
    const struct docs_target *targets;
    size_t target_count;
    const struct docs_agent *agents; /* those that watch this database */
    size_t agent_count;
    const struct docs_column *columns;
    size_t column_count;
    const struct docs_row *rows;
    size_t row_count;
    bool too_many_rows;              /* there is more than the collector compares at once: there are none here */
    const struct docs_drift *drifts; /* that live, newest first */
    size_t drift_count;
    const struct docs_change *changes; /* of the environment, newest first */
    size_t change_count;
    bool has_older_changes;      /* there are more than these */
    const struct docs_run *runs; /* newest first */
    size_t run_count;
    const struct docs_contract *contracts;
    size_t contract_count;
    struct text contracts_problem; /* why the files as they are now are not in use */
};

#endif
