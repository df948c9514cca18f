/* DROP, RENAME and SET SCHEMA, of whatever there is. */
#include "lint/translator.h"

/* What the parser calls the kinds of objects. */
static const struct {
    const char *type;
    enum kind kind;
    enum step_kind dropped;
    enum step_kind renamed;
} types[] = {
    {"OBJECT_TABLE", KIND_TABLE, STEP_DROP_TABLE, STEP_RENAME_TABLE},
    {"OBJECT_FOREIGN_TABLE", KIND_FOREIGN_TABLE, STEP_DROP_TABLE, STEP_RENAME_TABLE},
    {"OBJECT_VIEW", KIND_VIEW, STEP_DROP_VIEW, STEP_RENAME_VIEW},
    {"OBJECT_MATVIEW", KIND_MATERIALIZED_VIEW, STEP_DROP_VIEW, STEP_RENAME_VIEW},
    {"OBJECT_SEQUENCE", KIND_SEQUENCE, STEP_DROP_SEQUENCE, STEP_RENAME_OTHER},
    {"OBJECT_INDEX", KIND_INDEX, STEP_DROP_INDEX, STEP_RENAME_INDEX},
    {"OBJECT_SCHEMA", KIND_SCHEMA, STEP_DROP_SCHEMA, STEP_RENAME_SCHEMA},
    {"OBJECT_COLUMN", KIND_COLUMN, STEP_DROP_COLUMN, STEP_RENAME_COLUMN},
    {"OBJECT_TABCONSTRAINT", KIND_CHECK, STEP_DROP_CONSTRAINT, STEP_RENAME_CONSTRAINT},
    {"OBJECT_TRIGGER", KIND_TRIGGER, STEP_DROP_TRIGGER, STEP_RENAME_OTHER},
    {"OBJECT_POLICY", KIND_POLICY, STEP_DROP_POLICY, STEP_RENAME_OTHER},
    {"OBJECT_RULE", KIND_RULE, STEP_DROP_RULE, STEP_RENAME_OTHER},
    {"OBJECT_FUNCTION", KIND_FUNCTION, STEP_DROP_FUNCTION, STEP_RENAME_FUNCTION},
    {"OBJECT_PROCEDURE", KIND_PROCEDURE, STEP_DROP_FUNCTION, STEP_RENAME_FUNCTION},
    {"OBJECT_ROUTINE", KIND_FUNCTION, STEP_DROP_FUNCTION, STEP_RENAME_FUNCTION},
    {"OBJECT_AGGREGATE", KIND_AGGREGATE, STEP_DROP_FUNCTION, STEP_RENAME_FUNCTION},
    {"OBJECT_TYPE", KIND_ENUM, STEP_DROP_TYPE, STEP_RENAME_TYPE},
    {"OBJECT_DOMAIN", KIND_DOMAIN, STEP_DROP_TYPE, STEP_RENAME_TYPE},
    {"OBJECT_EXTENSION", KIND_EXTENSION, STEP_DROP_EXTENSION, STEP_RENAME_OTHER},
    {"OBJECT_COLLATION", KIND_COLLATION, STEP_DROP_OTHER, STEP_RENAME_OTHER},
    {"OBJECT_CONVERSION", KIND_CONVERSION, STEP_DROP_OTHER, STEP_RENAME_OTHER},
    {"OBJECT_STATISTIC_EXT", KIND_STATISTICS, STEP_DROP_OTHER, STEP_RENAME_OTHER},
    {"OBJECT_TSCONFIGURATION", KIND_TEXT_SEARCH_CONFIGURATION, STEP_DROP_OTHER, STEP_RENAME_OTHER},
    {"OBJECT_TSDICTIONARY", KIND_TEXT_SEARCH_DICTIONARY, STEP_DROP_OTHER, STEP_RENAME_OTHER},
    {"OBJECT_LANGUAGE", KIND_LANGUAGE, STEP_DROP_OTHER, STEP_RENAME_OTHER},
    {"OBJECT_FDW", KIND_FOREIGN_DATA_WRAPPER, STEP_DROP_OTHER, STEP_RENAME_OTHER},
    {"OBJECT_FOREIGN_SERVER", KIND_FOREIGN_SERVER, STEP_DROP_OTHER, STEP_RENAME_OTHER},
    {"OBJECT_PUBLICATION", KIND_PUBLICATION, STEP_DROP_OTHER, STEP_RENAME_OTHER},
    {"OBJECT_EVENT_TRIGGER", KIND_EVENT_TRIGGER, STEP_DROP_OTHER, STEP_RENAME_OTHER},
};

