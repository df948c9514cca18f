#include "codegen/code_model.h"

#include <strings.h>

#include "codegen/code_names.h"
#include "codegen/code_types.h"
#include "drift/list_change.h"
#include "schema/lookup.h"
#include "schema/object_list.h"

/* What a model is made with. */
struct maker {
    const struct code_model_input *input;
    struct arena *arena;
    struct object_list list;
    struct code_model model;
    struct code_types types;
    struct path *enum_paths;
    struct path *record_paths;
    const struct object **objects; /* of the records */
};

static bool is_record(enum kind kind)
{
    return kind == KIND_TABLE || kind == KIND_FOREIGN_TABLE || kind == KIND_VIEW || kind == KIND_MATERIALIZED_VIEW ||
           kind == KIND_COMPOSITE_TYPE;
}

static bool is_named_type(enum kind kind)
{
    return is_record(kind) || kind == KIND_ENUM || kind == KIND_DOMAIN || kind == KIND_RANGE_TYPE;
}

static struct text value_of(const struct object *object, struct text name)
{
    return attribute_value(object->attributes, object->attribute_count, name);
}

static struct text part_value(const struct part *part, struct text name)
{
    return attribute_value(part->attributes, part->attribute_count, name);
}

/* A partition has the rows of a table that is there, too. */
static bool is_wanted(const struct maker *maker, const struct listed_object *item, const struct object *object)
{
    const struct codegen_options *options = maker->input->options;

    if (value_of(object, TEXT("partition_bound")).length > 0)
        return false;
    if (options->include.count > 0 &&
        !ignore_matches(&options->include, item->kind, item->path, item->kind, item->path))
        return false;
    return !ignore_matches(&options->exclude, item->kind, item->path, item->kind, item->path);
}

/* ---- enums ---- */

static enum error_code add_enum(struct maker *maker, const struct listed_object *item, const struct object *object,
                                struct error *error)
{
    struct text_list labels = text_list_of(attribute_find(object->attributes, object->attribute_count, TEXT("labels")));
    struct code_enum *made = &maker->model.enums[maker->model.enum_count];

    *made = (struct code_enum){.path = item->path, .comment = value_of(object, TEXT("comment"))};
    made->labels = arena_array(maker->arena, labels.count, sizeof *made->labels);
    if (made->labels == NULL)
        return arena_error(maker->arena, error, "reading enums");
    for (uint32_t i = 0; i < labels.count; i++)
        made->labels[made->label_count++] = (struct code_label){.label = labels.items[i], .called = labels.items[i]};
    maker->enum_paths[maker->model.enum_count++] = object->path;
    return ERROR_NONE;
}

static bool is_integer(struct text text)
{
    enum { DIGITS = 18 };
    size_t sign = text.length > 0 && text.bytes[0] == '-';

    if (text.length == sign || text.length > DIGITS + sign ||
        (text.bytes[sign] == '0' && (text.length > 1 || sign > 0)))
        return false;
    for (size_t i = sign; i < text.length; i++)
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
    return true;
}

static enum error_code add_lookup(struct maker *maker, const struct lookup_rows *rows, struct error *error)
{
    struct code_enum *made = &maker->model.enums[maker->model.enum_count];

    *made = (struct code_enum){.path = rows->wish->table,
                               .comment = rows->comment,
                               .is_lookup = true,
                               .is_number = rows->count > 0,
                               .wished = rows->wish->name};
    made->labels = arena_array(maker->arena, rows->count, sizeof *made->labels);
    if (made->labels == NULL)
        return arena_error(maker->arena, error, "reading enums");
    for (size_t i = 0; i < rows->count; i++) {
        made->labels[made->label_count++] = (struct code_label){.label = rows->rows[i][0], .called = rows->rows[i][1]};
        made->is_number = made->is_number && is_integer(rows->rows[i][0]);
    }
    return path_parse(KIND_TABLE, rows->wish->table, maker->arena, &maker->enum_paths[maker->model.enum_count++],
                      error);
}

/* ---- records ---- */

static enum error_code add_record(struct maker *maker, const struct listed_object *item, const struct object *object,
                                  struct error *error)
{
    struct code_record *made = arena_alloc(maker->arena, sizeof *made);

    if (made == NULL)
        return arena_error(maker->arena, error, "reading tables");
    *made = (struct code_record){.kind = item->kind, .path = item->path, .comment = value_of(object, TEXT("comment"))};
    maker->objects[maker->model.record_count] = object;
    maker->record_paths[maker->model.record_count] = object->path;
    maker->model.records[maker->model.record_count++] = made;
    return ERROR_NONE;
}

static bool list_has(const struct attribute *attribute, struct text name)
{
    for (uint32_t i = 0; attribute != NULL && i < attribute->count; i++)
        if (text_equal(attribute->items[i], name))
            return true;
    return false;
}

