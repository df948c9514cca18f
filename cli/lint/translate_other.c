/* Statements that are one step each, or a step for each object that they name. */
#include "lint/translator.h"

/* ---- objects that are made ---- */

static void about_new(struct translator *translator, struct step *step, enum kind kind, const json_t *range)
{
    struct relation *relation = world_new_relation(&translator->linter->world, translator_schema(translator, range),
                                                   syntax_text(range, "relname"));

    translator_about_relation(step, relation);
    step->object_kind = kind;
    step->place = translator_place(translator, range);
}

static void create_table_of(struct translator *translator, const json_t *body, const json_t *into)
{
    bool is_view = syntax_says(body, "objtype", "OBJECT_MATVIEW");
    struct step *step = translator_add(translator, is_view ? STEP_CREATE_VIEW : STEP_CREATE_TABLE_AS);

    about_new(translator, step, is_view ? KIND_MATERIALIZED_VIEW : KIND_TABLE, syntax_member(into, "rel"));
    step->node = body;
    step->tolerant = syntax_flag(body, "if_not_exists");
}

static void translate_create_table_as(struct translator *translator, const json_t *body)
{
    create_table_of(translator, body, syntax_member(body, "into"));
}

static void translate_foreign_table(struct translator *translator, const json_t *body)
{
    translate_create_table(translator, syntax_member(body, "base"));
}

static void translate_view(struct translator *translator, const json_t *body)
{
    struct step *step = translator_add(translator, STEP_CREATE_VIEW);

    about_new(translator, step, KIND_VIEW, syntax_member(body, "view"));
    step->node = body;
    step->tolerant = syntax_flag(body, "replace");
}

static void translate_sequence(struct translator *translator, const json_t *body)
{
    struct step *step = translator_add(translator, STEP_CREATE_SEQUENCE);

    about_new(translator, step, KIND_SEQUENCE, syntax_member(body, "sequence"));
    step->node = body;
    step->tolerant = syntax_flag(body, "if_not_exists");
}

/* What is made inside has the schema that is made. */
static void translate_schema(struct translator *translator, const json_t *body)
{
    struct step *step = translator_add(translator, STEP_CREATE_SCHEMA);
    struct text outer = translator->schema, name = syntax_text(body, "schemaname");

    translator_about_thing(translator, step, KIND_SCHEMA, (struct text){"", 0}, name);
    step->node = body;
    step->tolerant = syntax_flag(body, "if_not_exists");
    translator->schema = name;
    for (size_t i = 0; i < syntax_count(body, "schemaElts"); i++)
        translate_node(translator, syntax_item(body, "schemaElts", i));
    translator->schema = outer;
}

/* Functions are known by what goes in. */
static bool is_input(const json_t *parameter)
{
    return !syntax_says(parameter, "mode", "FUNC_PARAM_OUT") && !syntax_says(parameter, "mode", "FUNC_PARAM_TABLE");
}

static void translate_function_statement(struct translator *translator, const json_t *body)
{
    CLEANUP(buffer_clear) struct buffer name = {0};
    size_t count = syntax_count(body, "funcname"), written = 0;
    struct text schema = count > 1 ? syntax_string(syntax_item(body, "funcname", 0)) : translator->schema;
    struct step *step = translator_add(translator, STEP_CREATE_FUNCTION);

    buffer_add_text(&name, syntax_string(syntax_item(body, "funcname", count - 1)));
    buffer_add_byte(&name, '(');
    for (size_t i = 0; i < syntax_count(body, "parameters"); i++) {
        const json_t *parameter;

        if (!syntax_is(syntax_item(body, "parameters", i), "FunctionParameter", &parameter) || !is_input(parameter))
            continue;
        buffer_add_string(&name, written++ > 0 ? ", " : "");
        buffer_add_text(&name, translator_type(translator, syntax_member(parameter, "argType"), NULL));
    }
    buffer_add_byte(&name, ')');
    if (name.failed)
        linter_fail(translator->linter, error_memory(translator->linter->error, "translating SQL"));
    translator_about_thing(translator, step, syntax_flag(body, "is_procedure") ? KIND_PROCEDURE : KIND_FUNCTION, schema,
                           translator_text(translator, buffer_text(&name)));
    step->node = body;
    step->tolerant = syntax_flag(body, "replace");
}

