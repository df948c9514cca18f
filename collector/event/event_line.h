/* event/event_line.h - what the lines that events are told in are made of; for event_text.c and event_text_drift.c
 * only.
 *
 * Everything that comes from outside goes through display_text(): one line, no control characters. What data lacks
 * leaves a gap, never a failure.
 */
#ifndef DRIFTLINE_EVENT_EVENT_LINE_H
#define DRIFTLINE_EVENT_EVENT_LINE_H

#include <jansson.h>

#include "base/buffer.h"
#include "store/events.h"

/* One line on its way. */
struct event_line {
    const struct event_row *event;
    const json_t *data;
    struct buffer *output;
};

typedef void (*event_line_writer)(const struct event_line *line);

/* Of differences, contracts and the gate; NULL: of something else. */
extern const event_line_writer event_text_of_drifts[EVENT_TYPE_COUNT];

/* ---- what data says; empty, 0 or false when it does not ---- */

struct text line_string_of(const json_t *value);
struct text line_text_of(const struct event_line *line, const char *name);
int64_t line_number_of(const struct event_line *line, const char *name);
bool line_has(const struct event_line *line, const char *name);
bool line_says(const struct event_line *line, const char *name, const char *what);

/* ---- pieces ---- */

void line_put(const struct event_line *line, const char *words);
void line_put_text(const struct event_line *line, struct text text);
void line_put_clipped(const struct event_line *line, struct text text); /* with `…` where it was cut */

/* `words` and what data calls by the name; nothing when it does not. */
void line_put_if(const struct event_line *line, const char *words, const char *name);

/* "1 change", "3 changes" */
void line_put_count(const struct event_line *line, int64_t count, const char *thing);

/* "2 days", "3 h", "12 min", "40 s": as much as people want to know. */
void line_put_duration(const struct event_line *line, int64_t seconds);

/* "orders@prod/eu-1", "orders", or what data calls the target. */
void line_put_place(const struct event_line *line);

void line_put_agent(const struct event_line *line);

/* ", by alice (captured)"; nothing when nobody is known. `of` has "actor" and "evidence". */
void line_put_who(const struct event_line *line, const json_t *of);

/* ", by bob": whose token it was. */
void line_put_by(const struct event_line *line);

/* " (2 critical, 1 high)": the levels that matter; nothing when there are none. `name` is that of the counts. */
void line_put_levels(const struct event_line *line, const char *name);

/* "column shop.orders.total" */
void line_put_thing(const struct event_line *line, const json_t *of);

/* ": type bigint → integer; …"; nothing without attributes. `between` stands between the two values, of which that of
 * `first` comes first: "from" or "to". */
void line_put_attributes(const struct event_line *line, const json_t *of, const char *first, const char *between);

/* "modified column shop.orders.total: type bigint → integer" */
void line_put_change(const struct event_line *line, const json_t *change);

#endif
