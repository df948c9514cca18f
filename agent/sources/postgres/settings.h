/* sources/postgres/settings.h - what every transaction of ours begins with.
 *
 * Set for the transaction only: behind a pool that hands out a connection by transaction, nothing else lasts.
 */
#ifndef DRIFTLINE_SOURCES_POSTGRES_SETTINGS_H
#define DRIFTLINE_SOURCES_POSTGRES_SETTINGS_H

#include "base/buffer.h"
#include "sources/source.h"

/* Append the statement that sets the timeouts, and fixes everything that changes how the server writes a value, so that
 * neither the role's nor the database's own settings show, or could make a statement of ours run what they name. */
void settings_sql(struct buffer *buffer, const struct source_settings *settings);

#endif
