#include "sources/scratch/script_answer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

enum { LOOK_MS = 200 }; /* whether to give up */

static enum error_code lost(PGconn *connection, struct error *error)
{
    return error_set(error, ERROR_CONNECT, "the connection to the scratch database was lost: %s",
                     PQerrorMessage(connection));
}

/* Whoever gives up a statement does not leave it running. */
static enum error_code give_up(PGconn *connection, enum error_code code, const char *why, struct error *error)
{
    PGcancel *cancel = PQgetCancel(connection);
    char ignored[256];

    if (cancel != NULL && PQcancel(cancel, ignored, sizeof ignored) == 0)
        ignored[0] = '\0'; /* it ends with the connection */
    PQfreeCancel(cancel);
    return error_set(error, code, "%s", why);
}

/* Wait until a result can be fetched without blocking. */
static enum error_code await(const struct script_talk *talk, int64_t deadline, struct error *error)
{
    PGconn *connection = talk->connection;

    while (PQisBusy(connection)) {
        struct pollfd ready = {.fd = PQsocket(connection), .events = POLLIN};
        int64_t left = (deadline - clock_elapsed()) / 1000;
        char late[64];

        if (talk->is_stopped != NULL && talk->is_stopped())
            return give_up(connection, ERROR_TIMEOUT, "it was interrupted", error);
        snprintf(late, sizeof late, "a statement takes more than %u s", talk->patience_ms / 1000);
        if (left <= 0) {
            give_up(connection, ERROR_TIMEOUT, late, error);
            return error_hint(error, "raise --statement-timeout");
        }
        if (poll(&ready, 1, left < LOOK_MS ? (int)left : LOOK_MS) < 0 && errno != EINTR)
            return error_set(error, ERROR_IO, "waiting for the scratch database: %s", strerror(errno));
        if (ready.revents != 0 && PQconsumeInput(connection) != 1)
            return lost(connection, error);
    }
    return ERROR_NONE;
}

static void copy_field(char *to, size_t size, const PGresult *result, int field)
{
    const char *value = PQresultErrorField(result, field);

    snprintf(to, size, "%s", value == NULL ? "" : value);
}

/* The first refusal counts: what follows it follows from it. */
static void note_refusal(const PGresult *result, struct script_refusal *refusal)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    char detail[200];

    if (refusal->sqlstate[0] != '\0')
        return;
    copy_field(refusal->sqlstate, sizeof refusal->sqlstate, result, PG_DIAG_SQLSTATE);
    copy_field(refusal->message, sizeof refusal->message, result, PG_DIAG_MESSAGE_PRIMARY);
    copy_field(refusal->hint, sizeof refusal->hint, result, PG_DIAG_MESSAGE_HINT);
    copy_field(detail, sizeof detail, result, PG_DIAG_MESSAGE_DETAIL);
    if (refusal->hint[0] == '\0')
        snprintf(refusal->hint, sizeof refusal->hint, "%s", detail);
    if (refusal->sqlstate[0] == '\0')
        snprintf(refusal->sqlstate, sizeof refusal->sqlstate, "XX000");
    refusal->position = position == NULL ? 0 : (unsigned)strtoul(position, NULL, 10);
}

/* COPY ... FROM stdin: what follows in the file. */
static enum error_code send_data(PGconn *connection, struct sql_split *split, struct error *error)
{
    struct text data = split == NULL ? (struct text){"", 0} : sql_split_data(split);
    enum { PORTION = 1 << 20 };

    for (size_t at = 0; at < data.length; at += PORTION) {
        size_t length = data.length - at < PORTION ? data.length - at : PORTION;

        if (PQputCopyData(connection, data.bytes + at, (int)length) != 1)
            return lost(connection, error);
    }
    return PQputCopyEnd(connection, NULL) == 1 ? ERROR_NONE : lost(connection, error);
}

/* COPY ... TO stdout: nobody reads it. */
static enum error_code drop_data(PGconn *connection, struct error *error)
{
    char *row;
    int length;

    while ((length = PQgetCopyData(connection, &row, 0)) > 0)
        PQfreemem(row);
    return length == -1 ? ERROR_NONE : lost(connection, error);
}

static enum error_code take(PGconn *connection, const PGresult *result, struct sql_split *split,
                            struct script_refusal *refusal, struct error *error)
{
    switch (PQresultStatus(result)) {
    case PGRES_COPY_IN:
        return send_data(connection, split, error);
    case PGRES_COPY_OUT:
        return drop_data(connection, error);
    case PGRES_COPY_BOTH:
        return error_set(error, ERROR_UNSUPPORTED, "the server begins to replicate");
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
        note_refusal(result, refusal);
        return ERROR_NONE;
    default:
        return ERROR_NONE;
    }
}

enum error_code script_answer(const struct script_talk *talk, struct text statement, struct sql_split *split,
                              struct script_refusal *ret_refusal, struct error *error)
{
    int64_t deadline = clock_elapsed() + (int64_t)talk->patience_ms * 1000;
    CLEANUP(buffer_clear) struct buffer sql = {0};
    struct script_refusal refusal = {0};
    PGconn *connection = talk->connection;
    enum error_code code = ERROR_NONE;

    buffer_add_text(&sql, statement);
    if (buffer_check(&sql, error, "running a statement") != ERROR_NONE)
        return error->code;
    if (PQsendQuery(connection, sql.bytes) != 1)
        return lost(connection, error);
    while (code == ERROR_NONE) {
        PGresult *result;

        if (await(talk, deadline, error) != ERROR_NONE)
            return error->code;
        result = PQgetResult(connection);
        if (result == NULL)
            break;
        code = take(connection, result, split, &refusal, error);
        PQclear(result);
    }
    if (code == ERROR_NONE && PQstatus(connection) != CONNECTION_OK)
        return lost(connection, error);
    if (code == ERROR_NONE)
        *ret_refusal = refusal;
    return code;
}