/* A type by a list of names. */
static void add_type(struct translator *translator, enum step_kind kind, enum kind type, const json_t *body,
                     const char *key)
{
    size_t count = syntax_count(body, key);
    struct text schema = count > 1 ? syntax_string(syntax_item(body, key, count - 2)) : translator->schema;
    struct step *step = translator_add(translator, kind);

    translator_about_thing(translator, step, type, schema, syntax_string(syntax_item(body, key, count - 1)));
    step->node = body;
}

static void translate_enum(struct translator *translator, const json_t *body)
{
    add_type(translator, STEP_CREATE_TYPE, KIND_ENUM, body, "typeName");
}

static void translate_range(struct translator *translator, const json_t *body)
{
    add_type(translator, STEP_CREATE_TYPE, KIND_RANGE_TYPE, body, "typeName");
}

static void translate_composite(struct translator *translator, const json_t *body)
{
    const json_t *range = syntax_member(body, "typevar");
    struct step *step = translator_add(translator, STEP_CREATE_TYPE);

    translator_about_thing(translator, step, KIND_COMPOSITE_TYPE, translator_schema(translator, range),
                           syntax_text(range, "relname"));
    step->node = body;
}

static void translate_domain(struct translator *translator, const json_t *body)
{
    add_type(translator, STEP_CREATE_DOMAIN, KIND_DOMAIN, body, "domainname");
}

static void translate_alter_enum(struct translator *translator, const json_t *body)
{
    bool renames = syntax_text(body, "oldVal").length > 0;
    struct step *step;

    add_type(translator, renames ? STEP_RENAME_LABEL : STEP_ADD_LABEL, KIND_ENUM, body, "typeName");
    step = &translator->steps[translator->count > 0 ? translator->count - 1 : 0];
    if (translator->count == 0)
        return;
    step->new_name = syntax_text(body, "newVal");
    step->name = renames ? syntax_text(body, "oldVal") : step->new_name;
    step->tolerant = syntax_flag(body, "skipIfNewValExists");
}

static void translate_alter_domain(struct translator *translator, const json_t *body)
{
    const json_t *constraint;
    bool adds = syntax_is(syntax_member(body, "def"), "Constraint", &constraint) || syntax_says(body, "subtype", "O");

    add_type(translator, adds ? STEP_ADD_DOMAIN_CHECK : STEP_OTHER, KIND_DOMAIN, body, "typeName");
}

static void add_on_table(struct translator *translator, enum step_kind kind, const json_t *range, enum kind part,
                         struct text name)
{
    struct step *step = translator_add(translator, kind);

    translator_about_relation(step, translator_relation(translator, range));
    translator_about_part(translator, step, part, name);
    step->node = translator->statement;
    step->tolerant = syntax_flag(translator->statement, "replace");
}

static void translate_trigger(struct translator *translator, const json_t *body)
{
    add_on_table(translator, STEP_CREATE_TRIGGER, syntax_member(body, "relation"), KIND_TRIGGER,
                 syntax_text(body, "trigname"));
}

static void translate_policy(struct translator *translator, const json_t *body)
{
    add_on_table(translator, STEP_CREATE_POLICY, syntax_member(body, "table"), KIND_POLICY,
                 syntax_text(body, "policy_name"));
}

static void translate_rule(struct translator *translator, const json_t *body)
{
    add_on_table(translator, STEP_CREATE_RULE, syntax_member(body, "relation"), KIND_RULE,
                 syntax_text(body, "rulename"));
}

/* ---- rows and whole tables ---- */

static struct step *add_range(struct translator *translator, enum step_kind kind, const json_t *range)
{
    struct step *step = translator_add(translator, kind);

    translator_about_relation(step, translator_relation(translator, range));
    step->node = translator->statement;
    if (range != NULL)
        step->place = translator_place(translator, range);
    return step;
}

static void translate_truncate(struct translator *translator, const json_t *body)
{
    const json_t *range;

    for (size_t i = 0; i < syntax_count(body, "relations"); i++)
        if (syntax_is(syntax_item(body, "relations", i), "RangeVar", &range))
            add_range(translator, STEP_TRUNCATE, range)->cascades = syntax_says(body, "behavior", "DROP_CASCADE");
}

