#include "sources/odbc/odbc_capture.h"

#include "sources/odbc/dialect.h"
#include "sources/odbc/odbc_string.h"
#include "sources/odbc/odbc_watch.h"

static const struct odbc_capture *capture_of(const struct odbc_connection *connection)
{
    return odbc_dialect_of(connection)->capture;
}

enum error_code odbc_capture_read(struct odbc_connection *connection, struct capture_reading *reading,
                                  struct error *error)
{
    if (reading == NULL)
        return ERROR_NONE;
    capture_begin(reading);
    return capture_of(connection) == NULL ? ERROR_NONE : capture_of(connection)->read(connection, reading, error);
}

enum error_code odbc_capture_status(const char *ref, const struct source_settings *settings, struct arena *arena,
                                    struct capture_status *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    struct odbc_connection *connection = NULL;
    enum error_code code = odbc_open(&connection, ref, settings, error);

    *ret_status = (struct capture_status){.how = {"", 0}, .note = {"", 0}};
    if (code == ERROR_NONE && capture_of(connection) == NULL)
        ret_status->note = TEXT("this database system has no capture: an agent notices changes by looking");
    else if (code == ERROR_NONE)
        code = capture_of(connection)->status(connection, arena, ret_status, error);
    odbc_close(connection);
    if (code == ERROR_NONE)
        return ERROR_NONE;
    odbc_redact(&shown, ref);
    return error_context(error, "asking capture in '%s'", shown.failed ? "" : buffer_text(&shown).bytes);
}

enum error_code odbc_mark(struct source_watch *watch, const struct capture_marking *marking, struct error *error)
{
    struct odbc_connection *connection = NULL;

    if (odbc_watch_connection(watch, &connection, error) != ERROR_NONE)
        return error->code;
    if (capture_of(connection) == NULL || capture_of(connection)->mark == NULL)
        return ERROR_NONE;
    return capture_of(connection)->mark(connection, marking, error);
}
