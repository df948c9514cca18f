/* tree/tree_list.h - the list of files that were generated last, as it is kept beside them.
 *
 * One line a file: the SHA-256 of what was generated, in hexadecimal, two blanks, the path within the tree. A first
 * line says what the file is. It is in a repository, so it is read as foreign bytes: what is no such list is
 * ERROR_CORRUPT with the line.
 */
#ifndef DRIFTLINE_TREE_TREE_LIST_H
#define DRIFTLINE_TREE_TREE_LIST_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"

struct tree_list_entry {
    struct hash hash;
    struct text path;
};

struct tree_list {
    struct tree_list_entry *entries; /* sorted by path, each once */
    size_t count;
};

/* `path` names it in messages. Paths point into the text. */
enum error_code tree_list_read(struct tree_list *ret_list, struct text path, struct text text, struct arena *arena,
                               struct error *error) MUST_CHECK;

void tree_list_write(struct buffer *output, const struct tree_list *list);

/* The entry of a path, or NULL. */
const struct tree_list_entry *tree_list_find(const struct tree_list *list, struct text path);

/* Whether a path may stand in a tree: relative, no `.`, `..` or empty element, no control character or backslash, not
 * too long, no `.git`. */
bool tree_path_is_good(struct text path);

#endif
