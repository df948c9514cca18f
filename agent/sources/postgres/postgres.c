#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "sources/catalog.h"
#include "sources/postgres/fingerprint.h"
#include "sources/postgres/postgres_capture.h"
#include "sources/postgres/postgres_change.h"
#include "sources/postgres/postgres_rows.h"
#include "sources/postgres/postgres_watch.h"
#include "sources/postgres/session.h"
#include "sources/postgres/settings.h"
#include "sources/source.h"

extern const struct catalog_file postgres_files[];

enum { QUERIES_MAX = 128, PAUSE_MS = 100, BEGIN_STATEMENTS = 3 };

/* Which transactions have ended, and where the log of changes stands. Equal before and after, nothing whatever became
 * visible meanwhile. The log alone does not tell: a commit is in it before others see it, with synchronous replicas
 * long before. The transactions alone do not tell on a standby, which does not list those that run. */
static const char position_sql[] = "SELECT pg_catalog.txid_current_snapshot() || ' ' ||"
                                   " CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
                                   " ELSE pg_catalog.pg_current_wal_insert_lsn() END";

static const char begin_sql[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
static const char savepoint_sql[] = "SAVEPOINT read";
static const char rollback_sql[] = "ROLLBACK TO SAVEPOINT read";
static const char commit_sql[] = "COMMIT";

/* Names the very database, for as long as its numbers mean the same. */
static const char origin_sql[] = "SELECT s.system_identifier || ':' || c.timeline_id || ':' || d.oid"
                                 "  FROM pg_catalog.pg_control_system() s, pg_catalog.pg_control_checkpoint() c,"
                                 "       pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

/* How one attempt to read went. */
enum attempt { ATTEMPT_WHOLE, ATTEMPT_TORN };

/* What reading needs at every step. */
struct reading {
    struct session *session;
    const struct source_settings *settings;
    struct catalog_query queries[QUERIES_MAX];
    unsigned query_count;
    struct arena arena; /* of one attempt */
    struct catalog *catalog;
    const struct catalog_query *query; /* whose rows come now */
    unsigned long rows;
    const char *set_up; /* statement that makes the settings, for the transaction only */
    bool last_attempt;
    bool disturbed;        /* a query failed in a way that concurrent DDL explains */
    bool incomplete;       /* and no coverage entry may stand for it */
    char disturbance[512]; /* which, and the server's words */
    struct text position;
    struct text origin;
    struct text capture; /* whether there is one */
    struct text *value;  /* where the value that is fetched now goes */
    struct error *error;
};

static enum error_code load_queries(struct reading *reading)
{
    long version = session_version(reading->session);

    for (const struct catalog_file *file = postgres_files; file->name != NULL; file++) {
        struct catalog_query *query = &reading->queries[reading->query_count];

        if (reading->query_count == QUERIES_MAX)
            return error_set(reading->error, ERROR_INTERNAL, "more than %d queries", QUERIES_MAX);
        if (catalog_query_parse(query, file, reading->error) != ERROR_NONE)
            return reading->error->code;
        reading->query_count += version >= query->min_version && version <= query->max_version;
    }
    return ERROR_NONE;
}

/* Queries of every file, each in a segment of its own: one that fails leaves the others as they are. */
static enum error_code send_queries(struct reading *reading)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};

    for (unsigned i = 0; i < reading->query_count; i++) {
        const char *segment[] = {rollback_sql, NULL};

        buffer_reset(&sql);
        catalog_query_sql(&sql, &reading->queries[i], session_version(reading->session));
        if (buffer_check(&sql, reading->error, "sending a query") != ERROR_NONE)
            return reading->error->code;
        segment[1] = sql.bytes;
        if (session_send(reading->session, segment, LENGTH_OF(segment), reading->error) != ERROR_NONE)
            return reading->error->code;
    }
    return ERROR_NONE;
}

/* A statement that gives one value, behind one that makes it safe to run. */
static enum error_code send_value(struct reading *reading, const char *first, const char *statement)
{
    const char *const segment[] = {first, statement};

    return session_send(reading->session, segment, LENGTH_OF(segment), reading->error);
}

