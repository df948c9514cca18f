/* Tables, views and their columns. */
#include <stdlib.h>

#include "schema/object.h"
#include "sources/odbc/generic_private.h"

/* ---- the list of tables ---- */

/* What a TABLE_TYPE is here. Types that do not stand here are tables, and say so in an attribute. */
static const struct {
    const char *type;
    enum kind kind; /* KIND_NONE: not part of the schema, or no table */
} table_types[] = {
    {"TABLE", KIND_TABLE},
    {"BASE TABLE", KIND_TABLE},
    {"VIEW", KIND_VIEW},
    {"MATVIEW", KIND_MATERIALIZED_VIEW},
    {"MATERIALIZED VIEW", KIND_MATERIALIZED_VIEW},
    {"FOREIGN TABLE", KIND_FOREIGN_TABLE},
    {"SYNONYM", KIND_SYNONYM},
    {"ALIAS", KIND_SYNONYM},
    {"SYSTEM TABLE", KIND_NONE},
    {"SYSTEM VIEW", KIND_NONE},
    {"SYSTEM TOAST TABLE", KIND_NONE},
    {"LOCAL TEMPORARY", KIND_NONE},
    {"TEMPORARY TABLE", KIND_NONE},
    {"TEMPORARY VIEW", KIND_NONE},
    {"INDEX", KIND_NONE},
    {"SYSTEM INDEX", KIND_NONE},
    {"SEQUENCE", KIND_NONE},
    {"TYPE", KIND_NONE},
};

static enum kind kind_of_type(struct text type, bool *ret_known)
{
    *ret_known = true;
    for (size_t i = 0; i < LENGTH_OF(table_types); i++)
        if (generic_equal_folded(type, text_from(table_types[i].type)))
            return table_types[i].kind;
    *ret_known = type.length == 0;
    return KIND_TABLE;
}

static struct generic_table *new_table(struct generic_reader *reader)
{
    if (reader->table_count == reader->table_capacity) {
        uint32_t capacity = reader->table_capacity == 0 ? 64 : reader->table_capacity * 2;
        struct generic_table *tables = arena_array(&reader->arena, capacity, sizeof *tables);

        if (tables == NULL)
            return NULL;
        if (reader->table_count > 0)
            memcpy(tables, reader->tables, reader->table_count * sizeof *tables);
        reader->tables = tables;
        reader->table_capacity = capacity;
    }
    return &reader->tables[reader->table_count++];
}

static bool make_display(struct arena *arena, struct generic_table *table)
{
    const struct path path = {.count = 2, .elements = {table->schema, table->name}};
    CLEANUP(buffer_clear) struct buffer display = {0};

    path_write(&display, table->kind, &path);
    table->display = buffer_text(&display);
    return !display.failed && generic_keep(arena, &table->display);
}

static bool is_system_object(const struct generic_reader *reader, struct text schema, struct text name)
{
    const char *own = reader->habits->own_objects;

    return generic_is_system_schema(schema) || (own != NULL && text_starts_with(name, text_from(own)));
}

static enum error_code take_table(void *context, const char *const *labels, const struct text *values, unsigned count,
                                  struct error *error)
{
    enum { CATALOG = 1, SCHEMA, NAME, TYPE, REMARKS };
    struct generic_reader *reader = context;
    struct generic_table *table, row = {0};
    bool known;

    (void)labels;
    if (values == NULL)
        return ERROR_NONE;
    row.asked_catalog = generic_column(values, count, CATALOG);
    row.asked_schema = generic_column(values, count, SCHEMA);
    row.name = generic_column(values, count, NAME);
    row.schema = generic_schema_name(reader, row.asked_catalog, row.asked_schema);
    row.type = generic_column(values, count, TYPE);
    row.remark = generic_column(values, count, REMARKS);
    row.kind = kind_of_type(row.type, &known);
    if (known)
        row.type = (struct text){NULL, 0};
    if (row.remark.length == 0)
        row.remark = (struct text){NULL, 0};
    if (row.kind == KIND_NONE || row.name.length == 0 || !generic_is_our_catalog(reader, row.asked_catalog) ||
        is_system_object(reader, row.schema, row.name))
        return ERROR_NONE;
    table = new_table(reader);
    if (table == NULL || !generic_keep(&reader->arena, &row.asked_catalog) ||
        !generic_keep(&reader->arena, &row.asked_schema) || !generic_keep(&reader->arena, &row.name) ||
        !generic_keep(&reader->arena, &row.schema) || !generic_keep(&reader->arena, &row.type) ||
        !generic_keep(&reader->arena, &row.remark) || !make_display(&reader->arena, &row))
        return arena_error(&reader->arena, error, "reading through ODBC");
    *table = row;
    return ERROR_NONE;
}

