/* cli/summary.h - how many changes there are of each severity, in words. */
#ifndef DRIFTLINE_CLI_SUMMARY_H
#define DRIFTLINE_CLI_SUMMARY_H

#include "cli/answer.h"

/* How many in all. */
int64_t summary_total(const struct answer_summary *summary);

/* `1 critical, 2 low`; `no difference that counts` when there is none. */
void summary_write(struct buffer *buffer, const struct answer_summary *summary);

#endif
