/* cli/table.h - rows of cells as aligned columns for a terminal.
 *
 * A cell is text that is fit to be shown (what comes from outside goes through display_text() first), with a colour for
 * all of it or for its beginning. Cells are added from left to right, row by row. A table that is wider than the
 * terminal either wraps its last column, or goes on below with its further columns, each time beginning with the first
 * one again.
 *
 * Failure is sticky, as that of a buffer: it shows in the buffer that the table is written to.
 * Ownership: everything lives in the arena.
 */
#ifndef DRIFTLINE_CLI_TABLE_H
#define DRIFTLINE_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/text.h"

enum tint { TINT_NONE, TINT_GOOD, TINT_BAD, TINT_DOUBT, TINT_WORST, TINT_CALM, TINT_STRONG, TINT_FAINT };

/* How a command writes to people. */
struct table_style {
    bool colour;
    size_t width; /* columns of the terminal; 0: it is none, and nothing is wrapped */
};

struct table {
    struct arena *arena;
    size_t columns;
    struct table_cell *cells;
    size_t count;
    size_t capacity;
    bool failed;
};

void table_init(struct table *table, struct arena *arena, size_t columns);

/* Add a cell, all in one colour. */
void table_add(struct table *table, enum tint tint, struct text text);

/* The same from a format. */
void table_printf(struct table *table, enum tint tint, const char *format, ...) PRINTF_LIKE(3, 4);

/* The same from a name or text that comes from outside. */
void table_add_foreign(struct table *table, enum tint tint, struct text text);

/* A row of titles, which a NULL ends. */
void table_add_titles(struct table *table, const char *const *titles);

/* The text of a buffer, which is cleared. */
void table_add_buffer(struct table *table, enum tint tint, struct buffer *text);

/* Names that come from outside, with commas between them. */
void table_add_names(struct table *table, const struct text *names, size_t count);

/* Colour only the first `bytes` of the cell that was added last. */
void table_tint_only(struct table *table, size_t bytes);

/* Write the rows, each indented by `indent`; the last column is wrapped. */
void table_write(struct buffer *output, const struct table *table, const struct table_style *style, size_t indent);

/* Write the rows; columns that do not fit follow below. */
void table_write_folded(struct buffer *output, const struct table *table, const struct table_style *style);

/* Begin and end a colour; nothing without colours. */
void tint_begin(struct buffer *output, enum tint tint, const struct table_style *style);
void tint_end(struct buffer *output, enum tint tint, const struct table_style *style);

#endif
