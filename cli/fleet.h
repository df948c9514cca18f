/* cli/fleet.h - the whole fleet on a terminal: a matrix of databases and environments, then what is not in sync. */
#ifndef DRIFTLINE_CLI_FLEET_H
#define DRIFTLINE_CLI_FLEET_H

#include "cli/answer.h"
#include "cli/table.h"

/* Append it. What it needs meanwhile lives in the arena. */
void fleet_write(struct buffer *output, const struct answer_fleet *fleet, const struct table_style *style,
                 struct arena *arena);

/* EXIT_DRIFT when something drifted, else EXIT_UNKNOWN when something, or everything, is unknown, else EXIT_FINE. */
int fleet_status(const struct answer_fleet *fleet);

#endif
