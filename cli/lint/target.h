/* lint/target.h - a step held against what is there, and against what consumers need. */
#ifndef DRIFTLINE_LINT_TARGET_H
#define DRIFTLINE_LINT_TARGET_H

#include "lint/linter.h"

/* Say what is not there, or there already, and which contracts break. Before the step is applied. */
void target_check(struct linter *linter, const struct step *step);

/* Hold the names that a step gives against the configuration. */
void names_check(struct linter *linter, const struct step *step);

#endif
