#include "recreate/rendered.h"

#include <string.h>

static bool is_word_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 128;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_word_start(c) || is_digit(c) || c == '$';
}

static bool is_operator(char c)
{
    return c != '\0' && strchr("+-*/<>=~!@#%^&|`?", c) != NULL;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Behind the closing quote; a quote is doubled within, or escaped. */
static size_t quoted_end(struct text sql, size_t at, bool has_escapes)
{
    char quote = sql.bytes[at++];

    for (; at < sql.length; at++) {
        if (has_escapes && sql.bytes[at] == '\\')
            at++;
        else if (sql.bytes[at] == quote) {
            if (at + 1 < sql.length && sql.bytes[at + 1] == quote)
                at++;
            else
                return at + 1;
        }
    }
    return sql.length;
}

static size_t word_end(struct text sql, size_t at)
{
    while (at < sql.length && is_word(sql.bytes[at]))
        at++;
    return at;
}

/* Behind a dollar-quoted string, or behind the dollar sign alone. */
static size_t dollar_end(struct text sql, size_t at)
{
    size_t tag_end = at + 1;
    struct text tag;
    const char *close;

    while (tag_end < sql.length && sql.bytes[tag_end] != '$' && is_word(sql.bytes[tag_end]))
        tag_end++;
    if (tag_end >= sql.length || sql.bytes[tag_end] != '$' || is_digit(sql.bytes[at + 1]))
        return at + 1;
    tag = (struct text){sql.bytes + at, tag_end + 1 - at};
    close = memmem(sql.bytes + tag_end + 1, sql.length - tag_end - 1, tag.bytes, tag.length);
    return close == NULL ? sql.length : (size_t)(close - sql.bytes) + tag.length;
}

static size_t comment_end(struct text sql, size_t at)
{
    const char *end;

    if (sql.bytes[at] == '-') {
        end = memchr(sql.bytes + at, '\n', sql.length - at);
        return end == NULL ? sql.length : (size_t)(end - sql.bytes) + 1;
    }
    end = memmem(sql.bytes + at + 2, sql.length - at - 2, "*/", 2);
    return end == NULL ? sql.length : (size_t)(end - sql.bytes) + 2;
}

static bool follows(struct text sql, size_t at, const char *what)
{
    size_t length = strlen(what);

    return sql.length - at >= length && memcmp(sql.bytes + at, what, length) == 0;
}

size_t rendered_token_end(struct text sql, size_t at)
{
    char c = sql.bytes[at];

    if (c == '"' || c == '\'')
        return quoted_end(sql, at, false);
    if ((c == 'E' || c == 'e') && at + 1 < sql.length && sql.bytes[at + 1] == '\'')
        return quoted_end(sql, at + 1, true);
    if (c == '$')
        return dollar_end(sql, at);
    if (follows(sql, at, "--") || follows(sql, at, "/*"))
        return comment_end(sql, at);
    if (is_word(c))
        return word_end(sql, at);
    return at + 1;
}

static size_t skip_space(struct text sql, size_t at)
{
    while (at < sql.length && is_space(sql.bytes[at]))
        at++;
    return at;
}

void rendered_unquote(struct buffer *buffer, struct text name)
{
    if (name.length < 2 || (name.bytes[0] != '"' && name.bytes[0] != '\'')) {
        buffer_add_text(buffer, name);
        return;
    }
    for (size_t i = 1; i + 1 < name.length; i++) {
        buffer_add_byte(buffer, (uint8_t)name.bytes[i]);
        if (name.bytes[i] == name.bytes[0])
            i++;
    }
}

static bool is_name_start(struct text sql, size_t at)
{
    return at < sql.length && (is_word_start(sql.bytes[at]) || sql.bytes[at] == '"') && !follows(sql, at, "E'") &&
           !follows(sql, at, "e'");
}

/* Read a name with its schema that begins here. Moves on in any case. */
static bool read_qualified(struct mention_reader *reader, struct text sql, size_t *at, struct mention *ret_mention)
{
    size_t start = *at;
    size_t end = rendered_token_end(sql, start);
    size_t name = end + 1;
    size_t name_end = name;

    *at = end;
    if (end >= sql.length || sql.bytes[end] != '.')
        return false;
    if (is_name_start(sql, name))
        name_end = rendered_token_end(sql, name);
    else
        while (name_end < sql.length && is_operator(sql.bytes[name_end]))
            name_end++;
    if (name_end == name)
        return false;
    buffer_reset(&reader->schema);
    buffer_reset(&reader->name);
    rendered_unquote(&reader->schema, (struct text){sql.bytes + start, end - start});
    rendered_unquote(&reader->name, (struct text){sql.bytes + name, name_end - name});
    *at = name_end;
    while (*at + 1 < sql.length && sql.bytes[*at] == '.' && is_name_start(sql, *at + 1))
        *at = rendered_token_end(sql, *at + 1);
    *ret_mention = (struct mention){.schema = buffer_text(&reader->schema),
                                    .name = buffer_text(&reader->name),
                                    .called = *at < sql.length && sql.bytes[*at] == '('};
    return true;
}

/* A string that is cast to a name is SQL of its own. */
static void enter_string(struct mention_reader *reader, size_t start, size_t end)
{
    size_t next = skip_space(reader->sql, end);

    if (!follows(reader->sql, next, "::reg"))
        return;
    buffer_reset(&reader->string);
    rendered_unquote(&reader->string, (struct text){reader->sql.bytes + start, end - start});
    reader->inner = buffer_text(&reader->string);
    reader->inner_at = 0;
}

bool mention_next(struct mention_reader *reader, struct mention *ret_mention)
{
    for (;;) {
        bool is_inner = reader->inner_at < reader->inner.length;
        struct text sql = is_inner ? reader->inner : reader->sql;
        size_t *at = is_inner ? &reader->inner_at : &reader->at;
        size_t start = *at;

        if (*at >= sql.length)
            return false;
        if (is_name_start(sql, *at)) {
            if (read_qualified(reader, sql, at, ret_mention))
                return true;
            continue;
        }
        *at = rendered_token_end(sql, start);
        if (!is_inner && sql.bytes[start] == '\'')
            enter_string(reader, start, *at);
    }
}

void mention_clear(struct mention_reader *reader)
{
    buffer_clear(&reader->string);
    buffer_clear(&reader->schema);
    buffer_clear(&reader->name);
}

size_t rendered_find(struct text sql, struct text word, bool last)
{
    size_t found = sql.length;
    size_t depth = 0;

    for (size_t at = 0; at < sql.length;) {
        if (depth == 0 && sql.length - at >= word.length && memcmp(sql.bytes + at, word.bytes, word.length) == 0) {
            found = at;
            if (!last)
                break;
        }
        if (sql.bytes[at] == '(')
            depth++;
        else if (sql.bytes[at] == ')' && depth > 0)
            depth--;
        at = rendered_token_end(sql, at);
    }
    return found;
}

bool rendered_is_bracketed(struct text expression)
{
    size_t depth = 0;

    if (expression.length < 2 || expression.bytes[0] != '(')
        return false;
    for (size_t at = 0; at < expression.length; at = rendered_token_end(expression, at)) {
        if (expression.bytes[at] == '(')
            depth++;
        else if (expression.bytes[at] == ')' && --depth == 0)
            return at + 1 == expression.length;
    }
    return false;
}

/* Cut off what comes before the first or last `word`; false when there is none. */
static bool cut(struct text *text, const char *word, bool last, struct text *ret_rest)
{
    size_t at = rendered_find(*text, text_from(word), last);

    if (at == text->length)
        return false;
    *ret_rest = (struct text){text->bytes + at + strlen(word), text->length - at - strlen(word)};
    text->length = at;
    return true;
}

struct privilege privilege_read(struct text item)
{
    static const char option[] = "GRANT OPTION FOR ";
    struct privilege read = {.privilege = item};
    struct text nothing;

    if (text_starts_with(item, text_from(option))) {
        read.option_only = true;
        read.privilege = (struct text){item.bytes + strlen(option), item.length - strlen(option)};
    }
    if (!cut(&read.privilege, " TO ", false, &read.role))
        cut(&read.privilege, " FROM ", false, &read.role);
    cut(&read.role, " BY ", false, &read.grantor);
    read.with_option = cut(&read.role, " WITH GRANT OPTION", false, &nothing);
    cut(&read.privilege, " ON SEQUENCE ", false, &read.sequence);
    if (cut(&read.privilege, " (", false, &read.columns)) {
        read.columns.bytes--;
        read.columns.length++;
    }
    return read;
}

bool rendered_next_item(struct text *list, struct buffer *item)
{
    size_t at = skip_space(*list, 0);
    size_t end = at;

    while (at < list->length && list->bytes[at] == ',')
        at = skip_space(*list, at + 1);
    if (at >= list->length)
        return false;
    if (list->bytes[at] == '"')
        end = quoted_end(*list, at, false);
    else
        for (end = at; end < list->length && list->bytes[end] != ',' && !is_space(list->bytes[end]);)
            end++;
    rendered_unquote(item, (struct text){list->bytes + at, end - at});
    *list = (struct text){list->bytes + end, list->length - end};
    return true;
}

static bool is_octal(struct text text, size_t at)
{
    for (size_t i = at; i < at + 3; i++)
        if (i >= text.length || text.bytes[i] < '0' || text.bytes[i] > '7')
            return false;
    return true;
}

bool rendered_next_argument(struct text *arguments, struct buffer *argument)
{
    size_t at = 0;

    if (arguments->length == 0)
        return false;
    while (at < arguments->length) {
        if (arguments->bytes[at] != '\\') {
            buffer_add_byte(argument, (uint8_t)arguments->bytes[at++]);
        } else if (is_octal(*arguments, at + 1)) {
            unsigned byte = (unsigned)(arguments->bytes[at + 1] - '0') << 6 |
                            (unsigned)(arguments->bytes[at + 2] - '0') << 3 |
                            (unsigned)(arguments->bytes[at + 3] - '0');
            at += 4;
            if (byte == 0)
                break;
            buffer_add_byte(argument, (uint8_t)byte);
        } else {
            if (at + 1 < arguments->length)
                buffer_add_byte(argument, (uint8_t)arguments->bytes[at + 1]);
            at += 2;
        }
    }
    at = at < arguments->length ? at : arguments->length;
    *arguments = (struct text){arguments->bytes + at, arguments->length - at};
    return true;
}
