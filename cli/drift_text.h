/* cli/drift_text.h - drifts and waivers on a terminal. What writing needs meanwhile lives in the arena. */
#ifndef DRIFTLINE_CLI_DRIFT_TEXT_H
#define DRIFTLINE_CLI_DRIFT_TEXT_H

#include "cli/answer_drift.h"
#include "cli/change_text.h"
#include "cli/table.h"

/* Those of one pair together, the worst first. `now` is when ages are measured. */
void drift_write_list(struct buffer *output, const struct answer_drifts *drifts, const struct table_style *style,
                      struct arena *arena, int64_t now);

/* One with everything that happened to it. */
void drift_write_one(struct buffer *output, const struct answer_drift *drift, const struct table_style *style,
                     struct arena *arena, int64_t now);

void drift_write_waivers(struct buffer *output, const struct answer_waivers *waivers, const struct table_style *style,
                         struct arena *arena, int64_t now);

/* What there is to know beside what it is: state, who did it, whom it concerns. The buffer is empty before. */
void drift_write_remarks(struct buffer *buffer, const struct answer_drift *drift, int64_t now);

/* What a promotion would change. */
struct change_view drift_view(const struct answer_drift *drift);

#endif
