/* lint/syntax.h - one statement as PostgreSQL's own parser reads it (libpg_query), as JSON, and the way about in it.
 *
 * The parser is that of PostgreSQL 15. A node is an object with one member, whose key says what it is:
 * {"DropStmt": {...}}. Members that are empty, false or zero are not there; a place is an offset in the statement.
 * Threads: while it parses, the parser turns standard error of the whole process into a pipe of its own.
 */
#ifndef DRIFTLINE_LINT_SYNTAX_H
#define DRIFTLINE_LINT_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

struct syntax_problem {
    bool is_too_deep;    /* it may be right, but nobody can look at it */
    struct text message; /* "syntax error at or near "frm"" */
    size_t place;        /* offset in the statement */
};

/* Parse one statement without its semicolon. The tree is the caller's to json_decref(); NULL: there is a problem. The
 * message lives in the arena. */
enum error_code syntax_parse(json_t **ret_tree, struct text statement, struct syntax_problem *ret_problem,
                             struct arena *arena, struct error *error) MUST_CHECK;

/* What a node is, and what it says: `*ret_body` is the object behind the key. "" for NULL and what is no node. */
const char *syntax_type(const json_t *node, const json_t **ret_body);

/* Whether a node is of that type; `*ret_body` only then. */
bool syntax_is(const json_t *node, const char *type, const json_t **ret_body);

/* Members of a body. Texts live as long as the tree. */
struct text syntax_text(const json_t *body, const char *key);
bool syntax_says(const json_t *body, const char *key, const char *value);
bool syntax_flag(const json_t *body, const char *key);
size_t syntax_place(const json_t *body);
const json_t *syntax_member(const json_t *body, const char *key);
size_t syntax_count(const json_t *body, const char *key);
const json_t *syntax_item(const json_t *body, const char *key, size_t number);

/* The text of a String node; empty when it is none. */
struct text syntax_string(const json_t *node);

/* The number of a constant node, or `otherwise`. */
long syntax_integer(const json_t *node, long otherwise);

/* Whether a list of DefElem has one of that name; its argument, which may be NULL. */
bool syntax_option(const json_t *body, const char *list, const char *name, const json_t **ret_argument);

/* Call `visit` for every node in a tree that has the type. Ends when it answers false. */
typedef bool (*syntax_visitor)(void *context, const json_t *body);
bool syntax_each(const json_t *tree, const char *type, syntax_visitor visit, void *context);

#endif
