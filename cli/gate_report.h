/* cli/gate_report.h - what the gate says, for people and for the programs that a pipeline has.
 *
 * text      on a terminal
 * markdown  for a comment on a pull request: at most 60,000 bytes, the plan folded when it is long
 * junit     JUnit XML: one test case a reason (a failure, or an error when something is unknown), one for the verdict
 * github    workflow commands that annotate a run
 *
 * All of them escape names for their format.
 */
#ifndef DRIFTLINE_CLI_GATE_REPORT_H
#define DRIFTLINE_CLI_GATE_REPORT_H

#include "cli/answer_gate.h"
#include "cli/table.h"

/* What writing needs meanwhile lives in the arena. */
void gate_write_text(struct buffer *output, const struct answer_gate *gate, const struct table_style *style,
                     struct arena *arena);
void gate_write_markdown(struct buffer *output, const struct answer_gate *gate);
void gate_write_junit(struct buffer *output, const struct answer_gate *gate);
void gate_write_github(struct buffer *output, const struct answer_gate *gate);

/* `orders: staging → prod`; of a reference its name. As displayed. */
void gate_write_what(struct buffer *buffer, const struct answer_gate *gate);

/* `3 changes: 1 high, 2 low; 1 waived` or `nothing to promote`. */
void gate_write_summary(struct buffer *buffer, const struct answer_gate *gate);

/* The root that was approved; empty when none was. */
struct text gate_approved_root(const struct answer_gate *gate);

/* The runs of the gate as a table. */
void gate_write_runs(struct buffer *output, const struct answer_gate_runs *runs, const struct table_style *style,
                     struct arena *arena);

#endif
