#include "sources/odbc/mysql_statement.h"

#include <string.h>
#include <strings.h>

/* ---- tokens ---- */

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_STRING, TOKEN_SIGN, TOKEN_COMMENT };

struct token {
    enum token_kind kind;
    struct text text; /* with its quotes */
};

struct scanner {
    struct text rest;
    bool had_comment_ends; /* inside of an executable comment, whose content is a part of the statement */
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

static bool begins_with(struct text text, const char *prefix)
{
    return text_starts_with(text, text_from(prefix));
}

static struct text skip(struct text text, size_t count)
{
    return (struct text){text.bytes + count, text.length - count};
}

/* The length of what stands in quotes; to the end of the text when nothing closes them. */
static size_t quoted_length(struct text text)
{
    char quote = text.bytes[0];

    for (size_t i = 1; i < text.length; i++) {
        if (text.bytes[i] == '\\' && quote != '`')
            i++;
        else if (text.bytes[i] == quote && i + 1 < text.length && text.bytes[i + 1] == quote)
            i++;
        else if (text.bytes[i] == quote)
            return i + 1;
    }
    return text.length;
}

static size_t line_length(struct text text)
{
    const char *end = memchr(text.bytes, '\n', text.length);

    return end == NULL ? text.length : (size_t)(end - text.bytes) + 1;
}

/* Of a comment that starts with a slash and a star. */
static size_t block_length(struct text text)
{
    const char *end = text.length < 4 ? NULL : memmem(text.bytes + 2, text.length - 2, "*/", 2);

    return end == NULL ? text.length : (size_t)(end - text.bytes) + 2;
}

/* The opening of an executable comment: the version, too. */
static size_t executable_length(struct text text)
{
    size_t length = begins_with(text, "/*M!") ? 4 : 3;

    while (length < text.length && text.bytes[length] >= '0' && text.bytes[length] <= '9')
        length++;
    return length;
}

static size_t comment_length(const struct scanner *scanner)
{
    struct text text = scanner->rest;

    if (begins_with(text, "/*!") || begins_with(text, "/*M!"))
        return executable_length(text);
    if (begins_with(text, "/*"))
        return block_length(text);
    if (begins_with(text, "*/") && scanner->had_comment_ends)
        return 2;
    if (begins_with(text, "#") || (begins_with(text, "--") && (text.length == 2 || is_space(text.bytes[2]))))
        return line_length(text);
    return 0;
}

static size_t word_length(struct text text)
{
    size_t length = 0;

    while (length < text.length && is_word(text.bytes[length]))
        length++;
    return length;
}

/* The next token with spaces before it left out, comments not. */
static struct token next_token(struct scanner *scanner)
{
    struct token token = {TOKEN_END, {0}};
    size_t length;

    while (scanner->rest.length > 0 && is_space(scanner->rest.bytes[0]))
        scanner->rest = skip(scanner->rest, 1);
    if (scanner->rest.length == 0)
        return token;
    if ((length = comment_length(scanner)) > 0) {
        token.kind = TOKEN_COMMENT;
        scanner->had_comment_ends |= begins_with(scanner->rest, "/*!") || begins_with(scanner->rest, "/*M!");
    } else if ((length = word_length(scanner->rest)) > 0) {
        token.kind = TOKEN_WORD;
    } else if (scanner->rest.bytes[0] == '`') {
        token.kind = TOKEN_QUOTED;
        length = quoted_length(scanner->rest);
    } else if (scanner->rest.bytes[0] == '\'' || scanner->rest.bytes[0] == '"') {
        token.kind = TOKEN_STRING;
        length = quoted_length(scanner->rest);
    } else {
        token.kind = TOKEN_SIGN;
        length = 1;
    }
    token.text = (struct text){scanner->rest.bytes, length};
    scanner->rest = skip(scanner->rest, length);
    return token;
}

static struct token next(struct scanner *scanner)
{
    struct token token;

    do
        token = next_token(scanner);
    while (token.kind == TOKEN_COMMENT);
    return token;
}

static struct token peek(const struct scanner *scanner)
{
    struct scanner copy = *scanner;