/* A number in `types`, or LENGTH_OF(types). */
static size_t find_type(const json_t *body, const char *key)
{
    size_t i = 0;

    while (i < LENGTH_OF(types) && !syntax_says(body, key, types[i].type))
        i++;
    return i;
}

/* The names of a list, of a type or a single string, from the last: `ret_names[0]` is the innermost. */
static size_t read_names(const json_t *node, struct text ret_names[3])
{
    const json_t *body = NULL;
    const char *key = "items";
    size_t count;

    if (syntax_string(node).length > 0) {
        ret_names[0] = syntax_string(node);
        return 1;
    }
    if (syntax_is(node, "TypeName", &body))
        key = "names";
    else
        syntax_is(node, "List", &body);
    count = syntax_count(body, key);
    for (size_t i = 0; i < count && i < 3; i++)
        ret_names[i] = syntax_string(syntax_item(body, key, count - 1 - i));
    return count < 3 ? count : 3;
}

/* ---- DROP ---- */

static void drop_relation(struct translator *translator, struct step *step, enum kind kind, const struct text *names)
{
    struct relation *relation = world_relation(&translator->linter->world, names[1], names[0]);

    translator_about_relation(step, relation);
    if (relation != NULL && relation->state != THING_THERE)
        step->object_kind = kind;
}

static void drop_index(struct translator *translator, struct step *step, const struct text *names)
{
    struct world *world = &translator->linter->world;
    struct world_index *index;
    struct relation *table = world_index_table(world, names[1], names[0], &index);

    step->relation = table;
    step->object_kind = KIND_INDEX;
    step->schema = table != NULL ? table->schema : names[1];
    step->name = names[0];
    step->object = step->schema.length > 0 ? world_path(world, step->schema, names[0]) : names[0];
    if (syntax_flag(translator->statement, "concurrent")) {
        step->kind = STEP_DROP_INDEX_CONCURRENTLY;
        step->lock = step_lock(step->kind);
    }
}

/* DROP TRIGGER name ON table: the names are those of the table and then its own. */
static void drop_of_table(struct translator *translator, struct step *step, enum kind kind, const struct text *names)
{
    translator_about_relation(step, world_relation(&translator->linter->world, names[2], names[1]));
    translator_about_part(translator, step, kind, names[0]);
}

static void drop_routine(struct translator *translator, struct step *step, enum kind kind, const json_t *node)
{
    const json_t *object = NULL;
    struct text schema, name;

    if (!syntax_is(node, "ObjectWithArgs", &object))
        return;
    name = translator_routine(translator, object, &schema);
    translator_about_thing(translator, step, kind, schema, name);
}

static void drop_one(struct translator *translator, const json_t *node, size_t type)
{
    struct text names[3] = {{"", 0}, {"", 0}, {"", 0}};
    size_t count = read_names(node, names);
    bool is_known = type < LENGTH_OF(types);
    struct step *step = translator_add(translator, is_known ? types[type].dropped : STEP_DROP_OTHER);

    step->node = translator->statement;
    step->tolerant = syntax_flag(translator->statement, "missing_ok");
    step->cascades = syntax_says(translator->statement, "behavior", "DROP_CASCADE");
    if (count > 0)
        step->place = translator_find(translator, names[0]);
    switch (step->kind) {
    case STEP_DROP_TABLE:
    case STEP_DROP_VIEW:
    case STEP_DROP_SEQUENCE:
        drop_relation(translator, step, types[type].kind, names);
        break;
    case STEP_DROP_INDEX:
        drop_index(translator, step, names);
        break;
    case STEP_DROP_TRIGGER:
    case STEP_DROP_POLICY:
    case STEP_DROP_RULE:
        drop_of_table(translator, step, types[type].kind, names);
        break;
    case STEP_DROP_FUNCTION:
        drop_routine(translator, step, types[type].kind, node);
        break;
    default:
        if (is_known)
            translator_about_thing(translator, step, types[type].kind, names[1], names[0]);
        else
            step->object = count > 0 ? names[0] : TEXT("an object");
    }
}

