/* sinks/email_body.h - what an e-mail says: as plain text, and as HTML that reads well in light and dark.
 *
 * Both are UTF-8 with `\n` between lines. The HTML loads nothing from anywhere.
 */
#ifndef DRIFTLINE_NOTIFY_SINKS_EMAIL_BODY_H
#define DRIFTLINE_NOTIFY_SINKS_EMAIL_BODY_H

#include "notify/message.h"

void email_body_text(struct buffer *output, const struct message *message);
void email_body_html(struct buffer *output, const struct message *message);

#endif
