/* sources/declared.h - what sources of declared schemas have in common: a schema that somebody wrote down.
 *
 * Objects, parts and attributes are added one by one; everything lives in the arena. Failure is sticky: once memory
 * runs out, additions do nothing, and declared_finish() says so.
 */
#ifndef DRIFTLINE_SOURCES_DECLARED_H
#define DRIFTLINE_SOURCES_DECLARED_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "schema/snapshot.h"

enum {
    DECLARED_DOMAIN_CHEAP = 1, /* for hasher_digest(): of marks */
    DECLARED_DOMAIN_EXACT
};

struct declared_object {
    struct object object;
    uint32_t attribute_capacity;
    uint32_t part_capacity;
    uint32_t last_capacity; /* of attributes of the last part */
};

struct declared {
    struct arena *arena;
    struct declared_object *objects;
    uint32_t count;
    uint32_t capacity;
    struct coverage_gap *gaps;
    uint32_t gap_count;
    uint32_t gap_capacity;
    bool failed;
};

/* Begin an object, to which what follows belongs. */
void declared_add(struct declared *declared, enum kind kind, struct text schema, struct text name);

/* Begin a part of the last object. */
void declared_add_part(struct declared *declared, enum kind kind, struct text name);

/* Add an attribute to the last object, or to its last part. Each name once. An empty text is no attribute. */
void declared_say(struct declared *declared, const char *name, struct text value);
void declared_say_list(struct declared *declared, const char *name, const struct text *items, uint32_t count);
void declared_say_of_part(struct declared *declared, const char *name, struct text value);
void declared_say_list_of_part(struct declared *declared, const char *name, const struct text *items, uint32_t count);

/* Say of the last table in which order its columns are. */
void declared_say_column_order(struct declared *declared);

/* Something that could not be told; `object` as displayed. */
void declared_add_gap(struct declared *declared, enum kind kind, struct text object, struct text reason);

/* `schema.name` as displayed, in the arena. Empty when memory ran out. */
struct text declared_path(struct declared *declared, struct text schema, struct text name);

/* Copy into the arena what a buffer holds. Empty when memory ran out. */
struct text declared_copy(struct declared *declared, struct text text);

/* Hand the objects and gaps over to `input`, with a gap for every kind but the `spoken` ones: what nobody declares. */
enum error_code declared_finish(struct declared *declared, const enum kind *spoken, size_t spoken_count,
                                struct snapshot_input *input, struct error *error) MUST_CHECK;

#endif
