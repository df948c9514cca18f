#include "codegen/code_json.h"

#include "codegen/template.h"

/* ---- types ---- */

static void write_formatted(struct buffer *output, const char *format, const struct code_type *element,
                            const struct language *language)
{
    struct buffer inside;

    buffer_init(&inside);
    code_type_write(&inside, element, language);
    language_write_format(output, format, buffer_text(&inside));
    output->failed = output->failed || inside.failed;
    buffer_clear(&inside);
}

void code_type_write(struct buffer *output, const struct code_type *type, const struct language *language)
{
    const char *named = language->named == NULL ? "@" : language->named;

    switch (type->shape) {
    case CODE_ENUM:
        language_write_format(output, named, type->of_enum->name);
        break;
    case CODE_RECORD:
        language_write_format(output, named, type->of_record->row_name);
        break;
    case CODE_ARRAY:
        write_formatted(output, language->array, type->element, language);
        break;
    case CODE_RANGE:
        write_formatted(output, language->range, type->element, language);
        break;
    case CODE_WISH:
        buffer_add_text(output, type->wish->as);
        break;
    case CODE_SCALAR:
        buffer_add_string(output, language_type_of(language, type->scalar).type);
        break;
    }
}

bool code_type_imports(const struct code_type *type, const struct language *language, json_t *imports)
{
    struct text import = TEXT("");

    if (type->shape == CODE_ARRAY || (type->shape == CODE_RANGE && strchr(language->range, '@') != NULL))
        return code_type_imports(type->element, language, imports);
    if (type->shape == CODE_WISH)
        import = type->wish->import;
    else if (type->shape == CODE_SCALAR)
        import = text_from(language_type_of(language, type->scalar).import);
    return import.length == 0 || json_object_setn_new(imports, import.bytes, import.length, json_true()) == 0;
}

static const char *shape_name(enum code_shape shape)
{
    static const char *const names[] = {"scalar", "enum", "record", "array", "range", "wish"};

    return names[shape];
}

/* ---- building ---- */

/* Values are added until one of them is NULL: `object` becomes NULL then, and stays it. */
static void add(json_t **object, const char *name, json_t *value)
{
    if (*object != NULL && json_object_set_new(*object, name, value) == 0)
        return;
    if (*object == NULL)
        json_decref(value);
    json_decref(*object);
    *object = NULL;
}

static void append(json_t **array, json_t *value)
{
    if (*array != NULL && json_array_append_new(*array, value) == 0)
        return;
    if (*array == NULL)
        json_decref(value);
    json_decref(*array);
    *array = NULL;
}

static void add_safe(json_t **object, const char *name, struct text text)
{
    add(object, name, template_safe(text));
}

static void add_foreign(json_t **object, const char *name, struct text text)
{
    add(object, name, template_foreign(text));
}

static void add_flag(json_t **object, const char *name, bool flag)
{
    add(object, name, json_boolean(flag));
}

/* A type, with whatever language format around it; `nullable` NULL: without. */
static void add_type(json_t **object, const char *name, const struct code_type *type, const struct language *language,
                     const char *nullable)
{
    struct buffer plain, full;

    buffer_init(&plain);
    buffer_init(&full);
    if (type != NULL)
        code_type_write(&plain, type, language);
    language_write_format(&full, nullable == NULL ? "@" : nullable, buffer_text(&plain));
    add(object, name, plain.failed || full.failed ? NULL : template_safe(buffer_text(&full)));
    buffer_clear(&plain);
    buffer_clear(&full);
}

/* ---- parts ---- */

static void add_shape(json_t **object, const struct code_type *type, const struct language *language)
{
    const struct code_type *inner = type;

    while (inner->element != NULL)
        inner = inner->element;
    add_safe(object, "shape", text_from(shape_name(type->shape)));
    add_flag(object, "is_scalar", type->shape == CODE_SCALAR);
    add_flag(object, "is_enum", type->shape == CODE_ENUM);
    add_flag(object, "is_record", type->shape == CODE_RECORD);
    add_flag(object, "is_array", type->shape == CODE_ARRAY);
    add_flag(object, "is_range", type->shape == CODE_RANGE);
    add_safe(object, "scalar", inner->shape == CODE_SCALAR ? text_from(code_scalar_name(inner->scalar)) : TEXT(""));
    add_type(object, "element_type", type->element, language, NULL);
}

