/* sinks/slack_text.h - text inside Slack's blocks: no name can mention anybody, link anywhere or forge a line.
 *
 * What comes from databases goes into `plain_text` objects, in which there is no markup, with emoji off. In these, too,
 * and in everything else that Slack reads, the three characters that begin its own tags and entities are entities.
 */
#ifndef DRIFTLINE_NOTIFY_SINKS_SLACK_TEXT_H
#define DRIFTLINE_NOTIFY_SINKS_SLACK_TEXT_H

#include "base/buffer.h"
#include "drift/report_json_value.h"
#include "notify/message.h"

/* Slack counts characters; we count bytes, of which there are never fewer. */
enum { SLACK_TITLE_LIMIT = 150, SLACK_SECTION_LIMIT = 3000 };

/* At most `limit` bytes when escaped; cut at a character, never within an entity. */
void slack_escape(struct buffer *output, struct text displayed, size_t limit);

/* The blocks of a message: the title, its lines, what shows more, how things stand. `title` stands for the message's
 * own. */
json_t *slack_blocks(struct json_builder *builder, const struct message *message, struct text title);

#endif
