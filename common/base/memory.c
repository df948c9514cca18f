#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

static _Thread_local unsigned long until_failure; /* 0: never */

static bool fails_now(void)
{
    return until_failure != 0 && --until_failure == 0;
}

void *mem_alloc(size_t size)
{
    return fails_now() ? NULL : malloc(size == 0 ? 1 : size);
}

void *mem_realloc(void *memory, size_t size)
{
    return fails_now() ? NULL : realloc(memory, size == 0 ? 1 : size);
}

void mem_free(void *memory)
{
    free(memory);
}

void mem_fail_at(unsigned long nth)
{
    until_failure = nth;
}
