/* cli/answer_drift.h - drifts and waivers as the collector tells them. What cli/answer.h says holds here, too. */
#ifndef DRIFTLINE_CLI_ANSWER_DRIFT_H
#define DRIFTLINE_CLI_ANSWER_DRIFT_H

#include "cli/answer.h"

enum answer_drift_state { ANSWER_OPEN, ANSWER_ACKNOWLEDGED, ANSWER_WAIVED, ANSWER_ENDED };

/* The names of states and causes; NULL from the end on. */
const char *answer_drift_state_choice(size_t number);
const char *answer_drift_cause_choice(size_t number);

/* Somebody did something at some time. */
struct answer_deed {
    int64_t at;
    struct text by;
};

struct answer_drift_waiver {
    int64_t id;
    int64_t until;
};

/* A contract that reads the object. */
struct answer_drift_contract {
    struct text contract;
    struct shape_list consumers; /* struct text */
    bool violated;
};

/* The change that explains a drift. */
struct answer_drift_change {
    int64_t id;
    int64_t at;     /* of the look that found it */
    int64_t before; /* of the look before, which did not; 0: there was none */
    struct text environment;
    struct text instance;
    struct answer_actor who;
    struct text client;
    struct text command;
    struct text statement;
};

struct answer_drift {
    int64_t id; /* 0: it is none, only a line in the plan of a gate */
    struct text database;
    struct text from;
    struct text to;
    struct text instance; /* of an outlier; else empty */
    unsigned state;       /* enum answer_drift_state */
    unsigned cause;       /* a number of answer_drift_cause_choice */
    struct text ending;   /* empty while it lives */
    bool hidden;
    unsigned effect; /* enum effect: what a promotion would do */
    struct text kind;
    struct text object;
    struct text owner;
    struct text renamed_from;
    struct text aspect;
    unsigned severity; /* enum severity */
    struct text rule;
    struct shape_list attributes; /* struct answer_attribute */
    int64_t opened_at;
    int64_t changed_at;
    int64_t seen_at;
    int64_t ended_at;
    int64_t lead_seconds;
    int64_t reopened;
    int64_t previous; /* 0: none */
    const struct answer_deed *acknowledged;
    const struct answer_drift_waiver *waiver;
    bool unattributed;
    struct shape_list contracts; /* struct answer_drift_contract */
    const struct answer_drift_change *change;
    struct shape_list steps; /* struct answer_drift_step; only of one drift */
};

struct answer_drift_step {
    struct text what;
    int64_t at;
    struct text side; /* "from", "to" or empty */
    bool there;
    int64_t snapshot;
    int64_t change;
    struct answer_actor who;
    struct text by;
    struct text note;
};

/* GET /api/v1/drift */
struct answer_drifts {
    struct shape_list drifts; /* struct answer_drift, newest first */
    int64_t next;             /* 0: that was all */
};

struct answer_waiver {
    int64_t id;
    struct text database;
    struct text from;
    struct text to;
    struct text pattern;
    bool future;
    struct text reason;
    struct text author;
    struct text created_by;
    int64_t created_at;
    int64_t expires_at;
    int64_t ended_at;
    struct text ended_by;
    int64_t drifts; /* how many it covers */
};

/* GET and POST /api/v1/waivers */
struct answer_waivers {
    struct shape_list waivers; /* struct answer_waiver */
};

extern const struct shape answer_drift_shape;
extern const struct shape answer_drifts_shape;
extern const struct shape answer_waiver_shape;
extern const struct shape answer_waivers_shape;

#endif
