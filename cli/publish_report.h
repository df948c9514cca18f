/* cli/publish_report.h - what became of the entries of `publish`, for people and as JSON. */
#ifndef DRIFTLINE_CLI_PUBLISH_REPORT_H
#define DRIFTLINE_CLI_PUBLISH_REPORT_H

#include "cli/table.h"
#include "publish/publish.h"

/* One entry that was run. */
struct publish_outcome {
    const struct publish_target *target;
    struct publish_result result;
    struct error problem; /* no code: none */
};

void publish_report_write(struct buffer *output, const struct publish_outcome *outcome,
                          const struct table_style *style);

/* All of them as one document. */
enum error_code publish_report_write_json(struct buffer *output, const struct publish_outcome *outcomes, size_t count,
                                          struct error *error) MUST_CHECK;

/* `3 new, 1 removed`; `no file` when there is nothing to do. */
void publish_report_write_files(struct buffer *output, const struct tree_plan *plan);

#endif
