/* Procedures and functions, as far as a driver tells of them: names and parameters. */
#include <stdlib.h>

#include "sources/odbc/generic_private.h"

static const struct catalog_file file = {.name = "SQLProcedures"};
static const struct catalog_query query = {.file = &file, .kind = KIND_PROCEDURE};

/* The columns of the results, from 1. */
enum { CATALOG = 1, SCHEMA = 2, NAME = 3, REMARKS = 7, PROCEDURE_TYPE = 8 };
enum {
    PARAMETER = 4,
    COLUMN_TYPE = 5,
    DATA_TYPE = 6,
    TYPE_NAME = 7,
    COLUMN_SIZE = 8,
    DECIMAL_DIGITS = 10,
    ORDINAL = 18
};

struct procedure {
    enum kind kind;
    struct text schema;
    struct text name;
    struct text remark;
    struct text signature; /* the types that go in */
    struct text arguments; /* as declared, with names; absent when there are none */
    struct text returns;
    uint32_t alike; /* so many have this name and signature */
};

struct procedures {
    struct generic_reader *reader;
    struct procedure *items;
    uint32_t count;
    uint32_t capacity;
};

static int compare_names(const struct procedure *x, const struct procedure *y)
{
    int order = text_compare(x->schema, y->schema);

    return order != 0 ? order : text_compare(x->name, y->name);
}

static int compare_procedures(const void *a, const void *b)
{
    const struct procedure *x = a, *y = b;
    int order = compare_names(x, y);

    return order != 0 ? order : text_compare(x->signature, y->signature);
}

static struct procedure *new_procedure(struct procedures *procedures)
{
    if (procedures->count == procedures->capacity) {
        uint32_t capacity = procedures->capacity == 0 ? 32 : procedures->capacity * 2;
        struct procedure *items = arena_array(&procedures->reader->arena, capacity, sizeof *items);

        if (items == NULL)
            return NULL;
        if (procedures->count > 0)
            memcpy(items, procedures->items, procedures->count * sizeof *items);
        procedures->items = items;
        procedures->capacity = capacity;
    }
    return &procedures->items[procedures->count++];
}

/* Some drivers put a number behind the name (`name;1`): it is kept, for it tells two apart. */
static enum error_code take_procedure(void *context, const char *const *labels, const struct text *values,
                                      unsigned count, struct error *error)
{
    struct procedures *procedures = context;
    struct generic_reader *reader = procedures->reader;
    struct procedure *item, row = {.alike = 1, .signature = {"", 0}};

    (void)labels;
    if (values == NULL)
        return ERROR_NONE;
    row.schema =
        generic_schema_name(reader, generic_column(values, count, CATALOG), generic_column(values, count, SCHEMA));
    row.name = generic_column(values, count, NAME);
    row.remark = generic_column(values, count, REMARKS);
    row.kind = generic_number(generic_column(values, count, PROCEDURE_TYPE), SQL_PT_UNKNOWN) == SQL_PT_FUNCTION
                   ? KIND_FUNCTION
                   : KIND_PROCEDURE;
    if (row.remark.length == 0)
        row.remark = (struct text){NULL, 0};
    if (row.name.length == 0 || generic_is_system_schema(row.schema) ||
        !generic_is_our_catalog(reader, generic_column(values, count, CATALOG)))
        return ERROR_NONE;
    item = new_procedure(procedures);
    if (item == NULL || !generic_keep(&reader->arena, &row.schema) || !generic_keep(&reader->arena, &row.name) ||
        !generic_keep(&reader->arena, &row.remark))
        return arena_error(&reader->arena, error, "reading through ODBC");
    *item = row;
    reader->saw_function |= row.kind == KIND_FUNCTION;
    return ERROR_NONE;
}

/* ---- parameters ---- */

/* The rows of one procedure: from `first`, `count` of them. */
struct stretch {
    const struct generic_rows *rows;
    uint32_t first;
    uint32_t count;
};

