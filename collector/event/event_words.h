/* event/event_words.h - numbers, durations, times and kinds, as people say them; the same wherever they are shown.
 *
 * Nothing here fails but for memory, which the buffer remembers.
 */
#ifndef DRIFTLINE_EVENT_EVENT_WORDS_H
#define DRIFTLINE_EVENT_EVENT_WORDS_H

#include "base/buffer.h"
#include "base/text.h"

/* "10,000" */
void words_number(struct buffer *output, uint64_t number);

/* "1 change", "3,000 changes" */
void words_count(struct buffer *output, uint64_t number, const char *thing);

/* As much as people want to know: "40 s", "12 min", "3 h", "2 days"; "less than a second". */
void words_duration(struct buffer *output, int64_t seconds);

/* "after 12 min", "at once" */
void words_after(struct buffer *output, int64_t seconds);

/* "2026-12-16 11:09 UTC" of a time in JSON; what is none is shown as it is. */
void words_time(struct buffer *output, struct text time);

/* "foreign key", "unique constraint" of the name of a kind; of what is none the name without underscores. */
void words_kind(struct buffer *output, struct text kind);

/* "1 foreign key", "10,000 foreign keys" */
void words_kinds(struct buffer *output, uint64_t number, struct text kind);

/* "foreign keys" */
void words_plural(struct buffer *output, struct text kind);

/* The name of an attribute without underscores. */
void words_attribute(struct buffer *output, struct text name);

#endif
