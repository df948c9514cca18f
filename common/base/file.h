/* base/file.h - files that are read whole within a limit, and written whole or not at all.
 *
 * Failure messages name the file and the system's reason.
 */
#ifndef DRIFTLINE_BASE_FILE_H
#define DRIFTLINE_BASE_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

/* Read a whole file into the arena; more than `limit` bytes are ERROR_LIMIT, a missing file is ERROR_NOT_FOUND.
 * "-" reads standard input. The bytes are followed by a NUL that the length does not count. */
enum error_code file_read(const char *path, size_t limit, struct arena *arena, struct text *ret_content,
                          struct error *error) MUST_CHECK;

/* A file that comes into being under its name only when it is complete and on disk. */
struct file_writer;

/* Begin a file beside `path`. The mode is the one of an ordinary new file, within the umask. "-" is standard output;
 * that and what is no regular file (a pipe, a device) is written straight to, for nothing may take its place. */
enum error_code file_writer_open(struct file_writer **ret_writer, const char *path, struct error *error) MUST_CHECK;

/* Append. After a failure only file_writer_abort() makes sense. */
enum error_code file_writer_add(struct file_writer *writer, struct text bytes, struct error *error) MUST_CHECK;

/* Flush to disk and take the place of `path`. Frees the writer, also on failure, when nothing was changed. */
enum error_code file_writer_commit(struct file_writer *writer, struct error *error) MUST_CHECK;

/* Throw away what was written. NULL is fine. */
void file_writer_abort(struct file_writer *writer);

/* All of it in one call. */
enum error_code file_write(const char *path, struct text content, struct error *error) MUST_CHECK;

/* The same without waiting for the disk, many times faster where there are many files. Whoever looks sees the old
 * content or the new, unless the power is cut right after: then the file may be empty. For what can be made again. */
enum error_code file_write_soon(const char *path, struct text content, struct error *error) MUST_CHECK;

/* The same as file_write() with mode 0600 from the first byte on, whatever the umask: keys and tokens. */
enum error_code file_write_private(const char *path, struct text content, struct error *error) MUST_CHECK;

#endif
