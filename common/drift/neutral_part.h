/* drift/neutral_part.h - the columns, keys and indexes of one table in their neutral form. For neutral.c only. */
#ifndef DRIFTLINE_DRIFT_NEUTRAL_PART_H
#define DRIFTLINE_DRIFT_NEUTRAL_PART_H

#include "drift/neutral.h"

/* Make the columns: `parts` has room for all parts of the object. */
enum error_code neutral_columns_make(struct neutral_table *table, enum type_engine engine, struct arena *arena,
                                     struct error *error) MUST_CHECK;

/* Make the rest, when the columns of all tables are there, and count what cannot be compared. */
enum error_code neutral_keys_make(struct neutral_table *table, struct neutral *neutral, struct arena *arena,
                                  struct error *error) MUST_CHECK;

/* The column of a name as the engine has it, or NULL. */
const struct neutral_part *neutral_column(const struct neutral_table *table, struct text name);

#endif
