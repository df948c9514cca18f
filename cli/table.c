#include "cli/table.h"

#include <stdarg.h>
#include <stdio.h>

#include "drift/report_display.h"

enum { GAP = 2, FIRST_CAPACITY = 64, LEAST_WRAPPED = 24, CELL_LIMIT = 256 };

struct table_cell {
    struct text text;
    size_t width;  /* in columns */
    size_t tinted; /* bytes at its begin */
    enum tint tint;
};

/* ---- colours ---- */

static const char *const tints[] = {
    [TINT_GOOD] = "\33[32m", [TINT_BAD] = "\33[31m",   [TINT_DOUBT] = "\33[33m", [TINT_WORST] = "\33[1;31m",
    [TINT_CALM] = "\33[36m", [TINT_STRONG] = "\33[1m", [TINT_FAINT] = "\33[2m",
};

void tint_begin(struct buffer *output, enum tint tint, const struct table_style *style)
{
    if (style->colour && tint != TINT_NONE)
        buffer_add_string(output, tints[tint]);
}

void tint_end(struct buffer *output, enum tint tint, const struct table_style *style)
{
    if (style->colour && tint != TINT_NONE)
        buffer_add_string(output, "\33[0m");
}

/* ---- cells ---- */

void table_init(struct table *table, struct arena *arena, size_t columns)
{
    *table = (struct table){.arena = arena, .columns = columns};
}

static bool make_room(struct table *table)
{
    size_t capacity = table->capacity == 0 ? FIRST_CAPACITY : table->capacity * 2;
    struct table_cell *cells;

    if (table->count < table->capacity)
        return true;
    cells = arena_array(table->arena, capacity, sizeof *cells);
    if (cells == NULL)
        return false;
    if (table->count > 0)
        memcpy(cells, table->cells, table->count * sizeof *cells);
    table->cells = cells;
    table->capacity = capacity;
    return true;
}

void table_add(struct table *table, enum tint tint, struct text text)
{
    const char *copy = arena_string(table->arena, text);

    if (table->failed || copy == NULL || !make_room(table)) {
        table->failed = true;
        return;
    }
    text.bytes = copy;
    table->cells[table->count++] =
        (struct table_cell){.text = text, .width = display_width(text), .tinted = text.length, .tint = tint};
}

void table_printf(struct table *table, enum tint tint, const char *format, ...)
{
    char text[CELL_LIMIT];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text)
        table->failed = true;
    else
        table_add(table, tint, (struct text){text, (size_t)length});
}

void table_add_foreign(struct table *table, enum tint tint, struct text text)
{
    struct buffer shown;

    buffer_init(&shown);
    display_text(&shown, text);
    table->failed = table->failed || shown.failed;
    table_add(table, tint, buffer_text(&shown));
    buffer_clear(&shown);
}

void table_add_titles(struct table *table, const char *const *titles)
{
    for (; *titles != NULL; titles++)
        table_add(table, TINT_FAINT, text_from(*titles));
}

void table_add_buffer(struct table *table, enum tint tint, struct buffer *text)
{
    table->failed = table->failed || text->failed;
    table_add(table, tint, buffer_text(text));
    buffer_clear(text);
}

void table_add_names(struct table *table, const struct text *names, size_t count)
{
    struct buffer text;

    buffer_init(&text);
    for (size_t i = 0; i < count; i++) {
        buffer_add_string(&text, i > 0 ? ", " : "");
        display_text(&text, names[i]);
    }
    table_add_buffer(table, TINT_NONE, &text);
}

void table_tint_only(struct table *table, size_t bytes)
{
    if (!table->failed && bytes < table->cells[table->count - 1].tinted)
        table->cells[table->count - 1].tinted = bytes;
}

/* ---- writing ---- */

/* The columns of the terminal that each column of the table takes; NULL when memory runs out. */
static const size_t *measure(const struct table *table)
{
    size_t *widths = table->failed ? NULL : arena_array(table->arena, table->columns, sizeof *widths);

    for (size_t i = 0; i < table->count && widths != NULL; i++)
        if (table->cells[i].width > widths[i % table->columns])
            widths[i % table->columns] = table->cells[i].width;
    return widths;
}

