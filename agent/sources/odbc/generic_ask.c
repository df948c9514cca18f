/* Asking the catalogue functions, and what their failures mean. */
#include <stdio.h>
#include <stdlib.h>

#include "sources/odbc/generic_private.h"

static const char *function_name(enum odbc_sort sort)
{
    static const char *const names[] = {
        [ODBC_SQL] = "a statement",
        [ODBC_TABLES] = "SQLTables",
        [ODBC_COLUMNS] = "SQLColumns",
        [ODBC_PRIMARY_KEYS] = "SQLPrimaryKeys",
        [ODBC_FOREIGN_KEYS] = "SQLForeignKeys",
        [ODBC_STATISTICS] = "SQLStatistics",
        [ODBC_PROCEDURES] = "SQLProcedures",
        [ODBC_PROCEDURE_COLUMNS] = "SQLProcedureColumns",
        [ODBC_TYPE_INFO] = "SQLGetTypeInfo",
    };

    return names[sort];
}

struct text generic_column(const struct text *values, unsigned count, unsigned column)
{
    return column == 0 || column > count ? (struct text){NULL, 0} : values[column - 1];
}

struct text generic_value(const struct generic_rows *rows, uint32_t row, unsigned column)
{
    return generic_column(rows->values + (size_t)row * rows->width, rows->width, column);
}

long generic_number(struct text value, long otherwise)
{
    char digits[24];
    char *end;
    long number;

    if (value.bytes == NULL || value.length == 0 || value.length >= sizeof digits)
        return otherwise;
    memcpy(digits, value.bytes, value.length);
    digits[value.length] = '\0';
    number = strtol(digits, &end, 10);
    return *end == '\0' ? number : otherwise;
}

/* The function is not there: the driver manager says IM001, drivers say that it is optional. */
static bool is_not_offered(const char *sqlstate)
{
    static const char *const states[] = {"IM001", "HYC00", "S1C00", "0A000"};

    for (size_t i = 0; i < LENGTH_OF(states); i++)
        if (strcmp(states[i], sqlstate) == 0)
            return true;
    return false;
}

static void judge(const struct odbc_call *call, const struct odbc_outcome *outcome, struct generic_answer *answer)
{
    const char *name = function_name(call->sort);

    *answer = (struct generic_answer){.told = !outcome->failed};
    if (!outcome->failed)
        return;
    answer->denied = outcome->denied;
    answer->not_offered = is_not_offered(outcome->sqlstate);
    if (outcome->denied)
        snprintf(answer->reason, sizeof answer->reason, "permission denied");
    else if (answer->not_offered)
        snprintf(answer->reason, sizeof answer->reason, "the driver does not offer %s", name);
    else
        snprintf(answer->reason, sizeof answer->reason, "%s fails with SQLSTATE %s", name, outcome->sqlstate);
}

enum error_code generic_ask(struct generic_reader *reader, const struct odbc_call *call, odbc_row handler,
                            void *context, struct generic_answer *ret_answer)
{
    struct odbc_outcome outcome = {0};

    if (odbc_run(reader->connection, call, handler, context, &outcome, reader->error) != ERROR_NONE)
        return reader->error->code;
    if (outcome.failed && (outcome.late || outcome.disturbed)) {
        *reader->disturbed |= outcome.disturbed;
        (void)odbc_refused(&outcome, reader->error);
        return error_context(reader->error, "%s", function_name(call->sort));
    }
    judge(call, &outcome, ret_answer);
    return ERROR_NONE;
}

struct keeping {
    struct generic_reader *reader;
    struct generic_rows *rows;
};

static enum error_code keep_row(void *context, const char *const *labels, const struct text *values, unsigned count,
                                struct error *error)
{
    struct keeping *keeping = context;
    struct generic_rows *rows = keeping->rows;
    struct text *row;

    (void)labels;
    if (values == NULL) {
        rows->width = count < GENERIC_WIDTH_MAX ? count : GENERIC_WIDTH_MAX;
        return ERROR_NONE;
    }
    if (rows->count == rows->capacity) {
        uint32_t capacity = rows->capacity == 0 ? 16 : rows->capacity * 2;
        struct text *grown = arena_array(rows->arena, (size_t)capacity * rows->width, sizeof *grown);

        if (grown == NULL)
            return arena_error(rows->arena, error, "reading through ODBC");
        if (rows->count > 0)
            memcpy(grown, rows->values, (size_t)rows->count * rows->width * sizeof *grown);
        rows->values = grown;
        rows->capacity = capacity;
    }
    row = rows->values + (size_t)rows->count * rows->width;
    for (unsigned i = 0; i < rows->width; i++) {
        row[i] = values[i];
        if (!generic_keep(rows->arena, &row[i]))
            return arena_error(rows->arena, error, "reading through ODBC");
    }
    rows->count++;
    return ERROR_NONE;
}

enum error_code generic_ask_rows(struct generic_reader *reader, const struct odbc_call *call, struct generic_rows *rows,
                                 struct generic_answer *ret_answer)
{
    struct keeping keeping = {reader, rows};

    rows->values = NULL;
    rows->count = rows->capacity = rows->width = 0;
    if (generic_ask(reader, call, keep_row, &keeping, ret_answer) != ERROR_NONE)
        return reader->error->code;
    if (!ret_answer->told)
        rows->count = 0; /* what came before it failed */
    return ERROR_NONE;
}

struct text generic_pattern(struct generic_reader *reader, struct text name)
{
    struct text escape = reader->escape;
    char *start = arena_alloc(&reader->scratch, name.length * (1 + escape.length) + 1);
    char *output = start;

    if (start == NULL)
        return (struct text){NULL, 0};
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        bool special = c == '%' || c == '_' || (escape.length == 1 && c == escape.bytes[0]);

        if (special && escape.length > 0) {
            memcpy(output, escape.bytes, escape.length);
            output += escape.length;
        }
        *output++ = c;
    }
    return (struct text){start, (size_t)(output - start)};
}
