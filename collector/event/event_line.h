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

void line_put_number(const struct event_line *line, int64_t number);                  /* "10,000" */
void line_put_count(const struct event_line *line, int64_t count, const char *thing); /* "1 change", "3 changes" */

/* ", and 2 more reasons"; nothing when there are none. */
void line_put_more(const struct event_line *line, int64_t count, const char *thing);

/* "2 days", "3 h", "12 min", "40 s": as much as people want to know. */
void line_put_duration(const struct event_line *line, int64_t seconds);

/* "orders@prod/eu-1", "orders", or what data calls the target. */
void line_put_place(const struct event_line *line);

void line_put_agent(const struct event_line *line);

/* "alice as app_owner with flyway"; nothing when nobody is known. `of` has "actor", "role", "application". */
void line_put_actor(const struct event_line *line, const json_t *of);

/* `words` and " by alice with psql (captured)"; nothing, and false, when nobody is known. `of` has "evidence", too. */
bool line_put_doer(const struct event_line *line, const json_t *of, const char *words);

/* " by bob": whose token it was. */
void line_put_by(const struct event_line *line);

/* " (2 critical, 1 high)": the levels that matter; nothing when there are none. `name` is that of the counts. */
void line_put_levels(const struct event_line *line, const char *name);

/* "foreign key", "foreign key shop.orders.customer" */
void line_put_kind(const struct event_line *line, const json_t *of);
void line_put_thing(const struct event_line *line, const json_t *of);

/* ---- values ---- */

/* Two values of an attribute, and what stands between them: "integer", " (", "staging", ": ", "bigint", ")". Of long
 * ones that begin alike only what differs is shown. */
struct line_values {
    const json_t *first, *second;
    const char *between;
    struct text where;
    const char *is, *after;
};
void line_put_values(const struct event_line *line, const struct line_values *values);

/* ": type bigint → integer, default none → 0, and 2 more attributes"; nothing without attributes. The values of
 * `first` come first: "from" or "to". */
void line_put_attributes(const struct event_line *line, const json_t *of, const char *first,
                         struct line_values *values);

/* ---- changes ---- */

/* "column shop.orders.total was changed: type bigint → integer" */
void line_put_change(const struct event_line *line, const json_t *change);

/* Up to three of them with who did it, and how many more of `count` there are. */
void line_put_changes(const struct event_line *line, const json_t *changes, int64_t count);

/* ---- sums, as event/change_groups.h makes them ---- */

/* "10,000 columns added in 500 tables", "2 tables removed (shop.a, shop.b)", "table shop.c removed"; with words of
 * one's own "10,000 columns in 500 tables" and those. */
void line_put_group(const struct event_line *line, const json_t *group, const char *words);

/* The worst three groups of data, each as `put` writes it, and how many other things there are. */
typedef void (*line_group_writer)(const struct event_line *line, const json_t *group);
void line_put_groups(const struct event_line *line, line_group_writer put, const char *rest);

#endif
