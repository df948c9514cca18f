#include "capture/odbc_install.h"

#include <string.h>

#include "sources/odbc/dialect.h"
#include "sources/odbc/odbc_string.h"
#include "sqlserver_capture.h"

static const char doing[] = "installing capture";

/* ---- SQL Server ---- */

static void add_name(struct buffer *buffer, struct text name)
{
    buffer_add_string(buffer, "N'");
    for (size_t i = 0; i < name.length; i++) {
        if (name.bytes[i] == '\'')
            buffer_add_byte(buffer, '\'');
        buffer_add_byte(buffer, (uint8_t)name.bytes[i]);
    }
    buffer_add_byte(buffer, '\'');
}

void odbc_install_script(const struct capture_install *install, struct buffer *ret_sql)
{
    buffer_add_string(ret_sql, sqlserver_capture_install);
    if (install->retention_days > 0)
        buffer_printf(ret_sql, "EXEC driftline.retain %u;\nGO\n", install->retention_days);
    if (install->agent_role.length == 0)
        return;
    buffer_add_string(ret_sql, "EXEC driftline.allow ");
    add_name(ret_sql, install->agent_role);
    buffer_add_string(ret_sql, ";\nGO\n");
}

/* Run a script whose batches are separated by lines that say GO. */
static enum error_code run_script(struct odbc_connection *connection, const char *script, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer batch = {0};
    const char *line = script;

    while (*line != '\0') {
        const char *end = strchr(line, '\n');
        size_t length = end == NULL ? strlen(line) : (size_t)(end - line);

        if (length == 2 && memcmp(line, "GO", 2) == 0) {
            if (buffer_check(&batch, error, doing) != ERROR_NONE ||
                odbc_execute(connection, batch.bytes, error) != ERROR_NONE)
                return error->code;
            buffer_reset(&batch);
        } else {
            buffer_add(&batch, line, length);
            buffer_add_byte(&batch, '\n');
        }
        line += length + (end != NULL);
    }
    return ERROR_NONE;
}

/* The script is a transaction; with what follows it, it stands in another. */
static enum error_code run_in_transaction(struct odbc_connection *connection, const char *script, struct error *error)
{
    struct error ignored = {0};

    if (odbc_execute(connection, "BEGIN TRANSACTION", error) != ERROR_NONE)
        return error->code;
    if (run_script(connection, script, error) == ERROR_NONE)
        return odbc_execute(connection, "COMMIT TRANSACTION", error);
    (void)!odbc_execute(connection, "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION", &ignored);
    return error_hint(error, "nothing was changed; a member of db_owner may do this, and deploy/sql/sqlserver/ has the "
                             "script to run by hand");
}

/* ---- any ---- */

static enum error_code refuse(const struct odbc_connection *connection, struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED,
              "there is nothing to install in %s, which has no triggers on DDL that are known here",
              odbc_system(connection));
    if (odbc_dialect_of(connection)->capture == &odbc_capture_mysql)
        return error_hint(error, "where its general log goes to a table, an agent takes from it who changed what: see "
                                 "'driftline capture status'");
    return error_hint(error, "an agent notices changes by looking; who made them is not known then");
}

static enum error_code in_database(const char *verb, const char *ref, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    odbc_redact(&shown, ref);
    return error_context(error, "%s capture in '%s'", verb, shown.failed ? "" : buffer_text(&shown).bytes);
}

static enum error_code run(const char *ref, const struct source_settings *settings, const char *verb,
                           const char *script, struct error *error)
{
    struct odbc_connection *connection = NULL;
    enum error_code code = odbc_open(&connection, ref, settings, error);

    if (code == ERROR_NONE)
        code = odbc_dialect_of(connection)->capture == &odbc_capture_sqlserver
                   ? run_in_transaction(connection, script, error)
                   : refuse(connection, error);
    odbc_close(connection);
    return code == ERROR_NONE ? ERROR_NONE : in_database(verb, ref, error);
}

enum error_code odbc_install(const char *ref, const struct source_settings *settings,
                             const struct capture_install *install, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer script = {0};

    odbc_install_script(install, &script);
    if (buffer_check(&script, error, doing) != ERROR_NONE)
        return error->code;
    return run(ref, settings, "installing", script.bytes, error);
}

enum error_code odbc_uninstall(const char *ref, const struct source_settings *settings, struct error *error)
{
    return run(ref, settings, "removing", sqlserver_capture_uninstall, error);
}