/* What columns are described with. */
struct describing {
    const struct language *language;
    json_t *types; /* the names of all types, as keys */
};

static bool is_awkward(const struct describing *describing, struct text name)
{
    return describing->language->is_awkward != NULL &&
           (describing->language->is_awkward(name) ||
            json_object_getn(describing->types, name.bytes, name.length) != NULL);
}

static json_t *make_column(const struct code_column *column, const struct describing *describing)
{
    const struct language *language = describing->language;
    bool renamed = !text_equal(column->name, column->column);
    bool awkward = is_awkward(describing, column->name);
    json_t *object = json_object();

    add_safe(&object, "name", column->name);
    add_foreign(&object, "column", column->column);
    add_flag(&object, "renamed", renamed);
    add_flag(&object, "awkward", awkward);
    add_flag(&object, "aliased", renamed || awkward);
    add_foreign(&object, "comment", column->comment);
    add_foreign(&object, "database_type", column->type.spelling);
    add_flag(&object, "nullable", column->is_nullable);
    add_flag(&object, "has_default", column->has_default);
    add_flag(&object, "generated", column->is_generated);
    add_flag(&object, "optional", column->is_nullable || column->has_default);
    add_flag(&object, "is_key", column->is_key);
    add_type(&object, "type", &column->type, language, NULL);
    add_type(&object, "full_type", &column->type, language, column->is_nullable ? language->nullable : NULL);
    add_shape(&object, &column->type, language);
    return object;
}

static const char *title_of(enum kind kind)
{
    switch (kind) {
    case KIND_FOREIGN_TABLE:
        return "foreign table";
    case KIND_VIEW:
        return "view";
    case KIND_MATERIALIZED_VIEW:
        return "materialized view";
    case KIND_COMPOSITE_TYPE:
        return "composite type";
    default:
        return "table";
    }
}

static void add_columns(json_t **object, const struct code_record *record, const struct describing *describing)
{
    json_t *columns = json_array(), *insert = json_array(), *required = json_array();
    bool has_renamed = false, has_optional = false, has_nullable = false;

    for (size_t i = 0; i < record->column_count; i++) {
        const struct code_column *column = &record->columns[i];
        json_t *made = make_column(column, describing);

        has_renamed = has_renamed || !text_equal(column->name, column->column);
        has_nullable = has_nullable || column->is_nullable;
        if (record->insert_name.length > 0 && !column->is_generated) {
            has_optional = has_optional || column->is_nullable || column->has_default;
            append(&insert, json_incref(made));
            if (!column->is_nullable && !column->has_default)
                append(&required, json_incref(made));
        }
        append(&columns, made);
    }
    add(object, "columns", columns);
    add(object, "insert_columns", insert);
    add(object, "required_columns", required);
    add_flag(object, "has_renamed", has_renamed);
    add_flag(object, "has_optional", has_optional);
    add_flag(object, "has_nullable", has_nullable);
}

static json_t *make_record(const struct code_record *record, const struct describing *describing)
{
    json_t *object = json_object();

    add_safe(&object, "name", record->row_name);
    add_safe(&object, "base", record->base);
    add_safe(&object, "insert_name", record->insert_name);
    add_safe(&object, "kind", text_from(kind_name(record->kind)));
    add_safe(&object, "title", text_from(title_of(record->kind)));
    add_flag(&object, "is_table", record->kind == KIND_TABLE || record->kind == KIND_FOREIGN_TABLE);
    add_flag(&object, "is_view", record->kind == KIND_VIEW || record->kind == KIND_MATERIALIZED_VIEW);
    add_flag(&object, "is_composite", record->kind == KIND_COMPOSITE_TYPE);
    add_foreign(&object, "path", record->path);
    add_foreign(&object, "comment", record->comment);
    add_safe(&object, "first_name", record->first_name);
    add_flag(&object, "has_details", record->comment.length > 0 || record->first_name.length > 0);
    add_columns(&object, record, describing);
    add_safe(&object, "code", TEXT(""));
    return object;
}

