/* drift/change_json.h - what a change says as JSON, in one form wherever it is shown or kept.
 *
 * docs/reference/reports.md describes it.
 */
#ifndef DRIFTLINE_DRIFT_CHANGE_JSON_H
#define DRIFTLINE_DRIFT_CHANGE_JSON_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/change.h"
#include "drift/report_json_value.h"

/* The attributes of a change: an array of `{"name", "from", "to"}`, each value a text, a list of texts or null. */
json_t *change_json_attributes(struct json_builder *builder, const struct change *change);

/* The whole change, as in a report. */
json_t *change_json_value(struct json_builder *builder, const struct change *change);

/* Its attributes as text without white space, appended. */
enum error_code change_json_write_attributes(struct buffer *output, const struct change *change,
                                             struct error *error) MUST_CHECK;

#endif
