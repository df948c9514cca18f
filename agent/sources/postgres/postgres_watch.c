#include "sources/postgres/postgres_watch.h"

#include "base/memory.h"
#include "sources/postgres/fingerprint.h"
#include "sources/postgres/postgres_capture.h"
#include "sources/postgres/session.h"
#include "sources/postgres/settings.h"

enum { DOMAIN_POSITION = 1, DOMAIN_COUNTS, DOMAIN_FINGERPRINT };

/* What stays between looks. */
struct connection {
    struct session *session;
    struct hash position; /* before the fingerprint was taken: while it stays, so does the fingerprint */
    struct hash fingerprint;
    bool has_fingerprint;
    bool captures;  /* as of the last look: what capture offers may be used */
    bool is_direct; /* nobody is between us and the server */
    bool listens;
    bool was_notified; /* and no exact look has begun since */
};

/* One look under way. */
struct look {
    struct source_watch *watch;
    struct connection *connection;
    struct buffer set_up;
    struct hash position;
    struct hash counts;
    bool may_capture;
    bool answered;
    struct error *error;
};

/* Four values: which transactions have ended, on a standby, which does not list those that run, also how much of the
 * log it has replayed; and what was counted, or NULL where nothing useful is. The server's start, and that of its
 * counts, are part of both: a crash sets the counts back, and numbers of transactions that were not on disk. Then which
 * process of the server answers, and a schema where capture may be: to ask that costs nothing. */
static void look_sql(struct buffer *buffer, long version)
{
    buffer_add_string(buffer,
                      "SELECT pg_catalog.concat_ws(' ', s.start, pg_catalog.txid_current_snapshot(), s.replayed),"
                      " CASE WHEN s.replayed IS NULL AND pg_catalog.current_setting('track_counts')::bool THEN ("
                      "SELECT pg_catalog.concat_ws(' ', s.start, pg_catalog.hashtextextended(pg_catalog.string_agg("
                      "pg_catalog.concat_ws(' ', pg_catalog.pg_stat_get_tuples_inserted(c.id),"
                      " pg_catalog.pg_stat_get_tuples_updated(c.id), pg_catalog.pg_stat_get_tuples_deleted(c.id)),"
                      " ',' ORDER BY c.number), 0)) FROM pg_catalog.unnest(");
    fingerprint_catalogues(buffer, version);
    buffer_add_string(
        buffer,
        ") WITH ORDINALITY AS c (id, number)) END,"
        " pg_catalog.pg_backend_pid(), pg_catalog.to_regnamespace('driftline')"
        " FROM (SELECT pg_catalog.concat_ws(' ', pg_catalog.pg_postmaster_start_time(),"
        " pg_catalog.pg_stat_get_bgwriter_stat_reset_time()) AS start,"
        " CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() END AS replayed) s");
}

static struct text value_of(const PGresult *result, int row, int column)
{
    return (struct text){PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column)};
}

static enum error_code take_look(void *context, const PGresult *result, int row, struct error *error)
{
    struct look *look = context;
    struct hasher *hasher = look->watch->hasher;

    (void)error;
    if (row < 0)
        return ERROR_NONE;
    look->position = hasher_digest(hasher, DOMAIN_POSITION, value_of(result, row, 0));
    look->counts =
        PQgetisnull(result, row, 1) ? look->position : hasher_digest(hasher, DOMAIN_COUNTS, value_of(result, row, 1));
    look->connection->is_direct = session_is_direct(look->connection->session, PQgetvalue(result, row, 2));
    look->may_capture = !PQgetisnull(result, row, 3);
    look->answered = true;
    return ERROR_NONE;
}

static enum error_code take_newest(void *context, const PGresult *result, int row, struct error *error)
{
    struct buffer *text = context;

    (void)error;
    if (row >= 0)
        buffer_add_text(text, value_of(result, row, 0));
    return ERROR_NONE;
}

