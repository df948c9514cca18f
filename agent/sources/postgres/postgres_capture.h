/* sources/postgres/postgres_capture.h - the log of captured statements of a PostgreSQL database, read and marked.
 *
 * What is called is in deploy/sql/postgresql/. The log is read within the transaction that reads the schema, so that it
 * has the statements whose effects are seen there and no others. Not all at once: of very many the oldest come first,
 * up to CAPTURE_PORTION of them or about CAPTURE_PORTION_BYTES. The server gives them one by one, without sorting or
 * keeping the rest.
 *
 * Where capture is not installed nothing is called that does not exist, so that no error stands in the server's log. On
 * a standby, where nothing can be marked, it counts as one whose log may not be read.
 */
#ifndef DRIFTLINE_SOURCES_POSTGRES_POSTGRES_CAPTURE_H
#define DRIFTLINE_SOURCES_POSTGRES_POSTGRES_CAPTURE_H

#include "sources/capture.h"
#include "sources/postgres/session.h"

/* A query whose value is one of the words below: whether capture is installed, and may be used by who asks. */
extern const char postgres_capture_presence_sql[];
extern const char postgres_capture_unread[];  /* "unread" */
extern const char postgres_capture_present[]; /* "present"; no value, or any other: it is not installed */

/* Send, behind a statement that makes it safe to run, what asks for state and entries; then fetch the answers. To be
 * called only where capture is present. A server that refuses leaves the reading as that of a log that may not be read.
 */
enum error_code postgres_capture_send(struct session *session, const char *first, const struct capture_reading *reading,
                                      struct error *error) MUST_CHECK;
enum error_code postgres_capture_fetch(struct session *session, struct capture_reading *reading,
                                       struct error *error) MUST_CHECK;

/* The newest number in the log, for who only wants to know whether it moved. Only where capture is present. */
extern const char postgres_capture_newest_sql[];

/* As source_ops.mark, on an open session; `set_up` is the statement that makes the settings. */
enum error_code postgres_capture_mark(struct session *session, const char *set_up,
                                      const struct capture_marking *marking, struct error *error) MUST_CHECK;

#endif
