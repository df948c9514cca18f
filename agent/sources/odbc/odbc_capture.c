#include "sources/odbc/odbc_capture.h"

#include "sources/odbc/dialect.h"
#include "sources/odbc/odbc_watch.h"
#include "sqlserver_capture.h"

static const struct odbc_capture *capture_of(const struct odbc_connection *connection)
{
    return odbc_dialect_of(connection)->capture;
}

enum error_code odbc_capture_read(struct odbc_connection *connection, struct capture_reading *reading,
                                  struct error *error)
{
    if (reading == NULL)
        return ERROR_NONE;
    arena_free(reading->arena); /* of the attempt before */
    reading->state = CAPTURE_ABSENT;
    reading->continuity = (struct text){"", 0};
    reading->statements = NULL;
    reading->count = 0;
    reading->more = false;
    return capture_of(connection) == NULL ? ERROR_NONE : capture_of(connection)->read(connection, reading, error);
}

static enum error_code unsupported(const struct odbc_connection *connection, struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED, "there is no capture for %s", odbc_system(connection));
    return error_hint(error, "an agent notices changes by looking; who made them is not known then");
}

/* ---- for who installs ---- */

static enum error_code install(const char *ref, const struct source_settings *settings,
                               const struct capture_install *install, struct error *error)
{
    struct odbc_connection *connection = NULL;
    enum error_code code = odbc_open(&connection, ref, settings, error);

    if (code == ERROR_NONE)
        code = capture_of(connection) == NULL ? unsupported(connection, error)
                                              : capture_of(connection)->install(connection, install, error);
    odbc_close(connection);
    return code;
}

static enum error_code uninstall(const char *ref, const struct source_settings *settings, struct error *error)
{
    struct odbc_connection *connection = NULL;
    enum error_code code = odbc_open(&connection, ref, settings, error);

    if (code == ERROR_NONE)
        code = capture_of(connection) == NULL ? unsupported(connection, error)
                                              : capture_of(connection)->uninstall(connection, error);
    odbc_close(connection);
    return code;
}

static enum error_code status(const char *ref, const struct source_settings *settings, struct arena *arena,
                              struct capture_status *ret_status, struct error *error)
{
    struct odbc_connection *connection = NULL;
    enum error_code code = odbc_open(&connection, ref, settings, error);

    *ret_status = (struct capture_status){.how = {"", 0}, .note = {"", 0}};
    if (code == ERROR_NONE && capture_of(connection) == NULL)
        ret_status->note = TEXT("this database system has no capture: an agent notices changes by looking");
    else if (code == ERROR_NONE)
        code = capture_of(connection)->status(connection, arena, ret_status, error);
    odbc_close(connection);
    return code;
}

/* ---- for the agent ---- */

static enum error_code mark(struct source_watch *watch, const struct capture_marking *marking, struct error *error)
{
    struct odbc_connection *connection = NULL;

    if (odbc_watch_connection(watch, &connection, error) != ERROR_NONE)
        return error->code;
    if (capture_of(connection) == NULL || capture_of(connection)->mark == NULL)
        return ERROR_NONE;
    return capture_of(connection)->mark(connection, marking, error);
}

static void no_script(const struct capture_install *install, struct buffer *ret_sql)
{
    (void)install;
    buffer_add_string(ret_sql, "-- Nothing is installed in this database system.\n");
}

static void sqlserver_script(const struct capture_install *install, struct buffer *ret_sql)
{
    buffer_add_string(ret_sql, sqlserver_capture_install);
    if (install->retention_days > 0)
        buffer_printf(ret_sql, "EXEC driftline.retain %u;\nGO\n", install->retention_days);
    if (install->agent_role.length == 0)
        return;
    buffer_add_string(ret_sql, "EXEC driftline.allow N'");
    for (size_t i = 0; i < install->agent_role.length; i++) {
        if (install->agent_role.bytes[i] == '\'')
            buffer_add_byte(ret_sql, '\'');
        buffer_add_byte(ret_sql, (uint8_t)install->agent_role.bytes[i]);
    }
    buffer_add_string(ret_sql, "';\nGO\n");
}

const struct capture_ops odbc_capture_ops = {install, uninstall, status, mark, no_script};
const struct capture_ops odbc_capture_sqlserver_ops = {install, uninstall, status, mark, sqlserver_script};
