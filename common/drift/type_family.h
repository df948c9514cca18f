/* drift/type_family.h - whether a type of one engine holds the values of a type of another.
 *
 * Each engine's spelling of a type leads to a family and a size (type_family.def); two types are equal when both are.
 * A type that is not in the table is of no family and equals nothing of another engine, except between MariaDB and
 * MySQL, between PostgreSQL and what is declared, and with what ODBC shows, where the same spelling is the same type.
 * docs/reference/type-families.md says what was decided. Enums and domains are known to neutral.h only.
 *
 * Spellings come from databases: whatever is too long, or not made of words and numbers, is of no family.
 */
#ifndef DRIFTLINE_DRIFT_TYPE_FAMILY_H
#define DRIFTLINE_DRIFT_TYPE_FAMILY_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/text.h"

/* Engines as their types go; MySQL's are MariaDB's. Engines that are not known are compared with none. */
enum type_engine {
    TYPE_ENGINE_POSTGRESQL = 1,
    TYPE_ENGINE_SQLITE = 2,
    TYPE_ENGINE_MARIADB = 4,
    TYPE_ENGINE_SQLSERVER = 8,
    TYPE_ENGINE_ODBC = 16,
    TYPE_ENGINE_SPEC = 32,   /* a declaration whose types are spelled as PostgreSQL's */
    TYPE_ENGINE_PYTHON = 64, /* one whose types are annotations */
    TYPE_ENGINE_UNKNOWN = 0
};

/* Of the name in a snapshot's info. */
enum type_engine type_engine_of(struct text engine);

enum type_family {
    TYPE_FAMILY_NONE,
#define FAMILY(symbol, name, numbers, counts) TYPE_FAMILY_##symbol,
#define TYPE(engines, spelling, family, size, scale)
#include "drift/type_family.def"
#undef FAMILY
#undef TYPE
    TYPE_FAMILY_COUNT
};

/* "integer", "text" … as people and reports see it; of no family, an empty string. */
const char *type_family_name(enum type_family family);

/* What is said where there is no size. */
enum { TYPE_SIZE_ANY = -1, TYPE_SIZE_UNLIMITED = INT_MAX };

struct type_value {
    enum type_engine engine;
    struct text spelling;
    struct text element; /* the spelling of what an array is made of; of all other types their own */
    bool is_array;
    enum type_family family; /* of the element, and so are size and scale */
    int size;
    int scale;
    unsigned held; /* annotations only: the families that it holds, the bit TYPE_FAMILY_NONE being all others */
};

/* An annotation that holds whatever there is. */
#define TYPE_HOLDS_EVERYTHING (~0U)

struct type_value type_value_of(enum type_engine engine, struct text spelling);

/* Whether the two hold the same values. */
bool type_value_equal(const struct type_value *a, const struct type_value *b);

/* Append what a type is, in words that are the same for all engines: PostgreSQL's where it has some, so that
 * type_change_classify() understands them. With `weak` sizes are left out. */
void type_value_write(struct buffer *buffer, const struct type_value *value, bool weak);

/* Whether two equal types are equal only because one of them says nothing of its size, or is an annotation. */
bool type_value_is_weak(const struct type_value *a, const struct type_value *b);

/* The published table. */
struct type_row {
    unsigned engines; /* bits of enum type_engine */
    const char *spelling;
    enum type_family family;
    int size;
    int scale;
};
extern const struct type_row type_rows[];
extern const size_t type_row_count;

/* "integer", "array", "other": what two equal types are, for reports. */
const char *type_value_name(const struct type_value *value);

/* What of a family is compared beside it. */
const char *type_family_counts(enum type_family family);

#endif
