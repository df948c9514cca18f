/* sources/postgres/session.h - a connection to PostgreSQL whose every wait has an end.
 *
 * Statements are sent in segments through libpq's pipeline: the server works on the next while the rows of the last are
 * being read, and a distant server costs one round trip, not forty. A failing statement ends its segment only.
 * Rows come one by one, so that memory does not depend on the size of a catalogue.
 */
#ifndef DRIFTLINE_SOURCES_POSTGRES_SESSION_H
#define DRIFTLINE_SOURCES_POSTGRES_SESSION_H

#include <libpq-fe.h>

#include "sources/source.h"

struct session;

/* A reference taken apart; NULL when it cannot be read, or only by taking part of a password for something else: an `@`
 * or `/` in it that is not escaped. Free with PQconninfoFree(). */
PQconninfoOption *session_options(const char *ref);

/* Connect to `ref` (postgres://…), a server of a version that this build reads. Messages never contain the reference
 * itself. */
enum error_code session_open(struct session **ret_session, const char *ref, const struct source_settings *settings,
                             struct error *error) MUST_CHECK;
void session_close(struct session *session);

/* server_version_num: 150004. */
long session_version(const struct session *session);

/* "15.4". */
const char *session_version_text(const struct session *session);

/* Send statements that stand or fall together. Results are fetched in the order of sending. */
enum error_code session_send(struct session *session, const char *const *statements, unsigned count,
                             struct error *error) MUST_CHECK;

/* The same for one statement with values ($1 …), behind one without that makes it safe to run. */
enum error_code session_send_values(struct session *session, const char *first, const char *statement,
                                    const char *const *values, unsigned count, struct error *error) MUST_CHECK;

/* What came of one statement. One that follows a failed statement of its segment has failed too, without a reason. */
struct outcome {
    bool failed;
    char sqlstate[6];
    char message[256]; /* the server's own words */
    char hint[256];    /* and its hint; may be empty */
};

/* Called once before the rows (row = -1: only the labels count) and for each row. */
typedef enum error_code (*session_row)(void *context, const PGresult *result, int row, struct error *error);

/* Fetch the result of the next statement. An error is one of the connection or of `handler`; a statement that the
 * server refused is told by the outcome. `handler` may be NULL. */
enum error_code session_fetch(struct session *session, session_row handler, void *context, struct outcome *ret_outcome,
                              struct error *error) MUST_CHECK;

/* Send statements, hand the rows of the last to `handler`, and fetch the end. The outcome is that of the first
 * statement that was refused, if one was. */
enum error_code session_run(struct session *session, const char *const *statements, unsigned count, session_row handler,
                            void *context, struct outcome *ret_outcome, struct error *error) MUST_CHECK;

/* The error that a refused statement is where nothing else can be made of it. Answers its code. */
enum error_code session_refused(const struct outcome *outcome, struct error *error);

/* Fetch the end of a segment; must be called once after its last statement. */
enum error_code session_fetch_end(struct session *session, struct error *error) MUST_CHECK;

/* ---- notifications ---- */

/* Becomes readable when the server says something by itself, or is gone. */
int session_file(const struct session *session);

/* Take what was notified (LISTEN) so far, without waiting for more. Answers whether anything was. */
bool session_take_notifications(struct session *session);

/* Whether a server process with this number is the one that we are connected to. Otherwise somebody is between us who
 * may hand what we say to another, and what outlasts a transaction, as LISTEN does, must not be said. */
bool session_is_direct(const struct session *session, const char *process);

#endif
