#include "sources/odbc/odbc_load.h"

#include <stdio.h>

static const char doing[] = "reading a catalogue";

enum { DOMAIN_PROBE = 5 };

/* ---- the probe ---- */

static enum error_code take_probe(void *context, const char *const *labels, const struct text *values, unsigned count,
                                  struct error *error)
{
    struct buffer *row = context;

    (void)labels;
    for (unsigned i = 0; values != NULL && i < count; i++) {
        buffer_printf(row, "%zd ", values[i].bytes == NULL ? (ssize_t)-1 : (ssize_t)values[i].length);
        buffer_add_text(row, values[i]);
    }
    return buffer_check(row, error, doing);
}

/* The file whose header has it, or NULL. */
static enum error_code find_probe(const struct odbc_connection *connection, struct catalog_query *query,
                                  bool *ret_found, struct error *error)
{
    const struct catalog_file *file = odbc_dialect_of(connection)->files;
    long version = odbc_version(connection);

    *ret_found = false;
    for (; file != NULL && file->name != NULL && !*ret_found; file++) {
        if (catalog_query_parse(query, file, error) != ERROR_NONE)
            return error->code;
        *ret_found = query->probe && version >= query->min_version && version <= query->max_version;
    }
    return ERROR_NONE;
}

static enum error_code run_query(struct odbc_connection *connection, const struct catalog_query *query,
                                 odbc_row handler, void *context, struct odbc_outcome *ret_outcome, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};

    catalog_query_sql(&sql, query, odbc_version(connection));
    if (buffer_check(&sql, error, doing) != ERROR_NONE)
        return error->code;
    return odbc_query(connection, sql.bytes, handler, context, ret_outcome, error);
}

enum error_code odbc_probe(struct odbc_connection *connection, struct hasher *hasher, struct odbc_probe *ret_probe,
                           struct error *error)
{
    CLEANUP(buffer_clear) struct buffer row = {0};
    struct odbc_outcome outcome;
    struct catalog_query query;
    bool found;

    *ret_probe = (struct odbc_probe){0};
    if (find_probe(connection, &query, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return ERROR_NONE;
    if (run_query(connection, &query, take_probe, &row, &outcome, error) != ERROR_NONE)
        return error->code;
    if (outcome.late)
        return odbc_refused(&outcome, error);
    ret_probe->answered = !outcome.failed;
    ret_probe->exact = query.exact;
    ret_probe->hash = hasher_digest(hasher, DOMAIN_PROBE, buffer_text(&row));
    return ERROR_NONE;
}

/* ---- all rows ---- */

struct loading {
    struct odbc_connection *connection;
    struct odbc_sink *sink;
    const struct catalog_query *query;
    bool begun;
};

static enum error_code take_row(void *context, const char *const *labels, const struct text *values, unsigned count,
                                struct error *error)
{
    struct loading *loading = context;

    if (values != NULL)
        return odbc_sink_row(loading->sink, values, error);
    loading->begun = true;
    return odbc_sink_begin(loading->sink, loading->query, labels, count, error);
}

/* A query that is refused for want of rights costs its kind's coverage, not the snapshot. */
static enum error_code judge(const struct loading *loading, const struct odbc_outcome *outcome,
                             struct odbc_disturbance *disturbance, struct error *error)
{
    const struct catalog_query *query = loading->query;

    if (loading->begun)
        odbc_sink_drop(loading->sink, query);
    if (outcome->disturbed) {
        snprintf(disturbance->what, sizeof disturbance->what, "reading %s: %s (SQLSTATE %s)", query->file->name,
                 outcome->message, outcome->sqlstate);
        return ERROR_NONE;
    }
    if (outcome->denied && query->kind != KIND_NONE)
        return odbc_sink_gap(loading->sink, query->kind, TEXT(""), "permission denied", error);
    odbc_refused(outcome, error);
    return error_context(error, "reading %s", query->file->name);
}

static enum error_code load_file(struct loading *loading, const struct catalog_query *query,
                                 struct odbc_disturbance *disturbance, struct error *error)
{
    struct odbc_outcome outcome;

    loading->query = query;
    loading->begun = false;
    if (run_query(loading->connection, query, take_row, loading, &outcome, error) != ERROR_NONE)
        return error_context(error, "reading %s", query->file->name);
    return outcome.failed ? judge(loading, &outcome, disturbance, error) : ERROR_NONE;
}

static enum error_code load_files(struct loading *loading, struct odbc_disturbance *disturbance, struct error *error)
{
    const struct catalog_file *files = odbc_dialect_of(loading->connection)->files;
    long version = odbc_version(loading->connection);
    unsigned total = 0;

    while (files[total].name != NULL)
        total++;
    for (unsigned i = 0; i < total && disturbance->what[0] == '\0'; i++) {
        struct catalog_query query;

        if (catalog_query_parse(&query, &files[i], error) != ERROR_NONE)
            return error->code;
        if (!query.probe && !query.server && version >= query.min_version && version <= query.max_version &&
            load_file(loading, &query, disturbance, error) != ERROR_NONE)
            return error->code;
        odbc_sink_progress(loading->sink, i + 1, total);
    }
    return ERROR_NONE;
}

enum error_code odbc_load(struct odbc_connection *connection, struct odbc_sink *sink,
                          struct odbc_disturbance *ret_disturbance, struct error *error)
{
    const struct odbc_dialect *dialect = odbc_dialect_of(connection);
    struct loading loading = {.connection = connection, .sink = sink};
    bool disturbed = false;

    ret_disturbance->what[0] = '\0';
    if (dialect->files != NULL)
        return load_files(&loading, ret_disturbance, error);
    if (dialect->load(connection, sink, &disturbed, error) != ERROR_NONE)
        return error->code;
    if (disturbed)
        snprintf(ret_disturbance->what, sizeof ret_disturbance->what, "something was gone before it could be read");
    return ERROR_NONE;
}

/* ---- around it ---- */

static enum error_code execute_all(struct odbc_connection *connection, const char *const *statements,
                                   struct error *error)
{
    for (; statements != NULL && *statements != NULL; statements++)
        if (odbc_execute(connection, *statements, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

enum error_code odbc_begin(struct odbc_connection *connection, struct error *error)
{
    return execute_all(connection, odbc_dialect_of(connection)->begin, error);
}

enum error_code odbc_end(struct odbc_connection *connection, struct error *error)
{
    return execute_all(connection, odbc_dialect_of(connection)->end, error);
}
