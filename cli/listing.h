/* cli/listing.h - agents, targets and snapshots as tables on a terminal.
 *
 * What writing needs meanwhile lives in the arena.
 */
#ifndef DRIFTLINE_CLI_LISTING_H
#define DRIFTLINE_CLI_LISTING_H

#include "cli/answer.h"
#include "cli/table.h"

/* `now` is when ages are measured. */
void listing_write_agents(struct buffer *output, const struct answer_agents *agents, const struct table_style *style,
                          struct arena *arena, int64_t now);
void listing_write_targets(struct buffer *output, const struct answer_targets *targets, const struct table_style *style,
                           struct arena *arena, int64_t now);

void listing_write_snapshots(struct buffer *output, const struct answer_snapshots *snapshots,
                             const struct table_style *style, struct arena *arena);

#endif
