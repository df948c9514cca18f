#include "lint/apply.h"

#include "lint/syntax.h"

/* ---- relations ---- */

static void make_relation(struct linter *linter, const struct step *step, enum kind kind, bool is_known)
{
    struct relation *relation = step->relation;

    if (relation == NULL || (step->tolerant && relation->state == THING_THERE))
        return;
    relation->state = THING_NEW;
    relation->kind = kind;
    relation->is_known = is_known;
    relation->is_open = !is_known;
    relation->has_policies = relation->is_partition = false;
    relation->column_count = relation->index_count = relation->constraint_count = 0;
    relation->file = linter->file;
    relation->place = step->place;
}

static void create_table(struct linter *linter, const struct step *step)
{
    const json_t *range = syntax_member(step->node, "relation"), *body;
    bool inherits = syntax_count(step->node, "inhRelations") > 0, is_partition = false, copies = false;

    for (size_t i = 0; i < syntax_count(step->node, "tableElts"); i++)
        copies = copies || syntax_is(syntax_item(step->node, "tableElts", i), "TableLikeClause", &body);
    is_partition = syntax_member(step->node, "partbound") != NULL;
    make_relation(linter, step, KIND_TABLE, !inherits && !copies && syntax_member(step->node, "ofTypename") == NULL);
    if (step->relation == NULL)
        return;
    step->relation->is_temporary = syntax_says(range, "relpersistence", "t");
    step->relation->is_partition = is_partition;
}

/* The same thing under another name. */
static void move_relation(struct linter *linter, const struct step *step, struct text schema, struct text name)
{
    struct relation *old = step->relation, *new;
    struct text path;

    if (old == NULL || old->state == THING_MISSING || old->state == THING_GONE)
        return;
    new = world_new_relation(&linter->world, schema, name);
    if (new == NULL || new == old)
        return;
    path = new->path;
    schema = new->schema;
    name = new->name;
    *new = *old;
    new->path = path;
    new->schema = schema;
    new->name = name;
    new->state = old->state == THING_NEW ? THING_NEW : THING_THERE;
    old->state = THING_GONE;
}

static bool uses_column(struct text_span columns, struct text name)
{
    for (size_t i = 0; i < columns.count; i++)
        if (text_equal(columns.items[i], name))
            return true;
    return false;
}

static void drop_column(struct relation *relation, struct text name)
{
    struct world_column *column = relation_column(relation, name);

    if (column != NULL)
        column->is_gone = true;
    for (size_t i = 0; i < relation->index_count; i++)
        if (uses_column(relation->indexes[i].columns, name))
            relation->indexes[i].is_gone = true;
    for (size_t i = 0; i < relation->constraint_count; i++)
        if (uses_column(relation->constraints[i].columns, name))
            relation->constraints[i].is_gone = true;
}

static struct text_span with_other_name(struct world *world, struct text_span columns, struct text name,
                                        struct text new_name)
{
    struct text_span copy = uses_column(columns, name) ? world_span(world, columns) : columns;

    for (size_t i = 0; copy.items != columns.items && i < copy.count; i++)
        if (text_equal(copy.items[i], name))
            ((struct text *)copy.items)[i] = new_name; /* a copy of our own */
    return copy;
}

static void rename_column(struct world *world, struct relation *relation, const struct step *step)
{
    struct text new_name = world_text(world, step->new_name);
    struct world_column *column = relation_column(relation, step->name);

    if (column != NULL)
        column->name = new_name;
    for (size_t i = 0; i < relation->index_count; i++)
        relation->indexes[i].columns = with_other_name(world, relation->indexes[i].columns, step->name, new_name);
    for (size_t i = 0; i < relation->constraint_count; i++)
        relation->constraints[i].columns =
            with_other_name(world, relation->constraints[i].columns, step->name, new_name);
}

/* ---- columns ---- */

/* The column of a name; of a table that nobody knows it is remembered now. */
static struct world_column *column_of(struct linter *linter, const struct step *step)
{
    struct world_column *column = relation_column(step->relation, step->name);
    const struct world_column unknown = {.name = step->name};

    if (column != NULL || step->relation == NULL || step->relation->is_known)
        return column;
    return relation_add_column(&linter->world, step->relation, &unknown);
}

static void add_column(struct linter *linter, const struct step *step)
{
    if (step->relation == NULL || step->column == NULL || relation_column(step->relation, step->name) != NULL)
        return;
    relation_add_column(&linter->world, step->relation,
                        &(struct world_column){.name = step->column->name,
                                               .type = step->column->type,
                                               .not_null = step->column->not_null ? TRUTH_YES : TRUTH_NO,
                                               .is_new = true});
}

