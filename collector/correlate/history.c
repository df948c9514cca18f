#include "correlate/history.h"

#include <inttypes.h>

#include "store/snapshots.h"

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

/* What names all histories of a database. No target's origin looks like it: those end in a number alone. */
static enum error_code database_origin(struct database *database, struct text name, struct arena *arena,
                                       struct text *ret_origin, struct error *error)
{
    struct text store;
    char *origin;

    if (store_id(database, arena, &store, error) != ERROR_NONE)
        return error->code;
    origin = arena_printf(arena, "driftline:%.*s:database:%.*s", TEXT_ARGS(store), TEXT_ARGS(name));
    if (origin == NULL)
        return arena_error(arena, error, "naming a history");
    *ret_origin = text_from(origin);
    return ERROR_NONE;
}

/* Renames of both snapshots are needed to compare ids within one history, so the newer one's lineage serves both. */
static enum error_code identify_one(struct database *database, const struct history_place places[2],
                                    struct arena *arena, struct error *error)
{
    int64_t newest = places[0].number > places[1].number ? places[0].number : places[1].number;
    struct lineage lineage;
    struct text origin;

    if (history_origin(database, places[0].target, arena, &origin, error) != ERROR_NONE ||
        snapshots_lineage(database, places[0].target, newest, arena, &lineage, error) != ERROR_NONE)
        return error->code;
    for (unsigned i = 0; i < 2; i++)
        if (lineage_assign(places[i].snapshot, &lineage, places[i].number, origin, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

enum error_code history_identify(struct database *database, struct text name, const struct history_place places[2],
                                 struct arena *arena, struct error *error)
{
    struct text origin;

    if (places[0].target == places[1].target)
        return identify_one(database, places, arena, error);
    if (database_origin(database, name, arena, &origin, error) != ERROR_NONE)
        return error->code;
    for (unsigned i = 0; i < 2; i++) {
        const struct history_place *place = &places[i];
        struct lineage lineage;

        if (snapshots_lineage(database, place->target, place->number, arena, &lineage, error) != ERROR_NONE ||
            lineage_assign(place->snapshot, &lineage, place->number, origin, error) != ERROR_NONE)
            return error->code;
        place->snapshot->info.akin = true;
    }
    return ERROR_NONE;
}
