#include "sources/source_rows.h"

enum error_code source_rows_begin(struct source_rows *rows, struct error *error)
{
    rows->count = rows->bytes = 0;
    rows->rows = arena_array(rows->arena, SOURCE_ROWS_LIMIT, sizeof *rows->rows);
    if (rows->rows == NULL)
        return arena_error(rows->arena, error, "reading rows");
    return ERROR_NONE;
}

static enum error_code keep(struct source_rows *rows, struct text value, struct text *ret_value, struct error *error)
{
    const char *copy = arena_copy(rows->arena, value.length == 0 ? "" : value.bytes, value.length);

    if (copy == NULL)
        return arena_error(rows->arena, error, "reading rows");
    *ret_value = (struct text){copy, value.length};
    rows->bytes += value.length;
    return ERROR_NONE;
}

enum error_code source_rows_add(struct source_rows *rows, struct text first, struct text second, struct error *error)
{
    struct source_row row;

    if (first.bytes == NULL)
        return ERROR_NONE;
    if (second.bytes == NULL)
        second = first;
    if (rows->count == SOURCE_ROWS_LIMIT)
        return error_set(error, ERROR_LIMIT, "the table has more than %d rows", SOURCE_ROWS_LIMIT);
    if (first.length + second.length > SOURCE_ROWS_BYTES_LIMIT - rows->bytes)
        return error_set(error, ERROR_LIMIT, "the rows have more than %d bytes", SOURCE_ROWS_BYTES_LIMIT);
    if (keep(rows, first, &row.values[0], error) != ERROR_NONE ||
        keep(rows, second, &row.values[1], error) != ERROR_NONE)
        return error->code;
    rows->rows[rows->count++] = row;
    return ERROR_NONE;
}
