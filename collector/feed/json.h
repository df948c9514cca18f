/* feed/json.h - values that many answers have, each in its one spelling. */
#ifndef DRIFTLINE_FEED_JSON_H
#define DRIFTLINE_FEED_JSON_H

#include <stdint.h>

#include "base/hash.h"
#include "drift/change.h"
#include "drift/report_json_value.h"

/* Append a value without blanks. Jansson's own json_dump() takes as long for making sure that no value contains itself
 * as for all the rest: half the time of a large answer. A builder makes none that does. */
void json_write(struct buffer *output, json_t *value);

/* `"2026-11-21T10:00:00.000Z"`, or null for 0: never. */
json_t *json_time(struct json_builder *builder, int64_t microseconds);

/* 64 hexadecimal digits. */
json_t *json_hash(struct json_builder *builder, const struct hash *hash);

/* A number, or null for 0: none. */
json_t *json_number_or_null(struct json_builder *builder, int64_t number);

/* JSON that the store keeps as text; an empty text is `[]`. What is none any more is a fault, as if memory had run out.
 */
json_t *json_stored(struct json_builder *builder, struct text text);

/* A text, or null when it is empty. */
json_t *json_text_or_null(struct json_builder *builder, struct text text);

/* `{"critical": 0, "high": 0, "medium": 0, "low": 0}` */
json_t *json_summary(struct json_builder *builder, const uint32_t summary[SEVERITY_COUNT]);

/* A verdict, and, if it is UNKNOWN, why. */
void json_set_verdict(struct json_builder *builder, json_t *object, enum verdict verdict, struct text unknown);

#endif
