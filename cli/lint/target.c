#include "lint/target.h"

#include "contract/contract_type.h"
#include "lint/dependents.h"

/* ---- what is not there ---- */

static bool makes_relation(const struct step *step)
{
    return step->kind == STEP_CREATE_TABLE || step->kind == STEP_CREATE_TABLE_AS || step->kind == STEP_CREATE_VIEW ||
           step->kind == STEP_CREATE_SEQUENCE;
}

static bool is_of_created_table(const struct step *step)
{
    return step->kind == STEP_TABLE_COLUMN || step->kind == STEP_TABLE_CONSTRAINT;
}

static void say_missing(struct linter *linter, const struct step *step, struct text object, const char *why)
{
    struct step missing = *step;

    missing.object = object;
    if (why != NULL)
        linter_detail(linter, "%s", why);
    linter_add(linter, RULE_NOT_THERE, &missing, step->place);
}

static bool check_relation(struct linter *linter, const struct step *step)
{
    const struct relation *relation = step->relation;
    bool is_gone = relation != NULL && relation->state == THING_GONE;

    if (relation == NULL || makes_relation(step) || (relation->state != THING_MISSING && !is_gone))
        return true;
    if (!step->tolerant)
        say_missing(linter, step, relation->path, is_gone ? "these files dropped or renamed it before" : NULL);
    return false;
}

static void check_column(struct linter *linter, const struct step *step)
{
    if (step->relation->is_known && !step->tolerant && relation_column(step->relation, step->name) == NULL)
        say_missing(linter, step, step->object, NULL);
}

static bool knows_constraints(const struct linter *linter, const struct relation *relation)
{
    return relation->is_known && (relation->state == THING_NEW || world_covers(&linter->world, KIND_CHECK));
}

static void check_constraint(struct linter *linter, const struct step *step)
{
    bool is_new = step->relation->state == THING_NEW; /* what the server calls its constraints is only guessed */

    if (!is_new && knows_constraints(linter, step->relation) && !step->tolerant &&
        relation_constraint(step->relation, step->name) == NULL)
        say_missing(linter, step, step->name, NULL);
}

static void check_index(struct linter *linter, const struct step *step)
{
    if (step->relation == NULL && !step->tolerant && world_covers(&linter->world, KIND_INDEX) &&
        world_covers(&linter->world, KIND_TABLE) && world_covers(&linter->world, KIND_MATERIALIZED_VIEW))
        say_missing(linter, step, step->object, NULL);
}

static void check_thing(struct linter *linter, const struct step *step)
{
    const struct thing *thing = step->thing;

    if (thing != NULL && !step->tolerant && (thing->state == THING_MISSING || thing->state == THING_GONE))
        say_missing(linter, step, thing->path, NULL);
}

static void check_presence(struct linter *linter, const struct step *step)
{
    switch (step->kind) {
    case STEP_DROP_COLUMN:
    case STEP_RENAME_COLUMN:
    case STEP_COLUMN_TYPE:
    case STEP_SET_DEFAULT:
    case STEP_DROP_DEFAULT:
    case STEP_SET_NOT_NULL:
    case STEP_DROP_NOT_NULL:
        if (step->relation != NULL)
            check_column(linter, step);
        break;
    case STEP_DROP_CONSTRAINT:
    case STEP_VALIDATE_CONSTRAINT:
    case STEP_RENAME_CONSTRAINT:
        if (step->relation != NULL)
            check_constraint(linter, step);
        break;
    case STEP_DROP_INDEX:
    case STEP_DROP_INDEX_CONCURRENTLY:
    case STEP_RENAME_INDEX:
        check_index(linter, step);
        break;
    case STEP_DROP_SCHEMA:
    case STEP_DROP_FUNCTION:
    case STEP_DROP_TYPE:
    case STEP_DROP_EXTENSION:
    case STEP_RENAME_SCHEMA:
    case STEP_RENAME_FUNCTION:
    case STEP_RENAME_TYPE:
    case STEP_ADD_LABEL:
    case STEP_RENAME_LABEL:
        check_thing(linter, step);
        break;
    default:
        break;
    }
}

/* ---- what is there already ---- */

static void say_already(struct linter *linter, const struct step *step)
{
    linter_add(linter, step->tolerant ? RULE_ALREADY_THERE_SKIPPED : RULE_ALREADY_THERE, step, step->place);
}

static void check_new_index(struct linter *linter, const struct step *step)
{
    struct world_index *index = NULL;
    struct step named = *step;

    if (step->relation == NULL || step->name.length == 0)
        return;
    world_index_table(&linter->world, step->relation->schema, step->name, &index);
    if (index == NULL)
        return;
    named.object = step->name;
    if (index->is_invalid)
        linter_detail(linter, "an attempt that failed has left it invalid");
    say_already(linter, &named);
}

