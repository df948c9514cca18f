#include "codegen/codegen_options.h"

#include "base/buffer.h"
#include "base/file.h"
#include "codegen/template.h"
#include "schema/object.h"

enum { NAME_LIMIT = 200 };

void codegen_options_init(struct codegen_options *options)
{
    *options = (struct codegen_options){
        .row_suffix = TEXT("Row"),
        .insert_suffix = TEXT("Insert"),
        .enum_suffix = TEXT(""),
        .package = TEXT(""),
    };
}

enum error_code codegen_options_path(const char **ret_path, struct text folder, const char *file, struct arena *arena,
                                     struct error *error)
{
    const char *path =
        folder.length == 0 || file[0] == '/' ? file : arena_printf(arena, "%.*s/%s", TEXT_ARGS(folder), file);

    if (path == NULL)
        return arena_error(arena, error, "reading the configuration");
    *ret_path = path;
    return ERROR_NONE;
}

/* What reads an entry, and where it is. */
struct options_reader {
    const struct codegen_entry *entry;
    struct codegen_options *options;
    struct text folder;
    struct arena *arena;
    const char *wrong;
};

static enum error_code blame(struct options_reader *reader, const char *list, size_t number, const char *key)
{
    const char *wrong = arena_printf(reader->arena, "%s.%zu%s%s", list, number, key[0] == '\0' ? "" : ".", key);

    reader->wrong = wrong == NULL ? list : wrong;
    return ERROR_CONFIG;
}

static void *make_array(struct options_reader *reader, size_t count, size_t size, struct error *error)
{
    void *array = arena_array(reader->arena, count, size);

    if (array == NULL)
        arena_error(reader->arena, error, "reading the configuration");
    return array;
}

/* ---- patterns ---- */

/* A pattern, or a path, which stands for anything that is called so. */
static enum error_code read_pattern(struct ignore_pattern *ret_pattern, const char *written, const char *before,
                                    struct arena *arena, struct error *error)
{
    const char *pattern = strchr(written, ':') != NULL ? written : arena_printf(arena, "%s%s", before, written);

    if (pattern == NULL)
        return arena_error(arena, error, "reading patterns");
    return ignore_pattern_parse(ret_pattern, text_from(pattern), arena, error);
}

static enum error_code read_patterns(struct options_reader *reader, struct ignore_list *list, const char *key,
                                     char *const *written, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        if (read_pattern(&list->patterns[list->count++], written[i], "*:", reader->arena, error) != ERROR_NONE) {
            blame(reader, key, i, "");
            return error->code;
        }
    return ERROR_NONE;
}

/* A schema as the pattern of all that is in it. */
static enum error_code read_schemas(struct options_reader *reader, struct ignore_list *list, struct error *error)
{
    for (size_t i = 0; i < reader->entry->schemas_count; i++) {
        CLEANUP(buffer_clear) struct buffer glob, name;

        buffer_init(&glob);
        buffer_init(&name);
        identifier_write(&name, text_from(reader->entry->schemas[i]));
        buffer_add_string(&glob, "*:");
        for (size_t j = 0; j < name.length; j++) {
            if (strchr("*?\\", name.bytes[j]) != NULL && name.bytes[j] != '\0')
                buffer_add_byte(&glob, '\\');
            buffer_add_byte(&glob, (uint8_t)name.bytes[j]);
        }
        buffer_add_string(&glob, ".*");
        if (glob.failed || name.failed)
            return error_memory(error, "reading patterns");
        if (ignore_pattern_parse(&list->patterns[list->count++], buffer_text(&glob), reader->arena, error) !=
            ERROR_NONE) {
            blame(reader, "schemas", i, "");
            return error->code;
        }
    }
    return ERROR_NONE;
}

static enum error_code read_lists(struct options_reader *reader, struct error *error)
{
    const struct codegen_entry *entry = reader->entry;
    struct codegen_options *options = reader->options;
    size_t include = (size_t)entry->include_count + entry->schemas_count;

