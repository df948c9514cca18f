/* recreate/bases.h - what a table has from others: from parents, from the table of which it is a partition, from the
 * type that it is made of. It says which columns the statement leaves out because they come by themselves. */
#ifndef DRIFTLINE_RECREATE_BASES_H
#define DRIFTLINE_RECREATE_BASES_H

#include "recreate/making.h"

enum base_form {
    BASE_NONE,
    BASE_PARENTS,   /* INHERITS (…) */
    BASE_ADOPTED,   /* a table of its own, then ALTER TABLE … INHERIT */
    BASE_PARTITION, /* PARTITION OF */
    BASE_ATTACHED,  /* a table of its own, then ALTER TABLE … ATTACH PARTITION */
    BASE_TYPE       /* OF type */
};

struct bases {
    enum base_form form;
    const struct attribute *parents; /* their paths; of a partition and a typed table one */
    const struct object **objects;   /* those that are known */
    uint32_t count;
};

/* How deep partitions of partitions are followed; a snapshot that was tampered with may go round in circles. */
enum { PARTITION_DEPTH_MAX = 64 };

/* The table of which this one is a partition, or NAME_NONE. */
long bases_above(const struct making *making, uint32_t object);

/* How the table comes by what it has from others. */
struct bases bases_find(struct making *making, const struct facts *facts);

/* Whether one of the first `count` bases has a column. */
bool bases_have(const struct bases *bases, uint32_t count, struct text name);

/* Whether a column comes by itself. */
bool bases_bring(const struct bases *bases, const struct part *column);

/* The attribute that a column of this name has in a base, or an empty text. */
struct text bases_value(const struct bases *bases, struct text column, const char *attribute);

#endif
