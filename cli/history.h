/* cli/history.h - what happened to a database, as a timeline on a terminal: the newest last, where the eye is. */
#ifndef DRIFTLINE_CLI_HISTORY_H
#define DRIFTLINE_CLI_HISTORY_H

#include "cli/answer.h"
#include "cli/table.h"

/* Append it. What happened to several instances of an environment one after the other, and is the same, appears once.
 * What this needs meanwhile lives in the arena. */
enum error_code history_write(struct buffer *output, const struct answer_history *history,
                              const struct table_style *style, struct arena *arena, struct error *error) MUST_CHECK;

#endif
