#include "sources/postgres/postgres_change.h"

#include <stdio.h>

#include "sources/postgres/session.h"

/* In one transaction, which the server commits at the end of the segment. */
static enum error_code run(struct session *session, const struct source_settings *settings, const char *statement,
                           struct error *error)
{
    char lock[64], whole[64];
    const char *const statements[] = {lock, whole, statement};
    struct outcome outcome;

    snprintf(lock, sizeof lock, "SET LOCAL lock_timeout = %u", settings->lock_timeout_ms);
    snprintf(whole, sizeof whole, "SET LOCAL statement_timeout = %u", settings->statement_timeout_ms);
    if (session_run(session, statements, 3, NULL, NULL, &outcome, error) != ERROR_NONE)
        return error->code;
    if (!outcome.failed)
        return ERROR_NONE;
    session_refused(&outcome, error);
    if (strcmp(outcome.sqlstate, "42501") == 0 || strcmp(outcome.sqlstate, "25006") == 0)
        error->code = ERROR_REFUSED; /* no right to, or a database that is only read */
    return error->code;
}

enum error_code postgres_change(const char *ref, const struct source_settings *settings, const char *statement,
                                struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    struct session *session = NULL;
    enum error_code code = session_open(&session, ref, settings, error);

    if (code == ERROR_NONE)
        code = run(session, settings, statement, error);
    session_close(session);
    if (code == ERROR_NONE)
        return code;
    source_postgres.redact(&shown, ref);
    return error_context(error, "changing '%s'", shown.failed ? "postgres://" : buffer_text(&shown).bytes);
}
