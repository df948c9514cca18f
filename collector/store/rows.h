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

/* What makes an element, zeroed before, of the row that a statement stands on. */
typedef enum error_code row_reader(struct statement *statement, void *row, struct arena *arena, struct error *error);

/* Add all rows of a statement whose values are bound; and the same of numbers, the first column of each. */
enum error_code row_list_read(struct row_list *list, struct statement *statement, row_reader *read,
                              struct error *error) MUST_CHECK;
enum error_code row_list_read_numbers(struct row_list *list, struct statement *statement,
                                      struct error *error) MUST_CHECK;

/* The first column of the first row of a statement whose values are bound; 0 when there is no row. */
enum error_code row_read_number(struct statement *statement, int64_t *ret_number, struct error *error) MUST_CHECK;

/* What selects one row by `:id`. */
struct row_query {
    struct database *database;
    const char *sql;
    row_reader *read;
};
enum error_code row_of_id(const struct row_query *query, int64_t id, void *row, struct arena *arena, bool *ret_found,
                          struct error *error) MUST_CHECK;

/* Add the rows of some numbers; one that is there no more is left out. */
enum error_code row_list_of_ids(struct row_list *list, const struct row_query *query, const int64_t *ids, size_t count,
                                struct error *error) MUST_CHECK;

#endif
