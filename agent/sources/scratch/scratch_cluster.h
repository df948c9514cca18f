/* sources/scratch/scratch_cluster.h - a private PostgreSQL server that is gone when nobody needs it any more.
 *
 * A new cluster in a folder of its own below /tmp (or TMPDIR), closed to other users; reached through a Unix socket in
 * it and in no other way; without fsync, for nothing in it is to last. A small shell script watches over it
 * (supervisor.sh) and holds one end of a pipe: whatever becomes of this process, even SIGKILL, the pipe closes, the
 * server stops and the folder goes.
 *
 * A PostgreSQL server refuses to run as root. Then its user is `postgres`, or where there is none `nobody`.
 *
 * Threads: several clusters can be made at the same time, each by its own.
 */
#ifndef DRIFTLINE_SOURCES_SCRATCH_CLUSTER_H
#define DRIFTLINE_SOURCES_SCRATCH_CLUSTER_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"

struct scratch_cluster;

/* Begin to make one with the programs in a folder. Does not wait until it can be connected to. */
enum error_code scratch_cluster_start(struct scratch_cluster **ret_cluster, const char *programs,
                                      struct error *error) MUST_CHECK;

/* Wait, but not beyond a moment of clock_elapsed(), until it is known where its socket is, and answer that: a folder.
 */
enum error_code scratch_cluster_folder(struct scratch_cluster *cluster, int64_t deadline, const char **ret_folder,
                                       struct error *error) MUST_CHECK;

/* Whether it still runs; ERROR_CONNECT says why not. */
enum error_code scratch_cluster_check(struct scratch_cluster *cluster, struct error *error) MUST_CHECK;

/* Stop it, and wait until nothing is left of it. NULL is fine. */
void scratch_cluster_stop(struct scratch_cluster *cluster);

#endif
