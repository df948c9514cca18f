#include "agent/sources/odbc_scripted.h"

#include <stdio.h>
#include <string.h>

#include "schema/object.h"
#include "support/cmocka.h"

enum { WIDTH = 20 };

/* ---- the driver ---- */

const char *odbc_system(const struct odbc_connection *connection)
{
    return connection->system;
}

const char *odbc_database(const struct odbc_connection *connection)
{
    return connection->database;
}

const struct source_settings *odbc_settings(const struct odbc_connection *connection)
{
    return &connection->settings;
}

enum error_code odbc_info_text(struct odbc_connection *connection, SQLUSMALLINT what, struct buffer *text,
                               struct error *error)
{
    buffer_add_string(text, what == SQL_CATALOG_NAME            ? connection->catalogs
                            : what == SQL_SEARCH_PATTERN_ESCAPE ? connection->escape
                                                                : "");
    return buffer_check(text, error, "asking a driver");
}

enum error_code odbc_info_number(struct odbc_connection *connection, SQLUSMALLINT what, unsigned long *ret_number,
                                 struct error *error)
{
    (void)error;
    *ret_number = what == SQL_SCHEMA_USAGE && connection->schemas ? 31 : 0;
    return ERROR_NONE;
}

enum error_code odbc_refused(const struct odbc_outcome *outcome, struct error *error)
{
    return error_set(error, outcome->late ? ERROR_TIMEOUT : ERROR_QUERY, "%s", outcome->message);
}

static struct text asked_table(const struct odbc_call *call)
{
    return call->text[call->sort == ODBC_FOREIGN_KEYS ? 5 : 2];
}

static enum error_code hand_over(const char *line, odbc_row handler, void *context, struct error *error)
{
    static const char *const labels[WIDTH] = {0};
    struct text values[WIDTH];
    unsigned count = 0;

    for (const char *end = line; end != NULL; line = end + 1) {
        struct text *value = &values[count++];

        end = strchr(line, '|');
        assert_true(count <= WIDTH);
        *value = (struct text){line, end == NULL ? strlen(line) : (size_t)(end - line)};
        if (text_equal(*value, TEXT("~")))
            *value = (struct text){NULL, 0};
        if (end == NULL)
            break;
    }
    return handler(context, labels, values, count, error);
}

/* All rows of a result are as wide as the first; an empty one is as wide as it likes. */
static enum error_code announce(const struct reply *reply, odbc_row handler, void *context, struct error *error)
{
    static const char *const labels[WIDTH] = {0};
    unsigned width = 1;

    for (const char *at = reply == NULL || reply->rows[0] == NULL ? "" : reply->rows[0]; *at != '\0'; at++)
        width += *at == '|';
    return handler(context, labels, NULL, width, error);
}

static const struct reply *find_reply(const struct odbc_connection *connection, const struct odbc_call *call)
{
    const struct reply *reply = connection->replies;

    for (; reply->sort != ODBC_SQL; reply++)
        if (reply->sort == call->sort &&
            (reply->table == NULL || text_equal(text_from(reply->table), asked_table(call))))
            return reply;
    return NULL;
}

enum error_code odbc_run(struct odbc_connection *connection, const struct odbc_call *call, odbc_row handler,
                         void *context, struct odbc_outcome *ret_outcome, struct error *error)
{
    const struct reply *reply = find_reply(connection, call);
    size_t length = strlen(connection->asked);

    if (call->sort == ODBC_COLUMNS)
        snprintf(connection->asked + length, sizeof connection->asked - length, "%.*s ", TEXT_ARGS(asked_table(call)));
    *ret_outcome = (struct odbc_outcome){0};
    if (announce(reply, handler, context, error) != ERROR_NONE)
        return error->code;
    for (unsigned i = 0; reply != NULL && i < SCRIPTED_ROWS && reply->rows[i] != NULL; i++)
        if (hand_over(reply->rows[i], handler, context, error) != ERROR_NONE)
            return error->code;
    if (reply == NULL || reply->state == NULL)
        return ERROR_NONE;
    ret_outcome->failed = true;
    ret_outcome->denied = strcmp(reply->state, "42501") == 0;
    ret_outcome->late = strcmp(reply->state, "HYT00") == 0;
    ret_outcome->disturbed = strcmp(reply->state, "40001") == 0;
    snprintf(ret_outcome->sqlstate, sizeof ret_outcome->sqlstate, "%s", reply->state);
    snprintf(ret_outcome->message, sizeof ret_outcome->message, "the driver's words");
    return ERROR_NONE;
}

/* ---- where the rows go ---- */

enum error_code odbc_sink_begin(struct odbc_sink *sink, const struct catalog_query *query, const char *const *labels,
                                unsigned label_count, struct error *error)
{
    return catalog_begin(sink->catalog, query, labels, label_count, error);
}

enum error_code odbc_sink_row(struct odbc_sink *sink, const struct text *values, struct error *error)
{
    return catalog_row(sink->catalog, values, error);
}

