/* What the target says of the things that are spoken of. */
#include "lint/not_null.h"
#include "lint/world.h"
#include "lint/world_table.h"

static const enum kind relation_kinds[] = {KIND_TABLE, KIND_VIEW, KIND_MATERIALIZED_VIEW, KIND_FOREIGN_TABLE,
                                           KIND_SEQUENCE};
static const enum kind routine_kinds[] = {KIND_FUNCTION, KIND_PROCEDURE, KIND_AGGREGATE};
static const enum kind type_kinds[] = {KIND_ENUM, KIND_DOMAIN, KIND_COMPOSITE_TYPE, KIND_RANGE_TYPE, KIND_BASE_TYPE};

bool world_covers(const struct world *world, enum kind kind)
{
    if (world->target == NULL)
        return false;
    for (uint32_t i = 0; i < world->target->gap_count; i++)
        if (world->target->gaps[i].kind == kind)
            return false;
    return true;
}

static const struct trie_entry *find_entry(struct world *world, enum kind kind, const struct path *path)
{
    struct hash key;

    if (world->target == NULL)
        return NULL;
    key = trie_key(world->hasher, &world->scratch, kind, path);
    return trie_find(snapshot_home(world->target, kind), &key);
}

bool world_object(struct world *world, enum kind kind, const struct path *path, struct object *ret_object)
{
    const struct trie_entry *entry = find_entry(world, kind, path);

    if (entry == NULL || world->code != ERROR_NONE)
        return false;
    world->code = snapshot_object(world->target, entry, world->arena, ret_object, world->error);
    return world->code == ERROR_NONE;
}

/* ---- parts of relations ---- */

static struct text value_of(const struct part *part, struct text name)
{
    return attribute_value(part->attributes, part->attribute_count, name);
}

static struct text_span list_of(const struct part *part, struct text name)
{
    const struct attribute *attribute = attribute_find(part->attributes, part->attribute_count, name);

    return attribute == NULL ? (struct text_span){NULL, 0} : (struct text_span){attribute->items, attribute->count};
}

static bool is_yes(struct text value)
{
    return text_equal(value, TEXT("yes"));
}

static bool is_no(struct text value)
{
    return text_equal(value, TEXT("no"));
}

static void load_column(struct world *world, struct relation *relation, const struct part *part)
{
    struct world_column column = {.name = part->name,
                                  .type = value_of(part, TEXT("type")),
                                  .not_null = is_no(value_of(part, TEXT("nullable"))) ? TRUTH_YES : TRUTH_NO};

    relation_add_column(world, relation, &column);
}

/* What is no plain name among the keys of an index is an expression. */
static void load_index(struct world *world, struct relation *relation, const struct part *part)
{
    struct world_index index = {
        .name = part->name,
        .columns = list_of(part, TEXT("columns")),
        .is_unique = is_yes(value_of(part, TEXT("unique"))),
        .is_partial = value_of(part, TEXT("predicate")).length > 0,
        .is_ordinary =
            value_of(part, TEXT("method")).length == 0 || text_equal(value_of(part, TEXT("method")), TEXT("btree")),
        .is_invalid = is_no(value_of(part, TEXT("valid"))),
    };

    relation_add_index(world, relation, &index);
}

static void load_constraint(struct world *world, struct relation *relation, const struct part *part)
{
    struct world_constraint constraint = {.kind = part->kind,
                                          .name = part->name,
                                          .columns = list_of(part, TEXT("columns")),
                                          .expression = value_of(part, TEXT("expression")),
                                          .is_validated = !is_no(value_of(part, TEXT("validated")))};

    if (part->kind == KIND_CHECK && not_null_text_columns(&constraint.columns, value_of(part, TEXT("expression")),
                                                          world->arena, world->error) != ERROR_NONE)
        world->code = world->error->code;
    relation_add_constraint(world, relation, &constraint);
}

static void load_part(struct world *world, struct relation *relation, const struct part *part)
{
    switch (part->kind) {
    case KIND_COLUMN:
        load_column(world, relation, part);
        break;
    case KIND_INDEX:
        load_index(world, relation, part);
        break;
    case KIND_POLICY:
        relation->has_policies = true;
        break;
    case KIND_PRIMARY_KEY:
    case KIND_UNIQUE:
    case KIND_FOREIGN_KEY:
    case KIND_CHECK:
    case KIND_EXCLUSION:
    case KIND_NOT_NULL:
        load_constraint(world, relation, part);
        break;
    default:
        break;
    }
}

/* ---- relations ---- */

