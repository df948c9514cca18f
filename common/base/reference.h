/* base/reference.h - the names of targets and of their snapshots in a collector:
 * `database@environment[/instance][~moment]`.
 *
 * A scope is the first part of it, or only a database: what a question is about. All texts point into the text that was
 * parsed. Names have letters, digits, `_`, `-`, `.` and any character beyond ASCII, at most 128 bytes, and do not begin
 * with `-` or `.`.
 * Failure: what cannot be one is ERROR_USAGE with a hint, and leaves the result alone.
 */
#ifndef DRIFTLINE_BASE_REFERENCE_H
#define DRIFTLINE_BASE_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum { REFERENCE_NAME_LIMIT = 128, REFERENCE_STEPS_LIMIT = 1000000000 };

enum reference_moment {
    REFERENCE_NEWEST,
    REFERENCE_STEPS_BACK, /* ~2 */
    REFERENCE_AS_OF       /* ~2026-11-01T00:00Z */
};

struct reference {
    struct text database;
    struct text environment; /* empty only in a scope */
    struct text instance;    /* empty: all of the environment, or its only one */
    enum reference_moment moment;
    uint32_t steps; /* 1 or more, when the moment is REFERENCE_STEPS_BACK */
    int64_t as_of;  /* microseconds since 1970, UTC, when it is REFERENCE_AS_OF */
};

/* Whether a text may be the name of a database, an environment or an instance. */
bool reference_is_name(struct text text);

/* `database@environment[/instance][~N|~TIME]` */
enum error_code reference_parse(struct reference *ret_reference, struct text text, struct error *error) MUST_CHECK;

/* `database[@environment[/instance]]` */
enum error_code reference_parse_scope(struct reference *ret_scope, struct text text, struct error *error) MUST_CHECK;

/* Append a reference or scope in its one spelling, which reads back as the same. */
void reference_write(struct buffer *buffer, const struct reference *reference);

#endif
