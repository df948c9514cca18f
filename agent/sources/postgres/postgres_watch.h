/* sources/postgres/postgres_watch.h - one look at a PostgreSQL database: see source_ops.look, rest and wake_file, and
 * source_ops.mark.
 *
 * A cheap look asks for the server's own counts of the rows that were inserted, updated and deleted in each catalogue.
 * A session reports what it did up to ten seconds after it did it, and not before it leaves the transaction or
 * procedure that it began next. Where there are no counts (a standby, track_counts off) any transaction may have been
 * the one. An exact look asks for the fingerprint, unless no transaction has ended since the last.
 *
 * Where capture is installed, and nobody is between us and the server, the connection of the watch listens: the server
 * says when something was captured. And an exact look sees that something was, also if nothing has changed in the end.
 */
#ifndef DRIFTLINE_SOURCES_POSTGRES_POSTGRES_WATCH_H
#define DRIFTLINE_SOURCES_POSTGRES_POSTGRES_WATCH_H

#include "sources/capture.h"
#include "sources/source.h"

enum error_code postgres_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                              struct error *error) MUST_CHECK;

void postgres_rest(struct source_watch *watch);

int postgres_wake_file(struct source_watch *watch);

enum error_code postgres_mark(struct source_watch *watch, const struct capture_marking *marking,
                              struct error *error) MUST_CHECK;

#endif
