/* schema/object_list.h - the objects of a snapshot as a list that people read: by kind, then by dotted path.
 *
 * A trie keeps objects in the order of their hashes; showing needs another. The list lives in the arena it is made
 * with, and points into the snapshot.
 */
#ifndef DRIFTLINE_SCHEMA_OBJECT_LIST_H
#define DRIFTLINE_SCHEMA_OBJECT_LIST_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "schema/snapshot.h"

struct listed_object {
    enum kind kind;
    struct text path; /* as displayed */
    const struct trie_entry *entry;
};

struct object_list {
    struct listed_object *items; /* sorted by kind in the order of kind_table, then by path */
    size_t count;
};

/* How many top-level objects a snapshot has. */
uint32_t object_list_total(const struct snapshot *snapshot);

/* Every top-level object. */
enum error_code object_list_make(struct object_list *ret_list, const struct snapshot *snapshot, struct arena *arena,
                                 struct error *error) MUST_CHECK;

/* The object of a kind and dotted path, or NULL. */
const struct listed_object *object_list_find(const struct object_list *list, enum kind kind, struct text path);

/* The dotted path of a part: that of its object, a dot, the name. */
enum error_code object_list_part_path(struct text *ret_path, struct text object, struct text name, struct arena *arena,
                                      struct error *error) MUST_CHECK;

#endif
