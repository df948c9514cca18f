/* cli/answer_gate.h - the gate, its runs, the verification of a promotion, and the comparison of all environments at
 * once, as the collector tells them. What cli/answer.h says holds here, too.
 */
#ifndef DRIFTLINE_CLI_ANSWER_GATE_H
#define DRIFTLINE_CLI_ANSWER_GATE_H

#include "cli/answer_drift.h"

/* ---- GET and POST /api/v1/gate ---- */

enum answer_gate_verdict { ANSWER_PASS, ANSWER_BLOCKED, ANSWER_UNKNOWN };

const char *answer_gate_verdict_choice(size_t number);

struct answer_gate_side {
    struct text environment;
    struct text root;
    int64_t snapshot;
    int64_t taken_at;
    int64_t checked_at;
    int64_t instances;
};

struct answer_gate_reference {
    struct text name;
    struct text root;
};

struct answer_gate_reason {
    struct text code;
    unsigned verdict; /* enum answer_gate_verdict */
    struct text message;
    struct text advice;
    struct text object;
    struct text severity;
    int64_t drift; /* 0: none */
    struct text contract;
    struct text owner;
    struct shape_list consumers; /* struct text */
};

struct answer_gate {
    unsigned verdict; /* enum answer_gate_verdict */
    struct text database;
    const struct answer_gate_side *from; /* NULL: a reference takes its place, or it was never seen */
    const struct answer_gate_side *to;   /* NULL: it was never seen */
    const struct answer_gate_reference *reference;
    int64_t at;
    int64_t run; /* 0: it is not recorded */
    bool pinned;
    struct shape_list reasons; /* struct answer_gate_reason, blocked before unknown */
    const struct answer_summary *summary;
    int64_t waived;
    int64_t contracts;      /* that were looked at */
    struct shape_list plan; /* struct answer_drift, the worst first */
};

/* ---- GET /api/v1/gate/runs ---- */

struct answer_gate_run {
    int64_t id;
    int64_t at;
    struct text by;
    struct text database;
    struct text from;
    struct text to;
    unsigned verdict;
    struct text from_root;
    struct text to_root;
    struct text reference; /* its root */
    struct text reference_name;
    bool pinned;
};

struct answer_gate_runs {
    struct shape_list runs; /* struct answer_gate_run, newest first */
    int64_t next;
};

/* ---- GET /api/v1/verify ---- */

struct answer_verify_instance {
    struct text instance;
    struct text root;
    unsigned verdict; /* enum verdict */
    struct text unknown_reason;
    int64_t changes;
};

struct answer_pin {
    int64_t run;
    int64_t at;
    struct text by;
};

/* One entry of the list that `diff` has. */
struct answer_verify_change {
    unsigned effect;
    struct text kind;
    struct text object;
    struct text renamed_from;
    struct text aspect;
    unsigned severity;
    struct text rule;
    struct shape_list attributes; /* struct answer_attribute */
};

struct answer_verify {
    unsigned verdict; /* enum verdict */
    struct text unknown_reason;
    struct text target;
    struct text root;
    struct shape_list instances; /* struct answer_verify_instance */
    int64_t checked_at;
    const struct answer_pin *pinned; /* NULL: no gate approved this root */
    const struct answer_summary *summary;
    struct text changes_of;    /* the instance whose changes they are */
    struct shape_list changes; /* struct answer_verify_change: what it must change to be what was approved */
};

/* ---- GET /api/v1/spread ---- */

struct answer_spread_column {
    struct text environment;
    bool majority;
    struct shape_list instances; /* struct text */
    struct text root;
    bool known;
    struct text unknown_reason;
};

struct answer_spread_cell {
    bool known;
    bool there;
    int64_t version; /* equal numbers in a row: equal things */
};

struct answer_spread_row {
    struct text object;
    struct text owner;
    struct text kind;
    struct text aspect;
    unsigned severity;
    struct shape_list cells; /* struct answer_spread_cell, one a column */
};

struct answer_spread {
    unsigned verdict; /* enum verdict */
    struct text unknown_reason;
    struct text database;
    struct shape_list columns; /* struct answer_spread_column */
    struct shape_list rows;    /* struct answer_spread_row */
};

extern const struct shape answer_gate_shape;
extern const struct shape answer_gate_runs_shape;
extern const struct shape answer_verify_shape;
extern const struct shape answer_spread_shape;

#endif
