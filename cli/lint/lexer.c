#include "lint/lexer.h"

#include <string.h>

static bool begins_name(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool continues_name(unsigned char c)
{
    return begins_name(c) || is_digit(c) || c == '$';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned char byte_at(struct text text, size_t at)
{
    return at < text.length ? (unsigned char)text.bytes[at] : 0;
}

static bool is_pair(struct text text, size_t at, const char *pair)
{
    return at + 1 < text.length && text.bytes[at] == pair[0] && text.bytes[at + 1] == pair[1];
}

/* Behind the quote that ends what begins at `at`; a doubled one does not end it. */
static size_t skip_quoted(struct text text, size_t at, char quote, bool has_escapes)
{
    for (at++; at < text.length; at++) {
        if (has_escapes && text.bytes[at] == '\\' && at + 1 < text.length)
            at++;
        else if (text.bytes[at] == quote && byte_at(text, at + 1) == (unsigned char)quote)
            at++;
        else if (text.bytes[at] == quote)
            return at + 1;
    }
    return text.length;
}

static size_t skip_comment(struct text text, size_t at)
{
    size_t depth = 0;

    do {
        if (is_pair(text, at, "/*")) {
            depth++;
            at += 2;
        } else if (is_pair(text, at, "*/")) {
            depth--;
            at += 2;
        } else {
            at++;
        }
    } while (depth > 0 && at < text.length);
    return at < text.length ? at : text.length;
}

static size_t skip_line(struct text text, size_t at)
{
    while (at < text.length && text.bytes[at] != '\n' && text.bytes[at] != '\r')
        at++;
    return at;
}

static size_t skip_name(struct text text, size_t at)
{
    while (at < text.length && continues_name((unsigned char)text.bytes[at]))
        at++;
    return at;
}

/* The tag of a dollar quote with both dollars, or an empty text. */
static struct text dollar_tag(struct text text, size_t at)
{
    size_t end = at + 1;

    if (begins_name(byte_at(text, end)))
        while (end < text.length && continues_name((unsigned char)text.bytes[end]) && text.bytes[end] != '$')
            end++;
    return byte_at(text, end) == '$' ? (struct text){text.bytes + at, end + 1 - at} : (struct text){"", 0};
}

static size_t skip_dollar(struct text text, size_t at, struct text tag)
{
    size_t start = at + tag.length;
    const char *found = memmem(text.bytes + start, text.length - start, tag.bytes, tag.length);

    return found == NULL ? text.length : (size_t)(found - text.bytes) + tag.length;
}

/* A name that is stuck to a quote is none: E'…', N'…', B'…', X'…', U&'…', U&"…". */
static struct word read_name(struct text text, size_t at)
{
    size_t end = skip_name(text, at);
    char first = lower(text.bytes[at]);

    if (end == at + 1 && byte_at(text, end) == '\'' && strchr("enbx", first) != NULL)
        return (struct word){WORD_STRING, at, skip_quoted(text, end, '\'', first == 'e')};
    if (end == at + 1 && first == 'u' && is_pair(text, end, "&'"))
        return (struct word){WORD_STRING, at, skip_quoted(text, end + 1, '\'', false)};
    if (end == at + 1 && first == 'u' && is_pair(text, end, "&\""))
        return (struct word){WORD_QUOTED, at, skip_quoted(text, end + 1, '"', false)};
    return (struct word){WORD_NAME, at, end};
}

struct word lexer_next(struct text text, size_t at)
{
    unsigned char c;
    struct text tag;

    while (at < text.length && strchr(" \t\r\n\f\v", text.bytes[at]) != NULL && text.bytes[at] != '\0')
        at++;
    if (at >= text.length)
        return (struct word){WORD_END, text.length, text.length};
    c = (unsigned char)text.bytes[at];
    if (is_pair(text, at, "--"))
        return (struct word){WORD_COMMENT, at, skip_line(text, at)};
    if (is_pair(text, at, "/*"))
        return (struct word){WORD_COMMENT, at, skip_comment(text, at)};
    if (begins_name(c))
        return read_name(text, at);
    if (c == '"')
        return (struct word){WORD_QUOTED, at, skip_quoted(text, at, '"', false)};
    if (c == '\'')
        return (struct word){WORD_STRING, at, skip_quoted(text, at, '\'', false)};
    if (c == '\\')
        return (struct word){WORD_BACKSLASH, at, at + 1};
    if (is_digit(c)) {
        size_t end = at;

        while (end < text.length && (is_digit((unsigned char)text.bytes[end]) || text.bytes[end] == '.'))
            end++;
        return (struct word){WORD_NUMBER, at, end};
    }
    tag = c == '$' ? dollar_tag(text, at) : (struct text){"", 0};
    if (tag.length > 0)
        return (struct word){WORD_STRING, at, skip_dollar(text, at, tag)};
    return (struct word){WORD_SIGN, at, at + 1};
}

bool lexer_is(struct text text, const struct word *word, const char *keyword)
{
    size_t i = 0, length = word->end - word->start;

    if (word->kind != WORD_NAME)
        return false;
    while (i < length && keyword[i] != '\0' && lower(text.bytes[word->start + i]) == keyword[i])
        i++;
    return i == length && keyword[i] == '\0';
}

/* Walk over the name of an identifier; whether it is `name` as far as that goes. */
static bool walk_name(struct text text, const struct word *word, struct text name, size_t *ret_length)
{
    bool is_quoted = word->kind == WORD_QUOTED;
    size_t at = word->start, end = word->end, length = 0;
    bool equal = true;

    if (is_quoted) {
        at += text.bytes[at] == '"' ? 1 : 3;
        end -= end > at && text.bytes[end - 1] == '"';
    }
    for (; at < end; at++, length++) {
        char c = is_quoted ? text.bytes[at] : lower(text.bytes[at]);

        if (is_quoted && c == '"')
            at++;
        equal = equal && length < name.length && name.bytes[length] == c;
    }
    *ret_length = length;
    return equal && length == name.length;
}

bool lexer_names(struct text text, const struct word *word, struct text name)
{
    size_t length;

    return (word->kind == WORD_NAME || word->kind == WORD_QUOTED) && walk_name(text, word, name, &length);
}

size_t lexer_name_length(struct text text, const struct word *word)
{
    size_t length = 0;

    if (word->kind == WORD_NAME || word->kind == WORD_QUOTED)
        walk_name(text, word, (struct text){"", 0}, &length);
    return length;
}

bool lexer_mentions(struct text text, struct text name)
{
    struct word word = {WORD_END, 0, 0};

    do {
        word = lexer_next(text, word.end);
        if (lexer_names(text, &word, name))
            return true;
    } while (word.kind != WORD_END);
    return false;
}
