/* The columns of tables and views: all at once, or, where a driver does not do that, table by table. */
#include "schema/object.h"
#include "sources/odbc/generic_private.h"

static const struct catalog_file file = {.name = "SQLColumns"};
static const struct catalog_query query = {.file = &file, .kind = KIND_COLUMN};

/* The columns of the result of SQLColumns, from 1. */
enum {
    CATALOG = 1,
    SCHEMA = 2,
    TABLE = 3,
    NAME = 4,
    DATA_TYPE = 5,
    TYPE_NAME = 6,
    COLUMN_SIZE = 7,
    DECIMAL_DIGITS = 9,
    NULLABLE = 11,
    REMARKS = 12,
    COLUMN_DEF = 13,
    IS_NULLABLE = 18
};

/* What one call brings. */
struct taking {
    struct generic_reader *reader;
    const struct generic_table *only; /* other tables match the pattern, too; NULL: all are wanted */
    struct generic_table *last;       /* rows come table by table */
    struct buffer type;
    unsigned long rows;
};

static struct text nullable(const struct text *values, unsigned count)
{
    long number = generic_number(generic_column(values, count, NULLABLE), SQL_NULLABLE_UNKNOWN);
    struct text word = generic_column(values, count, IS_NULLABLE);

    if (number == SQL_NO_NULLS || (number == SQL_NULLABLE_UNKNOWN && text_equal(word, TEXT("NO"))))
        return TEXT("no");
    if (number == SQL_NULLABLE || (number == SQL_NULLABLE_UNKNOWN && text_equal(word, TEXT("YES"))))
        return TEXT("yes");
    return (struct text){NULL, 0};
}

/* The word NULL stands for no default, TRUNCATED for one that is too long to be told. */
static struct text default_value(const struct text *values, unsigned count)
{
    struct text value = generic_column(values, count, COLUMN_DEF);

    return value.length == 0 || generic_equal_folded(value, TEXT("NULL")) ? (struct text){NULL, 0} : value;
}

static enum error_code truncated_default(struct taking *taking, struct text name, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};

    buffer_add_text(&path, taking->last->display);
    buffer_add_byte(&path, '.');
    identifier_write(&path, name);
    if (buffer_check(&path, error, "reading through ODBC") != ERROR_NONE)
        return error->code;
    return odbc_sink_gap(taking->reader->sink, KIND_COLUMN, buffer_text(&path), "its default is too long for ODBC",
                         error);
}

static enum error_code bring_column(struct taking *taking, const struct text *values, unsigned count,
                                    struct error *error)
{
    const struct generic_type_facts type = {
        .sql_type = generic_number(generic_column(values, count, DATA_TYPE), 0),
        .name = generic_column(values, count, TYPE_NAME),
        .size = generic_column(values, count, COLUMN_SIZE),
        .digits = generic_column(values, count, DECIMAL_DIGITS),
    };
    struct text remark = generic_column(values, count, REMARKS), none = {NULL, 0};
    struct text row[6];

    buffer_reset(&taking->type);
    if (type.name.length > 0)
        generic_type_write(&taking->type, taking->reader, &type);
    if (buffer_check(&taking->type, error, "reading through ODBC") != ERROR_NONE)
        return error->code;
    row[0] = taking->last->display;
    row[1] = generic_column(values, count, NAME);
    row[2] = type.name.length > 0 ? buffer_text(&taking->type) : none;
    row[3] = nullable(values, count);
    row[4] = default_value(values, count);
    row[5] = remark.length > 0 ? remark : none;
    taking->reader->saw_comment |= remark.length > 0;
    if (text_equal(row[4], TEXT("TRUNCATED"))) {
        row[4] = none;
        if (truncated_default(taking, row[1], error) != ERROR_NONE)
            return error->code;
    }
    return odbc_sink_row(taking->reader->sink, row, error);
}

static struct generic_table *table_of(struct taking *taking, const struct text *values, unsigned count)
{
    struct text catalog = generic_column(values, count, CATALOG), name = generic_column(values, count, TABLE);
    struct text schema = generic_schema_name(taking->reader, catalog, generic_column(values, count, SCHEMA));
    struct generic_table *table = taking->last;

