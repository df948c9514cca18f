/* CREATE TABLE and ALTER TABLE. */
#include "lint/not_null.h"
#include "lint/translator.h"

static void *room_for(struct translator *translator, size_t size)
{
    void *memory = arena_alloc(&translator->linter->scratch, size);

    if (memory == NULL)
        linter_fail(translator->linter,
                    arena_error(&translator->linter->scratch, translator->linter->error, "translating SQL"));
    return memory;
}

/* ---- columns and constraints ---- */

static void note_column_constraint(struct column_facts *column, const json_t *constraint)
{
    if (syntax_says(constraint, "contype", "CONSTR_NOTNULL")) {
        column->not_null = true;
    } else if (syntax_says(constraint, "contype", "CONSTR_DEFAULT")) {
        column->value = syntax_member(constraint, "raw_expr");
    } else if (syntax_says(constraint, "contype", "CONSTR_IDENTITY")) {
        column->is_identity = column->not_null = true;
    } else if (syntax_says(constraint, "contype", "CONSTR_GENERATED")) {
        column->is_generated = true;
    } else if (syntax_says(constraint, "contype", "CONSTR_PRIMARY")) {
        column->is_key = column->not_null = true;
    }
}

const struct column_facts *translate_column(struct translator *translator, const json_t *definition)
{
    struct column_facts *column = room_for(translator, sizeof *column);

    if (column == NULL)
        return NULL;
    *column = (struct column_facts){.name = syntax_text(definition, "colname")};
    column->type = translator_type(translator, syntax_member(definition, "typeName"), &column->is_serial);
    column->not_null = column->is_serial;
    for (size_t i = 0; i < syntax_count(definition, "constraints"); i++) {
        const json_t *constraint;

        if (syntax_is(syntax_item(definition, "constraints", i), "Constraint", &constraint))
            note_column_constraint(column, constraint);
    }
    return column;
}

static enum kind kind_of_constraint(const json_t *body)
{
    static const struct {
        const char *type;
        enum kind kind;
    } kinds[] = {{"CONSTR_PRIMARY", KIND_PRIMARY_KEY},
                 {"CONSTR_UNIQUE", KIND_UNIQUE},
                 {"CONSTR_FOREIGN", KIND_FOREIGN_KEY},
                 {"CONSTR_CHECK", KIND_CHECK},
                 {"CONSTR_EXCLUSION", KIND_EXCLUSION}};

    for (size_t i = 0; i < LENGTH_OF(kinds); i++)
        if (syntax_says(body, "contype", kinds[i].type))
            return kinds[i].kind;
    return KIND_NONE;
}

/* What stands with a column is about that column. */
static struct text_span one_column(struct translator *translator, struct text column)
{
    struct text *item = room_for(translator, sizeof *item);

    if (item == NULL)
        return (struct text_span){NULL, 0};
    *item = column;
    return (struct text_span){item, 1};
}

static void fill_columns(struct translator *translator, struct constraint_facts *constraint, const json_t *body,
                         struct text column)
{
    struct linter *linter = translator->linter;

    if (constraint->kind == KIND_CHECK) {
        if (linter->code == ERROR_NONE && not_null_columns(&constraint->columns, syntax_member(body, "raw_expr"),
                                                           &linter->scratch, linter->error) != ERROR_NONE)
            linter_fail(linter, linter->error->code);
    } else if (column.length > 0) {
        constraint->columns = one_column(translator, column);
    } else {
        constraint->columns =
            translator_names(translator, body, constraint->kind == KIND_FOREIGN_KEY ? "fk_attrs" : "keys");
    }
}

const struct constraint_facts *translate_constraint(struct translator *translator, const json_t *body,
                                                    struct text column)
{
    enum kind kind = kind_of_constraint(body);
    struct constraint_facts *constraint = kind == KIND_NONE ? NULL : room_for(translator, sizeof *constraint);

    if (constraint == NULL)
        return NULL;
    *constraint = (struct constraint_facts){.kind = kind,
                                            .name = syntax_text(body, "conname"),
                                            .index = syntax_text(body, "indexname"),
                                            .not_valid = syntax_flag(body, "skip_validation")};
    fill_columns(translator, constraint, body, column);
    if (kind == KIND_FOREIGN_KEY) {
        constraint->references = translator_relation(translator, syntax_member(body, "pktable"));
        constraint->referenced = translator_names(translator, body, "pk_attrs");
    }
    return constraint;
}

