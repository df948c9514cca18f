/* lint/type_work.h - what the server does to change a column's type: nothing, read every row, or write all of them. */
#ifndef DRIFTLINE_LINT_TYPE_WORK_H
#define DRIFTLINE_LINT_TYPE_WORK_H

#include <stdbool.h>

#include "base/text.h"
#include "lint/rule.h"

/* Types as the server writes them. `is_utc`: the session's time zone is UTC, so that a timestamp is the same with and
 * without a zone. What is not known to be harmless writes all rows. */
enum lint_work type_work(struct text from, struct text to, bool is_utc);

#endif
