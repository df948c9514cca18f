/* sources/scratch/script.h - a file of SQL run against a scratch database, statement by statement.
 *
 * As psql would run it: each statement by itself, BEGIN and COMMIT where the file has them, data behind COPY. Commands
 * to psql that only change how it shows things are passed over, and so is what pg_dump writes (`\restrict`); the others
 * are refused by name: there is no psql here.
 *
 * The server's refusal is told as FILE:LINE:COLUMN with its words. Every statement has an end (statement_timeout_ms,
 * which the file cannot raise).
 */
#ifndef DRIFTLINE_SOURCES_SCRATCH_SCRIPT_H
#define DRIFTLINE_SOURCES_SCRATCH_SCRIPT_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

struct script {
    const char *name; /* of the file, for messages */
    struct text sql;
    unsigned line; /* the number of its first line */
};

/* A lock that a statement took on something that was there before. */
struct script_lock {
    struct text relation; /* "public.orders" */
    struct text mode;     /* "ACCESS EXCLUSIVE" */
};

/* One statement that was run. */
struct script_step {
    const struct script *script;
    struct text sql;
    unsigned line;
    int64_t microseconds;
    const struct script_lock *locks; /* the strongest of each relation; only when they were asked for */
    size_t lock_count;
    const struct error *refusal; /* what the server, or we, have against it; NULL: it ran */
};

/* How to run. */
struct script_plan {
    bool one_transaction; /* the whole file, as `psql --single-transaction` */
    bool goes_on;         /* behind a statement that was refused */
    bool sees_locks;

    /* Told of each statement, after it has run. The step lives as long as the call. NULL: nobody is told. */
    enum error_code (*told)(void *context, const struct script_step *step, struct error *error);
    void *context;

    /* Whether to give up, asked now and then; NULL: never. */
    bool (*is_stopped)(void);
};

/* Where to run. */
struct script_place {
    PGconn *connection; /* of the scratch database */
    PGconn *onlooker;   /* another, which sees locks and makes roles */
    bool makes_roles;   /* that are missing: the server is nobody else's */
    unsigned patience_ms;
};

/* Run a file. A statement that is refused is ERROR_QUERY, unless the plan goes on. */
enum error_code script_run(const struct script_place *place, const struct script *script,
                           const struct script_plan *plan, struct error *error) MUST_CHECK;

#endif
