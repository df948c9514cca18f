/* sources/scratch/scratch.h - a PostgreSQL database to try things in, which is gone afterwards.
 *
 * Without a URL it is in a private server (scratch_cluster.h), where PostgreSQL's programs are installed: nothing of
 * the machine's own servers is touched, and roles that statements speak of are made as they are missed, as superusers.
 * What `settings->scratch` may say instead:
 *
 *   /FOLDER         the private server is made with the programs in this folder
 *   postgres://…    a database `driftline_scratch_TIME_RANDOM` is made on that server and dropped afterwards. The one
 *                   that the URL names is only used to connect. The user needs CREATEDB. No other database is touched,
 *                   no role made. Who is killed leaves the database behind; the next scratch database that the same
 *                   user makes there, an hour later or more, takes it along.
 *
 * Scripts are run as the user of the URL, or as superuser of the private server, whose processes are those of the
 * user who runs this: what a script may do is not limited (COPY ... PROGRAM). It must come from people one trusts.
 *
 * Ownership: scratch_open() … scratch_close(), which removes everything.
 * Threads: each scratch database belongs to one at a time; several can be made at the same time.
 */
#ifndef DRIFTLINE_SOURCES_SCRATCH_SCRATCH_H
#define DRIFTLINE_SOURCES_SCRATCH_SCRATCH_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "schema/snapshot.h"
#include "sources/scratch/script.h"
#include "sources/source.h"

struct scratch;

struct scratch_wish {
    const struct source_settings *settings; /* the timeouts, and `scratch`; must outlive the scratch database */
    unsigned major;       /* a private server is of this major version, if there is one; 0: the newest */
    const char *database; /* of a private server: its name, since statements may have it; NULL: any */
};

/* Make one. */
enum error_code scratch_open(struct scratch **ret_scratch, const struct scratch_wish *wish,
                             struct error *error) MUST_CHECK;

/* Remove it; NULL is fine. */
void scratch_close(struct scratch *scratch);

/* The server's version: 15, "15.4 (Debian 15.4-1)". */
unsigned scratch_major(const struct scratch *scratch);
const char *scratch_version(const struct scratch *scratch);

/* Whether the server is nobody else's. */
bool scratch_is_private(const struct scratch *scratch);

/* From now on each script begins as this role, which then owns what it makes. On a private server it is made if it is
 * missing, and may do everything. */
enum error_code scratch_become(struct scratch *scratch, const char *role, struct error *error) MUST_CHECK;

/* Run a script as if in a new session. */
enum error_code scratch_run(struct scratch *scratch, const struct script *script, const struct script_plan *plan,
                            struct error *error) MUST_CHECK;

/* Read its schema. `ref` is what the snapshot is called; `keeps_origin`: snapshots of it know the same things by their
 * ids. */
enum error_code scratch_read(struct snapshot **ret_snapshot, struct scratch *scratch, const char *ref,
                             bool keeps_origin, struct error *error) MUST_CHECK;

#endif
