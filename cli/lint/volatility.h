/* lint/volatility.h - whether a default is the same for all rows, so that the server need not write them. */
#ifndef DRIFTLINE_LINT_VOLATILITY_H
#define DRIFTLINE_LINT_VOLATILITY_H

#include <stdbool.h>

#include <jansson.h>

#include "lint/world.h"

/* Whether a default may have another value for each row. What a function does that nobody knows, may be anything;
 * `ret_function` is the name of the one that decided. */
bool volatility_of(struct world *world, const json_t *expression, struct text *ret_function);

/* Functions of the server that are the same for all rows; NULL from the end on. For tests. */
const char *volatility_steady(size_t number);

#endif
