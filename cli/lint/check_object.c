/* Conditions about whether something was there before, and how it is made or dropped. */
#include "lint/check.h"
#include "lint/syntax.h"

bool check_always(struct linter *linter, const struct step *step)
{
    (void)linter;
    (void)step;
    return true;
}

bool check_existing_relation(struct linter *linter, const struct step *step)
{
    (void)linter;
    return relation_was_there(step->relation);
}

bool check_existing_relation_or_all(struct linter *linter, const struct step *step)
{
    return check_existing_relation(linter, step);
}

/* Of an object that is no relation; what nobody knows is taken for there. */
bool check_existing_object(struct linter *linter, const struct step *step)
{
    (void)linter;
    if (step->relation != NULL)
        return relation_was_there(step->relation);
    return step->thing == NULL || step->thing->state == THING_THERE || step->thing->state == THING_UNKNOWN;
}

bool check_existing_column(struct linter *linter, const struct step *step)
{
    const struct world_column *column = relation_column(step->relation, step->name);

    if (!check_existing_relation(linter, step))
        return false;
    if (column == NULL)
        return step->relation == NULL || !step->relation->is_known;
    return !column->is_new;
}

bool check_not_null_column(struct linter *linter, const struct step *step)
{
    const struct world_column *column = relation_column(step->relation, step->name);

    return check_existing_column(linter, step) && (column == NULL || column->not_null != TRUTH_NO);
}

bool check_existing_constraint(struct linter *linter, const struct step *step)
{
    const struct world_constraint *constraint = relation_constraint(step->relation, step->name);

    return check_existing_relation(linter, step) && (constraint == NULL || !constraint->is_new);
}

bool check_existing_index(struct linter *linter, const struct step *step)
{
    const struct world_index *index = relation_index(step->relation, step->name);

    if (step->relation == NULL)
        return !world_covers(&linter->world, KIND_INDEX) || !world_covers(&linter->world, KIND_TABLE);
    return check_existing_relation(linter, step) && (index == NULL || !index->is_new);
}

bool check_cascades(struct linter *linter, const struct step *step)
{
    return step->cascades && check_existing_object(linter, step);
}

bool check_is_not_tolerant(struct linter *linter, const struct step *step)
{
    (void)linter;
    return !step->tolerant;
}

bool check_is_tolerant_on_existing(struct linter *linter, const struct step *step)
{
    return step->tolerant && check_existing_relation(linter, step);
}

bool check_has_no_name(struct linter *linter, const struct step *step)
{
    (void)linter;
    return step->name.length == 0 && (step->constraint == NULL || step->constraint->index.length == 0);
}

/* The range that a statement makes: its member has many names. */
bool check_has_no_schema(struct linter *linter, const struct step *step)
{
    static const char *const members[] = {"relation", "view", "sequence"};
    const json_t *range = syntax_member(syntax_member(step->node, "into"), "rel");

    (void)linter;
    for (size_t i = 0; range == NULL && i < LENGTH_OF(members); i++)
        range = syntax_member(step->node, members[i]);
    return range != NULL && syntax_text(range, "schemaname").length == 0 && !syntax_says(range, "relpersistence", "t");
}

bool check_is_unlogged(struct linter *linter, const struct step *step)
{
    (void)linter;
    return syntax_says(syntax_member(step->node, "relation"), "relpersistence", "u");
}

static bool find_star(void *context, const json_t *body)
{
    bool *found = context;

    (void)body;
    *found = true;
    return false;
}

/* Of the query itself, not of those in it. */
bool check_selects_star(struct linter *linter, const struct step *step)
{
    const json_t *query = NULL, *target, *reference;
    bool found = false;

    (void)linter;
    if (!syntax_is(syntax_member(step->node, "query"), "SelectStmt", &query))
        return false;
    for (size_t i = 0; i < syntax_count(query, "targetList") && !found; i++)
        if (syntax_is(syntax_item(query, "targetList", i), "ResTarget", &target) &&
            syntax_is(syntax_member(target, "val"), "ColumnRef", &reference))
            syntax_each(syntax_member(reference, "fields"), "A_Star", find_star, &found);
    return found;
}

bool check_domain_has_constraint(struct linter *linter, const struct step *step)
{
    (void)linter;
    return syntax_count(step->node, "constraints") > 0;
}

bool check_label_has_no_place(struct linter *linter, const struct step *step)
{
    (void)linter;
    return syntax_text(step->node, "newValNeighbor").length == 0;
}

bool check_enum_value_waits(struct linter *linter, const struct step *step)
{
    return linter->session.in_transaction && check_existing_object(linter, step);
}
