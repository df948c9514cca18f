#include "codegen/codegen.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "codegen/code_json.h"
#include "codegen/template.h"

enum { CONSTRUCT_LIMIT = 16 };

/* What the files of one tree are made with. */
struct generator {
    const struct codegen_request *request;
    struct arena *arena;
    struct tree *tree;
    struct code_model model;
    json_t *json;
    const char *names[CONSTRUCT_LIMIT]; /* of templates that were taken apart */
    struct template *templates[CONSTRUCT_LIMIT];
    size_t template_count;
};

/* ---- templates ---- */

static const struct language_construct *find_construct(const struct language *language, struct text name)
{
    for (const struct language_construct *construct = language->constructs; construct->name != NULL; construct++)
        if (text_equal(name, text_from(construct->name)))
            return construct;
    return NULL;
}

static const struct template_wish *find_wish(const struct generator *generator, const char *name)
{
    const struct codegen_options *options = generator->request->options;

    for (size_t i = 0; i < options->template_count; i++)
        if (text_equal(options->templates[i].construct, text_from(name)))
            return &options->templates[i];
    return NULL;
}

/* The user's template, or the language's own. */
static enum error_code find_template(struct generator *generator, const char *name,
                                     const struct template **ret_template, struct error *error)
{
    const struct language *language = generator->request->language;
    const struct template_wish *wish = find_wish(generator, name);
    const char *called = wish != NULL ? wish->path : arena_printf(generator->arena, "%s/%s.txt", language->name, name);
    struct template *template;
    struct text text;

    for (size_t i = 0; i < generator->template_count; i++)
        if (strcmp(generator->names[i], name) == 0) {
            *ret_template = generator->templates[i];
            return ERROR_NONE;
        }
    if (called == NULL || generator->template_count == CONSTRUCT_LIMIT)
        return arena_error(generator->arena, error, "reading templates");
    text = wish != NULL ? wish->text : text_from(find_construct(language, text_from(name))->template);
    if (template_parse(&template, called, text, language, generator->arena, error) != ERROR_NONE)
        return error->code;
    generator->names[generator->template_count] = name;
    generator->templates[generator->template_count++] = template;
    *ret_template = template;
    return ERROR_NONE;
}

static enum error_code check_wishes(const struct codegen_request *request, struct error *error)
{
    for (size_t i = 0; i < request->options->template_count; i++) {
        struct text name = request->options->templates[i].construct;

        if (find_construct(request->language, name) == NULL)
            return error_set(error, ERROR_CONFIG, "%s has no template '%.*s'", request->language->title,
                             (int)(name.length < 80 ? name.length : 80), name.bytes);
    }
    return ERROR_NONE;
}

/* ---- what is in a file ---- */

/* What one construct wrote, without its last line feed: the template that prints it decides what follows. */
static json_t *code_of(const struct buffer *output)
{
    struct text code = buffer_text(output);

    code.length -= code.length > 0 && code.bytes[code.length - 1] == '\n';
    return template_safe(code);
}

