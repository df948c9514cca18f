#include "sources/postgres/postgres_rows.h"

#include <stdio.h>

#include "sources/postgres/session.h"
#include "sources/source_rows.h"

static struct text value_at(const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column))
        return (struct text){NULL, 0};
    return (struct text){PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column)};
}

static enum error_code take(void *context, const PGresult *result, int row, struct error *error)
{
    if (row < 0)
        return ERROR_NONE;
    return source_rows_add(context, value_at(result, row, 0), value_at(result, row, 1), error);
}

/* Every name is quoted. */
static void write_statement(struct buffer *statement, const struct source_rows *rows)
{
    for (unsigned i = 0; i < SOURCE_ROWS_COLUMNS; i++) {
        buffer_add_string(statement, i == 0 ? "SELECT " : ", ");
        identifier_quote(statement, rows->columns[i]);
        buffer_add_string(statement, "::text");
    }
    for (uint32_t i = 0; i < rows->table->count; i++) {
        buffer_add_string(statement, i == 0 ? " FROM " : ".");
        identifier_quote(statement, rows->table->elements[i]);
    }
    buffer_printf(statement, " LIMIT %d", SOURCE_ROWS_LIMIT + 1);
}

/* In a transaction that may write nothing, which ends with the connection. */
static enum error_code run(struct session *session, const struct source_settings *settings, struct source_rows *rows,
                           struct error *error)
{
    CLEANUP(buffer_clear) struct buffer statement = {0};
    char lock[64], whole[64];
    const char *statements[] = {"BEGIN READ ONLY", lock, whole, NULL};
    struct outcome outcome;

    write_statement(&statement, rows);
    if (buffer_check(&statement, error, "reading rows") != ERROR_NONE)
        return error->code;
    statements[3] = statement.bytes;
    snprintf(lock, sizeof lock, "SET LOCAL lock_timeout = %u", settings->lock_timeout_ms);
    snprintf(whole, sizeof whole, "SET LOCAL statement_timeout = %u", settings->statement_timeout_ms);
    if (session_run(session, statements, LENGTH_OF(statements), take, rows, &outcome, error) != ERROR_NONE)
        return error->code;
    if (!outcome.failed)
        return ERROR_NONE;
    session_refused(&outcome, error);
    if (strcmp(outcome.sqlstate, "42501") == 0)
        error->code = ERROR_REFUSED;
    return error->code;
}

enum error_code postgres_rows(const char *ref, const struct source_settings *settings, struct source_rows *rows,
                              struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    struct session *session = NULL;
    enum error_code code = source_rows_begin(rows, error);

    if (code == ERROR_NONE)
        code = session_open(&session, ref, settings, error);
    if (code == ERROR_NONE)
        code = run(session, settings, rows, error);
    session_close(session);
    if (code == ERROR_NONE)
        return code;
    source_postgres.redact(&shown, ref);
    return error_context(error, "reading rows of '%s'", shown.failed ? "postgres://" : buffer_text(&shown).bytes);
}
