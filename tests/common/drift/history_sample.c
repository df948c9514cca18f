#include "common/drift/history_sample.h"

#include <string.h>

#include "support/cmocka.h"

enum { ARENA_LIMIT = 1024 * 1024, SCHEMAS = WORLD_SCHEMAS, NAMES = 6 };

/* Schemas stand before objects. */
static void take_world(struct world *copy, const struct world *world)
{
    *copy = *world;
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        if (world->things[i].parts != NULL)
            copy->things[i].parts = copy->parts[i];
}

static enum kind kind_of(unsigned slot)
{
    static const enum kind kinds[] = {KIND_TABLE, KIND_TABLE, KIND_VIEW, KIND_FUNCTION};

    return slot < SCHEMAS ? KIND_SCHEMA : kinds[slot % LENGTH_OF(kinds)];
}

static bool is_name_free(const struct world *world, unsigned slot, unsigned name, unsigned place)
{
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        if (world->things[i].id != 0 && kind_of(i) == kind_of(slot) && world->things[i].name == name &&
            world->things[i].place == place)
            return false;
    return true;
}

static bool is_part_name_free(const struct thing *object, unsigned name)
{
    for (unsigned i = 0; i < WORLD_PARTS; i++)
        if (object->parts[i].id != 0 && object->parts[i].name == name)
            return false;
    return true;
}

static void change_parts(struct sample_random *random, struct thing *object)
{
    struct thing *part = &object->parts[sample_below(random, WORLD_PARTS)];
    struct thing *other = &object->parts[sample_below(random, WORLD_PARTS)];
    unsigned name = sample_below(random, NAMES), kept = part->name;

    switch (sample_below(random, 4)) {
    case 0:
        if (part->id == 0 && is_part_name_free(object, name))
            *part = (struct thing){.id = ++object->next_part, .name = name};
        break;
    case 1:
        part->id = 0;
        break;
    case 2:
        if (is_part_name_free(object, name))
            part->name = name;
        break;
    default:
        if (part->id != 0 && other->id != 0) {
            part->name = other->name;
            other->name = kept;
        }
    }
}

static void make_thing(struct sample_random *random, struct world *world, unsigned slot)
{
    struct thing *thing = &world->things[slot], *schema = &world->things[sample_below(random, SCHEMAS)];
    unsigned name = sample_below(random, NAMES), place = slot < SCHEMAS ? 0 : schema->id;

    if ((slot >= SCHEMAS && place == 0) || !is_name_free(world, slot, name, place))
        return;
    *thing = (struct thing){.id = ++world->next_id, .name = name, .place = place, .parts = world->parts[slot]};
    memset(world->parts[slot], 0, sizeof world->parts[slot]);
    for (unsigned i = 0; slot >= SCHEMAS && i < 3; i++)
        change_parts(random, thing);
}

static void drop_thing(struct world *world, unsigned slot)
{
    for (unsigned i = SCHEMAS; slot < SCHEMAS && i < WORLD_THINGS; i++)
        if (world->things[i].place == world->things[slot].id)
            world->things[i].id = 0;
    world->things[slot].id = 0;
}

static void swap_names(struct world *world, unsigned slot, unsigned other)
{
    struct thing *a = &world->things[slot], *b = &world->things[other];
    unsigned name = a->name, place = a->place;

    if (b->id == 0 || kind_of(slot) != kind_of(other))
        return;
    a->name = b->name;
    a->place = b->place;
    b->name = name;
    b->place = place;
}

static void change_once(struct sample_random *random, struct world *world)
{
    unsigned slot = sample_below(random, WORLD_THINGS), name = sample_below(random, NAMES);
    struct thing *thing = &world->things[slot];
    unsigned place = slot < SCHEMAS ? 0 : world->things[sample_below(random, SCHEMAS)].id;

    if (thing->id == 0) {
        make_thing(random, world, slot);
        return;
    }
    switch (sample_below(random, 7)) {
    case 0:
        drop_thing(world, slot);
        break;
    case 1:
        swap_names(world, slot, sample_below(random, WORLD_THINGS));
        break;
    case 2:
        thing->version++;
        break;
    case 3:
        if (slot >= SCHEMAS && place != 0 && is_name_free(world, slot, name, place)) {
            thing->name = name;
            thing->place = place;
        }
        break;
    case 4:
        if (is_name_free(world, slot, name, thing->place))
            thing->name = name;
        break;
    default:
        if (slot >= SCHEMAS)
            change_parts(random, thing);
    }
}

static const struct thing *find_thing(const struct world *world, unsigned id)
{
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        if (id != 0 && world->things[i].id == id)
            return &world->things[i];
    return NULL;
}

static bool same_path(const struct world *before, const struct thing *a, const struct world *after,
                      const struct thing *b)
{
    if (a->name != b->name || (a->place == 0) != (b->place == 0))
        return false;
    return a->place == 0 || find_thing(before, a->place)->name == find_thing(after, b->place)->name;
}

