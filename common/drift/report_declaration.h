/* drift/report_declaration.h - what a schema that somebody wrote down says of itself, as reports show it. */
#ifndef DRIFTLINE_DRIFT_REPORT_DECLARATION_H
#define DRIFTLINE_DRIFT_REPORT_DECLARATION_H

#include "base/buffer.h"
#include "drift/report_json_value.h"
#include "schema/snapshot.h"

/* One line: `version 2.1, updated 2026-11-01, 12 tables, 140 fields, SHA-256 0f1e2d3c4b5a`. */
void report_declaration_display(struct buffer *output, const struct snapshot_declaration *declaration);

/* {"hash": …, "version": …, "updated_at": …, "tables": …, "fields": …}; what is not written down is left out. */
json_t *report_declaration_value(struct json_builder *builder, const struct snapshot_declaration *declaration);

#endif
