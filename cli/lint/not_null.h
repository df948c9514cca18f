/* lint/not_null.h - which columns an expression says are not NULL: what PostgreSQL takes a check for proof of. */
#ifndef DRIFTLINE_LINT_NOT_NULL_H
#define DRIFTLINE_LINT_NOT_NULL_H

#include <jansson.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "lint/step.h"

/* Of a parsed expression: `a IS NOT NULL`, also with AND between several. The names live as long as the tree, the list
 * in the arena. */
enum error_code not_null_columns(struct text_span *ret_columns, const json_t *expression, struct arena *arena,
                                 struct error *error) MUST_CHECK;

/* The same of an expression as the server writes it; an odd one says nothing. All in the arena. */
enum error_code not_null_text_columns(struct text_span *ret_columns, struct text expression, struct arena *arena,
                                      struct error *error) MUST_CHECK;

#endif
