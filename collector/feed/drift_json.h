/* feed/drift_json.h - a drift as answers have it, alone, in a list, or in the plan of a promotion. */
#ifndef DRIFTLINE_FEED_DRIFT_JSON_H
#define DRIFTLINE_FEED_DRIFT_JSON_H

#include "feed/json.h"
#include "feed/routes.h"
#include "store/drifts.h"

/* With the change that explains it, which is looked up. NULL with the error set, or when the builder failed. */
json_t *drift_json_value(struct json_builder *builder, const struct request *request, const struct drift_row *drift,
                         struct error *error);

/* An array of them. */
json_t *drift_json_list(struct json_builder *builder, const struct request *request, const struct drift_row *drifts,
                        size_t count, struct error *error);

/* The change of a number; false when there is none any more: retention took it, or its target was forgotten. */
struct change_row;
enum error_code drift_json_change(const struct request *request, int64_t id, struct change_row *ret_change,
                                  bool *ret_found, struct error *error) MUST_CHECK;

#endif
