/* collector/ingest/offering.h - snapshots as an agent has them: nodes by hash, and the root to offer.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_OFFERING_H
#define DRIFTLINE_TEST_OFFERING_H

#include "schema/node_table.h"
#include "schema/snapshot.h"

struct offering {
    struct snapshot *snapshot;
    struct node_table nodes; /* without the root */
    struct text root_node;
    struct arena arena; /* of the bytes of the nodes */
};

/* Tables s.t0 … with two columns each. The first one's comment has `comment` bytes and says the version. */
struct offering_shape {
    uint32_t tables;
    uint32_t version;
    size_t comment;
};

void offering_make(struct offering *offering, const struct offering_shape *shape);
void offering_clear(struct offering *offering);

#endif
