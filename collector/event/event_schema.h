/* event/event_schema.h - what `data` of each type of event is: a JSON Schema for each, published as part of the
 * program.
 *
 * The source is schemas.json: under "types" one for each row of event_types.def, under "$defs" what several have in
 * common. Tests hold the three against each other, and every event that the stories of tests/system lead to.
 */
#ifndef DRIFTLINE_EVENT_EVENT_SCHEMA_H
#define DRIFTLINE_EVENT_EVENT_SCHEMA_H

#include "drift/report_json_value.h"
#include "store/event_type.h"

/* Where it is found, "/api/v1/events/types/drift-opened": the prefix. */
#define EVENT_SCHEMA_PATH "/api/v1/events/types/"

/* The schemas as they are in the program, for who looks at several: json_decref() after use. NULL: no memory. */
json_t *event_schemas(struct json_builder *builder);

/* One as a document of its own: with title, description, examples, and what it refers to. */
json_t *event_schema_value(struct json_builder *builder, const json_t *schemas, enum event_type type);

/* The name of the shared schema that a reference points at, "severity" of "#/$defs/severity"; NULL: it is none. */
const char *event_schema_shared(const char *reference);

#endif
