/* collector/feed/sample.h - a small fleet in a store of its own, with everything in it that an answer may have to say.
 *
 *   orders   staging: two changes ahead; prod: eu-1, eu-2 and eu-3 alike, us-1 an outlier; names that need escaping
 *   billing  staging alone, with a gap in its history and kinds that could not be read; of its two changes one was
 *            captured, and one escaped
 *   silent   prod: not heard for long, and unreachable, after its server was replaced twice; a target without any
 *            snapshot
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_FEED_SAMPLE_H
#define DRIFTLINE_TEST_FEED_SAMPLE_H

#include "correlate/policy.h"
#include "storage/database.h"
#include "store/tokens.h"

struct sample_tokens {
    char read[TOKEN_TEXT_SIZE];
    char gate[TOKEN_TEXT_SIZE];
    char operate[TOKEN_TEXT_SIZE];
    char admin[TOKEN_TEXT_SIZE];
    char expired[TOKEN_TEXT_SIZE];
};

/* Fill the store in a folder, which is made. */
void sample_fill(const char *folder, struct sample_tokens *ret_tokens);

/* Contracts about orders, as a file: one holds everywhere, one does not in staging, where "totals" became another type.
 */
extern const char sample_contracts[];

/* How the sample is compared and gated: staging is promoted to prod, with those contracts. To be released. */
struct policy *sample_policy(void);

/* Work out drifts and contracts under a policy; then acknowledge one drift, waive another, and note a run of the gate.
 * Work for core_call(): `policy` is a struct policy. */
enum error_code sample_correlate(void *policy, struct database *database, struct error *error);

#endif
