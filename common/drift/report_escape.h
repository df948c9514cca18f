/* drift/report_escape.h - text inside the formats that reports are written in: no name can forge a tag, a link, a
 * command or a line.
 *
 * What is appended must have gone through display_text() before: it is UTF-8 on one line without control characters.
 */
#ifndef DRIFTLINE_DRIFT_REPORT_ESCAPE_H
#define DRIFTLINE_DRIFT_REPORT_ESCAPE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/text.h"

/* In an element or an attribute's value between double quotes. */
void escape_xml(struct buffer *output, struct text displayed);

/* In a cell, a heading or a paragraph of Markdown: as code, so that nobody is mentioned, and with every character that
 * Markdown or HTML could read written as an entity. */
void escape_markdown(struct buffer *output, struct text displayed);

/* In a workflow command of GitHub, as its runner undoes it; `property`: in one of the command's properties. */
void escape_github(struct buffer *output, struct text displayed, bool property);

#endif
