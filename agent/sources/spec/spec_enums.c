/* Enums, and the types of fields, which may be enums. */
#include <string.h>

#include "schema/object.h"
#include "sources/spec/spec_model.h"
#include "sources/spec/spec_name.h"
#include "sources/spec/spec_type.h"

static const char doing[] = "reading a specification";

/* Copy what a buffer holds into the arena. */
static enum error_code keep(const struct spec_page *page, const struct buffer *buffer, struct text *ret_text)
{
    const char *copy;

    if (buffer_check(buffer, page->error, doing) != ERROR_NONE)
        return page->error->code;
    copy = arena_string(page->arena, buffer_text(buffer));
    if (copy == NULL)
        return spec_no_memory(page);
    *ret_text = (struct text){copy, buffer->length};
    return ERROR_NONE;
}

/* ---- enums ---- */

static const struct spec_level choice_level = {
    .name = "choice",
    .keys = {"name"},
    .unread = {"id", "color"},
};

enum error_code spec_choices_read(const struct spec_page *page, const struct config_node *node,
                                  struct text **ret_choices, uint32_t *ret_count)
{
    const struct config_node *values[SPEC_KEYS_MAX];
    size_t count = config_node_count(node);
    struct text *choices = arena_array(page->arena, count, sizeof *choices);

    if (node != NULL && !config_node_is_list(node))
        return spec_refuse(page, node, "expected a list");
    if (count > SPEC_CHOICES_MAX)
        return spec_refuse(page, node, "more than %d choices", SPEC_CHOICES_MAX);
    if (choices == NULL)
        return spec_no_memory(page);
    for (size_t i = 0; i < count; i++) {
        const struct config_node *name = config_tree_item(page->tree, node, i);

        if (config_node_is_mapping(name)) {
            if (spec_take(page, &choice_level, name, values) != ERROR_NONE)
                return page->error->code;
            name = values[0] == NULL ? name : values[0];
        }
        if (spec_name(page, name, &choices[i]) != ERROR_NONE)
            return page->error->code;
        for (size_t k = 0; k < i; k++)
            if (text_equal(choices[k], choices[i]))
                return spec_refuse(page, name, "'%.*s' is there twice", TEXT_ARGS(choices[i]));
    }
    *ret_choices = choices;
    *ret_count = (uint32_t)count;
    return ERROR_NONE;
}

enum enum_key { ENUM_NAME, ENUM_SCHEMA, ENUM_LABELS, ENUM_DESCRIPTION };

static const struct spec_level enum_level = {
    .name = "enum",
    .keys = {"name", "schema", "labels", "description"},
};

static const struct spec_enum *find_enum(const struct spec_model *model, struct text schema, struct text name)
{
    for (uint32_t i = 0; i < model->enum_count; i++)
        if (text_equal(model->enums[i].name, name) && text_equal(model->enums[i].schema, schema))
            return &model->enums[i];
    return NULL;
}

/* By what it is called in the file, or by its path. */
static const struct spec_enum *find_enum_written(const struct spec_model *model, struct text written)
{
    for (uint32_t i = 0; i < model->enum_count; i++) {
        const struct spec_enum *found = &model->enums[i];
        size_t dot = found->schema.length;

        if (text_equal(found->written, written) || text_equal(found->name, written) ||
            (written.length == dot + 1 + found->name.length && written.bytes[dot] == '.' &&
             memcmp(written.bytes, found->schema.bytes, dot) == 0 &&
             memcmp(written.bytes + dot + 1, found->name.bytes, found->name.length) == 0))
            return found;
    }
    return NULL;
}

static enum error_code add_enum(struct spec_model *model, const struct spec_page *page, struct spec_enum added,
                                const struct spec_enum **ret_enum)
{
    if (model->enum_count == model->enum_capacity) {
        uint32_t capacity = model->enum_capacity == 0 ? 16 : model->enum_capacity * 2;
        struct spec_enum *larger = arena_array(page->arena, capacity, sizeof *larger);

        if (larger == NULL)
            return spec_no_memory(page);
        if (model->enum_count > 0)
            memcpy(larger, model->enums, model->enum_count * sizeof *larger);
        model->enums = larger;
        model->enum_capacity = capacity;
    }
    model->enums[model->enum_count] = added;
    *ret_enum = &model->enums[model->enum_count++];
    return ERROR_NONE;
}