static void check_absence(struct linter *linter, const struct step *step)
{
    const struct thing *thing = step->thing;

    switch (step->kind) {
    case STEP_CREATE_TABLE:
    case STEP_CREATE_TABLE_AS:
    case STEP_CREATE_SEQUENCE:
    case STEP_CREATE_VIEW:
        if (step->relation != NULL && !(step->kind == STEP_CREATE_VIEW && step->tolerant) &&
            (step->relation->state == THING_THERE || step->relation->state == THING_NEW))
            say_already(linter, step);
        break;
    case STEP_ADD_COLUMN:
        if (relation_column(step->relation, step->name) != NULL)
            say_already(linter, step);
        break;
    case STEP_CREATE_INDEX:
    case STEP_CREATE_INDEX_CONCURRENTLY:
        check_new_index(linter, step);
        break;
    case STEP_CREATE_SCHEMA:
    case STEP_CREATE_TYPE:
    case STEP_CREATE_DOMAIN:
    case STEP_CREATE_EXTENSION:
    case STEP_CREATE_FUNCTION:
        if (thing != NULL && !(step->kind == STEP_CREATE_FUNCTION && step->tolerant) &&
            (thing->state == THING_THERE || thing->state == THING_NEW))
            say_already(linter, step);
        break;
    default:
        break;
    }
}

/* ---- what is so already ---- */

static void check_change(struct linter *linter, const struct step *step)
{
    const struct world_column *column = relation_column(step->relation, step->name);
    bool same = false;

    if (column == NULL || step->relation->state == THING_NEW)
        return;
    if (step->kind == STEP_SET_NOT_NULL)
        same = column->not_null == TRUTH_YES;
    else if (step->kind == STEP_DROP_NOT_NULL)
        same = column->not_null == TRUTH_NO;
    else if (step->kind == STEP_COLUMN_TYPE && step->column != NULL)
        same = column->type.length > 0 && text_equal(column->type, step->column->type);
    if (same)
        linter_add(linter, RULE_NO_CHANGE, step, step->place);
}

/* ---- contracts ---- */

static bool is_relation_kind(enum kind kind)
{
    return kind == KIND_TABLE || kind == KIND_VIEW || kind == KIND_MATERIALIZED_VIEW || kind == KIND_FOREIGN_TABLE;
}

static const struct contract_column *find_column(const struct contract_requirement *requirement, struct text name)
{
    for (size_t i = 0; i < requirement->column_count; i++)
        if (text_equal(requirement->columns[i].name, name))
            return &requirement->columns[i];
    return NULL;
}

static bool has_label(const struct contract_requirement *requirement, struct text label)
{
    for (size_t i = 0; i < requirement->label_count; i++)
        if (text_equal(requirement->labels[i], label))
            return true;
    return false;
}

/* Whether the new type is none that the contract takes. */
static bool breaks_type(struct linter *linter, const struct contract_column *column, const struct step *step)
{
    CLEANUP(buffer_clear) struct buffer required = {0};
    bool fits = step->column == NULL || !contract_type_asks(&column->type) ||
                contract_type_check(&column->type, step->column->type, &required);

    if (!fits)
        linter_detail(linter, "%.*s", TEXT_ARGS(buffer_text(&required)));
    return !fits;
}

static bool breaks_column(struct linter *linter, const struct contract_requirement *requirement,
                          const struct step *step)
{
    const struct contract_column *column = find_column(requirement, step->name);

    if (column == NULL)
        return false;
    switch (step->kind) {
    case STEP_DROP_COLUMN:
    case STEP_RENAME_COLUMN:
        return true;
    case STEP_COLUMN_TYPE:
        return breaks_type(linter, column, step);
    case STEP_DROP_NOT_NULL:
        return column->nullable == CONTRACT_NO;
    case STEP_SET_NOT_NULL:
        return column->nullable == CONTRACT_YES;
    case STEP_DROP_DEFAULT:
        return column->has_default || column->defaulted == CONTRACT_YES;
    default:
        return false;
    }
}

static bool breaks_relation(struct linter *linter, const struct contract_requirement *requirement,
                            const struct step *step)
{
    switch (step->kind) {
    case STEP_DROP_TABLE:
    case STEP_DROP_VIEW:
    case STEP_RENAME_TABLE:
    case STEP_RENAME_VIEW:
    case STEP_MOVE_TABLE:
        return true;
    default:
        return step->object_kind == KIND_COLUMN && breaks_column(linter, requirement, step);
    }
}

