#include "sources/spec/spec_model.h"

#include <string.h>

/* ---- fields ---- */

enum field_key {
    FIELD_ID,
    FIELD_NAME,
    FIELD_TYPE,
    FIELD_NULLABLE,
    FIELD_REQUIRED,
    FIELD_DEFAULT,
    FIELD_IDENTITY,
    FIELD_GENERATED,
    FIELD_PRIMARY_KEY,
    FIELD_UNIQUE,
    FIELD_DESCRIPTION,
    FIELD_OPTIONS,
    FIELD_REFERENCES,
    FIELD_ENUM
};

static const struct spec_level field_level = {
    .name = "field",
    .keys = {"id", "name", "type", "nullable", "required", "default", "identity", "generated", "primary_key", "unique",
             "description", "options", "references", "enum"},
};

enum option_key {
    OPTION_CHOICES_KEY,
    OPTION_PRECISION,
    OPTION_SCALE,
    OPTION_LENGTH,
    OPTION_LINKED_TABLE,
    OPTION_SINGLE_LINK,
    OPTION_FORMULA,
    OPTION_RESULT,
    OPTION_ENUM
};

static const struct spec_level option_level = {
    .name = "set of options",
    .keys = {"choices", "precision", "scale", "length", "linkedTableId", "prefersSingleRecordLink", "formula", "result",
             "enum"},
    .unread = {"inverseLinkFieldId", "isReversed", "viewIdForRecordSelection", "symbol", "icon", "color", "max",
               "dateFormat", "timeFormat", "timeZone", "durationFormat", "isValid", "referencedFieldIds",
               "recordLinkFieldId", "fieldIdInLinkedTable", "prompt"},
};

static enum error_code read_options(const struct spec_page *page, const struct config_node *node,
                                    struct spec_field *field)
{
    const struct config_node *values[SPEC_KEYS_MAX] = {NULL};

    if ((node != NULL && spec_take(page, &option_level, node, values) != ERROR_NONE) ||
        spec_choices_read(page, values[OPTION_CHOICES_KEY], &field->choices, &field->choice_count) != ERROR_NONE ||
        spec_number(page, values[OPTION_PRECISION], -1, &field->precision) != ERROR_NONE ||
        spec_number(page, values[OPTION_SCALE], -1, &field->scale) != ERROR_NONE ||
        spec_number(page, values[OPTION_LENGTH], -1, &field->length) != ERROR_NONE ||
        spec_text(page, values[OPTION_LINKED_TABLE], &field->linked_table) != ERROR_NONE ||
        spec_flag(page, values[OPTION_SINGLE_LINK], false, &field->single_link) != ERROR_NONE ||
        spec_text(page, values[OPTION_FORMULA], &field->formula) != ERROR_NONE)
        return page->error->code;
    field->has_choices = values[OPTION_CHOICES_KEY] != NULL;
    field->result_node = values[OPTION_RESULT];
    if (field->enum_node == NULL)
        field->enum_node = values[OPTION_ENUM];
    return ERROR_NONE;
}

static enum error_code read_nullable(const struct spec_page *page, const struct config_node *const *values,
                                     struct spec_field *field)
{
    const struct config_node *nullable = values[FIELD_NULLABLE], *required = values[FIELD_REQUIRED];
    bool is_required, is_nullable;

    if (spec_flag(page, required, field->primary_key, &is_required) != ERROR_NONE ||
        spec_flag(page, nullable, !is_required, &is_nullable) != ERROR_NONE)
        return page->error->code;
    if (nullable != NULL && required != NULL && is_nullable == is_required)
        return spec_refuse(page, required, "'nullable' and 'required' contradict each other");
    if (field->primary_key && is_nullable)
        return spec_refuse(page, nullable != NULL ? nullable : required, "a primary key cannot be null");
    field->nullable = is_nullable;
    return ERROR_NONE;
}

/* An empty text would be an SQL expression of no words. */
static enum error_code read_default(const struct spec_page *page, const struct config_node *node,
                                    struct spec_field *field)
{
    if (spec_text(page, node, &field->initial) != ERROR_NONE)
        return page->error->code;
    if (node == NULL || field->initial.length > 0)
        return ERROR_NONE;
    return spec_refuse(page, node, "a default is an SQL expression: write \"''\" for an empty text");
}

