/* lint/dependents.h - who in the target names what is to go: views and functions by their texts, foreign keys by what
 * they refer to.
 *
 * A snapshot does not say what a view depends on; its text does, word by word. So a view counts as reading a column
 * when it has the words of both the table and the column in it.
 */
#ifndef DRIFTLINE_LINT_DEPENDENTS_H
#define DRIFTLINE_LINT_DEPENDENTS_H

#include "lint/linter.h"

/* Say what in the target still uses the relation, column or function that a step takes away. */
void dependents_check(struct linter *linter, const struct step *step);

#endif