/* Capture's newest entry makes the fingerprint another one, too. If it cannot be read, the reading says so. */
static enum error_code add_newest(const struct look *look, struct buffer *text)
{
    const char *const statements[] = {look->set_up.bytes, postgres_capture_newest_sql};
    struct outcome outcome;

    if (!look->connection->captures)
        return ERROR_NONE;
    buffer_add_byte(text, '\n');
    return session_run(look->connection->session, statements, LENGTH_OF(statements), take_newest, text, &outcome,
                       look->error);
}

static enum error_code fetch_fingerprint(struct look *look)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct connection *connection = look->connection;

    connection->has_fingerprint = false;
    if (fingerprint_fetch(connection->session, look->set_up.bytes, &text, look->error) != ERROR_NONE ||
        add_newest(look, &text) != ERROR_NONE || buffer_check(&text, look->error, "taking a fingerprint") != ERROR_NONE)
        return look->error->code;
    connection->position = look->position;
    connection->fingerprint = hasher_digest(look->watch->hasher, DOMAIN_FINGERPRINT, buffer_text(&text));
    connection->has_fingerprint = true;
    return ERROR_NONE;
}

/* Ask how things stand, in a transaction of its own and with our settings. */
static enum error_code fetch_look(struct look *look)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    const char *statements[] = {look->set_up.bytes, NULL};
    struct outcome outcome;

    look_sql(&sql, session_version(look->connection->session));
    statements[1] = sql.bytes;
    if (buffer_check(&sql, look->error, "sending a query") != ERROR_NONE ||
        session_run(look->connection->session, statements, LENGTH_OF(statements), take_look, look, &outcome,
                    look->error) != ERROR_NONE)
        return look->error->code;
    if (outcome.failed)
        return session_refused(&outcome, look->error);
    return look->answered ? ERROR_NONE : error_set(look->error, ERROR_QUERY, "the server did not say how it stands");
}

static enum error_code take_presence(void *context, const PGresult *result, int row, struct error *error)
{
    struct look *look = context;

    (void)error;
    if (row >= 0)
        look->connection->captures = text_equal(value_of(result, row, 0), text_from(postgres_capture_present));
    return ERROR_NONE;
}

/* Whether capture is there, and for us. */
static enum error_code fetch_presence(struct look *look)
{
    const char *const statements[] = {look->set_up.bytes, postgres_capture_presence_sql};
    struct outcome outcome;

    look->connection->captures = false;
    if (!look->may_capture)
        return ERROR_NONE;
    return session_run(look->connection->session, statements, LENGTH_OF(statements), take_presence, look, &outcome,
                       look->error);
}

/* Listen where there is something to hear, and only there. It outlasts the transaction: behind a pool another client
 * would get what is meant for us. A server that refuses is looked at as any other. */
static enum error_code listen(struct look *look)
{
    static const char *const listen_sql[] = {"LISTEN driftline_capture"};
    static const char *const unlisten_sql[] = {"UNLISTEN driftline_capture"};
    struct connection *connection = look->connection;
    bool wanted = connection->captures && connection->is_direct;
    struct outcome outcome;

    if (connection->listens == wanted)
        return ERROR_NONE;
    if (session_run(connection->session, wanted ? listen_sql : unlisten_sql, 1, NULL, NULL, &outcome, look->error) !=
        ERROR_NONE)
        return look->error->code;
    connection->listens = wanted && !outcome.failed;
    return ERROR_NONE;
}

/* Both kinds of look begin with the counts: what happens after them moves them again. */
static enum error_code look_at(struct look *look, bool exact, struct source_mark *ret_mark)
{
    struct connection *connection = look->connection;
    bool known;

