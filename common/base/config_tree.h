/* base/config_tree.h - a configuration text as it was written: values inside each other, each with its place.
 *
 * config.h makes structs of a text; what a struct cannot tell is in the tree: the line of a value, lists inside lists,
 * which libcyaml does not read, and keys that nobody knows beforehand. config_tree_open() is for texts that
 * config_load_text() has accepted, config_tree_load() for all others.
 *
 * Ownership: nodes and the texts in them live until config_tree_close().
 */
#ifndef DRIFTLINE_BASE_CONFIG_TREE_H
#define DRIFTLINE_BASE_CONFIG_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

struct config_tree;
struct config_node; /* a mapping, a list or a scalar */

/* What is no YAML is ERROR_CONFIG. */
enum error_code config_tree_open(struct config_tree **ret_tree, struct text text, struct error *error) MUST_CHECK;

/* The same of a text that nobody has looked at. It must be of the plain sort that config.h describes, but keys may be
 * any, also twice, and it may be as large as the caller likes. What is not is ERROR_CONFIG, and the message begins with
 * NAME:LINE:COLUMN. */
enum error_code config_tree_load(struct config_tree **ret_tree, const char *name, struct text text,
                                 struct error *error) MUST_CHECK;

void config_tree_close(struct config_tree *tree);
void config_tree_closep(struct config_tree **tree); /* for CLEANUP */

/* The outermost value; NULL when the text has none. */
const struct config_node *config_tree_top(const struct config_tree *tree);

/* One step inwards: the value of a key of a mapping, or the value of a number, from 0, in a list. NULL when it is not
 * there, or `node` is NULL. */
const struct config_node *config_tree_member(const struct config_tree *tree, const struct config_node *node,
                                             struct text key);
const struct config_node *config_tree_item(const struct config_tree *tree, const struct config_node *node,
                                           size_t number);

/* As many steps as there are in `way`: keys and numbers with dots between them, "targets.2.poll". When one is not
 * there, the value so far. */
const struct config_node *config_tree_follow(const struct config_tree *tree, const struct config_node *node,
                                             const char *way);

/* The key and the value of a number, from 0, in a mapping; false when there are not so many. The key is a scalar. */
bool config_tree_pair(const struct config_tree *tree, const struct config_node *node, size_t number,
                      const struct config_node **ret_key, const struct config_node **ret_value);

bool config_node_is_list(const struct config_node *node);
size_t config_node_count(const struct config_node *node); /* of a list, else 0 */
bool config_node_is_mapping(const struct config_node *node);

/* The text of a scalar; false when it is none. */
bool config_node_text(const struct config_node *node, struct text *ret_text);

/* Whether a scalar says that there is no value: nothing at all, `~` or `null`, without quotes. */
bool config_node_is_null(const struct config_node *node);

/* Where a value begins, from 1; 0 of NULL. */
unsigned config_node_line(const struct config_node *node);
unsigned config_node_column(const struct config_node *node);

/* Put `NAME:LINE:COLUMN: ` in front of the message that is set, make its code ERROR_CONFIG and return it. ERROR_MEMORY,
 * ERROR_LIMIT and ERROR_INTERNAL stay what they are. */
enum error_code config_node_blame(const struct config_node *node, const char *name, struct error *error);

#endif
