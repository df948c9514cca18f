/* sources/python/python_child.h - a Python of its own that parses the source and answers with JSON.
 *
 * The interpreter is `python3` of PATH, without a shell, isolated from the user's settings and packages, in a process
 * group of its own that is killed when the time is over. It gets the source on its standard input, so that it opens no
 * file, and what it writes is bounded.
 */
#ifndef DRIFTLINE_SOURCES_PYTHON_CHILD_H
#define DRIFTLINE_SOURCES_PYTHON_CHILD_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "sources/python/python_files.h"

enum { PYTHON_ANSWER_LIMIT = 64 * 1024 * 1024 };

/* Parse the files that were read. Without an interpreter: ERROR_UNSUPPORTED; when the time is over: ERROR_TIMEOUT. */
enum error_code python_child_run(struct buffer *ret_answer, const struct python_files *files,
                                 const struct python_mapping *mapping, unsigned timeout_ms,
                                 struct error *error) MUST_CHECK;

#endif
