/* Capture in SQL Server: what deploy/sql/sqlserver/install.sql installs is read and marked here. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/object.h"
#include "sources/odbc/odbc_capture.h"

enum { VERSION = 1 }; /* of what the files install */

/* ---- rows ---- */

/* The values of one row by their labels. */
struct row {
    const char *const *labels;
    const struct text *values;
    unsigned count;
};

static struct text value_of(const struct row *row, const char *label)
{
    for (unsigned i = 0; i < row->count; i++)
        if (strcmp(row->labels[i], label) == 0)
            return row->values[i];
    return (struct text){NULL, 0};
}

/* 0 when it is none. */
static int64_t number_of(const struct row *row, const char *label)
{
    struct text value = value_of(row, label);
    char digits[24] = "";

    if (value.bytes != NULL && value.length < sizeof digits)
        memcpy(digits, value.bytes, value.length);
    return strtoll(digits, NULL, 10);
}

/* A copy; absent stays absent. False: no memory. */
static bool copy(const struct row *row, const char *label, struct arena *arena, struct text *ret_text)
{
    struct text value = value_of(row, label);

    *ret_text = (struct text){NULL, 0};
    if (value.bytes == NULL)
        return true;
    *ret_text = (struct text){arena_copy(arena, value.bytes, value.length), value.length};
    return ret_text->bytes != NULL;
}

/* ---- state ---- */

struct state {
    struct arena *arena;
    bool answered;
    bool enabled;
    unsigned version;
    struct text continuity;
    int64_t faults, pending, shipped, recorded, newest;
};

static enum error_code take_state(void *context, const char *const *labels, const struct text *values, unsigned count,
                                  struct error *error)
{
    struct state *state = context;
    struct row row = {labels, values, count};

    if (values == NULL)
        return ERROR_NONE;
    state->answered = true;
    state->enabled = number_of(&row, "enabled") == 1;
    state->version = (unsigned)number_of(&row, "version");
    state->faults = number_of(&row, "faults");
    state->pending = number_of(&row, "pending");
    state->shipped = number_of(&row, "shipped");
    state->recorded = number_of(&row, "recorded");
    state->newest = number_of(&row, "newest");
    if (!copy(&row, "continuity", state->arena, &state->continuity))
        return arena_error(state->arena, error, "reading how capture stands");
    return ERROR_NONE;
}

/* Who may run none of its procedures sees none of them, but the schema. */
static const char installed_sql[] = "SELECT COUNT(*) AS \"installed\" FROM sys.schemas WHERE name = 'driftline'";

static enum error_code read_state(struct odbc_connection *connection, struct state *state,
                                  enum capture_state *ret_state, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer installed = {0};
    struct odbc_outcome outcome;

    if (odbc_value(connection, installed_sql, &installed, error) != ERROR_NONE)
        return error->code;
    *ret_state = CAPTURE_ABSENT;
    if (installed.length == 0 || installed.bytes[0] == '0')
        return ERROR_NONE;
    *ret_state = CAPTURE_UNREAD;
    if (odbc_query(connection, "{call driftline.capture_state('')}", take_state, state, &outcome, error) != ERROR_NONE)
        return error->code;
    if (outcome.failed && (outcome.late || outcome.disturbed))
        return odbc_refused(&outcome, error);
    if (!outcome.failed && state->answered)
        *ret_state = state->enabled ? CAPTURE_ON : CAPTURE_OFF;
    return ERROR_NONE;
}

/* ---- entries ---- */

/* These have no schema, or one name only. */
static bool is_plain(struct text type, struct text schema)
{
    return schema.length == 0 || text_equal(type, TEXT("SCHEMA"));
}

static bool is_routine(struct text type)
{
    return text_equal(type, TEXT("PROCEDURE")) || text_equal(type, TEXT("FUNCTION"));
}

/* The path as it is displayed: what was renamed by its new name. Statistics are none of the parts. */
static void write_path(struct buffer *path, const struct row *row)
{
    struct text type = value_of(row, "object_type"), schema = value_of(row, "schema_name");
    struct text name = value_of(row, "object_name"), part = value_of(row, "part_name");
    struct text renamed = value_of(row, "new_name");

    if (name.length == 0)
        return;
    if (!is_plain(type, schema)) {
        identifier_write(path, schema);
        buffer_add_byte(path, '.');
    }
    identifier_write(path, part.length == 0 && renamed.length > 0 ? renamed : name);
    if (part.length > 0 && !text_equal(type, TEXT("STATISTICS"))) {
        buffer_add_byte(path, '.');
        identifier_write(path, renamed.length > 0 ? renamed : part);
    } else if (is_routine(type)) {
        buffer_add_string(path, "()");
    }
}

/* "CREATE_TABLE" is what people write with a space. */
static void write_command(struct buffer *command, struct text written)
{
    for (size_t i = 0; i < written.length; i++)
        buffer_add_byte(command, (uint8_t)(written.bytes[i] == '_' ? ' ' : written.bytes[i]));
}

