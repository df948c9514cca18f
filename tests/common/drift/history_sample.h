/* common/drift/history_sample.h - a small database that lives: things are made, dropped, renamed and exchange their
 * names, and each keeps its number. For tests of what renames a history can tell.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_HISTORY_SAMPLE_H
#define DRIFTLINE_TEST_HISTORY_SAMPLE_H

#include "common/schema/sample.h"
#include "schema/snapshot.h"

enum { WORLD_THINGS = 24, WORLD_PARTS = 5, WORLD_SCHEMAS = 4 /* things before the objects */ };

/* A schema, an object or a part: a number (0: there is none), a name of a small pool, and where it is. */
struct thing {
    unsigned id;
    unsigned name;
    unsigned place; /* of an object: the number of its schema */
    unsigned version;
    unsigned next_part;
    struct thing *parts; /* of an object: WORLD_PARTS of them */
};

struct world {
    struct thing things[WORLD_THINGS]; /* some schemas, then objects */
    struct thing parts[WORLD_THINGS][WORLD_PARTS];
    unsigned next_id;
    struct sample_random random;
};

/* Some schemas with some objects. The same seed makes the same world, and the same history. */
void world_begin(struct world *world, uint64_t seed);

/* A few things happen: as much as there may be between two snapshots. Nothing happens for which a history has no words
 * (drift/lineage.h). */
void world_change(struct world *world);

/* As it is now. With an origin it has the numbers of things; without it only their names. */
struct snapshot *world_snapshot(struct world *world, struct text origin);

#endif
