#include "sources/odbc/odbc_connection.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sources/odbc/dialect.h"
#include "sources/odbc/odbc_server.h"
#include "sources/odbc/odbc_string.h"
#include "sources/odbc/odbc_worker.h"

/* How much longer than the driver's own limit we wait; how long a goodbye may take; how large a buffer is kept. */
enum { CONNECT_GRACE_MS = 1000, GRACE_MS = 5000, CLOSE_MS = 2000, KEEP_BYTES = 64 * 1024, NAME_SIZE = 256 };

static const char doing[] = "talking to an ODBC driver";

struct odbc_connection {
    struct odbc_worker *worker; /* NULL: it was given up */
    const struct source_settings *settings;
    const struct odbc_dialect *dialect;
    struct odbc_target target;
    struct arena arena; /* of the target */
    char system[NAME_SIZE], database[NAME_SIZE], version_text[NAME_SIZE];
    char origin[ODBC_SERVER_TEXT_SIZE];
    long version;
};

static unsigned seconds(unsigned milliseconds)
{
    return (milliseconds + 999) / 1000;
}

/* ---- tasks ---- */

static enum error_code given_up(struct odbc_connection *connection, unsigned milliseconds, struct error *error)
{
    connection->worker = NULL;
    return error_set(error, ERROR_TIMEOUT, "the server has not answered for %u s", milliseconds / 1000);
}

static enum error_code check_alive(const struct odbc_connection *connection, struct error *error)
{
    return connection->worker != NULL ? ERROR_NONE
                                      : error_set(error, ERROR_TIMEOUT, "the server did not answer before");
}

/* Failures of our own. What the server says stays on the desk. */
static enum error_code do_task(struct odbc_connection *connection, enum odbc_task task, struct error *error)
{
    unsigned patience = task == ODBC_TASK_CONNECT ? connection->settings->connect_timeout_ms + CONNECT_GRACE_MS
                                                  : connection->settings->statement_timeout_ms + GRACE_MS;
    struct odbc_desk *desk;

    if (!odbc_worker_do(connection->worker, task, patience))
        return given_up(connection, patience, error);
    desk = odbc_worker_desk(connection->worker);
    if (desk->diagnostic.failed)
        odbc_target_scrub(&connection->target, desk->diagnostic.message);
    if (desk->error.code != ERROR_NONE)
        *error = desk->error;
    return desk->error.code;
}

static enum error_code lost(const struct odbc_connection *connection, const struct odbc_diagnostic *diagnostic,
                            int64_t began, struct error *error)
{
    int64_t milliseconds = (clock_elapsed() - began) / 1000;

    if (milliseconds >= connection->settings->statement_timeout_ms)
        return error_set(error, ERROR_TIMEOUT, "the server has not answered for %u s", (unsigned)(milliseconds / 1000));
    return error_set(error, ERROR_CONNECT, "the connection was lost: %s", diagnostic->message);
}

/* ---- information ---- */

enum error_code odbc_info_text(struct odbc_connection *connection, SQLUSMALLINT what, struct buffer *text,
                               struct error *error)
{
    struct odbc_desk *desk;

    if (check_alive(connection, error) != ERROR_NONE)
        return error->code;
    desk = odbc_worker_desk(connection->worker);
    desk->info = what;
    desk->info_is_text = true;
    if (do_task(connection, ODBC_TASK_INFO, error) != ERROR_NONE)
        return error->code;
    buffer_add_text(text, buffer_text(&desk->text));
    return buffer_check(text, error, doing);
}

enum error_code odbc_info_number(struct odbc_connection *connection, SQLUSMALLINT what, unsigned long *ret_number,
                                 struct error *error)
{
    struct odbc_desk *desk;

    if (check_alive(connection, error) != ERROR_NONE)
        return error->code;
    desk = odbc_worker_desk(connection->worker);
    desk->info = what;
    desk->info_is_text = false;
    if (do_task(connection, ODBC_TASK_INFO, error) != ERROR_NONE)
        return error->code;
    *ret_number = desk->number;
    return ERROR_NONE;
}

/* ---- running ---- */

/* The labels lie one behind the other. */
static void point_to_labels(const struct odbc_desk *desk, const char **ret_labels)
{
    const char *label = desk->labels.bytes;

    for (unsigned i = 0; i < desk->columns; i++, label += strlen(label) + 1)
        ret_labels[i] = label;
}

