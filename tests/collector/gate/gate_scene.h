/* collector/gate/gate_scene.h - orders in staging and prod, equal and looked at just now: a gate that says PASS,
 * for tests to spoil.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_CORRELATE_GATE_SCENE_H
#define DRIFTLINE_TEST_CORRELATE_GATE_SCENE_H

#include "collector/track/drift_sample.h"
#include "collector/track/record.h"
#include "gate/gate.h"

enum { GATE_SCENE_STAGING, GATE_SCENE_PROD };

#define GATE_SCENE_SCHEMA "table a.t\n  column x type=bigint\n  column y type=text\n"

struct gate_scene {
    struct history history;
    struct policy_content content; /* to be changed, then gate_scene_renew() */
    struct freeze freeze;          /* room for one */
    struct policy *policy;
    struct gate_question question;
    int64_t targets[2];
    int64_t pair; /* staging → prod */
};

/* For cmocka: one scene in *state. And without. */
int gate_scene_setup(void **state);
int gate_scene_teardown(void **state);
void gate_scene_open(struct gate_scene *scene);
void gate_scene_close(struct gate_scene *scene);

/* The content becomes the policy, and the pair is worked out under it and with the newest snapshots. */
void gate_scene_renew(struct gate_scene *scene);

/* A target with a snapshot, found to be so just now; no text: without one. The pair stays as it was. */
int64_t gate_scene_put(struct gate_scene *scene, const char *environment, const char *instance, const char *text);

/* The agent said this of a target so many microseconds ago. */
void gate_scene_see(struct gate_scene *scene, int64_t target, enum target_state state, const char *reason, int64_t ago);

/* These are the contracts, in YAML. And how a target stands to one; findings as JSON. */
void gate_scene_contracts(struct gate_scene *scene, const char *yaml);
void gate_scene_stand(struct gate_scene *scene, const char *contract, int64_t target, enum contract_state state,
                      const char *findings, int64_t change);

/* A drift of the pair: a column that was changed, unless something else is said. */
int64_t gate_scene_drift(struct gate_scene *scene, struct sample_drift drift);
void gate_scene_waive(struct gate_scene *scene, int64_t drift, int64_t expires_in);

struct gate_answer gate_scene_ask(struct gate_scene *scene);

/* "BLOCKED hotfix severity | stale": the codes in their order, with a bar between what blocks and what is not known. */
const char *gate_scene_codes(struct gate_scene *scene, const struct gate_answer *answer);

/* Fails unless the gate says this. */
void gate_scene_expect(struct gate_scene *scene, const char *codes);

/* The only reason with this code. */
const struct gate_reason *gate_scene_reason(const struct gate_answer *answer, enum gate_reason_code code);

/* Whether a text has this in it; the second tells what it says instead. */
bool gate_scene_has(struct text text, const char *part);
bool gate_scene_says(struct text text, const char *part);

#endif
