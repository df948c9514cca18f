/* recreate/making.h - a script in the making: steps that are written one after the other, in any order, and put into
 * theirs at the end (recreate/arrange.h).
 *
 * Failure is sticky, as with a buffer: writers do not check, making_check() does at the end. Everything lives in the
 * arena.
 */
#ifndef DRIFTLINE_RECREATE_MAKING_H
#define DRIFTLINE_RECREATE_MAKING_H

#include "recreate/names.h"
#include "recreate/recreate.h"

/* Where a step stands when nothing that it names says otherwise. */
enum stage {
    STAGE_SETTINGS,
    STAGE_ROLE,
    STAGE_SCHEMA,
    STAGE_EXTENSION,
    STAGE_LANGUAGE,
    STAGE_ACCESS_METHOD,
    STAGE_COLLATION,
    STAGE_TYPE,
    STAGE_TYPE_PART, /* checks and defaults of domains that call functions */
    STAGE_SEQUENCE,
    STAGE_ROUTINE,
    STAGE_OPERATOR,
    STAGE_OPERATOR_FAMILY,
    STAGE_OPERATOR_CLASS,
    STAGE_OPERATOR_MEMBER,
    STAGE_AGGREGATE,
    STAGE_CAST,
    STAGE_TEXT_SEARCH,
    STAGE_FOREIGN,
    STAGE_TABLE,
    STAGE_COLUMN,        /* those that are added later */
    STAGE_COLUMN_CHANGE, /* and what is said of them */
    STAGE_DEFAULT,
    STAGE_CHECK,
    STAGE_KEY,
    STAGE_SEQUENCE_OWNER,
    STAGE_VIEW,
    STAGE_INDEX,
    STAGE_INDEX_ATTACH,
    STAGE_INDEX_ROLE,
    STAGE_FOREIGN_KEY,
    STAGE_STATISTICS,
    STAGE_RULE,
    STAGE_TRIGGER,
    STAGE_TRIGGER_STATE,
    STAGE_POLICY,
    STAGE_REPLICATION,
    STAGE_SCHEMA_GRANT,
    STAGE_GRANT,
    STAGE_DEFAULT_PRIVILEGE,
    STAGE_EVENT_TRIGGER, /* last: from here on they fire */
    STAGE_COUNT
};

enum { STEP_NONE = INT32_MAX };

struct step {
    enum stage stage;
    uint32_t object;      /* its number; STEP_NONE: of no object */
    struct text path;     /* of what it makes, as displayed */
    enum kind kind;       /* of what it makes */
    struct text sql;      /* begins with CREATE where it can be made again with CREATE OR REPLACE */
    uint32_t first_quiet; /* ranges of sql whose names are no reason to wait */
    uint32_t quiet_count;
    uint32_t stand_in;   /* a step that may come in its place where steps need each other; STEP_NONE: there is none */
    bool is_stand_in;    /* comes only when it is wanted */
    bool names_routines; /* functions are named without brackets behind them */
    bool evaluates;      /* holds expressions: what comes with the types they use is needed, too */
};

struct range {
    size_t start;
    size_t end;
};

struct need {
    uint32_t step;
    uint32_t on;     /* a step, or STEP_NONE: */
    uint32_t object; /* whatever makes this one */
};

/* What belongs to an object without being named: `step` makes it. */
struct company {
    uint32_t object;
    uint32_t step;
};

/* A role that the script names. */
struct named_role {
    struct text name; /* as written in SQL */
    bool superuser;   /* owns what only a superuser may own */
};

struct heritage;

struct making {
    const struct recreate_options *options;
    const struct snapshot *snapshot;
    struct arena *arena;
    struct error *error;
    const struct object *objects;
    const struct text *paths; /* of the objects, as displayed */
    uint32_t object_count;
    struct names names;
    uint32_t *made_by;         /* by object: the step that makes it, or STEP_NONE */
    struct heritage *heritage; /* by object (recreate/late.h) */

