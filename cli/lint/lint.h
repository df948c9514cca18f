/* lint/lint.h - SQL migrations held against rules, before they run.
 *
 *   lint_begin(&lint, &options, arena, &error);
 *   lint_file(lint, name, text, &error);       any number of times, in the order in which they will run
 *   lint_end(lint, &findings, &error);
 *
 * lint_run() is all of it for one text. What earlier statements and files do is known to later ones: a table that is
 * new harms nobody by being locked. Without a target only that is known, and whatever else there may be counts as
 * there.
 *
 * A text can always be judged: what is no SQL is a finding. Failures are those of memory.
 * Ownership: findings live in the arena, and point into the texts, the configuration and the contracts.
 * Threads: one at a time in the process (lint/syntax.h says why).
 */
#ifndef DRIFTLINE_LINT_LINT_H
#define DRIFTLINE_LINT_LINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "contract/contract.h"
#include "drift/change.h"
#include "lint/configuration.h"
#include "lint/rule.h"
#include "lint/script.h"
#include "schema/snapshot.h"

struct lint_options {
    const struct lint_configuration *configuration; /* NULL: as without a file */
    const struct snapshot *target;                  /* the schema that is changed; NULL: not known */
    const struct contract_set *contracts;           /* NULL: none */
};

struct lint_finding {
    const struct lint_rule *rule;
    enum severity level;
    struct text file;
    size_t file_number;
    struct lint_place from;
    struct lint_place to; /* behind its last character, on the line of `from` or a later one */
    size_t offset;
    struct text source;              /* the line of `from` */
    size_t source_place;             /* where in it */
    struct text statement;           /* that it is about; empty: none */
    struct text object;              /* its dotted path; empty: none */
    struct text message;             /* "drops the table shop.orders" */
    const struct contract *contract; /* that is broken; NULL: none */
    struct text reason;              /* of the waiver; empty: there is none */
    unsigned waiver_line;
};

struct lint_findings {
    struct lint_finding *items; /* in the order of files and places */
    size_t count;
    uint32_t summary[SEVERITY_COUNT]; /* of those that are not waived */
    uint32_t waived;
    uint32_t files;
    uint32_t statements;
};

struct lint;

enum error_code lint_begin(struct lint **ret_lint, const struct lint_options *options, struct arena *arena,
                           struct error *error) MUST_CHECK;

/* `name` and `text` must outlive the findings. */
enum error_code lint_file(struct lint *lint, struct text name, struct text text, struct error *error) MUST_CHECK;

/* Frees `lint`, also on failure. */
enum error_code lint_end(struct lint *lint, struct lint_findings *ret_findings, struct error *error) MUST_CHECK;

/* Throw it away; NULL is fine. */
void lint_free(struct lint *lint);

enum error_code lint_run(struct lint_findings *ret_findings, struct text text, struct text name,
                         const struct lint_options *options, struct arena *arena, struct error *error) MUST_CHECK;

/* Whether the engine of a snapshot is one whose schemas lint understands. */
bool lint_knows_engine(struct text engine);

#endif
