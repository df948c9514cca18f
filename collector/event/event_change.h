/* event/event_change.h - what a change or a difference says in the data of an event: enough to see what it is, never as
 * much as a definition of a view may take. All of it is in the history.
 */
#ifndef DRIFTLINE_EVENT_EVENT_CHANGE_H
#define DRIFTLINE_EVENT_EVENT_CHANGE_H

#include "drift/report_json_value.h"
#include "store/snapshots.h"

enum {
    EVENT_ATTRIBUTES_LIMIT = 5,
    EVENT_VALUE_LIMIT = 200, /* bytes of a value, cut at a character */
    EVENT_ITEMS_LIMIT = 20   /* of a value that is a list */
};

/* Set "attributes", an array as change_json_attributes() makes it, cut to the limits, and "more_attributes", how many
 * were left out; neither when there are none. Takes the array over, NULL is none. */
void event_change_set_attributes(struct json_builder *builder, json_t *object, json_t *attributes);

/* Set how it is known who did something, and who: "evidence", "actor", "role", "application", as far as they are known.
 */
void event_actor_set(struct json_builder *builder, json_t *object, const struct attribution *who);

/* A change of the history. */
json_t *event_change_value(struct json_builder *builder, const struct change *change, int64_t id,
                           const struct attribution *attribution);

#endif
