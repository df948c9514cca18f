#include "event/change_groups.h"

#include <stdlib.h>
#include <string.h>

#include "drift/severity.h"

static struct change_group *add_group(struct change_groups *groups, struct arena *arena,
                                      const struct change_groups_item *item)
{
    if (groups->count == groups->room) {
        uint32_t room = groups->room == 0 ? 8 : groups->room * 2;
        struct change_group *list = arena_array(arena, room, sizeof *list);

        if (list == NULL)
            return NULL;
        if (groups->count > 0)
            memcpy(list, groups->list, groups->count * sizeof *list);
        groups->list = list;
        groups->room = room;
    }
    groups->list[groups->count] = (struct change_group){.effect = item->effect,
                                                        .kind = item->kind,
                                                        .object_kind = item->object_kind,
                                                        .aspect = item->aspect,
                                                        .severity = item->severity,
                                                        .place = groups->count};
    return &groups->list[groups->count++];
}

static struct change_group *find_group(struct change_groups *groups, struct arena *arena,
                                       const struct change_groups_item *item)
{
    for (uint32_t i = 0; i < groups->count; i++) {
        struct change_group *group = &groups->list[i];

        if (group->effect == item->effect && group->kind == item->kind && group->object_kind == item->object_kind &&
            group->aspect == item->aspect)
            return group;
    }
    return add_group(groups, arena, item);
}

/* ---- which objects were met ---- */

/* FNV-1a: what collides is an object that is not counted, which nobody gains by. */
static uint64_t hash_of(uint32_t place, struct text owner)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ place;

    for (size_t i = 0; i < owner.length; i++)
        hash = (hash ^ (unsigned char)owner.bytes[i]) * UINT64_C(0x100000001b3);
    return hash == 0 ? 1 : hash;
}

/* True when it is new; there is room. */
static bool put_owner(uint64_t *owners, uint32_t room, uint64_t hash)
{
    uint64_t at = (hash ^ (hash >> 32)) & (room - 1);

    while (owners[at] != 0 && owners[at] != hash)
        at = (at + 1) & (room - 1);
    if (owners[at] == hash)
        return false;
    owners[at] = hash;
    return true;
}

static bool make_room(struct change_groups *groups, struct arena *arena)
{
    uint32_t room = groups->owner_room == 0 ? 64 : groups->owner_room * 2;
    uint64_t *owners;

    if (groups->owner_count * 2 < groups->owner_room)
        return true;
    owners = arena_array(arena, room, sizeof *owners);
    if (owners == NULL)
        return false;
    memset(owners, 0, room * sizeof *owners);
    for (uint32_t i = 0; i < groups->owner_room; i++)
        if (groups->owners[i] != 0)
            put_owner(owners, room, groups->owners[i]);
    groups->owners = owners;
    groups->owner_room = room;
    return true;
}

bool change_groups_add(struct change_groups *groups, struct arena *arena, const struct change_groups_item *item)
{
    struct change_group *group = find_group(groups, arena, item);

    if (group == NULL)
        return false;
    if (group->count < CHANGE_GROUP_NAMES)
        group->names[group->count] = item->object;
    group->count++;
    if (item->severity > group->severity)
        group->severity = item->severity;
    if (item->kind == item->object_kind)
        return true;
    if (!make_room(groups, arena))
        return false;
    if (put_owner(groups->owners, groups->owner_room, hash_of(group->place, item->owner))) {
        groups->owner_count++;
        group->objects++;
    }
    return true;
}

/* ---- into an event ---- */

static int compare_groups(const void *a, const void *b)
{
    const struct change_group *first = a, *second = b;

    if (first->severity != second->severity)
        return first->severity > second->severity ? -1 : 1;
    if (first->count != second->count)
        return first->count > second->count ? -1 : 1;
    return first->place < second->place ? -1 : first->place > second->place;
}

static json_t *names_value(struct json_builder *builder, const struct change_group *group)
{
    json_t *names = json_builder_array(builder);

    for (uint32_t i = 0; i < group->count; i++)
        json_builder_append(builder, names, json_builder_text(builder, group->names[i]));
    return names;
}

static json_t *group_value(struct json_builder *builder, const struct change_group *group)
{
    json_t *value = json_builder_object(builder);

    json_builder_set(builder, value, "effect", json_builder_string(builder, effect_name(group->effect)));
    json_builder_set(builder, value, "kind", json_builder_string(builder, kind_name(group->kind)));
    json_builder_set(builder, value, "aspect", json_builder_string(builder, aspect_name(group->aspect)));
    json_builder_set(builder, value, "count", json_builder_number(builder, group->count));
    if (group->objects > 0) {
        json_builder_set(builder, value, "objects", json_builder_number(builder, group->objects));
        json_builder_set(builder, value, "objects_kind", json_builder_string(builder, kind_name(group->object_kind)));
    }
    json_builder_set(builder, value, "severity", json_builder_string(builder, severity_name(group->severity)));
    if (group->count <= CHANGE_GROUP_NAMES)
        json_builder_set(builder, value, "names", names_value(builder, group));
    return value;
}

void change_groups_set(struct json_builder *builder, json_t *object, struct change_groups *groups)
{
    json_t *list = json_builder_array(builder);
    uint32_t ungrouped = 0;

    if (groups->count > 1)
        qsort(groups->list, groups->count, sizeof *groups->list, compare_groups);
    for (uint32_t i = 0; i < groups->count; i++)
        if (i < CHANGE_GROUPS_LIMIT)
            json_builder_append(builder, list, group_value(builder, &groups->list[i]));
        else
            ungrouped += groups->list[i].count;
    json_builder_set(builder, object, "groups", list);
    if (ungrouped > 0)
        json_builder_set(builder, object, "ungrouped", json_builder_number(builder, ungrouped));
}
