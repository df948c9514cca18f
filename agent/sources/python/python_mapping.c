#include "sources/python/python_mapping.h"

#include <unistd.h>

#include "base/config.h"
#include "base/file.h"

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

static const cyaml_schema_value_t string_value = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED)};

static const cyaml_schema_field_t name_fields[] = {
    CYAML_FIELD_STRING_PTR("class", CYAML_FLAG_POINTER, struct python_name, class_name, 1, CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct python_name, name, 1, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t name_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct python_name, name_fields)};

static const cyaml_strval_t labels[] = {{"values", PYTHON_LABELS_VALUES}, {"names", PYTHON_LABELS_NAMES}};

static const cyaml_schema_field_t mapping_fields[] = {
    CYAML_FIELD_STRING_PTR("schema", OPTIONAL, struct python_mapping, schema, 1, CYAML_UNLIMITED),
    CYAML_FIELD_ENUM("labels", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct python_mapping, labels, labels,
                     LENGTH_OF(labels)),
    CYAML_FIELD_SEQUENCE("tables", OPTIONAL, struct python_mapping, tables, &name_value, 0, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("enums", OPTIONAL, struct python_mapping, enums, &name_value, 0, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("ignore", OPTIONAL, struct python_mapping, ignore, &string_value, 0, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("exclude", OPTIONAL, struct python_mapping, exclude, &string_value, 0, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t mapping_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct python_mapping, mapping_fields)};

enum error_code python_mapping_open(struct python_mapping_file *ret_file, const char *folder, struct arena *arena,
                                    struct error *error)
{
    const char *path = arena_printf(arena, "%s/%s", folder, PYTHON_MAPPING_FILE);
    struct python_mapping_file file = {.text = {"", 0}};

    if (path == NULL)
        return arena_error(arena, error, "reading Python classes");
    if (access(path, F_OK) == 0) {
        if (file_read(path, CONFIG_SIZE_LIMIT, arena, &file.text, error) != ERROR_NONE ||
            config_load_text(path, file.text, &mapping_value, &file.content, error) != ERROR_NONE)
            return error->code;
        file.mapping = *(const struct python_mapping *)file.content;
    }
    *ret_file = file;
    return ERROR_NONE;
}

void python_mapping_close(struct python_mapping_file *file)
{
    config_free(&mapping_value, file->content);
    file->content = NULL;
}
