#include "lint/syntax.h"

#include <string.h>

#include <pg_query.h>

static const char doing[] = "parsing SQL";

static enum error_code describe(const PgQueryError *failure, struct text statement, struct syntax_problem *ret_problem,
                                struct arena *arena, struct error *error)
{
    const char *message = failure->message == NULL ? "syntax error" : failure->message;
    const char *copy = arena_copy(arena, message, strlen(message) + 1);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    *ret_problem = (struct syntax_problem){
        .message = text_from(copy),
        /* the parser counts characters from 1 */
        .place = failure->cursorpos < 1 ? 0 : text_offset(statement, (size_t)failure->cursorpos - 1),
        .is_too_deep = strstr(copy, "memory exhausted") != NULL || strstr(copy, "stack depth") != NULL,
    };
    return ERROR_NONE;
}

/* The one statement of the answer. */
static json_t *take_statement(json_t *answer)
{
    json_t *statement = json_object_get(json_array_get(json_object_get(answer, "stmts"), 0), "stmt");

    return json_incref(statement);
}

static enum error_code load(json_t **ret_tree, const char *answer, struct syntax_problem *ret_problem,
                            struct error *error)
{
    json_error_t problem;
    json_t *document = json_loads(answer, 0, &problem);

    if (document == NULL) {
        if (json_error_code(&problem) == json_error_out_of_memory)
            return error_memory(error, doing);
        *ret_problem = (struct syntax_problem){.is_too_deep = true, .message = TEXT("it is nested too deeply")};
        return ERROR_NONE;
    }
    *ret_tree = take_statement(document);
    json_decref(document);
    if (*ret_tree == NULL)
        *ret_problem = (struct syntax_problem){.message = TEXT("no statement")};
    return ERROR_NONE;
}

enum error_code syntax_parse(json_t **ret_tree, struct text statement, struct syntax_problem *ret_problem,
                             struct arena *arena, struct error *error)
{
    const char *text = arena_string(arena, statement);
    PgQueryParseResult result;
    enum error_code code;

    if (text == NULL)
        return arena_error(arena, error, doing);
    *ret_tree = NULL;
    result = pg_query_parse(text);
    code = result.error != NULL ? describe(result.error, statement, ret_problem, arena, error)
                                : load(ret_tree, result.parse_tree, ret_problem, error);
    pg_query_free_parse_result(result);
    return code;
}

const char *syntax_type(const json_t *node, const json_t **ret_body)
{
    void *member = json_is_object(node) ? json_object_iter((json_t *)node) : NULL;

    *ret_body = member == NULL ? NULL : json_object_iter_value(member);
    return member == NULL ? "" : json_object_iter_key(member);
}

bool syntax_is(const json_t *node, const char *type, const json_t **ret_body)
{
    const json_t *body = json_is_object(node) ? json_object_get(node, type) : NULL;

    if (body != NULL)
        *ret_body = body;
    return body != NULL;
}

struct text syntax_text(const json_t *body, const char *key)
{
    const json_t *value = json_object_get(body, key);

    return (struct text){json_string_value(value), json_string_length(value)};
}

bool syntax_says(const json_t *body, const char *key, const char *value)
{
    return text_equal(syntax_text(body, key), text_from(value));
}

bool syntax_flag(const json_t *body, const char *key)
{
    return json_is_true(json_object_get(body, key));
}

size_t syntax_place(const json_t *body)
{
    json_int_t place = json_integer_value(json_object_get(body, "location"));

    return place < 0 ? 0 : (size_t)place;
}

const json_t *syntax_member(const json_t *body, const char *key)
{
    return json_object_get(body, key);
}

size_t syntax_count(const json_t *body, const char *key)
{
    return json_array_size(json_object_get(body, key));
}

const json_t *syntax_item(const json_t *body, const char *key, size_t number)
{
    return json_array_get(json_object_get(body, key), number);
}

struct text syntax_string(const json_t *node)
{
    const json_t *body;

    if (syntax_is(node, "String", &body))
        return syntax_text(body, "sval");
    if (syntax_is(node, "A_Const", &body))
        return syntax_text(json_object_get(body, "sval"), "sval");
    return (struct text){"", 0};
}

long syntax_integer(const json_t *node, long otherwise)
{
    const json_t *body, *value;

    if (syntax_is(node, "Integer", &body))
        return (long)json_integer_value(json_object_get(body, "ival"));
    value = syntax_is(node, "A_Const", &body) ? json_object_get(body, "ival") : NULL;
    return value == NULL ? otherwise : (long)json_integer_value(json_object_get(value, "ival"));
}

bool syntax_option(const json_t *body, const char *list, const char *name, const json_t **ret_argument)
{
    for (size_t i = 0; i < syntax_count(body, list); i++) {
        const json_t *option;

        if (!syntax_is(syntax_item(body, list, i), "DefElem", &option) || !syntax_says(option, "defname", name))
            continue;
        *ret_argument = syntax_member(option, "arg");
        return true;
    }
    return false;
}

bool syntax_each(const json_t *tree, const char *type, syntax_visitor visit, void *context)
{
    const char *key;
    json_t *value;
    size_t i;

    if (json_is_array(tree)) {
        json_array_foreach(tree, i, value) if (!syntax_each(value, type, visit, context)) return false;
        return true;
    }
    if (!json_is_object(tree))
        return true;
    json_object_foreach((json_t *)tree, key, value)
    {
        if (strcmp(key, type) == 0 && json_is_object(value) && !visit(context, value))
            return false;
        if (!syntax_each(value, type, visit, context))
            return false;
    }
    return true;
}
