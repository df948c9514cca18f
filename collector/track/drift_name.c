#include "track/drift_name.h"

#include "drift/pairing.h"
#include "store/pairs.h"

enum error_code step_renames_of(struct step_renames *ret_renames, const struct correlating *correlating,
                                const struct change *changes, uint32_t count, int side)
{
    struct step_renames renames = {.side = side};
    const struct change **items;
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++)
        found += changes[i].effect == EFFECT_RENAMED;
    items = arena_array(correlating->arena, found, sizeof(*items));
    if (items == NULL)
        return correlating_no_memory(correlating);
    for (uint32_t i = 0; i < count; i++)
        if (changes[i].effect == EFFECT_RENAMED)
            items[renames.count++] = &changes[i];
    renames.items = items;
    *ret_renames = renames;
    return ERROR_NONE;
}

/* ---- names within names ---- */

static bool is_part(const struct drift_row *drift)
{
    return drift->kind != drift->object_kind;
}

/* The part's own name, without its owner's and the dot. */
static struct text part_name(struct text object, struct text owner)
{
    if (object.length <= owner.length + 1 || !text_starts_with(object, owner))
        return object;
    return (struct text){object.bytes + owner.length + 1, object.length - owner.length - 1};
}

static enum error_code join(const struct correlating *correlating, struct text first, struct text second,
                            struct text *ret_text)
{
    char *joined = arena_alloc(correlating->arena, first.length + second.length + 1);

    if (joined == NULL)
        return correlating_no_memory(correlating);
    if (first.length > 0)
        memcpy(joined, first.bytes, first.length);
    joined[first.length] = '.';
    if (second.length > 0)
        memcpy(joined + first.length + 1, second.bytes, second.length);
    *ret_text = (struct text){joined, first.length + 1 + second.length};
    return ERROR_NONE;
}

/* What the thing is called on both sides: `objects` of a part without its owner's name. */
static struct drift_names split(const struct drift_row *drift)
{
    struct text owner_before = drift->owner_before.length > 0 ? drift->owner_before : drift->owner;
    struct text before = drift->renamed_from;
    int to = pair_reads_to(drift->instance), from = 1 - to;
    struct drift_names names;

    names.owners[to] = drift->owner;
    names.owners[from] = owner_before;
    names.objects[to] = is_part(drift) ? part_name(drift->object, drift->owner) : drift->owner;
    names.objects[from] = !is_part(drift)     ? owner_before
                          : before.length > 0 ? part_name(before, owner_before)
                                              : names.objects[to];
    return names;
}

/* ---- what a step makes of them ---- */

/* In double quotes, or up to the dot. */
struct text drift_name_schema(struct text path)
{
    size_t end = 0;
    bool quoted = false;

    for (; end < path.length && (quoted || path.bytes[end] != '.'); end++)
        quoted ^= path.bytes[end] == '"';
    return (struct text){path.bytes, end};
}

static const struct change *find_rename(const struct step_renames *renames, enum kind kind, struct text from)
{
    for (uint32_t i = 0; i < renames->count; i++)
        if (renames->items[i]->kind == kind && text_equal(renames->items[i]->renamed_from, from))
            return renames->items[i];
    return NULL;
}

/* An object's path after the step: renamed itself, or with its schema. */
static enum error_code follow_object(const struct correlating *correlating, const struct step_renames *renames,
                                     enum kind kind, struct text *path)
{
    const struct change *rename = find_rename(renames, kind, *path);
    struct text schema;

    if (rename != NULL) {
        *path = rename->object;
        return ERROR_NONE;
    }
    if (!pairing_has_schema(kind))
        return ERROR_NONE;
    schema = drift_name_schema(*path);
    rename = schema.length < path->length ? find_rename(renames, KIND_SCHEMA, schema) : NULL;
    if (rename == NULL)
        return ERROR_NONE;
    return join(correlating, rename->object,
                (struct text){path->bytes + schema.length + 1, path->length - schema.length - 1}, path);
}

/* A part's own name after the step. Its rename speaks of it under its owner's old name. */
static enum error_code follow_part(const struct correlating *correlating, const struct step_renames *renames,
                                   enum kind kind, struct text owner, struct text *name)
{
    const struct change *rename;
    struct text path;

    if (join(correlating, owner, *name, &path) != ERROR_NONE)
        return correlating->error->code;
    rename = find_rename(renames, kind, path);
    if (rename != NULL)
        *name = part_name(rename->object, rename->owner);
    return ERROR_NONE;
}

/* Put the names of parts behind those of their owners. */
static enum error_code finish(const struct correlating *correlating, const struct drift_row *drift,
                              struct drift_names *names)
{
    int to = pair_reads_to(drift->instance);
    int first = drift->effect == EFFECT_REMOVED ? 1 - to : to; /* if it is there on one side only, on that */

    names->shown[0] = names->objects[first];
    names->shown[1] = names->objects[1 - first];
    if (!is_part(drift))
        return ERROR_NONE;
    for (int side = 0; side < 2; side++)
        if (join(correlating, names->owners[to], names->shown[side], &names->shown[side]) != ERROR_NONE ||
            join(correlating, names->owners[side], names->objects[side], &names->objects[side]) != ERROR_NONE)
            return correlating->error->code;
    return ERROR_NONE;
}

enum error_code drift_names_now(struct drift_names *ret_names, const struct correlating *correlating,
                                const struct drift_row *drift)
{
    *ret_names = split(drift);
    return finish(correlating, drift, ret_names);
}

enum error_code drift_names_after(struct drift_names *ret_names, const struct correlating *correlating,
                                  const struct drift_row *drift, const struct step_renames *renames)
{
    struct drift_names names = split(drift);
    struct text *object = &names.objects[renames->side], *owner = &names.owners[renames->side];

    if (is_part(drift) && follow_part(correlating, renames, drift->kind, *owner, object) != ERROR_NONE)
        return correlating->error->code;
    if (follow_object(correlating, renames, drift->object_kind, owner) != ERROR_NONE)
        return correlating->error->code;
    if (!is_part(drift))
        *object = *owner;
    *ret_names = names;
    return finish(correlating, drift, ret_names);
}