/* A part of a cell. `begin` is where it begins in the cell's text. */
static void write_part(struct buffer *output, const struct table_cell *cell, size_t begin, size_t length,
                       const struct table_style *style)
{
    size_t tinted = cell->tinted <= begin ? 0 : cell->tinted - begin < length ? cell->tinted - begin : length;
    struct text text = {cell->text.bytes + begin, length};

    if (tinted > 0) {
        tint_begin(output, cell->tint, style);
        buffer_add(output, text.bytes, tinted);
        tint_end(output, cell->tint, style);
    }
    buffer_add(output, text.bytes + tinted, length - tinted);
}

/* The bytes of the longest beginning that fits, ending with a word where that is possible. */
static size_t fitting(struct text text, size_t columns)
{
    size_t fit = display_fit(text, columns);
    size_t word = fit;

    if (fit == text.length)
        return fit;
    while (word > 0 && text.bytes[word] != ' ')
        word--;
    return word > 0 ? word : fit > 0 ? fit : text_character(text);
}

/* The last cell of a row, whose lines begin at column `indent`. */
static void write_wrapped(struct buffer *output, const struct table_cell *cell, size_t indent,
                          const struct table_style *style)
{
    size_t room = style->width == 0                        ? SIZE_MAX
                  : style->width >= indent + LEAST_WRAPPED ? style->width - indent
                                                           : LEAST_WRAPPED;

    for (size_t at = 0; at < cell->text.length;) {
        size_t length = fitting((struct text){cell->text.bytes + at, cell->text.length - at}, room);

        if (at > 0)
            buffer_printf(output, "\n%*s", (int)indent, "");
        write_part(output, cell, at, length, style);
        at += length;
        while (at < cell->text.length && cell->text.bytes[at] == ' ')
            at++;
    }
}

/* Write a cell after the blanks that were held back: lines have none at their ends. */
static void write_cell(struct buffer *output, const struct table_cell *cell, size_t width, size_t *gap,
                       const struct table_style *style)
{
    if (cell->width > 0) {
        buffer_printf(output, "%*s", (int)*gap, "");
        *gap = 0;
        write_part(output, cell, 0, cell->text.length, style);
    }
    *gap += width - cell->width + GAP;
}

void table_write(struct buffer *output, const struct table *table, const struct table_style *style, size_t indent)
{
    const size_t *widths = measure(table);
    size_t last = table->columns - 1;
    size_t begin = indent; /* of the last column */

    if (widths == NULL) {
        output->failed = true;
        return;
    }
    for (size_t column = 0; column < last; column++)
        begin += widths[column] + GAP;
    for (size_t row = 0; row + last < table->count; row += table->columns) {
        size_t gap = indent;

        for (size_t column = 0; column < last; column++)
            write_cell(output, &table->cells[row + column], widths[column], &gap, style);
        if (table->cells[row + last].width > 0)
            buffer_printf(output, "%*s", (int)gap, "");
        write_wrapped(output, &table->cells[row + last], begin, style);
        buffer_add_byte(output, '\n');
    }
}

/* Some columns that stand beside each other, below the others when they are not the first ones. */
struct block {
    const size_t *widths;
    size_t begin;
    size_t end;
};

static void write_block(struct buffer *output, const struct table *table, const struct table_style *style,
                        const struct block *block)
{
    for (size_t row = 0; row + table->columns <= table->count; row += table->columns) {
        size_t gap = 0;

        write_cell(output, &table->cells[row], block->widths[0], &gap, style);
        for (size_t column = block->begin; column < block->end; column++)
            write_cell(output, &table->cells[row + column], block->widths[column], &gap, style);
        buffer_add_byte(output, '\n');
    }
}

/* As many columns as fit beside the first one, but at least one. */
static size_t block_end(const struct table *table, const struct table_style *style, const struct block *block)
{
    size_t used = block->widths[0];
    size_t end = block->begin;

    do
        used += GAP + block->widths[end++];
    while (end < table->columns && (style->width == 0 || used + GAP + block->widths[end] <= style->width));
    return end;
}

void table_write_folded(struct buffer *output, const struct table *table, const struct table_style *style)
{
    struct block block = {.widths = measure(table)};

    if (block.widths == NULL) {
        output->failed = true;
        return;
    }
    for (block.begin = 1; block.begin < table->columns; block.begin = block.end) {
        block.end = block_end(table, style, &block);
        if (block.begin > 1)
            buffer_add_byte(output, '\n');
        write_block(output, table, style, &block);
    }
}