enum error_code odbc_sink_gap(struct odbc_sink *sink, enum kind kind, struct text object, const char *reason,
                              struct error *error)
{
    return catalog_add_gap(sink->catalog, kind, object, reason, error);
}

void odbc_sink_drop(struct odbc_sink *sink, const struct catalog_query *query)
{
    catalog_drop_rows(sink->catalog, query);
}

void odbc_sink_progress(struct odbc_sink *sink, unsigned done, unsigned total)
{
    assert_true(done <= total && done >= sink->done);
    sink->done = done;
    sink->total = total;
}

/* ---- reading, and what came of it as text ---- */

enum error_code scripted_load(struct odbc_connection *connection, struct snapshot **ret_snapshot, bool *disturbed,
                              struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct odbc_sink sink = {0};
    struct snapshot_input input = {0};
    enum error_code code;

    arena_init(&arena, connection->settings.memory_limit);
    code = catalog_new(&sink.catalog, &arena, TEXT(""), error);
    if (code == ERROR_NONE)
        code = odbc_generic_load(connection, &sink, disturbed, error);
    if (code == ERROR_NONE)
        code = catalog_finish(sink.catalog, &input, error);
    if (code == ERROR_NONE) {
        assert_int_equal(sink.done, sink.total);
        input.info = (struct snapshot_info){.ref = TEXT("odbc:"), .engine = TEXT("odbc"), .server_version = TEXT("1")};
        code = snapshot_build(ret_snapshot, &input, connection->settings.memory_limit, error);
    }
    catalog_free(sink.catalog);
    return code;
}

static void write_attributes(struct buffer *output, const struct attribute *attributes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        buffer_printf(output, " %.*s=", TEXT_ARGS(attributes[i].name));
        for (uint32_t k = 0; k < attributes[i].count; k++)
            buffer_printf(output, "%s%.*s", k == 0 ? "" : "|", TEXT_ARGS(attributes[i].items[k]));
    }
    buffer_add_byte(output, '\n');
}

static void write_object(struct buffer *output, const struct snapshot *snapshot, const struct trie_entry *entry)
{
    CLEANUP(arena_free) struct arena arena;
    struct object object;
    struct error error;

    arena_init(&arena, SCRIPTED_MEMORY);
    assert_int_equal(snapshot_object(snapshot, entry, &arena, &object, &error), ERROR_NONE);
    buffer_printf(output, "%s ", kind_name(object.kind));
    path_write(output, object.kind, &object.path);
    write_attributes(output, object.attributes, object.attribute_count);
    for (uint32_t i = 0; i < object.part_count; i++) {
        buffer_printf(output, "%s ", kind_name(object.parts[i].kind));
        path_write(output, object.kind, &object.path);
        buffer_printf(output, ".%.*s", TEXT_ARGS(object.parts[i].name));
        write_attributes(output, object.parts[i].attributes, object.parts[i].attribute_count);
    }
}

/* One line an object, part and gap, each with a line break before and behind it. */
static void read_as_text(struct odbc_connection *connection, struct buffer *ret_text)
{
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    bool disturbed = false;
    const struct trie *home;

    connection->settings.memory_limit = SCRIPTED_MEMORY;
    if (scripted_load(connection, &snapshot, &disturbed, &error) != ERROR_NONE)
        fail_msg("%s: %s", error_name(error.code), error.message);
    assert_false(disturbed);
    home = snapshot_home(snapshot, KIND_TABLE);
    buffer_add_byte(ret_text, '\n');
    for (uint32_t i = 0; i < home->count; i++)
        write_object(ret_text, snapshot, &home->entries[i]);
    for (uint32_t i = 0; i < snapshot->gap_count; i++)
        buffer_printf(ret_text, "gap %s %.*s: %.*s\n", kind_name(snapshot->gaps[i].kind),
                      TEXT_ARGS(snapshot->gaps[i].object), TEXT_ARGS(snapshot->gaps[i].reason));
    assert_false(ret_text->failed);
    snapshot_free(snapshot);
}

static bool has_line(const struct buffer *text, const char *line)
{
    CLEANUP(buffer_clear) struct buffer wanted = {0};

    buffer_printf(&wanted, "\n%s\n", line);
    return memmem(text->bytes, text->length, wanted.bytes, wanted.length) != NULL;
}

void scripted_expect(struct odbc_connection *connection, const char *const *lines)
{
    CLEANUP(buffer_clear) struct buffer text = {0};

    read_as_text(connection, &text);
    for (; *lines != NULL; lines++) {
        CLEANUP(buffer_clear) struct buffer beginning = {0};

        buffer_printf(&beginning, "\n%s", *lines + 1);
        if ((*lines)[0] == '!' ? memmem(text.bytes, text.length, beginning.bytes, beginning.length) != NULL
                               : !has_line(&text, *lines))
            fail_msg("%s\nis%s in:%s", *lines, (*lines)[0] == '!' ? "" : " not", text.bytes);
    }
}
