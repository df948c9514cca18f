#include "lint/later.h"

#include "lint/syntax.h"

struct later {
    enum lint_rule_number rule;
    struct relation *relation;
    struct text object;
    struct text name; /* of the constraint as it is known to the world */
    struct text_span columns;
    size_t file;
    const struct lint_script_statement *statement;
    size_t place;
};

static void remember(struct linter *linter, enum lint_rule_number rule, const struct step *step)
{
    struct later later = {.rule = rule,
                          .relation = step->relation,
                          .file = linter->file,
                          .statement = linter->statement,
                          .place = step->place};

    if (!linter_looks_for(linter, rule) ||
        !linter_grow(linter, &linter->later, linter->later_count, &linter->later_room, sizeof later))
        return;
    later.object = linter_text(linter, step->relation->path);
    if (step->constraint != NULL && step->relation->constraint_count > 0) {
        const struct world_constraint *last = &step->relation->constraints[step->relation->constraint_count - 1];

        later.name = last->name;
        later.columns = last->columns;
    }
    linter->later[linter->later_count++] = later;
}

static void remember_constraint(struct linter *linter, const struct step *step)
{
    if (step->constraint == NULL)
        return;
    if (step->constraint->kind == KIND_FOREIGN_KEY)
        remember(linter, RULE_FOREIGN_KEY_INDEX, step);
    if (step->constraint->not_valid && step->relation->state != THING_NEW)
        remember(linter, RULE_NOT_VALIDATED, step);
}

void later_remember(struct linter *linter, const struct step *step)
{
    const struct relation *relation = step->relation;

    if (relation == NULL || relation->is_temporary)
        return;
    switch (step->kind) {
    case STEP_CREATE_TABLE:
        if (relation->state == THING_NEW && !relation->is_partition && relation->is_known &&
            strcmp(linter->statement_type, "CreateForeignTableStmt") != 0)
            remember(linter, RULE_NO_PRIMARY_KEY, step);
        break;
    case STEP_ENABLE_ROW_SECURITY:
        if (relation->is_known || relation->state == THING_NEW)
            remember(linter, RULE_ROW_SECURITY_ALONE, step);
        break;
    case STEP_TABLE_CONSTRAINT:
    case STEP_COLUMN_CONSTRAINT:
    case STEP_ADD_FOREIGN_KEY:
    case STEP_ADD_CHECK:
        remember_constraint(linter, step);
        break;
    default:
        break;
    }
}

/* Whether what was missing then is there now. */
static bool is_settled(const struct later *later)
{
    const struct relation *relation = later->relation;
    const struct world_constraint *constraint = relation_constraint(relation, later->name);

    if (relation->state == THING_GONE)
        return true;
    switch (later->rule) {
    case RULE_NO_PRIMARY_KEY:
        return relation_primary_key(relation) != NULL || relation->is_partition;
    case RULE_FOREIGN_KEY_INDEX:
        return (later->name.length > 0 && constraint == NULL) || relation_has_index_on(relation, later->columns);
    case RULE_NOT_VALIDATED:
        return constraint == NULL || constraint->is_validated;
    case RULE_ROW_SECURITY_ALONE:
        return relation->has_policies;
    default:
        return false;
    }
}

void later_judge(struct linter *linter)
{
    for (size_t i = 0; i < linter->later_count && linter->code == ERROR_NONE; i++) {
        const struct later *later = &linter->later[i];
        const struct step step = {.object = later->object, .name = later->name};

        if (is_settled(later))
            continue;
        linter->file = later->file;
        linter->script = &linter->files[later->file].script;
        linter->statement = later->statement;
        linter_add(linter, later->rule, &step, later->place);
    }
}
