#include "sources/odbc/odbc_diagnostics.h"

#include <stdio.h>

#include "sources/odbc/odbc_wide.h"

enum { MESSAGE_UNITS = 1024 };

/* ---- taking ---- */

/* "[vendor][driver]words", and what follows the first line. */
static void clean(const char *message, char *ret_message, size_t size)
{
    const char *close;
    size_t length;

    while (message[0] == '[' && (close = strchr(message, ']')) != NULL)
        message = close + 1;
    while (message[0] == ' ')
        message++;
    length = strcspn(message, "\r\n");
    while (length > 0 && (message[length - 1] == ' ' || message[length - 1] == ';'))
        length--;
    snprintf(ret_message, size, "%.*s", (int)length, message);
}

static bool take_narrow(struct odbc_diagnostic *diagnostic, SQLSMALLINT type, SQLHANDLE handle)
{
    SQLCHAR state[6] = "", message[MESSAGE_UNITS] = "";
    SQLINTEGER native = 0;
    SQLSMALLINT length;

    if (!SQL_SUCCEEDED(SQLGetDiagRec(type, handle, 1, state, &native, message, sizeof message, &length)))
        return false;
    memcpy(diagnostic->sqlstate, state, sizeof diagnostic->sqlstate);
    diagnostic->native = native;
    clean((const char *)message, diagnostic->message, sizeof diagnostic->message);
    return true;
}

static size_t units_of(const SQLWCHAR *units, size_t most)
{
    size_t count = 0;

    while (count < most && units[count] != 0)
        count++;
    return count;
}

static bool take_wide(struct odbc_diagnostic *diagnostic, SQLSMALLINT type, SQLHANDLE handle)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    SQLWCHAR state[6] = {0}, message[MESSAGE_UNITS] = {0};
    SQLINTEGER native = 0;
    SQLSMALLINT length;

    if (!SQL_SUCCEEDED(SQLGetDiagRecW(type, handle, 1, state, &native, message, MESSAGE_UNITS, &length)))
        return false;
    for (size_t i = 0; i < 5; i++)
        diagnostic->sqlstate[i] = (char)state[i];
    diagnostic->native = native;
    odbc_wide_to_text(&text, message, units_of(message, MESSAGE_UNITS));
    clean(text.failed || text.bytes == NULL ? "" : text.bytes, diagnostic->message, sizeof diagnostic->message);
    return true;
}

void odbc_diagnostic_take(struct odbc_diagnostic *diagnostic, SQLSMALLINT type, SQLHANDLE handle, bool narrow)
{
    *diagnostic = (struct odbc_diagnostic){.failed = true, .sqlstate = "HY000"};
    if (!(narrow ? take_narrow(diagnostic, type, handle) : take_wide(diagnostic, type, handle)))
        snprintf(diagnostic->message, sizeof diagnostic->message, "the driver gives no reason");
}

/* ---- what it means ---- */

static bool has_state(const struct odbc_diagnostic *diagnostic, const char *const *states)
{
    for (; *states != NULL; states++)
        if (strncmp(diagnostic->sqlstate, *states, strlen(*states)) == 0)
            return true;
    return false;
}

static bool has_number(const struct odbc_diagnostic *diagnostic, const long *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (diagnostic->native == numbers[i])
            return true;
    return false;
}

static bool says(const struct odbc_diagnostic *diagnostic, const char *words)
{
    return strcasestr(diagnostic->message, words) != NULL;
}

bool odbc_diagnostic_is_lost(const struct odbc_diagnostic *diagnostic)
{
    /* MariaDB: server has gone away, lost connection, killed, shutdown; its client's own; SQL Server's driver */
    static const long numbers[] = {2006, 2013, 2055, 1927, 1053, 4031, 20004, 20006, 20047};
    static const char *const states[] = {"08", "57P0", NULL};

    return diagnostic->failed && (has_state(diagnostic, states) || has_number(diagnostic, numbers, LENGTH_OF(numbers)));
}

static bool is_late(const struct odbc_diagnostic *diagnostic)
{
    static const long numbers[] = {1969, 3024, 20003};
    static const char *const states[] = {"HYT00", "HYT01", "57014", "70100", NULL};

    return has_state(diagnostic, states) || has_number(diagnostic, numbers, LENGTH_OF(numbers));
}

static bool is_denied(const struct odbc_diagnostic *diagnostic)
{
    /* MariaDB: database, table, column, a privilege, routine, view; SQL Server: object, database, statement, server,
     * database principal, trace */
    static const long numbers[] = {1044, 1142, 1143, 1227, 1370, 1345, 229, 230, 262, 297, 300, 371, 916, 8189, 15247};
    static const char *const states[] = {"42501", NULL};

    return has_state(diagnostic, states) || has_number(diagnostic, numbers, LENGTH_OF(numbers));
}

static bool is_disturbed(const struct odbc_diagnostic *diagnostic)
{
    /* MariaDB: lock wait, deadlock, no such table, no such column, definition has changed, prepare again; SQL Server:
     * deadlock (1205, too), lock timeout, no such object, no such column, snapshot isolation met DDL */
    static const long numbers[] = {1205, 1213, 1146, 1054, 1412, 1615, 1222, 208, 207, 3961};
    static const char *const states[] = {"40",    "42S02", "42S22", "42P01", "42703",
                                         "42704", "3F000", "55P03", "XX000", NULL};

    return has_state(diagnostic, states) || has_number(diagnostic, numbers, LENGTH_OF(numbers)) ||
           says(diagnostic, "schema has changed") || says(diagnostic, "database is locked");
}

