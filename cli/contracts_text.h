/* cli/contracts_text.h - contracts on a terminal. What writing needs meanwhile lives in the arena. */
#ifndef DRIFTLINE_CLI_CONTRACTS_TEXT_H
#define DRIFTLINE_CLI_CONTRACTS_TEXT_H

#include "cli/answer_contracts.h"
#include "cli/table.h"
#include "contract/contract_check.h"

/* What the collector says: a problem with the files first, then all contracts, then what is not as it should be, the
 * worst first. `now` is when ages are measured. */
void contracts_write_list(struct buffer *output, const struct answer_contracts *contracts,
                          const struct table_style *style, struct arena *arena, int64_t now);

/* What checks of a file's contracts found, one result a contract: a line for each finding, then the contracts. */
void contracts_write_results(struct buffer *output, const struct contract_set *set,
                             const struct contract_result *results, const struct table_style *style,
                             struct arena *arena);

#endif
