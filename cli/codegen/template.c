#include "codegen/template_private.h"

/* ---- lexing: text and tags ---- */

struct parser {
    struct template *template;
    struct text rest;
    unsigned line;
    struct arena *arena;
    struct template_node **end;                           /* where the next node hangs */
    struct template_node *open[TEMPLATE_DEPTH_LIMIT];     /* sections that are not closed yet */
    struct template_node **outside[TEMPLATE_DEPTH_LIMIT]; /* where it goes on after each */
    size_t depth;
    bool line_is_blank; /* nothing was seen on this line yet but blanks and tags that print nothing */
};

enum error_code template_fail(const struct template *template, unsigned line, struct error *error)
{
    struct error problem = *error;

    return error_set(error, ERROR_CONFIG, "%.200s:%u: %s", template->name, line, problem.message);
}

static struct text skip(struct text text, size_t count)
{
    return (struct text){text.bytes + count, text.length - count};
}

static struct text trim(struct text text)
{
    while (text.length > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t'))
        text = skip(text, 1);
    while (text.length > 0 && (text.bytes[text.length - 1] == ' ' || text.bytes[text.length - 1] == '\t'))
        text.length--;
    return text;
}

static size_t find(struct text text, const char *two)
{
    for (size_t i = 0; i + 1 < text.length; i++)
        if (text.bytes[i] == two[0] && text.bytes[i + 1] == two[1])
            return i;
    return text.length;
}

static enum error_code add_node(struct parser *parser, struct template_node node, struct error *error)
{
    struct template_node *copy = arena_alloc(parser->arena, sizeof *copy);

    if (copy == NULL)
        return arena_error(parser->arena, error, "reading a template");
    *copy = node;
    *parser->end = copy;
    parser->end = &copy->next;
    return ERROR_NONE;
}

static enum error_code add_text(struct parser *parser, struct text text, struct error *error)
{
    if (text.length == 0)
        return ERROR_NONE;
    return add_node(parser, (struct template_node){.kind = TEMPLATE_TEXT, .line = parser->line, .text = text}, error);
}

static void count_lines(struct parser *parser, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        parser->line += text.bytes[i] == '\n';
}

/* ---- tags ---- */

static bool is_name(struct text name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@";

    if (name.length == 0 || (name.length > 1 && (name.bytes[0] == '.' || name.bytes[name.length - 1] == '.')))
        return false;
    for (size_t i = 0; i < name.length; i++)
        if (name.bytes[i] == '\0' || strchr(letters, name.bytes[i]) == NULL ||
            (i > 0 && name.bytes[i] == '.' && name.bytes[i - 1] == '.'))
            return false;
    return true;
}

static enum error_code bad_name(struct parser *parser, struct text name, struct error *error)
{
    error_set(error, ERROR_CONFIG, "'%.*s' is no name", (int)(name.length < 80 ? name.length : 80), name.bytes);
    return template_fail(parser->template, parser->line, error);
}

static const struct filter *find_filter(const struct language *language, struct text name)
{
    for (const struct filter *filter = language->filters; filter != NULL && filter->name != NULL; filter++)
        if (text_equal(name, text_from(filter->name)))
            return filter;
    return NULL;
}

static enum error_code add_value(struct parser *parser, struct text content, struct text indent, struct error *error)
{
    struct template_node node = {.kind = TEMPLATE_VALUE, .line = parser->line, .indent = indent};
    const char *bar = content.length == 0 ? NULL : memchr(content.bytes, '|', content.length);
    size_t length = bar == NULL ? content.length : (size_t)(bar - content.bytes);
    struct text filter = bar == NULL ? TEXT("") : trim(skip(content, length + 1));

    node.text = trim((struct text){content.bytes, length});
    if (!is_name(node.text))
        return bad_name(parser, node.text, error);
    if (bar != NULL && (node.filter = find_filter(parser->template->language, filter)) == NULL) {
        error_set(error, ERROR_CONFIG, "%s has no filter '%.*s'", parser->template->language->title,
                  (int)(filter.length < 80 ? filter.length : 80), filter.bytes);
        return template_fail(parser->template, parser->line, error);
    }
    return add_node(parser, node, error);
}

static enum error_code open_section(struct parser *parser, struct text name, enum template_kind kind,
                                    struct error *error)
{
    struct template_node *node;

