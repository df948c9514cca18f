/* sources/watch.h - one database that is looked at for long, as cheaply as it allows.
 *
 * A look says whether the schema may have changed since the last snapshot that was kept. It comes in two depths: cheap,
 * every few seconds (counters, a version number, the file's time), and exact, when the cheap look moved and from time
 * to time anyway (a fingerprint of all catalogues). A cheap look may miss a change for a while (the source says how
 * long at most: PostgreSQL counts late by up to ten seconds), and may see one where there is none; an exact one does
 * neither, but for the sources that say so. Snapshots themselves are taken with source_ops.read.
 *
 * The marks that a look compares with are those of the last watch_keep(). So: look, read, store the snapshot, keep.
 * What a source keeps open between looks (PostgreSQL: one connection) it opens again when it broke; that is a failure
 * only if it cannot. Failure: as for source_ops.read, in the same words; the next look tries again.
 * Threads: a watch belongs to one thread at a time.
 */
#ifndef DRIFTLINE_SOURCES_WATCH_H
#define DRIFTLINE_SOURCES_WATCH_H

#include "base/compiler.h"
#include "base/error.h"
#include "sources/capture.h"
#include "sources/source.h"

enum watch_depth { WATCH_CHEAP, WATCH_EXACT };

enum watch_answer {
    WATCH_SAME,   /* as when it was kept */
    WATCH_MOVED,  /* cheap looks only: something happened; an exact look tells whether to the schema */
    WATCH_CHANGED /* not as it was kept, or nothing was kept yet */
};

struct watch;

/* `ref` and `settings` must outlive the watch. Opens no connection yet. */
enum error_code watch_open(struct watch **ret_watch, const char *ref, const struct source_settings *settings,
                           struct error *error) MUST_CHECK;

/* Look. Gives up within the settings' timeouts. What it saw becomes the mark that watch_keep() keeps. A cheap look that
 * saw no change, and an exact one that found the schema as it was kept although counters moved, move the cheap mark
 * along by themselves. */
enum error_code watch_look(struct watch *watch, enum watch_depth depth, enum watch_answer *ret_answer,
                           struct error *error) MUST_CHECK;

/* The snapshot that was read after the last exact look is stored: compare with that look from now on. Without one, this
 * does nothing. */
void watch_keep(struct watch *watch);

/* As source_ops.wake_file: poll it beside whatever else is waited for, unless it is one of source_wake. */
int watch_wake_file(struct watch *watch);

/* Say in the database what became of captured statements (sources/capture.h). Does nothing where there is no capture.
 */
enum error_code watch_mark(struct watch *watch, const struct capture_marking *marking, struct error *error) MUST_CHECK;

/* Close the connection until the next look. */
void watch_rest(struct watch *watch);

void watch_close(struct watch *watch); /* NULL is fine */

#endif