/* A key or index that goes, when the contract asks for one on these columns. */
static bool same_columns(struct text_span columns, const struct contract_columns *wanted)
{
    size_t found = 0;

    for (size_t i = 0; i < wanted->count; i++)
        for (size_t k = 0; k < columns.count; k++)
            found += text_equal(wanted->names[i], columns.items[k]);
    return wanted->count == columns.count && found == wanted->count;
}

static bool breaks_key(const struct contract_requirement *requirement, const struct step *step)
{
    const struct world_constraint *constraint = relation_constraint(step->relation, step->name);
    const struct world_index *index = relation_index(step->relation, step->name);
    struct text_span columns = {NULL, 0};

    if (step->kind == STEP_DROP_CONSTRAINT && constraint != NULL &&
        (constraint->kind == KIND_PRIMARY_KEY || constraint->kind == KIND_UNIQUE))
        columns = constraint->columns;
    else if ((step->kind == STEP_DROP_INDEX || step->kind == STEP_DROP_INDEX_CONCURRENTLY) && index != NULL)
        columns = index->columns;
    for (size_t i = 0; columns.count > 0 && i < requirement->key_count; i++)
        if (same_columns(columns, &requirement->keys[i]))
            return true;
    for (size_t i = 0; columns.count > 0 && i < requirement->index_count; i++)
        if (same_columns(columns, &requirement->indexes[i]))
            return true;
    return false;
}

/* Without arguments whatever is called so is meant. */
static bool is_routine(const struct contract_requirement *requirement, struct text object)
{
    bool has_arguments = object.length > 0 && memchr(object.bytes, '(', object.length) != NULL;

    return text_equal(requirement->path, object) ||
           (!has_arguments && text_starts_with(requirement->path, object) && requirement->path.length > object.length &&
            requirement->path.bytes[object.length] == '(');
}

static bool breaks(struct linter *linter, const struct contract_requirement *requirement, const struct step *step)
{
    if (step->kind == STEP_DROP_SCHEMA || step->kind == STEP_RENAME_SCHEMA)
        return requirement->path.length > step->object.length && text_starts_with(requirement->path, step->object) &&
               requirement->path.bytes[step->object.length] == '.';
    if (requirement->kind == KIND_FUNCTION)
        return (step->kind == STEP_DROP_FUNCTION || step->kind == STEP_RENAME_FUNCTION) &&
               is_routine(requirement, step->object);
    if (requirement->kind == KIND_ENUM)
        return text_equal(requirement->path, step->object) &&
               (step->kind == STEP_DROP_TYPE || step->kind == STEP_RENAME_TYPE ||
                (step->kind == STEP_RENAME_LABEL && has_label(requirement, step->name)));
    return is_relation_kind(requirement->kind) && step->relation != NULL &&
           text_equal(requirement->path, step->relation->path) &&
           (breaks_relation(linter, requirement, step) || breaks_key(requirement, step));
}

static void say_broken(struct linter *linter, const struct contract *contract, const struct step *step)
{
    CLEANUP(buffer_clear) struct buffer detail = {0};
    size_t finding;

    buffer_add_text(&detail, contract->name);
    for (size_t i = 0; i < contract->consumer_count; i++) {
        buffer_add_string(&detail, i == 0 ? " (read by " : ", ");
        buffer_add_text(&detail, contract->consumers[i]);
    }
    buffer_add_string(&detail, contract->consumer_count > 0 ? ") needs " : " needs ");
    buffer_add_text(&detail, step->object);
    if (linter->detail.length > 0) {
        buffer_add_string(&detail, ": ");
        buffer_add_text(&detail, linter->detail);
    }
    if (detail.failed)
        linter_fail(linter, error_memory(linter->error, "checking contracts"));
    linter_detail(linter, "%.*s", TEXT_ARGS(buffer_text(&detail)));
    linter->has_level = true;
    linter->level = contract->severity;
    finding = linter_add(linter, RULE_CONTRACT_BROKEN, step, step->place);
    if (finding != SIZE_MAX)
        linter->findings.items[finding].contract = contract;
}

static void check_contracts(struct linter *linter, const struct step *step)
{
    const struct contract_set *contracts = linter->options->contracts;

    if (step->relation != NULL && !relation_was_there(step->relation))
        return;
    for (size_t i = 0; contracts != NULL && i < contracts->count; i++)
        for (size_t k = 0; k < contracts->contracts[i].requirement_count; k++)
            if (breaks(linter, &contracts->contracts[i].requirements[k], step)) {
                say_broken(linter, &contracts->contracts[i], step);
                break;
            }
}

void target_check(struct linter *linter, const struct step *step)
{
    if (is_of_created_table(step) || !check_relation(linter, step))
        return;
    check_presence(linter, step);
    check_absence(linter, step);
    check_change(linter, step);
    check_contracts(linter, step);
    dependents_check(linter, step);
}
