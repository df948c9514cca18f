#include "publish/publish_place.h"

#include <stdlib.h>
#include <string.h>

#include "publish/publish_files.h"

struct publish_known {
    struct git_id id;
    struct text content;
};

static enum error_code read_nothing(void *context, struct text path, size_t limit, struct arena *arena,
                                    struct text *ret_content, struct error *error)
{
    (void)context;
    (void)limit;
    (void)arena;
    (void)ret_content;
    return error_set(error, ERROR_NOT_FOUND, "there is no '%.*s'", TEXT_ARGS(path));
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct publish_known *)a)->id.digits, ((const struct publish_known *)b)->id.digits);
}

/* What there would be in a place that has nothing yet. */
enum error_code publish_place_init(struct publish_place *place, const struct publish_content *content,
                                   const struct git_id *example, struct arena *arena, struct error *error)
{
    static const struct tree_place nowhere = {.read = read_nothing};
    struct publish_known *known;
    struct publish_files files;

    if (publish_files_make(&files, content, &nowhere, arena, error) != ERROR_NONE)
        return error->code;
    known = arena_array(arena, files.plan.count, sizeof *known);
    if (known == NULL)
        return arena_error(arena, error, "comparing what is to be published");
    for (size_t i = 0; i < files.plan.count; i++) {
        known[i].content = files.plan.steps[i].after;
        if (git_id_of_file(&known[i].id, known[i].content, example, error) != ERROR_NONE)
            return error->code;
    }
    if (files.plan.count > 1)
        qsort(known, files.plan.count, sizeof *known, by_id);
    place->known = known;
    place->known_count = files.plan.count;
    return ERROR_NONE;
}

static const struct publish_known *find_known(const struct publish_place *place, const struct git_id *id)
{
    const struct publish_known wanted = {.id = *id};

    return place->known_count == 0 ? NULL : bsearch(&wanted, place->known, place->known_count, sizeof wanted, by_id);
}

static enum error_code read_file(void *context, struct text path, size_t limit, struct arena *arena,
                                 struct text *ret_content, struct error *error)
{
    const struct publish_place *place = context;
    const struct publish_known *known;
    struct publish_blob blob;

    (void)arena; /* the host has the same */
    if (place->host->find(place->state, place->side, path, &blob, error) != ERROR_NONE)
        return error->code;
    if (!blob.is_file)
        return error_set(error, ERROR_CONFLICT, "'%.*s' in the repository is no file", TEXT_ARGS(path));
    if (blob.size > limit)
        return error_set(error, ERROR_LIMIT, "'%.*s' in the repository is larger than %zu bytes", TEXT_ARGS(path),
                         limit);
    known = find_known(place, &blob.id);
    if (known == NULL)
        return place->host->read(place->state, &blob.id, limit, ret_content, error);
    *ret_content = known->content;
    return ERROR_NONE;
}

struct tree_place publish_place_of(struct publish_place *place)
{
    return (struct tree_place){.read = read_file, .context = place};
}