/* Fill in `code` of each item. Names are looked for in the item first, then in all the rest. */
static enum error_code write_items(struct generator *generator, const char *construct, json_t *items,
                                   struct error *error)
{
    const struct template *template;
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    if (find_template(generator, construct, &template, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *item = json_array_get(items, i);

        buffer_reset(&output);
        if (template_render_inside(&output, template, generator->json, item, error) != ERROR_NONE)
            return error->code;
        if (json_object_set_new(item, "code", code_of(&output)) != 0)
            return error_memory(error, "writing code");
    }
    return ERROR_NONE;
}

/* What is imported as a whole first, as Python's style guide has it. */
static int compare_lines(const void *a, const void *b)
{
    const char *first = *(const char *const *)a, *second = *(const char *const *)b;
    int order = (strncmp(second, "import ", 7) == 0) - (strncmp(first, "import ", 7) == 0);

    return order != 0 ? order : strcmp(first, second);
}

/* The keys of an object as a sorted list. */
static json_t *sorted_keys(json_t *set, struct arena *arena)
{
    size_t count = 0;
    const char **names = arena_array(arena, json_object_size(set), sizeof *names);
    json_t *list = names == NULL ? NULL : json_array();
    const char *name;
    json_t *value;

    if (list == NULL)
        return NULL;
    json_object_foreach(set, name, value) names[count++] = name;
    qsort(names, count, sizeof *names, compare_lines);
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(list, json_string(names[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

/* What the columns of all records need, for the head of a file. */
struct needs {
    json_t *imports;
    json_t *enums;
    bool has_renamed;
    bool has_optional;
    bool has_nullable;
};

static bool collect_needs(struct needs *needs, const struct generator *generator)
{
    bool good = needs->imports != NULL && needs->enums != NULL;

    for (size_t i = 0; i < generator->model.record_count; i++) {
        const struct code_record *record = generator->model.records[i];

        for (size_t j = 0; good && j < record->column_count; j++) {
            const struct code_column *column = &record->columns[j];
            const struct code_type *type = &column->type;

            good = code_type_imports(type, generator->request->language, needs->imports);
            needs->has_renamed = needs->has_renamed || !text_equal(column->name, column->column);
            needs->has_nullable = needs->has_nullable || column->is_nullable;
            needs->has_optional = needs->has_optional || (record->insert_name.length > 0 && !column->is_generated &&
                                                          (column->is_nullable || column->has_default));
            while (type->shape == CODE_ARRAY && type->element != NULL)
                type = type->element;
            if (good && type->shape == CODE_ENUM)
                good = json_object_setn_new(needs->enums, type->of_enum->name.bytes, type->of_enum->name.length,
                                            json_true()) == 0;
        }
    }
    return good;
}

/* The top of what the template of a whole file sees. */
static json_t *make_head(struct generator *generator, const struct language_file *file)
{
    struct needs needs = {.imports = json_object(), .enums = json_object()};
    json_t *head = NULL;

    if (file->record_construct == NULL || collect_needs(&needs, generator))
        head = json_pack("{s:{s:s}, s:o, s:o, s:b, s:b, s:b}", "file", "path", file->path, "imports",
                         sorted_keys(needs.imports, generator->arena), "used_enums",
                         sorted_keys(needs.enums, generator->arena), "has_renamed", (int)needs.has_renamed,
                         "has_optional", (int)needs.has_optional, "has_nullable", (int)needs.has_nullable);
    json_decref(needs.imports);
    json_decref(needs.enums);
    return head;
}

static enum error_code write_file(struct generator *generator, const struct language_file *file, struct error *error)
{
    json_t *head = make_head(generator, file);
    const struct template *template;
    CLEANUP(buffer_clear) struct buffer output;
    enum error_code code = ERROR_NONE;
    const char *content;

    buffer_init(&output);
    if (head == NULL)
        return error_memory(error, "writing code");
    if (file->enum_construct != NULL)
        code = write_items(generator, file->enum_construct, json_object_get(generator->json, "enums"), error);
    if (code == ERROR_NONE && file->record_construct != NULL)
        code = write_items(generator, file->record_construct, json_object_get(generator->json, "records"), error);
    if (code == ERROR_NONE)
        code = find_template(generator, file->construct, &template, error);
    if (code == ERROR_NONE)
        code = template_render_inside(&output, template, generator->json, head, error);
    json_decref(head);
    if (code != ERROR_NONE)
        return code;
    content = arena_copy(generator->arena, output.bytes, output.length);
    if (content == NULL)
        return arena_error(generator->arena, error, "writing code");
    return tree_add(generator->tree, text_from(file->path), (struct text){content, output.length},
                    generator->request->language->marks, error);
}

/* ---- the version ---- */

static enum error_code name_version_file(struct text *ret_name, const struct codegen_request *request,
                                         struct arena *arena, struct error *error)
{
    const char *name = arena_printf(arena, ".driftline-%s.json", request->language->name);

    if (name == NULL)
        return arena_error(arena, error, "reading the version");
    *ret_name = text_from(name);
    return ERROR_NONE;
}

static enum error_code read_before(struct text *ret_before, const struct codegen_request *request, struct text name,
                                   struct arena *arena, struct error *error)
{
    const char *path;
    enum error_code code;

    *ret_before = TEXT("");
    if (request->place == NULL)
        return ERROR_NONE;
    path = arena_printf(arena, "%.*s%s%.*s", TEXT_ARGS(request->folder), request->folder.length > 0 ? "/" : "",
                        TEXT_ARGS(name));
    if (path == NULL)
        return arena_error(arena, error, "reading the version");
    code = request->place->read(request->place->context, text_from(path), CODE_VERSION_FILE_LIMIT, arena, ret_before,
                                error);
    if (code == ERROR_NOT_FOUND || code == ERROR_LIMIT) {
        *ret_before = TEXT("");
        return ERROR_NONE;
    }
    return code;
}

/* ---- all of it ---- */

static enum error_code generate(struct generator *generator, const struct code_model_input *input, struct error *error)
{
    const struct codegen_request *request = generator->request;
    struct code_version version;
    struct text before, name;

    if (check_wishes(request, error) != ERROR_NONE ||
        name_version_file(&name, request, generator->arena, error) != ERROR_NONE ||
        read_before(&before, request, name, generator->arena, error) != ERROR_NONE ||
        code_version_make(&version, request->snapshot, before, generator->arena, error) != ERROR_NONE ||
        code_model_make(&generator->model, input, generator->arena, error) != ERROR_NONE ||
        code_json_make(&generator->json, &generator->model, input, &version, error) != ERROR_NONE)
        return error->code;
    for (const struct language_file *file = request->language->files; file->path != NULL; file++)
        if ((file->wanted == NULL || file->wanted(request->options)) &&
            write_file(generator, file, error) != ERROR_NONE)
            return error->code;
    return tree_add(generator->tree, name, version.file, TREE_MARKS_NONE, error);
}

enum error_code codegen_make(struct tree **ret_tree, const struct codegen_request *request, struct arena *arena,
                             struct error *error)
{
    struct generator generator = {.request = request, .arena = arena};
    struct code_model_input input = {request->snapshot, request->language, request->options, request->lookups,
                                     request->lookup_count};
    enum error_code code;

    if (tree_new(&generator.tree, request->language->name, arena, error) != ERROR_NONE)
        return error->code;
    if (request->language->write != NULL)
        code = request->language->write(request, generator.tree, arena, error);
    else
        code = generate(&generator, &input, error);
    json_decref(generator.json);
    if (code == ERROR_NONE)
        *ret_tree = generator.tree;
    return code;
}
