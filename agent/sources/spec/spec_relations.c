/* Foreign keys: the relations of the file, and those that fields name. */
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "sources/spec/spec_model.h"

const struct spec_table *spec_table_find(const struct spec_model *model, struct text reference)
{
    for (uint32_t i = 0; i < model->table_count && reference.length > 0; i++) {
        const struct spec_table *table = &model->tables[i];
        size_t dot = table->schema.length;

        if (text_equal(table->written, reference) || text_equal(table->name, reference) ||
            text_equal(table->id, reference) ||
            (reference.length == dot + 1 + table->name.length && reference.bytes[dot] == '.' &&
             memcmp(reference.bytes, table->schema.bytes, dot) == 0 &&
             memcmp(reference.bytes + dot + 1, table->name.bytes, table->name.length) == 0))
            return table;
    }
    return NULL;
}

const struct spec_field *spec_field_find(const struct spec_table *table, struct text reference)
{
    for (uint32_t i = 0; i < table->field_count; i++)
        if (text_equal(table->fields[i].written, reference) || text_equal(table->fields[i].name, reference) ||
            (reference.length > 0 && text_equal(table->fields[i].id, reference)))
            return &table->fields[i];
    return NULL;
}

/* ---- the ends of a relation ---- */

struct end {
    const struct spec_table *table;
    struct text *columns;
    uint32_t count;
};

enum end_key { END_TABLE, END_FIELDS };

static const struct spec_level end_level = {.name = "side of a relation", .keys = {"table", "fields"}};

static enum error_code set_columns(const struct spec_page *page, const struct config_node *node, struct end *end)
{
    for (uint32_t i = 0; i < end->count; i++) {
        const struct spec_field *field = spec_field_find(end->table, end->columns[i]);

        if (field == NULL)
            return spec_refuse(page, node, "the table '%.*s' has no field '%.*s'", TEXT_ARGS(end->table->name),
                               TEXT_ARGS(end->columns[i]));
        end->columns[i] = field->name;
    }
    return ERROR_NONE;
}

/* `table.field`, cut at the last dot at which it names a table. */
static enum error_code read_dotted_end(const struct spec_model *model, const struct spec_page *page,
                                       const struct config_node *node, struct end *ret_end)
{
    struct end end = {.count = 1, .columns = arena_alloc(page->arena, sizeof *end.columns)};
    struct text written;

    if (end.columns == NULL)
        return spec_no_memory(page);
    if (spec_name(page, node, &written) != ERROR_NONE)
        return page->error->code;
    for (size_t i = written.length; i-- > 0 && end.table == NULL;)
        if (written.bytes[i] == '.') {
            end.table = spec_table_find(model, (struct text){written.bytes, i});
            end.columns[0] = (struct text){written.bytes + i + 1, written.length - i - 1};
        }
    if (end.table == NULL)
        return spec_refuse(page, node, "'%.*s' is no field of a table that is here", TEXT_ARGS(written));
    *ret_end = end;
    return set_columns(page, node, ret_end);
}

static enum error_code read_end(const struct spec_model *model, const struct spec_page *page,
                                const struct config_node *node, struct end *ret_end)
{
    const struct config_node *values[SPEC_KEYS_MAX];
    struct end end = {.table = NULL};
    struct text table;

    if (!config_node_is_mapping(node))
        return read_dotted_end(model, page, node, ret_end);
    if (spec_take(page, &end_level, node, values) != ERROR_NONE)
        return page->error->code;
    if (values[END_TABLE] == NULL || values[END_FIELDS] == NULL)
        return spec_refuse(page, node, "a side of a relation has a table and fields");
    if (spec_name(page, values[END_TABLE], &table) != ERROR_NONE ||
        spec_names(page, values[END_FIELDS], &end.columns, &end.count) != ERROR_NONE)
        return page->error->code;
    end.table = spec_table_find(model, table);
    if (end.table == NULL)
        return spec_refuse(page, values[END_TABLE], "there is no table '%.*s'", TEXT_ARGS(table));
    *ret_end = end;
    return set_columns(page, node, ret_end);
}

/* ---- relations ---- */

enum relation_key { RELATION_NAME, RELATION_FROM, RELATION_TO, RELATION_ON_DELETE, RELATION_ON_UPDATE };

static const struct spec_level relation_level = {
    .name = "relation",
    .keys = {"name", "from", "to", "on_delete", "on_update"},
    .unread = {"description"},
};

/* What the server does by itself is no action, and absent. */
static enum error_code read_action(const struct spec_page *page, const struct config_node *node,
                                   struct text *ret_action)
{
    static const char *const actions[] = {"no action", "restrict", "cascade", "set null", "set default"};
    struct text action;

    if (spec_text(page, node, &action) != ERROR_NONE)
        return page->error->code;
    for (size_t i = 0; node != NULL && i < LENGTH_OF(actions); i++)
        if (action.length == strlen(actions[i]) && strncasecmp(action.bytes, actions[i], action.length) == 0) {
            *ret_action = i == 0 ? TEXT("") : text_from(actions[i]);
            return ERROR_NONE;
        }
    if (node != NULL)
        return spec_refuse(page, node, "expected cascade, restrict, set null, set default or no action");
    *ret_action = TEXT("");
    return ERROR_NONE;
}