/* `name: [labels]`, `name: {labels: …}` or `{name: …, labels: …}`. */
static enum error_code read_enum(struct spec_model *model, const struct spec_page *page, const struct spec_item *item)
{
    const struct config_node *values[SPEC_KEYS_MAX] = {NULL}, *place = item->key != NULL ? item->key : item->value;
    struct spec_enum found = {.schema = model->schema};
    const struct spec_enum *added;

    if (item->key != NULL && config_node_is_list(item->value))
        values[ENUM_LABELS] = item->value;
    else if (spec_take(page, &enum_level, item->value, values) != ERROR_NONE)
        return page->error->code;
    if (item->key != NULL && values[ENUM_NAME] != NULL)
        return spec_refuse(page, values[ENUM_NAME], "the name is given twice");
    if (item->key == NULL && values[ENUM_NAME] == NULL)
        return spec_refuse(page, place, "the enum has no name");
    if (values[ENUM_LABELS] == NULL)
        return spec_refuse(page, place, "the enum has no labels");
    if (spec_name(page, item->key != NULL ? item->key : values[ENUM_NAME], &found.written) != ERROR_NONE ||
        (values[ENUM_SCHEMA] != NULL && spec_name(page, values[ENUM_SCHEMA], &found.schema) != ERROR_NONE) ||
        spec_text(page, values[ENUM_DESCRIPTION], &found.description) != ERROR_NONE ||
        spec_choices_read(page, values[ENUM_LABELS], &found.labels, &found.label_count) != ERROR_NONE ||
        spec_model_name(model, page, (struct text){"", 0}, found.written, &found.name) != ERROR_NONE)
        return page->error->code;
    if (find_enum(model, found.schema, found.name) != NULL)
        return spec_refuse(page, place, "the enum '%.*s' is there twice", TEXT_ARGS(found.name));
    return add_enum(model, page, found, &added);
}

enum error_code spec_enums_read(struct spec_model *model, const struct spec_page *page, const struct config_node *node)
{
    struct spec_item *items;
    uint32_t count;

    if (spec_items(page, node, &items, &count) != ERROR_NONE)
        return page->error->code;
    if (count > SPEC_TABLES_MAX)
        return spec_refuse(page, node, "more than %d enums", SPEC_TABLES_MAX);
    for (uint32_t i = 0; i < count; i++)
        if (read_enum(model, page, &items[i]) != ERROR_NONE)
            return page->error->code;
    return ERROR_NONE;
}

/* ---- types ---- */

/* What settling the type of one field needs. */
struct settling {
    struct spec_model *model;
    const struct spec_page *page;
    const struct spec_table *table;
    struct spec_field *field;
};

/* `schema.name`, and `[]` of a list. */
static enum error_code set_enum_type(const struct settling *settling, const struct spec_enum *found, bool is_list)
{
    const struct path path = {.count = 2, .elements = {found->schema, found->name}};
    CLEANUP(buffer_clear) struct buffer type = {0};

    settling->field->is_enum = true;
    path_write(&type, KIND_ENUM, &path);
    buffer_add_string(&type, is_list ? "[]" : "");
    return keep(settling->page, &type, &settling->field->type);
}

/* `organization_type` of the field "Type" of "Organizations". */
static enum error_code name_enum(const struct settling *settling, struct text *ret_name)
{
    CLEANUP(buffer_clear) struct buffer table = {0};
    CLEANUP(buffer_clear) struct buffer name = {0};

    spec_name_snake(&table, settling->table->name);
    if (buffer_check(&table, settling->page->error, doing) != ERROR_NONE)
        return settling->page->error->code;
    spec_name_singular(&name, buffer_text(&table));
    buffer_add_byte(&name, '_');
    spec_name_snake(&name, settling->field->name);
    return keep(settling->page, &name, ret_name);
}

static bool same_labels(const struct spec_enum *found, const struct spec_field *field)
{
    if (found->label_count != field->choice_count)
        return false;
    for (uint32_t i = 0; i < found->label_count; i++)
        if (!text_equal(found->labels[i], field->choices[i]))
            return false;
    return true;
}

/* The field's choices are an enum: the one that it names, or one of their own. */
static enum error_code settle_choices(const struct settling *settling, bool is_list)
{
    struct spec_model *model = settling->model;
    struct spec_field *field = settling->field;
    const struct config_node *place = field->enum_node != NULL ? field->enum_node : field->type_node;
    struct spec_enum made = {.schema = settling->table->schema};
    const struct spec_enum *found;

