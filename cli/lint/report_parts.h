/* lint/report_parts.h - what the report formats share. For report….c only. */
#ifndef DRIFTLINE_LINT_REPORT_PARTS_H
#define DRIFTLINE_LINT_REPORT_PARTS_H

#include "lint/report.h"

enum error_code lint_report_text(struct buffer *output, const struct lint_report *report,
                                 struct error *error) MUST_CHECK;
enum error_code lint_report_json(struct buffer *output, const struct lint_report *report,
                                 struct error *error) MUST_CHECK;
enum error_code lint_report_markdown(struct buffer *output, const struct lint_report *report,
                                     struct error *error) MUST_CHECK;
enum error_code lint_report_sarif(struct buffer *output, const struct lint_report *report,
                                  struct error *error) MUST_CHECK;
enum error_code lint_report_junit(struct buffer *output, const struct lint_report *report,
                                  struct error *error) MUST_CHECK;
enum error_code lint_report_github(struct buffer *output, const struct lint_report *report,
                                   struct error *error) MUST_CHECK;

/* `3 findings: 1 critical, 2 high, 0 medium, 0 low; 1 waived`, or `no findings`, and how much was looked at. */
void report_summary(struct buffer *output, const struct lint_findings *findings);

/* `migrations/7.sql:3:1` */
void report_place(struct buffer *output, const struct lint_finding *finding);

/* Whether something is said of locks on tables whose size nobody here knows. */
bool report_has_locking(const struct lint_findings *findings);

/* What to say then. */
extern const char report_sizes_unknown[];

#endif