    if (!is_name(name))
        return bad_name(parser, name, error);
    if (parser->depth == TEMPLATE_DEPTH_LIMIT) {
        error_set(error, ERROR_CONFIG, "more than %d sections inside each other", TEMPLATE_DEPTH_LIMIT);
        return template_fail(parser->template, parser->line, error);
    }
    if (add_node(parser, (struct template_node){.kind = kind, .line = parser->line, .text = name}, error) != ERROR_NONE)
        return error->code;
    node = (struct template_node *)((char *)parser->end - offsetof(struct template_node, next));
    parser->open[parser->depth] = node;
    parser->outside[parser->depth++] = parser->end;
    parser->end = &node->children;
    return ERROR_NONE;
}

static enum error_code close_section(struct parser *parser, struct text name, struct error *error)
{
    if (parser->depth == 0 || !text_equal(parser->open[parser->depth - 1]->text, name)) {
        struct text open = parser->depth == 0 ? TEXT("") : parser->open[parser->depth - 1]->text;

        error_set(error, ERROR_CONFIG, "'{{/%.*s}}' closes nothing: %s%.*s%s",
                  (int)(name.length < 80 ? name.length : 80), name.bytes,
                  parser->depth == 0 ? "no section is open" : "the section that is open is '",
                  (int)(open.length < 80 ? open.length : 80), open.bytes, parser->depth == 0 ? "" : "'");
        return template_fail(parser->template, parser->line, error);
    }
    parser->end = parser->outside[--parser->depth];
    return ERROR_NONE;
}

static bool prints_nothing(struct text content)
{
    return content.length > 0 && strchr("#^/!", content.bytes[0]) != NULL && content.bytes[0] != '\0';
}

static enum error_code read_tag(struct parser *parser, struct text content, struct text indent, struct error *error)
{
    struct text name = content.length == 0 ? content : trim(skip(content, 1));

    if (!prints_nothing(content))
        return add_value(parser, content, indent, error);
    switch (content.bytes[0]) {
    case '#':
        return open_section(parser, name, TEMPLATE_SECTION, error);
    case '^':
        return open_section(parser, name, TEMPLATE_INVERTED, error);
    case '/':
        return close_section(parser, name, error);
    default:
        return ERROR_NONE;
    }
}

/* ---- lines ---- */

/* Whether a line, that begins here, has nothing but blanks and at least one tag that prints nothing. */
static bool stands_alone(struct text line)
{
    bool any = false;

    for (;;) {
        size_t end;

        line = trim(line);
        if (line.length == 0)
            return any;
        if (line.length < 2 || line.bytes[0] != '{' || line.bytes[1] != '{')
            return false;
        line = skip(line, 2);
        end = find(line, "}}");
        if (end == line.length || !prints_nothing(trim((struct text){line.bytes, end})))
            return false;
        line = skip(line, end + 2);
        any = true;
    }
}

static struct text leading_blanks(struct text line)
{
    size_t length = 0;

    while (length < line.length && (line.bytes[length] == ' ' || line.bytes[length] == '\t'))
        length++;
    return (struct text){line.bytes, length};
}

/* The first line; a tag that goes on into the next lines is a part of it. */
static size_t line_length(struct text text)
{
    size_t at = 0;

    while (at < text.length && text.bytes[at] != '\n') {
        struct text rest = skip(text, at);

        if (rest.length >= 2 && rest.bytes[0] == '{' && rest.bytes[1] == '{') {
            size_t end = find(rest, "}}");

            if (end == rest.length)
                return text.length;
            at += end + 2;
        } else {
            at++;
        }
    }
    return at < text.length ? at + 1 : at;
}

static enum error_code read_line(struct parser *parser, struct text line, struct error *error)
{
    size_t without = line.length - (line.length > 0 && line.bytes[line.length - 1] == '\n');
    bool alone = stands_alone((struct text){line.bytes, without});
    struct text indent = leading_blanks(line);

    while (line.length > 0) {
        size_t begin = find(line, "{{"), end;
        struct text content;

        if ((!alone && add_text(parser, (struct text){line.bytes, begin}, error) != ERROR_NONE))
            return error->code;
        count_lines(parser, (struct text){line.bytes, begin});
        if (begin == line.length)
            return ERROR_NONE;
        content = skip(line, begin + 2);
        end = find(content, "}}");
        if (end == content.length) {
            error_set(error, ERROR_CONFIG, "a tag has no end: '}}' is missing");
            return template_fail(parser->template, parser->line, error);
        }
        line = skip(content, end + 2);
        content.length = end;
        if (read_tag(parser, trim(content), indent, error) != ERROR_NONE)
            return error->code;
        count_lines(parser, content);
    }
    return ERROR_NONE;
}

enum error_code template_parse(struct template **ret_template, const char *name, struct text text,
                               const struct language *language, struct arena *arena, struct error *error)
{
    struct template *template = arena_alloc(arena, sizeof *template);
    struct parser parser = {.template = template, .line = 1, .arena = arena};

    if (template == NULL)
        return arena_error(arena, error, "reading a template");
    *template = (struct template){.name = name, .language = language};
    parser.end = &template->nodes;
    if (text.length > TEMPLATE_LIMIT || !text_is_utf8(text)) {
        error_set(error, ERROR_CONFIG, "%s", text.length > TEMPLATE_LIMIT ? "too large for a template" : "not UTF-8");
        return template_fail(template, 1, error);
    }
    while (text.length > 0) {
        size_t length = line_length(text);

        if (read_line(&parser, (struct text){text.bytes, length}, error) != ERROR_NONE)
            return error->code;
        text = skip(text, length);
    }
    if (parser.depth > 0) {
        const struct template_node *open = parser.open[parser.depth - 1];

        error_set(error, ERROR_CONFIG, "the section '%.*s' is not closed",
                  (int)(open->text.length < 80 ? open->text.length : 80), open->text.bytes);
        return template_fail(template, open->line, error);
    }
    *ret_template = template;
    return ERROR_NONE;
}
