/* lint/report.h - findings as people and programs read them, in the formats of drift/report.h.
 *
 * All of them escape what comes from files and databases for their format. What is waived is shown as such.
 */
#ifndef DRIFTLINE_LINT_REPORT_H
#define DRIFTLINE_LINT_REPORT_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "lint/lint.h"

struct lint_report {
    const struct lint_findings *findings;
    const struct snapshot *target; /* NULL: none */
    bool colour;                   /* text only */
};

struct lint_report_format {
    const char *name; /* as in drift/report.h */
    enum error_code (*write)(struct buffer *output, const struct lint_report *report, struct error *error);
};

/* Ends with a row whose name is NULL. */
extern const struct lint_report_format lint_report_formats[];

/* The format of a name, or NULL. */
const struct lint_report_format *lint_report_find(struct text name);

/* The rules as a configuration has them, for people and for programs. */
enum error_code lint_rules_write_text(struct buffer *output, const struct lint_configuration *configuration,
                                      struct error *error) MUST_CHECK;
enum error_code lint_rules_write_json(struct buffer *output, const struct lint_configuration *configuration,
                                      struct error *error) MUST_CHECK;

/* The page docs/reference/lint.md. */
void lint_reference_write(struct buffer *output);

#endif
