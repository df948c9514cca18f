/* recreate/column.h - columns of tables: within CREATE TABLE, and what only ALTER TABLE can say of them. */
#ifndef DRIFTLINE_RECREATE_COLUMN_H
#define DRIFTLINE_RECREATE_COLUMN_H

#include "recreate/bases.h"

/* "TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW": what ALTER and COMMENT ON call a relation. */
const char *relation_word(enum kind kind);

/* The facts of all columns of a relation, by their place among its parts. NULL when memory is out. */
struct facts *columns_make(struct making *making, uint32_t object);

/* `name type …`, for a column that the table does not have by itself. */
void column_put(struct making *making, const struct facts *column, const struct part *part, const struct bases *bases);

/* Into the same step: what differs from what the column has by itself, storage, comments. */
void column_put_changes(struct making *making, const struct facts *table, const struct facts *column,
                        const struct part *part, const struct bases *bases);

/* Steps of their own: a default that calls functions, privileges. */
void column_write_later(struct making *making, const struct facts *table, const struct facts *column,
                        const struct part *part);

#endif