    if (!generic_is_our_catalog(taking->reader, catalog))
        return NULL;
    if (table == NULL || !text_equal(table->name, name) || !text_equal(table->schema, schema))
        table = generic_find_table(taking->reader, schema, name, false);
    return taking->only != NULL && table != taking->only ? NULL : table;
}

static enum error_code take_column(void *context, const char *const *labels, const struct text *values, unsigned count,
                                   struct error *error)
{
    struct taking *taking = context;
    struct generic_table *table;
    struct text name;

    (void)labels;
    if (values == NULL)
        return ERROR_NONE;
    table = table_of(taking, values, count);
    name = generic_column(values, count, NAME);
    if (table == NULL || name.length == 0 || generic_names_have(&table->columns, name))
        return ERROR_NONE; /* some drivers tell the columns of indexes and sequences, too */
    taking->last = table;
    taking->rows++;
    if (!generic_keep(&taking->reader->arena, &name) ||
        !generic_names_add(&table->columns, &taking->reader->arena, name))
        return arena_error(&taking->reader->arena, error, "reading through ODBC");
    return bring_column(taking, values, count, error);
}

static enum error_code begin(struct generic_reader *reader)
{
    static const char *const labels[] = {"part_of", "name", "type", "nullable", "default", "comment"};

    return odbc_sink_begin(reader->sink, &query, labels, LENGTH_OF(labels), reader->error);
}

static enum error_code ask_all(struct generic_reader *reader, bool *ret_told)
{
    const struct odbc_call call = {.sort = ODBC_COLUMNS,
                                   .text = {reader->catalog, reader->any_schema, TEXT("%"), {NULL, 0}}};
    struct taking taking = {.reader = reader};
    struct generic_answer answer;
    enum error_code code;

    if (begin(reader) != ERROR_NONE)
        return reader->error->code;
    code = generic_ask(reader, &call, take_column, &taking, &answer);
    buffer_clear(&taking.type);
    if (code != ERROR_NONE)
        return code;
    *ret_told = answer.told && (taking.rows > 0 || reader->table_count == 0);
    if (!*ret_told)
        odbc_sink_drop(reader->sink, &query);
    return ERROR_NONE;
}

static enum error_code ask_one(struct generic_reader *reader, struct generic_table *table,
                               struct generic_answer *answer)
{
    struct odbc_call call = {.sort = ODBC_COLUMNS, .text = {table->asked_catalog, table->asked_schema, {NULL, 0}}};
    struct taking taking = {.reader = reader, .only = table};
    enum error_code code;

    if (call.text[1].bytes != NULL)
        call.text[1] = generic_pattern(reader, call.text[1]);
    call.text[2] = generic_pattern(reader, table->name);
    if (call.text[2].bytes == NULL || (table->asked_schema.bytes != NULL && call.text[1].bytes == NULL))
        return generic_memory(reader);
    code = generic_ask(reader, &call, take_column, &taking, answer);
    buffer_clear(&taking.type);
    arena_free(&reader->scratch);
    return code;
}

/* What the driver says of the whole is not what it says of each: a view may be broken. */
static enum error_code ask_each(struct generic_reader *reader)
{
    struct generic_answer answer;
    uint32_t told = 0;

    for (uint32_t i = 0; i < reader->table_count; i++) {
        struct generic_table *table = &reader->tables[i];

        table->columns = (struct generic_names){0};
        if (begin(reader) != ERROR_NONE || ask_one(reader, table, &answer) != ERROR_NONE)
            return reader->error->code;
        if (answer.told) {
            told++;
            continue;
        }
        odbc_sink_drop(reader->sink, &query);
        table->columns = (struct generic_names){0};
        if (answer.not_offered)
            return odbc_sink_gap(reader->sink, KIND_COLUMN, TEXT(""), answer.reason, reader->error);
        if (odbc_sink_gap(reader->sink, table->kind, table->display, answer.reason, reader->error) != ERROR_NONE)
            return reader->error->code;
    }
    return ERROR_NONE;
}

enum error_code generic_read_columns(struct generic_reader *reader)
{
    bool told = false;

    if (ask_all(reader, &told) != ERROR_NONE)
        return reader->error->code;
    return told ? ERROR_NONE : ask_each(reader);
}
