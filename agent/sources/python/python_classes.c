#include "sources/python/python_classes.h"

#include <jansson.h>

static const char doing[] = "reading Python classes";

/* What reading needs at every step. */
struct reading {
    struct declared *declared;
    struct error *error;
    bool corrupt; /* something was not of its sort */
};

/* ---- values ---- */

static struct text text_of(struct reading *reading, const json_t *value)
{
    if (json_is_string(value))
        return declared_copy(reading->declared, (struct text){json_string_value(value), json_string_length(value)});
    reading->corrupt = true;
    return (struct text){"", 0};
}

static struct text member_text(struct reading *reading, const json_t *object, const char *key)
{
    return text_of(reading, json_object_get(object, key));
}

static bool member_flag(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    reading->corrupt = reading->corrupt || !json_is_boolean(value);
    return json_is_true(value);
}

static const json_t *member_array(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    reading->corrupt = reading->corrupt || !json_is_array(value);
    return value;
}

/* Schema and name, neither empty. */
static struct path path_of(struct reading *reading, const json_t *value)
{
    struct path path = {.count = 2};

    reading->corrupt = reading->corrupt || json_array_size(value) != 2;
    for (unsigned i = 0; i < 2; i++) {
        path.elements[i] = text_of(reading, json_array_get(value, i));
        reading->corrupt = reading->corrupt || path.elements[i].length == 0;
    }
    return path;
}

static struct text displayed(struct reading *reading, const json_t *value)
{
    struct path path = path_of(reading, value);

    return declared_path(reading->declared, path.elements[0], path.elements[1]);
}

/* ---- tables and enums ---- */

/* Texts, and between them paths of enums, which are written as everywhere. */
static struct text type_of(struct reading *reading, const json_t *pieces)
{
    CLEANUP(buffer_clear) struct buffer type = {0};
    const json_t *piece;
    size_t i;

    json_array_foreach(pieces, i, piece)
        buffer_add_text(&type, json_is_array(piece) ? displayed(reading, piece) : text_of(reading, piece));
    reading->corrupt = reading->corrupt || (type.length == 0 && !type.failed);
    reading->declared->failed = reading->declared->failed || type.failed;
    return declared_copy(reading->declared, buffer_text(&type));
}

static void read_column(struct reading *reading, const json_t *column)
{
    struct declared *declared = reading->declared;

    declared_add_part(declared, KIND_COLUMN, member_text(reading, column, "name"));
    declared_say_of_part(declared, "type", type_of(reading, member_array(reading, column, "type")));
    declared_say_of_part(declared, "nullable", member_flag(reading, column, "nullable") ? TEXT("yes") : TEXT("no"));
    declared_say_of_part(declared, "required", member_flag(reading, column, "required") ? TEXT("") : TEXT("no"));
    declared_say_of_part(declared, "comment", member_text(reading, column, "comment"));
}

static void read_table(struct reading *reading, const json_t *table)
{
    const json_t *columns = member_array(reading, table, "columns"), *column;
    struct path path = path_of(reading, json_object_get(table, "path"));
    size_t i;

    declared_add(reading->declared, KIND_TABLE, path.elements[0], path.elements[1]);
    declared_say(reading->declared, "comment", member_text(reading, table, "comment"));
    json_array_foreach(columns, i, column) read_column(reading, column);
    declared_say_column_order(reading->declared);
}

static void read_enum(struct reading *reading, const json_t *value)
{
    const json_t *listed = member_array(reading, value, "labels"), *label;
    struct path path = path_of(reading, json_object_get(value, "path"));
    struct text *labels = arena_array(reading->declared->arena, json_array_size(listed), sizeof *labels);
    size_t i;

    reading->declared->failed = reading->declared->failed || labels == NULL;
    if (reading->declared->failed)
        return;
    json_array_foreach(listed, i, label) labels[i] = text_of(reading, label);
    declared_add(reading->declared, KIND_ENUM, path.elements[0], path.elements[1]);
    declared_say(reading->declared, "comment", member_text(reading, value, "comment"));
    declared_say_list(reading->declared, "labels", labels, (uint32_t)json_array_size(listed));
}

static void read_gap(struct reading *reading, const json_t *gap)
{
    enum kind kind = kind_from_name(member_text(reading, gap, "kind"));
    struct text reason = member_text(reading, gap, "reason");

    reading->corrupt = reading->corrupt || (kind != KIND_TABLE && kind != KIND_ENUM) || reason.length == 0;
    declared_add_gap(reading->declared, kind, displayed(reading, json_object_get(gap, "path")), reason);
}

static void read_all(struct reading *reading, const json_t *document)
{
    const json_t *tables = member_array(reading, document, "tables");
    const json_t *enums = member_array(reading, document, "enums");
    const json_t *gaps = member_array(reading, document, "gaps"), *item;
    size_t i;

    json_array_foreach(tables, i, item) read_table(reading, item);
    json_array_foreach(enums, i, item) read_enum(reading, item);
    json_array_foreach(gaps, i, item) read_gap(reading, item);
}

/* ---- the whole ---- */

static enum error_code told_mistake(struct reading *reading, const json_t *mistake, const char *folder)
{
    struct text file = member_text(reading, mistake, "file"), message = member_text(reading, mistake, "message");
    const json_t *line = json_object_get(mistake, "line"), *column = json_object_get(mistake, "column");

    if (reading->declared->failed)
        return ERROR_NONE;
    if (file.length == 0)
        return error_set(reading->error, ERROR_UNSUPPORTED, "%.*s", TEXT_ARGS(message));
    return error_set(reading->error, ERROR_CONFIG, "%s/%.*s:%lld:%lld: %.*s", folder, TEXT_ARGS(file),
                     (long long)json_integer_value(line), (long long)json_integer_value(column), TEXT_ARGS(message));
}

static enum error_code read_document(struct reading *reading, const json_t *document, struct text *ret_version,
                                     const char *folder)
{
    const json_t *mistake = json_object_get(document, "error");
    struct text version = {"", 0};

    if (mistake != NULL) {
        if (told_mistake(reading, mistake, folder) != ERROR_NONE)
            return reading->error->code;
    } else {
        version = member_text(reading, document, "version");
        read_all(reading, document);
    }
    if (reading->declared->failed)
        return ERROR_NONE; /* declared_finish() says so */
    if (reading->corrupt)
        return error_set(reading->error, ERROR_CORRUPT, "python3 answered something that makes no sense");
    *ret_version = version;
    return ERROR_NONE;
}

enum error_code python_classes_read(struct declared *declared, struct text *ret_version, struct text answer,
                                    const char *folder, struct error *error)
{
    struct reading reading = {.declared = declared, .error = error};
    json_error_t problem;
    json_t *document = json_loadb(answer.bytes, answer.length, JSON_REJECT_DUPLICATES, &problem);
    enum error_code code;

    if (document == NULL && json_error_code(&problem) == json_error_out_of_memory)
        return error_memory(error, doing);
    if (document == NULL)
        return error_set(error, ERROR_CORRUPT, "python3 answered something that makes no sense: %s", problem.text);
    code = read_document(&reading, document, ret_version, folder);
    json_decref(document);
    return code;
}
