/* lint/apply.h - what a step leaves behind: the world after it. */
#ifndef DRIFTLINE_LINT_APPLY_H
#define DRIFTLINE_LINT_APPLY_H

#include "lint/linter.h"

void apply(struct linter *linter, const struct step *step);

#endif
