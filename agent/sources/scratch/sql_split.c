#include "sources/scratch/sql_split.h"

#include <strings.h>

enum { WORDS_MAX = 4 }; /* CREATE OR REPLACE FUNCTION */

/* One statement while it is being read. */
struct scan {
    struct text sql;
    size_t at;
    unsigned parentheses;
    unsigned words;
    char first[WORDS_MAX]; /* the first letters of its first words, of those that begin a function */
    unsigned bodies;       /* BEGIN and CASE inside of a function that are still open */
};

static bool is_word_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_word_start(c) || (c >= '0' && c <= '9') || c == '$';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The byte so far ahead, or NUL at the end. */
static char peek(struct text sql, size_t at)
{
    return at < sql.length ? sql.bytes[at] : '\0';
}

/* ---- what hides a semicolon ---- */

/* Behind the closing quote; a doubled one closes nothing, nor does one behind a backslash where that counts. */
static size_t skip_quoted(struct text sql, size_t at, char quote, bool escapes)
{
    while (at < sql.length) {
        char c = sql.bytes[at++];

        if (escapes && c == '\\' && at < sql.length)
            at++;
        else if (c == quote && peek(sql, at) == quote && at < sql.length)
            at++;
        else if (c == quote)
            return at;
    }
    return at;
}

static size_t skip_line(struct text sql, size_t at)
{
    const char *end = at < sql.length ? memchr(sql.bytes + at, '\n', sql.length - at) : NULL;

    return end == NULL ? sql.length : (size_t)(end - sql.bytes);
}

static size_t skip_comment(struct text sql, size_t at)
{
    unsigned depth = 1;

    for (at += 2; at < sql.length && depth > 0; at++) {
        if (sql.bytes[at] == '/' && peek(sql, at + 1) == '*') {
            depth++;
            at++;
        } else if (sql.bytes[at] == '*' && peek(sql, at + 1) == '/') {
            depth--;
            at++;
        }
    }
    return at < sql.length ? at : sql.length;
}

/* `$tag$`: its length, or 0 where there is none. */
static size_t dollar_tag(struct text sql, size_t at)
{
    size_t end = at + 1;

    if (end < sql.length && is_word_start(sql.bytes[end]))
        while (end < sql.length && is_word(sql.bytes[end]) && sql.bytes[end] != '$')
            end++;
    return end < sql.length && sql.bytes[end] == '$' ? end + 1 - at : 0;
}

static size_t skip_dollar(struct text sql, size_t at)
{
    size_t length = dollar_tag(sql, at);
    const char *end;

    if (length == 0)
        return at + 1;
    end = memmem(sql.bytes + at + length, sql.length - at - length, sql.bytes + at, length);
    return end == NULL ? sql.length : (size_t)(end - sql.bytes) + length;
}

/* White space and comments. */
static size_t skip_nothing(struct text sql, size_t at)
{
    for (;;) {
        if (at < sql.length && is_space(sql.bytes[at]))
            at++;
        else if (peek(sql, at) == '-' && peek(sql, at + 1) == '-')
            at = skip_line(sql, at);
        else if (peek(sql, at) == '/' && peek(sql, at + 1) == '*')
            at = skip_comment(sql, at);
        else
            return at;
    }
}

static size_t word_end(struct text sql, size_t at)
{
    while (at < sql.length && is_word(sql.bytes[at]))
        at++;
    return at;
}

bool sql_word_is(struct text word, const char *lower)
{
    return word.length == strlen(lower) && strncasecmp(word.bytes, lower, word.length) == 0;
}

/* ---- functions with a body of statements ---- */

static bool makes_function(const struct scan *scan)
{
    const char *first = scan->first;

    return first[0] == 'c' && (first[1] == 'f' || first[1] == 'p' ||
                               (first[1] == 'o' && first[2] == 'r' && (first[3] == 'f' || first[3] == 'p')));
}

/* Count what opens and closes a body, as psql does. */
static void note_word(struct scan *scan, struct text word)
{
    static const char *const heads[] = {"create", "or", "replace", "function", "procedure"};

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (scan->words < WORDS_MAX && sql_word_is(word, heads[i]))
            scan->first[scan->words] = heads[i][0];
    scan->words++;
    if (!makes_function(scan) || scan->parentheses > 0)
        return;
    if (sql_word_is(word, "begin") || (scan->bodies > 0 && sql_word_is(word, "case")))
        scan->bodies++;
    else if (scan->bodies > 0 && sql_word_is(word, "end"))
        scan->bodies--;
}

