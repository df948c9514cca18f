/* sources/ddl/ddl_files.h - a file of SQL, or a folder of migrations in the order in which they are applied.
 *
 * A folder is read with those in it. Files end in `.sql`; what begins with a dot is left alone. Their order is that of
 * their paths with numbers read as numbers: `2_b.sql` before `10_a.sql`. Known are the habits of
 *
 *   Flyway          V1.2__x.sql by version, then R__x.sql by description; U1__x.sql undoes, and is left out. The newest
 *                   B3__x.sql stands for all V up to 3. In a folder with such a V, files of other names are left out.
 *   golang-migrate  1_x.up.sql; 1_x.down.sql is left out
 *   Diesel, Prisma  a folder each, with up.sql or migration.sql; down.sql is left out
 *   dbmate, goose, sql-migrate   of a file with `-- migrate:up`, `-- +goose Up` or `-- +migrate Up` only what follows
 *                   it, up to `-- migrate:down` and the like
 *
 * docs/reference/ddl.md tells it to users.
 * Failure: messages name the path.
 */
#ifndef DRIFTLINE_SOURCES_DDL_DDL_FILES_H
#define DRIFTLINE_SOURCES_DDL_DDL_FILES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "sources/scratch/script.h"

enum { DDL_FILES_LIMIT = 100000, DDL_DEPTH_LIMIT = 16 };

struct ddl_files {
    const char **paths; /* in the order in which they are applied */
    size_t count;
};

/* Find them. A folder without any is ERROR_NOT_FOUND. */
enum error_code ddl_files_find(struct ddl_files *ret_files, const char *path, struct arena *arena,
                               struct error *error) MUST_CHECK;

/* Read one; more than `limit` bytes are ERROR_LIMIT. The script is what is to be applied of it. */
enum error_code ddl_file_read(struct script *ret_script, const char *path, size_t limit, struct arena *arena,
                              struct error *error) MUST_CHECK;

/* The part of a text that leads forward: all of it, unless it says otherwise. `ret_line`: the number of its first line.
 */
struct text ddl_forward(struct text sql, unsigned *ret_line);

#endif
