#include "sources/spec/spec_file.h"

#include "sources/spec/spec_model.h"

/* ---- from the model to objects ---- */

static void add_key(struct declared *declared, enum kind kind, const struct spec_table *table,
                    const struct spec_key *key)
{
    CLEANUP(buffer_clear) struct buffer name = {0};

    buffer_add_text(&name, table->name);
    for (uint32_t i = 0; i < key->count && kind == KIND_UNIQUE; i++) {
        buffer_add_byte(&name, '_');
        buffer_add_text(&name, key->columns[i]);
    }
    buffer_add_string(&name, kind == KIND_UNIQUE ? "_key" : "_pkey");
    declared->failed = declared->failed || name.failed;
    declared_add_part(declared, kind, declared_copy(declared, buffer_text(&name)));
    declared_say_list_of_part(declared, "columns", key->columns, key->count);
}

static void add_column(struct declared *declared, const struct spec_field *field)
{
    declared_add_part(declared, KIND_COLUMN, field->name);
    declared_say_of_part(declared, "type", field->type);
    declared_say_of_part(declared, "nullable", field->nullable ? TEXT("yes") : TEXT("no"));
    declared_say_of_part(declared, "default", field->initial);
    declared_say_of_part(declared, "identity", field->identity);
    declared_say_of_part(declared, "generated", field->generated);
    declared_say_of_part(declared, "comment", field->description);
    declared_say_of_part(declared, "formula", field->formula);
    declared_say_of_part(declared, "links_to", field->links_to);
    if (field->has_choices && !field->is_enum)
        declared_say_list_of_part(declared, "choices", field->choices, field->choice_count);
}

static void add_relation(struct declared *declared, const struct spec_relation *relation)
{
    declared_add_part(declared, KIND_FOREIGN_KEY, relation->name);
    declared_say_list_of_part(declared, "columns", relation->from_columns, relation->column_count);
    declared_say_of_part(declared, "references", declared_path(declared, relation->to->schema, relation->to->name));
    declared_say_list_of_part(declared, "referenced_columns", relation->to_columns, relation->column_count);
    declared_say_of_part(declared, "on_delete", relation->on_delete);
    declared_say_of_part(declared, "on_update", relation->on_update);
}

static bool is_undeclared(const struct spec_model *model, enum kind kind)
{
    for (uint32_t i = 0; i < model->undeclared_count; i++)
        if (model->undeclared[i] == kind)
            return true;
    return false;
}

static void add_table(struct declared *declared, const struct spec_model *model, const struct spec_table *table)
{
    declared_add(declared, KIND_TABLE, table->schema, table->name);
    declared_say(declared, "comment", table->description);
    declared_say(declared, "primary_field", table->primary_field);
    for (uint32_t i = 0; i < table->field_count; i++)
        add_column(declared, &table->fields[i]);
    declared_say_column_order(declared);
    if (table->primary_key.count > 0 && !is_undeclared(model, KIND_PRIMARY_KEY))
        add_key(declared, KIND_PRIMARY_KEY, table, &table->primary_key);
    for (uint32_t i = 0; i < table->unique_count && !is_undeclared(model, KIND_UNIQUE); i++)
        add_key(declared, KIND_UNIQUE, table, &table->uniques[i]);
    for (uint32_t i = 0; i < model->relation_count && !is_undeclared(model, KIND_FOREIGN_KEY); i++)
        if (model->relations[i].from == table)
            add_relation(declared, &model->relations[i]);
}

/* What is said to be not declared is left out, even where it is written. */
/* Attributes that the file does not speak of: what it says of them all the same is taken out of comparisons as well. */
static void add_gaps(struct declared *declared, const struct spec_model *model)
{
    static const enum kind commented[] = {KIND_TABLE, KIND_COLUMN, KIND_VIEW, KIND_ENUM};

    if (model->leaves_defaults)
        declared_add_gap(declared, KIND_COLUMN, TEXT("* (default, identity, generated)"), TEXT(GAP_NOT_DECLARED));
    for (size_t i = 0; model->leaves_comments && i < LENGTH_OF(commented); i++)
        declared_add_gap(declared, commented[i], TEXT("* (comment)"), TEXT(GAP_NOT_DECLARED));
}

