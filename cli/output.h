/* cli/output.h - where results go: standard output, or a file that is complete or not there. */
#ifndef DRIFTLINE_CLI_OUTPUT_H
#define DRIFTLINE_CLI_OUTPUT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"

/* Write what a buffer holds; `path` NULL or "-" is standard output. That its reader has gone away is no failure, that
 * the disk is full is one. A buffer that ran out of memory is ERROR_MEMORY. */
enum error_code output_write(const char *path, const struct buffer *content, struct error *error) MUST_CHECK;

/* Whether standard output is a pipe that nobody reads any more. */
bool output_has_no_reader(void);

#endif
