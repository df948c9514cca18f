/* sinks/mime.h - the parts of an e-mail as RFC 5322, 2045 and 2047 write them: ASCII, short lines, CRLF.
 *
 * Nothing that is given here can begin a header or end a body: headers take text that went through display_text(), and
 * every byte beyond printable ASCII is encoded.
 */
#ifndef DRIFTLINE_NOTIFY_SINKS_MIME_H
#define DRIFTLINE_NOTIFY_SINKS_MIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"

/* "Name: value" of free text, folded; what is not plain ASCII as encoded words. */
void mime_text_header(struct buffer *output, const char *name, struct text displayed);

/* "Name: a, b" of addresses, one a line. */
void mime_address_header(struct buffer *output, const char *name, const struct text *addresses, size_t count);

/* "Date: Sat, 21 Nov 2026 10:00:00 +0000" */
void mime_date_header(struct buffer *output, int64_t microseconds);

/* A body of UTF-8 with `\n` between lines, as quoted-printable. */
void mime_quoted_printable(struct buffer *output, struct text text);

/* "local@example.com" of ASCII, with nothing in it that means something in a header or in SMTP. */
bool mime_is_address(struct text text);

#endif
