/* lint/linter.h - what the parts of lint share while it runs. For this folder only.
 *
 * Failure: sticky. Conditions answer yes or no; when memory runs out, `code` says so, and the run ends.
 */
#ifndef DRIFTLINE_LINT_LINTER_H
#define DRIFTLINE_LINT_LINTER_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "lint/lint.h"
#include "lint/rule.h"
#include "lint/script.h"
#include "lint/session.h"
#include "lint/waiver.h"
#include "lint/world.h"

/* A file that was read. */
struct linter_file {
    struct lint_script script;
    struct waivers waivers;
};

struct dependents;
struct pending;
struct later;

struct linter {
    const struct lint_options *options;
    unsigned version;     /* major version of the server; 0: not known */
    struct arena *arena;  /* of what is found */
    struct arena scratch; /* of the statement */
    struct world world;
    struct session session;
    const struct lint_script *script;              /* of the file: one of `files` */
    const struct lint_script_statement *statement; /* NULL: none */
    const char *statement_type;                    /* "AlterTableStmt" */
    size_t file;                                   /* its number */
    struct linter_file *files;
    size_t file_count, file_room;
    const struct step *steps; /* of the statement */
    size_t step_count;
    struct lint_findings findings;
    size_t finding_room;
    struct pending *pending; /* lint/recall.c */
    size_t pending_count, pending_room;
    struct later *later; /* lint/later.c */
    size_t later_count, later_room;
    const struct dependents *dependents; /* lint/dependents.c; NULL: not looked for yet */
    struct text detail;                  /* for the next finding */
    enum severity level;                 /* of the next finding, when has_level */
    bool has_level;
    enum error_code code;
    struct error *error;
};

/* Remember that something failed that `error` says. */
void linter_fail(struct linter *linter, enum error_code code);

/* Say something in the message of the next finding. */
void linter_detail(struct linter *linter, const char *format, ...) PRINTF_LIKE(2, 3);

/* A text that lives as long as the findings. */
struct text linter_text(struct linter *linter, struct text text);

/* Add a finding about a step; NULL: about the statement, or about a place of the file. Its number, or SIZE_MAX when the
 * rule is off. */
size_t linter_add(struct linter *linter, enum lint_rule_number rule, const struct step *step, size_t place);

/* Whether a rule is looked for, at this version of the server. */
bool linter_looks_for(const struct linter *linter, enum lint_rule_number rule);

/* Take a finding back. */
void linter_withdraw(struct linter *linter, size_t finding);

/* Room for one more in a list of the arena; `items` is where its pointer is. */
bool linter_grow(struct linter *linter, void *items, size_t count, size_t *room, size_t size);

#endif
