/* collector/track/correlated.h - a fleet whose drifts are kept: snapshots are recorded, and looked at are the
 * drifts, their steps and the events that came of it.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_CORRELATED_H
#define DRIFTLINE_TEST_CORRELATED_H

#include "collector/track/record.h"
#include "track/correlator.h"

enum { CORRELATED_PATH = 8 };

struct correlated {
    struct history *history;
    struct correlator *correlator;
    struct policy *policy;
    int64_t began; /* time 0 of what is written about times */
};

void correlated_begin(struct correlated *correlated, struct history *history);
void correlated_end(struct correlated *correlated);

/* For cmocka: one fleet with its history in *state. */
int correlated_setup(void **state);
int correlated_teardown(void **state);

/* Another policy: "dev staging prod" is the path of all databases, `ignore` are patterns, one a line, `contracts` is
 * the text of a contract file; both may be NULL. Catching up is left to the test. */
void correlated_policy(struct correlated *correlated, const char *path, const char *ignore, const char *contracts);

/* Work everything out that is outdated. */
void correlated_catch_up(struct correlated *correlated);

/* Take a snapshot of "orders@prod" or "orders@prod/eu-1" as text, with renames as the agent tells of them, one a line:
 * "table a.u < a.t", "column a.u.y < a.t.x"; NULL: none. Each is one second after the one before it. */
int64_t correlated_record(struct correlated *correlated, const char *place, const char *schema, const char *renames);

/* The same with capture on, and one statement that says all of it was done by `actor`; NULL: capture saw nothing. */
int64_t correlated_record_by(struct correlated *correlated, const char *place, const char *schema, const char *actor);

/* Forget a target, as an operator does. */
void correlated_forget(struct correlated *correlated, const char *place);

/* Every drift there ever was, oldest first, a line each:
 *   "1 staging→prod added table a.n: pending" …, which lives;
 *   "1 staging→prod added table a.n: pending, promoted after 2" …, which has ended;
 *   then perhaps " < a.m" its name on the other side, " waived", " acknowledged", " hidden", " again N" times reopened,
 *   " as before in N" that drift. */
const char *correlated_drifts(struct correlated *correlated);

/* The steps of a drift, a line each, with seconds: "opened 3 from", "changed 5 to", "ended 7 to: promoted". */
const char *correlated_steps(struct correlated *correlated, int64_t drift);

/* The types of the events after a number, a line each, but for those of the snapshot itself; or what those of one type
 * say, with their severity: "high {…}". And the newest number. */
const char *correlated_events(struct correlated *correlated, int64_t after, const char *type);
int64_t correlated_last_event(struct correlated *correlated);

/* `verify` finds nothing wrong with the store. */
void correlated_verify(struct correlated *correlated);

#endif