static void translate_lock(struct translator *translator, const json_t *body)
{
    const json_t *range;

    for (size_t i = 0; i < syntax_count(body, "relations"); i++)
        if (syntax_is(syntax_item(body, "relations", i), "RangeVar", &range))
            add_range(translator, STEP_LOCK_TABLE, range)->lock =
                (enum lock)json_integer_value(syntax_member(body, "mode")); /* numbered alike */
}

static bool add_nested_update(void *context, const json_t *body)
{
    add_range(context, STEP_UPDATE, syntax_member(body, "relation"))->node = body;
    return true;
}

static bool add_nested_delete(void *context, const json_t *body)
{
    add_range(context, STEP_DELETE, syntax_member(body, "relation"))->node = body;
    return true;
}

/* Statements in WITH change rows, too. */
static void add_nested(struct translator *translator, const json_t *body)
{
    const json_t *with = syntax_member(body, "withClause");

    if (with != NULL) {
        syntax_each(with, "UpdateStmt", add_nested_update, translator);
        syntax_each(with, "DeleteStmt", add_nested_delete, translator);
    }
}

static void translate_update(struct translator *translator, const json_t *body)
{
    add_range(translator, STEP_UPDATE, syntax_member(body, "relation"));
    add_nested(translator, body);
}

static void translate_delete(struct translator *translator, const json_t *body)
{
    add_range(translator, STEP_DELETE, syntax_member(body, "relation"));
    add_nested(translator, body);
}

static void translate_insert(struct translator *translator, const json_t *body)
{
    add_range(translator, STEP_INSERT, syntax_member(body, "relation"));
    add_nested(translator, body);
}

static void translate_copy(struct translator *translator, const json_t *body)
{
    bool writes = syntax_flag(body, "is_from") && syntax_member(body, "relation") != NULL;

    add_range(translator, writes ? STEP_COPY : STEP_SELECT, syntax_member(body, "relation"));
}

static void translate_cluster(struct translator *translator, const json_t *body)
{
    add_range(translator, STEP_CLUSTER, syntax_member(body, "relation"));
}

/* `FULL`, `FULL true`, and not `FULL off`. */
static bool is_switched_on(const json_t *body, const char *list, const char *name)
{
    const json_t *argument = NULL;
    struct text word;

    if (!syntax_option(body, list, name, &argument))
        return false;
    word = syntax_string(argument);
    if (word.length > 0)
        return !text_equal(word, TEXT("false")) && !text_equal(word, TEXT("off"));
    return syntax_integer(argument, 1) != 0;
}

static void translate_vacuum(struct translator *translator, const json_t *body)
{
    const json_t *vacuumed;
    bool is_full = is_switched_on(body, "options", "full");
    enum step_kind kind = !syntax_flag(body, "is_vacuumcmd") ? STEP_ANALYZE : is_full ? STEP_VACUUM_FULL : STEP_VACUUM;

    if (syntax_count(body, "rels") == 0)
        add_range(translator, kind, NULL)->object = TEXT("every table");
    for (size_t i = 0; i < syntax_count(body, "rels"); i++)
        if (syntax_is(syntax_item(body, "rels", i), "VacuumRelation", &vacuumed))
            add_range(translator, kind, syntax_member(vacuumed, "relation"));
}

static void translate_reindex(struct translator *translator, const json_t *body)
{
    const json_t *range = syntax_member(body, "relation");
    bool concurrently = is_switched_on(body, "params", "concurrently");
    enum step_kind kind = concurrently ? STEP_REINDEX_CONCURRENTLY : STEP_REINDEX;
    struct world_index *index;
    struct step *step;

    if (!syntax_says(body, "kind", "REINDEX_OBJECT_INDEX")) {
        step = add_range(translator, kind, range);
        if (range == NULL)
            step->object = syntax_text(body, "name");
        return;
    }
    step = add_range(translator, kind, NULL);
    step->relation = world_index_table(&translator->linter->world, translator_schema(translator, range),
                                       syntax_text(range, "relname"), &index);
    step->object_kind = KIND_INDEX;
    step->name = step->object = syntax_text(range, "relname");
}