static enum error_code send_all(struct reading *reading)
{
    const char *const begin[BEGIN_STATEMENTS] = {begin_sql, reading->set_up, savepoint_sql};

    if (send_value(reading, reading->set_up, position_sql) != ERROR_NONE ||
        session_send(reading->session, begin, LENGTH_OF(begin), reading->error) != ERROR_NONE ||
        send_value(reading, rollback_sql, origin_sql) != ERROR_NONE)
        return reading->error->code;
    if (reading->settings->capture != NULL &&
        send_value(reading, rollback_sql, postgres_capture_presence_sql) != ERROR_NONE)
        return reading->error->code;
    return send_queries(reading);
}

static bool is_state(const struct outcome *outcome, const char *const *states)
{
    for (; *states != NULL; states++)
        if (strncmp(outcome->sqlstate, *states, strlen(*states)) == 0)
            return true;
    return false;
}

static const char *const timeout_states[] = {"57014", NULL};

static enum error_code take_value(void *context, const PGresult *result, int row, struct error *error)
{
    struct reading *reading = context;
    char *copy;

    if (row < 0 || PQgetisnull(result, row, 0))
        return ERROR_NONE;
    copy = arena_string(&reading->arena, text_from(PQgetvalue(result, row, 0)));
    if (copy == NULL)
        return arena_error(&reading->arena, error, "reading a catalogue");
    *reading->value = text_from(copy);
    return ERROR_NONE;
}

/* Fetch what send_value() asked for. A statement that the server refuses gives an empty value. */
static enum error_code fetch_value(struct reading *reading, struct text *ret_value)
{
    struct outcome outcome;

    *ret_value = (struct text){"", 0};
    reading->value = ret_value;
    if (session_fetch(reading->session, NULL, NULL, &outcome, reading->error) != ERROR_NONE ||
        session_fetch(reading->session, take_value, reading, &outcome, reading->error) != ERROR_NONE)
        return reading->error->code;
    return session_fetch_end(reading->session, reading->error);
}

/* What goes before the queries. Only the transaction itself is indispensable. */
static enum error_code fetch_preamble(struct reading *reading)
{
    struct outcome outcome;

    if (fetch_value(reading, &reading->position) != ERROR_NONE)
        return reading->error->code;
    for (unsigned i = 0; i < BEGIN_STATEMENTS; i++) {
        if (session_fetch(reading->session, NULL, NULL, &outcome, reading->error) != ERROR_NONE)
            return reading->error->code;
        if (outcome.failed)
            return session_refused(&outcome, reading->error);
    }
    if (session_fetch_end(reading->session, reading->error) != ERROR_NONE)
        return reading->error->code;
    if (fetch_value(reading, &reading->origin) != ERROR_NONE)
        return reading->error->code;
    return reading->settings->capture == NULL ? ERROR_NONE : fetch_value(reading, &reading->capture);
}

static enum error_code take_row(void *context, const PGresult *result, int row, struct error *error)
{
    struct reading *reading = context;
    struct text values[CATALOG_LABELS_MAX];
    const char *labels[CATALOG_LABELS_MAX];
    int count = PQnfields(result);

    if (count > CATALOG_LABELS_MAX)
        return error_set(error, ERROR_INTERNAL, "%s: more than %d columns", reading->query->file->name,
                         CATALOG_LABELS_MAX);
    if (row < 0) {
        for (int i = 0; i < count; i++)
            labels[i] = PQfname(result, i);
        return catalog_begin(reading->catalog, reading->query, labels, (unsigned)count, error);
    }
    for (int i = 0; i < count; i++)
        values[i] = PQgetisnull(result, row, i)
                        ? (struct text){NULL, 0}
                        : (struct text){PQgetvalue(result, row, i), (size_t)PQgetlength(result, row, i)};
    reading->rows++;
    return catalog_row(reading->catalog, values, error);
}

