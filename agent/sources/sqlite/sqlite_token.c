#include "sources/sqlite/sqlite_token.h"

#include <sqlite3.h>
#include <string.h>
#include <strings.h>

#include "base/compiler.h"
#include "schema/object.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Every byte above ASCII is a letter to SQLite. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name_byte(char c)
{
    return is_letter(c) || is_digit(c) || c == '$';
}

/* The byte at `at`, or NUL past the end: SQLite's own texts end at a NUL. */
static char byte_at(struct text text, size_t at)
{
    return at < text.length ? text.bytes[at] : '\0';
}

/* Past white space and comments. */
static size_t skip_space(struct text text, size_t at)
{
    for (;;) {
        char c = byte_at(text, at);

        if (is_space(c)) {
            at++;
        } else if (c == '-' && byte_at(text, at + 1) == '-') {
            while (byte_at(text, at) != '\0' && text.bytes[at] != '\n')
                at++;
        } else if (c == '/' && byte_at(text, at + 1) == '*') {
            for (at += 2; byte_at(text, at) != '\0'; at++)
                if (text.bytes[at] == '*' && byte_at(text, at + 1) == '/')
                    break;
            if (byte_at(text, at) != '\0')
                at += 2;
        } else {
            return at;
        }
    }
}

/* Past a quoted run whose closing quote stands for itself when it is doubled; brackets know no doubling. */
static size_t quoted_end(struct text text, size_t at)
{
    char quote = text.bytes[at] == '[' ? ']' : text.bytes[at];

    for (at++; byte_at(text, at) != '\0'; at++) {
        if (text.bytes[at] != quote)
            continue;
        if (quote == ']' || byte_at(text, at + 1) != quote)
            return at + 1;
        at++;
    }
    return at;
}

/* Numbers in all forms, generously: what SQLite accepted needs no judging again. */
static size_t number_end(struct text text, size_t at)
{
    bool hexadecimal = text.bytes[at] == '0' && (byte_at(text, at + 1) | 0x20) == 'x';

    for (;; at++) {
        char c = byte_at(text, at);

        if (!hexadecimal && (c | 0x20) == 'e' && (byte_at(text, at + 1) == '+' || byte_at(text, at + 1) == '-') &&
            is_digit(byte_at(text, at + 2)))
            at++;
        else if (!is_name_byte(c) && c != '.')
            return at;
    }
}

static size_t name_end(struct text text, size_t at)
{
    while (is_name_byte(byte_at(text, at)))
        at++;
    return at;
}

static size_t operator_end(struct text text, size_t at)
{
    static const char *const operators[] = {"->>", "->", "||", "<<", ">>", "<=", ">=", "<>", "==", "!="};

    for (size_t i = 0; i < LENGTH_OF(operators); i++) {
        size_t length = strlen(operators[i]);

        if (length <= text.length - at && memcmp(text.bytes + at, operators[i], length) == 0)
            return at + length;
    }
    return at + 1;
}

static struct sqlite_token token_at(struct text text, size_t at)
{
    enum sqlite_token_type type = SQLITE_TOKEN_OPERATOR;
    char c = byte_at(text, at = skip_space(text, at));
    char next = byte_at(text, at + 1);
    size_t end;

    if (c == '\0')
        return (struct sqlite_token){SQLITE_TOKEN_END, {text.bytes + at, 0}};
    if (c == '"' || c == '`' || c == '[') {
        type = SQLITE_TOKEN_QUOTED;
        end = quoted_end(text, at);
    } else if (c == '\'' || ((c | 0x20) == 'x' && next == '\'')) {
        type = SQLITE_TOKEN_LITERAL;
        end = quoted_end(text, c == '\'' ? at : at + 1);
    } else if (is_digit(c) || (c == '.' && is_digit(next))) {
        type = SQLITE_TOKEN_LITERAL;
        end = number_end(text, at);
    } else if (c == '?' || ((c == ':' || c == '@' || c == '#' || c == '$') && is_name_byte(next))) {
        type = SQLITE_TOKEN_LITERAL;
        end = name_end(text, at + 1);
    } else if (is_letter(c)) {
        type = SQLITE_TOKEN_WORD;
        end = name_end(text, at);
    } else {
        end = operator_end(text, at);
    }
    return (struct sqlite_token){type, {text.bytes + at, end - at}};
}

struct sqlite_token sqlite_token_first(struct text text)
{
    return text.length == 0 ? (struct sqlite_token){.type = SQLITE_TOKEN_END, .text = text} : token_at(text, 0);
}

struct sqlite_token sqlite_token_next(struct text text, struct sqlite_token token)
{
    if (token.type == SQLITE_TOKEN_END)
        return token;
    return token_at(text, (size_t)(token.text.bytes + token.text.length - text.bytes));
}

static bool same_word(struct text text, const char *word)
{
    return text.length == strlen(word) && strncasecmp(text.bytes, word, text.length) == 0;
}

bool sqlite_token_is_word(struct sqlite_token token, const char *word)
{
    return token.type == SQLITE_TOKEN_WORD && same_word(token.text, word);
}

bool sqlite_token_is(struct sqlite_token token, const char *operator)
{
    return token.type == SQLITE_TOKEN_OPERATOR && text_equal(token.text, text_from(operator));
}

