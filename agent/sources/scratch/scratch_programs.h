/* sources/scratch/scratch_programs.h - where on this machine the programs of a PostgreSQL server are. */
#ifndef DRIFTLINE_SOURCES_SCRATCH_PROGRAMS_H
#define DRIFTLINE_SOURCES_SCRATCH_PROGRAMS_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"

/* Append the folder with `initdb` and `postgres`. `folder`: this one or none; NULL: those of the major version `major`,
 * else the newest of the folders that distributions use, else those in PATH, else where pg_config says. 0: of any
 * version. None is ERROR_NOT_FOUND. */
enum error_code scratch_programs_find(struct buffer *ret_folder, const char *folder, unsigned major,
                                      struct error *error) MUST_CHECK;

#endif
