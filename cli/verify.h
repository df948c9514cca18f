/* cli/verify.h - whether what was approved arrived, on a terminal. */
#ifndef DRIFTLINE_CLI_VERIFY_H
#define DRIFTLINE_CLI_VERIFY_H

#include "cli/answer_gate.h"
#include "cli/table.h"

/* What writing needs meanwhile lives in the arena. `now` is when ages are measured. */
void verify_write(struct buffer *output, const struct answer_verify *verify, const struct table_style *style,
                  struct arena *arena, int64_t now);

/* In a few words how it stands: `DRIFTED, 3 changes: 1 high, 2 low` */
void verify_write_state(struct buffer *buffer, const struct answer_verify *verify);

#endif
