/* lint/check.h - the conditions of the rules: one small function for each question that lint_rules.def asks.
 *
 * A condition says whether a rule holds for a step. What it knows beyond that, it leaves with linter_detail().
 */
#ifndef DRIFTLINE_LINT_CHECK_H
#define DRIFTLINE_LINT_CHECK_H

#include "lint/linter.h"
#include "lint/step.h"

#define RULE(symbol, id, group, level, on, first, last, lock, work, message, why, instead)
#define WHEN(when, condition) bool check_##condition(struct linter *linter, const struct step *step);
#include "lint/lint_rules.def"
#undef RULE
#undef WHEN

#endif
