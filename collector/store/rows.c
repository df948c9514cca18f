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