static void write_type(struct buffer *buffer, const struct generic_reader *reader, const struct generic_rows *rows,
                       uint32_t row, bool in_full)
{
    const struct generic_type_facts type = {
        .sql_type = generic_number(generic_value(rows, row, DATA_TYPE), 0),
        .name = generic_value(rows, row, TYPE_NAME),
        .size = generic_value(rows, row, COLUMN_SIZE),
        .digits = generic_value(rows, row, DECIMAL_DIGITS),
    };

    if (in_full && type.name.length > 0)
        generic_type_write(buffer, reader, &type);
    else
        buffer_add_text(buffer, type.name);
}

static const char *separator(const struct buffer *buffer)
{
    return buffer->length > 0 ? ", " : "";
}

/* One parameter: into what goes in, what is declared, or what comes back. */
static void write_parameter(const struct generic_reader *reader, const struct generic_rows *rows, uint32_t row,
                            struct buffer *signature, struct buffer *arguments, struct buffer *returns)
{
    long type = generic_number(generic_value(rows, row, COLUMN_TYPE), SQL_PARAM_TYPE_UNKNOWN);
    struct buffer *output = type == SQL_RETURN_VALUE || type == SQL_RESULT_COL ? returns : arguments;

    buffer_add_string(output, separator(output));
    if (type == SQL_PARAM_OUTPUT)
        buffer_add_string(output, "OUT ");
    if (type == SQL_PARAM_INPUT_OUTPUT)
        buffer_add_string(output, "INOUT ");
    if (type != SQL_RETURN_VALUE && generic_value(rows, row, PARAMETER).length > 0) {
        buffer_add_text(output, generic_value(rows, row, PARAMETER));
        buffer_add_byte(output, ' ');
    }
    write_type(output, reader, rows, row, true);
    if (output == returns || type == SQL_PARAM_OUTPUT)
        return;
    buffer_add_string(signature, separator(signature));
    write_type(signature, reader, rows, row, false);
}

static bool describe(struct generic_reader *reader, const struct stretch *stretch, struct procedure *procedure)
{
    CLEANUP(buffer_clear) struct buffer signature = {0};
    CLEANUP(buffer_clear) struct buffer arguments = {0};
    CLEANUP(buffer_clear) struct buffer returns = {0};

    for (uint32_t i = 0; i < stretch->count; i++)
        write_parameter(reader, stretch->rows, stretch->first + i, &signature, &arguments, &returns);
    if (signature.failed || arguments.failed || returns.failed)
        return false;
    if (signature.length > 0)
        procedure->signature = buffer_text(&signature);
    if (arguments.length > 0)
        procedure->arguments = buffer_text(&arguments);
    if (returns.length > 0)
        procedure->returns = buffer_text(&returns);
    return generic_keep(&reader->arena, &procedure->signature) && generic_keep(&reader->arena, &procedure->arguments) &&
           generic_keep(&reader->arena, &procedure->returns);
}

/* Of several procedures with one name the first that is not described yet gets the parameters: nothing in the result
 * says which of them it is. */
static struct procedure *undescribed(struct procedures *procedures, const struct procedure *key)
{
    for (uint32_t i = 0; i < procedures->count; i++) {
        struct procedure *item = &procedures->items[i];

        if (compare_names(item, key) == 0 && item->arguments.bytes == NULL && item->returns.bytes == NULL)
            return item;
    }
    return NULL;
}

static struct procedure name_of_row(const struct generic_reader *reader, const struct generic_rows *rows, uint32_t row)
{
    return (struct procedure){
        .schema = generic_schema_name(reader, generic_value(rows, row, CATALOG), generic_value(rows, row, SCHEMA)),
        .name = generic_value(rows, row, NAME)};
}

/* The rows of one procedure stand together. The next one begins where the name is another, or the places begin anew;
 * the value that is returned has place 0. */
static uint32_t stretch_length(const struct generic_reader *reader, const struct generic_rows *rows, uint32_t first)
{
    const struct procedure name = name_of_row(reader, rows, first);
    long place = generic_number(generic_value(rows, first, ORDINAL), 0);
    uint32_t next = first + 1;

    for (; next < rows->count; next++) {
        const struct procedure other = name_of_row(reader, rows, next);
        long there = generic_number(generic_value(rows, next, ORDINAL), place + 1);

        if (compare_names(&name, &other) != 0 || there <= place)
            break;
        place = there;
    }
    return next - first;
}

