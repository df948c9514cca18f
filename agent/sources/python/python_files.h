/* sources/python/python_files.h - the Python files below a folder: which there are, and what is in them.
 *
 * Left out are hidden folders, `__pycache__`, `site-packages`, `node_modules`, virtual environments (folders with a
 * `pyvenv.cfg`), what the mapping file excludes, and whatever is no regular file: links are not followed. The order is
 * that of the names. A path that names a file is that file alone.
 *
 * Ownership: everything lives in the arena.
 */
#ifndef DRIFTLINE_SOURCES_PYTHON_FILES_H
#define DRIFTLINE_SOURCES_PYTHON_FILES_H

#include <stdint.h>
#include <time.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "sources/python/python_mapping.h"

enum {
    PYTHON_FILES_LIMIT = 20000,
    PYTHON_FILE_BYTES = 4 * 1024 * 1024,   /* of one file */
    PYTHON_TOTAL_BYTES = 64 * 1024 * 1024, /* of all */
    PYTHON_DEPTH_LIMIT = 64                /* folders in folders */
};

struct python_file {
    const char *path; /* below the folder, with slashes */
    uint64_t inode;
    uint64_t size;
    struct timespec modified;
    struct text content; /* once it is read */
};

struct python_files {
    const char *folder; /* in which all of them are */
    struct python_file *files;
    uint32_t count;
    uint32_t capacity;
    uint64_t bytes; /* that were read */
};

/* The folder of a path: itself, or the one that the file is in. NULL: no memory. */
const char *python_files_folder(const char *path, struct arena *arena);

/* Find the files. None at all is ERROR_NOT_FOUND. */
enum error_code python_files_find(struct python_files *ret_files, const char *path,
                                  const struct python_mapping *mapping, struct arena *arena,
                                  struct error *error) MUST_CHECK;

/* Read them all; one that has gone in the meantime is ERROR_UNSTABLE. */
enum error_code python_files_read(struct python_files *files, struct arena *arena, struct error *error) MUST_CHECK;

#endif
