/* Schemas, where a driver has a list of them: also those in which nothing is. */
#include "sources/odbc/generic_private.h"

static enum error_code take_schema(void *context, const char *const *labels, const struct text *values, unsigned count,
                                   struct error *error)
{
    enum { SCHEMA = 2 };
    struct generic_reader *reader = context;
    struct text row[1];

    (void)labels;
    if (values == NULL)
        return ERROR_NONE;
    row[0] = generic_column(values, count, SCHEMA);
    if (row[0].length == 0 || generic_is_system_schema(row[0]) || generic_names_have(&reader->schemas, row[0]))
        return ERROR_NONE;
    if (!generic_keep(&reader->arena, &row[0]) || !generic_names_add(&reader->schemas, &reader->arena, row[0]))
        return arena_error(&reader->arena, error, "reading through ODBC");
    return odbc_sink_row(reader->sink, row, error);
}

enum error_code generic_read_schemas(struct generic_reader *reader)
{
    static const char *const labels[] = {"name"};
    static const struct catalog_file file = {.name = "schemas"};
    static const struct catalog_query query = {.file = &file, .kind = KIND_SCHEMA};
    const struct odbc_call call = {.sort = ODBC_TABLES, .text = {TEXT(""), TEXT("%"), TEXT(""), {NULL, 0}}};
    struct generic_answer answer;

    if (reader->any_schema.bytes == NULL)
        return ERROR_NONE;
    if (odbc_sink_begin(reader->sink, &query, labels, LENGTH_OF(labels), reader->error) != ERROR_NONE ||
        generic_ask(reader, &call, take_schema, reader, &answer) != ERROR_NONE)
        return reader->error->code;
    if (answer.told)
        return ERROR_NONE;
    odbc_sink_drop(reader->sink, &query);
    return odbc_sink_gap(reader->sink, KIND_SCHEMA, TEXT(""), answer.reason, reader->error);
}
