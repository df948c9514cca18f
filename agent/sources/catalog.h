/* sources/catalog.h - the one loader that turns rows of any catalogue into objects.
 *
 * SQL is data. Each engine has a folder of .sql files, and a query's column labels say what its columns are:
 *
 *   kind                   the kind of this row; without it the file's own (directive `kind`)
 *   schema name signature  the path of an object; for a part, `name` alone
 *   id                     the server's number of the object or part
 *   alias_id               a second number under which comments and grants may refer to it, in the catalogue `alias`
 *   part_of                a part's object: its dotted path as displayed, where numbers do not exist
 *   part_of_id             the same by number, in the catalogue named by the directive `part_of`
 *   of, of_id, of_sub_id   in a file that attaches: what gets the attributes. `of` names the catalogue of of_id,
 *                          else the directive `part_of` does; of_sub_id is a column of it
 *   gap                    not NULL: the object could not be read in full; the reason for the coverage list
 *                          of the whole kind when the row has no name
 *   anything else          an attribute; NULL = absent
 *
 * A file with the directive `attach` adds attributes to objects and parts that other files load.
 *
 * An attribute's label may end in a suffix that says how to read the value:
 *
 *   name[]          an ordered list, written like a PostgreSQL array: {a,"b c",NULL}; a NULL item is an empty text.
 *                   In a file that attaches, a value is one item, and the rows of one target make the list.
 *   name{}          the same as a set: sorted bytewise, each item once
 *   name!           a secret: only `set` is kept, or a digest under the configured key. `name!{}` keeps the part before
 *                   the first `=` of each item
 *   name@column     part ids ("1 2 3" or {1,2,3}): the names of these columns of the same object, as a list
 *   name@column:X   the same in the object that the attribute X@CATALOGUE of this row refers to
 *   name@CATALOGUE  the id of another object: its dotted path, as a text; of a part of the same object: its name. An id
 *                   that no file loaded is looked up in the dictionaries; one found nowhere becomes `#id`. 0 is absent
 *   name[]@CATALOGUE  the same for a list of ids; in it 0 is an empty text
 *
 * A dictionary is a file with the directive `dictionary CATALOGUE` and two columns, id and text: names of what is not
 * itself loaded (types, access methods, roles …).
 *
 * A file with the directive `hidden` names what is loaded but no part of the schema, such as what captures statements
 * in the database: `kind`, `schema` and `name`. A row hides the object of that name with its parts; one of the kind
 * `schema` only the schema itself, not what is in it. References to what is hidden still show its path.
 *
 * Directives are lines `-- @directive value` in the file's header; see catalog_file. Lines that end in `--[min..max]`
 * are sent only to servers of these versions; either bound may be missing.
 *
 * Parts whose object was not loaded are dropped: what lives inside an extension's table stays inside the extension.
 */
#ifndef DRIFTLINE_SOURCES_CATALOG_H
#define DRIFTLINE_SOURCES_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "schema/snapshot.h"

enum { CATALOG_LABELS_MAX = 64 }; /* columns of one result */

/* An .sql file as it was embedded. */
struct catalog_file {
    const char *name; /* "column.sql" */
    const char *sql;
};

/* What the header of a file says. Texts point into the file. */
struct catalog_query {
    const struct catalog_file *file;
    enum kind kind;         /* @kind: of all rows; also names the coverage entry when the query fails */
    struct text catalogue;  /* @catalogue: in which the ids of these rows are numbers (pg_class …) */
    struct text part_of;    /* @part_of: the catalogue of part_of_id */
    struct text alias;      /* @alias: the catalogue of alias_id */
    struct text dictionary; /* @dictionary: this file is one */
    bool attach;            /* @attach: rows add attributes to what is loaded elsewhere */
    bool hidden;            /* @hidden: rows name what is no part of the schema */
    bool plain_lines;       /* @plain_lines: a CR before an LF is left out: texts that tools send with either end */
    bool probe;             /* @probe: one row of whatever moves when the schema moves; never loaded */
    bool exact;             /* @probe exact: while it stands still, so does the schema */
    bool server;            /* @server: one row that says what the server is (sources/odbc/dialect.h); never loaded */
    long min_version;       /* @versions MIN..MAX: servers the file is for; others skip it silently */
    long max_version;
};

/* Read the header. A malformed one is ERROR_INTERNAL: the file is ours. */
enum error_code catalog_query_parse(struct catalog_query *ret_query, const struct catalog_file *file,
                                    struct error *error) MUST_CHECK;

/* Append the statement that a server of this version gets: without the lines for other versions. */
void catalog_query_sql(struct buffer *buffer, const struct catalog_query *query, long server_version);

/* Read a list as it is written in a value: `{a,"b c"}`. Malformed text is ERROR_CORRUPT. */
enum error_code catalog_list_parse(struct text value, struct arena *arena, struct text **ret_items, uint32_t *ret_count,
                                   struct error *error) MUST_CHECK;

/* Collects rows and makes objects of them. What it hands over lives in the arena. */
struct catalog;

/* `secret_key` is the key of the digests of secrets; empty: they are only `set`. */
enum error_code catalog_new(struct catalog **ret_catalog, struct arena *arena, struct text secret_key,
                            struct error *error) MUST_CHECK;
void catalog_free(struct catalog *catalog);

/* Announce the columns of the rows that follow. */
enum error_code catalog_begin(struct catalog *catalog, const struct catalog_query *query, const char *const *labels,
                              unsigned label_count, struct error *error) MUST_CHECK;

/* One row; a value whose bytes are NULL is absent. The bytes are copied. */
enum error_code catalog_row(struct catalog *catalog, const struct text *values, struct error *error) MUST_CHECK;

/* Take back all rows of a query that failed half-way. One that failed before its catalog_begin() has none. */
void catalog_drop_rows(struct catalog *catalog, const struct catalog_query *query);

/* Something could not be read. The reason must be short, stable and in our own words. */
enum error_code catalog_add_gap(struct catalog *catalog, enum kind kind, struct text object, const char *reason,
                                struct error *error) MUST_CHECK;

/* Resolve parts, references and attachments, and hand over everything, ready for snapshot_build(). The arrays live in
 * the arena. */
enum error_code catalog_finish(struct catalog *catalog, struct snapshot_input *ret_input,
                               struct error *error) MUST_CHECK;

#endif
