/* base/arena.h - memory that lives exactly as long as one unit of work.
 *
 * One schema read, one received message or one HTTP request gets one arena. Everything made for it comes from that
 * arena and goes away in arena_free(); nothing inside is freed alone.
 *
 * Failure: arena_alloc() returns NULL when memory or the arena's limit runs out; arena_error() tells which.
 * Threads: an arena belongs to one thread at a time; there is no locking.
 * With the build option DRIFTLINE_ARENA_SEPARATE each allocation is a block of its own, so that ASan sees overruns.
 */
#ifndef DRIFTLINE_BASE_ARENA_H
#define DRIFTLINE_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first; the layout is private to arena.c */
    size_t used;                /* bytes handed out, never more than limit */
    size_t limit;               /* fixed by arena_init() */
    bool over_limit;            /* the last failure was the limit, not the machine's memory */
};

/* Start an empty arena that hands out at most `limit` bytes. Cannot fail. */
void arena_init(struct arena *arena, size_t limit);

/* Zeroed, maximally aligned memory that lives until arena_free(). */
void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK;

/* `count` elements of `size` bytes; NULL also when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size) MUST_CHECK;

/* Copies of bytes that live as long as the arena. arena_string() adds the NUL that a text lacks. NULL on failure. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length) MUST_CHECK;
char *arena_string(struct arena *arena, struct text text) MUST_CHECK;

/* A formatted, NUL-terminated string, or NULL. */
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) MUST_CHECK;

/* What to report after one of the functions above answered NULL: the limit, or memory. */
enum error_code arena_error(const struct arena *arena, struct error *error, const char *doing);

/* Release everything. The arena is empty afterwards and can be used again. */
void arena_free(struct arena *arena);

/* The same, and nothing that was in it can be read in memory afterwards: for secrets. */
void arena_erase(struct arena *arena);

#endif
