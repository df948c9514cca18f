/* gate/gate_private.h - what the rooms of the gate share: the answer as it grows, and how a reason is put. For
 * them only.
 *
 * Each room looks at one thing and adds what it finds to the answer. A function that fails fills `error` of the judging
 * and answers its code.
 */
#ifndef DRIFTLINE_GATE_GATE_PRIVATE_H
#define DRIFTLINE_GATE_GATE_PRIVATE_H

#include "correlate/fleet_environment.h"
#include "gate/gate.h"
#include "store/snapshots.h"

enum { GATE_LISTED = 10 /* things of one sort that are named one by one; the rest is counted */ };

/* An environment as the fleet sees it. */
struct gate_environment {
    struct fleet_environment fleet;
    bool is_there;                      /* somebody watches it, or did */
    bool has_snapshot;                  /* of one instance at least */
    const struct target_row *spokesman; /* the first with the majority's root; NULL: there is no majority */
};

struct gate_judging {
    struct database *database;
    const struct policy *policy;
    const struct policy_content *content;
    const struct gate_question *question;
    int64_t max_age_us;
    bool allow_outliers;
    struct gate_environment sides[2]; /* as those of the answer */
    struct gate_answer *answer;
    size_t reason_capacity;
    struct arena *arena;
    struct error *error;
};

enum error_code gate_no_memory(struct gate_judging *judging);

/* Add a reason with the advice of its code. `message` was made by arena_printf(). NULL when memory ran out. Valid until
 * the next one is added. */
struct gate_reason *gate_add(struct gate_judging *judging, enum gate_reason_code code, enum severity severity,
                             const char *message);

/* Add a reason that counts those of its code that are not named one by one. */
enum error_code gate_add_rest(struct gate_judging *judging, enum gate_reason_code code, const char *message) MUST_CHECK;

/* Replace the advice by one that names the next command; the text was made by arena_printf(). */
enum error_code gate_advise(struct gate_judging *judging, struct gate_reason *reason, const char *advice) MUST_CHECK;

/* A change as it is stored; its number is 0 when it is not known (any more). */
enum error_code gate_find_change(struct gate_judging *judging, int64_t change, struct change_row *ret_row) MUST_CHECK;

/* "in prod/eu-1 between 2026-… and 2026-… perhaps by bob (inferred)": where, when and by whom a change was made, as far
 * as it is known. Empty when the change is not known (any more). */
enum error_code gate_story(struct gate_judging *judging, int64_t change, struct text *ret_story) MUST_CHECK;

/* The same without by whom, of a change that capture did not see. Empty when it is another, or not known (any more). */
enum error_code gate_unseen_story(struct gate_judging *judging, int64_t change, struct text *ret_story) MUST_CHECK;

/* "prod", or "prod/eu-1" where there is more than one instance. NULL when memory ran out. */
const char *gate_place(struct gate_judging *judging, const struct gate_environment *environment, struct text instance);

/* "10 minutes" */
const char *gate_duration(struct gate_judging *judging, int64_t microseconds);

/* ---- the rooms ---- */

/* The environments: there, fresh, covered, of one mind. And whether their instances can be relied on at all. */
enum error_code gate_look_at_sides(struct gate_judging *judging) MUST_CHECK;

enum error_code gate_look_at_instances(struct gate_judging *judging, const struct gate_environment *environment,
                                       struct fleet_looking *looking) MUST_CHECK;

/* "and 390 more instances of prod", if there are more than are named. */
enum error_code gate_count_rest(struct gate_judging *judging, enum gate_reason_code code, uint32_t count,
                                const struct gate_environment *environment) MUST_CHECK;

/* The drifts of the pair, which become the plan. */
enum error_code gate_look_at_drifts(struct gate_judging *judging) MUST_CHECK;

/* Take drifts as the plan, in its order, and judge each of them. */
enum error_code gate_take_plan(struct gate_judging *judging, struct drift_row *drifts, size_t count) MUST_CHECK;
enum error_code gate_judge_drift(struct gate_judging *judging, const struct drift_row *drift) MUST_CHECK;

/* Whether a drift is by a change that capture should have seen, and nobody has settled it. */
enum error_code gate_judge_incident(struct gate_judging *judging, const struct drift_row *drift) MUST_CHECK;

/* What is promoted against the reference; or the reference as what is promoted. */
enum error_code gate_look_at_reference(struct gate_judging *judging) MUST_CHECK;

/* Those differences to a reference that the environment made since the reference was taken: they become hotfixes. */
enum error_code gate_find_hotfixes(struct gate_judging *judging, const struct target_row *spokesman,
                                   struct drift_row *drifts, size_t count) MUST_CHECK;

/* Whether a change is of the very thing that a difference is about, and not of what it is in. */
bool gate_is_of_thing(const struct change_row *change, const struct drift_row *drift);

enum error_code gate_look_at_contracts(struct gate_judging *judging) MUST_CHECK;

#endif
