#include "lint/world.h"

#include "base/hash.h"
#include "lint/world_table.h"

static const char doing[] = "following migrations";

enum { FIRST_SLOTS = 256, FIRST_ROOM = 8 };

struct world_slot {
    struct text key; /* class, schema, a zero byte, name */
    void *value;
    uint64_t mark;
};

void world_fail(struct world *world)
{
    if (world->code == ERROR_NONE)
        world->code = arena_error(world->arena, world->error, doing);
}

struct text world_text(struct world *world, struct text text)
{
    char *copy = arena_copy(world->arena, text.length == 0 ? "" : text.bytes, text.length);

    if (copy == NULL) {
        world_fail(world);
        return (struct text){"", 0};
    }
    return (struct text){copy, text.length};
}

struct text_span world_span(struct world *world, struct text_span span)
{
    struct text *items = arena_array(world->arena, span.count, sizeof *items);

    if (items == NULL) {
        world_fail(world);
        return (struct text_span){NULL, 0};
    }
    for (size_t i = 0; i < span.count; i++)
        items[i] = world_text(world, span.items[i]);
    return (struct text_span){items, span.count};
}

struct text world_path(struct world *world, struct text schema, struct text name)
{
    struct path path = {2, {schema, name}};

    buffer_reset(&world->scratch);
    path_write(&world->scratch, KIND_TABLE, &path);
    if (world->scratch.failed)
        world_fail(world);
    return world_text(world, buffer_text(&world->scratch));
}

bool world_grow(struct world *world, void *items, size_t count, size_t *room, size_t size)
{
    size_t more = *room == 0 ? FIRST_ROOM : *room * 2;

    void *list, *larger;

    if (count < *room)
        return true;
    larger = arena_array(world->arena, more, size);
    if (larger == NULL) {
        world_fail(world);
        return false;
    }
    memcpy(&list, items, sizeof list);
    if (count > 0)
        memcpy(larger, list, count * size);
    memcpy(items, &larger, sizeof larger);
    *room = more;
    return true;
}

/* ---- the table of names ---- */

static uint64_t mark_of(struct text key)
{
    uint64_t mark = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < key.length; i++)
        mark = (mark ^ (unsigned char)key.bytes[i]) * UINT64_C(1099511628211);
    return mark;
}

static struct world_slot *find_slot(struct world_slot *slots, size_t count, struct text key, uint64_t mark)
{
    size_t at = (size_t)mark & (count - 1);

    while (slots[at].key.length > 0 && !(slots[at].mark == mark && text_equal(slots[at].key, key)))
        at = (at + 1) & (count - 1);
    return &slots[at];
}

static bool make_room(struct world *world)
{
    size_t count = world->slot_count == 0 ? FIRST_SLOTS : world->slot_count * 2;
    struct world_slot *slots;

    if (world->used * 2 < world->slot_count)
        return true;
    slots = arena_array(world->arena, count, sizeof *slots);
    if (slots == NULL) {
        world_fail(world);
        return false;
    }
    for (size_t i = 0; i < world->slot_count; i++)
        if (world->slots[i].key.length > 0)
            *find_slot(slots, count, world->slots[i].key, world->slots[i].mark) = world->slots[i];
    world->slots = slots;
    world->slot_count = count;
    return true;
}

void **world_slot_of(struct world *world, char class, struct text schema, struct text name)
{
    struct world_slot *slot;
    struct text key;
    uint64_t mark;

    if (world->code != ERROR_NONE || !make_room(world))
        return NULL;
    buffer_reset(&world->scratch);
    buffer_add_byte(&world->scratch, (uint8_t) class);
    buffer_add_text(&world->scratch, schema);
    buffer_add_byte(&world->scratch, 0);
    buffer_add_text(&world->scratch, name);
    if (world->scratch.failed) {
        world_fail(world);
        return NULL;
    }
    key = buffer_text(&world->scratch);
    mark = mark_of(key);
    slot = find_slot(world->slots, world->slot_count, key, mark);
    if (slot->key.length == 0) {
        *slot = (struct world_slot){world_text(world, key), NULL, mark};
        world->used++;
    }
    return world->code == ERROR_NONE ? &slot->value : NULL;
}

/* ---- relations ---- */

/* The relation of a full name, looked up when it is new to us. */
static struct relation *relation_at(struct world *world, struct text schema, struct text name)
{
    void **slot = world_slot_of(world, 'r', schema, name);
    struct relation *relation;

    if (slot == NULL || *slot != NULL)
        return slot == NULL ? NULL : *slot;
    relation = arena_alloc(world->arena, sizeof *relation);
    if (relation == NULL ||
        !world_grow(world, &world->relations, world->relation_count, &world->relation_room, sizeof relation)) {
        world_fail(world);
        return NULL;
    }
    *relation = (struct relation){.kind = KIND_TABLE,
                                  .schema = world_text(world, schema),
                                  .name = world_text(world, name),
                                  .path = world_path(world, schema, name)};
    world_load_relation(world, relation);
    world->relations[world->relation_count++] = relation;
    *slot = relation;
    return relation;
}