void sqlite_token_name(struct buffer *buffer, struct sqlite_token token)
{
    struct text text = token.text;
    char quote = byte_at(text, 0) == '[' ? ']' : byte_at(text, 0);

    if (token.type == SQLITE_TOKEN_WORD || (quote != '"' && quote != '`' && quote != ']' && quote != '\'')) {
        buffer_add_text(buffer, text);
        return;
    }
    if (text.length > 1 && text.bytes[text.length - 1] == quote)
        text.length--;
    for (size_t i = 1; i < text.length; i++) {
        buffer_add_byte(buffer, (uint8_t)text.bytes[i]);
        if (text.bytes[i] == quote && byte_at(text, i + 1) == quote)
            i++;
    }
}

static bool is_one_of(struct text text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (same_word(text, words[i]))
            return true;
    return false;
}

/* Keywords after which a parenthesis begins a list or an expression, not the arguments of a function. SQLite lets some
 * keywords be names wherever a name may stand; the common ones among them count as names, so that `key` and "key" are
 * equal. */
static bool is_keyword(struct text word)
{
    static const char *const names[] = {"action", "asc",   "column", "database", "desc", "first", "key",
                                        "last",   "query", "range",  "row",      "rows", "temp"};

    if (word.length == 0 || word.length > 64 || is_one_of(word, names, LENGTH_OF(names)))
        return false;
    return sqlite3_keyword_check(word.bytes, (int)word.length) != 0;
}

/* Whether a name means the same bare as in quotes. true and false are no keywords, yet literals. */
static bool may_be_bare(struct text name)
{
    static const char *const literals[] = {"true", "false"};

    if (name.length == 0 || !is_letter(name.bytes[0]) || is_one_of(name, literals, LENGTH_OF(literals)))
        return false;
    for (size_t i = 1; i < name.length; i++)
        if (!is_name_byte(name.bytes[i]))
            return false;
    return !is_keyword(name);
}

void sqlite_name_render(struct buffer *buffer, struct text name)
{
    if (may_be_bare(name))
        buffer_add_text(buffer, name);
    else
        identifier_quote(buffer, name);
}

/* Keywords that are called like functions. */
static bool is_called(struct sqlite_token token)
{
    static const char *const called[] = {"cast", "raise", "replace"};

    return token.type == SQLITE_TOKEN_QUOTED ||
           (token.type == SQLITE_TOKEN_WORD &&
            (!is_keyword(token.text) || is_one_of(token.text, called, LENGTH_OF(called))));
}

static bool is_sign(struct sqlite_token token)
{
    return sqlite_token_is(token, "-") || sqlite_token_is(token, "+");
}

static bool is_name(struct sqlite_token token)
{
    return token.type == SQLITE_TOKEN_WORD || token.type == SQLITE_TOKEN_QUOTED;
}

/* A sign that belongs to the value after it. */
static bool is_unary(struct sqlite_token token, struct sqlite_token previous)
{
    if (!is_sign(token) || previous.type == SQLITE_TOKEN_LITERAL || previous.type == SQLITE_TOKEN_QUOTED)
        return false;
    if (previous.type == SQLITE_TOKEN_WORD)
        return is_keyword(previous.text);
    return !sqlite_token_is(previous, ")");
}

/* Where two tokens stand apart. It depends on the tokens alone, never on what was between them, and never lets two
 * tokens grow into another: two signs would be a comment, a dot and a digit a number. */
static bool needs_space(struct sqlite_token previous, bool previous_is_unary, struct sqlite_token next)
{
    if (sqlite_token_is(next, ",") || sqlite_token_is(next, ")") || sqlite_token_is(next, ";"))
        return false;
    if (sqlite_token_is(previous, "("))
        return false;
    if (sqlite_token_is(next, "."))
        return !is_name(previous);
    if (sqlite_token_is(previous, "."))
        return !is_name(next) && !sqlite_token_is(next, "*");
    if (previous_is_unary)
        return next.type == SQLITE_TOKEN_OPERATOR && !sqlite_token_is(next, "(");
    if (sqlite_token_is(next, "("))
        return !is_called(previous);
    return true;
}

static void render_token(struct buffer *buffer, struct sqlite_token token)
{
    struct buffer name;

    if (token.type != SQLITE_TOKEN_QUOTED) {
        buffer_add_text(buffer, token.text);
        return;
    }
    buffer_init(&name);
    sqlite_token_name(&name, token);
    sqlite_name_render(buffer, buffer_text(&name));
    buffer->failed = buffer->failed || name.failed;
    buffer_clear(&name);
}

void sqlite_sql_render(struct buffer *buffer, struct text text)
{
    struct sqlite_token previous = {.type = SQLITE_TOKEN_END};
    bool unary = false;

    for (struct sqlite_token token = sqlite_token_first(text); token.type != SQLITE_TOKEN_END;
         token = sqlite_token_next(text, token)) {
        if (previous.type != SQLITE_TOKEN_END && needs_space(previous, unary, token))
            buffer_add_byte(buffer, ' ');
        render_token(buffer, token);
        unary = is_unary(token, previous);
        previous = token;
    }
}
