/* recreate/names.h - which object a name belongs to, for all names of a snapshot at once.
 *
 * Ownership: the index lives in an arena, its names in the snapshot. Objects are counted from 0 in the order in which
 * they were given.
 */
#ifndef DRIFTLINE_RECREATE_NAMES_H
#define DRIFTLINE_RECREATE_NAMES_H

#include "base/arena.h"
#include "base/compiler.h"
#include "recreate/rendered.h"
#include "schema/object.h"

enum { NAME_NONE = -1 };

struct name_entry {
    struct text schema; /* empty: of a kind without schemas */
    struct text name;
    enum kind kind;
    uint32_t object;
};

struct names {
    struct name_entry *entries; /* sorted by schema, name, kind, object */
    size_t count;
};

/* Index the objects, and for each range type its multirange type. */
enum error_code names_make(struct names *ret_names, const struct object *objects, uint32_t count, struct arena *arena,
                           struct error *error) MUST_CHECK;

/* The entries of a name, or of none. */
const struct name_entry *names_find(const struct names *names, struct text schema, struct text name, size_t *ret_count);

/* The object of a kind and a name without schema, or NAME_NONE. */
long names_find_bare(const struct names *names, enum kind kind, struct text name);

/* The relation or type that a dotted path names: what has columns. NAME_NONE when there is none. */
long names_find_columns(const struct names *names, struct text path);

/* Whether an expression names something that may come after tables: functions, operators, other tables. */
bool names_must_wait(const struct names *names, struct text expression);

#endif
