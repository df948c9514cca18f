/* schema/object.h - the one model for every engine: objects with attributes and parts.
 *
 * An attribute is a name and a value: a text, or an ordered list of texts. Absent is not the same as empty: what an
 * object does not have is not there. There is no struct per kind; a kind is a number (schema/kind.h).
 *
 * Ownership: nothing here owns anything; all of it lives in an arena, with the texts it points to.
 */
#ifndef DRIFTLINE_SCHEMA_OBJECT_H
#define DRIFTLINE_SCHEMA_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"
#include "schema/kind.h"

struct attribute {
    struct text name;
    const struct text *items; /* one for a text */
    uint32_t count;
    bool is_list;
};

enum { PATH_MAX_ELEMENTS = 3 };

/* schema, name and signature, as many of them as the kind's path style says. */
struct path {
    uint32_t count;
    struct text elements[PATH_MAX_ELEMENTS];
};

struct part {
    enum kind kind;
    struct text name;
    struct attribute *attributes; /* sorted by name, each name once */
    uint32_t attribute_count;
    uint64_t id; /* the server's own number within the object, 0 when it has none; never hashed */
};

struct object {
    enum kind kind;
    struct path path;
    struct attribute *attributes; /* sorted by name, each name once */
    uint32_t attribute_count;
    struct part *parts; /* sorted by kind and name, each once */
    uint32_t part_count;
    uint64_t id; /* the server's own number (an OID), 0 when it has none; never hashed */
};

/* The number of path elements that a path style asks for. */
uint32_t path_style_elements(enum path_style style);

bool path_equal(const struct path *a, const struct path *b);

/* The attribute of a name, or NULL. */
const struct attribute *attribute_find(const struct attribute *attributes, uint32_t count, struct text name);

/* Same form, same items in the same order. Either may be NULL: absent equals absent only. */
bool attribute_equal(const struct attribute *a, const struct attribute *b);

/* The value of a text attribute, or an empty text when it is absent or a list. */
struct text attribute_value(const struct attribute *attributes, uint32_t count, struct text name);

/* The part of a kind and name, or NULL. */
const struct part *object_part(const struct object *object, enum kind kind, struct text name);

/* Write a name as SQL would: bare when it is a plain lower-case identifier and no reserved word, else in double quotes.
 */
void identifier_write(struct buffer *buffer, struct text name);

/* Write a name in double quotes, those in it doubled. */
void identifier_quote(struct buffer *buffer, struct text name);

/* Write the dotted path as people and JSON see it: `shop.orders`, `shop.total(integer, text)`. */
void path_write(struct buffer *buffer, enum kind kind, const struct path *path);

#endif
