/* sources/source.h - what a schema source implements: a new source is one folder and one line in source.c.
 *
 * A source reads a whole schema and answers with a snapshot; it keeps nothing open afterwards, and changes nothing. It
 * also looks whether something changed, again and again, which the agent does through watch.h. Failure: every function
 * fills the error; messages name the database without its secrets. Threads: one source belongs to one thread at a time;
 * different sources are independent.
 */
#ifndef DRIFTLINE_SOURCES_SOURCE_H
#define DRIFTLINE_SOURCES_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "schema/snapshot.h"

/* Told now and then how far a read has come: `done` of `total` steps (queries), and rows so far. May be NULL. */
typedef void (*source_progress)(void *context, unsigned done, unsigned total, unsigned long rows);

struct source_settings {
    unsigned connect_timeout_ms;
    unsigned statement_timeout_ms; /* one catalogue query may take this long on the server */
    unsigned lock_timeout_ms;      /* a query may wait this long behind running DDL */
    unsigned attempts;             /* how often a schema that changes while it is read is read again */
    size_t memory_limit;           /* bytes for one snapshot */
    struct text secret_key;        /* key of the digests of secret options; empty: only "set" is recorded */
    source_progress progress;
    void *progress_context;
    void (*torn)(void *context); /* told each time that a schema changed while it was read, before it is read again; or
                                    NULL */
    void *torn_context;
    const char *scratch; /* where scratch databases may be made, as scratch/scratch.h says; NULL: a private server */
    struct capture_reading *capture; /* what was captured is read with the schema; NULL: it is not asked for */
};

/* The defaults: 10 s, 60 s, 2 s, 5 attempts, 2 GiB, no key. */
void source_settings_init(struct source_settings *settings);

/* One database that is looked at for long. Belongs to watch.c. */
struct source_watch {
    const char *ref;
    const struct source_settings *settings;
    struct hasher *hasher; /* for marks */
    void *connection;      /* the source's own: what stays open between looks; NULL: nothing */
};

/* What one look saw, as digests: only whether two are equal means something. */
struct source_mark {
    struct hash cheap;
    struct hash exact; /* of exact looks only */
};

/* What may stand in the place of a descriptor. */
enum source_wake {
    SOURCE_WAKE_NONE = -1, /* there is none now */
    SOURCE_WAKE_NOW = -2   /* something happened already, and no exact look that begun after it is over */
};

struct capture_reading;
struct capture_marking;
struct source_rows;

struct source_ops {
    const char *name;           /* "postgresql": the engine of its snapshots */
    const char *const *schemes; /* prefixes of REFs that it reads, with the colon: "postgres://"; NULL ends */
    const char *syntax;         /* for --help: "postgres://[user@]host/database" */
    const char *summary;        /* one line for --help and docs/reference/ */

    /* Connect, read everything, disconnect. `ref` is what the user gave, with its scheme and its secrets. Gives up
     * within the settings' timeouts. The snapshot's info.ref must hold no secret. */
    enum error_code (*read)(struct snapshot **ret_snapshot, const char *ref, const struct source_settings *settings,
                            struct error *error);

    /* See how things stand. `cheap` must differ once something happened to the schema, at the latest when the source's
     * documentation says so; `exact` must differ if and only if the schema may have. Where both are wanted, `cheap` is
     * of no later a moment. Called every few seconds: it should cost next to nothing. Gives up within the settings'
     * timeouts, and opens what is not open. After a failure it starts anew; the mark is then untouched. */
    enum error_code (*look)(struct source_watch *watch, bool exact, struct source_mark *ret_mark, struct error *error);

    /* Close what a look left open. NULL: nothing stays open. */
    void (*rest)(struct source_watch *watch);

    /* A descriptor that becomes readable when the database says that something happened, so that a look is worth while
     * before its time; the look reads it empty. Or one of source_wake. NULL: there never is one. */
    int (*wake_file)(struct source_watch *watch);

    /* Say in the database what became of captured statements (sources/capture.h), through the connection of a watch
     * that has looked. NULL: this source knows no capture, or no marks. */
    enum error_code (*mark)(struct source_watch *watch, const struct capture_marking *marking, struct error *error);

    /* Run one statement that changes the schema, and commit it. Nothing but `driftline doctor --planted-drift` does,
     * and with the consent of who calls that. Gives up within the settings' timeouts. NULL: it cannot be done. */
    enum error_code (*change)(const char *ref, const struct source_settings *settings, const char *statement,
                              struct error *error);

    /* Read two columns of a table (sources/source_rows.h). Nothing but `driftline codegen` does, for the tables that
     * its entry names. Gives up within the settings' timeouts. NULL: it cannot be done. */
    enum error_code (*rows)(const char *ref, const struct source_settings *settings, struct source_rows *rows,
                            struct error *error);

    /* The same reference without its secrets, for messages. Never fails on bad input: then the answer is the scheme
     * and "…". */
    void (*redact)(struct buffer *buffer, const char *ref);
};

extern const struct source_ops source_postgres;
extern const struct source_ops source_sqlite;
extern const struct source_ops source_mariadb;
extern const struct source_ops source_sqlserver;
extern const struct source_ops source_odbc;
extern const struct source_ops source_ddl;
extern const struct source_ops source_python;
extern const struct source_ops source_spec;
extern const struct source_ops source_dummy;

/* All of them; NULL ends. */
extern const struct source_ops *const source_all[];

/* The source that reads a REF, or NULL. */
const struct source_ops *source_find(const char *ref);

#endif