static void translate_refresh(struct translator *translator, const json_t *body)
{
    add_range(translator, syntax_flag(body, "concurrent") ? STEP_REFRESH_CONCURRENTLY : STEP_REFRESH,
              syntax_member(body, "relation"))
        ->tolerant = syntax_flag(body, "skipData");
}

/* ---- settings and transactions ---- */

static void translate_set(struct translator *translator, const json_t *body)
{
    struct step *step = translator_add(translator, STEP_SET);

    step->node = body;
    step->name = step->object = syntax_text(body, "name");
}

/* SELECT set_config('name', 'value', is_local) sets, too. */
static bool add_set_config(void *context, const json_t *call)
{
    struct translator *translator = context;
    size_t count = syntax_count(call, "funcname");
    struct step *step;

    if (!text_equal(syntax_string(syntax_item(call, "funcname", count - 1)), TEXT("set_config")))
        return true;
    step = translator_add(translator, STEP_SET);
    step->node = call;
    step->name = step->object = syntax_string(syntax_item(call, "args", 0));
    return true;
}

static void translate_select(struct translator *translator, const json_t *body)
{
    const json_t *into = syntax_member(body, "intoClause");
    size_t count = translator->count;

    if (into != NULL) {
        create_table_of(translator, body, into);
        return;
    }
    if (syntax_member(body, "targetList") != NULL)
        syntax_each(syntax_member(body, "targetList"), "FuncCall", add_set_config, translator);
    add_nested(translator, body);
    if (translator->count == count)
        translator_add(translator, STEP_SELECT)->node = body;
}

static void translate_transaction(struct translator *translator, const json_t *body)
{
    static const struct {
        const char *kind;
        enum step_kind step;
    } kinds[] = {
        {"TRANS_STMT_BEGIN", STEP_BEGIN},    {"TRANS_STMT_START", STEP_BEGIN},       {"TRANS_STMT_COMMIT", STEP_COMMIT},
        {"TRANS_STMT_PREPARE", STEP_COMMIT}, {"TRANS_STMT_ROLLBACK", STEP_ROLLBACK},
    };
    enum step_kind kind = STEP_SAVEPOINT;

    for (size_t i = 0; i < LENGTH_OF(kinds); i++)
        if (syntax_says(body, "kind", kinds[i].kind))
            kind = kinds[i].step;
    translator_add(translator, kind)->node = body;
}

/* ---- access ---- */

static void translate_grant(struct translator *translator, const json_t *body)
{
    struct step *step = translator_add(translator, syntax_flag(body, "is_grant") ? STEP_GRANT : STEP_REVOKE);
    const json_t *range, *role = NULL;

    step->node = body;
    step->object = TEXT("what it names");
    if (syntax_is(syntax_item(body, "objects", 0), "RangeVar", &range)) {
        translator_about_relation(step, translator_relation(translator, range));
        step->place = translator_place(translator, range);
    } else if (syntax_string(syntax_item(body, "objects", 0)).length > 0) {
        step->object = syntax_string(syntax_item(body, "objects", 0));
    }
    syntax_is(syntax_item(body, "grantees", 0), "RoleSpec", &role);
    step->name = syntax_says(role, "roletype", "ROLESPEC_PUBLIC") ? TEXT("PUBLIC") : syntax_text(role, "rolename");
}

static void translate_default_privileges(struct translator *translator, const json_t *body)
{
    translate_grant(translator, syntax_member(body, "action"));
}

static void translate_role(struct translator *translator, const json_t *body)
{
    struct step *step = translator_add(translator, STEP_CHANGE_ROLE);
    struct text created = syntax_text(body, "role");

    step->node = body;
    step->object = created.length > 0 ? created : syntax_text(syntax_member(body, "role"), "rolename");
    step->name = step->object;
}

/* ---- the rest ---- */

static void add_named(struct translator *translator, enum step_kind kind, enum kind object, struct text name)
{
    struct step *step = translator_add(translator, kind);

    step->node = translator->statement;
    step->tolerant =
        syntax_flag(translator->statement, "if_not_exists") || syntax_flag(translator->statement, "missing_ok");
    step->object = step->name = name;
    if (object != KIND_NONE)
        translator_about_thing(translator, step, object, (struct text){"", 0}, name);
}

