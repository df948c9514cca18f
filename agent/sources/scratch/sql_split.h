/* sources/scratch/sql_split.h - a script of SQL, statement by statement, as psql takes it apart.
 *
 * What psql does to a file is what its authors expect, so the same marks count here: quotes of every sort, dollar
 * quotes, comments (nested ones, too), parentheses, the bodies of functions between BEGIN ATOMIC and END. A statement
 * ends at a semicolon outside of all these. Nothing is checked: what is no SQL the server will say.
 *
 * Why not send files whole: what fails would have no line, CREATE INDEX CONCURRENTLY would stand in the one transaction
 * that a whole file is, and the data behind COPY could not be told from statements.
 *
 * Ownership: everything points into the text. No failure, no memory.
 */
#ifndef DRIFTLINE_SOURCES_SCRATCH_SQL_SPLIT_H
#define DRIFTLINE_SOURCES_SCRATCH_SQL_SPLIT_H

#include <stdbool.h>

#include "base/text.h"

struct sql_split {
    struct text sql;
    size_t at;     /* where the next statement is looked for */
    unsigned line; /* of that place, from the number that was given on */
};

enum sql_piece_kind {
    SQL_PIECE_STATEMENT,
    SQL_PIECE_META /* a command to psql itself: from the backslash to the end of the line */
};

struct sql_piece {
    enum sql_piece_kind kind;
    struct text text; /* from its first word on, without the semicolon */
    unsigned line;    /* of its first word */
    unsigned column;  /* the same, in characters from 1 */
};

/* Begin. A byte order mark is skipped. `line` is the number of the first line. */
void sql_split_init(struct sql_split *split, struct text sql, unsigned line);

/* The next piece; false at the end. Comments before a statement, and statements of nothing at all, are skipped. */
bool sql_split_next(struct sql_split *split, struct sql_piece *ret_piece);

/* The data of a COPY ... FROM stdin that was the last piece: the lines behind it, up to one that is `\.` or the end. */
struct text sql_split_data(struct sql_split *split);

/* The words at the beginning of a statement, as psql would read them, a quoted name with its quotes; fewer are empty.
 * Comments between them are skipped. Answers what follows them. */
struct text sql_words(struct text statement, struct text *ret_words, unsigned count);

/* Whether a word is this one, which is written in lower case. */
bool sql_word_is(struct text word, const char *lower);

#endif
