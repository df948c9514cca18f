/* drift/report_json_value.h - building JSON with one check at the end; for what this folder writes as JSON.
 *
 * Every function takes over the values it is given, also when memory runs out; then it answers NULL or does nothing,
 * and the object it was to go into is no longer complete, which json_builder_write() finds in `failed`.
 */
#ifndef DRIFTLINE_DRIFT_REPORT_JSON_VALUE_H
#define DRIFTLINE_DRIFT_REPORT_JSON_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

struct json_builder {
    bool failed;
};

json_t *json_builder_object(struct json_builder *builder);
json_t *json_builder_array(struct json_builder *builder);
json_t *json_builder_number(struct json_builder *builder, int64_t number);

/* A text. One that is no UTF-8, or that could be taken for the result of this, is escaped: a backslash is doubled, and
 * a byte that is part of no character becomes `\xNN` with two lower-case digits. docs/reference/reports.md has the
 * rule. */
json_t *json_builder_text(struct json_builder *builder, struct text text);

/* A text that is known to be UTF-8, as it is. */
json_t *json_builder_plain(struct json_builder *builder, struct text text);
json_t *json_builder_string(struct json_builder *builder, const char *string);

void json_builder_set(struct json_builder *builder, json_t *object, const char *key, json_t *value);
/* The same of a number, of a string, and of a text that is left out when it is empty. */
void json_builder_set_number(struct json_builder *builder, json_t *object, const char *key, int64_t number);
void json_builder_set_string(struct json_builder *builder, json_t *object, const char *key, const char *string);
void json_builder_set_text(struct json_builder *builder, json_t *object, const char *key, struct text text);
void json_builder_append(struct json_builder *builder, json_t *array, json_t *value);

/* Write the document with a newline at its end, and release it. */
enum error_code json_builder_write(struct json_builder *builder, json_t *document, struct buffer *output,
                                   struct error *error) MUST_CHECK;

/* The same without any white space. */
enum error_code json_builder_write_compact(struct json_builder *builder, json_t *document, struct buffer *output,
                                           struct error *error) MUST_CHECK;

#endif
