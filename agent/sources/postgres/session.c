#include "sources/postgres/session.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

/* How much longer than the server's own time limit a statement may take until its end reaches us. */
enum { GRACE_MS = 5000, VERSION_MIN = 120000, VERSION_MAX = 189999 };

struct session {
    PGconn *connection;
    unsigned patience_ms; /* without a byte from the server */
};

static bool contains(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* The server's reason arrives as text only, possibly translated: what is not recognised is "could not connect". That a
 * password was sent says nothing: a missing database and a full server are noticed after it was found right. */
static enum error_code connect_error(const PGconn *connection, struct error *error)
{
    const char *reason = PQerrorMessage(connection);

    if (PQconnectionNeedsPassword(connection)) {
        error_set(error, ERROR_REFUSED, "the server asks for a password");
        return error_hint(error, "set PGPASSWORD or a line in ~/.pgpass");
    }
    if (contains(reason, "database \"") && contains(reason, "does not exist")) {
        error_set(error, ERROR_NOT_FOUND, "%s", reason);
        return error_hint(error, "list the databases with `psql -l`");
    }
    if ((contains(reason, "role \"") && contains(reason, "does not exist")) ||
        contains(reason, "authentication failed") || contains(reason, "no pg_hba.conf entry") ||
        contains(reason, "permission denied") || contains(reason, "is not permitted to log in")) {
        error_set(error, ERROR_REFUSED, "%s", reason);
        return error_hint(error, "check user and password (PGPASSWORD, ~/.pgpass) and the server's pg_hba.conf");
    }
    if (contains(reason, "timeout expired"))
        return error_set(error, ERROR_TIMEOUT, "%s", reason);
    error_set(error, ERROR_CONNECT, "%s", reason);
    return error_hint(error, "check host and port, and that the server runs");
}

/* libpq ends the password at the first `@`, and has none where a `/` comes before it. */
static bool is_ambiguous(const char *ref)
{
    const char *start = strstr(ref, "://");
    const char *rest = start == NULL ? ref : start + 3;
    const char *end = rest + strcspn(rest, "@/");

    if (*end == '@')
        rest = end + 1;
    return memchr(rest, '@', strcspn(rest, "?")) != NULL;
}

PQconninfoOption *session_options(const char *ref)
{
    return is_ambiguous(ref) ? NULL : PQconninfoParse(ref, NULL);
}

/* A reference that libpq cannot read is not repeated: part of it may be a password. */
static enum error_code check_reference(const char *ref, struct error *error)
{
    PQconninfoOption *options = session_options(ref);

    if (options == NULL) {
        error_set(error, ERROR_USAGE, "the reference is not a valid PostgreSQL URL");
        return error_hint(error, "write postgres://user@host:port/database, special characters as %%XX");
    }
    PQconninfoFree(options);
    return ERROR_NONE;
}

/* libpq would print them. */
static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static enum error_code check_version(const struct session *session, struct error *error)
{
    long version = session_version(session);

    if (version >= VERSION_MIN && version <= VERSION_MAX)
        return ERROR_NONE;
    error_set(error, ERROR_UNSUPPORTED, "the server is PostgreSQL %s, this build reads %d to %d",
              session_version_text(session), VERSION_MIN / 10000, VERSION_MAX / 10000);
    return error_hint(error, "use a Driftline version that knows this server");
}

/* Make of a new connection what a session is. */
static enum error_code set_up(struct session *session, struct error *error)
{
    if (session->connection == NULL)
        return error_memory(error, "connecting");
    if (PQstatus(session->connection) != CONNECTION_OK)
        return connect_error(session->connection, error);
    if (check_version(session, error) != ERROR_NONE)
        return error->code;
    if (PQenterPipelineMode(session->connection) != 1 || PQsetnonblocking(session->connection, 1) != 0)
        return error_set(error, ERROR_INTERNAL, "libpq offers no pipeline");
    PQsetNoticeProcessor(session->connection, ignore_notice, NULL);
    return ERROR_NONE;
}

enum error_code session_open(struct session **ret_session, const char *ref, const struct source_settings *settings,
                             struct error *error)
{
    char timeout[16];
    /* What stands before dbname can be overridden by the reference, what stands behind it cannot. */
    const char *const keywords[] = {"connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {timeout, "driftline", ref, "UTF8", NULL};
    struct session *session;

    snprintf(timeout, sizeof timeout, "%u", (settings->connect_timeout_ms + 999) / 1000);
    if (check_reference(ref, error) != ERROR_NONE)
        return error->code;
    session = mem_alloc(sizeof *session);
    if (session == NULL)
        return error_memory(error, "connecting");
    *session = (struct session){.patience_ms = settings->statement_timeout_ms + GRACE_MS};
    session->connection = PQconnectdbParams(keywords, values, 1);
    if (set_up(session, error) != ERROR_NONE) {
        session_close(session);
        return error->code;
    }
    *ret_session = session;
    return ERROR_NONE;
}

void session_close(struct session *session)
{
    if (session == NULL)
        return;
    PQfinish(session->connection);
    mem_free(session);
}

long session_version(const struct session *session)
{
    return PQserverVersion(session->connection);
}

const char *session_version_text(const struct session *session)
{
    const char *version = PQparameterStatus(session->connection, "server_version");

    return version == NULL ? "" : version;
}

static enum error_code lost(const struct session *session, struct error *error)
{
    const char *reason = PQerrorMessage(session->connection);

    return error_set(error, ERROR_CONNECT, "the connection was lost: %s", reason[0] == '\0' ? "closed" : reason);
}

enum error_code session_send(struct session *session, const char *const *statements, unsigned count,
                             struct error *error)
{
    for (unsigned i = 0; i < count; i++)
        if (PQsendQueryParams(session->connection, statements[i], 0, NULL, NULL, NULL, NULL, 0) != 1)
            return lost(session, error);
    return PQpipelineSync(session->connection) == 1 ? ERROR_NONE : lost(session, error);
}

enum error_code session_send_values(struct session *session, const char *first, const char *statement,
                                    const char *const *values, unsigned count, struct error *error)
{
    if (PQsendQueryParams(session->connection, first, 0, NULL, NULL, NULL, NULL, 0) != 1 ||
        PQsendQueryParams(session->connection, statement, (int)count, NULL, values, NULL, NULL, 0) != 1 ||
        PQpipelineSync(session->connection) != 1)
        return lost(session, error);
    return ERROR_NONE;
}

/* Wait until a result can be fetched without blocking; what has not been sent yet goes out meanwhile. */
static enum error_code await(struct session *session, struct error *error)
{
    int64_t deadline = clock_elapsed() + (int64_t)session->patience_ms * 1000;

    for (;;) {
        struct pollfd ready = {.fd = PQsocket(session->connection), .events = POLLIN};
        int unsent = PQflush(session->connection);
        int64_t left = (deadline - clock_elapsed()) / 1000;
        int answer;

        if (unsent < 0)
            return lost(session, error);
        if (!PQisBusy(session->connection))
            return ERROR_NONE;
        if (unsent > 0)
            ready.events |= POLLOUT;
        answer = left <= 0 ? 0 : poll(&ready, 1, (int)left);
        if (answer == 0)
            return error_set(error, ERROR_TIMEOUT, "the server has not answered for %u s", session->patience_ms / 1000);
        if (answer < 0 && errno != EINTR)
            return error_set(error, ERROR_CONNECT, "waiting for the server: %s", strerror(errno));
        if (answer > 0 && (ready.revents & ~POLLOUT) != 0 && PQconsumeInput(session->connection) != 1)
            return lost(session, error);
    }
}

/* The server says goodbye: the connection ends, whether or not we have noticed that yet. */
static bool is_farewell(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    return severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

static void note_failure(const PGresult *result, struct outcome *outcome)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);

    outcome->failed = true;
    snprintf(outcome->hint, sizeof outcome->hint, "%s", hint == NULL ? "" : hint);
    snprintf(outcome->sqlstate, sizeof outcome->sqlstate, "%s", sqlstate == NULL ? "" : sqlstate);
    snprintf(outcome->message, sizeof outcome->message, "%s", message == NULL ? PQresultErrorMessage(result) : message);
}

/* One result of a statement: a row, its end, or its failure. */
static enum error_code take_result(const PGresult *result, session_row handler, void *context, bool *first,
                                   struct error *error)
{
    int rows = PQntuples(result);

    if (handler == NULL)
        return ERROR_NONE;
    if (*first && handler(context, result, -1, error) != ERROR_NONE)
        return error->code;
    *first = false;
    for (int row = 0; row < rows; row++)
        if (handler(context, result, row, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

enum error_code session_fetch(struct session *session, session_row handler, void *context, struct outcome *ret_outcome,
                              struct error *error)
{
    struct outcome outcome = {0};
    bool first = true;
    bool farewell = false;

    PQsetSingleRowMode(session->connection);
    for (;;) {
        enum error_code code = ERROR_NONE;
        PGresult *result;

        if (await(session, error) != ERROR_NONE)
            return error->code;
        result = PQgetResult(session->connection);
        if (result == NULL)
            break;
        switch (PQresultStatus(result)) {
        case PGRES_SINGLE_TUPLE:
        case PGRES_TUPLES_OK:
            code = take_result(result, handler, context, &first, error);
            break;
        case PGRES_COMMAND_OK:
            break;
        case PGRES_PIPELINE_ABORTED:
            outcome.failed = true;
            break;
        default:
            note_failure(result, &outcome);
            farewell = is_farewell(result);
        }
        PQclear(result);
        if (code != ERROR_NONE)
            return code;
        if (farewell)
            return error_set(error, ERROR_CONNECT, "the connection was lost: %s", outcome.message);
    }
    if (PQstatus(session->connection) != CONNECTION_OK)
        return lost(session, error);
    *ret_outcome = outcome;
    return ERROR_NONE;
}

enum error_code session_fetch_end(struct session *session, struct error *error)
{
    PGresult *result;
    bool synchronised;

    if (await(session, error) != ERROR_NONE)
        return error->code;
    result = PQgetResult(session->connection);
    synchronised = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    PQclear(result);
    return synchronised ? ERROR_NONE : lost(session, error);
}

enum error_code session_run(struct session *session, const char *const *statements, unsigned count, session_row handler,
                            void *context, struct outcome *ret_outcome, struct error *error)
{
    struct outcome first = {0};

    if (session_send(session, statements, count, error) != ERROR_NONE)
        return error->code;
    for (unsigned i = 0; i < count; i++) {
        struct outcome outcome;

        if (session_fetch(session, i + 1 == count ? handler : NULL, context, &outcome, error) != ERROR_NONE)
            return error->code;
        if (!first.failed)
            first = outcome;
    }
    if (session_fetch_end(session, error) != ERROR_NONE)
        return error->code;
    *ret_outcome = first;
    return ERROR_NONE;
}

enum error_code session_refused(const struct outcome *outcome, struct error *error)
{
    bool late = strcmp(outcome->sqlstate, "57014") == 0;

    return error_set(error, late ? ERROR_TIMEOUT : ERROR_QUERY, "the server answered: %s (SQLSTATE %s)",
                     outcome->message, outcome->sqlstate);
}

int session_file(const struct session *session)
{
    return PQsocket(session->connection);
}

bool session_take_notifications(struct session *session)
{
    bool any = false;
    PGnotify *notification;

    (void)!PQconsumeInput(session->connection); /* a connection that broke is noticed by who says something next */
    while ((notification = PQnotifies(session->connection)) != NULL) {
        PQfreemem(notification);
        any = true;
    }
    return any;
}

bool session_is_direct(const struct session *session, const char *process)
{
    char own[16];

    snprintf(own, sizeof own, "%d", PQbackendPID(session->connection));
    return strcmp(own, process) == 0;
}
