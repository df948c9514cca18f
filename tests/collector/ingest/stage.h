/* collector/ingest/stage.h - a scene with two agents and something to offer, for the tests of the conversation's parts.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_STAGE_H
#define DRIFTLINE_TEST_STAGE_H

#include "scene.h"

enum { STAGE_VERSIONS = 4 };

struct stage {
    struct scene scene;
    struct peer orders;                    /* agent "orders-db", which may speak for orders in any environment */
    struct peer billing;                   /* agent "billing-db", for anything in prod */
    struct offering small[STAGE_VERSIONS]; /* of 100 tables, in versions 1 … */
};

/* For cmocka; `state` becomes a stage. */
int stage_setup(void **state);
int stage_teardown(void **state);

/* Offer a snapshot of the first target; and deliver it, which answers how many messages asked for nodes. */
void stage_offer(struct peer *peer, uint64_t seq, const struct offering *offering);
unsigned stage_deliver(struct peer *peer, uint64_t seq, const struct offering *offering);

#endif
