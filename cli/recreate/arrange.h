/* recreate/arrange.h - the order in which the steps of a script work.
 *
 * Each step comes behind those that make what it names; apart from that in the order of stages. Where steps need each
 * other, one of them first comes as its stand-in: a type as a shell, a view that gives nothing, a function that does
 * nothing. Where none has one, that is a note. The time is that of reading all statements once.
 */
#ifndef DRIFTLINE_RECREATE_ARRANGE_H
#define DRIFTLINE_RECREATE_ARRANGE_H

#include "recreate/making.h"

/* Put the steps in order, as statements in the arena. */
enum error_code arrange(struct making *making, struct recreate_script *ret_script) MUST_CHECK;

#endif
