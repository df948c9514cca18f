#include "recreate/bases.h"

static const struct part *column_in(const struct object *object, struct text name)
{
    return object_part(object, KIND_COLUMN, name);
}

static const struct part *column_in_bases(const struct bases *bases, struct text name)
{
    for (uint32_t i = 0; i < bases->count; i++) {
        const struct part *part = column_in(bases->objects[i], name);

        if (part != NULL)
            return part;
    }
    return NULL;
}

struct text bases_value(const struct bases *bases, struct text column, const char *attribute)
{
    for (uint32_t i = 0; i < bases->count; i++) {
        const struct part *part = column_in(bases->objects[i], column);
        struct text value =
            part == NULL ? TEXT("") : attribute_value(part->attributes, part->attribute_count, text_from(attribute));

        if (value.length > 0)
            return value;
    }
    return TEXT("");
}

long bases_above(const struct making *making, uint32_t object)
{
    const struct object *table = &making->objects[object];
    struct text path = attribute_value(table->attributes, table->attribute_count, TEXT("partition_of"));

    return path.length == 0 ? NAME_NONE : names_find_columns(&making->names, path);
}

static bool is_merged(const struct part *column)
{
    return text_equal(attribute_value(column->attributes, column->attribute_count, TEXT("inherited")), TEXT("merged"));
}

bool bases_bring(const struct bases *bases, const struct part *column)
{
    switch (bases->form) {
    case BASE_PARTITION:
    case BASE_TYPE:
        return true;
    case BASE_PARENTS:
        return !is_merged(column) && column_in_bases(bases, column->name) != NULL;
    case BASE_NONE:
    case BASE_ADOPTED:
    case BASE_ATTACHED:
        break;
    }
    return false;
}

static const struct attribute *order_of(const struct object *object)
{
    return attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));
}

bool bases_have(const struct bases *bases, uint32_t count, struct text name)
{
    for (uint32_t i = 0; i < count; i++)
        if (column_in(bases->objects[i], name) != NULL)
            return true;
    return false;
}

/* Whether CREATE TABLE … INHERITS makes the columns in this order: those of the parents first, then its own. */
static bool parents_come_first(const struct bases *bases, const struct attribute *order)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < bases->count; i++) {
        const struct attribute *theirs = order_of(bases->objects[i]);

        for (uint32_t k = 0; theirs != NULL && k < theirs->count; k++) {
            if (bases_have(bases, i, theirs->items[k]))
                continue;
            if (order == NULL || at >= order->count || !text_equal(order->items[at], theirs->items[k]))
                return false;
            at++;
        }
    }
    return true;
}

static bool all_are_merged(const struct object *object, const struct bases *bases)
{
    for (uint32_t i = 0; i < object->part_count; i++)
        if (object->parts[i].kind == KIND_COLUMN && !is_merged(&object->parts[i]) &&
            column_in_bases(bases, object->parts[i].name) != NULL)
            return false;
    return true;
}

/* A partition whose columns stand in another order than those of its table was attached. */
static enum base_form form_of(const struct bases *bases, const struct object *object, const struct attribute *order)
{
    switch (bases->form) {
    case BASE_PARTITION:
        return bases->count == 1 && !attribute_equal(order_of(bases->objects[0]), order) ? BASE_ATTACHED
                                                                                         : BASE_PARTITION;
    case BASE_PARENTS:
        return !parents_come_first(bases, order) && all_are_merged(object, bases) ? BASE_ADOPTED : BASE_PARENTS;
    default:
        return bases->form;
    }
}

static void find_objects(struct making *making, struct bases *bases)
{
    bases->objects =
        making->failed ? NULL : arena_array(making->arena, bases->parents->count + 1u, sizeof *bases->objects);
    if (bases->objects == NULL) {
        making->failed = true;
        return;
    }
    for (uint32_t i = 0; i < bases->parents->count; i++) {
        long number = names_find_columns(&making->names, bases->parents->items[i]);

        if (number != NAME_NONE)
            bases->objects[bases->count++] = &making->objects[number];
    }
}

struct bases bases_find(struct making *making, const struct facts *facts)
{
    static const struct {
        const char *attribute;
        enum base_form form;
    } rows[] = {{"inherits", BASE_PARENTS}, {"partition_of", BASE_PARTITION}, {"of_type", BASE_TYPE}};
    const struct object *object = &making->objects[facts->object];
    const struct attribute *order = order_of(object);
    struct bases bases = {.form = BASE_NONE};

    for (size_t i = 0; i < LENGTH_OF(rows) && bases.parents == NULL; i++) {
        bases.parents = fact_list(facts, rows[i].attribute);
        bases.form = bases.parents == NULL ? BASE_NONE : rows[i].form;
    }
    if (bases.parents == NULL)
        return bases;
    find_objects(making, &bases);
    bases.form = form_of(&bases, object, order);
    return bases;
}
