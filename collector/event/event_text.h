/* event/event_text.h - what an event says, as one line for people; the same words wherever it is shown.
 *
 *   orders: column shop.orders.total is integer in prod, bigint in staging, changed first in prod by alice (captured)
 *   orders@prod: contract checkout (team-a) no longer holds: column shop.orders.total is integer, must be bigint
 *
 * The line is text, not yet escaped for any medium; control characters of names are escaped in it. It does not repeat
 * time and severity. It has at most EVENT_TEXT_LIMIT bytes, cut at a character.
 */
#ifndef DRIFTLINE_EVENT_EVENT_TEXT_H
#define DRIFTLINE_EVENT_EVENT_TEXT_H

#include <jansson.h>

#include "base/buffer.h"
#include "store/events.h"

enum { EVENT_TEXT_LIMIT = 500 };

/* `data` is that of the event, taken apart. Never fails: what data lacks is left out. */
void event_text_write(const struct event_row *event, const json_t *data, struct buffer *output);

/* One of the changes of schema-changed, or one of its groups, without who did it:
 * "orders@prod: column shop.orders.note was added", "orders@prod: 10,000 columns added in 500 tables". */
void event_text_write_change(const struct event_row *event, const json_t *change, struct buffer *output);
void event_text_write_group(const struct event_row *event, const json_t *group, struct buffer *output);

/* Who did it, of an event's data or a change: "alice as app_owner with flyway"; nothing when that is not known. */
void event_text_write_actor(const json_t *of, struct buffer *output);

#endif