static enum error_code hand_over(const struct odbc_desk *desk, const char *const *labels, odbc_row handler,
                                 void *context, struct error *error)
{
    const struct odbc_cell *cell = (const struct odbc_cell *)(const void *)desk->cells.bytes;
    struct text values[ODBC_COLUMNS_MAX];

    for (size_t row = 0; row < desk->rows; row++) {
        for (unsigned i = 0; i < desk->columns; i++, cell++)
            values[i] = cell->length == SIZE_MAX ? (struct text){NULL, 0}
                        : cell->length == 0      ? TEXT("")
                                                 : (struct text){desk->bytes.bytes + cell->offset, cell->length};
        if (handler(context, labels, values, desk->columns, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static void shrink(struct buffer *buffer)
{
    if (buffer->capacity > KEEP_BYTES)
        buffer_clear(buffer);
}

/* The desk is ours until the next task. */
static void tidy(struct odbc_connection *connection)
{
    struct odbc_desk *desk;

    if (connection->worker == NULL)
        return;
    desk = odbc_worker_desk(connection->worker);
    shrink(&desk->bytes);
    shrink(&desk->cells);
    shrink(&desk->raw);
    for (size_t i = 0; i < LENGTH_OF(desk->arguments); i++)
        shrink(&desk->arguments[i]);
}

/* All batches but the first need asking for. */
static enum error_code take_rows(struct odbc_connection *connection, odbc_row handler, void *context,
                                 struct odbc_outcome *ret_outcome, struct error *error)
{
    struct odbc_desk *desk = odbc_worker_desk(connection->worker);
    const char *labels[ODBC_COLUMNS_MAX] = {NULL};
    int64_t began = clock_elapsed();

    point_to_labels(desk, labels);
    if (handler != NULL && desk->columns > 0 && handler(context, labels, NULL, desk->columns, error) != ERROR_NONE)
        return error->code;
    for (;;) {
        if (handler != NULL && hand_over(desk, labels, handler, context, error) != ERROR_NONE)
            return error->code;
        if (odbc_diagnostic_is_lost(&desk->diagnostic))
            return lost(connection, &desk->diagnostic, began, error);
        if (desk->diagnostic.failed)
            odbc_diagnostic_outcome(&desk->diagnostic, ret_outcome);
        if (!desk->more)
            return ERROR_NONE;
        began = clock_elapsed();
        if (do_task(connection, ODBC_TASK_MORE, error) != ERROR_NONE)
            return error->code;
    }
}

/* After a handler's failure the rest of the rows is not wanted; that of the driver is then no news. */
static void stop(struct odbc_connection *connection)
{
    struct error ignored;

    if (connection->worker != NULL && odbc_worker_desk(connection->worker)->more)
        (void)!do_task(connection, ODBC_TASK_STOP, &ignored);
}

static enum error_code lay_out(struct odbc_desk *desk, const struct odbc_call *call, struct error *error)
{
    desk->sort = call->sort;
    desk->options[0] = call->options[0];
    desk->options[1] = call->options[1];
    for (size_t i = 0; i < LENGTH_OF(desk->arguments); i++) {
        buffer_reset(&desk->arguments[i]);
        desk->argument_given[i] = call->text[i].bytes != NULL;
        odbc_desk_encode(desk, &desk->arguments[i], call->text[i]);
        if (buffer_check(&desk->arguments[i], error, doing) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code odbc_run(struct odbc_connection *connection, const struct odbc_call *call, odbc_row handler,
                         void *context, struct odbc_outcome *ret_outcome, struct error *error)
{
    struct odbc_outcome outcome = {0};
    int64_t began = clock_elapsed();
    struct odbc_desk *desk;
    enum error_code code;

    if (check_alive(connection, error) != ERROR_NONE)
        return error->code;
    desk = odbc_worker_desk(connection->worker);
    if (lay_out(desk, call, error) != ERROR_NONE || do_task(connection, ODBC_TASK_RUN, error) != ERROR_NONE)
        return error->code;
    if (odbc_diagnostic_is_lost(&desk->diagnostic))
        return lost(connection, &desk->diagnostic, began, error);
    code = take_rows(connection, handler, context, &outcome, error);
    if (code != ERROR_NONE)
        stop(connection);
    else
        *ret_outcome = outcome;
    tidy(connection);
    return code;
}

enum error_code odbc_query(struct odbc_connection *connection, const char *sql, odbc_row handler, void *context,
                           struct odbc_outcome *ret_outcome, struct error *error)
{
    const struct odbc_call call = {.sort = ODBC_SQL, .text = {text_from(sql)}};

    return odbc_run(connection, &call, handler, context, ret_outcome, error);
}

enum error_code odbc_refused(const struct odbc_outcome *outcome, struct error *error)
{
    enum error_code code = outcome->late ? ERROR_TIMEOUT : outcome->denied ? ERROR_REFUSED : ERROR_QUERY;

    error_set(error, code, "the server answered: %s (SQLSTATE %s)", outcome->message, outcome->sqlstate);
    return outcome->late ? error_hint(error, "raise the statement timeout") : code;
}

enum error_code odbc_execute(struct odbc_connection *connection, const char *sql, struct error *error)
{
    struct odbc_outcome outcome;

    if (odbc_query(connection, sql, NULL, NULL, &outcome, error) != ERROR_NONE)
        return error->code;
    return outcome.failed ? odbc_refused(&outcome, error) : ERROR_NONE;
}

struct first_value {
    struct buffer *value;
    bool taken;
};

static enum error_code take_first(void *context, const char *const *labels, const struct text *values, unsigned count,
                                  struct error *error)
{
    struct first_value *first = context;

    (void)labels;
    if (values == NULL || first->taken || count == 0)
        return ERROR_NONE;
    first->taken = true;
    buffer_add_text(first->value, values[0]);
    return buffer_check(first->value, error, doing);
}

enum error_code odbc_value(struct odbc_connection *connection, const char *sql, struct buffer *value,
                           struct error *error)
{
    struct first_value first = {.value = value};
    struct odbc_outcome outcome;

    if (odbc_query(connection, sql, take_first, &first, &outcome, error) != ERROR_NONE)
        return error->code;
    return outcome.failed ? odbc_refused(&outcome, error) : ERROR_NONE;
}

/* ---- opening ---- */

static enum error_code check_database(const struct odbc_connection *connection, struct error *error)
{
    if (connection->target.family == ODBC_ANY || connection->target.database.length > 0)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "the reference names no database");
    return error_hint(error, "write it at the end: SCHEME://user@host/database");
}

static enum error_code prepare_desk(struct odbc_connection *connection, struct error *error)
{
    const struct source_settings *settings = connection->settings;
    CLEANUP(buffer_clear) struct buffer string = {0};
    char name[ODBC_DRIVER_NAME_SIZE];
    const char *driver = NULL;
    struct odbc_desk *desk = odbc_worker_desk(connection->worker);

    if (connection->target.family != ODBC_ANY) {
        if (odbc_drivers_choose(&connection->target, name, error) != ERROR_NONE)
            return error->code;
        driver = name;
    }
    desk->habits = odbc_drivers_habits(&connection->target, driver);
    desk->connect_seconds = seconds(settings->connect_timeout_ms);
    desk->query_seconds = seconds(settings->statement_timeout_ms);
    desk->limit = settings->memory_limit;
    odbc_target_string(&string, &connection->target, driver, desk->connect_seconds,
                       seconds(settings->statement_timeout_ms + GRACE_MS / 2));
    if (desk->habits.makes_files && odbc_target_value(&connection->target, "NoCreat").bytes == NULL)
        buffer_add_string(&string, "NoCreat=1;");
    odbc_desk_encode(desk, &desk->string, buffer_text(&string));
    if (string.bytes != NULL)
        explicit_bzero(string.bytes, string.length);
    if (string.failed)
        return error_memory(error, "connecting");
    return buffer_check(&desk->string, error, "connecting");
}

/* The first three numbers of a text such as "10.11.000019" or "16.00.4105". */
static void take_version(struct odbc_connection *connection, const char *text)
{
    unsigned long numbers[3] = {0};
    char *end = NULL;

    for (size_t i = 0; i < LENGTH_OF(numbers) && *text >= '0' && *text <= '9'; i++) {
        numbers[i] = strtoul(text, &end, 10);
        text = *end == '.' ? end + 1 : end;
    }
    snprintf(connection->version_text, NAME_SIZE, "%lu.%lu.%lu", numbers[0], numbers[1], numbers[2]);
    connection->version = (long)((numbers[0] > 9999 ? 9999 : numbers[0]) * 10000 +
                                 (numbers[1] > 99 ? 99 : numbers[1]) * 100 + (numbers[2] > 99 ? 99 : numbers[2]));
}

static enum error_code ask_server(struct odbc_connection *connection, struct error *error)
{
    struct odbc_server server;

    if (odbc_server_ask(connection, &server, error) != ERROR_NONE)
        return error->code;
    if (server.version > 0)
        connection->version = server.version;
    if (server.text[0] != '\0')
        snprintf(connection->version_text, NAME_SIZE, "%.*s", NAME_SIZE - 1, server.text);
    memcpy(connection->origin, server.origin, sizeof connection->origin);
    return ERROR_NONE;
}

static enum error_code learn(struct odbc_connection *connection, SQLUSMALLINT what, char ret_text[NAME_SIZE],
                             struct error *error)
{
    CLEANUP(buffer_clear) struct buffer text = {0};

    if (odbc_info_text(connection, what, &text, error) != ERROR_NONE)
        return error->code;
    snprintf(ret_text, NAME_SIZE, "%.*s", TEXT_ARGS(buffer_text(&text)));
    return ERROR_NONE;
}

static enum error_code choose_dialect(struct odbc_connection *connection, struct error *error)
{
    struct text wanted = connection->target.dialect;

    connection->dialect =
        wanted.length > 0 ? odbc_dialect_by_name(wanted) : odbc_dialect_for_system(connection->system);
    if (connection->dialect == NULL) {
        error_set(error, ERROR_USAGE, "there is no dialect '%.*s'", TEXT_ARGS(wanted));
        return error_hint(error, "DriftlineDialect= is mariadb, mysql, sqlserver or generic");
    }
    if (!connection->dialect->needs_database || connection->database[0] != '\0')
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "the connection has no database");
    return error_hint(error, "name it in the reference: Database=NAME");
}

static enum error_code set_up(struct odbc_connection *connection, struct error *error)
{
    char version[NAME_SIZE];

    if (learn(connection, SQL_DBMS_NAME, connection->system, error) != ERROR_NONE ||
        learn(connection, SQL_DBMS_VER, version, error) != ERROR_NONE ||
        learn(connection, SQL_DATABASE_NAME, connection->database, error) != ERROR_NONE ||
        choose_dialect(connection, error) != ERROR_NONE)
        return error->code;
    take_version(connection, version);
    if (connection->dialect->set_up != NULL && connection->dialect->set_up(connection, error) != ERROR_NONE)
        return error->code;
    return ask_server(connection, error);
}

/* A driver whose own limit was over says only that the connection was lost, or that it could not be made. */
static enum error_code refused(const struct odbc_connection *connection, const struct odbc_diagnostic *diagnostic,
                               int64_t began, struct error *error)
{
    int64_t milliseconds = (clock_elapsed() - began) / 1000;

    if (odbc_diagnostic_connect_error(diagnostic, &connection->target, error) != ERROR_CONNECT ||
        milliseconds < connection->settings->connect_timeout_ms)
        return error->code;
    error_hint(error, "the server has not answered for %u s: check host and port", (unsigned)(milliseconds / 1000));
    return error->code = ERROR_TIMEOUT;
}

static enum error_code connect_to(struct odbc_connection *connection, const char *ref, struct error *error)
{
    struct odbc_desk *desk;
    int64_t began;

    if (odbc_target_parse(&connection->target, ref, &connection->arena, error) != ERROR_NONE ||
        check_database(connection, error) != ERROR_NONE ||
        odbc_worker_start(&connection->worker, ref, error) != ERROR_NONE ||
        prepare_desk(connection, error) != ERROR_NONE)
        return error->code;
    began = clock_elapsed();
    if (do_task(connection, ODBC_TASK_CONNECT, error) != ERROR_NONE)
        return error->code;
    desk = odbc_worker_desk(connection->worker);
    if (desk->diagnostic.failed)
        return refused(connection, &desk->diagnostic, began, error);
    return set_up(connection, error);
}

enum error_code odbc_open(struct odbc_connection **ret_connection, const char *ref,
                          const struct source_settings *settings, struct error *error)
{
    struct odbc_connection *connection = mem_alloc(sizeof *connection);

    if (connection == NULL)
        return error_memory(error, "connecting");
    memset(connection, 0, sizeof *connection);
    connection->settings = settings;
    arena_init(&connection->arena, SIZE_MAX);
    if (connect_to(connection, ref, error) != ERROR_NONE) {
        odbc_close(connection);
        return error->code;
    }
    *ret_connection = connection;
    return ERROR_NONE;
}

void odbc_close(struct odbc_connection *connection)
{
    if (connection == NULL)
        return;
    odbc_worker_end(connection->worker, CLOSE_MS);
    arena_erase(&connection->arena);
    mem_free(connection);
}

/* ---- what is known ---- */

const struct odbc_dialect *odbc_dialect_of(const struct odbc_connection *connection)
{
    return connection->dialect;
}

const char *odbc_system(const struct odbc_connection *connection)
{
    return connection->system;
}

const char *odbc_version_text(const struct odbc_connection *connection)
{
    return connection->version_text;
}

long odbc_version(const struct odbc_connection *connection)
{
    return connection->version;
}

const char *odbc_origin(const struct odbc_connection *connection)
{
    return connection->origin;
}

const char *odbc_database(const struct odbc_connection *connection)
{
    return connection->database;
}

const struct source_settings *odbc_settings(const struct odbc_connection *connection)
{
    return connection->settings;
}

bool odbc_wants_tls(const struct odbc_connection *connection)
{
    return odbc_target_wants_tls(&connection->target);
}