/* The columns of the primary key, or NULL. */
static const struct attribute *key_of(const struct object *object)
{
    for (uint32_t i = 0; i < object->part_count; i++)
        if (object->parts[i].kind == KIND_PRIMARY_KEY)
            return attribute_find(object->parts[i].attributes, object->parts[i].attribute_count, TEXT("columns"));
    return NULL;
}

static bool part_has(const struct part *part, struct text name)
{
    return attribute_find(part->attributes, part->attribute_count, name) != NULL;
}

/* SQLite numbers the rows of a table by the one column of its primary key whose type is this very word. */
static bool is_row_number(const struct maker *maker, const struct object *object, const struct part *part)
{
    struct text type = part_value(part, TEXT("type"));
    const struct attribute *key = key_of(object);

    return maker->types.engine == TYPE_ENGINE_SQLITE && key != NULL && key->count == 1 &&
           text_equal(key->items[0], part->name) && type.length == 7 && strncasecmp(type.bytes, "integer", 7) == 0 &&
           attribute_find(object->attributes, object->attribute_count, TEXT("without_rowid")) == NULL;
}

/* Nobody but the database makes the value; SQL Server refuses one for an identity. */
static bool is_generated(const struct maker *maker, const struct part *part)
{
    struct text identity = part_value(part, TEXT("identity"));

    return part_has(part, TEXT("generated")) || part_has(part, TEXT("generated_always")) ||
           text_equal(identity, TEXT("always")) ||
           (identity.length > 0 && maker->types.engine == TYPE_ENGINE_SQLSERVER);
}

static enum error_code add_column(struct maker *maker, struct code_record *record, const struct object *object,
                                  const struct part *part, struct error *error)
{
    const struct codegen_options *options = maker->input->options;
    struct code_column *column = &record->columns[record->column_count];
    struct text path;

    if (object_list_part_path(&path, record->path, part->name, maker->arena, error) != ERROR_NONE)
        return error->code;
    if (ignore_matches(&options->exclude, KIND_COLUMN, path, record->kind, record->path))
        return ERROR_NONE;
    *column = (struct code_column){
        .column = part->name,
        .comment = part_value(part, TEXT("comment")),
        .has_default =
            part_has(part, TEXT("default")) || part_has(part, TEXT("identity")) || is_row_number(maker, object, part),
        .is_generated = is_generated(maker, part),
        .is_key = list_has(key_of(object), part->name),
    };
    /* SQLite takes NULL for a key, too, but nobody means it to. */
    column->is_nullable = !column->is_key && !text_equal(part_value(part, TEXT("nullable")), TEXT("no"));
    record->column_count++;
    return code_types_resolve(&column->type, &maker->types, part_value(part, TEXT("type")), path, error);
}

