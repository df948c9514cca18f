/* sources/sqlite/sqlite_parser.h - the tools of which sqlite_ddl.c is made: tokens to look at and take, items to add.
 *
 * `at` asks, `take` asks and goes on when the answer is yes. A span is a stretch of the source; a kept text lives in
 * the arena. Memory that runs out is remembered in `failed`, and everything goes on with empty texts until the end.
 */
#ifndef DRIFTLINE_SOURCES_SQLITE_PARSER_H
#define DRIFTLINE_SOURCES_SQLITE_PARSER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "sources/sqlite/sqlite_ddl.h"
#include "sources/sqlite/sqlite_token.h"

struct ddl_parser {
    struct text sql;
    struct sqlite_token token; /* the one to look at next */
    struct sqlite_token last;  /* the one before it */
    struct arena *arena;
    struct buffer scratch;
    struct sqlite_ddl_item *first;
    struct sqlite_ddl_item **end;
    unsigned count;
    unsigned columns;
    bool failed; /* memory ran out */
};

/* Copies that live as long as the arena: of a text; of the scratch buffer, which is empty afterwards; of a span in its
 * one form; of a text in upper or lower case (ASCII only). */
struct text ddl_keep(struct ddl_parser *parser, struct text text);
struct text ddl_keep_scratch(struct ddl_parser *parser);
struct text ddl_render(struct ddl_parser *parser, struct text span);
struct text ddl_upper(struct ddl_parser *parser, struct text text);
struct text ddl_lower(struct ddl_parser *parser, struct text text);

void ddl_advance(struct ddl_parser *parser);
bool ddl_at_end(const struct ddl_parser *parser);
bool ddl_at_word(const struct ddl_parser *parser, const char *word);
bool ddl_at(const struct ddl_parser *parser, const char *operator);
bool ddl_at_name(const struct ddl_parser *parser);
bool ddl_next_is_word(const struct ddl_parser *parser, const char *word);
bool ddl_take_word(struct ddl_parser *parser, const char *word);
bool ddl_take(struct ddl_parser *parser, const char *operator);

/* A name in any of its forms; empty when there is none. */
struct text ddl_take_name(struct ddl_parser *parser);

/* [IF NOT EXISTS] [schema.]name */
struct text ddl_take_object_name(struct ddl_parser *parser);

/* The span up to a comma or closing parenthesis of this level; between two parentheses; up to the end. */
struct text ddl_take_item(struct ddl_parser *parser);
struct text ddl_take_parenthesised(struct ddl_parser *parser);
struct text ddl_rest(struct ddl_parser *parser);

/* A new item, or NULL when memory ran out: then ddl_set() does nothing. */
struct sqlite_ddl_item *ddl_add_item(struct ddl_parser *parser, struct text item);
void ddl_set(struct sqlite_ddl_item *item, enum sqlite_ddl_field field, struct text value);
void ddl_add_option(struct ddl_parser *parser, struct text name);
void ddl_add_expression(struct ddl_parser *parser, struct text item, unsigned ordinal, struct text span);

/* The column of a name in any letter case, or NULL. */
const struct sqlite_ddl_item *ddl_find_column(const struct ddl_parser *parser, struct text name);

#endif
