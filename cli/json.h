/* cli/json.h - the JSON that several commands print, made with Jansson.
 *
 * Texts of snapshots are UTF-8; should one not be, its bytes that are none become U+FFFD. A NULL among the values means
 * that memory ran out; Jansson passes it on, and json_write() reports it.
 */
#ifndef DRIFTLINE_CLI_JSON_H
#define DRIFTLINE_CLI_JSON_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "schema/snapshot.h"

/* A text as a string. */
json_t *json_text(struct text text);

/* A hash as its digits. */
json_t *json_hash(const struct hash *hash);

/* Add a member; false when the value is NULL or memory runs out. The value is taken over. */
bool json_add(json_t *object, const char *name, json_t *value);

/* What is known of a snapshot as a whole: ref, root, aspects, engine, server_version, taken_at, objects, uncovered. */
json_t *json_snapshot(const struct snapshot *snapshot);

/* Append a value and a line end; NULL is ERROR_MEMORY. The value is released. */
enum error_code json_write(struct buffer *buffer, json_t *value, struct error *error) MUST_CHECK;

#endif
