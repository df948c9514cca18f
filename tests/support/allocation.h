/* support/allocation.h - shows that a piece of work survives the failure of each of its allocations.
 *
 * The work runs again and again: first with its first allocation failing, then with its second, until none is left to
 * fail. In the sanitizer build this also shows that no failing path leaks.
 */
#ifndef DRIFTLINE_TEST_ALLOCATION_H
#define DRIFTLINE_TEST_ALLOCATION_H

#include "base/error.h"

/* One attempt: do the work, check what it left behind, release everything, and answer how it ended. */
typedef enum error_code (*test_attempt)(void *context, struct error *error);

/* Fails the calling test unless every failure is ERROR_MEMORY with a message, and none was passed over in silence.
 * Answers the number of allocations that were made to fail; it is at least 1. */
unsigned long test_every_allocation(test_attempt attempt, void *context);

#endif
