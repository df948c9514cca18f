/* lint/translate.h - what a statement does, as steps.
 *
 * Knows how parse trees look; nobody else needs to. Steps live in linter->scratch, as long as the tree.
 */
#ifndef DRIFTLINE_LINT_TRANSLATE_H
#define DRIFTLINE_LINT_TRANSLATE_H

#include <jansson.h>

#include "lint/linter.h"

/* Fill linter->steps with those of a parsed statement. */
void translate(struct linter *linter, const json_t *tree);

#endif
