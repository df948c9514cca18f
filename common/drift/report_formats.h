/* drift/report_formats.h - the writers that report.c lists, one file each. For report.c only. */
#ifndef DRIFTLINE_DRIFT_REPORT_FORMATS_H
#define DRIFTLINE_DRIFT_REPORT_FORMATS_H

#include "drift/report.h"

enum error_code report_text_write(struct buffer *output, const struct report *report, struct error *error) MUST_CHECK;
enum error_code report_json_write(struct buffer *output, const struct report *report, struct error *error) MUST_CHECK;
enum error_code report_markdown_write(struct buffer *output, const struct report *report,
                                      struct error *error) MUST_CHECK;
enum error_code report_sarif_write(struct buffer *output, const struct report *report, struct error *error) MUST_CHECK;
enum error_code report_junit_write(struct buffer *output, const struct report *report, struct error *error) MUST_CHECK;
enum error_code report_github_write(struct buffer *output, const struct report *report, struct error *error) MUST_CHECK;

#endif
