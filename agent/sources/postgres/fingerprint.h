/* sources/postgres/fingerprint.h - one text that changes whenever a catalogue does.
 *
 * PostgreSQL renders expressions from the newest committed state, not from the transaction's snapshot. A read is
 * consistent if the catalogues, as the transaction saw them, are still the same in a fresh transaction afterwards.
 */
#ifndef DRIFTLINE_SOURCES_POSTGRES_FINGERPRINT_H
#define DRIFTLINE_SOURCES_POSTGRES_FINGERPRINT_H

#include "base/buffer.h"

/* Append the statement, one row and column, for a server of this version. Rows of temporary objects do not count. */
void fingerprint_sql(struct buffer *buffer, long server_version);

#endif
