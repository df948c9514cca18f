/* SQL: the whole schema, in an order that works on an empty database (recreate/recreate.h). No templates: which
 * statements there are, and in what order, is not a matter of taste. */
#include "codegen/codegen.h"
#include "recreate/recreate.h"

static enum error_code write_schema(const struct codegen_request *request, struct tree *tree, struct arena *arena,
                                    struct error *error)
{
    bool access = !request->options->without_access;
    const struct recreate_options options = {.owners = access, .grants = access};
    CLEANUP(buffer_clear) struct buffer sql = {0};
    struct recreate_script script;
    const char *content;

    if (recreate_make(&script, request->snapshot, &options, arena, error) != ERROR_NONE)
        return error->code;
    recreate_write(&sql, &script);
    if (buffer_check(&sql, error, "writing a schema as SQL") != ERROR_NONE)
        return error->code;
    content = arena_string(arena, buffer_text(&sql));
    if (content == NULL)
        return arena_error(arena, error, "writing a schema as SQL");
    return tree_add(tree, TEXT("schema.sql"), (struct text){content, sql.length}, TREE_MARKS_NONE, error);
}

const struct language language_sql = {
    .name = "sql",
    .title = "SQL",
    .marks = TREE_MARKS_NONE,
    .line_comment = "--",
    .write = write_schema,
};
