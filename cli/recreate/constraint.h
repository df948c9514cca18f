/* recreate/constraint.h - constraints within CREATE TABLE, and what stands in ALTER TABLE … ADD. */
#ifndef DRIFTLINE_RECREATE_CONSTRAINT_H
#define DRIFTLINE_RECREATE_CONSTRAINT_H

#include "recreate/making.h"

/* Whether a part is a constraint that CREATE TABLE can say: a valid check that calls nothing, a key that no partition
 * has a share in. */
bool constraint_is_inside(const struct making *making, const struct object *table, const struct part *part);

/* `CONSTRAINT name CHECK (…)` */
void constraint_put(struct making *making, uint32_t object, const struct part *part);

/* The index of a key or of a table that a dotted path names: `shop.events.events_pkey` is shop.events_pkey. */
void put_index_of(struct making *making, struct text path);

/* A step that makes the index of a partition part of that of its table. */
void write_attachment(struct making *making, const struct facts *facts, struct text name);

/* Steps: on which index a table is clustered, and which identifies its rows. */
void write_table_roles(struct making *making, const struct facts *table);

#endif
