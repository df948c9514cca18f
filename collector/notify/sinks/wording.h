/* sinks/wording.h - what the kinds for people say in the same words, before each writes it for its medium.
 *
 * Texts of a message come from databases and people. All that is appended here has gone through display_text()
 * (drift/report_display.h): UTF-8 on one line, nothing hidden in it. It is not yet escaped for any medium.
 */
#ifndef DRIFTLINE_NOTIFY_SINKS_WORDING_H
#define DRIFTLINE_NOTIFY_SINKS_WORDING_H

#include "drift/report_json_value.h"
#include "notify/message.h"

enum {
    WORDING_TITLE_LIMIT = 250, /* bytes; the strictest service takes 256 characters */
    WORDING_LINE_LIMIT = 640   /* a line with who did it and how often */
};

/* Of at most `limit` bytes, cut at a character, with `…` where it was. */
void wording_clip(struct buffer *output, struct text text, size_t limit);

/* The same as a JSON string. */
json_t *wording_value(struct json_builder *builder, struct text text, size_t limit);

/* What is in a buffer as a JSON string; the buffer is emptied. */
json_t *wording_take(struct json_builder *builder, struct buffer *buffer);

/* "column shop.orders.total differs: bigint is integer in prod, by alice (3 times)": without the level. At most
 * WORDING_LINE_LIMIT bytes. */
void wording_line(struct buffer *output, const struct message_line *line);

/* How many of the lines fit into so many bytes together, each counted with `overhead` more. At least one if there is
 * one. Fails as the builder does. */
size_t wording_fit(struct json_builder *builder, const struct message *message, size_t limit, size_t overhead);

/* "and 12 more", of which `shown` lines were written; nothing when none is left out. */
void wording_more(struct buffer *output, const struct message *message, size_t shown);

/* How things stand: "DRIFTED, 3 differences open"; "IN_SYNC, nothing open" at the end; nothing when there is nothing to
 * say. */
void wording_state(struct buffer *output, const struct message *message);

/* "🔴" … by level, "✅" when it is over. */
const char *wording_mark(const struct message *message);

/* The link, if it is one that can be put anywhere as it is: http or https, printable ASCII, nothing that ends an
 * attribute or a link in any medium. Else empty. */
struct text wording_link(const struct message *message);

/* "driftline-<id of the store>-<incident>": the same for all messages of an incident, and of no other anywhere. */
void wording_incident(struct buffer *output, const struct message *message);

#endif
