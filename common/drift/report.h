/* drift/report.h - a comparison as people and programs read it, in six formats.
 *
 * text      aligned columns, colour when asked for
 * json      docs/reference/diff-report.schema.json, stable
 * markdown  for a comment on a pull request
 * sarif     SARIF 2.1.0
 * junit     JUnit XML: one test case a change, the verdict as a case of its own
 * github    workflow commands that annotate a run
 *
 * All of them escape what comes from databases for their format: a name can never forge a line, a tag or a command.
 */
#ifndef DRIFTLINE_DRIFT_REPORT_H
#define DRIFTLINE_DRIFT_REPORT_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/change.h"
#include "schema/snapshot.h"

struct report {
    const struct diff *diff;
    const struct snapshot *from;
    const struct snapshot *to;
    bool colour;          /* text only */
    bool show_equivalent; /* text and Markdown: list the types that are equal by family */
    size_t width;         /* text only: columns of the terminal, 0 when there is none */
};

struct report_format {
    const char *name;
    const char *summary; /* one line for --help */
    enum error_code (*write)(struct buffer *output, const struct report *report, struct error *error);
};

/* Ends with a row whose name is NULL. */
extern const struct report_format report_formats[];

/* The format of a name, or NULL. */
const struct report_format *report_format_find(struct text name);

#endif
