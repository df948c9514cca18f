/* sources/sqlite/sqlite_watch.h - one look at an SQLite file: see source_ops.look.
 *
 * Nothing stays open in between. An application that leaves its database in WAL mode as the last one writes the log
 * back into the file; a connection of ours would keep it from that, and whoever copies the file then would miss it.
 */
#ifndef DRIFTLINE_SOURCES_SQLITE_WATCH_H
#define DRIFTLINE_SOURCES_SQLITE_WATCH_H

#include "sources/source.h"

enum error_code sqlite_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                            struct error *error) MUST_CHECK;

#endif