    return next(&copy);
}

static bool is_keyword(const struct token *token, const char *word)
{
    return token->kind == TOKEN_WORD && token->text.length == strlen(word) &&
           strncasecmp(token->text.bytes, word, token->text.length) == 0;
}

static bool is_sign(const struct token *token, char sign)
{
    return token->kind == TOKEN_SIGN && token->text.bytes[0] == sign;
}

/* Take the next token if it is this word. */
static bool take(struct scanner *scanner, const char *word)
{
    struct token token = peek(scanner);

    if (!is_keyword(&token, word))
        return false;
    (void)next(scanner);
    return true;
}

static bool take_sign(struct scanner *scanner, char sign)
{
    struct token token = peek(scanner);

    if (!is_sign(&token, sign))
        return false;
    (void)next(scanner);
    return true;
}

/* ---- names ---- */

struct reading {
    struct scanner scanner;
    struct mysql_statement *statement;
    struct arena *arena;
    bool out_of_memory;
};

/* A name without its quotes. "x" is a name in some modes of the server only: then the statement names nothing. */
static bool take_identifier(struct reading *reading, struct text *ret_name)
{
    struct token token = peek(&reading->scanner);
    size_t length = 0;
    char *bytes;

    if (token.kind != TOKEN_WORD && token.kind != TOKEN_QUOTED)
        return false;
    (void)next(&reading->scanner);
    if (token.kind == TOKEN_WORD) {
        *ret_name = token.text;
        return true;
    }
    bytes = arena_alloc(reading->arena, token.text.length);
    if (bytes == NULL) {
        reading->out_of_memory = true;
        return false;
    }
    for (size_t i = 1; i + 1 < token.text.length; i++) {
        bytes[length++] = token.text.bytes[i];
        i += token.text.bytes[i] == '`'; /* a doubled one */
    }
    *ret_name = (struct text){bytes, length};
    return length > 0;
}

static bool take_name(struct reading *reading, struct mysql_name *ret_name)
{
    struct text first;

    *ret_name = (struct mysql_name){.database = {"", 0}, .part = {"", 0}};
    if (!take_identifier(reading, &first))
        return false;
    ret_name->name = first;
    if (!take_sign(&reading->scanner, '.'))
        return true;
    ret_name->database = first;
    return take_identifier(reading, &ret_name->name);
}

static void add(struct reading *reading, enum mysql_thing thing, struct mysql_name name)
{
    struct mysql_statement *statement = reading->statement;

    if (statement->count == MYSQL_STATEMENT_NAMES)
        return;
    name.thing = thing;
    statement->names[statement->count++] = name;
}

static void take_if_exists(struct scanner *scanner)
{
    if (!take(scanner, "IF"))
        return;
    (void)take(scanner, "NOT");
    (void)take(scanner, "EXISTS");
}

/* ---- statements ---- */

/* One name, or with `several` a list of them. */
static void read_names(struct reading *reading, enum mysql_thing thing, bool several)
{
    struct mysql_name name;

    take_if_exists(&reading->scanner);
    do {
        if (!take_name(reading, &name))
            return;
        add(reading, thing, name);
    } while (several && take_sign(&reading->scanner, ','));
}

/* A part whose table stands behind the next ON; a trigger may say a time and an event before it. */
static void read_part(struct reading *reading)
{
    struct mysql_name part, table;
    struct token token;

    take_if_exists(&reading->scanner);
    if (!take_name(reading, &part))
        return;
    for (unsigned i = 0; i < 8 && !take(&reading->scanner, "ON"); i++) {
        token = next(&reading->scanner);
        if (token.kind != TOKEN_WORD && token.kind != TOKEN_SIGN)
            return;
    }
    if (!take_name(reading, &table))
        return;
    table.part = part.name;
    add(reading, MYSQL_PART, table);
}

/* RENAME TABLE a TO b, c TO d: what things are called now. */
static void read_renames(struct reading *reading)
{
    struct mysql_name name;

    take_if_exists(&reading->scanner);
    do {
        if (!take_name(reading, &name) || !take(&reading->scanner, "TO") || !take_name(reading, &name))
            return;
        add(reading, MYSQL_RELATION, name);
    } while (take_sign(&reading->scanner, ','));
}

/* What GRANT and REVOKE are about, if that is one thing of a schema. */
static void read_grant(struct reading *reading)
{
    struct mysql_name name;
    struct token token;

    do
        token = next(&reading->scanner);
    while (token.kind != TOKEN_END && !is_keyword(&token, "ON"));
    if (token.kind == TOKEN_END)
        return;
    if (take(&reading->scanner, "FUNCTION") || take(&reading->scanner, "PROCEDURE")) {
        if (take_name(reading, &name))
            add(reading, MYSQL_ROUTINE, name);
        return;
    }
    (void)take(&reading->scanner, "TABLE");
    if (take_name(reading, &name))
        add(reading, MYSQL_RELATION, name);
}

enum way { WAY_RELATIONS, WAY_ROUTINE, WAY_PART, WAY_NOTHING };

static const struct {
    const char *word;
    enum way way;
} kinds[] = {
    {"TABLE", WAY_RELATIONS},  {"VIEW", WAY_RELATIONS},    {"SEQUENCE", WAY_RELATIONS}, {"EVENT", WAY_RELATIONS},
    {"FUNCTION", WAY_ROUTINE}, {"PROCEDURE", WAY_ROUTINE}, {"PACKAGE", WAY_ROUTINE},    {"INDEX", WAY_PART},
    {"TRIGGER", WAY_PART},     {"DATABASE", WAY_NOTHING},  {"SCHEMA", WAY_NOTHING},     {"USER", WAY_NOTHING},
    {"ROLE", WAY_NOTHING},     {"SERVER", WAY_NOTHING},    {"LOGFILE", WAY_NOTHING},    {"TABLESPACE", WAY_NOTHING},
};

enum { WORDS_BEFORE_KIND = 24 }; /* OR REPLACE, ALGORITHM = MERGE, DEFINER = `a`@`b`, SQL SECURITY INVOKER … */

/* The word that says what sort of thing follows. */
static bool find_kind(struct scanner *scanner, size_t *ret_kind)
{
    for (unsigned tokens = 0; tokens < WORDS_BEFORE_KIND; tokens++) {
        struct token token = next(scanner);

        if (token.kind == TOKEN_END || is_sign(&token, '(') || is_keyword(&token, "TEMPORARY"))
            return false; /* what is temporary is no part of the schema */
        for (size_t i = 0; i < LENGTH_OF(kinds); i++)
            if (is_keyword(&token, kinds[i].word)) {
                *ret_kind = i;
                return true;
            }
    }
    return false;
}

static void set_command(struct reading *reading, const char *verb, const char *kind)
{
    size_t length = strlen(verb) + 1 + strlen(kind);
    char *bytes = arena_alloc(reading->arena, length + 1);

    if (bytes == NULL) {
        reading->out_of_memory = true;
        return;
    }
    memcpy(bytes, verb, strlen(verb));
    bytes[strlen(verb)] = ' ';
    memcpy(bytes + strlen(verb) + 1, kind, strlen(kind) + 1);
    reading->statement->command = (struct text){bytes, length};
}

static void read_definition(struct reading *reading, const char *verb)
{
    size_t kind;

    if (!find_kind(&reading->scanner, &kind))
        return;
    set_command(reading, verb, kinds[kind].word);
    switch (kinds[kind].way) {
    case WAY_RELATIONS:
        read_names(reading, MYSQL_RELATION, strcmp(verb, "DROP") == 0);
        break;
    case WAY_ROUTINE:
        (void)take(&reading->scanner, "BODY");
        read_names(reading, MYSQL_ROUTINE, false);
        break;
    case WAY_PART:
        read_part(reading);
        break;
    case WAY_NOTHING:
        break;
    }
}

static void read_any(struct reading *reading)
{
    static const char *const verbs[] = {"CREATE", "ALTER", "DROP"};

    for (size_t i = 0; i < LENGTH_OF(verbs); i++)
        if (take(&reading->scanner, verbs[i])) {
            read_definition(reading, verbs[i]);
            return;
        }
    if (take(&reading->scanner, "RENAME")) {
        if (!take(&reading->scanner, "TABLE") && !take(&reading->scanner, "TABLES"))
            return;
        reading->statement->command = TEXT("RENAME TABLE");
        read_renames(reading);
    } else if (take(&reading->scanner, "GRANT")) {
        reading->statement->command = TEXT("GRANT");
        read_grant(reading);
    } else if (take(&reading->scanner, "REVOKE")) {
        reading->statement->command = TEXT("REVOKE");
        read_grant(reading);
    }
}

enum error_code mysql_statement_read(struct mysql_statement *ret_statement, struct text sql, struct arena *arena,
                                     struct error *error)
{
    struct reading reading = {.scanner = {.rest = sql}, .statement = ret_statement, .arena = arena};