/* E'…' is the one sort of text in which a backslash escapes. */
static void scan_word(struct scan *scan)
{
    size_t start = scan->at;
    struct text word;

    scan->at = word_end(scan->sql, start);
    word = (struct text){scan->sql.bytes + start, scan->at - start};
    if (sql_word_is(word, "e") && peek(scan->sql, scan->at) == '\'')
        scan->at = skip_quoted(scan->sql, scan->at + 1, '\'', true);
    else
        note_word(scan, word);
}

/* ---- statements ---- */

static void scan_one(struct scan *scan)
{
    char c = scan->sql.bytes[scan->at];

    if (is_word_start(c)) {
        scan_word(scan);
    } else if (c >= '0' && c <= '9') {
        scan->at = word_end(scan->sql, scan->at); /* 1$a$ opens no quote */
    } else if (c == '\'' || c == '"') {
        scan->at = skip_quoted(scan->sql, scan->at + 1, c, false);
    } else if (c == '$') {
        scan->at = skip_dollar(scan->sql, scan->at);
    } else {
        if (c == '(')
            scan->parentheses++;
        else if (c == ')' && scan->parentheses > 0)
            scan->parentheses--;
        scan->at++;
    }
}

/* Where the statement that begins at `at` ends: at its semicolon, at a command to psql, or at the end of all. */
static size_t statement_end(struct text sql, size_t at)
{
    struct scan scan = {.sql = sql, .at = at};

    for (;;) {
        scan.at = skip_nothing(sql, scan.at);
        if (scan.at >= sql.length || sql.bytes[scan.at] == '\\' ||
            (sql.bytes[scan.at] == ';' && scan.parentheses == 0 && scan.bodies == 0))
            return scan.at;
        scan_one(&scan);
    }
}

/* Without white space at the end. */
static struct text trimmed(struct text text)
{
    while (text.length > 0 && is_space(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

static void move_to(struct sql_split *split, size_t at)
{
    for (; split->at < at; split->at++)
        split->line += split->sql.bytes[split->at] == '\n';
}

void sql_split_init(struct sql_split *split, struct text sql, unsigned line)
{
    *split = (struct sql_split){.sql = sql, .line = line};
    if (text_starts_with(sql, TEXT("\xef\xbb\xbf")))
        split->at = 3;
}

/* The characters from the beginning of the line on. */
static unsigned column_of(struct text sql, size_t at)
{
    unsigned column = 1;

    while (at > 0 && sql.bytes[--at] != '\n')
        column += ((unsigned char)sql.bytes[at] & 0xc0) != 0x80;
    return column;
}

bool sql_split_next(struct sql_split *split, struct sql_piece *ret_piece)
{
    struct text sql = split->sql;
    size_t end;

    do
        move_to(split, skip_nothing(sql, split->at));
    while (peek(sql, split->at) == ';' && split->at++ < sql.length);
    if (split->at >= sql.length)
        return false;
    ret_piece->line = split->line;
    ret_piece->column = column_of(sql, split->at);
    ret_piece->kind = sql.bytes[split->at] == '\\' ? SQL_PIECE_META : SQL_PIECE_STATEMENT;
    end = ret_piece->kind == SQL_PIECE_META ? skip_line(sql, split->at) : statement_end(sql, split->at);
    ret_piece->text = trimmed((struct text){sql.bytes + split->at, end - split->at});
    move_to(split, end < sql.length && sql.bytes[end] == ';' ? end + 1 : end);
    return true;
}

struct text sql_split_data(struct sql_split *split)
{
    struct text sql = split->sql;
    size_t start = skip_line(sql, split->at), at, end;

    start += start < sql.length;
    for (at = end = start; at < sql.length; at = end) {
        struct text line = {sql.bytes + at, skip_line(sql, at) - at};

        end = at + line.length + (at + line.length < sql.length);
        if (text_equal(trimmed(line), TEXT("\\.")))
            break;
    }
    move_to(split, at < sql.length ? end : sql.length);
    return (struct text){sql.bytes + start, at - start};
}

struct text sql_words(struct text statement, struct text *ret_words, unsigned count)
{
    size_t at = skip_nothing(statement, 0);

    for (unsigned i = 0; i < count; i++) {
        size_t end = peek(statement, at) == '"' ? skip_quoted(statement, at + 1, '"', false) : word_end(statement, at);

        ret_words[i] = (struct text){statement.bytes + at, end - at};
        at = skip_nothing(statement, end);
    }
    return (struct text){statement.bytes + at, statement.length - at};
}