/* A file may give several kinds: the coverage list names them all. */
static enum error_code add_gaps(struct reading *reading, enum kind kind, const char *reason)
{
    static const struct {
        enum kind kind, with;
    } together[] = {
        {KIND_TABLE, KIND_FOREIGN_TABLE},  {KIND_TABLE, KIND_VIEW},        {KIND_TABLE, KIND_MATERIALIZED_VIEW},
        {KIND_TABLE, KIND_COMPOSITE_TYPE}, {KIND_CHECK, KIND_PRIMARY_KEY}, {KIND_CHECK, KIND_UNIQUE},
        {KIND_CHECK, KIND_FOREIGN_KEY},    {KIND_CHECK, KIND_EXCLUSION},   {KIND_CHECK, KIND_NOT_NULL},
    };
    const struct text whole_kind = {"", 0};

    for (size_t i = 0; i < LENGTH_OF(together); i++)
        if (together[i].kind == kind &&
            catalog_add_gap(reading->catalog, together[i].with, whole_kind, reason, reading->error) != ERROR_NONE)
            return reading->error->code;
    return catalog_add_gap(reading->catalog, kind, whole_kind, reason, reading->error);
}

/* A query that failed costs its kind's coverage, not the snapshot; unless running DDL may be the reason. */
static enum error_code note_gap(struct reading *reading, const struct catalog_query *query,
                                const struct outcome *outcome)
{
    /* cache lookup failed, undefined table, column, object, function, schema; lock not available; serialization */
    static const char *const disturbances[] = {"XX000", "42P01", "42703", "42704", "42883",
                                               "3F000", "55P03", "40",    NULL};
    static const char *const locked[] = {"55P03", NULL};
    static const char *const denied[] = {"42501", NULL};
    char reason[64];

    catalog_drop_rows(reading->catalog, query);
    if (is_state(outcome, timeout_states)) {
        error_set(reading->error, ERROR_TIMEOUT, "reading %s took the server more than %u s", query->file->name,
                  reading->settings->statement_timeout_ms / 1000);
        return error_hint(reading->error, "raise --statement-timeout");
    }
    if (is_state(outcome, disturbances)) {
        reading->disturbed = true;
        reading->incomplete = reading->incomplete || query->kind == KIND_NONE || is_state(outcome, locked);
        snprintf(reading->disturbance, sizeof reading->disturbance, "reading %s: %s", query->file->name,
                 outcome->message);
    }
    if (query->kind == KIND_NONE)
        return reading->incomplete ? ERROR_NONE : session_refused(outcome, reading->error);
    snprintf(reason, sizeof reason, "SQLSTATE %s", outcome->sqlstate);
    return add_gaps(reading, query->kind, is_state(outcome, denied) ? "permission denied" : reason);
}

static enum error_code fetch_query(struct reading *reading, const struct catalog_query *query)
{
    struct outcome outcome;

    reading->query = query;
    if (session_fetch(reading->session, NULL, NULL, &outcome, reading->error) != ERROR_NONE)
        return reading->error->code;
    if (outcome.failed)
        return session_refused(&outcome, reading->error); /* the savepoint is gone: the transaction is */
    if (session_fetch(reading->session, take_row, reading, &outcome, reading->error) != ERROR_NONE)
        return error_context(reading->error, "reading %s", query->file->name);
    if (outcome.failed && note_gap(reading, query, &outcome) != ERROR_NONE)
        return reading->error->code;
    return session_fetch_end(reading->session, reading->error);
}

static enum error_code fetch_all(struct reading *reading)
{
    if (fetch_preamble(reading) != ERROR_NONE)
        return reading->error->code;
    for (unsigned i = 0; i < reading->query_count; i++) {
        if (fetch_query(reading, &reading->queries[i]) != ERROR_NONE)
            return reading->error->code;
        if (reading->settings->progress != NULL)
            reading->settings->progress(reading->settings->progress_context, i + 1, reading->query_count,
                                        reading->rows);
    }
    return ERROR_NONE;
}

/* An attempt that is thrown away takes what was captured with it. */
static void forget_captured(const struct reading *reading)
{
    if (reading->settings->capture != NULL)
        capture_begin(reading->settings->capture);
}

/* What was captured, as the transaction sees it. */
static enum error_code read_captured(struct reading *reading)
{
    struct capture_reading *capture = reading->settings->capture;

