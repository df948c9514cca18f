#include "sources/spec/spec_model.h"

#include <string.h>

#include "sources/spec/spec_name.h"

static const char doing[] = "reading a specification";

/* ---- names ---- */

/* `Table.Field` of the mapping is looked up without being put together. */
static const struct spec_pair *find_dotted(const struct spec_mapping *mapping, struct text holder, struct text written)
{
    for (uint32_t i = 0; i < mapping->name_count; i++) {
        struct text name = mapping->names[i].written;

        if (name.length == holder.length + 1 + written.length && name.bytes[holder.length] == '.' &&
            memcmp(name.bytes, holder.bytes, holder.length) == 0 &&
            memcmp(name.bytes + holder.length + 1, written.bytes, written.length) == 0)
            return &mapping->names[i];
    }
    return NULL;
}

enum error_code spec_model_name(const struct spec_model *model, const struct spec_page *page, struct text holder,
                                struct text written, struct text *ret_name)
{
    const struct spec_mapping *mapping = &model->mapping;
    const struct spec_pair *pair = holder.length == 0 ? NULL : find_dotted(mapping, holder, written);
    CLEANUP(buffer_clear) struct buffer name = {0};
    const char *copy;

    if (pair == NULL)
        pair = spec_pair_find(mapping->names, mapping->name_count, written);
    if (pair == NULL && mapping->snake_case)
        spec_name_snake(&name, written);
    if (name.length == 0 && !name.failed) {
        *ret_name = pair != NULL ? pair->meant : written;
        return ERROR_NONE;
    }
    if (buffer_check(&name, page->error, doing) != ERROR_NONE)
        return page->error->code;
    copy = arena_string(page->arena, buffer_text(&name));
    if (copy == NULL)
        return spec_no_memory(page);
    *ret_name = (struct text){copy, name.length};
    return ERROR_NONE;
}

/* ---- views ---- */

enum view_key { VIEW_NAME, VIEW_SCHEMA, VIEW_DESCRIPTION };

static const struct spec_level view_level = {.name = "view", .keys = {"name", "schema", "description"}};

/* `name`, `{name: …}` or `name: {…}`. */
static enum error_code read_view(struct spec_model *model, const struct spec_page *page, const struct spec_item *item,
                                 struct spec_view *ret_view)
{
    const struct config_node *values[SPEC_KEYS_MAX] = {NULL}, *name = item->key;
    struct spec_view view = {.schema = model->schema};
    struct text written;

    if (config_node_is_mapping(item->value) && spec_take(page, &view_level, item->value, values) != ERROR_NONE)
        return page->error->code;
    if (name == NULL)
        name = config_node_is_mapping(item->value) ? values[VIEW_NAME] : item->value;
    if (name == NULL)
        return spec_refuse(page, item->value, "the view has no name");
    if (spec_name(page, name, &written) != ERROR_NONE ||
        (values[VIEW_SCHEMA] != NULL && spec_name(page, values[VIEW_SCHEMA], &view.schema) != ERROR_NONE) ||
        spec_text(page, values[VIEW_DESCRIPTION], &view.description) != ERROR_NONE ||
        spec_model_name(model, page, (struct text){"", 0}, written, &view.name) != ERROR_NONE)
        return page->error->code;
    for (uint32_t i = 0; i < model->view_count; i++)
        if (text_equal(model->views[i].name, view.name) && text_equal(model->views[i].schema, view.schema))
            return spec_refuse(page, name, "the view '%.*s' is there twice", TEXT_ARGS(view.name));
    *ret_view = view;
    return ERROR_NONE;
}

static enum error_code read_views(struct spec_model *model, const struct spec_page *page,
                                  const struct config_node *node)
{
    struct spec_item *items;
    uint32_t count;

    if (spec_items(page, node, &items, &count) != ERROR_NONE)
        return page->error->code;
    if (count > SPEC_TABLES_MAX)
        return spec_refuse(page, node, "more than %d views", SPEC_TABLES_MAX);
    model->views = arena_array(page->arena, count, sizeof *model->views);
    if (model->views == NULL)
        return spec_no_memory(page);
    for (; model->view_count < count; model->view_count++)
        if (read_view(model, page, &items[model->view_count], &model->views[model->view_count]) != ERROR_NONE)
            return page->error->code;
    return ERROR_NONE;
}

/* ---- what is not declared ---- */

static bool leave_out(struct spec_model *model, struct text name)
{
    enum kind kind = kind_from_name(name);

    if (text_equal(name, TEXT("default")))
        model->leaves_defaults = true;
    else if (text_equal(name, TEXT("comment")))
        model->leaves_comments = true;
    else if (kind == KIND_NONE || kind == KIND_TABLE || kind == KIND_COLUMN)
        return false;
    else
        model->undeclared[model->undeclared_count++] = kind;
    return true;
}

static enum error_code read_undeclared(struct spec_model *model, const struct spec_page *page,
                                       const struct config_node *node)
{
    const struct spec_mapping *mapping = &model->mapping;
    struct text *names;
    uint32_t count;

    if (spec_names(page, node, &names, &count) != ERROR_NONE)
        return page->error->code;
    model->undeclared = arena_array(page->arena, (size_t)count + mapping->undeclared_count, sizeof *model->undeclared);
    if (model->undeclared == NULL)
        return spec_no_memory(page);
    for (uint32_t i = 0; i < count + mapping->undeclared_count; i++) {
        struct text name = i < count ? names[i] : mapping->undeclared[i - count];

        if (!leave_out(model, name))
            return spec_refuse(page, node, "'%.*s' is nothing that a specification can leave out", TEXT_ARGS(name));
    }
    return ERROR_NONE;
}

/* ---- the whole ---- */

enum error_code spec_model_read(struct spec_model *model, struct spec_page *page, const struct spec_places *places)
{
    const struct config_node *const *sections = places->sections;

    page->aliases = model->mapping.aliases;
    page->alias_count = model->mapping.alias_count;
    page->ignored = model->mapping.ignored;
    page->ignored_count = model->mapping.ignored_count;
    model->schema = model->mapping.schema.length == 0 ? TEXT("public") : model->mapping.schema;
    if ((places->schema != NULL && spec_name(page, places->schema, &model->schema) != ERROR_NONE) ||
        spec_text(page, sections[SPEC_SECTION_VERSION], &model->version) != ERROR_NONE ||
        spec_text(page, sections[SPEC_SECTION_UPDATED_AT], &model->updated_at) != ERROR_NONE ||
        spec_enums_read(model, page, sections[SPEC_SECTION_ENUMS]) != ERROR_NONE ||
        spec_tables_read(model, page, sections[SPEC_SECTION_TABLES]) != ERROR_NONE ||
        spec_types_settle(model, page) != ERROR_NONE ||
        spec_relations_read(model, page, sections[SPEC_SECTION_RELATIONS]) != ERROR_NONE ||
        read_views(model, page, sections[SPEC_SECTION_VIEWS]) != ERROR_NONE)
        return page->error->code;
    return read_undeclared(model, page, places->undeclared);
}
