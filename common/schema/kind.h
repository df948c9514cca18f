/* schema/kind.h - what kinds of things a schema is made of, and to which aspect each attribute belongs.
 *
 * Adding a kind is one line in kind.def and one SQL file a source. Attributes need no registration: an attribute that
 * is not listed in kind.c belongs to the structure.
 */
#ifndef DRIFTLINE_SCHEMA_KIND_H
#define DRIFTLINE_SCHEMA_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum kind {
    KIND_NONE = 0,
#define KIND(symbol, number, name, plural, place, path, aspect) KIND_##symbol = (number),
#include "schema/kind.def"
#undef KIND
};

/* A share of a snapshot that is hashed and compared by itself. */
enum aspect { ASPECT_STRUCTURE, ASPECT_ACCESS, ASPECT_STORAGE, ASPECT_COUNT };

/* What the path of an object consists of, and how it is shown. */
enum path_style {
    PATH_NAME,      /* name */
    PATH_QUALIFIED, /* schema.name */
    PATH_SIGNATURE, /* schema.name(signature) */
    PATH_OPERATOR,  /* the same with a name that is never quoted */
    PATH_RAW        /* one element that is shown as it is */
};

struct kind_facts {
    enum kind kind;
    const char *name;
    const char *plural;
    bool is_part;
    enum path_style path;
    enum aspect aspect; /* where the kind itself lives; its attributes may be spread over all aspects */
};

/* The facts of a kind, or NULL when the number names none. */
const struct kind_facts *kind_facts(unsigned number);

/* The name of a kind that exists. */
const char *kind_name(enum kind kind);

/* The kind of a name, or KIND_NONE. */
enum kind kind_from_name(struct text name);

/* All kinds in the order of kind.def. */
extern const struct kind_facts kind_table[];
extern const size_t kind_table_count;

/* "structure", "access", "storage". */
const char *aspect_name(enum aspect aspect);

/* The aspect of a name; false when there is none of that name. */
bool aspect_from_name(struct text name, enum aspect *ret_aspect);

/* The aspect of an attribute of a kind: the attribute's own, or, in a kind that lives outside the structure, the
 * kind's. */
enum aspect attribute_aspect(enum kind kind, struct text attribute);

#endif
