/* collector/track/drift_sample.h - pairs and drifts put into a store by hand, for tests of those who only read or
 * settle them.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_CORRELATE_DRIFT_SAMPLE_H
#define DRIFTLINE_TEST_CORRELATE_DRIFT_SAMPLE_H

#include "collector/store/history.h"
#include "correlate/policy.h"
#include "store/drifts.h"
#include "store/pairs.h"

/* A pair of orders as it would be if it had been worked out under that policy just now, NULL: under none. Its sides are
 * those that the newest snapshots of the environments have, if they have one instance. `instance` empty: of two
 * environments. In a transaction of its own, as all below. */
int64_t sample_pair(struct history *history, const char *from, const char *to, const char *instance,
                    const struct policy *policy);

/* What is to be said of a drift; the rest is made up. */
struct sample_drift {
    int64_t pair;
    enum drift_cause cause;
    enum kind kind; /* KIND_NONE: a column */
    const char *object;
    enum severity severity;
    enum effect effect;
    const char *attributes; /* JSON; NULL: of a type that was changed */
    const char *renamed_from;
    const char *contracts; /* JSON */
    int64_t change;
    bool hidden;
    bool unattributed;
};
int64_t sample_drift(struct history *history, const struct sample_drift *drift);

/* The drift as it is in the store; and written back with another ending or the like. */
struct drift_row sample_get(struct history *history, int64_t drift);
void sample_put(struct history *history, const struct drift_row *drift);

/* "opened, waived by eve: it is fine": its steps. */
const char *sample_steps(struct history *history, int64_t drift);

/* "drift-waived by eve: orders staging→prod a.t.x", a line each, oldest first. */
const char *sample_audits(struct history *history);

#endif
