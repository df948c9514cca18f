/* sources/python/python_classes.h - what the child found (python_child.h), as objects.
 *
 * The answer is foreign: it is read as JSON, and whatever is not as it should be is ERROR_CORRUPT. A mistake in the
 * source is ERROR_CONFIG, and the message begins with FILE:LINE:COLUMN.
 */
#ifndef DRIFTLINE_SOURCES_PYTHON_CLASSES_H
#define DRIFTLINE_SOURCES_PYTHON_CLASSES_H

#include "base/compiler.h"
#include "base/error.h"
#include "sources/declared.h"

/* `folder` is put in front of the names of files. `ret_version` is the interpreter's. */
enum error_code python_classes_read(struct declared *declared, struct text *ret_version, struct text answer,
                                    const char *folder, struct error *error) MUST_CHECK;

#endif