static enum error_code read_identity(const struct spec_page *page, const struct config_node *node,
                                     struct spec_field *field)
{
    if (spec_text(page, node, &field->identity) != ERROR_NONE)
        return page->error->code;
    if (node == NULL || text_equal(field->identity, TEXT("always")) || text_equal(field->identity, TEXT("by default")))
        return ERROR_NONE;
    return spec_refuse(page, node, "expected 'always' or 'by default'");
}

static enum error_code read_field_values(struct spec_model *model, const struct spec_page *page,
                                         const struct spec_table *table, const struct config_node *const *values,
                                         struct spec_field *field)
{
    field->type_node = values[FIELD_TYPE];
    field->references_node = values[FIELD_REFERENCES];
    field->enum_node = values[FIELD_ENUM];
    if (values[FIELD_TYPE] == NULL && values[FIELD_ENUM] == NULL)
        return spec_refuse(page, field->node, "the field has no type");
    if (spec_text(page, values[FIELD_ID], &field->id) != ERROR_NONE ||
        spec_text(page, values[FIELD_TYPE], &field->type_written) != ERROR_NONE ||
        spec_flag(page, values[FIELD_PRIMARY_KEY], false, &field->primary_key) != ERROR_NONE ||
        spec_flag(page, values[FIELD_UNIQUE], false, &field->unique) != ERROR_NONE ||
        read_nullable(page, values, field) != ERROR_NONE ||
        read_default(page, values[FIELD_DEFAULT], field) != ERROR_NONE ||
        read_identity(page, values[FIELD_IDENTITY], field) != ERROR_NONE ||
        spec_text(page, values[FIELD_GENERATED], &field->generated) != ERROR_NONE ||
        spec_text(page, values[FIELD_DESCRIPTION], &field->description) != ERROR_NONE ||
        read_options(page, values[FIELD_OPTIONS], field) != ERROR_NONE)
        return page->error->code;
    return spec_model_name(model, page, table->written, field->written, &field->name);
}

/* `name: type`, `name: {type: …}` or `{name: …, type: …}`. */
static enum error_code read_field(struct spec_model *model, const struct spec_page *page,
                                  const struct spec_table *table, const struct spec_item *item,
                                  struct spec_field *ret_field)
{
    const struct config_node *values[SPEC_KEYS_MAX] = {NULL};
    struct spec_field field = {.node = item->key != NULL ? item->key : item->value};

    if (item->key != NULL && !config_node_is_mapping(item->value))
        values[FIELD_TYPE] = config_node_is_null(item->value) ? NULL : item->value;
    else if (spec_take(page, &field_level, item->value, values) != ERROR_NONE)
        return page->error->code;
    if (item->key != NULL && values[FIELD_NAME] != NULL)
        return spec_refuse(page, values[FIELD_NAME], "the name is given twice");
    if (item->key == NULL && values[FIELD_NAME] == NULL)
        return spec_refuse(page, item->value, "the field has no name");
    if (spec_name(page, item->key != NULL ? item->key : values[FIELD_NAME], &field.written) != ERROR_NONE ||
        read_field_values(model, page, table, values, &field) != ERROR_NONE)
        return page->error->code;
    for (uint32_t i = 0; i < table->field_count; i++)
        if (text_equal(table->fields[i].name, field.name))
            return spec_refuse(page, field.node, "the field '%.*s' is there twice", TEXT_ARGS(field.name));
    *ret_field = field;
    return ERROR_NONE;
}

