/* lint/world_table.h - what is behind the world: its table of names, and what the target says. For world….c only. */
#ifndef DRIFTLINE_LINT_WORLD_TABLE_H
#define DRIFTLINE_LINT_WORLD_TABLE_H

#include "lint/world.h"

/* Where what is called so is kept; `class` tells names apart that may be the same. NULL: no memory. */
void **world_slot_of(struct world *world, char class, struct text schema, struct text name);

/* Remember that memory ran out. */
void world_fail(struct world *world);

/* Fill a relation from the target, or say that there is none. */
void world_load_relation(struct world *world, struct relation *relation);

/* Load every table of the target, so that indexes are found by their names. */
void world_load_all(struct world *world);

/* State of an object that is no relation. */
enum thing_state world_look_up(struct world *world, enum kind kind, struct text schema, struct text name);

/* Room for one more. */
bool world_grow(struct world *world, void *items, size_t count, size_t *room, size_t size);

#endif
