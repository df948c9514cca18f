/* cli/shape.h - JSON read into structs, as tables describe them.
 *
 * A shape says which members an object has, of what sort each is, and where in a struct its value goes. Whatever a
 * document is, reading it gives structs that are as their shapes say, or one error: what is missing, of another sort or
 * not among the choices is ERROR_PROTOCOL and names the member. Members that no shape knows are passed over, so that a
 * later collector may say more.
 *
 * Ownership: everything lives in the arena; the document can go.
 */
#ifndef DRIFTLINE_CLI_SHAPE_H
#define DRIFTLINE_CLI_SHAPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum member_type {
    MEMBER_TEXT = 1, /* struct text */
    MEMBER_TIME,     /* int64_t: microseconds since 1970 */
    MEMBER_NUMBER,   /* int64_t, not negative */
    MEMBER_FLAG,     /* bool */
    MEMBER_CHOICE,   /* unsigned: the number of the name that the text is */
    MEMBER_VALUE,    /* struct shape_value */
    MEMBER_TEXTS,    /* struct shape_list of struct text */
    MEMBER_OBJECT,   /* a pointer to the struct of `shape` */
    MEMBER_OBJECTS   /* struct shape_list of the struct of `shape` */
};

struct shape_list {
    const void *items;
    size_t count;
};

/* What an attribute may be: nothing, a text, or a list of texts. */
struct shape_value {
    enum { VALUE_NONE, VALUE_TEXT, VALUE_LIST } type;
    struct shape_list texts; /* of struct text; of a text exactly one */
};

struct shape_member {
    const char *name; /* NULL ends the table */
    enum member_type type;
    bool optional; /* it may be absent or null: its place in the struct stays zero */
    size_t offset;
    const struct shape *shape;
    const char *(*choice)(size_t number); /* the names to choose from; answers NULL after the last */
};

struct shape {
    size_t size; /* of the struct */
    const struct shape_member *members;
};

/* Fill the struct of a shape, which must be all zero before. On failure it is half filled. */
enum error_code shape_read(const struct shape *shape, const json_t *document, void *values, struct arena *arena,
                           struct error *error) MUST_CHECK;

#endif
