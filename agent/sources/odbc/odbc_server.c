#include "sources/odbc/odbc_server.h"

#include <stdio.h>
#include <stdlib.h>

#include "sources/odbc/dialect.h"

static enum error_code take_answer(void *context, const char *const *labels, const struct text *values, unsigned count,
                                   struct error *error)
{
    struct odbc_server *server = context;

    (void)error;
    for (unsigned i = 0; values != NULL && i < count; i++) {
        char text[ODBC_SERVER_TEXT_SIZE];

        snprintf(text, sizeof text, "%.*s", TEXT_ARGS(values[i]));
        if (strcmp(labels[i], "version") == 0)
            server->version = strtol(text, NULL, 10);
        else if (strcmp(labels[i], "text") == 0)
            memcpy(server->text, text, sizeof text);
        else if (strcmp(labels[i], "origin") == 0)
            memcpy(server->origin, text, sizeof text);
    }
    return ERROR_NONE;
}

enum error_code odbc_server_ask(struct odbc_connection *connection, struct odbc_server *ret_server, struct error *error)
{
    const struct catalog_file *file = odbc_dialect_of(connection)->files;
    struct odbc_outcome outcome;

    *ret_server = (struct odbc_server){0};
    for (; file != NULL && file->name != NULL; file++) {
        CLEANUP(buffer_clear) struct buffer sql = {0};
        struct catalog_query query;

        if (catalog_query_parse(&query, file, error) != ERROR_NONE)
            return error->code;
        if (!query.server)
            continue;
        catalog_query_sql(&sql, &query, odbc_version(connection));
        if (buffer_check(&sql, error, "connecting") != ERROR_NONE ||
            odbc_query(connection, sql.bytes, take_answer, ret_server, &outcome, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}
