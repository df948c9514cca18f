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
#include "base/reference.h"
#include "base/text.h"
#include "cli/collector.h"
#include "schema/snapshot.h"
#include "sources/source.h"

enum { REF_LIMIT = 8192 };

enum ref_type {
    REF_DATABASE,       /* something with a scheme that a source may read: postgres://…, sqlite:PATH */
    REF_FILE,           /* a snapshot file */
    REF_STANDARD_INPUT, /* `-`: a snapshot file on standard input */
    REF_COLLECTOR       /* database@environment[/instance][~moment] */
};

/* All texts point into the text that was parsed. */
struct ref {
    enum ref_type type;
    struct text scheme;         /* of a database: "postgres", without the colon */
    struct text rest;           /* of a database: what follows the colon; of a file: its path */
    struct reference collected; /* of the collector */
};

/* Take a reference apart. What cannot be one is ERROR_USAGE with a hint. */
enum error_code ref_parse(struct ref *ret_ref, struct text text, struct error *error) MUST_CHECK;

/* Whether a reference reads standard input, under whatever name: that works only once. */
bool ref_is_standard_input(const char *reference);

/* Whether a reference is of a form that names a database, and the name; it may be empty, and is whatever stands there.
 */
bool ref_has_database_name(const struct ref *ref);
struct text ref_database_name(const struct ref *ref);

/* Whether a path leads to an SQLite database. */
bool ref_is_sqlite_database(const char *path);

/* Append the reference as it may be shown. */
void ref_redact(struct buffer *buffer, const char *reference);

/* What reading a reference may need. */
struct ref_settings {
    struct source_settings source; /* of databases; the limit and the progress are also those of files and downloads */
    struct collector_settings collector;
};

/* Read the snapshot that a reference names. What comes from a file or the collector carries the reference by which it
 * was asked for. */
enum error_code ref_snapshot(struct snapshot **ret_snapshot, const char *reference, const struct ref_settings *settings,
                             struct error *error) MUST_CHECK;

#endif