void translate_drop(struct translator *translator, const json_t *body)
{
    size_t type = find_type(body, "removeType");

    for (size_t i = 0; i < syntax_count(body, "objects"); i++)
        drop_one(translator, syntax_item(body, "objects", i), type);
}

/* ---- RENAME ---- */

static void rename_part(struct translator *translator, struct step *step, enum kind kind, const json_t *body)
{
    struct text name = syntax_text(body, "subname");

    translator_about_relation(step, translator_relation(translator, syntax_member(body, "relation")));
    translator->cursor = translator_place(translator, syntax_member(body, "relation"));
    translator_find(translator,
                    syntax_text(syntax_member(body, "relation"), "relname")); /* a part may be called alike */
    if (kind == KIND_COLUMN)
        step->place = translator_find(translator, name);
    translator_about_part(translator, step, kind, name);
    if (kind == KIND_COLUMN || step->relation == NULL)
        return;
    step->object = translator_text(translator, name);
}

static void rename_index(struct translator *translator, struct step *step, const json_t *range)
{
    struct world_index *index;

    step->relation = world_index_table(&translator->linter->world, translator_schema(translator, range),
                                       syntax_text(range, "relname"), &index);
    step->object_kind = KIND_INDEX;
    step->name = step->object = syntax_text(range, "relname");
}

static void rename_thing(struct translator *translator, struct step *step, enum kind kind, const json_t *object)
{
    struct text names[3] = {{"", 0}, {"", 0}, {"", 0}};
    const json_t *routine;

    if (syntax_is(object, "ObjectWithArgs", &routine)) {
        drop_routine(translator, step, kind, object);
        return;
    }
    if (read_names(object, names) > 0)
        translator_about_thing(translator, step, kind, names[1], names[0]);
}

void translate_rename(struct translator *translator, const json_t *body)
{
    size_t type = find_type(body, "renameType");
    enum kind kind = type < LENGTH_OF(types) ? types[type].kind : KIND_NONE;
    const json_t *range = syntax_member(body, "relation");
    struct step *step = translator_add(translator, type < LENGTH_OF(types) ? types[type].renamed : STEP_RENAME_OTHER);

    step->node = body;
    step->new_name = syntax_text(body, "newname");
    step->tolerant = syntax_flag(body, "missing_ok");
    if (range != NULL)
        step->place = translator_place(translator, range);
    if (kind == KIND_INDEX && range != NULL)
        rename_index(translator, step, range);
    else if (range != NULL && kind != KIND_NONE && syntax_text(body, "subname").length > 0)
        rename_part(translator, step, kind, body);
    else if (range != NULL && kind != KIND_NONE)
        translator_about_relation(step, translator_relation(translator, range));
    else if (kind == KIND_SCHEMA)
        translator_about_thing(translator, step, kind, (struct text){"", 0}, syntax_text(body, "subname"));
    else if (kind != KIND_NONE)
        rename_thing(translator, step, kind, syntax_member(body, "object"));
    else
        step->object = syntax_text(body, "subname");
}

/* ---- SET SCHEMA ---- */

void translate_move(struct translator *translator, const json_t *body)
{
    size_t type = find_type(body, "objectType");
    const json_t *range = syntax_member(body, "relation");
    struct step *step = translator_add(translator, range != NULL ? STEP_MOVE_TABLE : STEP_MOVE_OTHER);

    step->node = body;
    step->new_name = syntax_text(body, "newschema");
    step->tolerant = syntax_flag(body, "missing_ok");
    if (range != NULL) {
        translator_about_relation(step, translator_relation(translator, range));
        step->place = translator_place(translator, range);
    } else if (type < LENGTH_OF(types)) {
        rename_thing(translator, step, types[type].kind, syntax_member(body, "object"));
    }
}
