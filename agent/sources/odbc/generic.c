/* One read of a schema by catalogue functions: what is asked in which order, and what is never told. */
#include "sources/odbc/generic.h"

#include "sources/odbc/generic_private.h"

static const char doing[] = "reading through ODBC";

enum error_code generic_memory(const struct generic_reader *reader)
{
    if (reader->arena.over_limit)
        return arena_error(&reader->arena, reader->error, doing);
    return arena_error(&reader->scratch, reader->error, doing);
}

bool generic_keep(struct arena *arena, struct text *text)
{
    if (text->bytes == NULL)
        return true;
    text->bytes = arena_string(arena, *text);
    return text->bytes != NULL;
}

/* Where there are no schemas, the database is one, and is called as in every other source that has none. */
struct text generic_schema_name(const struct generic_reader *reader, struct text catalog, struct text schema)
{
    if (schema.length > 0)
        return schema;
    if (catalog.length > 0 && (reader->catalog.bytes == NULL || !generic_equal_folded(catalog, reader->catalog)))
        return catalog;
    return TEXT("main");
}

/* Some drivers list what is in other databases of the server as well. */
bool generic_is_our_catalog(const struct generic_reader *reader, struct text catalog)
{
    return reader->catalog.bytes == NULL || catalog.length == 0 || generic_equal_folded(catalog, reader->catalog);
}

enum { STEP = 50 };

void generic_step(struct generic_reader *reader)
{
    reader->done++;
    if (reader->done % STEP == 0 && reader->done < reader->total)
        odbc_sink_progress(reader->sink, reader->done, reader->total);
}

/* ---- what is never told ---- */

/* An object that is written `* (…)` stands for something that all of the kind may have. */
static const struct {
    enum kind kind;
    struct text object;
    const char *reason;
} untold[] = {
    {KIND_TABLE, TEXT_INIT("* (options)"), "ODBC tells columns, keys and indexes of a table, and nothing else"},
    {KIND_VIEW, TEXT_INIT("* (definition)"), "ODBC does not tell what a view says"},
    {KIND_COLUMN, TEXT_INIT("* (identity, generated, collation)"), "ODBC tells type, null, default and comment"},
    {KIND_INDEX, TEXT_INIT("* (method, predicate, included)"),
     "ODBC tells the columns of an index, and if it is unique"},
    {KIND_PROCEDURE, TEXT_INIT("* (body)"), "ODBC does not tell what a procedure or function does"},
    {KIND_CHECK, TEXT_INIT(""), "ODBC does not tell them"},
    {KIND_TRIGGER, TEXT_INIT(""), "ODBC does not tell them"},
    {KIND_SEQUENCE, TEXT_INIT(""), "ODBC does not tell them"},
    {KIND_DOMAIN, TEXT_INIT(""), "ODBC does not tell them"},
    {KIND_COMPOSITE_TYPE, TEXT_INIT(""), "ODBC does not tell them, nor any other type of a user"},
    {KIND_POLICY, TEXT_INIT(""), "ODBC does not tell them"},
    {KIND_SYSTEM_PRIVILEGE, TEXT_INIT(""), "ODBC does not tell owners and grants"},
    {KIND_ROLE, TEXT_INIT(""), "ODBC does not tell them"},
};

static enum error_code gap(struct generic_reader *reader, enum kind kind, struct text object, const char *reason)
{
    return odbc_sink_gap(reader->sink, kind, object, reason, reader->error);
}

/* What some drivers tell and others do not is missing only where none was seen. */
enum error_code generic_bring_gaps(struct generic_reader *reader)
{
    for (size_t i = 0; i < LENGTH_OF(untold); i++)
        if (gap(reader, untold[i].kind, untold[i].object, untold[i].reason) != ERROR_NONE)
            return reader->error->code;
    if (!reader->saw_synonym && gap(reader, KIND_SYNONYM, TEXT(""), "the driver told none") != ERROR_NONE)
        return reader->error->code;
    if (!reader->saw_function && gap(reader, KIND_FUNCTION, TEXT(""), "the driver told none") != ERROR_NONE)
        return reader->error->code;
    if (!reader->saw_comment && gap(reader, KIND_TABLE, TEXT("* (comments)"), "the driver told none") != ERROR_NONE)
        return reader->error->code;
    if (reader->saw_expression && gap(reader, KIND_INDEX, TEXT("* (expressions)"),
                                      "the driver does not tell on which expression an index is") != ERROR_NONE)
        return reader->error->code;
    return ERROR_NONE;
}

/* ---- the read ---- */

static enum error_code keep_info(struct generic_reader *reader, SQLUSMALLINT what, struct text *ret_text)
{
    CLEANUP(buffer_clear) struct buffer info = {0};

    if (odbc_info_text(reader->connection, what, &info, reader->error) != ERROR_NONE)
        return reader->error->code;
    *ret_text = info.length == 0 ? TEXT("") : buffer_text(&info);
    return generic_keep(&reader->arena, ret_text) ? ERROR_NONE : generic_memory(reader);
}

/* A driver without catalogues or schemas may take a pattern for them amiss: there it is left out. */
static enum error_code ask_driver(struct generic_reader *reader)
{
    struct text has_catalogs, database = text_from(odbc_database(reader->connection));
    unsigned long schema_usage = 0;

    if (keep_info(reader, SQL_CATALOG_NAME, &has_catalogs) != ERROR_NONE ||
        keep_info(reader, SQL_SEARCH_PATTERN_ESCAPE, &reader->escape) != ERROR_NONE ||
        odbc_info_number(reader->connection, SQL_SCHEMA_USAGE, &schema_usage, reader->error) != ERROR_NONE)
        return reader->error->code;
    reader->habits = generic_habits_of(odbc_system(reader->connection));
    if (schema_usage != 0)
        reader->any_schema = TEXT("%");
    if (!text_equal(has_catalogs, TEXT("Y")) || database.length == 0)
        return ERROR_NONE;
    reader->catalog = database;
    return generic_keep(&reader->arena, &reader->catalog) ? ERROR_NONE : generic_memory(reader);
}

/* The types first, since columns are shown by them; tables before their columns; what is told of a table at last. */
static enum error_code read_all(struct generic_reader *reader)
{
    if (ask_driver(reader) != ERROR_NONE || generic_read_types(reader) != ERROR_NONE ||
        generic_read_tables(reader) != ERROR_NONE)
        return reader->error->code;
    reader->total = reader->table_count * 2 + 1;
    if (generic_read_columns(reader) != ERROR_NONE || generic_read_keys(reader) != ERROR_NONE ||
        generic_bring_tables(reader) != ERROR_NONE || generic_read_procedures(reader) != ERROR_NONE ||
        generic_read_schemas(reader) != ERROR_NONE || generic_bring_gaps(reader) != ERROR_NONE)
        return reader->error->code;
    odbc_sink_progress(reader->sink, reader->total, reader->total);
    return ERROR_NONE;
}

enum error_code odbc_generic_load(struct odbc_connection *connection, struct odbc_sink *sink, bool *disturbed,
                                  struct error *error)
{
    struct generic_reader reader = {.connection = connection, .sink = sink, .disturbed = disturbed, .error = error};
    size_t limit = odbc_settings(connection)->memory_limit;
    enum error_code code;

    arena_init(&reader.arena, limit);
    arena_init(&reader.scratch, limit);
    code = read_all(&reader);
    arena_free(&reader.scratch);
    arena_free(&reader.arena);
    if (!*disturbed)
        return code;
    *error = (struct error){0};
    return ERROR_NONE;
}
