/* cli/event_line.h - one event as a line for people: when, how bad, what, where, and what it says. */
#ifndef DRIFTLINE_CLI_EVENT_LINE_H
#define DRIFTLINE_CLI_EVENT_LINE_H

#include <jansson.h>

#include "base/buffer.h"
#include "cli/table.h"

/* `event` is a CloudEvent. What it lacks is left out, for a later collector may say less. */
void event_line_write(struct buffer *output, const json_t *event, const struct table_style *style);

/* What it is about: "orders@prod/eu-1", an agent's name, or nothing. */
void event_line_place(struct buffer *output, const json_t *event);

#endif