static bool is_of_system(struct text schema)
{
    return text_starts_with(schema, TEXT("pg_")) || text_equal(schema, TEXT("information_schema"));
}

void world_load_relation(struct world *world, struct relation *relation)
{
    const struct path path = {2, {relation->schema, relation->name}};
    bool covered = true;
    struct object object;

    for (size_t i = 0; i < LENGTH_OF(relation_kinds); i++) {
        covered = covered && world_covers(world, relation_kinds[i]);
        if (!world_object(world, relation_kinds[i], &path, &object))
            continue;
        relation->kind = relation_kinds[i];
        relation->state = THING_THERE;
        relation->is_known = world_covers(world, KIND_COLUMN) && relation->kind != KIND_SEQUENCE;
        relation->is_partition =
            attribute_find(object.attributes, object.attribute_count, TEXT("partition_bound")) != NULL;
        for (uint32_t k = 0; k < object.part_count; k++)
            load_part(world, relation, &object.parts[k]);
        return;
    }
    relation->state = covered && !is_of_system(relation->schema) ? THING_MISSING : THING_UNKNOWN;
}

void world_load_all(struct world *world)
{
    if (world->target == NULL || world->indexes_are_known)
        return;
    world->indexes_are_known = true;
    for (size_t i = 0; i < LENGTH_OF(relation_kinds); i++) {
        const struct trie *home = snapshot_home(world->target, relation_kinds[i]);

        for (uint32_t k = 0; k < home->count && world->code == ERROR_NONE; k++)
            if (home->entries[k].kind == relation_kinds[i])
                world_relation(world, home->entries[k].path.elements[0], home->entries[k].path.elements[1]);
    }
}

/* ---- everything else ---- */

/* Whether a routine of that name is there, whatever its arguments. */
static bool has_routine(const struct world *world, enum kind kind, struct text schema, struct text name)
{
    const struct trie *home = snapshot_home(world->target, kind);

    for (uint32_t i = 0; i < home->count; i++)
        if (home->entries[i].kind == kind && text_equal(home->entries[i].path.elements[0], schema) &&
            text_equal(home->entries[i].path.elements[1], name))
            return true;
    return false;
}

/* "f(integer, text)" is a name and a signature. */
static enum thing_state look_up_routine(struct world *world, struct text schema, struct text name)
{
    const char *opening = memchr(name.bytes, '(', name.length);
    bool covered = true, found = false;

    for (size_t i = 0; i < LENGTH_OF(routine_kinds) && !found; i++) {
        covered = covered && world_covers(world, routine_kinds[i]);
        if (opening == NULL) {
            found = has_routine(world, routine_kinds[i], schema, name);
        } else {
            size_t length = (size_t)(opening - name.bytes);
            struct path path = {3, {schema, {name.bytes, length}, {opening + 1, name.length - length - 2}}};

            found = find_entry(world, routine_kinds[i], &path) != NULL;
        }
    }
    return found ? THING_THERE : covered ? THING_MISSING : THING_UNKNOWN;
}

static enum thing_state look_up_type(struct world *world, struct text schema, struct text name)
{
    const struct path path = {2, {schema, name}};
    bool covered = true;

    for (size_t i = 0; i < LENGTH_OF(type_kinds); i++) {
        covered = covered && world_covers(world, type_kinds[i]);
        if (find_entry(world, type_kinds[i], &path) != NULL)
            return THING_THERE;
    }
    return covered ? THING_MISSING : THING_UNKNOWN;
}

enum thing_state world_look_up(struct world *world, enum kind kind, struct text schema, struct text name)
{
    const struct kind_facts *facts = kind_facts(kind);
    struct path path = {1, {name}};

    if (world->target == NULL || is_of_system(schema) || is_of_system(name))
        return THING_UNKNOWN;
    switch (kind) {
    case KIND_FUNCTION:
    case KIND_PROCEDURE:
    case KIND_AGGREGATE:
        return look_up_routine(world, schema, name);
    case KIND_ENUM:
    case KIND_DOMAIN:
    case KIND_COMPOSITE_TYPE:
    case KIND_RANGE_TYPE:
    case KIND_BASE_TYPE:
        return look_up_type(world, schema, name);
    case KIND_SCHEMA:
    case KIND_EXTENSION:
        break;
    default:
        if (facts == NULL || facts->is_part || facts->path != PATH_QUALIFIED)
            return THING_UNKNOWN;
        path = (struct path){2, {schema, name}};
    }
    if (find_entry(world, kind, &path) != NULL)
        return THING_THERE;
    return world_covers(world, kind) ? THING_MISSING : THING_UNKNOWN;
}
