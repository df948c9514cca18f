#include "codegen/template_private.h"

static const char foreign_key[] = "foreign";

/* What names are looked for in, the innermost last. */
struct level {
    json_t *value;
    bool is_item; /* of a list */
    size_t index;
    size_t count;
};

struct rendering {
    const struct template *template;
    struct buffer *output;
    struct level levels[TEMPLATE_DEPTH_LIMIT + 2];
    size_t depth;
    json_t *index;
    json_t *brace;
};

/* ---- values ---- */

static json_t *string(struct text text)
{
    struct buffer clean;
    json_t *value;

    if (text_is_utf8(text))
        return json_stringn_nocheck(text.length == 0 ? "" : text.bytes, text.length);
    buffer_init(&clean);
    while (text.length > 0) {
        size_t length = text_character(text);

        if (length == 0)
            buffer_add_string(&clean, "\xef\xbf\xbd");
        else
            buffer_add(&clean, text.bytes, length);
        length = length == 0 ? 1 : length;
        text = (struct text){text.bytes + length, text.length - length};
    }
    value = clean.failed ? NULL : json_stringn_nocheck(clean.bytes, clean.length);
    buffer_clear(&clean);
    return value;
}

json_t *template_safe(struct text text)
{
    return string(text);
}

json_t *template_foreign(struct text text)
{
    json_t *value = json_object(), *content = string(text);

    if (content == NULL || json_object_set_new(value, foreign_key, content) != 0) {
        json_decref(value);
        return NULL;
    }
    return value;
}

static json_t *foreign_text(json_t *value)
{
    json_t *content = json_object_size(value) == 1 ? json_object_get(value, foreign_key) : NULL;

    return json_is_string(content) ? content : NULL;
}

static bool is_true(json_t *value)
{
    json_t *content = foreign_text(value);

    if (content != NULL)
        value = content;
    if (json_is_string(value))
        return json_string_length(value) > 0;
    if (json_is_array(value))
        return json_array_size(value) > 0;
    if (json_is_object(value))
        return json_object_size(value) > 0;
    return json_is_true(value) || (json_is_integer(value) && json_integer_value(value) != 0);
}

/* ---- names ---- */

static json_t *member(json_t *value, struct text name)
{
    if (foreign_text(value) != NULL)
        return NULL;
    return json_object_getn(value, name.bytes, name.length);
}

/* What stands for `@first` and the like, from the list that is nearest. */
static json_t *special(struct rendering *rendering, struct text name)
{
    const struct level *level = NULL;

    if (text_equal(name, TEXT("@brace")))
        return rendering->brace;
    for (size_t i = rendering->depth; i-- > 0 && level == NULL;)
        if (rendering->levels[i].is_item)
            level = &rendering->levels[i];
    if (level == NULL)
        return NULL;
    if (text_equal(name, TEXT("@first")))
        return json_boolean(level->index == 0);
    if (text_equal(name, TEXT("@last")))
        return json_boolean(level->index + 1 == level->count);
    if (text_equal(name, TEXT("@index")) && json_integer_set(rendering->index, (json_int_t)level->index) == 0)
        return rendering->index;
    return NULL;
}

/* The value of a name, borrowed; NULL when nothing has it. */
static json_t *find(struct rendering *rendering, struct text name)
{
    json_t *value = NULL;
    bool is_first = true;

    if (text_equal(name, TEXT(".")))
        return rendering->levels[rendering->depth - 1].value;
    if (name.bytes[0] == '@')
        return special(rendering, name);
    do {
        const char *dot = memchr(name.bytes, '.', name.length);
        size_t length = dot == NULL ? name.length : (size_t)(dot - name.bytes);
        struct text step = {name.bytes, length};

        for (size_t i = rendering->depth; is_first && i-- > 0 && value == NULL;)
            value = member(rendering->levels[i].value, step);
        if (!is_first)
            value = member(value, step);
        is_first = false;
        name = (struct text){name.bytes + length + (dot != NULL), name.length - length - (dot != NULL)};
    } while (name.length > 0 && value != NULL);
    return value;
}

/* ---- output ---- */

