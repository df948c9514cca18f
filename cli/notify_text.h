/* cli/notify_text.h - sinks, routes and messages as people read them. */
#ifndef DRIFTLINE_CLI_NOTIFY_TEXT_H
#define DRIFTLINE_CLI_NOTIFY_TEXT_H

#include "cli/answer_notify.h"
#include "cli/table.h"

/* Who can be told and how each does, then who is told what. */
void notify_write_list(struct buffer *output, const struct answer_notify *notify, const struct table_style *style,
                       struct arena *arena, int64_t now);

/* Messages, newest first; `none` is what to say when there are none. */
void notify_write_deliveries(struct buffer *output, const struct answer_deliveries *deliveries, const char *none,
                             const struct table_style *style, struct arena *arena, int64_t now);

/* One with all that it says. */
void notify_write_delivery(struct buffer *output, const struct answer_delivery *delivery,
                           const struct table_style *style, int64_t now);

/* "sent", with the status if one came; "dead: …"; "waiting, next attempt …: …". */
void notify_write_state(struct buffer *output, const struct answer_delivery *delivery, int64_t now);

#endif
