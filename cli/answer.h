/* cli/answer.h - the answers of a collector's HTTP API, as the commands read them.
 *
 * Only what is shown is read. Times are microseconds since 1970, 0 where there is none; texts are empty where there is
 * none. A struct shape_list names in a comment what it is a list of.
 */
#ifndef DRIFTLINE_CLI_ANSWER_H
#define DRIFTLINE_CLI_ANSWER_H

#include "cli/shape.h"
#include "drift/change.h"

/* Changes by severity. */
struct answer_summary {
    int64_t counts[SEVERITY_COUNT];
};

/* ---- GET /api/v1/fleet ---- */

/* Instances that are alike. */
struct answer_variant {
    struct text root;
    bool majority;
    int64_t since;
    struct shape_list instances;          /* struct text */
    const struct answer_summary *summary; /* of its difference to the majority; NULL: not known */
};

struct answer_instance {
    struct text instance;
    unsigned verdict; /* enum verdict */
    struct text unknown_reason;
    struct text reason;
    int64_t checked_at;
    int64_t waived; /* differences to the majority that somebody accepted */
};

struct answer_environment {
    struct text environment;
    bool on_path;
    unsigned verdict;
    struct text unknown_reason;
    int64_t checked_at;
    struct text majority;       /* its root */
    struct shape_list variants; /* struct answer_variant, the majority first */
    struct shape_list targets;  /* struct answer_instance */
};

/* From one environment of the promotion path to the next. */
struct answer_step {
    struct text from;
    struct text to;
    unsigned verdict;
    struct text unknown_reason;
    const struct answer_summary *summary;
    int64_t waived; /* differences that somebody accepted: the summary does not count them */
};

struct answer_database {
    struct text database;
    unsigned verdict;
    struct shape_list environments; /* struct answer_environment */
    struct shape_list steps;        /* struct answer_step */
};

struct answer_fleet {
    int64_t at;
    struct shape_list path;      /* struct text */
    struct shape_list databases; /* struct answer_database */
};

/* Who made a change, and how that is known. */
struct answer_actor {
    struct text actor; /* empty: not known */
    struct text role;  /* as whom, if the actor had taken another role */
    struct text application;
    struct text evidence; /* "captured", "inferred", "unattributed" */
};

/* ---- GET /api/v1/history ---- */

struct answer_attribute {
    struct text name;
    struct shape_value from;
    struct shape_value to;
};

struct answer_change {
    int64_t id;
    int64_t at;
    int64_t not_before;
    struct text environment;
    struct text instance;
    int64_t snapshot;
    unsigned effect; /* enum effect */
    struct text kind;
    struct text object;
    struct text renamed_from;
    struct text aspect;
    unsigned severity; /* enum severity */
    struct text rule;
    struct shape_list attributes; /* struct answer_attribute */
    struct answer_actor who;
    struct text client;
    struct text command;
    struct text statement;
};

struct answer_note {
    int64_t at;
    struct text environment;
    struct text instance;
    int64_t snapshot;
    struct text note;
};

struct answer_history {
    struct text database;
    struct shape_list changes; /* struct answer_change, newest first */
    struct shape_list notes;   /* struct answer_note, newest first */
    int64_t next;              /* 0: that was all */
};

/* ---- GET /api/v1/statements ---- */

struct answer_statement {
    int64_t id;
    int64_t at;
    struct text environment;
    struct text instance;
    struct answer_actor who; /* without evidence */
    struct text client;
    struct text command;
    struct text object;
    struct text statement;
    int64_t transaction; /* 0: not known */
    bool unconfirmed;    /* it may have failed */
    int64_t changes;
};

struct answer_statements {
    struct text database;
    struct shape_list statements; /* struct answer_statement, newest first */
    int64_t next;                 /* 0: that was all */
};

/* ---- GET /api/v1/agents, targets, snapshots ---- */

struct answer_agent {
    struct text name;
    struct shape_list grants; /* struct text */
    int64_t revoked_at;
    int64_t last_seen;
    bool connected;
    int64_t connected_since;
    struct text version;
    struct text host;
    struct text address;
    int64_t targets;
};

struct answer_agents {
    struct shape_list agents; /* struct answer_agent */
};

struct answer_target {
    struct text database;
    struct text environment;
    struct text instance;
    unsigned verdict;
    struct text unknown_reason;
    struct text agent;
    struct text reason;
    struct text root;
    int64_t since;
    int64_t checked_at;
    int64_t gaps;
    struct text capture; /* "captured", "polled"; empty: there is no snapshot */
};

struct answer_targets {
    struct shape_list targets; /* struct answer_target */
};

struct answer_snapshot {
    int64_t id;
    struct text database;
    struct text environment;
    struct text instance;
    struct text root;
    int64_t taken_at;
    int64_t objects;
    int64_t changes;
    int64_t gaps;
    int64_t lost;
    struct text lost_reason;
    bool stored;
};

struct answer_snapshots {
    struct shape_list snapshots; /* struct answer_snapshot, newest first */
    int64_t next;
};

extern const struct shape answer_fleet_shape;
extern const struct shape answer_history_shape;
extern const struct shape answer_statements_shape;
extern const struct shape answer_agent_shape;
extern const struct shape answer_agents_shape;
extern const struct shape answer_targets_shape;
extern const struct shape answer_snapshots_shape;

/* A text as JSON; what is none is ERROR_PROTOCOL. The caller releases it. */
enum error_code answer_parse(json_t **ret_document, struct text text, struct error *error) MUST_CHECK;

#endif