    *ret_statement = (struct mysql_statement){.command = {"", 0}};
    read_any(&reading);
    return reading.out_of_memory ? arena_error(arena, error, "reading a statement") : ERROR_NONE;
}

enum error_code mysql_statement_use(struct text *ret_database, struct text sql, struct arena *arena,
                                    struct error *error)
{
    struct reading reading = {.scanner = {.rest = sql}, .arena = arena};
    struct text name = {"", 0};

    *ret_database = name;
    if (take(&reading.scanner, "USE") && take_identifier(&reading, &name))
        *ret_database = name;
    return reading.out_of_memory ? arena_error(arena, error, "reading a statement") : ERROR_NONE;
}

/* ---- without literals ---- */

void mysql_statement_without_literals(struct buffer *buffer, struct text sql)
{
    struct scanner scanner = {.rest = sql};
    const char *end = sql.bytes; /* of what was written last */

    for (;;) {
        struct token token = next_token(&scanner);

        if (token.kind == TOKEN_END)
            return;
        if (token.kind == TOKEN_COMMENT)
            continue;
        if (token.text.bytes > end && end > sql.bytes)
            buffer_add_byte(buffer, ' ');
        end = token.text.bytes + token.text.length;
        if (token.kind == TOKEN_STRING)
            buffer_add_string(buffer, "'\xe2\x80\xa6'");
        else
            buffer_add_text(buffer, token.text);
    }
}