/* A step for a constraint; `column` is what it stands with, or empty. */
static void add_constraint(struct translator *translator, enum step_kind kind, struct relation *relation,
                           const json_t *body, struct text column)
{
    const struct constraint_facts *constraint = translate_constraint(translator, body, column);
    struct step *step;

    if (constraint == NULL)
        return;
    step = translator_add(translator, kind);
    step->relation = relation;
    step->object = relation == NULL ? constraint->name : relation->path;
    if (column.length > 0)
        translator_about_part(translator, step, KIND_COLUMN, column);
    step->object_kind = constraint->kind;
    step->name = constraint->name;
    step->constraint = constraint;
    step->node = body;
    step->place = translator_place(translator, body);
}

static void add_column(struct translator *translator, enum step_kind kind, struct relation *relation,
                       const json_t *definition)
{
    bool is_added = kind == STEP_ADD_COLUMN;
    const struct column_facts *column = translate_column(translator, definition);
    struct step *step = translator_add(translator, kind);

    step->relation = relation;
    step->node = definition;
    step->column = column;
    step->place = translator_place(translator, definition);
    if (column == NULL)
        return;
    translator_about_part(translator, step, KIND_COLUMN, column->name);
    for (size_t i = 0; i < syntax_count(definition, "constraints"); i++) {
        const json_t *constraint;

        if (syntax_is(syntax_item(definition, "constraints", i), "Constraint", &constraint))
            add_constraint(translator, is_added ? STEP_COLUMN_CONSTRAINT : STEP_TABLE_CONSTRAINT, relation, constraint,
                           column->name);
    }
}

/* ---- CREATE TABLE ---- */

void translate_create_table(struct translator *translator, const json_t *body)
{
    const json_t *range = syntax_member(body, "relation"), *element;
    struct relation *relation = world_new_relation(&translator->linter->world, translator_schema(translator, range),
                                                   syntax_text(range, "relname"));
    struct step *step = translator_add(translator, STEP_CREATE_TABLE);

    translator_about_relation(step, relation);
    step->object_kind = KIND_TABLE;
    step->node = body;
    step->tolerant = syntax_flag(body, "if_not_exists");
    step->place = translator_place(translator, range);
    for (size_t i = 0; i < syntax_count(body, "tableElts"); i++) {
        const json_t *item = syntax_item(body, "tableElts", i);

        if (syntax_is(item, "ColumnDef", &element))
            add_column(translator, STEP_TABLE_COLUMN, relation, element);
        else if (syntax_is(item, "Constraint", &element))
            add_constraint(translator, STEP_TABLE_CONSTRAINT, relation, element, (struct text){"", 0});
    }
}

/* ---- ALTER TABLE ---- */

/* What a part of ALTER TABLE is. Those that are not here are ALTER_TABLE. */
static const struct {
    const char *subtype;
    enum step_kind kind;
    enum kind part; /* what its name is the name of */
} commands[] = {
    {"AT_AddColumn", STEP_ADD_COLUMN, KIND_COLUMN},
    {"AT_DropColumn", STEP_DROP_COLUMN, KIND_COLUMN},
    {"AT_AlterColumnType", STEP_COLUMN_TYPE, KIND_COLUMN},
    {"AT_SetNotNull", STEP_SET_NOT_NULL, KIND_COLUMN},
    {"AT_DropNotNull", STEP_DROP_NOT_NULL, KIND_COLUMN},
    {"AT_ColumnDefault", STEP_SET_DEFAULT, KIND_COLUMN},
    {"AT_ValidateConstraint", STEP_VALIDATE_CONSTRAINT, KIND_CHECK},
    {"AT_DropConstraint", STEP_DROP_CONSTRAINT, KIND_CHECK},
    {"AT_ChangeOwner", STEP_ALTER_OWNER, KIND_NONE},
    {"AT_ClusterOn", STEP_ALTER_SETTING, KIND_NONE},
    {"AT_DropCluster", STEP_ALTER_SETTING, KIND_NONE},
    {"AT_SetStatistics", STEP_ALTER_SETTING, KIND_COLUMN},
    {"AT_SetOptions", STEP_ALTER_SETTING, KIND_COLUMN},
    {"AT_ResetOptions", STEP_ALTER_SETTING, KIND_COLUMN},
    {"AT_SetRelOptions", STEP_ALTER_SETTING, KIND_NONE},
    {"AT_ResetRelOptions", STEP_ALTER_SETTING, KIND_NONE},
    {"AT_SetLogged", STEP_SET_LOGGED, KIND_NONE},
    {"AT_SetUnLogged", STEP_SET_LOGGED, KIND_NONE},
    {"AT_SetTableSpace", STEP_SET_TABLESPACE, KIND_NONE},
    {"AT_SetAccessMethod", STEP_SET_ACCESS_METHOD, KIND_NONE},
    {"AT_EnableTrig", STEP_ENABLE_TRIGGER, KIND_TRIGGER},
    {"AT_EnableAlwaysTrig", STEP_ENABLE_TRIGGER, KIND_TRIGGER},
    {"AT_EnableReplicaTrig", STEP_DISABLE_TRIGGER, KIND_TRIGGER},
    {"AT_EnableTrigAll", STEP_ENABLE_TRIGGER, KIND_NONE},
    {"AT_EnableTrigUser", STEP_ENABLE_TRIGGER, KIND_NONE},
    {"AT_DisableTrig", STEP_DISABLE_TRIGGER, KIND_TRIGGER},
    {"AT_DisableTrigAll", STEP_DISABLE_TRIGGER, KIND_NONE},
    {"AT_DisableTrigUser", STEP_DISABLE_TRIGGER, KIND_NONE},
    {"AT_EnableRowSecurity", STEP_ENABLE_ROW_SECURITY, KIND_NONE},
    {"AT_DisableRowSecurity", STEP_DISABLE_ROW_SECURITY, KIND_NONE},
    {"AT_NoForceRowSecurity", STEP_DISABLE_ROW_SECURITY, KIND_NONE},
    {"AT_AttachPartition", STEP_ATTACH_PARTITION, KIND_NONE},
    {"AT_DetachPartition", STEP_DETACH_PARTITION, KIND_TABLE},
    {"AT_AddInherit", STEP_INHERIT, KIND_NONE},
    {"AT_DropInherit", STEP_NO_INHERIT, KIND_NONE},
};

