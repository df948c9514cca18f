/* sources/sqlite/sqlite_token.h - SQL text as SQLite stores it, cut into tokens, and put together again in one form.
 *
 * SQLite keeps the text of each CREATE statement as somebody typed it. Two texts that differ only in white space,
 * comments or the way names are quoted mean the same schema, so both must render alike; whatever could change the
 * meaning (letter case, operators, literals) stays as it was. Any bytes are accepted: an unfinished quote or comment
 * ends with the text, and a NUL ends the text, as it does for SQLite itself.
 *
 * Nothing here owns memory: tokens point into the text.
 */
#ifndef DRIFTLINE_SOURCES_SQLITE_TOKEN_H
#define DRIFTLINE_SOURCES_SQLITE_TOKEN_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/text.h"

enum sqlite_token_type {
    SQLITE_TOKEN_END,
    SQLITE_TOKEN_WORD,    /* a bare name or keyword */
    SQLITE_TOKEN_QUOTED,  /* "a", [a] or `a` */
    SQLITE_TOKEN_LITERAL, /* 'a', x'00', 1.5, ?1, :a */
    SQLITE_TOKEN_OPERATOR /* everything else, one operator or parenthesis */
};

struct sqlite_token {
    enum sqlite_token_type type;
    struct text text; /* as it stands in the source, quotes included */
};

/* The first token of `text`, past white space and comments. */
struct sqlite_token sqlite_token_first(struct text text);

/* The token after `token`, which was taken from `text`. */
struct sqlite_token sqlite_token_next(struct text text, struct sqlite_token token);

/* Whether a bare word is `word`, in any letter case. */
bool sqlite_token_is_word(struct sqlite_token token, const char *word);

/* Whether an operator is this one. */
bool sqlite_token_is(struct sqlite_token token, const char *operator);

/* Append the name that a word, a quoted name or a string literal used as a name stands for. */
void sqlite_token_name(struct buffer *buffer, struct sqlite_token token);

/* Append a name as the renderer writes it: bare where that means the same, else in double quotes. */
void sqlite_name_render(struct buffer *buffer, struct text name);

/* Append the text in its one form: comments gone, one rule for spaces, names quoted only where they must be. */
void sqlite_sql_render(struct buffer *buffer, struct text text);

#endif