void odbc_diagnostic_outcome(const struct odbc_diagnostic *diagnostic, struct odbc_outcome *ret_outcome)
{
    struct odbc_outcome outcome = {.failed = true, .native = diagnostic->native};

    outcome.late = is_late(diagnostic);
    outcome.denied = !outcome.late && is_denied(diagnostic);
    outcome.disturbed = !outcome.late && !outcome.denied && is_disturbed(diagnostic);
    memcpy(outcome.sqlstate, diagnostic->sqlstate, sizeof outcome.sqlstate);
    snprintf(outcome.message, sizeof outcome.message, "%.255s", diagnostic->message);
    *ret_outcome = outcome;
}

/* ---- connecting ---- */

/* The driver manager cannot begin: a name that is not in its files, a library that is not there. */
static enum error_code configuration_error(const struct odbc_diagnostic *diagnostic, const struct odbc_target *target,
                                           struct error *error)
{
    struct text source = odbc_target_value(target, "DSN");
    struct text driver = odbc_target_value(target, "Driver");

    if (says(diagnostic, "can't open lib") || strcmp(diagnostic->sqlstate, "IM003") == 0) {
        error_set(error, ERROR_CONFIG, "the driver manager cannot load the driver: %s", diagnostic->message);
        return error_hint(error,
                          "install the driver's package (odbc-mariadb, odbc-postgresql, tdsodbc, libsqliteodbc …) "
                          "or correct its line Driver= in /etc/odbcinst.ini");
    }
    if (source.length > 0) {
        error_set(error, ERROR_CONFIG, "there is no ODBC data source '%.*s'", TEXT_ARGS(source));
        return error_hint(error, "`odbcinst -q -s` lists the data sources of ~/.odbc.ini and /etc/odbc.ini");
    }
    error_set(error, ERROR_CONFIG, "there is no ODBC driver '%.*s'", TEXT_ARGS(driver));
    return error_hint(error, "`odbcinst -q -d` lists the drivers of /etc/odbcinst.ini");
}

static enum error_code refused_error(const struct odbc_target *target, const char *reason, struct error *error)
{
    error_set(error, ERROR_REFUSED, "%s", reason);
    if (target->family == ODBC_ANY)
        return error_hint(error, "check UID= and PWD=; a password may also be written PWD=env:NAME or PWD=file:PATH");
    return error_hint(error, "check user and password (in the URL, or in %s)",
                      target->family == ODBC_MYSQL ? "MYSQL_PWD" : "SQLCMDPASSWORD");
}

static bool is_refused(const struct odbc_diagnostic *diagnostic)
{
    static const long numbers[] = {1044, 1045, 1130, 1698, 1862, 3118, 4151, 18456, 18452};
    static const char *const states[] = {"28", NULL};

    return has_state(diagnostic, states) || has_number(diagnostic, numbers, LENGTH_OF(numbers)) ||
           says(diagnostic, "authentication failed") || says(diagnostic, "no pg_hba.conf entry") ||
           says(diagnostic, "is not permitted to log in") || says(diagnostic, "login failed") ||
           says(diagnostic, "no password supplied") || says(diagnostic, "permission denied") ||
           (says(diagnostic, "role \"") && says(diagnostic, "does not exist"));
}

static bool is_missing(const struct odbc_diagnostic *diagnostic)
{
    static const long numbers[] = {1049, 4060, 911};

    return has_number(diagnostic, numbers, LENGTH_OF(numbers)) ||
           (says(diagnostic, "database \"") && says(diagnostic, "does not exist")) ||
           says(diagnostic, "unable to open database file") ||
           strcmp(diagnostic->message, "connect failed") == 0; /* SQLite: there is no such file, or it is none */
}

enum error_code odbc_diagnostic_connect_error(const struct odbc_diagnostic *diagnostic,
                                              const struct odbc_target *target, struct error *error)
{
    static const char *const driver_manager[] = {"IM", NULL};
    char reason[600];

    snprintf(reason, sizeof reason, "%s (SQLSTATE %s)", diagnostic->message, diagnostic->sqlstate);
    odbc_target_scrub(target, reason);
    if (has_state(diagnostic, driver_manager) || says(diagnostic, "can't open lib"))
        return configuration_error(diagnostic, target, error);
    if (is_missing(diagnostic)) {
        error_set(error, ERROR_NOT_FOUND, "%s", reason);
        return error_hint(error, "check the name of the database, and that this user may see it");
    }
    if (is_refused(diagnostic))
        return refused_error(target, reason, error);
    if (is_late(diagnostic) || says(diagnostic, "timed out") || says(diagnostic, "timeout expired"))
        return error_set(error, ERROR_TIMEOUT, "%s", reason);
    error_set(error, ERROR_CONNECT, "%s", reason);
    return error_hint(error, "check host and port, and that the server runs");
}
