#include "correlate/history.h"

#include <inttypes.h>

enum error_code history_origin(struct database *database, int64_t target, struct arena *arena, struct text *ret_origin,
                               struct error *error)
{
    struct text store;
    char *origin;

    if (store_id(database, arena, &store, error) != ERROR_NONE)
        return error->code;
    origin = arena_printf(arena, "driftline:%.*s:%" PRId64, TEXT_ARGS(store), target);
    if (origin == NULL)
        return arena_error(arena, error, "naming a history");
    *ret_origin = text_from(origin);
    return ERROR_NONE;
}
