/* cli/lint/linting.h - lint for tests: a text in, rule ids out.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_LINTING_H
#define DRIFTLINE_TEST_LINTING_H

#include "lint/lint.h"

struct linting_wish {
    const char *target;    /* as common/drift/snapshot_text.h reads it; NULL: none */
    const char *contracts; /* YAML; NULL: none */
    bool in_transaction;
    bool only_usual; /* rules that are off stay off */
    unsigned version;
};

/* What is found. Every rule is on, unless the wish says otherwise. */
struct lint_findings linting_run(const char *sql, const struct linting_wish *wish, struct arena *arena);

/* The same of several files, which NULL ends; they are called 1.sql, 2.sql … */
struct lint_findings linting_run_files(const char *const *files, const struct linting_wish *wish, struct arena *arena);

/* How often a rule is found and not waived. */
size_t linting_count(const struct lint_findings *findings, const char *rule);

/* The first finding of a rule, waived or not, or NULL. */
const struct lint_finding *linting_find(const struct lint_findings *findings, const char *rule);

/* All of them, one a line, for messages of tests. */
const char *linting_list(const struct lint_findings *findings, struct arena *arena);

#endif
