/* Who changed what in MariaDB and MySQL: from the general log, where it is written to the table mysql.general_log.
 *
 * These servers have no triggers on DDL. The general log has what clients sent, in its order, with who they are; not
 * whether it succeeded: every statement is unconfirmed, and who sent one that names what changed is told as who perhaps
 * did it. Nothing is ever unattributed: the continuity of two readings is never the same. It holds the moment up to
 * which the log was read, for the next reading.
 *
 * A log row does not say which database a statement was meant for. That is followed from the rows in which the same
 * session connects or changes its database. Where the log does not go back so far, the statement is left out: nothing
 * is guessed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "schema/object.h"
#include "sources/odbc/mysql_statement.h"
#include "sources/odbc/odbc_capture.h"

enum { SESSIONS_MAX = 4096 };

static const char mark_of_log[] = "general log up to ";

/* Where a session is. */
struct session_place {
    int64_t thread;
    struct text database; /* NULL bytes: not known */
};

struct log_reading {
    struct odbc_connection *connection;
    struct capture_reading *reading;
    int64_t from, newest;
    struct session_place *sessions; /* a ring: the oldest is forgotten */
    size_t session_count;
    size_t session_next;
};

static struct text copy_text(struct arena *arena, struct text text)
{
    return (struct text){arena_copy(arena, text.bytes, text.length), text.length};
}

static int64_t number_from(struct text text)
{
    char digits[24] = "";

    if (text.bytes != NULL && text.length < sizeof digits)
        memcpy(digits, text.bytes, text.length);
    return strtoll(digits, NULL, 10);
}

/* ---- sessions ---- */

static struct session_place *place_of(struct log_reading *log, int64_t thread)
{
    struct session_place *place;

    for (size_t i = 0; i < log->session_count; i++)
        if (log->sessions[i].thread == thread)
            return &log->sessions[i];
    place = &log->sessions[log->session_next];
    log->session_next = (log->session_next + 1) % SESSIONS_MAX;
    log->session_count += log->session_count < SESSIONS_MAX;
    *place = (struct session_place){.thread = thread};
    return place;
}

/* "ana@localhost on shop using Socket"; without a database " as anonymous on " and nothing. */
static struct text database_of_connect(struct text argument)
{
    const char *on = memmem(argument.bytes, argument.length, " on ", 4);
    struct text rest;
    const char *end;

    if (on == NULL)
        return (struct text){NULL, 0};
    rest = (struct text){on + 4, argument.length - (size_t)(on + 4 - argument.bytes)};
    end = memmem(rest.bytes, rest.length, " using ", 7);
    return (struct text){rest.bytes, end == NULL ? rest.length : (size_t)(end - rest.bytes)};
}

static enum error_code follow_session(struct log_reading *log, struct session_place *place, struct text command,
                                      struct text argument, struct error *error)
{
    struct arena *arena = log->reading->arena;
    struct text database = {"", 0};

    if (text_equal(command, TEXT("Connect")))
        database = database_of_connect(argument);
    else if (text_equal(command, TEXT("Init DB")))
        database = argument;
    else if (mysql_statement_use(&database, argument, arena, error) != ERROR_NONE || database.length == 0)
        return error->code;
    if (database.bytes == NULL || (place->database.bytes != NULL && text_equal(place->database, database)))
        return ERROR_NONE;
    place->database = copy_text(arena, database);
    return place->database.bytes == NULL ? arena_error(arena, error, "reading the general log") : ERROR_NONE;
}

/* ---- statements ---- */

/* "ana[ana] @ localhost [127.0.0.1]" */
static void read_user_host(struct text user_host, struct captured_statement *statement)
{
    const char *open = memchr(user_host.bytes, '[', user_host.length);
    const char *at = memmem(user_host.bytes, user_host.length, "] @ ", 4);
    const char *end = user_host.bytes + user_host.length;
    struct text client;
    const char *address;

    if (open == NULL || at == NULL || at < open) {
        statement->actor = user_host;
        return;
    }
    statement->actor = (struct text){open + 1, (size_t)(at - open - 1)};
    client = (struct text){at + 4, (size_t)(end - at - 4)};
    address = memchr(client.bytes, '[', client.length);
    if (address != NULL && end[-1] == ']' && end - address > 2)
        client = (struct text){address + 1, (size_t)(end - address - 2)};
    else if (address != NULL)
        client.length = (size_t)(address - client.bytes);
    while (client.length > 0 && client.bytes[client.length - 1] == ' ')
        client.length--;
    statement->client = client;
}

