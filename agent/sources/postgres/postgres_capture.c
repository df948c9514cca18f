#include "sources/postgres/postgres_capture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char doing[] = "reading captured statements";

/* Read from the catalogues: to_regprocedure() fails where the role may not even use the schema. */
const char postgres_capture_presence_sql[] =
    "SELECT CASE WHEN pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND NOT pg_catalog.pg_is_in_recovery()"
    " AND (SELECT pg_catalog.count(*) >= 4 AND pg_catalog.bool_and(pg_catalog.has_function_privilege(p.oid, 'EXECUTE'))"
    " FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid"
    " AND p.proname IN ('capture_state', 'capture_read', 'capture_shipped', 'capture_recorded'))"
    " AND (SELECT pg_catalog.has_table_privilege(c.oid, 'SELECT') FROM pg_catalog.pg_class c"
    " WHERE c.relnamespace = n.oid AND c.relname = 'drift_log')"
    " THEN 'present' ELSE 'unread' END FROM pg_catalog.pg_namespace n WHERE n.nspname = 'driftline'"
    " AND pg_catalog.obj_description(n.oid, 'pg_namespace') LIKE 'driftline capture %'";

const char postgres_capture_unread[] = "unread";
const char postgres_capture_present[] = "present";

const char postgres_capture_newest_sql[] = "SELECT pg_catalog.max(number) FROM driftline.drift_log";

static const char state_sql[] = "SELECT enabled, continuity FROM driftline.capture_state()";

/* A function in this place gives its rows one by one, and is not asked for more than the limit. */
static const char read_sql[] =
    "SELECT (l.entry).number, (l.entry).at, (l.entry).actor, (l.entry).role, (l.entry).application, (l.entry).client,"
    " (l.entry).command, (l.entry).object, (l.entry).statement, (l.entry).transaction"
    "  FROM (SELECT driftline.capture_read($1) AS entry LIMIT $2) l";

/* ---- reading ---- */

enum error_code postgres_capture_send(struct session *session, const char *first, const struct capture_reading *reading,
                                      struct error *error)
{
    char taker[64], limit[16];
    const char *const values[] = {taker, limit};
    const char *const state[] = {first, state_sql};

    snprintf(taker, sizeof taker, "%.*s", (int)reading->taker.length, reading->taker.bytes);
    snprintf(limit, sizeof limit, "%d", CAPTURE_PORTION + 1); /* one more tells that there are more */
    if (session_send(session, state, LENGTH_OF(state), error) != ERROR_NONE)
        return error->code;
    return session_send_values(session, first, read_sql, values, LENGTH_OF(values), error);
}

static enum error_code take_state(void *context, const PGresult *result, int row, struct error *error)
{
    struct capture_reading *reading = context;
    char *continuity;

    if (row < 0)
        return ERROR_NONE;
    reading->state = strcmp(PQgetvalue(result, row, 0), "t") == 0 ? CAPTURE_ON : CAPTURE_OFF;
    continuity = arena_string(reading->arena, text_from(PQgetvalue(result, row, 1))); /* NULL is empty */
    if (continuity == NULL)
        return arena_error(reading->arena, error, doing);
    reading->continuity = text_from(continuity);
    return ERROR_NONE;
}

/* What is empty is not known. */
static struct text text_of(const PGresult *result, int row, int column)
{
    size_t length = (size_t)PQgetlength(result, row, column);

    return length == 0 ? (struct text){NULL, 0} : (struct text){PQgetvalue(result, row, column), length};
}

static int64_t number_of(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10); /* NULL is 0 */
}

static enum error_code take_entry(void *context, const PGresult *result, int row, struct error *error)
{
    struct capture_reading *reading = context;

    if (row < 0)
        return ERROR_NONE;
    reading->more = reading->more || capture_is_full(reading);
    if (reading->more)
        return ERROR_NONE;
    return capture_add(reading,
                       &(struct captured_statement){.number = number_of(result, row, 0),
                                                    .at = number_of(result, row, 1),
                                                    .actor = text_of(result, row, 2),
                                                    .role = text_of(result, row, 3),
                                                    .application = text_of(result, row, 4),
                                                    .client = text_of(result, row, 5),
                                                    .command = text_of(result, row, 6),
                                                    .object = text_of(result, row, 7),
                                                    .statement = text_of(result, row, 8),
                                                    .transaction = (uint64_t)number_of(result, row, 9)},
                       error);
}

/* One segment of two statements, the second of which has rows. The outcome is that of the first that was refused. */
static enum error_code fetch_segment(struct session *session, session_row handler, void *context,
                                     struct outcome *ret_outcome, struct error *error)
{
    struct outcome first, second;

    if (session_fetch(session, NULL, NULL, &first, error) != ERROR_NONE ||
        session_fetch(session, handler, context, &second, error) != ERROR_NONE ||
        session_fetch_end(session, error) != ERROR_NONE)
        return error->code;
    *ret_outcome = first.failed ? first : second;
    return ERROR_NONE;
}

enum error_code postgres_capture_fetch(struct session *session, struct capture_reading *reading, struct error *error)
{
    struct outcome state, entries;

    if (fetch_segment(session, take_state, reading, &state, error) != ERROR_NONE ||
        fetch_segment(session, take_entry, reading, &entries, error) != ERROR_NONE)
        return error->code;
    if (state.failed || entries.failed)
        capture_deny(reading);
    return ERROR_NONE;
}

/* ---- marking ---- */

static void add_numbers(struct buffer *buffer, const struct capture_marking *marking)
{
    buffer_add_string(buffer, "{");
    for (size_t i = 0; i < marking->count; i++)
        buffer_printf(buffer, "%s%" PRId64, i == 0 ? "" : ",", marking->statements[i].number);
    buffer_add_string(buffer, "}");
}

enum error_code postgres_capture_mark(struct session *session, const char *set_up,
                                      const struct capture_marking *marking, struct error *error)
{
    static const char shipped_sql[] = "SELECT driftline.capture_shipped($1, $2, $3)";
    static const char recorded_sql[] = "SELECT driftline.capture_recorded($1, $2)";
    CLEANUP(buffer_clear) struct buffer numbers = {0};
    bool shipped = marking->statements != NULL;
    char taker[64], seq[24];
    const char *values[] = {taker, seq, NULL};
    struct outcome outcome;

    snprintf(taker, sizeof taker, "%.*s", (int)marking->taker.length, marking->taker.bytes);
    snprintf(seq, sizeof seq, "%" PRIu64, marking->seq);
    add_numbers(&numbers, marking);
    if (buffer_check(&numbers, error, "marking captured statements") != ERROR_NONE)
        return error->code;
    values[2] = numbers.bytes;
    if (session_send_values(session, set_up, shipped ? shipped_sql : recorded_sql, values, shipped ? 3 : 2, error) !=
            ERROR_NONE ||
        fetch_segment(session, NULL, NULL, &outcome, error) != ERROR_NONE)
        return error->code;
    return outcome.failed ? session_refused(&outcome, error) : ERROR_NONE;
}
