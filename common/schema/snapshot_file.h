/* schema/snapshot_file.h - a snapshot as a file (`.snap`): header, nodes children-first, ids, checksum.
 *
 * The nodes are byte for byte what is hashed, sent and stored. docs/reference/snapshot-file.md is the specification.
 * Reading takes nothing on trust: any change of any byte is found, by the checksum first and by the hashes if somebody
 * corrected the checksum.
 */
#ifndef DRIFTLINE_SCHEMA_SNAPSHOT_FILE_H
#define DRIFTLINE_SCHEMA_SNAPSHOT_FILE_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/file.h"
#include "schema/snapshot.h"

/* Write a whole snapshot, or nothing. */
enum error_code snapshot_file_write(const struct snapshot *snapshot, const char *path, struct error *error) MUST_CHECK;

/* Append the bytes of such a file to a buffer. */
enum error_code snapshot_file_encode(const struct snapshot *snapshot, struct buffer *buffer,
                                     struct error *error) MUST_CHECK;

/* Read a file of at most `size_limit` bytes. A file of a later format is ERROR_UNSUPPORTED and says which. */
enum error_code snapshot_file_read(struct snapshot **ret_snapshot, const char *path, size_t size_limit,
                                   struct error *error) MUST_CHECK;

/* The same from bytes in memory, which are copied. `name` is for messages. */
enum error_code snapshot_file_decode(struct snapshot **ret_snapshot, struct text bytes, const char *name,
                                     struct error *error) MUST_CHECK;

#endif
