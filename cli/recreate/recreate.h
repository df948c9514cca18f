/* recreate/recreate.h - a PostgreSQL snapshot as SQL that makes the schema anew.
 *
 * The statements are in an order that works on an empty database, from the first to the last, as one transaction or
 * one by one. What comes out of it has the root that the snapshot has, where the server is of the same major version,
 * offers the same extensions, roles and tablespaces, and nothing is noted. What a snapshot does not hold, or what SQL
 * cannot make, is a note; docs/reference/recreate.md lists it. The script expects a superuser where the schema holds
 * what only superusers may make. Nothing in it is executed but what makes the schema: no function is called.
 *
 * Same snapshot and options, same bytes. Everything that is handed out lives in the arena, or in the snapshot.
 * Failure: a snapshot of another engine is ERROR_UNSUPPORTED.
 */
#ifndef DRIFTLINE_RECREATE_RECREATE_H
#define DRIFTLINE_RECREATE_RECREATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "schema/snapshot.h"

/* What to write beside the structure and the storage. All false: neither roles nor privileges are named, but where a
 * policy or a user mapping cannot do without. */
struct recreate_options {
    bool owners; /* ALTER … OWNER TO */
    bool grants; /* GRANT, REVOKE, ALTER DEFAULT PRIVILEGES, security labels */
    bool roles;  /* for a server that is nobody else's: begin with making the roles that the rest names and the server
                    does  not have, and the tablespaces, which keeps the script from being one transaction. Who owns what
                    only  a superuser may own is made a superuser; nobody can log in as one of them */
};

/* What belongs together: an object with its comment and owner, or a part that comes later. `sql` is one or more
 * statements, each ended by `;` and a line feed. */
struct recreate_statement {
    enum kind kind;     /* KIND_NONE: settings of the session */
    struct text object; /* the dotted path as displayed; empty with KIND_NONE */
    struct text sql;
};

/* What the script cannot make as it was. */
struct recreate_note {
    enum kind kind;
    struct text object; /* the dotted path as displayed, of a part too; empty: the whole kind */
    struct text reason; /* half a sentence: "its secret options are not known: …" */
};

struct recreate_script {
    struct recreate_statement *statements; /* in the order in which they work */
    size_t statement_count;
    struct recreate_note *notes; /* sorted by kind, object, reason */
    size_t note_count;
};

enum error_code recreate_make(struct recreate_script *ret_script, const struct snapshot *snapshot,
                              const struct recreate_options *options, struct arena *arena,
                              struct error *error) MUST_CHECK;

/* The whole as a file for psql: the notes as comments, and every statement. */
void recreate_write(struct buffer *buffer, const struct recreate_script *script);

#endif
