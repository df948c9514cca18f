/* sinks/github_body.h - what an issue or a comment of GitHub says: one section for each message, the newest on top.
 *
 * Hidden comments of Markdown carry what we know it by again: one at the top for the incident, and one for each
 * message, so that one that was written before is not written twice. What people add to the text stays.
 */
#ifndef DRIFTLINE_NOTIFY_SINKS_GITHUB_BODY_H
#define DRIFTLINE_NOTIFY_SINKS_GITHUB_BODY_H

#include "notify/message.h"

enum { GITHUB_BODY_LIMIT = 65536 /* characters; we count bytes, of which there are never fewer */ };

/* "<!-- driftline incident 5f0c… -->". Keyed by the token: nobody else can write one for an incident to come. */
enum error_code github_marker(struct buffer *output, const struct message *message, struct text token,
                              struct error *error) MUST_CHECK;

/* The text for a message, above what was there before: `earlier` is the body as it is now, or empty. */
void github_body(struct buffer *output, const struct message *message, struct text marker, struct text earlier);

/* Whether the body has this message already. */
bool github_has_message(struct text body, const struct message *message);

#endif
