/* sources/odbc/odbc_watch.h - looking at a database behind ODBC. One connection stays open between looks. */
#ifndef DRIFTLINE_SOURCES_ODBC_WATCH_H
#define DRIFTLINE_SOURCES_ODBC_WATCH_H

#include "sources/odbc/odbc_connection.h"

/* The functions of source_ops. Where a dialect has no probe, or it is refused, cheap looks never see anything move. */
enum error_code odbc_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark, struct error *error);
void odbc_rest(struct source_watch *watch);

/* The connection of a watch; opened when it is not open. It stays the watch's own. */
enum error_code odbc_watch_connection(struct source_watch *watch, struct odbc_connection **ret_connection,
                                      struct error *error) MUST_CHECK;

#endif
