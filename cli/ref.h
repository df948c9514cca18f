/* cli/ref.h - the references that name a snapshot, wherever it is: a live database, a file, the collector.
 *
 * ref_parse() only looks at the text: it opens nothing and can be fed anything. ref_snapshot() gets the snapshot. What
 * the forms are is written in docs/reference/references.md.
 * Failure: messages never quote a reference with its secrets.
 * Threads: independent references can be read at the same time.
 */
#ifndef DRIFTLINE_CLI_REF_H
#define DRIFTLINE_CLI_REF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "schema/snapshot.h"
#include "sources/source.h"

enum { REF_LIMIT = 8192, REF_NAME_LIMIT = 128, REF_STEPS_LIMIT = 1000000000 };

enum ref_type {
    REF_DATABASE,       /* something with a scheme that a source may read: postgres://…, sqlite:PATH */
    REF_FILE,           /* a snapshot file */
    REF_STANDARD_INPUT, /* `-`: a snapshot file on standard input */
    REF_COLLECTOR       /* database@environment[/instance][~moment] */
};

enum ref_moment {
    REF_NEWEST,
    REF_STEPS_BACK, /* ~2 */
    REF_AS_OF       /* ~2026-11-01T00:00Z */
};

/* All texts point into the text that was parsed. */
struct ref {
    enum ref_type type;
    struct text scheme; /* of a database: "postgres", without the colon */
    struct text rest;   /* of a database: what follows the colon; of a file: its path */
    struct text database;
    struct text environment;
    struct text instance; /* empty: all of the environment, or its only one */
    enum ref_moment moment;
    uint32_t steps; /* 1 or more, when the moment is REF_STEPS_BACK */
    int64_t as_of;  /* microseconds since 1970, UTC, when it is REF_AS_OF */
};

/* Take a reference apart. What cannot be one is ERROR_USAGE with a hint. */
enum error_code ref_parse(struct ref *ret_ref, struct text text, struct error *error) MUST_CHECK;

/* Write a collector reference in its one spelling, which ref_parse() reads back as the same. */
void ref_write(struct buffer *buffer, const struct ref *ref);

/* Whether a reference reads standard input, under whatever name: that works only once. */
bool ref_is_standard_input(const char *reference);

/* Whether a path leads to an SQLite database. */
bool ref_is_sqlite_database(const char *path);

/* Append the reference as it may be shown. */
void ref_redact(struct buffer *buffer, const char *reference);

/* Read the snapshot that a reference names. Snapshot files carry the reference by which they were opened. */
enum error_code ref_snapshot(struct snapshot **ret_snapshot, const char *reference,
                             const struct source_settings *settings, struct error *error) MUST_CHECK;

#endif
