#include "sources/odbc/dialect.h"

#include <strings.h>

#include "sources/odbc/generic.h"
#include "sources/odbc/odbc_capture.h"

extern const struct catalog_file mariadb_files[];
extern const struct catalog_file sqlserver_files[];

static enum error_code execute_all(struct odbc_connection *connection, const char *const *statements,
                                   struct error *error)
{
    for (; *statements != NULL; statements++)
        if (odbc_execute(connection, *statements, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

/* ---- MariaDB and MySQL ---- */

static enum error_code execute_number(struct odbc_connection *connection, const char *sql, unsigned number,
                                      struct error *error)
{
    CLEANUP(buffer_clear) struct buffer whole = {0};

    buffer_printf(&whole, "%s%u", sql, number);
    if (buffer_check(&whole, error, "connecting") != ERROR_NONE)
        return error->code;
    return odbc_execute(connection, whole.bytes, error);
}

/* The driver knows no timeout of statements. MariaDB counts seconds, MySQL milliseconds. */
static enum error_code limit_statements(struct odbc_connection *connection, struct error *error)
{
    const struct source_settings *settings = odbc_settings(connection);
    bool mysql = strcmp(odbc_dialect_of(connection)->name, "mysql") == 0;
    unsigned limit = settings->statement_timeout_ms;

    if (execute_number(connection, "SET SESSION lock_wait_timeout = ", (settings->lock_timeout_ms + 999) / 1000,
                       error) != ERROR_NONE)
        return error->code;
    return mysql ? execute_number(connection, "SET SESSION max_execution_time = ", limit, error)
                 : execute_number(connection, "SET SESSION max_statement_time = ", (limit + 999) / 1000, error);
}

/* Asked here, for the driver names a database `null` where there is none. */
static enum error_code require_database(struct odbc_connection *connection, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer name = {0};

    if (odbc_value(connection, "SELECT DATABASE()", &name, error) != ERROR_NONE)
        return error->code;
    if (name.length > 0)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "the connection has no database");
    return error_hint(error, "name it in the reference: DATABASE=NAME");
}

static enum error_code take_cipher(void *context, const char *const *labels, const struct text *values, unsigned count,
                                   struct error *error)
{
    bool *encrypted = context;

    (void)labels, (void)error;
    if (values != NULL && count == 2)
        *encrypted = values[1].length > 0;
    return ERROR_NONE;
}

/* Unless it is told to check the certificate, MariaDB's driver goes on without encryption where a server has none. */
static enum error_code require_encryption(struct odbc_connection *connection, struct error *error)
{
    struct odbc_outcome outcome;
    bool encrypted = false;

    if (!odbc_wants_tls(connection))
        return ERROR_NONE;
    if (odbc_query(connection, "SHOW SESSION STATUS LIKE 'Ssl_cipher'", take_cipher, &encrypted, &outcome, error) !=
        ERROR_NONE)
        return error->code;
    if (encrypted)
        return ERROR_NONE;
    error_set(error, ERROR_REFUSED, "the connection is not encrypted, although the reference asks for TLS");
    return error_hint(error, "set up TLS at the server, and SSLVERIFY=1 to check its certificate");
}

/* The mode decides how the server writes definitions, and whether "x" is a name. */
static enum error_code set_up_mariadb(struct odbc_connection *connection, struct error *error)
{
    static const char *const statements[] = {
        "SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'",
        "SET SESSION sql_quote_show_create = 1",
        "SET SESSION sql_select_limit = 18446744073709551615",
        "SET SESSION time_zone = '+00:00'",
        "SET SESSION group_concat_max_len = 67108864",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        NULL,
    };

    if (require_encryption(connection, error) != ERROR_NONE || require_database(connection, error) != ERROR_NONE ||
        limit_statements(connection, error) != ERROR_NONE)
        return error->code;
    return execute_all(connection, statements, error);
}

/* ---- SQL Server ---- */

static const char *const sqlserver_systems[] = {"Microsoft SQL Server", NULL};

/* A stand-in for it in tests, which a reference has forced, knows none of these. */
static enum error_code set_up_sqlserver(struct odbc_connection *connection, struct error *error)
{
    static const char *const statements[] = {
        "SET QUOTED_IDENTIFIER ON",
        "SET ANSI_NULLS ON",
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        NULL,
    };

    if (strcasecmp(odbc_system(connection), sqlserver_systems[0]) != 0)
        return ERROR_NONE;
    if (execute_number(connection, "SET LOCK_TIMEOUT ", odbc_settings(connection)->lock_timeout_ms, error) !=
        ERROR_NONE)
        return error->code;
    return execute_all(connection, statements, error);
}

/* ---- all ---- */

static const char *const mariadb_systems[] = {"MariaDB", NULL};
static const char *const mysql_systems[] = {"MySQL", NULL};
static const char *const no_systems[] = {NULL};

static const char *const read_only[] = {"START TRANSACTION READ ONLY", NULL};
static const char *const commit[] = {"COMMIT", NULL};

/* The last one is for whatever is not listed. */
static const struct odbc_dialect dialects[] = {
    {.name = "mariadb",
     .engine = "mariadb",
     .systems = mariadb_systems,
     .files = mariadb_files,
     .needs_database = true,
     .capture = &odbc_capture_mysql,
     .set_up = set_up_mariadb,
     .begin = read_only,
     .end = commit},
    {.name = "mysql",
     .engine = "mysql",
     .systems = mysql_systems,
     .files = mariadb_files,
     .needs_database = true,
     .capture = &odbc_capture_mysql,
     .set_up = set_up_mariadb,
     .begin = read_only,
     .end = commit},
    {.name = "sqlserver",
     .engine = "sqlserver",
     .systems = sqlserver_systems,
     .files = sqlserver_files,
     .needs_database = true,
     .capture = &odbc_capture_sqlserver,
     .set_up = set_up_sqlserver},
    {.name = "generic", .engine = "odbc", .systems = no_systems, .load = odbc_generic_load},
};

const struct odbc_dialect *odbc_dialect_for_system(const char *system)
{
    size_t i = 0;

    for (; i + 1 < LENGTH_OF(dialects); i++)
        for (const char *const *name = dialects[i].systems; *name != NULL; name++)
            if (strcasecmp(*name, system) == 0)
                return &dialects[i];
    return &dialects[i];
}

const struct odbc_dialect *odbc_dialect_by_name(struct text name)
{
    for (size_t i = 0; i < LENGTH_OF(dialects); i++)
        if (text_equal(text_from(dialects[i].name), name))
            return &dialects[i];
    return NULL;
}