static enum step_kind find_command(const json_t *command, enum kind *ret_part)
{
    *ret_part = KIND_NONE;
    for (size_t i = 0; i < LENGTH_OF(commands); i++)
        if (syntax_says(command, "subtype", commands[i].subtype)) {
            *ret_part = commands[i].part;
            return commands[i].kind;
        }
    return STEP_ALTER_TABLE;
}

static enum step_kind step_of_constraint(const json_t *body)
{
    switch (kind_of_constraint(body)) {
    case KIND_PRIMARY_KEY:
        return STEP_ADD_PRIMARY_KEY;
    case KIND_UNIQUE:
        return STEP_ADD_UNIQUE;
    case KIND_FOREIGN_KEY:
        return STEP_ADD_FOREIGN_KEY;
    case KIND_EXCLUSION:
        return STEP_ADD_EXCLUSION;
    default:
        return STEP_ADD_CHECK;
    }
}

/* The partition is what the lock is about, and the table that it is attached to is named in the step's new name. */
static void fill_partition(struct translator *translator, struct step *step, struct relation *table,
                           const json_t *command)
{
    const json_t *partition = NULL;

    if (!syntax_is(syntax_member(command, "def"), "PartitionCmd", &partition))
        return;
    partition = syntax_member(partition, "name");
    step->place = translator_place(translator, partition);
    if (step->kind == STEP_ATTACH_PARTITION) {
        translator_about_relation(step, translator_relation(translator, partition));
        step->new_name = table == NULL ? step->new_name : table->path;
    } else {
        step->name = syntax_text(partition, "relname");
        step->kind = syntax_flag(syntax_member(syntax_member(command, "def"), "PartitionCmd"), "concurrent")
                         ? STEP_DETACH_CONCURRENTLY
                         : STEP_DETACH_PARTITION;
        step->lock = step_lock(step->kind);
    }
}

static void add_command(struct translator *translator, const json_t *command, struct relation *relation)
{
    struct text name = syntax_text(command, "name");
    const json_t *definition = NULL;
    enum kind part;
    enum step_kind kind = find_command(command, &part);
    struct step *step = translator_add(translator, kind);

    translator_about_relation(step, relation);
    step->node = command;
    step->cascades = syntax_says(command, "behavior", "DROP_CASCADE");
    step->tolerant = syntax_flag(command, "missing_ok") || syntax_flag(translator->statement, "missing_ok");
    if (name.length > 0 && part != KIND_NONE) {
        step->place = translator_find(translator, name);
        translator_about_part(translator, step, part, name);
    }
    if (kind == STEP_SET_DEFAULT && syntax_member(command, "def") == NULL)
        step->kind = STEP_DROP_DEFAULT;
    if (kind == STEP_ATTACH_PARTITION || kind == STEP_DETACH_PARTITION)
        fill_partition(translator, step, relation, command);
    if (kind == STEP_COLUMN_TYPE && syntax_is(syntax_member(command, "def"), "ColumnDef", &definition))
        step->column = translate_column(translator, definition);
}