static enum error_code add_objects(struct declared *declared, const struct spec_model *model,
                                   struct snapshot_input *input, struct error *error)
{
    static const enum kind kinds[] = {KIND_TABLE,  KIND_COLUMN,      KIND_VIEW, KIND_PRIMARY_KEY,
                                      KIND_UNIQUE, KIND_FOREIGN_KEY, KIND_ENUM};
    enum kind spoken[LENGTH_OF(kinds)];
    size_t count = 0;

    for (size_t i = 0; i < LENGTH_OF(kinds); i++)
        if (!is_undeclared(model, kinds[i]))
            spoken[count++] = kinds[i];
    for (uint32_t i = 0; i < model->table_count; i++)
        add_table(declared, model, &model->tables[i]);
    for (uint32_t i = 0; i < model->enum_count && !is_undeclared(model, KIND_ENUM); i++) {
        declared_add(declared, KIND_ENUM, model->enums[i].schema, model->enums[i].name);
        declared_say(declared, "comment", model->enums[i].description);
        declared_say_list(declared, "labels", model->enums[i].labels, model->enums[i].label_count);
    }
    for (uint32_t i = 0; i < model->view_count && !is_undeclared(model, KIND_VIEW); i++) {
        declared_add(declared, KIND_VIEW, model->views[i].schema, model->views[i].name);
        declared_say(declared, "comment", model->views[i].description);
    }
    add_gaps(declared, model);
    return declared_finish(declared, spoken, count, input, error);
}

/* ---- the places of the sections ---- */

/* Keys of the top that have no section. */
static const char *const top_keys[] = {"schema", "not_declared", "mapping"};
static const char *const top_unread[] = {"name", "description", "id"};

/* Whether the way to a value, `base.tables`, begins with this one: itself, or a step on the way. */
static bool leads_to(struct text section, struct text way)
{
    return text_starts_with(section, way) && (section.length == way.length || section.bytes[way.length] == '.');
}

static bool is_one_of(struct text key, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(key, text_from(words[i])))
            return true;
    return false;
}

static bool is_ignored(const struct spec_mapping *mapping, struct text key)
{
    for (uint32_t i = 0; i < mapping->ignored_count; i++)
        if (text_equal(mapping->ignored[i], key))
            return true;
    return false;
}

/* What finding the sections needs. */
struct finding {
    const struct spec_page *page;
    const struct spec_mapping *mapping;
    struct spec_places *places;
};

static enum error_code find_in(const struct finding *finding, const struct config_node *node, struct text way);

/* A key that is on the way to a section, or the section itself. */
static enum error_code find_behind(const struct finding *finding, const struct config_node *key,
                                   const struct config_node *value, struct text way)
{
    bool is_on_a_way = false;

    for (unsigned i = 0; i < SPEC_SECTION_COUNT; i++) {
        struct text section = finding->mapping->sections[i];

        if (!leads_to(section, way))
            continue;
        is_on_a_way = is_on_a_way || section.length > way.length;
        if (section.length > way.length)
            continue;
        if (finding->places->sections[i] != NULL)
            return spec_refuse(finding->page, key, "the key '%.*s' is there twice", TEXT_ARGS(way));
        finding->places->sections[i] = config_node_is_null(value) ? NULL : value;
    }
    return is_on_a_way ? find_in(finding, value, way) : ERROR_NONE;
}

static bool is_known(const struct finding *finding, struct text way)
{
    for (unsigned i = 0; i < SPEC_SECTION_COUNT; i++)
        if (leads_to(finding->mapping->sections[i], way))
            return true;
    return false;
}

static enum error_code find_in(const struct finding *finding, const struct config_node *node, struct text way)
{
    const struct spec_page *page = finding->page;
    const struct config_node *key, *value;

