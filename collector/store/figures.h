/* store/figures.h - what metrics count, each with one look at an index.
 *
 * What is there now is counted whenever it is asked for. Of what happens (events, answers of the gate, promotions,
 * things brought in line) only what came after a number is counted, a slice at a time: who asks again and again adds it
 * up, and never reads the whole log. All that is answered lives in the arena.
 */
#ifndef DRIFTLINE_STORE_FIGURES_H
#define DRIFTLINE_STORE_FIGURES_H

#include "base/hash.h"
#include "store/drifts.h"
#include "store/event_type.h"
#include "store/syncs.h"

/* ---- what is there now ---- */

struct agent_figures {
    uint64_t enrolled; /* may connect */
    uint64_t silent;   /* of them */
    uint64_t revoked;
};
enum error_code figures_agents(struct database *database, struct agent_figures *ret_figures,
                               struct error *error) MUST_CHECK;

struct silent_agent {
    struct text name;
    int64_t since;
};
/* Those that are silent, the longest first. */
enum error_code figures_silent(struct database *database, uint32_t limit, struct arena *arena,
                               struct silent_agent **ret_agents, size_t *ret_count, struct error *error) MUST_CHECK;

/* Living drifts that can be seen, between two environments; between an environment and its own instances `from` and
 * `to` are the same. */
struct drift_figures {
    struct text database, from, to;
    uint64_t counts[DRIFT_ENDED][SEVERITY_COUNT][DRIFT_CAUSE_COUNT]; /* by state, severity and cause */
};
enum error_code figures_drifts(struct database *database, struct arena *arena, struct drift_figures **ret_figures,
                               size_t *ret_count, struct error *error) MUST_CHECK;

/* Active pairs that were not worked out under a policy. */
enum error_code figures_pairs_behind(struct database *database, const struct hash *policy, uint64_t *ret_count,
                                     struct error *error) MUST_CHECK;

struct contract_figure {
    struct text contract;
    uint32_t state; /* enum contract_state */
    struct hash fingerprint;
    uint64_t targets;
};
/* By contract. */
enum error_code figures_contracts(struct database *database, struct arena *arena, struct contract_figure **ret_figures,
                                  size_t *ret_count, struct error *error) MUST_CHECK;

/* What the gate answered last; false: it was never asked for the record. */
struct gate_figure {
    uint32_t verdict; /* enum gate_verdict of gate/gate.h */
    int64_t at;
};
enum error_code figures_last_run(struct database *database, const struct drift_figures *names,
                                 struct gate_figure *ret_figure, bool *ret_found, struct error *error) MUST_CHECK;

/* ---- what happened since ---- */

/* How far each log was read. */
struct figure_ends {
    int64_t event;
    int64_t gate_run;
    int64_t drift_step;
    int64_t sync;
};
enum error_code figures_ends(struct database *database, struct figure_ends *ret_ends, struct error *error) MUST_CHECK;

/* At most `limit` after a number, which is moved on to the last of them. Counts are added to those that are there;
 * verdicts that this version does not know are passed over. */
enum error_code figures_events(struct database *database, uint32_t limit, int64_t *after,
                               uint64_t counts[EVENT_TYPE_COUNT], struct error *error) MUST_CHECK;
enum error_code figures_runs(struct database *database, uint32_t limit, int64_t *after, uint64_t *counts,
                             size_t verdict_count, struct error *error) MUST_CHECK;

/* The same of promotions: called with where to, and how long after the change it came. */
struct promotion_visitor {
    void (*visit)(void *context, struct text environment, int64_t lead);
    void *context;
};
enum error_code figures_promotions(struct database *database, uint32_t limit, int64_t *after,
                                   const struct promotion_visitor *visitor, struct error *error) MUST_CHECK;

/* Runs that bring something in line are added to the counts; `visit` is told each lead time, in microseconds. */
struct sync_figures {
    uint64_t *counts; /* SYNC_STATE_COUNT of them */
    uint64_t manual;
    void (*visit)(void *context, int64_t lead);
    void *context;
};
enum error_code figures_syncs(struct database *database, uint32_t limit, int64_t *after, struct sync_figures *figures,
                              struct error *error) MUST_CHECK;

#endif
