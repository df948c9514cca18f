#include "stage.h"

int stage_setup(void **state)
{
    static struct stage stage;
    struct offering_shape shape = {.tables = 100};

    scene_open(&stage.scene);
    peer_init(&stage.orders, &stage.scene.line, scene_enroll(&stage.scene, "orders-db", "orders@*/*"), 1);
    peer_init(&stage.billing, &stage.scene.line, scene_enroll(&stage.scene, "billing-db", "*@prod/*"), 2);
    for (uint32_t i = 0; i < STAGE_VERSIONS; i++) {
        shape.version = i + 1;
        offering_make(&stage.small[i], &shape);
    }
    *state = &stage;
    return 0;
}

int stage_teardown(void **state)
{
    struct stage *stage = *state;

    for (unsigned i = 0; i < STAGE_VERSIONS; i++)
        offering_clear(&stage->small[i]);
    peer_clear(&stage->orders);
    peer_clear(&stage->billing);
    scene_close(&stage->scene);
    return 0;
}

void stage_offer(struct peer *peer, uint64_t seq, const struct offering *offering)
{
    peer_offer(peer, &(struct peer_offer){.seq = seq, .offering = offering});
}

unsigned stage_deliver(struct peer *peer, uint64_t seq, const struct offering *offering)
{
    return peer_deliver(peer, &(struct peer_offer){.seq = seq, .offering = offering});
}
