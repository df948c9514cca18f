/* correlate/fleet_environment.h - the instances of one environment: their variants, and what is known of each; for the
 * fleet and the gate only. */
#ifndef DRIFTLINE_CORRELATE_FLEET_ENVIRONMENT_H
#define DRIFTLINE_CORRELATE_FLEET_ENVIRONMENT_H

#include "correlate/fleet_cache.h"
#include "correlate/fleet_pairs.h"

/* What looking needs at every step. */
struct fleet_looking {
    struct database *database;
    const struct fleet_policy *policy;
    struct fleet_cache *cache;       /* NULL: nothing is remembered */
    const struct fleet_pairs *pairs; /* NULL: what was accepted is not asked for */
    int64_t now;
    struct arena *arena;
    struct error *error;
};

/* Fill everything but name and place on the path, from the instances' targets, which are there, by name. */
enum error_code fleet_look_at_environment(struct fleet_looking *looking,
                                          struct fleet_environment *environment) MUST_CHECK;

/* What keeps a target from being known, but for its coverage: nobody watches it, its agent is silent, its server cannot
 * be reached …; an empty text: nothing. */
enum error_code fleet_find_trouble(struct fleet_looking *looking, const struct target_row *target,
                                   struct text *ret_why) MUST_CHECK;

/* Compare two sides, or remember what came of it. */
enum error_code fleet_compare(struct fleet_looking *looking, const struct fleet_side *from, const struct fleet_side *to,
                              struct fleet_pair *ret_pair) MUST_CHECK;

/* The newest snapshot of a target as a side of a comparison. */
struct fleet_side fleet_side_of(const struct target_row *target);

/* Set a text that arena_printf() made, or say that memory ran out. */
enum error_code fleet_say(struct fleet_looking *looking, struct text *ret_text, const char *string) MUST_CHECK;

enum error_code fleet_no_memory(struct fleet_looking *looking);

#endif