    if (field->enum_node == NULL && name_enum(settling, &made.name) != ERROR_NONE)
        return settling->page->error->code;
    if (field->enum_node != NULL && spec_name(settling->page, field->enum_node, &made.name) != ERROR_NONE)
        return settling->page->error->code;
    made.written = made.name;
    found = field->enum_node != NULL ? find_enum_written(model, made.name) : find_enum(model, made.schema, made.name);
    if (found == NULL && !field->has_choices)
        return spec_refuse(settling->page, place, "there is no enum '%.*s'", TEXT_ARGS(made.name));
    if (found != NULL && field->has_choices && !same_labels(found, field))
        return spec_refuse(settling->page, place, "the enum '%.*s' has other labels than these choices",
                           TEXT_ARGS(found->name));
    made.labels = field->choices;
    made.label_count = field->choice_count;
    if (found == NULL && add_enum(model, settling->page, made, &found) != ERROR_NONE)
        return settling->page->error->code;
    return set_enum_type(settling, found, is_list);
}

static enum error_code settle_sql(const struct settling *settling, struct text written, bool has_numbers)
{
    const struct spec_field *field = settling->field;
    struct spec_numbers numbers = {has_numbers ? field->length : -1, has_numbers ? field->precision : -1,
                                   has_numbers ? field->scale : -1};
    CLEANUP(buffer_clear) struct buffer type = {0};

    switch (spec_type_write(&type, written, &numbers)) {
    case SPEC_TYPE_KNOWN:
        return keep(settling->page, &type, &settling->field->type);
    case SPEC_TYPE_NUMBERS:
        return spec_refuse(settling->page, field->type_node, "the type '%.*s' does not take these numbers",
                           TEXT_ARGS(written));
    case SPEC_TYPE_UNKNOWN:
        break;
    }
    spec_refuse(settling->page, field->type_node, "there is no type '%.*s'", TEXT_ARGS(written));
    return error_hint(settling->page->error,
                      "say under `mapping: types:` what it is, or write a type of the database as schema.type");
}

/* The serials of PostgreSQL are a type and a default. */
static enum error_code settle_counter(const struct settling *settling)
{
    struct spec_field *field = settling->field;
    CLEANUP(buffer_clear) struct buffer name = {0};
    CLEANUP(buffer_clear) struct buffer path = {0};
    CLEANUP(buffer_clear) struct buffer initial = {0};

    if (!spec_type_counts(field->type_written) || field->initial.length > 0)
        return ERROR_NONE;
    field->nullable = false;
    buffer_printf(&name, "%.*s_%.*s_seq", TEXT_ARGS(settling->table->name), TEXT_ARGS(field->name));
    path_write(&path, KIND_SEQUENCE,
               &(const struct path){.count = 2, .elements = {settling->table->schema, buffer_text(&name)}});
    buffer_add_string(&initial, "nextval('");
    for (size_t i = 0; i < path.length; i++) {
        if (path.bytes[i] == '\'')
            buffer_add_byte(&initial, '\'');
        buffer_add_byte(&initial, (uint8_t)path.bytes[i]);
    }
    buffer_add_string(&initial, "'::regclass)");
    if (buffer_check(&name, settling->page->error, doing) != ERROR_NONE ||
        buffer_check(&path, settling->page->error, doing) != ERROR_NONE)
        return settling->page->error->code;
    return keep(settling->page, &initial, &field->initial);
}

static enum error_code settle_link(const struct settling *settling)
{
    struct spec_field *field = settling->field;
    const struct spec_table *linked = spec_table_find(settling->model, field->linked_table);
    CLEANUP(buffer_clear) struct buffer path = {0};

    if (field->linked_table.length > 0 && linked == NULL)
        return spec_refuse(settling->page, field->node, "there is no table '%.*s' to link to",
                           TEXT_ARGS(field->linked_table));
    field->type = field->single_link ? TEXT("text") : TEXT("text[]");
    if (linked == NULL)
        return ERROR_NONE;
    path_write(&path, KIND_TABLE, &(const struct path){.count = 2, .elements = {linked->schema, linked->name}});
    return keep(settling->page, &path, &field->links_to);
}

static const struct spec_level result_level = {
    .name = "result",
    .keys = {"type", "options"},
};