static void write_path(struct buffer *path, const struct mysql_name *name)
{
    buffer_add_string(path, "main.");
    identifier_write(path, name->name);
    if (name->thing == MYSQL_ROUTINE)
        buffer_add_string(path, "()");
    if (name->thing != MYSQL_PART)
        return;
    buffer_add_byte(path, '.');
    identifier_write(path, name->part);
}

static enum error_code add(struct log_reading *log, struct captured_statement *statement, const struct mysql_name *name,
                           struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};

    write_path(&path, name);
    if (buffer_check(&path, error, "reading the general log") != ERROR_NONE)
        return error->code;
    statement->object = buffer_text(&path);
    return capture_add(log->reading, statement, error);
}

static bool is_ours(const struct log_reading *log, const struct session_place *place, const struct mysql_name *name)
{
    struct text database = name->database.length > 0 ? name->database : place->database;

    return database.bytes != NULL && text_equal(database, text_from(odbc_database(log->connection)));
}

static enum error_code take_statement(struct log_reading *log, const struct session_place *place,
                                      struct captured_statement *statement, struct text argument, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer plain = {0};
    struct arena *arena = log->reading->arena;
    struct mysql_statement parts;

    if (mysql_statement_read(&parts, argument, arena, error) != ERROR_NONE || parts.count == 0)
        return error->code;
    mysql_statement_without_literals(&plain, argument);
    if (buffer_check(&plain, error, "reading the general log") != ERROR_NONE)
        return error->code;
    statement->command = parts.command;
    statement->statement = buffer_text(&plain);
    for (size_t i = 0; i < parts.count; i++) {
        /* sessions run one statement at a time: thread and moment are one of them, and `i` the thing it names */
        statement->number = place->thread * MYSQL_STATEMENT_NAMES + (int64_t)i;
        if (is_ours(log, place, &parts.names[i]) && add(log, statement, &parts.names[i], error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* Columns: at, user_host, thread_id, command_type, argument. */
static enum error_code take_row(void *context, const char *const *labels, const struct text *values, unsigned count,
                                struct error *error)
{
    struct log_reading *log = context;
    struct captured_statement statement = {.client = {"", 0}, .unconfirmed = true};
    struct session_place *place;

    (void)labels;
    if (values == NULL || count != 5)
        return ERROR_NONE;
    for (unsigned i = 0; i < count; i++)
        if (values[i].bytes == NULL)
            return ERROR_NONE;
    statement.at = number_from(values[0]);
    place = place_of(log, number_from(values[2]));
    if (follow_session(log, place, values[3], values[4], error) != ERROR_NONE)
        return error->code;
    if (statement.at <= log->from || (!text_equal(values[3], TEXT("Query")) && !text_equal(values[3], TEXT("Execute"))))
        return ERROR_NONE;
    /* the next reading begins after the newest moment: all of one moment come together */
    log->reading->more = log->reading->more || (capture_is_full(log->reading) && statement.at > log->newest);
    if (log->reading->more)
        return ERROR_NONE;
    log->newest = statement.at > log->newest ? statement.at : log->newest;
    read_user_host(values[1], &statement);
    return take_statement(log, place, &statement, values[4], error);
}

/* ---- the log ---- */

enum log_state { LOG_READABLE, LOG_NOT_TO_TABLE, LOG_DENIED };

static enum error_code find_log(struct odbc_connection *connection, enum log_state *ret_state, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer to_table = {0};
    struct odbc_outcome outcome;

    if (odbc_value(connection, "SELECT @@GLOBAL.general_log = 1 AND FIND_IN_SET('TABLE', @@GLOBAL.log_output) > 0",
                   &to_table, error) != ERROR_NONE)
        return error->code;
    *ret_state = LOG_NOT_TO_TABLE;
    if (to_table.length != 1 || to_table.bytes[0] != '1')
        return ERROR_NONE;
    if (odbc_query(connection, "SELECT 1 FROM mysql.general_log LIMIT 0", NULL, NULL, &outcome, error) != ERROR_NONE)
        return error->code;
    if (outcome.failed && !outcome.denied)
        return odbc_refused(&outcome, error);
    *ret_state = outcome.failed ? LOG_DENIED : LOG_READABLE;
    return ERROR_NONE;
}

/* The moment up to which the log was read before; 0 when it was not. */
static int64_t read_before(struct text continuity)
{
    struct text mark = text_from(mark_of_log), number = {continuity.bytes + mark.length, 0};

    if (!text_starts_with(continuity, mark))
        return 0;
    while (mark.length + number.length < continuity.length && number.bytes[number.length] != ' ')
        number.length++;
    return number_from(number);
}

static enum error_code set_continuity(struct log_reading *log, struct error *error)
{
    char text[96];
    int length = snprintf(text, sizeof text, "%s%" PRId64 " at %" PRId64, mark_of_log, log->newest, clock_now());

    log->reading->continuity = copy_text(log->reading->arena, (struct text){text, (size_t)length});
    return log->reading->continuity.bytes == NULL ? arena_error(log->reading->arena, error, "reading the general log")
                                                  : ERROR_NONE;
}

/* The table has no index: it is read from its start, which also tells in which database each session was. */
static const char log_sql[] =
    "SELECT CAST(UNIX_TIMESTAMP(event_time) * 1000000 AS UNSIGNED) AS at, user_host, thread_id, command_type,"
    " CONVERT(argument USING utf8mb4) AS argument FROM mysql.general_log"
    " WHERE command_type IN ('Connect', 'Init DB') OR (command_type IN ('Query', 'Execute') AND LOWER(LEFT("
    "CONVERT(argument USING utf8mb4), 200)) REGEXP "
    "'^[[:space:]]*(/[*]|#|--|alter|create|drop|rename|grant|revoke|use)')";

static enum error_code read_log(struct odbc_connection *connection, struct capture_reading *reading,
                                struct error *error)
{
    int64_t from = read_before(reading->before);
    struct log_reading log = {.connection = connection, .reading = reading, .from = from, .newest = from};
    struct odbc_outcome outcome;
    enum log_state state;

    if (find_log(connection, &state, error) != ERROR_NONE)
        return error->code;
    reading->state = state == LOG_READABLE ? CAPTURE_ON : state == LOG_DENIED ? CAPTURE_UNREAD : CAPTURE_ABSENT;
    if (state != LOG_READABLE)
        return ERROR_NONE;
    log.sessions = arena_array(reading->arena, SESSIONS_MAX, sizeof *log.sessions);
    if (log.sessions == NULL)
        return arena_error(reading->arena, error, "reading the general log");
    if (odbc_query(connection, log_sql, take_row, &log, &outcome, error) != ERROR_NONE)
        return error->code;
    if (outcome.failed)
        return odbc_refused(&outcome, error);
    return set_continuity(&log, error);
}

/* ---- how it stands ---- */

static enum error_code status(struct odbc_connection *connection, struct arena *arena,
                              struct capture_status *ret_status, struct error *error)
{
    enum log_state state;

    (void)arena;
    *ret_status = (struct capture_status){.how = TEXT("the general log"), .note = {"", 0}};
    if (find_log(connection, &state, error) != ERROR_NONE)
        return error->code;
    switch (state) {
    case LOG_READABLE:
        ret_status->state = CAPTURE_ON;
        ret_status->note = TEXT("the log does not say whether a statement succeeded, and nobody removes what was read");
        break;
    case LOG_DENIED:
        ret_status->state = CAPTURE_UNREAD;
        ret_status->note = TEXT("this user may not read it: GRANT SELECT ON mysql.general_log TO …");
        break;
    case LOG_NOT_TO_TABLE:
        ret_status->state = CAPTURE_OFF;
        ret_status->note = TEXT("it is off or goes to a file: SET GLOBAL log_output = 'TABLE', general_log = ON");
        break;
    }
    return ERROR_NONE;
}

const struct odbc_capture odbc_capture_mysql = {read_log, NULL, status};
