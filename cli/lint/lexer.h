/* lint/lexer.h - SQL as words: just enough to know where statements end, and which word is where.
 *
 * Reads as PostgreSQL's own lexer does with standard_conforming_strings: nested comments, dollar quotes, E'…'. What has
 * no end reaches to the end of the text; the parser says what is wrong with it. Nothing is allocated, nothing fails.
 */
#ifndef DRIFTLINE_LINT_LEXER_H
#define DRIFTLINE_LINT_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum word_kind {
    WORD_END,
    WORD_COMMENT,
    WORD_NAME,   /* a keyword or an identifier without quotes */
    WORD_QUOTED, /* "…" */
    WORD_STRING, /* '…' and $…$ of all sorts */
    WORD_NUMBER,
    WORD_SIGN,     /* one byte of anything else */
    WORD_BACKSLASH /* where psql reads a command of its own */
};

struct word {
    enum word_kind kind;
    size_t start;
    size_t end;
};

/* The next word at or after `at`; its start is never before, its end always behind it. */
struct word lexer_next(struct text text, size_t at);

/* Whether a word is this keyword, which is in lower case. */
bool lexer_is(struct text text, const struct word *word, const char *keyword);

/* Whether a word is an identifier of this name, in quotes or not. */
bool lexer_names(struct text text, const struct word *word, struct text name);

/* Whether a text has an identifier of this name. */
bool lexer_mentions(struct text text, struct text name);

/* The bytes that the name of an identifier has, without quotes and with those in it undone. */
size_t lexer_name_length(struct text text, const struct word *word);

#endif
