/* sources/spec/spec_page.h - a YAML file that somebody wrote, read key by key: what is not known is refused.
 *
 * Every mistake is ERROR_CONFIG, and its message begins with FILE:LINE:COLUMN.
 * Ownership: texts belong to the tree of the page.
 */
#ifndef DRIFTLINE_SOURCES_SPEC_PAGE_H
#define DRIFTLINE_SOURCES_SPEC_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/config_tree.h"
#include "base/error.h"
#include "base/text.h"

/* What a key of the file means, which may be called otherwise there. */
struct spec_alias {
    struct text known;   /* "fields", or "table.fields" of one level only */
    struct text written; /* "columns" */
};

struct spec_page {
    const char *name; /* of the file, for messages */
    const struct config_tree *tree;
    struct arena *arena;
    struct error *error;
    /* from the mapping */
    const struct spec_alias *aliases;
    uint32_t alias_count;
    const struct text *ignored; /* keys that may stand anywhere and mean nothing */
    uint32_t ignored_count;
};

enum { SPEC_KEYS_MAX = 24 };

/* The keys that a level of the file has. */
struct spec_level {
    const char *name; /* "table" */
    const char *keys[SPEC_KEYS_MAX];
    const char *unread[SPEC_KEYS_MAX]; /* keys that are known and say nothing of the schema */
};

/* Say what is wrong with a value, with its place in front. */
enum error_code spec_refuse(const struct spec_page *page, const struct config_node *node, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* No memory, or more than the arena may take. */
enum error_code spec_no_memory(const struct spec_page *page);

/* Take a mapping apart: the value of the level's n-th key becomes ret_values[n], NULL where it is not given or says
 * nothing. */
enum error_code spec_take(const struct spec_page *page, const struct spec_level *level, const struct config_node *node,
                          const struct config_node *ret_values[SPEC_KEYS_MAX]) MUST_CHECK;

/* A scalar. NULL: an empty text. */
enum error_code spec_text(const struct spec_page *page, const struct config_node *node,
                          struct text *ret_text) MUST_CHECK;

/* A name: a scalar that is not empty. */
enum error_code spec_name(const struct spec_page *page, const struct config_node *node,
                          struct text *ret_text) MUST_CHECK;

/* true or false; `otherwise` of NULL. */
enum error_code spec_flag(const struct spec_page *page, const struct config_node *node, bool otherwise,
                          bool *ret_flag) MUST_CHECK;

/* A whole number from 0 to 10,000; `otherwise` of NULL. */
enum error_code spec_number(const struct spec_page *page, const struct config_node *node, int otherwise,
                            int *ret_number) MUST_CHECK;

/* A list of names, or one name. NULL: none. */
enum error_code spec_names(const struct spec_page *page, const struct config_node *node, struct text **ret_names,
                           uint32_t *ret_count) MUST_CHECK;

/* One of several things that are written as a list, or as a mapping by their names. */
struct spec_item {
    const struct config_node *key; /* NULL: it stands in a list */
    const struct config_node *value;
};

/* All of them. NULL: none. */
enum error_code spec_items(const struct spec_page *page, const struct config_node *node, struct spec_item **ret_items,
                           uint32_t *ret_count) MUST_CHECK;

#endif