static enum error_code read_fields(struct spec_model *model, const struct spec_page *page,
                                   const struct config_node *node, struct spec_table *table)
{
    struct spec_item *items;
    uint32_t count;

    if (spec_items(page, node, &items, &count) != ERROR_NONE)
        return page->error->code;
    if (count > SPEC_FIELDS_MAX)
        return spec_refuse(page, node, "more than %d fields in one table", SPEC_FIELDS_MAX);
    table->fields = arena_array(page->arena, count, sizeof *table->fields);
    if (table->fields == NULL)
        return spec_no_memory(page);
    for (; table->field_count < count; table->field_count++)
        if (read_field(model, page, table, &items[table->field_count], &table->fields[table->field_count]) !=
            ERROR_NONE)
            return page->error->code;
    model->field_count += count;
    return ERROR_NONE;
}

/* ---- keys of a table ---- */

static enum error_code read_key(const struct spec_page *page, const struct config_node *node,
                                const struct spec_table *table, struct spec_key *ret_key)
{
    struct spec_key key = {.node = node};

    if (spec_names(page, node, &key.columns, &key.count) != ERROR_NONE)
        return page->error->code;
    for (uint32_t i = 0; i < key.count; i++) {
        const struct spec_field *field = spec_field_find(table, key.columns[i]);

        if (field == NULL)
            return spec_refuse(page, node, "the table has no field '%.*s'", TEXT_ARGS(key.columns[i]));
        key.columns[i] = field->name;
    }
    *ret_key = key;
    return ERROR_NONE;
}

static enum error_code add_unique(const struct spec_page *page, struct spec_table *table, struct spec_key key)
{
    if (key.count == 0)
        return spec_refuse(page, key.node, "a key of no fields");
    for (uint32_t i = 0; i < table->unique_count; i++) {
        const struct spec_key *other = &table->uniques[i];
        uint32_t same = 0;

        while (same < key.count && same < other->count && text_equal(key.columns[same], other->columns[same]))
            same++;
        if (same == key.count && same == other->count)
            return spec_refuse(page, key.node, "the same key is there twice");
    }
    table->uniques[table->unique_count++] = key;
    return ERROR_NONE;
}

/* `unique: [a, b]` is one key; `unique: [[a, b], [c]]` are two. Then there are fields that say so themselves. */
static enum error_code read_uniques(const struct spec_page *page, const struct config_node *node,
                                    struct spec_table *table)
{
    bool several = config_node_is_list(config_tree_item(page->tree, node, 0));
    size_t count = node == NULL ? 0 : several ? config_node_count(node) : 1;
    struct spec_key key;

    if (count > SPEC_FIELDS_MAX)
        return spec_refuse(page, node, "more than %d keys", SPEC_FIELDS_MAX);
    table->uniques = arena_array(page->arena, count + table->field_count, sizeof *table->uniques);
    if (table->uniques == NULL)
        return spec_no_memory(page);
    for (size_t i = 0; i < count; i++)
        if (read_key(page, several ? config_tree_item(page->tree, node, i) : node, table, &key) != ERROR_NONE ||
            add_unique(page, table, key) != ERROR_NONE)
            return page->error->code;
    for (uint32_t i = 0; i < table->field_count; i++) {
        struct spec_field *field = &table->fields[i];

        if (field->unique && add_unique(page, table, (struct spec_key){field->node, &field->name, 1}) != ERROR_NONE)
            return page->error->code;
    }
    return ERROR_NONE;
}

/* The fields that say so themselves, in their order. */
static enum error_code collect_primary_key(const struct spec_page *page, const struct config_node *node,
                                           struct spec_table *table)
{
    struct text *columns = arena_array(page->arena, table->field_count, sizeof *columns);
    uint32_t count = 0;

    if (columns == NULL)
        return spec_no_memory(page);
    for (uint32_t i = 0; i < table->field_count; i++)
        if (table->fields[i].primary_key)
            columns[count++] = table->fields[i].name;
    if (count > 0 && table->primary_key.count > 0)
        return spec_refuse(page, node, "the primary key is given twice");
    if (count > 0)
        table->primary_key = (struct spec_key){table->node, columns, count};
    for (uint32_t i = 0; i < table->field_count; i++)
        for (uint32_t k = 0; k < table->primary_key.count; k++)
            if (text_equal(table->fields[i].name, table->primary_key.columns[k]))
                table->fields[i].nullable = false;
    return ERROR_NONE;
}

/* ---- tables ---- */

