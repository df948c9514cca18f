/* How a type is shown: as the driver names it, with the length where the type has one. */
#include "sources/odbc/generic_private.h"

static enum error_code take_type(void *context, const char *const *labels, const struct text *values, unsigned count,
                                 struct error *error)
{
    enum { TYPE_NAME = 1, CREATE_PARAMS = 6 };
    struct generic_reader *reader = context;
    struct generic_type type;

    (void)labels;
    if (values == NULL || generic_column(values, count, TYPE_NAME).bytes == NULL)
        return ERROR_NONE;
    if (reader->type_count == reader->type_capacity) {
        uint32_t capacity = reader->type_capacity == 0 ? 32 : reader->type_capacity * 2;
        struct generic_type *types = arena_array(&reader->arena, capacity, sizeof *types);

        if (types == NULL)
            return arena_error(&reader->arena, error, "reading through ODBC");
        if (reader->type_count > 0)
            memcpy(types, reader->types, reader->type_count * sizeof *types);
        reader->types = types;
        reader->type_capacity = capacity;
    }
    type = (struct generic_type){.name = generic_column(values, count, TYPE_NAME),
                                 .has_length = generic_column(values, count, CREATE_PARAMS).length > 0};
    if (!generic_keep(&reader->arena, &type.name))
        return arena_error(&reader->arena, error, "reading through ODBC");
    reader->types[reader->type_count++] = type;
    return ERROR_NONE;
}

/* A driver that does not tell of its types gives lengths to all that may have one. */
enum error_code generic_read_types(struct generic_reader *reader)
{
    const struct odbc_call call = {.sort = ODBC_TYPE_INFO, .options = {SQL_ALL_TYPES, 0}};
    struct generic_answer answer;

    return generic_ask(reader, &call, take_type, reader, &answer);
}

/* A type that the driver does not list (a user's own, an array) may have a length for all we know. */
static bool may_have_length(const struct generic_reader *reader, struct text name)
{
    bool listed = false;

    for (uint32_t i = 0; i < reader->type_count; i++) {
        if (!generic_equal_folded(reader->types[i].name, name))
            continue;
        if (reader->types[i].has_length)
            return true;
        listed = true;
    }
    return !listed;
}

/* What stands in the brackets; nothing for a type without. */
static void write_length(struct buffer *buffer, const struct generic_type_facts *facts)
{
    long size = generic_number(facts->size, 0), digits = generic_number(facts->digits, -1);

    switch (facts->sql_type) {
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_BINARY:
    case SQL_VARBINARY:
        if (size > 0)
            buffer_printf(buffer, "%ld", size);
        break;
    case SQL_DECIMAL:
    case SQL_NUMERIC:
        if (size > 0)
            buffer_printf(buffer, "%ld", size);
        if (size > 0 && digits >= 0)
            buffer_printf(buffer, ",%ld", digits);
        break;
    default:
        break;
    }
}

static void write_brackets(struct buffer *buffer, const struct generic_reader *reader,
                           const struct generic_type_facts *facts)
{
    bool is_time = facts->sql_type == SQL_TYPE_TIME || facts->sql_type == SQL_TYPE_TIMESTAMP;
    CLEANUP(buffer_clear) struct buffer length = {0};

    if (is_time && generic_number(facts->digits, 0) > 0)
        buffer_printf(&length, "%ld", generic_number(facts->digits, 0));
    else if (may_have_length(reader, facts->name))
        write_length(&length, facts);
    if (length.length > 0)
        buffer_printf(buffer, "(%s)", length.bytes);
    buffer->failed |= length.failed;
}

/* `CHAR () FOR BIT DATA` has its length inside; what has one already stays as it is. */
void generic_type_write(struct buffer *buffer, const struct generic_reader *reader,
                        const struct generic_type_facts *facts)
{
    struct text name = facts->name;
    const char *bracket = name.length == 0 ? NULL : memchr(name.bytes, '(', name.length);
    size_t before = bracket == NULL ? name.length : (size_t)(bracket - name.bytes);
    bool is_empty = bracket != NULL && before + 1 < name.length && bracket[1] == ')';

    if (reader->habits->types_in_full || (bracket != NULL && !is_empty)) {
        buffer_add_text(buffer, name);
        return;
    }
    buffer_add_text(
        buffer,
        (struct text){name.bytes, is_empty && before > 0 && name.bytes[before - 1] == ' ' ? before - 1 : before});
    write_brackets(buffer, reader, facts);
    if (is_empty)
        buffer_add_text(buffer, (struct text){bracket + 2, name.length - before - 2});
}
