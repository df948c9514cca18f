/* lint/rule.h - what lint looks for: the published table of rules (lint_rules.def) as data.
 *
 * Ids are kebab-case and never change their meaning; waivers, configuration files and reports name them.
 */
#ifndef DRIFTLINE_LINT_RULE_H
#define DRIFTLINE_LINT_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "drift/change.h"
#include "lint/step.h"

enum lint_group {
    GROUP_SYNTAX,      /* whether the text can be judged at all */
    GROUP_BREAKING,    /* what somebody relies on is gone or different */
    GROUP_LOCKING,     /* others have to wait */
    GROUP_TRANSACTION, /* what may stand in which transaction */
    GROUP_DATA,        /* rows are changed */
    GROUP_SECURITY,    /* who may do what */
    GROUP_TARGET,      /* what the schema that is changed says to it */
    GROUP_DESIGN,      /* it works, and will be regretted */
    GROUP_COUNT
};

/* What the server does with the rows of a table meanwhile. */
enum lint_work { WORK_NONE, WORK_SCAN, WORK_BUILD, WORK_REWRITE, WORK_COUNT };

enum lint_rule_number {
#define RULE(symbol, id, group, level, on, first, last, lock, work, message, why, instead) RULE_##symbol,
#define WHEN(when, condition)
#include "lint/lint_rules.def"
#undef RULE
#undef WHEN
    RULE_COUNT
};

struct lint_rule {
    const char *id;
    enum lint_group group;
    enum severity level;
    bool is_on;          /* unless somebody says otherwise */
    unsigned first;      /* major version of the server from which on it holds; 0: all */
    unsigned last;       /* up to which; 0: all */
    enum lock lock;      /* what is taken on the table */
    enum lint_work work; /* what is done while it is held */
    const char *message; /* {object}, {name} and {new} stand for what it is about */
    const char *why;     /* whom it hurts, and how */
    const char *instead; /* what to do in its place; "" when there is nothing better */
};

/* In the order of lint_rules.def. */
extern const struct lint_rule lint_rules[RULE_COUNT];

/* The rule of an id, or NULL. */
const struct lint_rule *lint_rule_find(struct text id);

/* The id that may have been meant, or NULL. */
const char *lint_rule_near(struct text id);

/* "breaking", "locking" … */
const char *lint_group_name(enum lint_group group);

/* "reads every row", "builds an index", "rewrites the table", or "" */
const char *lint_work_name(enum lint_work work);

struct linter;

/* Whether a rule holds for a step, beyond that it is of the right sort. May leave a detail for the message. */
typedef bool (*lint_condition)(struct linter *linter, const struct step *step);

/* A rule, or one of the cases of the rule before it in the table. */
struct lint_row {
    bool is_case;
    enum step_kind step;
    lint_condition condition;
};

extern const struct lint_row lint_rows[];
extern const size_t lint_row_count;

#endif