static json_t *make_label(const struct code_enum *of, const struct code_label *label)
{
    json_t *object = json_object();

    add_safe(&object, "enum", of->name);
    add_safe(&object, "name", label->name);
    add_foreign(&object, "value", label->label);
    add(&object, "number", of->is_number ? template_safe(label->label) : json_null());
    add_foreign(&object, "called", label->called);
    return object;
}

static json_t *make_enum(const struct code_enum *of)
{
    json_t *object = json_object(), *labels = json_array();

    for (size_t i = 0; i < of->label_count; i++)
        append(&labels, make_label(of, &of->labels[i]));
    add_safe(&object, "name", of->name);
    add_foreign(&object, "path", of->path);
    add_foreign(&object, "comment", of->comment);
    add_safe(&object, "first_name", of->first_name);
    add_flag(&object, "has_details", of->comment.length > 0 || of->first_name.length > 0);
    add_flag(&object, "is_lookup", of->is_lookup);
    add_flag(&object, "is_number", of->is_number);
    add(&object, "labels", labels);
    add_safe(&object, "code", TEXT(""));
    return object;
}

static json_t *make_counts(const struct snapshot *snapshot)
{
    json_t *counts = json_array();

    for (size_t i = 0; i < kind_table_count; i++) {
        const struct kind_facts *facts = &kind_table[i];
        const struct trie *home = facts->is_part ? NULL : snapshot_home(snapshot, facts->kind);
        json_int_t count = 0;
        json_t *object;

        for (uint32_t j = 0; home != NULL && j < home->count; j++)
            count += home->entries[j].kind == facts->kind;
        if (count == 0)
            continue;
        object = json_object();
        add_safe(&object, "kind", text_from(facts->name));
        add_safe(&object, "plural", text_from(facts->plural));
        add(&object, "count", json_integer(count));
        append(&counts, object);
    }
    return counts;
}

static json_t *make_version(const struct snapshot *snapshot, const struct code_version *version)
{
    json_t *object = json_object();

    add_foreign(&object, "version", version->version);
    add_foreign(&object, "synced_at", version->synced_at);
    add_foreign(&object, "hash", version->hash);
    add_foreign(&object, "previous_hash", version->previous_hash);
    add(&object, "differences", json_integer(version->differences));
    add_flag(&object, "is_first", version->differences < 0);
    add_foreign(&object, "engine", snapshot->info.engine);
    add(&object, "counts", make_counts(snapshot));
    return object;
}

static json_t *make_options(const struct codegen_options *options)
{
    json_t *object = json_object();

    add_flag(&object, "dataclasses", options->dataclasses);
    add_flag(&object, "pydantic", options->pydantic);
    add_safe(&object, "package", options->package);
    return object;
}

/* The names of all enums and records. */
static json_t *list_types(const struct code_model *model)
{
    json_t *types = json_object();
    bool good = types != NULL;

    for (size_t i = 0; good && i < model->enum_count; i++)
        good = json_object_setn_new(types, model->enums[i].name.bytes, model->enums[i].name.length, json_true()) == 0;
    for (size_t i = 0; good && i < model->record_count; i++)
        good = json_object_setn_new(types, model->records[i]->row_name.bytes, model->records[i]->row_name.length,
                                    json_true()) == 0;
    if (good)
        return types;
    json_decref(types);
    return NULL;
}

enum error_code code_json_make(json_t **ret_json, const struct code_model *model, const struct code_model_input *input,
                               const struct code_version *version, struct error *error)
{
    json_t *object = json_object(), *enums = json_array(), *records = json_array();
    struct describing describing = {input->language, list_types(model)};

    if (describing.types == NULL) {
        json_decref(records);
        records = NULL;
    }
    for (size_t i = 0; i < model->enum_count; i++)
        append(&enums, make_enum(&model->enums[i]));
    for (size_t i = 0; i < model->record_count; i++)
        append(&records, make_record(model->records[i], &describing));
    add_safe(&object, "language", text_from(input->language->name));
    add_safe(&object, "title", text_from(input->language->title));
    add(&object, "options", make_options(input->options));
    add(&object, "schema_version", make_version(input->snapshot, version));
    add(&object, "enums", enums);
    add(&object, "records", records);
    json_decref(describing.types);
    if (object == NULL)
        return error_memory(error, "describing a schema to templates");
    *ret_json = object;
    return ERROR_NONE;
}
