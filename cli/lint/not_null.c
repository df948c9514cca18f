#include "lint/not_null.h"

#include "lint/syntax.h"

static const char doing[] = "reading a check";

enum { MOST_COLUMNS = 32 };

struct found {
    struct text names[MOST_COLUMNS];
    size_t count;
};

/* The last name of `column` or `table.column`. */
static struct text column_of(const json_t *node)
{
    const json_t *body;
    size_t count;

    if (!syntax_is(node, "ColumnRef", &body))
        return (struct text){"", 0};
    count = syntax_count(body, "fields");
    return count == 0 ? (struct text){"", 0} : syntax_string(syntax_item(body, "fields", count - 1));
}

static void collect(struct found *found, const json_t *node)
{
    const json_t *body;

    if (syntax_is(node, "NullTest", &body)) {
        struct text name = column_of(syntax_member(body, "arg"));

        if (syntax_says(body, "nulltesttype", "IS_NOT_NULL") && name.length > 0 && found->count < MOST_COLUMNS)
            found->names[found->count++] = name;
    } else if (syntax_is(node, "BoolExpr", &body) && syntax_says(body, "boolop", "AND_EXPR")) {
        for (size_t i = 0; i < syntax_count(body, "args"); i++)
            collect(found, syntax_item(body, "args", i));
    }
}

enum error_code not_null_columns(struct text_span *ret_columns, const json_t *expression, struct arena *arena,
                                 struct error *error)
{
    struct found found = {.count = 0};
    struct text *items;

    collect(&found, expression);
    items = arena_array(arena, found.count, sizeof *items);
    if (items == NULL)
        return arena_error(arena, error, doing);
    if (found.count > 0)
        memcpy(items, found.names, found.count * sizeof *items);
    *ret_columns = (struct text_span){items, found.count};
    return ERROR_NONE;
}

/* The expression of `SELECT expression`. */
static const json_t *expression_of(const json_t *tree)
{
    const json_t *body;

    if (!syntax_is(tree, "SelectStmt", &body) || !syntax_is(syntax_item(body, "targetList", 0), "ResTarget", &body))
        return NULL;
    return syntax_member(body, "val");
}

enum error_code not_null_text_columns(struct text_span *ret_columns, struct text expression, struct arena *arena,
                                      struct error *error)
{
    struct text_span columns = {NULL, 0};
    struct syntax_problem problem;
    json_t *tree = NULL;
    const char *statement;
    enum error_code code;
    struct text *names;

    if (expression.length == 0 || memmem(expression.bytes, expression.length, "IS NOT NULL", 11) == NULL) {
        *ret_columns = columns;
        return ERROR_NONE;
    }
    statement = arena_printf(arena, "SELECT %.*s", TEXT_ARGS(expression));
    if (statement == NULL)
        return arena_error(arena, error, doing);
    if (syntax_parse(&tree, text_from(statement), &problem, arena, error) != ERROR_NONE)
        return error->code;
    code = not_null_columns(&columns, expression_of(tree), arena, error);
    names = (struct text *)columns.items; /* made a moment ago, for this list */
    for (size_t i = 0; i < columns.count && code == ERROR_NONE; i++) {
        names[i].bytes = arena_copy(arena, names[i].bytes, names[i].length);
        if (names[i].bytes == NULL)
            code = arena_error(arena, error, doing);
    }
    json_decref(tree);
    if (code == ERROR_NONE)
        *ret_columns = columns;
    return code;
}
