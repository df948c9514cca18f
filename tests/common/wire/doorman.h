/* A handler of ZAP for tests: a thread that lets in one key, as user "7". */
#ifndef DRIFTLINE_TEST_WIRE_DOORMAN_H
#define DRIFTLINE_TEST_WIRE_DOORMAN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "wire/keys.h"

struct doorman {
    void *socket;
    void *control; /* both ends of a pair: what is sent on this one ends the thread */
    void *controlled;
    uint8_t allowed[KEY_SIZE];
    atomic_bool closed; /* set it, and everybody is refused */
    atomic_uint accepted, refused;
    pthread_t thread;
};

/* Failure: the functions fail the calling test. */
void doorman_start(struct doorman *doorman, void *context, const struct key_pair *allowed);
void doorman_stop(struct doorman *doorman);

#endif