    if (capture == NULL || reading->capture.length == 0)
        return ERROR_NONE;
    capture->state = CAPTURE_UNREAD;
    if (!text_equal(reading->capture, text_from(postgres_capture_present)))
        return ERROR_NONE;
    if (postgres_capture_send(reading->session, rollback_sql, capture, reading->error) != ERROR_NONE)
        return reading->error->code;
    return postgres_capture_fetch(reading->session, capture, reading->error);
}

static enum error_code ask(struct reading *reading, const char *first, const char *statement, struct text *ret_value)
{
    if (send_value(reading, first, statement) != ERROR_NONE)
        return reading->error->code;
    return fetch_value(reading, ret_value);
}

/* Whether the catalogues, as the transaction saw them, are what they are now. Ends the transaction. What is asked
 * afterwards needs the settings, too: an operator or function in a schema of the role's search_path would run with our
 * rights. */
static enum error_code compare_catalogues(struct reading *reading, bool *ret_unchanged)
{
    CLEANUP(buffer_clear) struct buffer seen = {0};
    CLEANUP(buffer_clear) struct buffer now = {0};
    struct text nothing;

    if (fingerprint_fetch(reading->session, rollback_sql, &seen, reading->error) != ERROR_NONE ||
        ask(reading, rollback_sql, commit_sql, &nothing) != ERROR_NONE ||
        fingerprint_fetch(reading->session, reading->set_up, &now, reading->error) != ERROR_NONE)
        return reading->error->code;
    *ret_unchanged = text_equal(buffer_text(&seen), buffer_text(&now));
    return ERROR_NONE;
}

/* Whether what was read is one state. If nothing at all happened meanwhile it is; else the catalogues must be the same.
 * Ends the transaction, whose own view of the world stands still: what became visible meanwhile can only be asked
 * afterwards. */
static enum error_code check_unchanged(struct reading *reading, bool *ret_unchanged)
{
    struct text now;
    struct text nothing;

    if (ask(reading, rollback_sql, position_sql, &now) != ERROR_NONE)
        return reading->error->code;
    if (now.length == 0 || !text_equal(now, reading->position))
        return compare_catalogues(reading, ret_unchanged);
    if (ask(reading, rollback_sql, commit_sql, &nothing) != ERROR_NONE ||
        ask(reading, reading->set_up, position_sql, &now) != ERROR_NONE)
        return reading->error->code;
    *ret_unchanged = text_equal(now, reading->position);
    return ERROR_NONE;
}

/* Whether this attempt is to be kept. What failed in a way that may pass is tried again; what still fails in the last
 * attempt, although nothing changes, is broken for good and a coverage entry. */
static enum error_code judge(struct reading *reading, enum attempt *ret_attempt)
{
    bool unchanged = false;

    if (check_unchanged(reading, &unchanged) != ERROR_NONE)
        return reading->error->code;
    *ret_attempt = unchanged && !reading->incomplete && (!reading->disturbed || reading->last_attempt) ? ATTEMPT_WHOLE
                                                                                                       : ATTEMPT_TORN;
    return ERROR_NONE;
}

static enum error_code attempt_read(struct reading *reading, const char *ref, struct snapshot **ret_snapshot,
                                    enum attempt *ret_attempt)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    struct snapshot_input input = {0};
    int64_t taken_at = clock_now();

    reading->rows = 0;
    reading->disturbed = reading->incomplete = false;
    reading->disturbance[0] = '\0';
    forget_captured(reading);
    if (send_all(reading) != ERROR_NONE || fetch_all(reading) != ERROR_NONE || read_captured(reading) != ERROR_NONE ||
        judge(reading, ret_attempt) != ERROR_NONE)
        return reading->error->code;
    if (*ret_attempt == ATTEMPT_TORN)
        return ERROR_NONE;
    if (catalog_finish(reading->catalog, &input, reading->error) != ERROR_NONE)
        return reading->error->code;
    source_postgres.redact(&shown, ref);
    if (buffer_check(&shown, reading->error, "reading a catalogue") != ERROR_NONE)
        return reading->error->code;
    input.info = (struct snapshot_info){.ref = buffer_text(&shown),
                                        .engine = text_from(source_postgres.name),
                                        .server_version = text_from(session_version_text(reading->session)),
                                        .origin = reading->origin,
                                        .taken_at = taken_at};
    return snapshot_build(ret_snapshot, &input, reading->settings->memory_limit, reading->error);
}

