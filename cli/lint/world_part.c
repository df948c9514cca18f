/* The parts of relations: what is asked of them, and how they come to be. */
#include "lint/world.h"
#include "lint/world_table.h"

struct world_column *relation_column(const struct relation *relation, struct text name)
{
    for (size_t i = 0; relation != NULL && i < relation->column_count; i++)
        if (!relation->columns[i].is_gone && text_equal(relation->columns[i].name, name))
            return &relation->columns[i];
    return NULL;
}

struct world_index *relation_index(const struct relation *relation, struct text name)
{
    for (size_t i = 0; relation != NULL && i < relation->index_count; i++)
        if (!relation->indexes[i].is_gone && text_equal(relation->indexes[i].name, name))
            return &relation->indexes[i];
    return NULL;
}

struct world_constraint *relation_constraint(const struct relation *relation, struct text name)
{
    for (size_t i = 0; relation != NULL && i < relation->constraint_count; i++)
        if (!relation->constraints[i].is_gone && text_equal(relation->constraints[i].name, name))
            return &relation->constraints[i];
    return NULL;
}

const struct world_constraint *relation_primary_key(const struct relation *relation)
{
    for (size_t i = 0; relation != NULL && i < relation->constraint_count; i++)
        if (!relation->constraints[i].is_gone && relation->constraints[i].kind == KIND_PRIMARY_KEY)
            return &relation->constraints[i];
    return NULL;
}

bool relation_was_there(const struct relation *relation)
{
    return relation == NULL || relation->state == THING_THERE || relation->state == THING_UNKNOWN;
}

static bool has(struct text_span span, struct text name)
{
    for (size_t i = 0; i < span.count; i++)
        if (text_equal(span.items[i], name))
            return true;
    return false;
}

bool relation_proves_not_null(const struct relation *relation, struct text column)
{
    const struct world_column *found = relation_column(relation, column);

    if (found != NULL && found->not_null == TRUTH_YES)
        return true;
    for (size_t i = 0; relation != NULL && i < relation->constraint_count; i++) {
        const struct world_constraint *constraint = &relation->constraints[i];

        if (!constraint->is_gone && constraint->is_validated &&
            (constraint->kind == KIND_CHECK || constraint->kind == KIND_PRIMARY_KEY ||
             constraint->kind == KIND_NOT_NULL) &&
            has(constraint->columns, column))
            return true;
    }
    return false;
}

/* Whether the first of `key` are the columns, in any order. */
static bool begins_with(struct text_span key, struct text_span columns)
{
    if (columns.count == 0 || key.count < columns.count)
        return false;
    for (size_t i = 0; i < columns.count; i++)
        if (!has((struct text_span){key.items, columns.count}, columns.items[i]))
            return false;
    return true;
}

bool relation_has_index_on(const struct relation *relation, struct text_span columns)
{
    for (size_t i = 0; i < relation->index_count; i++)
        if (!relation->indexes[i].is_gone && !relation->indexes[i].is_partial && !relation->indexes[i].is_invalid &&
            begins_with(relation->indexes[i].columns, columns))
            return true;
    for (size_t i = 0; i < relation->constraint_count; i++)
        if (!relation->constraints[i].is_gone &&
            (relation->constraints[i].kind == KIND_PRIMARY_KEY || relation->constraints[i].kind == KIND_UNIQUE) &&
            begins_with(relation->constraints[i].columns, columns))
            return true;
    return false;
}

struct world_column *relation_add_column(struct world *world, struct relation *relation,
                                         const struct world_column *column)
{
    struct world_column *copy;

    if (!world_grow(world, &relation->columns, relation->column_count, &relation->column_room, sizeof *column))
        return NULL;
    copy = &relation->columns[relation->column_count++];
    *copy = *column;
    copy->name = world_text(world, column->name);
    copy->type = world_text(world, column->type);
    return copy;
}

void relation_add_index(struct world *world, struct relation *relation, const struct world_index *index)
{
    struct world_index *copy;

    if (!world_grow(world, &relation->indexes, relation->index_count, &relation->index_room, sizeof *index))
        return;
    copy = &relation->indexes[relation->index_count++];
    *copy = *index;
    copy->name = world_text(world, index->name);
    copy->columns = world_span(world, index->columns);
}

void relation_add_constraint(struct world *world, struct relation *relation, const struct world_constraint *constraint)
{
    struct world_constraint *copy;

    if (!world_grow(world, &relation->constraints, relation->constraint_count, &relation->constraint_room,
                    sizeof *constraint))
        return;
    copy = &relation->constraints[relation->constraint_count++];
    *copy = *constraint;
    copy->name = world_text(world, constraint->name);
    copy->columns = world_span(world, constraint->columns);
}
