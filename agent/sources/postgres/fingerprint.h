/* sources/postgres/fingerprint.h - one text that changes whenever a catalogue does.
 *
 * PostgreSQL renders expressions from the newest committed state, not from the transaction's snapshot. A read is
 * consistent if the catalogues, as the transaction saw them, are still the same in a fresh transaction afterwards. And
 * a schema is as it was if its catalogues are.
 *
 * A fingerprint has parts, one a catalogue: the place and age of each of its rows. Where ordinary roles see rows only
 * through a view, or only some columns, it is what the snapshot reads of them. Rows of temporary objects do not count.
 */
#ifndef DRIFTLINE_SOURCES_POSTGRES_FINGERPRINT_H
#define DRIFTLINE_SOURCES_POSTGRES_FINGERPRINT_H

#include "base/buffer.h"
#include "sources/postgres/session.h"

/* Append the statement that gives all parts, one row and column, for a server of this version. */
void fingerprint_sql(struct buffer *buffer, long server_version);

/* Fetch the fingerprint, behind a statement that makes it safe to ask. Where the role may not read a catalogue, the
 * parts are asked for one by one, and that one may not be read is what its part says: a right that is taken away or
 * given back is another fingerprint. */
enum error_code fingerprint_fetch(struct session *session, const char *first, struct buffer *ret_text,
                                  struct error *error) MUST_CHECK;

/* Append the names of all catalogues that it covers, as a literal of type regclass[]. */
void fingerprint_catalogues(struct buffer *buffer, long server_version);

#endif