static enum error_code fail(const struct rendering *rendering, const struct template_node *node, const char *problem,
                            struct error *error)
{
    error_set(error, ERROR_CONFIG, "'%.*s' %s", (int)(node->text.length < 80 ? node->text.length : 80),
              node->text.bytes, problem);
    return template_fail(rendering->template, node->line, error);
}

static enum error_code write_value(struct rendering *rendering, const struct template_node *node, struct error *error)
{
    json_t *value = find(rendering, node->text);
    json_t *content = foreign_text(value);
    struct text text;

    if (value == NULL)
        return fail(rendering, node, "is nothing that there is here", error);
    if (content != NULL && node->filter == NULL)
        return fail(rendering, node, "comes from the database: it needs a filter, such as {{name|raw}}", error);
    if (content != NULL)
        value = content;
    if (json_is_integer(value) && node->filter == NULL) {
        buffer_printf(rendering->output, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return ERROR_NONE;
    }
    if (!json_is_string(value))
        return fail(rendering, node, "is no text", error);
    text = (struct text){json_string_value(value), json_string_length(value)};
    if (node->filter != NULL)
        node->filter->write(rendering->output, text,
                            &(struct filter_place){rendering->template->language, node->indent});
    else
        buffer_add_text(rendering->output, text);
    return ERROR_NONE;
}

static enum error_code write_nodes(struct rendering *rendering, const struct template_node *nodes, struct error *error);

static enum error_code write_inside(struct rendering *rendering, const struct template_node *node, struct level level,
                                    struct error *error)
{
    enum error_code code;

    rendering->levels[rendering->depth++] = level;
    code = write_nodes(rendering, node->children, error);
    rendering->depth--;
    return code;
}

static enum error_code write_section(struct rendering *rendering, const struct template_node *node, struct error *error)
{
    json_t *value = find(rendering, node->text);
    size_t count = json_array_size(value);

    if (value == NULL)
        return fail(rendering, node, "is nothing that there is here", error);
    if ((node->kind == TEMPLATE_INVERTED) == is_true(value))
        return ERROR_NONE;
    if (node->kind == TEMPLATE_INVERTED || (!json_is_array(value) && !json_is_object(value)) ||
        foreign_text(value) != NULL)
        return write_nodes(rendering, node->children, error);
    if (json_is_object(value))
        return write_inside(rendering, node, (struct level){.value = value}, error);
    for (size_t i = 0; i < count; i++)
        if (write_inside(rendering, node, (struct level){json_array_get(value, i), true, i, count}, error) !=
            ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

static enum error_code write_nodes(struct rendering *rendering, const struct template_node *nodes, struct error *error)
{
    for (const struct template_node *node = nodes; node != NULL; node = node->next) {
        enum error_code code = ERROR_NONE;

        if (node->kind == TEMPLATE_TEXT)
            buffer_add_text(rendering->output, node->text);
        else if (node->kind == TEMPLATE_VALUE)
            code = write_value(rendering, node, error);
        else
            code = write_section(rendering, node, error);
        if (code != ERROR_NONE)
            return code;
        if (rendering->output->length > TEMPLATE_OUTPUT_LIMIT) {
            error_set(error, ERROR_CONFIG, "more than %d bytes come out", TEMPLATE_OUTPUT_LIMIT);
            return template_fail(rendering->template, node->line, error);
        }
    }
    return buffer_check(rendering->output, error, "writing code");
}

enum error_code template_render_inside(struct buffer *output, const struct template *template, json_t *outside,
                                       json_t *object, struct error *error)
{
    struct rendering rendering = {
        .template = template, .output = output, .index = json_integer(0), .brace = json_string("{")};
    enum error_code code;

    rendering.levels[rendering.depth++] = (struct level){.value = outside};
    rendering.levels[rendering.depth++] = (struct level){.value = object};
    if (rendering.index == NULL || rendering.brace == NULL)
        code = error_memory(error, "writing code");
    else
        code = write_nodes(&rendering, template->nodes, error);
    json_decref(rendering.index);
    json_decref(rendering.brace);
    return code;
}

enum error_code template_render(struct buffer *output, const struct template *template, json_t *object,
                                struct error *error)
{
    return template_render_inside(output, template, object, object, error);
}