/* Whether two objects have the same content: a comparison does not look at them. */
static bool looks_same(const struct thing *a, const struct thing *b)
{
    if (a->version != b->version || (a->parts == NULL) != (b->parts == NULL))
        return false;
    for (unsigned i = 0; a->parts != NULL && i < WORLD_PARTS; i++)
        if ((a->parts[i].id != 0 && is_part_name_free(b, a->parts[i].name)) ||
            (b->parts[i].id != 0 && is_part_name_free(a, b->parts[i].name)))
            return false;
    return true;
}

/* A name that stayed while what it names was dropped and made anew, or was replaced by another that looks the same, or
 * was carried over into a schema that took the name of its old one: what the history has no words for. */
static bool has_words(const struct world *before, const struct world *after)
{
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        for (unsigned k = 0; k < WORLD_THINGS; k++) {
            const struct thing *a = &before->things[i], *b = &after->things[k];

            if (a->id == 0 || b->id == 0 || kind_of(i) != kind_of(k) || !same_path(before, a, after, b))
                continue;
            if (a->id != b->id &&
                (looks_same(a, b) || (find_thing(after, a->id) == NULL && find_thing(before, b->id) == NULL)))
                return false;
            if (a->id == b->id && a->place != b->place)
                return false;
        }
    return true;
}

static bool has_part(const struct thing *object, unsigned id)
{
    for (unsigned i = 0; i < WORLD_PARTS; i++)
        if (object->parts[i].id == id)
            return true;
    return false;
}

static bool part_has_words(const struct thing *before, const struct thing *after)
{
    for (unsigned i = 0; i < WORLD_PARTS; i++)
        for (unsigned k = 0; k < WORLD_PARTS; k++) {
            const struct thing *a = &before->parts[i], *b = &after->parts[k];

            if (a->id != 0 && b->id != 0 && a->id != b->id && a->name == b->name &&
                (looks_same(before, after) || (!has_part(after, a->id) && !has_part(before, b->id))))
                return false;
        }
    return true;
}

static bool parts_have_words(const struct world *before, const struct world *after)
{
    for (unsigned i = SCHEMAS; i < WORLD_THINGS; i++) {
        const struct thing *object = &before->things[i], *later = find_thing(after, object->id);

        if (object->id != 0 && later != NULL && !part_has_words(object, later))
            return false;
    }
    return true;
}

static struct text name_text(unsigned name)
{
    static const struct text names[NAMES] = {TEXT_INIT("a"),    TEXT_INIT("b"),   TEXT_INIT("A.b"),
                                             TEXT_INIT("c\"d"), TEXT_INIT("a.b"), TEXT_INIT("select")};

    return names[name];
}

static struct object object_of(struct world *world, unsigned slot, struct arena *arena, bool with_ids)
{
    const struct thing *thing = &world->things[slot];
    struct object object = {
        .kind = kind_of(slot), .id = with_ids ? thing->id : 0, .path = {1, {name_text(thing->name)}}};
    struct text *version = arena_alloc(arena, sizeof *version);

    object.attributes = arena_alloc(arena, sizeof *object.attributes);
    object.parts = arena_array(arena, WORLD_PARTS, sizeof *object.parts);
    assert_true(version != NULL && object.attributes != NULL && object.parts != NULL);
    *version = text_from(arena_printf(arena, "%u", thing->version));
    object.attributes[0] = (struct attribute){TEXT("comment"), version, 1, false};
    object.attribute_count = 1;
    if (slot < SCHEMAS)
        return object;
    object.path = (struct path){2, {name_text(find_thing(world, thing->place)->name), name_text(thing->name)}};
    if (object.kind == KIND_FUNCTION)
        object.path.elements[object.path.count++] = TEXT("integer");
    for (unsigned i = 0; i < WORLD_PARTS; i++)
        if (thing->parts[i].id != 0)
            object.parts[object.part_count++] = (struct part){
                .kind = KIND_COLUMN, .name = name_text(thing->parts[i].name), .id = with_ids ? thing->parts[i].id : 0};
    return object;
}

struct snapshot *world_snapshot(struct world *world, struct text origin)
{
    CLEANUP(arena_free) struct arena arena;
    struct object objects[WORLD_THINGS];
    struct snapshot_input input = {.info = {.engine = TEXT("dummy"), .origin = origin}, .objects = objects};

    arena_init(&arena, ARENA_LIMIT);
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        if (world->things[i].id != 0)
            objects[input.object_count++] = object_of(world, i, &arena, origin.length > 0);
    return sample_build(&input);
}

void world_begin(struct world *world, uint64_t seed)
{
    *world = (struct world){.random = {seed}};
    for (unsigned i = SCHEMAS; i < WORLD_THINGS; i++)
        world->things[i].parts = world->parts[i];
    for (unsigned i = 0; i < 60; i++)
        change_once(&world->random, world);
}

void world_change(struct world *world)
{
    struct world next;

    do {
        take_world(&next, world);
        for (uint32_t i = sample_below(&world->random, 6); i > 0; i--)
            change_once(&world->random, &next);
        next.random = world->random;
    } while (!has_words(world, &next) || !parts_have_words(world, &next));
    take_world(world, &next);
}