static void set_not_null(struct linter *linter, const struct step *step, enum truth not_null)
{
    struct world_column *column = column_of(linter, step);

    if (column != NULL)
        column->not_null = not_null;
}

static void set_type(struct linter *linter, const struct step *step)
{
    struct world_column *column = column_of(linter, step);

    if (column != NULL && step->column != NULL)
        column->type = world_text(&linter->world, step->column->type);
}

/* ---- constraints and indexes ---- */

/* A name that the server makes of others. */
static struct text made_name(struct linter *linter, struct text table, struct text column, const char *end)
{
    const char *name = arena_printf(&linter->scratch, "%.*s%s%.*s_%s", TEXT_ARGS(table), column.length > 0 ? "_" : "",
                                    TEXT_ARGS(column), end);

    if (name == NULL)
        linter_fail(linter, arena_error(&linter->scratch, linter->error, "following migrations"));
    return text_from(name);
}

/* What the server would call it. */
static struct text constraint_name(struct linter *linter, const struct step *step)
{
    const struct constraint_facts *constraint = step->constraint;
    struct text column = constraint->columns.count == 1 ? constraint->columns.items[0] : (struct text){"", 0};

    if (constraint->name.length > 0)
        return constraint->name;
    if (constraint->index.length > 0)
        return constraint->index;
    if (constraint->kind == KIND_PRIMARY_KEY)
        return made_name(linter, step->relation->name, (struct text){"", 0}, "pkey");
    if (column.length == 0)
        return column;
    return made_name(linter, step->relation->name, column,
                     constraint->kind == KIND_UNIQUE        ? "key"
                     : constraint->kind == KIND_FOREIGN_KEY ? "fkey"
                                                            : "check");
}

/* A key that takes an index over is about the columns of that. */
static struct text_span constraint_columns(const struct step *step)
{
    struct world_index *index = relation_index(step->relation, step->constraint->index);

    if (step->constraint->index.length == 0 || index == NULL)
        return step->constraint->columns;
    index->is_gone = true;
    return index->columns;
}

static void add_constraint(struct linter *linter, const struct step *step)
{
    const struct constraint_facts *facts = step->constraint;
    struct world_constraint constraint;

    if (step->relation == NULL || facts == NULL)
        return;
    constraint = (struct world_constraint){.kind = facts->kind,
                                           .name = constraint_name(linter, step),
                                           .columns = constraint_columns(step),
                                           .is_validated = !facts->not_valid,
                                           .is_new = true,
                                           .transaction = linter->session.transaction};
    relation_add_constraint(&linter->world, step->relation, &constraint);
    for (size_t i = 0; facts->kind == KIND_PRIMARY_KEY && i < constraint.columns.count; i++) {
        struct world_column *column = relation_column(step->relation, constraint.columns.items[i]);

        if (column != NULL)
            column->not_null = TRUTH_YES;
    }
}

static void change_constraint(struct linter *linter, const struct step *step)
{
    struct world_constraint *constraint = relation_constraint(step->relation, step->name);

    if (constraint == NULL)
        return;
    if (step->kind == STEP_VALIDATE_CONSTRAINT)
        constraint->is_validated = true;
    else if (step->kind == STEP_RENAME_CONSTRAINT)
        constraint->name = world_text(&linter->world, step->new_name);
    else
        constraint->is_gone = true;
}

static void add_index(struct linter *linter, const struct step *step)
{
    struct relation *relation = step->relation;
    struct text name = step->name;

    if (relation == NULL || step->index == NULL || relation_index(relation, name) != NULL)
        return;
    if (name.length == 0 && step->index->columns.count == 1)
        name = made_name(linter, relation->name, step->index->columns.items[0], "idx");
    relation_add_index(&linter->world, relation,
                       &(struct world_index){.name = name,
                                             .columns = step->index->columns,
                                             .is_unique = step->index->is_unique,
                                             .is_partial = step->index->is_partial,
                                             .is_ordinary = step->index->is_ordinary,
                                             .is_new = true});
}

static void change_index(struct linter *linter, const struct step *step)
{
    struct world_index *index = relation_index(step->relation, step->name);

    if (index == NULL)
        return;
    if (step->kind == STEP_RENAME_INDEX)
        index->name = world_text(&linter->world, step->new_name);
    else
        index->is_gone = true;
}

/* ---- everything else ---- */

