/* collector/track/fleet_story.h - a small fleet to which things happen, drawn from a seed: schemas change, are
 * taken over from each other and are taken back, coverage comes and goes, servers are upgraded, targets are forgotten,
 * another policy holds, somebody settles drifts, clocks jump.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_FLEET_STORY_H
#define DRIFTLINE_TEST_FLEET_STORY_H

#include "collector/track/correlated.h"
#include "common/drift/history_sample.h"

enum { PLACES = 8 };

/* A target, and the database behind it as it really is. */
struct place {
    const char *environment;
    const char *instance;
    int64_t target; /* 0: never seen, or forgotten */
    struct world world;
    struct world earlier;
    struct snapshot *seen; /* by its agent, last */
    enum kind gap;         /* what its role may not read */
    bool undeclared;       /* or what it does not declare */
    unsigned major;
};

/* All of it are targets of the database "orders". */
struct fleet_story {
    struct history history;
    struct correlated correlated;
    struct place places[PLACES];
    struct sample_random random;
    uint64_t seed;
    bool is_calm; /* one instance an environment, and nothing that makes all of it be looked at */
    unsigned step;
    unsigned first_sights; /* so far */
    char doing[160];
};

/* The same seed makes the same history. */
void fleet_story_begin(struct fleet_story *story, uint64_t seed);
void fleet_story_end(struct fleet_story *story);

/* One thing happens, and `doing` says what. */
void fleet_story_play(struct fleet_story *story);

#endif