static enum error_code take_entry(void *context, const char *const *labels, const struct text *values, unsigned count,
                                  struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};
    CLEANUP(buffer_clear) struct buffer command = {0};
    struct capture_reading *reading = context;
    struct row row = {labels, values, count};

    if (values == NULL)
        return ERROR_NONE;
    reading->more = reading->more || capture_is_full(reading);
    if (reading->more)
        return ERROR_NONE;
    write_path(&path, &row);
    write_command(&command, value_of(&row, "command"));
    if (buffer_check(&path, error, "reading what was captured") != ERROR_NONE ||
        buffer_check(&command, error, "reading what was captured") != ERROR_NONE)
        return error->code;
    return capture_add(reading,
                       &(struct captured_statement){.number = number_of(&row, "number"),
                                                    .at = number_of(&row, "at"),
                                                    .actor = value_of(&row, "login"),
                                                    .role = value_of(&row, "role"),
                                                    .application = value_of(&row, "application"),
                                                    .client = value_of(&row, "client"),
                                                    .command = buffer_text(&command),
                                                    .object = buffer_text(&path),
                                                    .statement = value_of(&row, "statement"),
                                                    .transaction = (uint64_t)number_of(&row, "transaction_number")},
                       error);
}

static bool is_taker(struct text taker)
{
    for (size_t i = 0; i < taker.length; i++)
        if (strchr("0123456789abcdef", taker.bytes[i]) == NULL || taker.bytes[i] == '\0')
            return false;
    return taker.length <= 32;
}

static enum error_code read_capture(struct odbc_connection *connection, struct capture_reading *reading,
                                    struct error *error)
{
    struct state state = {.arena = reading->arena};
    struct odbc_outcome outcome;
    char call[128];

    if (!is_taker(reading->taker))
        return error_set(error, ERROR_INTERNAL, "the name of an outbox is none");
    if (read_state(connection, &state, &reading->state, error) != ERROR_NONE)
        return error->code;
    if (reading->state == CAPTURE_ABSENT || reading->state == CAPTURE_UNREAD)
        return ERROR_NONE;
    if (reading->state == CAPTURE_ON)
        reading->continuity = state.continuity;
    snprintf(call, sizeof call, "{call driftline.capture_read('%.*s', %d)}", TEXT_ARGS(reading->taker),
             CAPTURE_PORTION + 1); /* one more tells that there are more */
    if (odbc_query(connection, call, take_entry, reading, &outcome, error) != ERROR_NONE)
        return error->code;
    if (outcome.failed && !outcome.denied)
        return odbc_refused(&outcome, error);
    if (outcome.failed)
        capture_deny(reading);
    return ERROR_NONE;
}

/* ---- marks ---- */

/* In runs of numbers that follow each other: what lies between two runs may be an entry whose transaction had not
 * ended, and which nobody has read. */
static enum error_code mark_shipped(struct odbc_connection *connection, const struct capture_marking *marking,
                                    struct error *error)
{
    for (size_t first = 0, last; first < marking->count; first = last + 1) {
        char call[192];

        for (last = first; last + 1 < marking->count; last++)
            if (marking->statements[last + 1].number != marking->statements[last].number + 1)
                break;
        snprintf(call, sizeof call, "{call driftline.capture_shipped('%.*s', %" PRIu64 ", %" PRId64 ", %" PRId64 ")}",
                 TEXT_ARGS(marking->taker), marking->seq, marking->statements[first].number,
                 marking->statements[last].number);
        if (odbc_execute(connection, call, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code mark(struct odbc_connection *connection, const struct capture_marking *marking,
                            struct error *error)
{
    char call[192];

    if (!is_taker(marking->taker))
        return error_set(error, ERROR_INTERNAL, "the name of an outbox is none");
    if (marking->statements == NULL) {
        snprintf(call, sizeof call, "{call driftline.capture_recorded('%.*s', %" PRIu64 ")}", TEXT_ARGS(marking->taker),
                 marking->seq);
        return odbc_execute(connection, call, error);
    }
    return mark_shipped(connection, marking, error);
}

/* ---- how it stands ---- */

static enum error_code status(struct odbc_connection *connection, struct arena *arena,
                              struct capture_status *ret_status, struct error *error)
{
    struct state state = {.arena = arena};

    *ret_status = (struct capture_status){.version_known = VERSION, .how = TEXT("a DDL trigger"), .note = {"", 0}};
    if (read_state(connection, &state, &ret_status->state, error) != ERROR_NONE)
        return error->code;
    ret_status->version = state.version;
    ret_status->pending = state.pending;
    ret_status->shipped = state.shipped;
    ret_status->recorded = state.recorded;
    ret_status->faults = state.faults;
    ret_status->newest = state.newest;
    if (ret_status->state == CAPTURE_UNREAD)
        ret_status->note = TEXT("this user may not ask: EXEC driftline.allow N'user' as a member of db_owner");
    return ERROR_NONE;
}

const struct odbc_capture odbc_capture_sqlserver = {read_capture, mark, status};
