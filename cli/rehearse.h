/* cli/rehearse.h - a migration tried on a copy of a schema: what it changes, what it breaks, what will be there then.
 *
 * The schema of a snapshot is made anew in a scratch database and read: the copy. The migration is applied to it, and
 * it is read again. What differs is what the migration does, for both are states of one database, and renames are
 * known. If the copy has the root of the original, what is there afterwards has the root that the original is going to
 * have.
 *
 * Ownership: rehearse_run() … rehearsal_clear(); texts live in the arena.
 */
#ifndef DRIFTLINE_CLI_REHEARSE_H
#define DRIFTLINE_CLI_REHEARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "contract/contract_check.h"
#include "contract/contract_set.h"
#include "drift/diff.h"
#include "schema/snapshot.h"
#include "sources/scratch/scratch.h"

/* What is rehearsed, and how. */
struct rehearse_wish {
    const struct source_settings *source; /* how scratch databases are made and read */
    const struct diff_options *options;
    const struct snapshot *target;
    const char *reference; /* of the target, as it may be shown */
    const char *database;  /* the name of the target's database; empty: not known */
    const struct script *scripts;
    size_t script_count;
    const char *role; /* who does it; NULL: the owner of most tables */
    bool one_transaction;
    const struct contract_set *contracts;
    bool (*is_stopped)(void); /* NULL: nobody does */
};

/* One statement of the migration. */
struct rehearsal_step {
    const char *file;
    unsigned line;
    struct text sql;
    int64_t microseconds;
    struct script_lock *locks;
    size_t lock_count;
};

/* A requirement that is not met once the migration is done. */
struct rehearsal_break {
    const struct contract_finding *finding;
    bool is_new; /* it was met before */
};

struct rehearsal {
    struct snapshot *before; /* the copy */
    struct snapshot *after;
    struct diff diff; /* between them */
    const char *role; /* who did it; NULL: the superuser */
    const char *server_version;
    struct rehearsal_step *steps; /* that ran */
    size_t step_count;
    struct error refusal; /* what the server had against the next one; code ERROR_NONE: nothing */
    const char *refusal_file;
    unsigned refusal_line;
    struct rehearsal_break *breaks;
    size_t break_count;
    size_t contract_count; /* that were checked */
    bool has_new_break;
    bool is_contract_unknown; /* something that a contract asks for could not be looked at */
    struct text *notes;       /* why the copy is not the original, or the root not certain */
    size_t note_count;
    size_t notes_left_out;
    bool is_certain; /* the root of `after` is the one that the target will have, if nothing else happens */
};

/* Do it. A migration that is refused is a result; a scratch database that cannot be made is an error. */
enum error_code rehearse_run(struct rehearsal *ret_rehearsal, const struct rehearse_wish *wish, struct arena *arena,
                             struct error *error) MUST_CHECK;

/* For CLEANUP. Fine after a failure, and of one that is all zeroes. */
void rehearsal_clear(struct rehearsal *rehearsal);

#endif