    if (!config_node_is_mapping(node))
        return spec_refuse(page, node, "expected keys with values");
    for (size_t i = 0; config_tree_pair(page->tree, node, i, &key, &value); i++) {
        struct text name = {"", 0};
        const char *longer;

        config_node_text(key, &name);
        longer = arena_printf(page->arena, "%.*s%s%.*s", TEXT_ARGS(way), way.length == 0 ? "" : ".", TEXT_ARGS(name));
        if (longer == NULL)
            return spec_no_memory(page);
        if (is_known(finding, text_from(longer))) {
            if (find_behind(finding, key, value, text_from(longer)) != ERROR_NONE)
                return page->error->code;
        } else if (way.length == 0 && is_one_of(name, top_keys, LENGTH_OF(top_keys))) {
            if (config_tree_member(page->tree, node, name) != value)
                return spec_refuse(page, key, "the key '%.*s' is there twice", TEXT_ARGS(name));
        } else if (!is_ignored(finding->mapping, name) &&
                   (way.length > 0 || !is_one_of(name, top_unread, LENGTH_OF(top_unread)))) {
            spec_refuse(page, key, "unknown key '%.*s'", name.length > 50 ? 50 : (int)name.length, name.bytes);
            return error_hint(page->error, "the keys are spec_version, updated_at, schema, enums, tables, relations, "
                                           "views, not_declared and mapping");
        }
    }
    return ERROR_NONE;
}

static enum error_code find_places(const struct spec_page *page, const struct spec_mapping *mapping,
                                   struct spec_places *places)
{
    const struct config_node *top = config_tree_top(page->tree);
    const struct finding finding = {page, mapping, places};

    if (top == NULL || config_node_is_null(top))
        return spec_refuse(page, NULL, "the specification is empty");
    if (find_in(&finding, top, (struct text){"", 0}) != ERROR_NONE)
        return page->error->code;
    places->schema = config_tree_member(page->tree, top, TEXT("schema"));
    places->undeclared = config_tree_member(page->tree, top, TEXT("not_declared"));
    if (places->sections[SPEC_SECTION_TABLES] == NULL)
        return spec_refuse(page, top, "there are no tables under '%.*s'",
                           TEXT_ARGS(mapping->sections[SPEC_SECTION_TABLES]));
    return ERROR_NONE;
}

/* ---- the whole ---- */

/* A mapping in a file of its own is read from its own page. */
static enum error_code read_mapping(struct spec_model *model, const struct spec_page *page,
                                    const struct spec_page *mapping)
{
    const struct config_node *section = config_tree_member(page->tree, config_tree_top(page->tree), TEXT("mapping"));

    if (mapping == NULL)
        return spec_mapping_read(&model->mapping, page, section);
    if (section != NULL)
        return spec_refuse(page, section, "there are two mappings: this one and '%s'", mapping->name);
    return spec_mapping_read(&model->mapping, mapping, config_tree_top(mapping->tree));
}

static enum error_code read_pages(struct declared *declared, struct snapshot_input *input,
                                  struct snapshot_declaration *ret_declaration, struct spec_page *page,
                                  const struct spec_page *mapping)
{
    struct spec_model model = {.table_count = 0};
    struct spec_places places = {.schema = NULL};

    if (read_mapping(&model, page, mapping) != ERROR_NONE || find_places(page, &model.mapping, &places) != ERROR_NONE ||
        spec_model_read(&model, page, &places) != ERROR_NONE)
        return page->error->code;
    ret_declaration->version = model.version;
    ret_declaration->updated_at = model.updated_at;
    ret_declaration->tables = model.table_count;
    ret_declaration->fields = model.field_count;
    return add_objects(declared, &model, input, page->error);
}

enum error_code spec_file_read(struct spec_file *ret_file, struct declared *declared, struct snapshot_input *input,
                               struct snapshot_declaration *ret_declaration, const struct spec_text *text,
                               const struct spec_text *mapping, struct error *error)
{
    struct spec_page page = {.name = text->name, .arena = declared->arena, .error = error};
    struct spec_page mapping_page = {
        .name = mapping == NULL ? NULL : mapping->name, .arena = declared->arena, .error = error};

    if (config_tree_load(&ret_file->tree, text->name, text->content, error) != ERROR_NONE)
        return error->code;
    page.tree = ret_file->tree;
    if (mapping == NULL)
        return read_pages(declared, input, ret_declaration, &page, NULL);
    if (config_tree_load(&ret_file->mapping, mapping->name, mapping->content, error) != ERROR_NONE)
        return error->code;
    mapping_page.tree = ret_file->mapping;
    return read_pages(declared, input, ret_declaration, &page, &mapping_page);
}

void spec_file_close(struct spec_file *file)
{
    config_tree_close(file->tree);
    config_tree_close(file->mapping);
    *file = (struct spec_file){NULL, NULL};
}
