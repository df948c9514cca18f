/* lint/later.h - what can only be said when all files were read: a table that got no key, a constraint that nobody
 * validated, a foreign key without an index, row security without a policy. */
#ifndef DRIFTLINE_LINT_LATER_H
#define DRIFTLINE_LINT_LATER_H

#include "lint/linter.h"

/* Remember a step that may need something that comes later. After it was applied. */
void later_remember(struct linter *linter, const struct step *step);

/* All files were read. */
void later_judge(struct linter *linter);

#endif