    options->include.patterns = make_array(reader, include, sizeof *options->include.patterns, error);
    options->exclude.patterns = make_array(reader, entry->exclude_count, sizeof *options->exclude.patterns, error);
    if (options->include.patterns == NULL || options->exclude.patterns == NULL)
        return error->code;
    if (read_patterns(reader, &options->include, "include", entry->include, entry->include_count, error) !=
            ERROR_NONE ||
        read_schemas(reader, &options->include, error) != ERROR_NONE)
        return error->code;
    return read_patterns(reader, &options->exclude, "exclude", entry->exclude, entry->exclude_count, error);
}

/* ---- names ---- */

/* What any of the languages takes for a name. */
static bool is_identifier(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

    return name[0] != '\0' && strspn(name, letters) == strlen(name) && strlen(name) <= NAME_LIMIT &&
           !(name[0] >= '0' && name[0] <= '9');
}

static enum error_code check_name(const char *name, struct error *error)
{
    if (is_identifier(name))
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "'%.100s' is no name for code", name);
    return error_hint(error, "letters, digits and _, and no digit first");
}

static enum error_code read_names(struct options_reader *reader, struct error *error)
{
    const struct codegen_entry *entry = reader->entry;
    struct name_wish *wishes = make_array(reader, entry->names_count, sizeof *wishes, error);

    if (wishes == NULL)
        return error->code;
    for (size_t i = 0; i < entry->names_count; i++) {
        if (read_pattern(&wishes[i].pattern, entry->names[i].match, "*:", reader->arena, error) != ERROR_NONE) {
            blame(reader, "names", i, "match");
            return error->code;
        }
        if (check_name(entry->names[i].name, error) != ERROR_NONE)
            return blame(reader, "names", i, "name");
        wishes[i].name = text_from(entry->names[i].name);
    }
    reader->options->names = wishes;
    reader->options->name_count = entry->names_count;
    return ERROR_NONE;
}

static enum error_code read_suffix(struct options_reader *reader, struct text *suffix, const char *written,
                                   const char *key, struct error *error)
{
    const char *whole = written == NULL ? NULL : arena_printf(reader->arena, "x%s", written);

    if (written == NULL)
        return ERROR_NONE;
    reader->wrong = key;
    if (whole == NULL)
        return arena_error(reader->arena, error, "reading the configuration");
    if (check_name(whole, error) != ERROR_NONE)
        return error_set(error, ERROR_CONFIG, "'%.100s' is no end of a name", written);
    *suffix = text_from(written);
    return ERROR_NONE;
}

static enum error_code read_suffixes(struct options_reader *reader, struct error *error)
{
    const struct codegen_entry *entry = reader->entry;
    struct codegen_options *options = reader->options;

    if (read_suffix(reader, &options->row_suffix, entry->row_suffix, "row_suffix", error) != ERROR_NONE ||
        read_suffix(reader, &options->insert_suffix, entry->insert_suffix, "insert_suffix", error) != ERROR_NONE ||
        read_suffix(reader, &options->enum_suffix, entry->enum_suffix, "enum_suffix", error) != ERROR_NONE)
        return error->code;
    if (text_equal(options->row_suffix, options->insert_suffix)) {
        reader->wrong = entry->insert_suffix == NULL ? "row_suffix" : "insert_suffix";
        return error_set(error, ERROR_CONFIG, "rows and inserts cannot have the same end");
    }
    if (entry->package != NULL && check_name(entry->package, error) != ERROR_NONE) {
        reader->wrong = "package";
        return error->code;
    }
    options->package = text_from(entry->package);
    return ERROR_NONE;
}

/* ---- types, templates, lookups ---- */