static enum error_code read_parameters(struct procedures *procedures)
{
    struct generic_reader *reader = procedures->reader;
    const struct odbc_call call = {.sort = ODBC_PROCEDURE_COLUMNS,
                                   .text = {reader->catalog, reader->any_schema, TEXT("%"), {NULL, 0}}};
    struct generic_rows rows = {.arena = &reader->scratch};
    struct generic_answer answer;

    if (generic_ask_rows(reader, &call, &rows, &answer) != ERROR_NONE)
        return reader->error->code;
    if (!answer.told && procedures->count > 0 &&
        odbc_sink_gap(reader->sink, KIND_PROCEDURE, TEXT("* (parameters)"), answer.reason, reader->error) != ERROR_NONE)
        return reader->error->code;
    for (uint32_t i = 0; i < rows.count;) {
        const struct stretch stretch = {&rows, i, stretch_length(reader, &rows, i)};
        const struct procedure name = name_of_row(reader, &rows, i);
        struct procedure *procedure = undescribed(procedures, &name);

        if (procedure != NULL && !describe(reader, &stretch, procedure))
            return generic_memory(reader);
        i += stretch.count;
    }
    return ERROR_NONE;
}

/* ---- rows for the loader ---- */

/* Those that look alike in all that is told become one, which says how many they are. */
static void join_alike(struct procedures *procedures)
{
    uint32_t kept = 0;

    if (procedures->count > 1)
        qsort(procedures->items, procedures->count, sizeof *procedures->items, compare_procedures);
    for (uint32_t i = 0; i < procedures->count; i++) {
        if (kept > 0 && compare_procedures(&procedures->items[kept - 1], &procedures->items[i]) == 0)
            procedures->items[kept - 1].alike++;
        else
            procedures->items[kept++] = procedures->items[i];
    }
    procedures->count = kept;
}

static enum error_code bring(struct procedures *procedures)
{
    static const char *const labels[] = {"kind",      "schema",  "name",    "signature",
                                         "arguments", "returns", "comment", "overloads"};
    struct generic_reader *reader = procedures->reader;

    if (odbc_sink_begin(reader->sink, &query, labels, LENGTH_OF(labels), reader->error) != ERROR_NONE)
        return reader->error->code;
    for (uint32_t i = 0; i < procedures->count; i++) {
        const struct procedure *item = &procedures->items[i];
        struct text values[] = {text_from(kind_name(item->kind)),
                                item->schema,
                                item->name,
                                item->signature,
                                item->arguments,
                                item->returns,
                                item->remark,
                                {NULL, 0}};

        if (item->alike > 1) {
            values[7] = text_from(arena_printf(&reader->scratch, "%u", item->alike));
            if (values[7].bytes == NULL)
                return generic_memory(reader);
        }
        if (odbc_sink_row(reader->sink, values, reader->error) != ERROR_NONE)
            return reader->error->code;
    }
    return ERROR_NONE;
}

enum error_code generic_read_procedures(struct generic_reader *reader)
{
    const struct odbc_call call = {.sort = ODBC_PROCEDURES,
                                   .text = {reader->catalog, reader->any_schema, TEXT("%"), {NULL, 0}}};
    struct procedures procedures = {.reader = reader};
    struct generic_answer answer;

    if (generic_ask(reader, &call, take_procedure, &procedures, &answer) != ERROR_NONE)
        return reader->error->code;
    if (!answer.told)
        return odbc_sink_gap(reader->sink, KIND_PROCEDURE, TEXT(""), answer.reason, reader->error);
    if (procedures.count > 0 && read_parameters(&procedures) != ERROR_NONE)
        return reader->error->code;
    join_alike(&procedures);
    if (bring(&procedures) != ERROR_NONE)
        return reader->error->code;
    arena_free(&reader->scratch);
    return ERROR_NONE;
}
