/* Conditions about constraints and indexes. */
#include "lint/check.h"

enum { WIDE = 3 };

bool check_without_index(struct linter *linter, const struct step *step)
{
    return step->constraint->index.length == 0 && check_existing_relation(linter, step);
}

bool check_validates_at_once(struct linter *linter, const struct step *step)
{
    return !step->constraint->not_valid && check_existing_relation(linter, step);
}

/* The columns of a key that takes an index over are those of the index. */
static struct text_span key_columns(const struct step *step)
{
    const struct world_index *index = relation_index(step->relation, step->constraint->index);

    return step->constraint->index.length > 0 && index != NULL ? index->columns : step->constraint->columns;
}

bool check_key_may_be_null(struct linter *linter, const struct step *step)
{
    struct text_span columns = key_columns(step);

    if (!check_existing_relation(linter, step))
        return false;
    for (size_t i = 0; i < columns.count; i++)
        if (!relation_proves_not_null(step->relation, columns.items[i])) {
            linter_detail(linter, "%.*s", TEXT_ARGS(columns.items[i]));
            return true;
        }
    return columns.count == 0;
}

bool check_added_in_this_transaction(struct linter *linter, const struct step *step)
{
    const struct world_constraint *constraint = relation_constraint(step->relation, step->name);

    return check_existing_relation(linter, step) && constraint != NULL && constraint->is_new &&
           constraint->transaction == linter->session.transaction;
}

/* From version 12 on a validated check is proof enough. */
bool check_not_null_scans(struct linter *linter, const struct step *step)
{
    const struct world_column *column = relation_column(step->relation, step->name);
    bool is_proven = relation_proves_not_null(step->relation, step->name);

    if (!check_existing_relation(linter, step) || (column != NULL && column->not_null == TRUTH_YES))
        return false;
    return !is_proven || (linter->version > 0 && linter->version < 12);
}

bool check_is_key_of_column(struct linter *linter, const struct step *step)
{
    return (step->constraint->kind == KIND_UNIQUE || step->constraint->kind == KIND_PRIMARY_KEY) &&
           check_existing_relation(linter, step);
}

bool check_is_check_of_column(struct linter *linter, const struct step *step)
{
    return step->constraint->kind == KIND_CHECK && check_existing_relation(linter, step);
}

bool check_is_reference_of_column(struct linter *linter, const struct step *step)
{
    return step->constraint->kind == KIND_FOREIGN_KEY && check_existing_relation(linter, step);
}

static bool same_key(const struct index_facts *index, const struct world_index *other)
{
    if (index->columns.count != other->columns.count || index->is_unique != other->is_unique || index->is_partial ||
        other->is_partial || !index->is_ordinary || !other->is_ordinary || other->is_gone || other->is_invalid)
        return false;
    for (size_t i = 0; i < index->columns.count; i++)
        if (index->columns.items[i].length == 0 || !text_equal(index->columns.items[i], other->columns.items[i]))
            return false;
    return true;
}

bool check_repeats_an_index(struct linter *linter, const struct step *step)
{
    if (step->relation == NULL || step->index == NULL)
        return false;
    for (size_t i = 0; i < step->relation->index_count; i++)
        if (same_key(step->index, &step->relation->indexes[i]) &&
            !text_equal(step->index->name, step->relation->indexes[i].name)) {
            linter_detail(linter, "%.*s", TEXT_ARGS(step->relation->indexes[i].name));
            return true;
        }
    return false;
}

bool check_is_wide(struct linter *linter, const struct step *step)
{
    (void)linter;
    return step->index != NULL && step->index->columns.count > WIDE && !step->index->is_unique;
}

/* A partition whose checks nobody knows, or that has none, will be read. */
bool check_without_bounds_check(struct linter *linter, const struct step *step)
{
    const struct relation *partition = step->relation;

    if (!check_existing_relation(linter, step))
        return false;
    for (size_t i = 0; partition != NULL && i < partition->constraint_count; i++)
        if (!partition->constraints[i].is_gone && partition->constraints[i].kind == KIND_CHECK &&
            partition->constraints[i].is_validated)
            return false;
    return true;
}
