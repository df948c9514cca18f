/* base/memory.h - the one door to the heap, so that tests can make any allocation fail.
 *
 * The functions behave like their namesakes of the C library, except that they never allocate zero bytes as NULL.
 * Threads: safe; the failure counter belongs to the calling thread.
 */
#ifndef DRIFTLINE_BASE_MEMORY_H
#define DRIFTLINE_BASE_MEMORY_H

#include <stddef.h>

#include "base/compiler.h"

/* Uninitialised memory of `size` bytes, or NULL. Released with mem_free(). */
void *mem_alloc(size_t size) MUST_CHECK;

/* Grow or shrink; on NULL the old memory is untouched. */
void *mem_realloc(void *memory, size_t size) MUST_CHECK;

/* Release; NULL is fine. */
void mem_free(void *memory);

/* Make the nth allocation of this thread from now on fail, once; 0 means never. For tests. */
void mem_fail_at(unsigned long nth);

#endif
