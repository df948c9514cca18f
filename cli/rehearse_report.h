/* cli/rehearse_report.h - a rehearsal as people and programs read it: the report of what changes (drift/report.h) in
 * the same six formats, with what only a rehearsal knows: statements, contracts, the root that is to be expected.
 *
 * docs/reference/rehearse.md says what stands where.
 */
#ifndef DRIFTLINE_CLI_REHEARSE_REPORT_H
#define DRIFTLINE_CLI_REHEARSE_REPORT_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "cli/rehearse.h"
#include "cli/table.h"

struct rehearse_report {
    const struct rehearsal *rehearsal;
    const struct rehearse_wish *wish;
    bool is_collected;        /* the target is the collector's: `driftline verify` knows it */
    bool needs_contracts;     /* none were given, and the target is the collector's, which has some */
    struct table_style style; /* of text */
    struct arena *arena;
};

/* Write the report of a format of drift/report.h. */
enum error_code rehearse_report_write(struct buffer *output, const struct rehearse_report *report, unsigned format,
                                      struct error *error) MUST_CHECK;

/* The formats that are JSON: cli/rehearse_json.c. */
enum error_code rehearse_json_write(struct buffer *output, const struct rehearse_report *report,
                                    const struct buffer *changes, struct error *error) MUST_CHECK;
enum error_code rehearse_sarif_write(struct buffer *output, const struct rehearse_report *report,
                                     const struct buffer *changes, struct error *error) MUST_CHECK;

#endif
