/* gate/gate.h - whether one environment may be promoted to the next, and if not, everything that stands in the
 * way.
 *
 * Looks at one consistent moment: the caller's read transaction. PASS only when everything that must be known is known
 * and nothing blocks. When something blocks and something is not known the answer is BLOCKED, and both are listed.
 *
 * Ownership: everything lives in the arena; texts may point into question and policy, which must outlive the answer.
 */
#ifndef DRIFTLINE_GATE_GATE_H
#define DRIFTLINE_GATE_GATE_H

#include "contract/contract_check.h"
#include "correlate/policy.h"
#include "schema/snapshot.h"
#include "store/drifts.h"
#include "store/pairs.h"

enum gate_verdict { GATE_PASS, GATE_BLOCKED, GATE_UNKNOWN };

const char *gate_verdict_name(enum gate_verdict verdict); /* "PASS", "BLOCKED", "UNKNOWN" */

/* Why not. Each has a name for programs, and what to do about it. Reasons stand in this order. */
enum gate_reason_code {
    GATE_NO_ENVIRONMENT,       /* unknown: never seen */
    GATE_STALE,                /* unknown: not looked at within max_age, silent, unreachable, no snapshot */
    GATE_NOT_COVERED,          /* unknown: something could not be read or compared */
    GATE_BEHIND,               /* unknown: the drift of the pair is being worked out */
    GATE_CONTRACTS_UNREADABLE, /* unknown */
    GATE_CONTRACT_UNKNOWN,     /* unknown: what a contract needs could not be read */
    GATE_NO_MAJORITY,          /* blocked */
    GATE_OUTLIERS,             /* blocked, unless allowed */
    GATE_HOTFIX,               /* blocked: the other side would lose it */
    GATE_DIVERGED,             /* blocked: the same */
    GATE_SEVERITY,             /* blocked: a change at a blocking level */
    GATE_CONTRACT_VIOLATED,    /* blocked: in what is promoted */
    GATE_CONTRACT_WOULD_BREAK, /* blocked: there, after the promotion */
    GATE_FREEZE,               /* blocked, until */
    GATE_UNATTRIBUTED,         /* blocked: a change that capture should have seen, not acknowledged */
    GATE_REFERENCE,            /* blocked: what is promoted is not what the reference says */
    GATE_REASON_COUNT
};

struct gate_reason_facts {
    const char *name; /* "no-environment" … */
    enum gate_verdict verdict;
    const char *advice;  /* what to do, one sentence */
    const char *meaning; /* for the reference page */
};
extern const struct gate_reason_facts gate_reason_facts[GATE_REASON_COUNT];

struct gate_reason {
    enum gate_reason_code code;
    struct text message;
    struct text advice;
    struct text object; /* or empty */
    enum severity severity;
    int64_t drift; /* 0: none */
    struct text contract;
    struct text owner;            /* of the contract */
    const struct text *consumers; /* of the contract */
    size_t consumer_count;
    int64_t until; /* of a freeze; 0: none */
    bool is_rest;  /* it counts those of its code that are not named; stands behind them */
};

struct gate_side {
    struct text environment;
    bool is_there;
    struct hash root;
    int64_t snapshot;
    int64_t taken_at;
    int64_t checked_at; /* the oldest of its instances */
    uint32_t instances;
};

struct gate_question {
    struct text database, from, to;   /* `from` may be empty when there is a reference: it takes its place */
    const struct snapshot *reference; /* NULL: none */
    struct text reference_name;       /* how people call it */
    bool allow_outliers;
    int64_t max_age_us; /* 0: the policy's */
    int64_t now;
};

struct gate_answer {
    enum gate_verdict verdict;
    struct text database;
    struct gate_side sides[2]; /* what is promoted, and where to */
    bool has_reference;
    struct hash reference;
    struct gate_reason *reasons; /* blocked before unknown, then as the codes stand, by severity, object */
    size_t reason_count;
    struct drift_row *plan; /* what the promotion changes: all living drifts, by severity, then object */
    size_t plan_count;
    uint32_t summary[SEVERITY_COUNT]; /* of the plan, without those that are waived or hidden */
    uint32_t waived;
    uint32_t contracts; /* that were looked at */
    int64_t at;
};

/* Whether a drift is waived at a moment: a waiver that has expired is none, also while that is not yet written. */
bool gate_is_waived(const struct drift_row *drift, int64_t now);

/* ERROR_USAGE when the two are no neighbours on the path of the database; the hint names it. */
enum error_code gate_evaluate(struct gate_answer *ret_answer, struct database *database, const struct policy *policy,
                              const struct gate_question *question, struct arena *arena,
                              struct error *error) MUST_CHECK;

#endif
