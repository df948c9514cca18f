#include "base/config_file.h"

#include <string.h>

#include "base/config_place.h"
#include "base/file.h"

static const char doing[] = "reading the configuration";

enum error_code config_file_open(struct config_file *ret_file, const char *path, const cyaml_schema_value_t *schema,
                                 struct arena *arena, struct error *error)
{
    struct config_file file = {.path = path, .schema = schema, .arena = arena};

    if (file_read(path, CONFIG_SIZE_LIMIT, arena, &file.text, error) != ERROR_NONE)
        return error_context(error, "%s", doing);
    if (config_load_text(path, file.text, schema, &file.content, error) != ERROR_NONE)
        return error->code;
    *ret_file = file;
    return ERROR_NONE;
}

void config_file_close(struct config_file *file)
{
    config_free(file->schema, file->content);
    file->content = NULL;
}

static const cyaml_schema_field_t *find_field(const cyaml_schema_value_t *mapping, struct text key)
{
    if (mapping->type != CYAML_MAPPING)
        return NULL;
    for (const cyaml_schema_field_t *field = mapping->mapping.fields; field->key != NULL; field++)
        if (text_equal(text_from(field->key), key))
            return field;
    return NULL;
}

/* Where a field is in the struct; NULL: behind a pointer that was not set. */
static const char *place_of(const char *content, const cyaml_schema_field_t *field)
{
    const char *place = content + field->data_offset;

    if (field->value.type == CYAML_MAPPING && (field->value.flags & CYAML_FLAG_POINTER) != 0)
        return *(const char *const *)place;
    return place;
}

/* The field of a dotted key, and the struct that it is in: NULL when the file does not have that. */
static const cyaml_schema_field_t *find_key(const struct config_file *file, const char *key, const char **ret_content)
{
    const cyaml_schema_value_t *mapping = file->schema;
    const char *content = file->content;

    for (const char *dot; (dot = strchr(key, '.')) != NULL; key = dot + 1) {
        const cyaml_schema_field_t *field = find_field(mapping, (struct text){key, (size_t)(dot - key)});

        if (field == NULL)
            return NULL;
        content = content == NULL ? NULL : place_of(content, field);
        mapping = &field->value;
    }
    *ret_content = content;
    return find_field(mapping, text_from(key));
}

static enum error_code set(const struct config_file *file, const struct option *option, const char *key,
                           const char *value, void *values, struct error *error)
{
    const char *called = arena_printf(file->arena, "'%s'", option->key);
    const char *copy = arena_string(file->arena, text_from(value));

    if (called == NULL || copy == NULL)
        return arena_error(file->arena, error, doing);
    if (option_set(option, called, copy, values, file->arena, error) != ERROR_NONE)
        return config_file_blame(file, key, error);
    return ERROR_NONE;
}

static enum error_code set_list(const struct config_file *file, const struct option *option, const char *content,
                                const cyaml_schema_field_t *field, void *values, struct error *error)
{
    const char *const *items = *(const char *const *const *)(const void *)(content + field->data_offset);
    unsigned count = *(const unsigned *)(const void *)(content + field->count_offset);

    for (unsigned i = 0; i < count; i++) {
        const char *key = arena_printf(file->arena, "%s.%u", option->key, i);

        if (key == NULL)
            return arena_error(file->arena, error, doing);
        if (set(file, option, key, items[i], values, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code apply(const struct config_file *file, const struct option *option, void *values,
                             struct error *error)
{
    const char *content = NULL;
    const cyaml_schema_field_t *field = find_key(file, option->key, &content);
    bool is_list = option->type == OPTION_LIST || option->type == OPTION_CHOICES;
    const char *value;

    if (field == NULL || field->value.type != (is_list ? CYAML_SEQUENCE : CYAML_STRING))
        return error_set(error, ERROR_INTERNAL, "the file has no place for the key '%s'", option->key);
    if (content == NULL)
        return ERROR_NONE;
    if (is_list)
        return set_list(file, option, content, field, values, error);
    value = *(const char *const *)(const void *)(content + field->data_offset);
    return value == NULL ? ERROR_NONE : set(file, option, option->key, value, values, error);
}

enum error_code config_file_apply(const struct config_file *file, const struct option *table, void *values,
                                  struct error *error)
{
    for (const struct option *option = table; option->type != 0; option++)
        if (option->key != NULL && apply(file, option, values, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

enum error_code config_file_blame(const struct config_file *file, const char *key, struct error *error)
{
    const char *way = file->way == NULL ? key : arena_printf(file->arena, "%s%s", file->way, key);

    return config_place(error, file->path, file->text, way == NULL ? "" : way);
}
