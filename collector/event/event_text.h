/* event/event_text.h - what an event says, as one line for people; the same words wherever it is shown.
 *
 *   column shop.orders.total differs: bigint is integer in prod, by alice (captured)
 *   contract checkout does not hold in orders@prod: column shop.orders.total is integer, must be bigint
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

#endif
