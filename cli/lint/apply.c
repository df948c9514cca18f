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

/* What it has only shows when it is looked at. */
static void make_unknown(struct linter *linter, const struct step *step)
{
    make_relation(linter, step, step->object_kind, false);
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

static void drop_column(struct linter *linter, const struct step *step)
{
    struct relation *relation = step->relation;
    struct world_column *column = relation_column(relation, step->name);
    struct text name = step->name;

    (void)linter;
    if (relation == NULL)
        return;
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

static void rename_column(struct linter *linter, const struct step *step)
{
    struct world *world = &linter->world;
    struct relation *relation = step->relation;
    struct text new_name = world_text(world, step->new_name);
    struct world_column *column = relation_column(relation, step->name);

    if (relation == NULL)
        return;
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

static void set_not_null(struct linter *linter, const struct step *step)
{
    struct world_column *column = column_of(linter, step);

    if (column != NULL)
        column->not_null = step->kind == STEP_SET_NOT_NULL ? TRUTH_YES : TRUTH_NO;
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

static void make_thing(struct linter *linter, const struct step *step)
{
    (void)linter;
    if (step->thing != NULL && step->thing->state != THING_THERE)
        step->thing->state = THING_NEW;
}

static void lose_thing(struct linter *linter, const struct step *step)
{
    (void)linter;
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

static void lose_relation(struct linter *linter, const struct step *step)
{
    (void)linter;
    if (step->relation != NULL)
        step->relation->state = THING_GONE;
}

static void rename_relation(struct linter *linter, const struct step *step)
{
    if (step->relation != NULL)
        move_relation(linter, step, step->relation->schema, step->new_name);
}

static void change_schema(struct linter *linter, const struct step *step)
{
    if (step->relation != NULL)
        move_relation(linter, step, step->new_name, step->relation->name);
}

static void note_policy(struct linter *linter, const struct step *step)
{
    (void)linter;
    if (step->relation != NULL)
        step->relation->has_policies = true;
}

static void note_partition(struct linter *linter, const struct step *step)
{
    (void)linter;
    if (step->relation != NULL)
        step->relation->is_partition = true;
}

static const struct {
    enum step_kind kind;
    void (*apply)(struct linter *linter, const struct step *step);
} effects[] = {
    {STEP_CREATE_TABLE, create_table},
    {STEP_CREATE_TABLE_AS, make_unknown},
    {STEP_CREATE_VIEW, make_unknown},
    {STEP_CREATE_SEQUENCE, make_unknown},
    {STEP_DROP_TABLE, lose_relation},
    {STEP_DROP_VIEW, lose_relation},
    {STEP_DROP_SEQUENCE, lose_relation},
    {STEP_RENAME_TABLE, rename_relation},
    {STEP_RENAME_VIEW, rename_relation},
    {STEP_MOVE_TABLE, change_schema},
    {STEP_TABLE_COLUMN, add_column},
    {STEP_ADD_COLUMN, add_column},
    {STEP_DROP_COLUMN, drop_column},
    {STEP_RENAME_COLUMN, rename_column},
    {STEP_SET_NOT_NULL, set_not_null},
    {STEP_DROP_NOT_NULL, set_not_null},
    {STEP_COLUMN_TYPE, set_type},
    {STEP_TABLE_CONSTRAINT, add_constraint},
    {STEP_COLUMN_CONSTRAINT, add_constraint},
    {STEP_ADD_PRIMARY_KEY, add_constraint},
    {STEP_ADD_UNIQUE, add_constraint},
    {STEP_ADD_FOREIGN_KEY, add_constraint},
    {STEP_ADD_CHECK, add_constraint},
    {STEP_ADD_EXCLUSION, add_constraint},
    {STEP_VALIDATE_CONSTRAINT, change_constraint},
    {STEP_DROP_CONSTRAINT, change_constraint},
    {STEP_RENAME_CONSTRAINT, change_constraint},
    {STEP_CREATE_INDEX, add_index},
    {STEP_CREATE_INDEX_CONCURRENTLY, add_index},
    {STEP_DROP_INDEX, change_index},
    {STEP_DROP_INDEX_CONCURRENTLY, change_index},
    {STEP_RENAME_INDEX, change_index},
    {STEP_CREATE_POLICY, note_policy},
    {STEP_ATTACH_PARTITION, note_partition},
    {STEP_CREATE_SCHEMA, make_thing},
    {STEP_CREATE_FUNCTION, make_thing},
    {STEP_CREATE_TYPE, make_thing},
    {STEP_CREATE_DOMAIN, make_thing},
    {STEP_CREATE_EXTENSION, make_thing},
    {STEP_DROP_SCHEMA, lose_thing},
    {STEP_DROP_FUNCTION, lose_thing},
    {STEP_DROP_TYPE, lose_thing},
    {STEP_DROP_EXTENSION, lose_thing},
    {STEP_RENAME_SCHEMA, rename_thing},
    {STEP_RENAME_FUNCTION, rename_thing},
    {STEP_RENAME_TYPE, rename_thing},
    {STEP_RENAME_OTHER, rename_thing},
};

void apply(struct linter *linter, const struct step *step)
{
    for (size_t i = 0; i < LENGTH_OF(effects); i++)
        if (effects[i].kind == step->kind)
            effects[i].apply(linter, step);
}
