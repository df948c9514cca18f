/* lint/recall.h - drops that are taken back: a view that the same transaction makes anew was replaced, not dropped. */
#ifndef DRIFTLINE_LINT_RECALL_H
#define DRIFTLINE_LINT_RECALL_H

#include "lint/linter.h"

/* Remember the findings of a step from `first` on, if making the same thing again would answer them. */
void recall_remember(struct linter *linter, const struct step *step, size_t first);

/* A step makes something: withdraw what was said of its going. */
void recall_made(struct linter *linter, const struct step *step);

#endif