static void make_thing(const struct step *step)
{
    if (step->thing != NULL && step->thing->state != THING_THERE)
        step->thing->state = THING_NEW;
}

static void lose_thing(const struct step *step)
{
    if (step->thing != NULL)
        step->thing->state = THING_GONE;
}

static void rename_thing(struct linter *linter, const struct step *step)
{
    struct thing *renamed;

    if (step->relation != NULL && step->object_kind == KIND_SEQUENCE)
        move_relation(linter, step, step->relation->schema, step->new_name);
    if (step->thing == NULL)
        return;
    renamed = world_thing(&linter->world, step->object_kind, step->schema, step->new_name);
    if (renamed != NULL && renamed != step->thing && renamed->state != THING_NEW)
        renamed->state = step->thing->state == THING_NEW ? THING_NEW : THING_THERE;
    step->thing->state = THING_GONE;
}

static void apply_to_relation(struct linter *linter, const struct step *step)
{
    struct relation *relation = step->relation;

    switch (step->kind) {
    case STEP_DROP_TABLE:
    case STEP_DROP_VIEW:
    case STEP_DROP_SEQUENCE:
        relation->state = THING_GONE;
        break;
    case STEP_RENAME_TABLE:
    case STEP_RENAME_VIEW:
        move_relation(linter, step, relation->schema, step->new_name);
        break;
    case STEP_MOVE_TABLE:
        move_relation(linter, step, step->new_name, relation->name);
        break;
    case STEP_DROP_COLUMN:
        drop_column(relation, step->name);
        break;
    case STEP_RENAME_COLUMN:
        rename_column(&linter->world, relation, step);
        break;
    case STEP_CREATE_POLICY:
        relation->has_policies = true;
        break;
    case STEP_ATTACH_PARTITION:
        relation->is_partition = true;
        break;
    default:
        break;
    }
}

void apply(struct linter *linter, const struct step *step)
{
    switch (step->kind) {
    case STEP_CREATE_TABLE:
        create_table(linter, step);
        break;
    case STEP_CREATE_TABLE_AS:
        make_relation(linter, step, KIND_TABLE, false);
        break;
    case STEP_CREATE_VIEW:
        make_relation(linter, step, step->object_kind, false);
        break;
    case STEP_CREATE_SEQUENCE:
        make_relation(linter, step, KIND_SEQUENCE, false);
        break;
    case STEP_TABLE_COLUMN:
    case STEP_ADD_COLUMN:
        add_column(linter, step);
        break;
    case STEP_SET_NOT_NULL:
        set_not_null(linter, step, TRUTH_YES);
        break;
    case STEP_DROP_NOT_NULL:
        set_not_null(linter, step, TRUTH_NO);
        break;
    case STEP_COLUMN_TYPE:
        set_type(linter, step);
        break;
    case STEP_TABLE_CONSTRAINT:
    case STEP_COLUMN_CONSTRAINT:
    case STEP_ADD_PRIMARY_KEY:
    case STEP_ADD_UNIQUE:
    case STEP_ADD_FOREIGN_KEY:
    case STEP_ADD_CHECK:
    case STEP_ADD_EXCLUSION:
        add_constraint(linter, step);
        break;
    case STEP_VALIDATE_CONSTRAINT:
    case STEP_DROP_CONSTRAINT:
    case STEP_RENAME_CONSTRAINT:
        change_constraint(linter, step);
        break;
    case STEP_CREATE_INDEX:
    case STEP_CREATE_INDEX_CONCURRENTLY:
        add_index(linter, step);
        break;
    case STEP_DROP_INDEX:
    case STEP_DROP_INDEX_CONCURRENTLY:
    case STEP_RENAME_INDEX:
        change_index(linter, step);
        break;
    case STEP_CREATE_SCHEMA:
    case STEP_CREATE_FUNCTION:
    case STEP_CREATE_TYPE:
    case STEP_CREATE_DOMAIN:
    case STEP_CREATE_EXTENSION:
        make_thing(step);
        break;
    case STEP_DROP_SCHEMA:
    case STEP_DROP_FUNCTION:
    case STEP_DROP_TYPE:
    case STEP_DROP_EXTENSION:
        lose_thing(step);
        break;
    case STEP_RENAME_SCHEMA:
    case STEP_RENAME_FUNCTION:
    case STEP_RENAME_TYPE:
    case STEP_RENAME_OTHER:
        rename_thing(linter, step);
        break;
    default:
        if (step->relation != NULL)
            apply_to_relation(linter, step);
    }
}
