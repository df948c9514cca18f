#include "sources/odbc/odbc_watch.h"

#include "base/memory.h"
#include "sources/odbc/odbc_load.h"
#include "sources/odbc/odbc_string.h"

/* What stays between looks. */
struct watching {
    struct odbc_connection *connection;
    struct hash probe; /* before the rows were read: while an exact one stays, so do they */
    struct hash rows;
    bool has_rows;
};

enum error_code odbc_watch_connection(struct source_watch *watch, struct odbc_connection **ret_connection,
                                      struct error *error)
{
    struct watching *watching = watch->connection;

    if (watching == NULL) {
        watching = mem_alloc(sizeof *watching);
        if (watching == NULL)
            return error_memory(error, "connecting");
        memset(watching, 0, sizeof *watching);
        watch->connection = watching;
    }
    if (watching->connection == NULL &&
        odbc_open(&watching->connection, watch->ref, watch->settings, error) != ERROR_NONE)
        return error->code;
    *ret_connection = watching->connection;
    return ERROR_NONE;
}

void odbc_rest(struct source_watch *watch)
{
    struct watching *watching = watch->connection;

    if (watching == NULL)
        return;
    odbc_close(watching->connection);
    mem_free(watching);
    watch->connection = NULL;
}

/* What was torn by running DDL is a mark all the same: another than that of the next look. */
static enum error_code sum_rows(struct source_watch *watch, struct odbc_connection *connection, struct hash *ret_rows,
                                struct error *error)
{
    struct odbc_sink sink = {.hasher = watch->hasher, .settings = watch->settings};
    struct odbc_disturbance disturbance;
    enum error_code code;

    odbc_sink_start(&sink, NULL, 0, 0);
    code = odbc_begin(connection, error);
    if (code == ERROR_NONE)
        code = odbc_load(connection, &sink, &disturbance, error);
    if (code == ERROR_NONE)
        code = odbc_end(connection, error);
    if (code == ERROR_NONE)
        *ret_rows = odbc_sink_digest(&sink);
    odbc_sink_clear(&sink);
    return code;
}

/* Both kinds of look begin with the probe: what happens after it moves it again. */
static enum error_code try_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                                struct error *error)
{
    struct odbc_connection *connection = NULL;
    struct watching *watching;
    struct odbc_probe probe;

    if (odbc_watch_connection(watch, &connection, error) != ERROR_NONE ||
        odbc_probe(connection, watch->hasher, &probe, error) != ERROR_NONE)
        return error->code;
    watching = watch->connection;
    ret_mark->cheap = probe.hash;
    if (!exact)
        return ERROR_NONE;
    if (!watching->has_rows || !probe.answered || !probe.exact || !hash_equal(&probe.hash, &watching->probe)) {
        watching->has_rows = false;
        if (sum_rows(watch, connection, &watching->rows, error) != ERROR_NONE)
            return error->code;
        watching->probe = probe.hash;
        watching->has_rows = true;
    }
    ret_mark->exact = watching->rows;
    return ERROR_NONE;
}

/* A connection that was open may have been closed since, by an administrator, a time limit or a restart: that is no
 * failure if another can be had. */
enum error_code odbc_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    struct source_mark mark = {0};
    bool was_open = watch->connection != NULL;
    enum error_code code = try_look(watch, exact, &mark, error);

    if (code != ERROR_NONE)
        odbc_rest(watch);
    if (code == ERROR_CONNECT && was_open) {
        code = try_look(watch, exact, &mark, error);
        if (code != ERROR_NONE)
            odbc_rest(watch);
    }
    if (code == ERROR_NONE) {
        *ret_mark = mark;
        return code;
    }
    odbc_redact(&shown, watch->ref);
    return error_context(error, "reading '%s'", shown.failed ? "" : buffer_text(&shown).bytes);
}