static bool is_one_line(const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

static enum error_code read_type(struct options_reader *reader, struct type_wish *wish, size_t i, struct error *error)
{
    const struct codegen_entry_type *written = &reader->entry->types[i];

    if (written->type == NULL && written->column == NULL) {
        error_set(error, ERROR_CONFIG, "neither a type nor a column is named");
        return blame(reader, "types", i, "as");
    }
    if (!is_one_line(written->as) || !is_one_line(written->import)) {
        error_set(error, ERROR_CONFIG, "a type is written in one line");
        return blame(reader, "types", i, is_one_line(written->as) ? "import" : "as");
    }
    if (written->column != NULL &&
        read_pattern(&wish->column, written->column, "column:", reader->arena, error) != ERROR_NONE) {
        blame(reader, "types", i, "column");
        return error->code;
    }
    wish->type = text_from(written->type);
    wish->as = text_from(written->as);
    wish->import = text_from(written->import);
    return ERROR_NONE;
}

static enum error_code read_types(struct options_reader *reader, struct error *error)
{
    struct type_wish *wishes = make_array(reader, reader->entry->types_count, sizeof *wishes, error);

    if (wishes == NULL)
        return error->code;
    for (size_t i = 0; i < reader->entry->types_count; i++)
        if (read_type(reader, &wishes[i], i, error) != ERROR_NONE)
            return error->code;
    reader->options->types = wishes;
    reader->options->type_count = reader->entry->types_count;
    return ERROR_NONE;
}

static enum error_code read_templates(struct options_reader *reader, struct error *error)
{
    const struct codegen_entry *entry = reader->entry;
    struct template_wish *wishes = make_array(reader, entry->templates_count, sizeof *wishes, error);

    if (wishes == NULL)
        return error->code;
    for (size_t i = 0; i < entry->templates_count; i++) {
        wishes[i].construct = text_from(entry->templates[i].construct);
        if (codegen_options_path(&wishes[i].path, reader->folder, entry->templates[i].file, reader->arena, error) !=
                ERROR_NONE ||
            file_read(wishes[i].path, TEMPLATE_LIMIT, reader->arena, &wishes[i].text, error) != ERROR_NONE) {
            blame(reader, "templates", i, "file");
            return error->code;
        }
    }
    reader->options->templates = wishes;
    reader->options->template_count = entry->templates_count;
    return ERROR_NONE;
}

static enum error_code read_lookups(struct options_reader *reader, struct error *error)
{
    const struct codegen_entry *entry = reader->entry;
    struct lookup_wish *wishes = make_array(reader, entry->lookups_count, sizeof *wishes, error);

    if (wishes == NULL)
        return error->code;
    for (size_t i = 0; i < entry->lookups_count; i++) {
        const struct codegen_entry_lookup *written = &entry->lookups[i];

        if (written->name != NULL && check_name(written->name, error) != ERROR_NONE)
            return blame(reader, "lookups", i, "name");
        wishes[i] = (struct lookup_wish){text_from(written->table), text_from(written->value),
                                         text_from(written->label == NULL ? written->value : written->label),
                                         text_from(written->name)};
    }
    reader->options->lookups = wishes;
    reader->options->lookup_count = entry->lookups_count;
    return ERROR_NONE;
}

enum error_code codegen_options_read(struct codegen_options *ret_options, const struct codegen_entry *entry,
                                     struct text folder, struct arena *arena, const char **ret_wrong,
                                     struct error *error)
{
    struct codegen_options options;
    struct options_reader reader = {entry, &options, folder, arena, "language"};

    codegen_options_init(&options);
    options.dataclasses = entry->dataclasses;
    options.pydantic = entry->pydantic;
    options.without_access = entry->without_access;
    if (read_lists(&reader, error) != ERROR_NONE || read_names(&reader, error) != ERROR_NONE ||
        read_suffixes(&reader, error) != ERROR_NONE || read_types(&reader, error) != ERROR_NONE ||
        read_templates(&reader, error) != ERROR_NONE || read_lookups(&reader, error) != ERROR_NONE) {
        *ret_wrong = reader.wrong;
        return error->code;
    }
    *ret_options = options;
    return ERROR_NONE;
}