static void translate_extension(struct translator *translator, const json_t *body)
{
    add_named(translator, STEP_CREATE_EXTENSION, KIND_EXTENSION, syntax_text(body, "extname"));
}

static void translate_alter_extension(struct translator *translator, const json_t *body)
{
    add_named(translator, STEP_ALTER_EXTENSION, KIND_EXTENSION, syntax_text(body, "extname"));
}

/* Tablespaces, like databases, are nothing for transactions. */
static void translate_create_database(struct translator *translator, const json_t *body)
{
    add_named(translator, STEP_CREATE_DATABASE, KIND_NONE, syntax_text(body, "dbname"));
}

static void translate_drop_database(struct translator *translator, const json_t *body)
{
    add_named(translator, STEP_DROP_DATABASE, KIND_NONE, syntax_text(body, "dbname"));
}

static void translate_drop_owned(struct translator *translator, const json_t *body)
{
    translator_add(translator, STEP_DROP_OWNED)->node = body;
}

static void translate_system(struct translator *translator, const json_t *body)
{
    translator_add(translator, STEP_ALTER_SYSTEM)->node = body;
}

static void translate_code(struct translator *translator, const json_t *body)
{
    translator_add(translator, STEP_CODE)->node = body;
}

static void translate_comment(struct translator *translator, const json_t *body)
{
    translator_add(translator, STEP_COMMENT)->node = body;
}

static const struct {
    const char *type;
    translate_function function;
} statements[] = {
    {"AlterDefaultPrivilegesStmt", translate_default_privileges},
    {"AlterDomainStmt", translate_alter_domain},
    {"AlterEnumStmt", translate_alter_enum},
    {"AlterExtensionStmt", translate_alter_extension},
    {"AlterObjectSchemaStmt", translate_move},
    {"AlterRoleStmt", translate_role},
    {"AlterSystemStmt", translate_system},
    {"AlterTableStmt", translate_alter_table},
    {"CallStmt", translate_code},
    {"ClusterStmt", translate_cluster},
    {"CommentStmt", translate_comment},
    {"CompositeTypeStmt", translate_composite},
    {"CopyStmt", translate_copy},
    {"CreateDomainStmt", translate_domain},
    {"CreateEnumStmt", translate_enum},
    {"CreateExtensionStmt", translate_extension},
    {"CreateForeignTableStmt", translate_foreign_table},
    {"CreateFunctionStmt", translate_function_statement},
    {"CreatePolicyStmt", translate_policy},
    {"CreateRangeStmt", translate_range},
    {"CreateRoleStmt", translate_role},
    {"CreateSchemaStmt", translate_schema},
    {"CreateSeqStmt", translate_sequence},
    {"CreateStmt", translate_create_table},
    {"CreateTableAsStmt", translate_create_table_as},
    {"CreateTableSpaceStmt", translate_create_database},
    {"CreateTrigStmt", translate_trigger},
    {"CreatedbStmt", translate_create_database},
    {"DeleteStmt", translate_delete},
    {"DoStmt", translate_code},
    {"DropOwnedStmt", translate_drop_owned},
    {"DropStmt", translate_drop},
    {"DropTableSpaceStmt", translate_create_database},
    {"DropdbStmt", translate_drop_database},
    {"GrantStmt", translate_grant},
    {"IndexStmt", translate_index},
    {"InsertStmt", translate_insert},
    {"LockStmt", translate_lock},
    {"RefreshMatViewStmt", translate_refresh},
    {"ReindexStmt", translate_reindex},
    {"RenameStmt", translate_rename},
    {"RuleStmt", translate_rule},
    {"SelectStmt", translate_select},
    {"TransactionStmt", translate_transaction},
    {"TruncateStmt", translate_truncate},
    {"UpdateStmt", translate_update},
    {"VacuumStmt", translate_vacuum},
    {"VariableSetStmt", translate_set},
    {"ViewStmt", translate_view},
};

translate_function translate_find(const char *type)
{
    for (size_t i = 0; i < LENGTH_OF(statements); i++)
        if (strcmp(type, statements[i].type) == 0)
            return statements[i].function;
    return NULL;
}