static struct text first_schema(const struct world *world)
{
    return world->path.count > 0 ? world->path.items[0] : TEXT("public");
}

struct relation *world_relation(struct world *world, struct text schema, struct text name)
{
    struct relation *found = NULL;

    if (schema.length > 0)
        return relation_at(world, schema, name);
    for (size_t i = 0; i < world->path.count; i++) {
        struct relation *relation = relation_at(world, world->path.items[i], name);

        if (relation == NULL)
            return NULL;
        if (relation->state == THING_THERE || relation->state == THING_NEW)
            return relation;
        found = found == NULL || (found->state == THING_MISSING && relation->state == THING_GONE) ? relation : found;
    }
    return found != NULL ? found : relation_at(world, first_schema(world), name);
}

struct relation *world_new_relation(struct world *world, struct text schema, struct text name)
{
    return relation_at(world, schema.length > 0 ? schema : first_schema(world), name);
}

static bool is_in_path(const struct world *world, struct text schema)
{
    for (size_t i = 0; i < world->path.count; i++)
        if (text_equal(world->path.items[i], schema))
            return true;
    return world->path.count == 0;
}

struct relation *world_index_table(struct world *world, struct text schema, struct text name,
                                   struct world_index **ret_index)
{
    world_load_all(world);
    for (size_t i = 0; i < world->relation_count && world->code == ERROR_NONE; i++) {
        struct relation *relation = world->relations[i];
        struct world_index *index = relation_index(relation, name);

        if (index == NULL ||
            (schema.length > 0 ? !text_equal(schema, relation->schema) : !is_in_path(world, relation->schema)))
            continue;
        *ret_index = index;
        return relation;
    }
    *ret_index = NULL;
    return NULL;
}

/* ---- what else there is ---- */

/* "f(integer)" is written as functions are. */
static struct text thing_path(struct world *world, struct text schema, struct text name)
{
    const char *opening = name.length == 0 ? NULL : memchr(name.bytes, '(', name.length);
    struct path path = {3, {schema}};

    if (schema.length == 0)
        return world_text(world, name);
    if (opening == NULL)
        return world_path(world, schema, name);
    path.elements[1] = (struct text){name.bytes, (size_t)(opening - name.bytes)};
    path.elements[2] = (struct text){opening + 1, name.length - path.elements[1].length - 2};
    buffer_reset(&world->scratch);
    path_write(&world->scratch, KIND_FUNCTION, &path);
    if (world->scratch.failed)
        world_fail(world);
    return world_text(world, buffer_text(&world->scratch));
}

static struct thing *thing_at(struct world *world, char class, enum kind kind, struct text schema, struct text name)
{
    void **slot = world_slot_of(world, class, schema, name);
    struct thing *thing;

    if (slot == NULL || *slot != NULL)
        return slot == NULL ? NULL : *slot;
    thing = arena_alloc(world->arena, sizeof *thing);
    if (thing == NULL) {
        world_fail(world);
        return NULL;
    }
    *thing = (struct thing){.kind = kind};
    thing->path = thing_path(world, schema, name);
    thing->state = world_look_up(world, kind, schema, name);
    *slot = thing;
    return thing;
}

static char class_of(enum kind kind)
{
    switch (kind) {
    case KIND_FUNCTION:
    case KIND_PROCEDURE:
    case KIND_AGGREGATE:
        return 'f';
    case KIND_ENUM:
    case KIND_DOMAIN:
    case KIND_COMPOSITE_TYPE:
    case KIND_RANGE_TYPE:
    case KIND_BASE_TYPE:
        return 't';
    default:
        return (char)(128 + (int)kind % 100);
    }
}

struct thing *world_thing(struct world *world, enum kind kind, struct text schema, struct text name)
{
    const struct kind_facts *facts = kind_facts(kind);
    bool has_schema = facts != NULL && facts->path != PATH_NAME && facts->path != PATH_RAW;
    struct thing *first = NULL;

    if (schema.length > 0 || !has_schema)
        return thing_at(world, class_of(kind), kind, schema, name);
    for (size_t i = 0; i < world->path.count; i++) {
        struct thing *thing = thing_at(world, class_of(kind), kind, world->path.items[i], name);

        if (thing == NULL || thing->state == THING_THERE || thing->state == THING_NEW)
            return thing;
        first = first == NULL ? thing : first;
    }
    return first != NULL ? first : thing_at(world, class_of(kind), kind, first_schema(world), name);
}

struct thing *world_type(struct world *world, struct text schema, struct text name)
{
    return world_thing(world, KIND_ENUM, schema, name);
}

enum error_code world_begin(struct world *ret_world, const struct snapshot *target, struct text_span path,
                            struct arena *arena, struct error *error)
{
    static const struct text usual = TEXT_INIT("public");

    *ret_world = (struct world){.target = target, .arena = arena, .error = error};
    if (path.count == 0)
        path = (struct text_span){&usual, 1};
    ret_world->path = ret_world->first_path = path;
    buffer_init(&ret_world->scratch);
    return hasher_new(&ret_world->hasher, error);
}

void world_end(struct world *world)
{
    hasher_free(world->hasher);
    world->hasher = NULL;
    buffer_clear(&world->scratch);
}