static const struct spec_level result_option_level = {
    .name = "set of options",
    .keys = {"precision", "choices"},
    .unread = {"symbol", "icon", "color", "max", "dateFormat", "timeFormat", "timeZone", "durationFormat",
               "linkedTableId", "inverseLinkFieldId", "isReversed", "prefersSingleRecordLink",
               "viewIdForRecordSelection"},
};

/* What a formula or a lookup comes to; a text with choices stays a text. */
static enum error_code settle_result(const struct settling *settling, const struct spec_airtable *type)
{
    const struct spec_page *page = settling->page;
    const struct config_node *values[SPEC_KEYS_MAX], *options[SPEC_KEYS_MAX] = {NULL};
    CLEANUP(buffer_clear) struct buffer spelled = {0};
    const struct spec_airtable *result;
    struct text written;
    int precision;

    settling->field->type = text_from(type->spelled);
    if (settling->field->result_node == NULL)
        return ERROR_NONE;
    if (spec_take(page, &result_level, settling->field->result_node, values) != ERROR_NONE ||
        (values[1] != NULL && spec_take(page, &result_option_level, values[1], options) != ERROR_NONE) ||
        spec_number(page, options[0], -1, &precision) != ERROR_NONE ||
        spec_name(page, values[0], &written) != ERROR_NONE)
        return page->error->code;
    result = spec_airtable_find(written);
    if (result == NULL && settle_sql(settling, written, false) != ERROR_NONE)
        return page->error->code;
    if (result != NULL)
        settling->field->type =
            result->sort == SPEC_SORT_NUMBER && precision == 0 ? TEXT("bigint") : text_from(result->spelled);
    if (type->sort != SPEC_SORT_RESULTS || spec_type_is_list(&settling->field->type))
        return ERROR_NONE;
    buffer_add_text(&spelled, settling->field->type);
    buffer_add_string(&spelled, "[]");
    return keep(page, &spelled, &settling->field->type);
}

static enum error_code settle_airtable(const struct settling *settling, const struct spec_airtable *type)
{
    struct spec_field *field = settling->field;

    switch (type->sort) {
    case SPEC_SORT_CHOICE:
    case SPEC_SORT_CHOICES:
        if ((field->has_choices && !settling->model->mapping.choices_are_text) || field->enum_node != NULL)
            return settle_choices(settling, type->sort == SPEC_SORT_CHOICES);
        break;
    case SPEC_SORT_LINK:
        return settle_link(settling);
    case SPEC_SORT_RESULT:
    case SPEC_SORT_RESULTS:
        return settle_result(settling, type);
    case SPEC_SORT_NUMBER:
        if (field->precision == 0) {
            field->type = TEXT("bigint");
            return ERROR_NONE;
        }
        break;
    case SPEC_SORT_PLAIN:
        break;
    }
    field->type = text_from(type->spelled);
    return ERROR_NONE;
}

/* The mapping is asked first, then the file's enums, then Airtable's types, and then PostgreSQL's. */
static enum error_code settle(const struct settling *settling)
{
    struct spec_field *field = settling->field;
    const struct spec_mapping *mapping = &settling->model->mapping;
    const struct spec_pair *mapped = spec_pair_find(mapping->types, mapping->type_count, field->type_written);
    struct text element = mapped != NULL ? mapped->meant : field->type_written;
    bool is_list = spec_type_is_list(&element);
    const struct spec_enum *found = find_enum_written(settling->model, element);
    const struct spec_airtable *airtable = spec_airtable_find(field->type_written);

    if (found != NULL)
        return set_enum_type(settling, found, is_list);
    if (mapped != NULL)
        return settle_sql(settling, mapped->meant, false);
    if (airtable != NULL)
        return settle_airtable(settling, airtable);
    if (field->enum_node != NULL || text_equal(element, TEXT("enum")))
        return settle_choices(settling, is_list);
    if (settle_sql(settling, field->type_written, true) != ERROR_NONE)
        return settling->page->error->code;
    return settle_counter(settling);
}

enum error_code spec_types_settle(struct spec_model *model, const struct spec_page *page)
{
    for (uint32_t i = 0; i < model->table_count; i++)
        for (uint32_t k = 0; k < model->tables[i].field_count; k++) {
            const struct settling settling = {model, page, &model->tables[i], &model->tables[i].fields[k]};

            if (settle(&settling) != ERROR_NONE)
                return page->error->code;
        }
    return ERROR_NONE;
}
