#include "store/rows.h"

#include <string.h>

enum { FIRST_CAPACITY = 16 };

void bind_number_or_null(struct statement *statement, const char *name, int64_t value)
{
    if (value == 0)
        statement_bind_null(statement, name);
    else
        statement_bind_number(statement, name, value);
}

enum error_code row_copy(struct statement *statement, const struct row_text *texts, size_t count, struct arena *arena,
                         struct error *error)
{
    for (size_t i = 0; i < count; i++)
        if (statement_copy(statement, texts[i].column, arena, texts[i].text, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

void *row_list_add(struct row_list *list, struct error *error)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? (size_t)FIRST_CAPACITY : list->capacity * 2;
        void *items = arena_array(list->arena, capacity, list->size);

        if (items == NULL) {
            arena_error(list->arena, error, "reading rows");
            return NULL;
        }
        if (list->count > 0)
            memcpy(items, list->items, list->count * list->size);
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + list->size * list->count++;
}

enum error_code row_list_read(struct row_list *list, struct statement *statement, row_reader *read, struct error *error)
{
    bool found = true;

    while (statement_step(statement, &found, error) == ERROR_NONE && found) {
        void *row = row_list_add(list, error);

        if (row == NULL || read(statement, row, list->arena, error) != ERROR_NONE)
            return error->code;
    }
    return found ? error->code : ERROR_NONE;
}

static enum error_code read_number(struct statement *statement, void *row, struct arena *arena, struct error *error)
{
    (void)arena, (void)error;
    *(int64_t *)row = statement_number(statement, 0);
    return ERROR_NONE;
}

enum error_code row_list_read_numbers(struct row_list *list, struct statement *statement, struct error *error)
{
    return row_list_read(list, statement, read_number, error);
}

enum error_code row_read_number(struct statement *statement, int64_t *ret_number, struct error *error)
{
    bool found = false;

    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    *ret_number = found ? statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

enum error_code row_of_id(const struct row_query *query, int64_t id, void *row, struct arena *arena, bool *ret_found,
                          struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(query->database, query->sql, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", id);
    if (statement_step(statement, ret_found, error) != ERROR_NONE)
        return error->code;
    return *ret_found ? query->read(statement, row, arena, error) : ERROR_NONE;
}

enum error_code row_list_of_ids(struct row_list *list, const struct row_query *query, const int64_t *ids, size_t count,
                                struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        void *row = row_list_add(list, error);
        bool found = false;

        if (row == NULL || row_of_id(query, ids[i], row, list->arena, &found, error) != ERROR_NONE)
            return error->code;
        if (!found)
            list->count--;
    }
    return ERROR_NONE;
}
