#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { ALIGNMENT = alignof(max_align_t), FIRST_BLOCK = 4 * 1024, LARGEST_BLOCK = 1024 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t size; /* of the bytes that follow */
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena, size_t limit)
{
    *arena = (struct arena){.limit = limit};
}

/* Blocks double, so that small work stays small and large work needs few of them. */
static struct arena_block *add_block(struct arena *arena, size_t needed)
{
    size_t size = arena->blocks == NULL ? (size_t)FIRST_BLOCK : arena->blocks->size * 2;
    struct arena_block *block;

#ifdef DRIFTLINE_ARENA_SEPARATE
    size = needed;
#endif
    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < needed)
        size = needed;
    if (size > SIZE_MAX - sizeof *block)
        return NULL;
    block = mem_alloc(sizeof *block + size);
    if (block == NULL)
        return NULL;
    *block = (struct arena_block){.next = arena->blocks, .size = size};
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    struct arena_block *block = arena->blocks;
    void *memory;

    if (rounded < size || rounded > arena->limit - arena->used) {
        arena->over_limit = true;
        return NULL;
    }
    if (block == NULL || rounded > block->size - block->used) {
        block = add_block(arena, rounded);
        if (block == NULL) {
            arena->over_limit = false;
            return NULL;
        }
    }
    memory = block->bytes + block->used;
    block->used += rounded;
    arena->used += rounded;
    return memset(memory, 0, rounded);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        arena->over_limit = true;
        return NULL;
    }
    return arena_alloc(arena, count * size);
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length)
{
    char *copy = arena_alloc(arena, length);

    if (copy != NULL && length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_string(struct arena *arena, struct text text)
{
    char *copy = text.length == SIZE_MAX ? NULL : arena_alloc(arena, text.length + 1);

    if (copy != NULL && text.length > 0)
        memcpy(copy, text.bytes, text.length);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    char *string;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        return NULL;
    string = arena_alloc(arena, (size_t)length + 1);
    if (string != NULL) {
        va_start(arguments, format);
        vsnprintf(string, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    return string;
}

enum error_code arena_error(const struct arena *arena, struct error *error, const char *doing)
{
    if (!arena->over_limit)
        return error_memory(error, doing);
    return error_set(error, ERROR_LIMIT, "%s needs more than the memory limit of %zu MiB", doing,
                     arena->limit / (1024 * 1024));
}

void arena_free(struct arena *arena)
{
    struct arena_block *block = arena->blocks;

    while (block != NULL) {
        struct arena_block *next = block->next;
        mem_free(block);
        block = next;
    }
    arena_init(arena, arena->limit);
}

void arena_erase(struct arena *arena)
{
    for (struct arena_block *block = arena->blocks; block != NULL; block = block->next)
        explicit_bzero(block->bytes, block->used);
    arena_free(arena);
}
