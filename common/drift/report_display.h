/* drift/report_display.h - what comes from databases, made fit for people's eyes: shared by the report formats.
 *
 * Everything that display_… appends is well-formed UTF-8 on one line, without control characters, without characters
 * that turn the direction of writing: those appear as `\n`, `\x1b`, `\u202e`. Bytes that are no UTF-8 appear as `\xff`.
 */
#ifndef DRIFTLINE_DRIFT_REPORT_DISPLAY_H
#define DRIFTLINE_DRIFT_REPORT_DISPLAY_H

#include "base/buffer.h"
#include "base/text.h"
#include "drift/change.h"
#include "drift/report.h"

/* One line. */
void display_text(struct buffer *output, struct text text);

/* The same of at most so many columns of a terminal, with `…` where it was cut. 0: no limit. */
void display_clipped(struct buffer *output, struct text text, size_t columns);

/* The columns that a displayed text takes: East Asian characters take two, combining ones none. */
size_t display_width(struct text displayed);

/* The bytes of the longest beginning of a displayed text that takes at most so many columns. */
size_t display_fit(struct text displayed, size_t columns);

/* A value: `none` when absent, the items of a list with commas between, the empty text as `''`. */
void display_value(struct buffer *output, const struct attribute *attribute, size_t columns);

/* One sentence: `modified column shop.orders.total: type: bigint → integer`. Long values are cut. */
void display_change(struct buffer *output, const struct change *change);

/* One sentence about something that was not read, or cannot be compared. */
void display_uncovered(struct buffer *output, const struct uncovered *uncovered);

/* What one side has that two engines cannot compare: `3 views, 1 table (virtual)`; nothing when there is none. */
const char *display_not_compared_title(const struct diff *diff);
void display_not_compared(struct buffer *output, const struct diff *diff, enum side side);

/* One line: `shop.orders.id: int = integer (integer)`. */
void display_equivalent(struct buffer *output, const struct equivalent *equivalent);

/* `3 changes: 1 critical, 0 high, 2 medium, 0 low`, `no changes` or `not compared`, with what was ignored. */
void display_summary(struct buffer *output, const struct diff *diff);

/* What a side of the comparison is called: its reference, or its root when it has none. */
void display_side(struct buffer *output, const struct snapshot *snapshot);

#endif