/* In the order of the database; what that does not name comes behind it. */
static enum error_code add_columns(struct maker *maker, struct code_record *record, const struct object *object,
                                   struct error *error)
{
    const struct attribute *order = attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));

    record->columns = arena_array(maker->arena, object->part_count, sizeof *record->columns);
    if (record->columns == NULL)
        return arena_error(maker->arena, error, "reading columns");
    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct part *part = object_part(object, KIND_COLUMN, order->items[i]);

        if (part != NULL && record->column_count < object->part_count &&
            add_column(maker, record, object, part, error) != ERROR_NONE)
            return error->code;
    }
    for (uint32_t i = 0; i < object->part_count; i++)
        if (object->parts[i].kind == KIND_COLUMN && !list_has(order, object->parts[i].name) &&
            add_column(maker, record, object, &object->parts[i], error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

/* ---- all of them ---- */

static enum error_code take(struct maker *maker, const struct listed_object *item, struct error *error)
{
    struct object *object = arena_alloc(maker->arena, sizeof *object);
    struct named_type *named = &maker->types.named[maker->types.count];
    enum error_code code = ERROR_NONE;

    if (object == NULL)
        return arena_error(maker->arena, error, "reading objects");
    if (snapshot_object(maker->input->snapshot, item->entry, maker->arena, object, error) != ERROR_NONE)
        return error->code;
    *named = (struct named_type){.path = object->path};
    if (item->kind == KIND_DOMAIN) {
        named->base = value_of(object, TEXT("type"));
    } else if (item->kind == KIND_RANGE_TYPE) {
        named->inside = value_of(object, TEXT("subtype"));
    } else if (!is_wanted(maker, item, object)) {
        return ERROR_NONE;
    } else if (item->kind == KIND_ENUM) {
        named->of_enum = &maker->model.enums[maker->model.enum_count];
        code = add_enum(maker, item, object, error);
    } else {
        code = add_record(maker, item, object, error);
        named->of_record = code == ERROR_NONE ? maker->model.records[maker->model.record_count - 1] : NULL;
    }
    maker->types.count++;
    return code;
}

static enum error_code make_room(struct maker *maker, struct error *error)
{
    size_t count = 0, lookups = maker->input->lookup_count;

    for (size_t i = 0; i < maker->list.count; i++)
        count += is_named_type(maker->list.items[i].kind);
    maker->model.enums = arena_array(maker->arena, count + lookups, sizeof *maker->model.enums);
    maker->enum_paths = arena_array(maker->arena, count + lookups, sizeof *maker->enum_paths);
    maker->model.records = arena_array(maker->arena, count, sizeof(struct code_record *));
    maker->record_paths = arena_array(maker->arena, count, sizeof *maker->record_paths);
    maker->objects = arena_array(maker->arena, count, sizeof(const struct object *));
    maker->types.named = arena_array(maker->arena, count + 1, sizeof *maker->types.named);
    if (maker->model.enums == NULL || maker->enum_paths == NULL || maker->model.records == NULL ||
        maker->record_paths == NULL || maker->objects == NULL || maker->types.named == NULL)
        return arena_error(maker->arena, error, "reading objects");
    return ERROR_NONE;
}

static enum error_code take_all(struct maker *maker, struct error *error)
{
    for (size_t i = 0; i < maker->list.count; i++)
        if (is_named_type(maker->list.items[i].kind) && take(maker, &maker->list.items[i], error) != ERROR_NONE)
            return error->code;
    for (size_t i = 0; i < maker->input->lookup_count; i++)
        if (add_lookup(maker, &maker->input->lookups[i], error) != ERROR_NONE)
            return error->code;
    code_types_sort(&maker->types);
    for (size_t i = 0; i < maker->model.record_count; i++)
        if (add_columns(maker, maker->model.records[i], maker->objects[i], error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

/* ---- order ---- */

enum { MARK_NONE, MARK_WAITING, MARK_PLACED };

static const struct code_record *held_by(const struct code_column *column)
{
    const struct code_type *type = &column->type;

    while (type->element != NULL)
        type = type->element;
    return type->of_record;
}

/* One whose columns are being looked at, in a chain of those that hold each other. */
struct visit {
    struct code_record *record;
    size_t column;
};

/* A record behind all that it holds. Without recursion: a chain can be as long as a schema. */
static void place(struct code_record *first, struct visit *visits, struct code_record **placed, size_t *count)
{
    size_t depth = 0;

    first->mark = MARK_WAITING;
    visits[depth++] = (struct visit){first, 0};
    while (depth > 0) {
        struct visit *visit = &visits[depth - 1];

        if (visit->column == visit->record->column_count) {
            visit->record->mark = MARK_PLACED;
            placed[(*count)++] = visit->record;
            depth--;
        } else {
            struct code_record *held = (struct code_record *)held_by(&visit->record->columns[visit->column++]);

            if (held != NULL && held->mark == MARK_NONE) {
                held->mark = MARK_WAITING;
                visits[depth++] = (struct visit){held, 0};
            }
        }
    }
}

static enum error_code sort_records(struct maker *maker, struct error *error)
{
    struct code_model *model = &maker->model;
    struct code_record **placed = arena_array(maker->arena, model->record_count, sizeof(struct code_record *));
    struct visit *visits = arena_array(maker->arena, model->record_count, sizeof *visits);
    size_t count = 0;

    if (placed == NULL || visits == NULL)
        return arena_error(maker->arena, error, "sorting tables");
    for (size_t i = 0; i < model->record_count; i++)
        if (model->records[i]->mark == MARK_NONE)
            place(model->records[i], visits, placed, &count);
    model->records = placed;
    return ERROR_NONE;
}

static enum type_engine engine_of(struct text engine)
{
    enum type_engine known = type_engine_of(engine);

    return known == TYPE_ENGINE_UNKNOWN ? TYPE_ENGINE_POSTGRESQL : known; /* specifications and dummies speak like it */
}

enum error_code code_model_make(struct code_model *ret_model, const struct code_model_input *input, struct arena *arena,
                                struct error *error)
{
    struct maker maker = {.input = input, .arena = arena};
    struct code_sources sources;

    maker.types = (struct code_types){
        .engine = engine_of(input->snapshot->info.engine), .options = input->options, .arena = arena};
    if (object_list_make(&maker.list, input->snapshot, arena, error) != ERROR_NONE ||
        make_room(&maker, error) != ERROR_NONE || take_all(&maker, error) != ERROR_NONE)
        return error->code;
    sources = (struct code_sources){maker.enum_paths, maker.record_paths};
    if (code_names_settle(&maker.model, &sources, input, arena, error) != ERROR_NONE ||
        sort_records(&maker, error) != ERROR_NONE)
        return error->code;
    *ret_model = maker.model;
    return ERROR_NONE;
}
