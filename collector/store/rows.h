/* store/rows.h - what reading and writing rows has in common in this folder; nobody else includes it. */
#ifndef DRIFTLINE_STORE_ROWS_H
#define DRIFTLINE_STORE_ROWS_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "storage/database.h"

/* For a column that may not be NULL. */
static inline struct text text_or_empty(struct text text)
{
    return text.bytes == NULL ? TEXT("") : text;
}

/* For a column in which NULL stands for nothing. */
static inline struct text text_or_null(struct text text)
{
    return text.length == 0 ? (struct text){NULL, 0} : text;
}

/* Bind 0 as NULL. */
void bind_number_or_null(struct statement *statement, const char *name, int64_t value);

/* Copy texts of the row into the arena. */
struct row_text {
    int column;
    struct text *text;
};
enum error_code row_copy(struct statement *statement, const struct row_text *texts, size_t count, struct arena *arena,
                         struct error *error) MUST_CHECK;

/* An array in an arena that grows while rows are read. */
struct row_list {
    struct arena *arena;
    size_t size; /* of an element */
    void *items;
    size_t count;
    size_t capacity;
};

/* A new zeroed element at the end, valid until the next; NULL with the error set. */
void *row_list_add(struct row_list *list, struct error *error) MUST_CHECK;

#endif