static void pause_before(unsigned attempt)
{
    unsigned milliseconds = PAUSE_MS << (attempt < 5 ? attempt : 5);
    struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};

    nanosleep(&time, NULL);
}

static enum error_code read_until_whole(struct reading *reading, const char *ref, struct snapshot **ret_snapshot)
{
    for (unsigned attempt = 0; attempt < reading->settings->attempts; attempt++) {
        enum attempt result = ATTEMPT_TORN;
        enum error_code code;

        if (attempt > 0 && reading->settings->torn != NULL)
            reading->settings->torn(reading->settings->torn_context);
        if (attempt > 0)
            pause_before(attempt);
        reading->last_attempt = attempt + 1 == reading->settings->attempts;
        arena_init(&reading->arena, reading->settings->memory_limit);
        code = catalog_new(&reading->catalog, &reading->arena, reading->settings->secret_key, reading->error);
        if (code == ERROR_NONE)
            code = attempt_read(reading, ref, ret_snapshot, &result);
        catalog_free(reading->catalog);
        reading->catalog = NULL;
        arena_free(&reading->arena);
        if (code != ERROR_NONE || result == ATTEMPT_WHOLE)
            return code;
    }
    if (reading->disturbance[0] != '\0') {
        error_set(reading->error, ERROR_UNSTABLE, "%u attempts failed, the last with: %s", reading->settings->attempts,
                  reading->disturbance);
        return error_hint(reading->error, "see in pg_locks who holds a lock, or try again when the migration is over");
    }
    error_set(reading->error, ERROR_UNSTABLE, "the schema changed during each of %u attempts to read it",
              reading->settings->attempts);
    return error_hint(reading->error, "try again when the migration is over, or raise --attempts");
}

static enum error_code postgres_read(struct snapshot **ret_snapshot, const char *ref,
                                     const struct source_settings *settings, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    CLEANUP(buffer_clear) struct buffer set_up = {0};
    struct reading reading = {.settings = settings, .error = error};
    enum error_code code = session_open(&reading.session, ref, settings, error);

    settings_sql(&set_up, settings);
    if (code == ERROR_NONE)
        code = buffer_check(&set_up, error, "sending a query");
    reading.set_up = set_up.bytes;

    if (code == ERROR_NONE)
        code = load_queries(&reading);
    if (code == ERROR_NONE)
        code = read_until_whole(&reading, ref, ret_snapshot);
    session_close(reading.session);
    if (code == ERROR_NONE)
        return code;
    source_postgres.redact(&shown, ref);
    return error_context(error, "reading '%s'", shown.failed ? "postgres://" : buffer_text(&shown).bytes);
}

/* The value of a connection option, or NULL. */
static const char *option_value(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, keyword) == 0)
            return options->val;
    return NULL;
}

static void postgres_redact(struct buffer *buffer, const char *ref)
{
    PQconninfoOption *options = session_options(ref);
    const char *user;
    const char *host;
    const char *port;
    const char *database;

    buffer_add_string(buffer, "postgres://");
    if (options == NULL) {
        buffer_add_string(buffer, "…");
        return;
    }
    user = option_value(options, "user");
    host = option_value(options, "host");
    port = option_value(options, "port");
    database = option_value(options, "dbname");
    if (user != NULL)
        buffer_printf(buffer, "%s@", user);
    if (host != NULL)
        buffer_add_string(buffer, host);
    if (port != NULL)
        buffer_printf(buffer, ":%s", port);
    buffer_printf(buffer, "/%s", database == NULL ? "" : database);
    PQconninfoFree(options);
}

static const char *const schemes[] = {"postgres://", "postgresql://", NULL};

const struct source_ops source_postgres = {
    .name = "postgresql",
    .schemes = schemes,
    .syntax = "postgres://[user@][host][:port]/database",
    .summary = "PostgreSQL, versions 12 to 18",
    .read = postgres_read,
    .look = postgres_look,
    .rest = postgres_rest,
    .wake_file = postgres_wake_file,
    .mark = postgres_mark,
    .change = postgres_change,
    .rows = postgres_rows,
    .redact = postgres_redact,
};