    struct step *steps;
    size_t step_count, step_capacity;
    struct range *quiet;
    size_t quiet_count, quiet_capacity;
    struct need *needs;
    size_t need_count, need_capacity;
    struct company *company;
    size_t company_count, company_capacity;
    struct recreate_note *notes;
    size_t note_count, note_capacity;
    struct named_role *roles; /* may repeat */
    size_t role_count, role_capacity;
    struct text *tablespaces; /* that the script names, as SQL; may repeat */
    size_t tablespace_count, tablespace_capacity;

    struct step current; /* while one is written */
    struct buffer sql;   /* of the current step */
    bool is_quiet;
    bool failed; /* the arena said no */
};

/* Attributes of an object or part while they are written, and which were. */
struct facts {
    enum kind kind;
    const struct attribute *attributes;
    uint32_t count;
    bool *used;
    struct text path; /* as displayed */
    struct text name; /* the path as SQL */
    uint32_t object;  /* its number */
};

struct facts making_object(struct making *making, uint32_t object);
struct facts making_part(struct making *making, uint32_t object, const struct part *part);

/* Note each attribute that nobody asked for: nothing is left out silently. */
void making_finish(struct making *making, const struct facts *facts);

/* The text of an attribute, empty when it is absent; a list, NULL when it is absent. Asking marks it as written. */
struct text fact(const struct facts *facts, const char *name);
const struct attribute *fact_list(const struct facts *facts, const char *name);
bool fact_is(const struct facts *facts, const char *name, const char *value);
bool fact_there(const struct facts *facts, const char *name);

/* Begin a step of what has these facts, and end it. Answers its number. */
void making_begin(struct making *making, enum stage stage, const struct facts *facts);
uint32_t making_end(struct making *making);

/* The same, and it is what makes the object. */
uint32_t making_end_object(struct making *making);

/* What is put between does not make the step wait for what it names. */
void making_quiet(struct making *making, bool is_quiet);

/* The second step waits for the first. STEP_NONE is nothing. */
void making_need(struct making *making, uint32_t on, uint32_t step);

/* The step waits for an object, which may be written later. */
void making_need_object(struct making *making, uint32_t object, uint32_t step);

/* The step waits for an object of a kind and a name without schema, if the snapshot has it. */
void making_need_bare(struct making *making, enum kind kind, struct text quoted_name, uint32_t step);

/* Whoever evaluates expressions that name the object waits for the step, too. */
void making_accompany(struct making *making, uint32_t object, uint32_t step);

/* What cannot be made as it was. The reason is a constant, or from making_text(). */
void making_note(struct making *making, enum kind kind, struct text path, struct text reason);
void making_note_facts(struct making *making, const struct facts *facts, const char *reason);

/* The script names a role: `name` is SQL. */
void making_role(struct making *making, struct text name, bool superuser);

/* A name as SQL, in the arena. */
struct text making_name(struct making *making, struct text name);

/* A formatted text in the arena. */
struct text making_text(struct making *making, const char *format, ...) PRINTF_LIKE(2, 3);

/* Write to the current step. */
void put(struct making *making, const char *sql);
void put_text(struct making *making, struct text sql);
void put_name(struct making *making, struct text name);
void put_literal(struct making *making, struct text value);
void put_names(struct making *making, const struct attribute *names); /* a, "B c" */
void put_bracketed(struct making *making, struct text expression);    /* in one pair of brackets */
void put_body(struct making *making, struct text body);               /* as a dollar-quoted string */
void put_role(struct making *making, struct text name);               /* as SQL, or PUBLIC */
void put_tablespace(struct making *making, const struct facts *facts, const char *before);
void put_fact(struct making *making, const struct facts *facts, const char *attribute, const char *before);
void put_words(struct making *making, struct text words); /* key words, in capitals */
void put_fact_words(struct making *making, const struct facts *facts, const char *attribute, const char *before);
void put_fact_in(struct making *making, const struct facts *facts, const char *attribute, const char *before); /* , x */

enum error_code making_check(struct making *making) MUST_CHECK;

#endif
