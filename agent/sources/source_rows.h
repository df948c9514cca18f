/* sources/source_rows.h - two columns of a table, row by row: the one thing that is ever read of a database besides its
 * schema, and only where somebody asked for just this table (`lookups` of `driftline codegen`).
 */
#ifndef DRIFTLINE_SOURCES_SOURCE_ROWS_H
#define DRIFTLINE_SOURCES_SOURCE_ROWS_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "schema/object.h"

enum { SOURCE_ROWS_LIMIT = 10000, SOURCE_ROWS_BYTES_LIMIT = 4 * 1024 * 1024, SOURCE_ROWS_COLUMNS = 2 };

struct source_row {
    struct text values[SOURCE_ROWS_COLUMNS];
};

/* What is wanted, as a snapshot names it, and what was found. Rows with a NULL in the first column are left out; in the
 * second it is the first. The order is the server's. More rows or bytes than the limits are ERROR_LIMIT. */
struct source_rows {
    const struct path *table;
    struct text columns[SOURCE_ROWS_COLUMNS];
    struct arena *arena; /* of what is found */
    struct source_row *rows;
    size_t count;
    size_t bytes;
};

/* Make room. Once, before the first row. */
enum error_code source_rows_begin(struct source_rows *rows, struct error *error) MUST_CHECK;

/* Add one; bytes NULL: the value is NULL. */
enum error_code source_rows_add(struct source_rows *rows, struct text first, struct text second,
                                struct error *error) MUST_CHECK;

#endif