static int compare_tables(const void *a, const void *b)
{
    const struct generic_table *x = a, *y = b;
    int order = text_compare(x->schema, y->schema);

    return order != 0 ? order : text_compare(x->name, y->name);
}

/* A driver that tells a table twice (in two catalogues that we see as one) must not make two of it. */
static void sort_tables(struct generic_reader *reader)
{
    uint32_t kept = 0;

    if (reader->table_count > 1)
        qsort(reader->tables, reader->table_count, sizeof *reader->tables, compare_tables);
    for (uint32_t i = 0; i < reader->table_count; i++)
        if (kept == 0 || compare_tables(&reader->tables[kept - 1], &reader->tables[i]) != 0)
            reader->tables[kept++] = reader->tables[i];
    reader->table_count = kept;
}

/* Without the list of tables there is nothing to be said at all. */
enum error_code generic_read_tables(struct generic_reader *reader)
{
    const struct odbc_call call = {.sort = ODBC_TABLES,
                                   .text = {reader->catalog, reader->any_schema, TEXT("%"), {NULL, 0}}};
    struct generic_answer answer;

    if (generic_ask(reader, &call, take_table, reader, &answer) != ERROR_NONE)
        return reader->error->code;
    if (!answer.told)
        return error_set(reader->error, answer.denied ? ERROR_REFUSED : ERROR_QUERY, "the tables cannot be listed: %s",
                         answer.reason);
    sort_tables(reader);
    for (uint32_t i = 0; i < reader->table_count; i++) {
        reader->saw_synonym |= reader->tables[i].kind == KIND_SYNONYM;
        reader->saw_comment |= reader->tables[i].remark.bytes != NULL;
    }
    return ERROR_NONE;
}

static int compare_key(const void *key, const void *table)
{
    return compare_tables(key, table);
}

struct generic_table *generic_find_table(const struct generic_reader *reader, struct text schema, struct text name,
                                         bool folded)
{
    const struct generic_table key = {.schema = schema, .name = name};
    struct generic_table *found = NULL;

    if (reader->table_count > 0)
        found = bsearch(&key, reader->tables, reader->table_count, sizeof key, compare_key);
    if (found != NULL || !folded)
        return found;
    for (uint32_t i = 0; i < reader->table_count; i++) {
        struct generic_table *table = &reader->tables[i];

        if (!generic_equal_folded(table->schema, schema) || !generic_equal_folded(table->name, name))
            continue;
        if (found != NULL)
            return NULL;
        found = table;
    }
    return found;
}

enum error_code generic_bring_tables(struct generic_reader *reader)
{
    static const char *const labels[] = {"kind", "schema", "name", "table_type", "comment", "column_order[]"};
    static const struct catalog_file file = {.name = "SQLTables"};
    static const struct catalog_query query = {.file = &file, .kind = KIND_TABLE};

    if (odbc_sink_begin(reader->sink, &query, labels, LENGTH_OF(labels), reader->error) != ERROR_NONE)
        return reader->error->code;
    for (uint32_t i = 0; i < reader->table_count; i++) {
        const struct generic_table *table = &reader->tables[i];
        struct text values[] = {
            text_from(kind_name(table->kind)), table->schema, table->name, table->type, table->remark, {NULL, 0}};

        if (table->columns.count > 0) {
            values[5] = generic_names_list(&table->columns, &reader->scratch);
            if (values[5].bytes == NULL)
                return generic_memory(reader);
        }
        if (odbc_sink_row(reader->sink, values, reader->error) != ERROR_NONE)
            return reader->error->code;
        arena_free(&reader->scratch);
    }
    return ERROR_NONE;
}
