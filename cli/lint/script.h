/* lint/script.h - a file of SQL as a list of statements, with the comments between and the place of everything.
 *
 * Statements end where psql ends them: at a semicolon outside of quotes, parentheses and SQL function bodies. What is
 * no SQL is blanked out: commands of psql, the rows behind COPY ... FROM STDIN, a byte order mark; and so are bytes
 * that are no UTF-8 and zero bytes, which are also mistakes. Offsets stay what they are in the file.
 *
 * Ownership: everything lives in the arena, the blanked text among it.
 */
#ifndef DRIFTLINE_LINT_SCRIPT_H
#define DRIFTLINE_LINT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum {
    LINT_SIZE_LIMIT = 64 * 1024 * 1024, /* bytes of a file */
    LINT_STATEMENT_LIMIT = 512 * 1024,  /* bytes of a statement that is looked at */
    LINT_DEPTH_LIMIT = 10000            /* words that may stand inside each other, for the parser is recursive */
};

struct lint_script_comment {
    size_t start;
    size_t end;
    size_t statement; /* that it belongs to: it stands in it, before it, or behind it on its last line */
};

struct lint_script_statement {
    size_t start; /* of its first word */
    size_t end;   /* behind its last, without the semicolon */
    bool is_large;
    bool is_deep;
};

/* Something at a place that no statement has. */
struct lint_script_note {
    enum { NOTE_PSQL, NOTE_BAD_BYTE, NOTE_LONG_NAME } kind;
    size_t start;
    size_t end;
};

struct lint_script {
    struct text name;   /* of the file */
    struct text text;   /* blanked */
    struct text source; /* as it was */
    struct lint_script_statement *statements;
    size_t statement_count;
    struct lint_script_comment *comments;
    size_t comment_count;
    struct lint_script_note *notes;
    size_t note_count;
    size_t *lines; /* offsets at which they begin */
    size_t line_count;
    size_t *marks; /* how many characters stand before each block of bytes */
};

/* Where something is, as people count: from 1, columns in characters. */
struct lint_place {
    unsigned line;
    unsigned column;
};

/* `text` must outlive the script. More than LINT_SIZE_LIMIT bytes are ERROR_LIMIT. */
enum error_code lint_script_read(struct lint_script *ret_script, struct text name, struct text text,
                                 struct arena *arena, struct error *error) MUST_CHECK;

struct lint_place lint_script_place(const struct lint_script *script, size_t offset);

/* A line without its end; counted from 1. */
struct text lint_script_line(const struct lint_script *script, unsigned line);

#endif
