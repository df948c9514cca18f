/* schema/lookup.h - one object of a stored snapshot, found by its name without reading the others.
 *
 * Reads the few nodes that lead to it. What is found lives in the arena.
 */
#ifndef DRIFTLINE_SCHEMA_LOOKUP_H
#define DRIFTLINE_SCHEMA_LOOKUP_H

#include "base/compiler.h"
#include "base/error.h"
#include "schema/snapshot.h"
#include "schema/trie.h"

/* The root node of a snapshot, read once for any number of questions. */
struct lookup {
    const struct node_source *nodes;
    struct text engine;
    struct trie_top tops[ASPECT_COUNT];
    struct coverage_gap *gaps; /* what the snapshot does not cover */
    uint32_t gap_count;
};

enum error_code lookup_begin(struct lookup *ret_lookup, const struct hash *root, const struct node_source *nodes,
                             struct arena *arena, struct error *error) MUST_CHECK;

/* The object of a kind and path with all its aspects, as snapshot_object() puts it together. ERROR_NOT_FOUND when it is
 * not there, without a message that costs anything. */
enum error_code lookup_object(const struct lookup *lookup, enum kind kind, const struct path *path, struct arena *arena,
                              struct object *ret_object, struct error *error) MUST_CHECK;

/* Read a path as it is displayed, the reverse of path_write(): "shop.orders", `"Odd.name".t`,
 * "shop.total(integer, text)". What is read would be written the same: anything else is ERROR_USAGE, with how it is
 * written as hint. A copy of the text lives in the arena. */
enum error_code path_parse(enum kind kind, struct text text, struct arena *arena, struct path *ret_path,
                           struct error *error) MUST_CHECK;

#endif
