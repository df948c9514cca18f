/* cli/spread.h - all environments and instances of a database side by side, on a terminal. */
#ifndef DRIFTLINE_CLI_SPREAD_H
#define DRIFTLINE_CLI_SPREAD_H

#include "cli/answer_gate.h"
#include "cli/table.h"

/* What differs, one letter a version; columns that do not fit follow below. What writing needs meanwhile lives in the
 * arena. */
void spread_write(struct buffer *output, const struct answer_spread *spread, const struct table_style *style,
                  struct arena *arena);

#endif
