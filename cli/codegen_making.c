#include "cli/codegen_making.h"

#include <stdio.h>

#include "cli/codegen_lookup.h"

struct text codegen_folder(const struct call *call)
{
    const char *file = call->settings.config_file.path;
    const char *slash = file == NULL ? NULL : strrchr(file, '/');

    if (slash == NULL)
        return TEXT("");
    return (struct text){file, slash == file ? 1 : (size_t)(slash - file)};
}

/* Point at a key of an entry, after an error about it was set. */
static enum error_code blame(const struct call *call, unsigned number, const char *key, struct error *error)
{
    char way[128];

    snprintf(way, sizeof way, "codegen.%u.%s", number, key);
    return config_file_blame(&call->settings.config_file, way, error);
}

enum error_code codegen_language(const struct language **ret_language, const char *name, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer names = {0};
    const struct language *language = language_find(text_from(name));

    if (language != NULL) {
        *ret_language = language;
        return ERROR_NONE;
    }
    language_write_names(&names);
    error_set(error, ERROR_USAGE, "'%.100s' is no language that code is generated in", name);
    return error_hint(error, "there are %s", names.failed ? "some" : buffer_text(&names).bytes);
}

enum error_code codegen_wanted_read(struct codegen_wanted *ret_wanted, const struct call *call, unsigned number,
                                    struct error *error)
{
    const struct codegen_entry *entry = &call->settings.project->codegen[number];
    struct codegen_wanted wanted = {.ref = entry->ref, .entry = entry, .number = number};
    const char *wrong = "name";

    if (entry->language == NULL || entry->ref == NULL) {
        error_set(error, ERROR_CONFIG, "an entry of 'codegen' needs 'language' and 'ref'");
        return blame(call, number, wrong, error);
    }
    if (codegen_language(&wanted.language, entry->language, error) != ERROR_NONE)
        return blame(call, number, "language", error);
    if (codegen_options_read(&wanted.options, entry, codegen_folder(call), call->arena, &wrong, error) != ERROR_NONE)
        return blame(call, number, wrong, error);
    *ret_wanted = wanted;
    return ERROR_NONE;
}

/* What a live database answered is no mistake of the file, but its line is where to look. */
static enum error_code read_lookups(struct lookup_rows **ret_rows, const struct call *call,
                                    const struct codegen_wanted *wanted, const struct snapshot *snapshot,
                                    struct error *error)
{
    size_t number = 0;
    enum error_code code;

    code = codegen_lookup_read(ret_rows, call, wanted->ref, snapshot, &wanted->options, &number, error);
    if (code == ERROR_NONE)
        return code;
    return error_context(error, "lookup %zu of 'codegen'", number + 1);
}

enum error_code codegen_wanted_make(struct tree **ret_tree, const struct call *call,
                                    const struct codegen_wanted *wanted, const struct snapshot *snapshot,
                                    const struct codegen_where *where, struct error *error)
{
    struct codegen_request request = {
        .snapshot = snapshot,
        .language = wanted->language,
        .options = &wanted->options,
        .lookup_count = wanted->options.lookup_count,
        .place = where->place,
        .folder = where->folder,
    };
    struct lookup_rows *rows = NULL;

    if (read_lookups(&rows, call, wanted, snapshot, error) != ERROR_NONE)
        return error->code;
    request.lookups = rows;
    return codegen_make(ret_tree, &request, call->arena, error);
}

enum error_code codegen_generate(struct tree **ret_tree, const struct call *call, const struct codegen_order *order,
                                 struct error *error)
{
    struct codegen_where where = {order->place, order->folder};
    struct codegen_wanted wanted;

    if (codegen_wanted_read(&wanted, call, order->entry, error) != ERROR_NONE)
        return error->code;
    return codegen_wanted_make(ret_tree, call, &wanted, order->snapshot, &where, error);
}