enum table_key {
    TABLE_ID,
    TABLE_NAME,
    TABLE_SCHEMA,
    TABLE_DESCRIPTION,
    TABLE_FIELDS,
    TABLE_PRIMARY_KEY,
    TABLE_UNIQUE,
    TABLE_PRIMARY_FIELD
};

/* Airtable's `views` of a table are ways to look at it. */
static const struct spec_level table_level = {
    .name = "table",
    .keys = {"id", "name", "schema", "description", "fields", "primary_key", "unique", "primaryFieldId"},
    .unread = {"views"},
};

static enum error_code read_table_values(struct spec_model *model, const struct spec_page *page,
                                         const struct config_node *const *values, struct spec_table *table)
{
    const struct config_node *primary = values[TABLE_PRIMARY_FIELD];
    const struct spec_field *field;

    if (spec_text(page, values[TABLE_ID], &table->id) != ERROR_NONE ||
        spec_text(page, values[TABLE_SCHEMA], &table->schema) != ERROR_NONE ||
        spec_text(page, values[TABLE_DESCRIPTION], &table->description) != ERROR_NONE ||
        spec_text(page, primary, &table->primary_field) != ERROR_NONE ||
        spec_model_name(model, page, (struct text){"", 0}, table->written, &table->name) != ERROR_NONE ||
        read_fields(model, page, values[TABLE_FIELDS], table) != ERROR_NONE ||
        read_key(page, values[TABLE_PRIMARY_KEY], table, &table->primary_key) != ERROR_NONE ||
        read_uniques(page, values[TABLE_UNIQUE], table) != ERROR_NONE ||
        collect_primary_key(page, values[TABLE_PRIMARY_KEY], table) != ERROR_NONE)
        return page->error->code;
    if (table->schema.length == 0)
        table->schema = model->schema;
    if (primary == NULL)
        return ERROR_NONE;
    field = spec_field_find(table, table->primary_field);
    if (field == NULL)
        return spec_refuse(page, primary, "the table has no field '%.*s'", TEXT_ARGS(table->primary_field));
    table->primary_field = field->name;
    return ERROR_NONE;
}

static enum error_code read_table(struct spec_model *model, const struct spec_page *page, const struct spec_item *item,
                                  struct spec_table *ret_table)
{
    const struct config_node *values[SPEC_KEYS_MAX];
    struct spec_table table = {.node = item->key != NULL ? item->key : item->value};

    if (spec_take(page, &table_level, item->value, values) != ERROR_NONE)
        return page->error->code;
    if (item->key != NULL && values[TABLE_NAME] != NULL)
        return spec_refuse(page, values[TABLE_NAME], "the name is given twice");
    if (item->key == NULL && values[TABLE_NAME] == NULL)
        return spec_refuse(page, item->value, "the table has no name");
    if (spec_name(page, item->key != NULL ? item->key : values[TABLE_NAME], &table.written) != ERROR_NONE ||
        read_table_values(model, page, values, &table) != ERROR_NONE)
        return page->error->code;
    for (uint32_t i = 0; i < model->table_count; i++)
        if (text_equal(model->tables[i].name, table.name) && text_equal(model->tables[i].schema, table.schema))
            return spec_refuse(page, table.node, "the table '%.*s' is there twice", TEXT_ARGS(table.name));
    *ret_table = table;
    return ERROR_NONE;
}

enum error_code spec_tables_read(struct spec_model *model, const struct spec_page *page, const struct config_node *node)
{
    struct spec_item *items;
    uint32_t count;

    if (spec_items(page, node, &items, &count) != ERROR_NONE)
        return page->error->code;
    if (count > SPEC_TABLES_MAX)
        return spec_refuse(page, node, "more than %d tables", SPEC_TABLES_MAX);
    model->tables = arena_array(page->arena, count, sizeof *model->tables);
    if (model->tables == NULL)
        return spec_no_memory(page);
    for (; model->table_count < count; model->table_count++)
        if (read_table(model, page, &items[model->table_count], &model->tables[model->table_count]) != ERROR_NONE)
            return page->error->code;
    return ERROR_NONE;
}
