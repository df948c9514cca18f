/* feed/actor_json.h - who made a change, as answers say it. What is not known is null. */
#ifndef DRIFTLINE_FEED_ACTOR_JSON_H
#define DRIFTLINE_FEED_ACTOR_JSON_H

#include "drift/report_json_value.h"
#include "store/snapshots.h"

/* Set "actor", "role", "application" and "evidence"; `change` may be NULL. */
void actor_json_set(struct json_builder *builder, json_t *object, const struct change_row *change);

/* And by which statement: "client", "command", "statement". */
void actor_json_set_all(struct json_builder *builder, json_t *object, const struct change_row *change);

#endif
