/* lint/type_rewrite.h - whether the server writes all rows anew to change a column's type. */
#ifndef DRIFTLINE_LINT_TYPE_REWRITE_H
#define DRIFTLINE_LINT_TYPE_REWRITE_H

#include <stdbool.h>

#include "base/text.h"

/* Types as the server writes them, without domains. `is_utc`: the session's time zone is UTC, so that a timestamp is
 * the same with and without a zone. What is not known to be harmless rewrites. */
bool type_rewrites(struct text from, struct text to, bool is_utc);

#endif
