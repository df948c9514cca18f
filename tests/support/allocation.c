#include "support/allocation.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "support/cmocka.h"

/* Whether the failure that was ordered has not happened yet: then one of the next `nth` allocations is it. */
static bool failure_still_pending(unsigned long nth)
{
    for (unsigned long i = 0; i < nth; i++) {
        void *memory = mem_alloc(1);
        if (memory == NULL)
            return true;
        mem_free(memory);
    }
    return false;
}

unsigned long test_every_allocation(test_attempt attempt, void *context)
{
    for (unsigned long nth = 1;; nth++) {
        struct error error = {0};
        enum error_code code;
        bool pending;

        mem_fail_at(nth);
        code = attempt(context, &error);
        pending = failure_still_pending(nth);
        mem_fail_at(0);
        if (code == ERROR_NONE) {
            if (!pending)
                fail_msg("allocation %lu failed, and nobody noticed", nth);
            assert_true(nth > 1);
            return nth - 1;
        }
        if (code != ERROR_MEMORY || error.code != code || strstr(error.message, "memory") == NULL)
            fail_msg("allocation %lu failed: got '%s', '%s'", nth, error_name(code), error.message);
    }
}