/* ALTER INDEX: only moving it to another place is more than a setting. */
static void alter_index(struct translator *translator, const json_t *body)
{
    const json_t *range = syntax_member(body, "relation"), *command = NULL;
    struct world_index *index;

    for (size_t i = 0; i < syntax_count(body, "cmds"); i++) {
        bool moves = syntax_is(syntax_item(body, "cmds", i), "AlterTableCmd", &command) &&
                     syntax_says(command, "subtype", "AT_SetTableSpace");
        struct step *step = translator_add(translator, moves ? STEP_SET_TABLESPACE : STEP_OTHER);

        step->relation = world_index_table(&translator->linter->world, translator_schema(translator, range),
                                           syntax_text(range, "relname"), &index);
        step->object_kind = KIND_INDEX;
        step->object = step->name = syntax_text(range, "relname");
        step->lock = LOCK_NONE; /* the table itself can be used, as long as nobody needs the index */
        step->node = command;
    }
}

void translate_alter_table(struct translator *translator, const json_t *body)
{
    struct relation *relation;

    if (syntax_says(body, "objtype", "OBJECT_INDEX")) {
        alter_index(translator, body);
        return;
    }
    if (syntax_says(body, "objtype", "OBJECT_TYPE")) {
        translator_add(translator, STEP_OTHER)->node = body;
        return;
    }
    relation = translator_relation(translator, syntax_member(body, "relation"));
    translator->cursor = translator_place(translator, syntax_member(body, "relation"));
    translator_find(translator,
                    syntax_text(syntax_member(body, "relation"), "relname")); /* a part may be called alike */
    for (size_t i = 0; i < syntax_count(body, "cmds"); i++) {
        const json_t *command = NULL, *definition;

        if (!syntax_is(syntax_item(body, "cmds", i), "AlterTableCmd", &command))
            continue;
        if (syntax_is(syntax_member(command, "def"), "Constraint", &definition) &&
            syntax_says(command, "subtype", "AT_AddConstraint")) {
            add_constraint(translator, step_of_constraint(definition), relation, definition, (struct text){"", 0});
        } else if (syntax_is(syntax_member(command, "def"), "ColumnDef", &definition) &&
                   syntax_says(command, "subtype", "AT_AddColumn")) {
            size_t first = translator->count;

            add_column(translator, STEP_ADD_COLUMN, relation, definition);
            if (first < translator->count)
                translator->steps[first].tolerant = syntax_flag(command, "missing_ok");
        } else {
            add_command(translator, command, relation);
        }
    }
}

/* ---- CREATE INDEX ---- */

static const struct index_facts *read_index(struct translator *translator, const json_t *body)
{
    size_t count = syntax_count(body, "indexParams");
    struct index_facts *index = room_for(translator, sizeof *index);
    struct text *columns = arena_array(&translator->linter->scratch, count, sizeof *columns);

    if (index == NULL || columns == NULL) {
        linter_fail(translator->linter,
                    arena_error(&translator->linter->scratch, translator->linter->error, "translating SQL"));
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *element;

        columns[i] = syntax_is(syntax_item(body, "indexParams", i), "IndexElem", &element)
                         ? syntax_text(element, "name")
                         : (struct text){"", 0};
    }
    *index = (struct index_facts){.name = syntax_text(body, "idxname"),
                                  .columns = {columns, count},
                                  .is_unique = syntax_flag(body, "unique"),
                                  .is_partial = syntax_member(body, "whereClause") != NULL,
                                  .is_ordinary = syntax_says(body, "accessMethod", "btree")};
    return index;
}

void translate_index(struct translator *translator, const json_t *body)
{
    const struct index_facts *index = read_index(translator, body);
    struct step *step = translator_add(translator, syntax_flag(body, "concurrent") ? STEP_CREATE_INDEX_CONCURRENTLY
                                                                                   : STEP_CREATE_INDEX);

    translator_about_relation(step, translator_relation(translator, syntax_member(body, "relation")));
    step->object_kind = KIND_INDEX;
    step->name = syntax_text(body, "idxname");
    step->node = body;
    step->tolerant = syntax_flag(body, "if_not_exists");
    step->index = index;
    if (step->name.length > 0)
        step->place = translator_find(translator, step->name);
}
