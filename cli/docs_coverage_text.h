/* cli/docs_coverage_text.h - how much of a schema has comments, as `docs --coverage` prints it. */
#ifndef DRIFTLINE_CLI_DOCS_COVERAGE_TEXT_H
#define DRIFTLINE_CLI_DOCS_COVERAGE_TEXT_H

#include "base/buffer.h"
#include "docs/docs_model.h"

struct docs_coverage_request {
    const struct docs_model *model;
    uint64_t kinds; /* those that count: a bit for each row of kind_table */
    unsigned least; /* percent; 0: whatever there is suffices */
};

bool docs_coverage_suffices(const struct docs_coverage_request *request);

void docs_coverage_write_text(struct buffer *output, const struct docs_coverage_request *request);
enum error_code docs_coverage_write_json(struct buffer *output, const struct docs_coverage_request *request,
                                         struct error *error) MUST_CHECK;

#endif