    /* An exact look sees what they are about; a cheap one may not yet. */
    if (session_take_notifications(connection->session))
        connection->was_notified = true;
    if (exact)
        connection->was_notified = false;
    if (fetch_look(look) != ERROR_NONE || fetch_presence(look) != ERROR_NONE || listen(look) != ERROR_NONE)
        return look->error->code;
    known = connection->has_fingerprint && hash_equal(&connection->position, &look->position);
    if (exact && !known && fetch_fingerprint(look) != ERROR_NONE)
        return look->error->code;
    ret_mark->cheap = look->counts;
    if (exact)
        ret_mark->exact = connection->fingerprint;
    return ERROR_NONE;
}

static enum error_code connect_to(struct source_watch *watch, struct error *error)
{
    struct connection *connection;

    if (watch->connection != NULL)
        return ERROR_NONE;
    connection = mem_alloc(sizeof *connection);
    if (connection == NULL)
        return error_memory(error, "connecting");
    *connection = (struct connection){0};
    watch->connection = connection;
    return session_open(&connection->session, watch->ref, watch->settings, error);
}

static enum error_code try_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                                struct error *error)
{
    struct look look = {.watch = watch, .error = error};
    enum error_code code = connect_to(watch, error);

    look.connection = watch->connection;
    if (code == ERROR_NONE) {
        settings_sql(&look.set_up, watch->settings);
        code = buffer_check(&look.set_up, error, "sending a query");
    }
    if (code == ERROR_NONE)
        code = look_at(&look, exact, ret_mark);
    buffer_clear(&look.set_up);
    if (code != ERROR_NONE)
        postgres_rest(watch);
    return code;
}

/* A connection that was open may have been closed since, by an administrator, a time limit or a restart: that is no
 * failure if another can be had. */
enum error_code postgres_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    bool was_open = watch->connection != NULL;
    enum error_code code = try_look(watch, exact, ret_mark, error);

    if (code == ERROR_CONNECT && was_open)
        code = try_look(watch, exact, ret_mark, error);
    if (code == ERROR_NONE)
        return code;
    source_postgres.redact(&shown, watch->ref);
    return error_context(error, "reading '%s'", shown.failed ? "postgres://" : buffer_text(&shown).bytes);
}

void postgres_rest(struct source_watch *watch)
{
    struct connection *connection = watch->connection;

    if (connection == NULL)
        return;
    session_close(connection->session);
    mem_free(connection);
    watch->connection = NULL;
}

/* What came with the answers to looks and marks is no longer in the descriptor. */
int postgres_wake_file(struct source_watch *watch)
{
    struct connection *connection = watch->connection;

    if (connection == NULL || !connection->listens)
        return SOURCE_WAKE_NONE;
    if (session_take_notifications(connection->session))
        connection->was_notified = true;
    return connection->was_notified ? SOURCE_WAKE_NOW : session_file(connection->session);
}

/* Without a connection there was no look that went well. */
static enum error_code mark(struct source_watch *watch, const struct capture_marking *marking, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer set_up = {0};
    const struct connection *connection = watch->connection;
    enum error_code code;

    if (connection == NULL)
        return error_set(error, ERROR_CONNECT, "the connection is closed");
    if (!connection->captures)
        return ERROR_NONE; /* it is gone, and its log with it */
    settings_sql(&set_up, watch->settings);
    if (buffer_check(&set_up, error, "sending a query") != ERROR_NONE)
        return error->code;
    code = postgres_capture_mark(connection->session, set_up.bytes, marking, error);
    if (code == ERROR_CONNECT || code == ERROR_TIMEOUT)
        postgres_rest(watch); /* answers of a connection in an unknown state would be taken for others */
    return code;
}

enum error_code postgres_mark(struct source_watch *watch, const struct capture_marking *marking, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    if (mark(watch, marking, error) == ERROR_NONE)
        return ERROR_NONE;
    source_postgres.redact(&shown, watch->ref);
    return error_context(error, "marking captured statements in '%s'",
                         shown.failed ? "postgres://" : buffer_text(&shown).bytes);
}