/* As PostgreSQL would: the table, the columns, fkey. */
static enum error_code name_relation(const struct spec_page *page, struct spec_relation *relation)
{
    CLEANUP(buffer_clear) struct buffer name = {0};
    const char *copy;

    if (relation->name.length > 0)
        return ERROR_NONE;
    buffer_add_text(&name, relation->from->name);
    for (uint32_t i = 0; i < relation->column_count; i++) {
        buffer_add_byte(&name, '_');
        buffer_add_text(&name, relation->from_columns[i]);
    }
    buffer_add_string(&name, "_fkey");
    if (buffer_check(&name, page->error, "reading a specification") != ERROR_NONE)
        return page->error->code;
    copy = arena_string(page->arena, buffer_text(&name));
    if (copy == NULL)
        return spec_no_memory(page);
    relation->name = (struct text){copy, name.length};
    return ERROR_NONE;
}

static enum error_code add_relation(struct spec_model *model, const struct spec_page *page,
                                    struct spec_relation relation, const struct end *to)
{
    if (relation.column_count != to->count || to->count == 0)
        return spec_refuse(page, relation.node, "the two sides of a relation have as many fields");
    relation.to = to->table;
    relation.to_columns = to->columns;
    if (name_relation(page, &relation) != ERROR_NONE)
        return page->error->code;
    for (uint32_t i = 0; i < model->relation_count; i++)
        if (model->relations[i].from == relation.from && text_equal(model->relations[i].name, relation.name))
            return spec_refuse(page, relation.node, "the relation '%.*s' is there twice", TEXT_ARGS(relation.name));
    if (model->relation_count == model->relation_capacity) {
        uint32_t capacity = model->relation_capacity == 0 ? 16 : model->relation_capacity * 2;
        struct spec_relation *larger = arena_array(page->arena, capacity, sizeof *larger);

        if (larger == NULL)
            return spec_no_memory(page);
        if (model->relation_count > 0)
            memcpy(larger, model->relations, model->relation_count * sizeof *larger);
        model->relations = larger;
        model->relation_capacity = capacity;
    }
    if (model->relation_count == SPEC_RELATIONS_MAX)
        return spec_refuse(page, relation.node, "more than %d relations", SPEC_RELATIONS_MAX);
    model->relations[model->relation_count++] = relation;
    return ERROR_NONE;
}

static enum error_code read_relation(struct spec_model *model, const struct spec_page *page,
                                     const struct spec_item *item)
{
    const struct config_node *values[SPEC_KEYS_MAX];
    struct spec_relation relation = {.node = item->key != NULL ? item->key : item->value};
    struct end from, to;

    if (spec_take(page, &relation_level, item->value, values) != ERROR_NONE)
        return page->error->code;
    if (item->key != NULL && values[RELATION_NAME] != NULL)
        return spec_refuse(page, values[RELATION_NAME], "the name is given twice");
    if (values[RELATION_FROM] == NULL || values[RELATION_TO] == NULL)
        return spec_refuse(page, relation.node, "a relation goes 'from' a field 'to' one");
    if (spec_text(page, item->key != NULL ? item->key : values[RELATION_NAME], &relation.name) != ERROR_NONE ||
        read_end(model, page, values[RELATION_FROM], &from) != ERROR_NONE ||
        read_end(model, page, values[RELATION_TO], &to) != ERROR_NONE ||
        read_action(page, values[RELATION_ON_DELETE], &relation.on_delete) != ERROR_NONE ||
        read_action(page, values[RELATION_ON_UPDATE], &relation.on_update) != ERROR_NONE)
        return page->error->code;
    relation.from = from.table;
    relation.from_columns = from.columns;
    relation.column_count = from.count;
    return add_relation(model, page, relation, &to);
}

/* `references: organizations.id` of a field. */
static enum error_code add_reference(struct spec_model *model, const struct spec_page *page,
                                     const struct spec_table *table, const struct spec_field *field)
{
    struct spec_relation relation = {.node = field->references_node, .from = table, .column_count = 1};
    struct end to;

    relation.from_columns = arena_alloc(page->arena, sizeof *relation.from_columns);
    if (relation.from_columns == NULL)
        return spec_no_memory(page);
    relation.from_columns[0] = field->name;
    if (read_end(model, page, field->references_node, &to) != ERROR_NONE)
        return page->error->code;
    return add_relation(model, page, relation, &to);
}

enum error_code spec_relations_read(struct spec_model *model, const struct spec_page *page,
                                    const struct config_node *node)
{
    struct spec_item *items;
    uint32_t count;

    if (spec_items(page, node, &items, &count) != ERROR_NONE)
        return page->error->code;
    if (count > SPEC_RELATIONS_MAX)
        return spec_refuse(page, node, "more than %d relations", SPEC_RELATIONS_MAX);
    for (uint32_t i = 0; i < count; i++)
        if (read_relation(model, page, &items[i]) != ERROR_NONE)
            return page->error->code;
    for (uint32_t i = 0; i < model->table_count; i++)
        for (uint32_t k = 0; k < model->tables[i].field_count; k++)
            if (model->tables[i].fields[k].references_node != NULL &&
                add_reference(model, page, &model->tables[i], &model->tables[i].fields[k]) != ERROR_NONE)
                return page->error->code;
    return ERROR_NONE;
}
