/* docs/docs_references.h - which objects refer to which: by foreign keys, parents, types, triggers, and what
 * definitions speak of.
 *
 * Each definition is read once, whatever the number of objects. Everything lives in the arena.
 */
#ifndef DRIFTLINE_DOCS_DOCS_REFERENCES_H
#define DRIFTLINE_DOCS_DOCS_REFERENCES_H

#include "docs/docs_catalogue.h"

enum docs_bond {
    BOND_FOREIGN_KEY,
    BOND_PARENT,     /* partition of, or inherits */
    BOND_OWNED,      /* a sequence of a column */
    BOND_TYPE,       /* a column, argument or result has this type */
    BOND_TRIGGER,    /* a trigger calls it */
    BOND_DEFINITION, /* a definition names it */
    BOND_COUNT
};

struct docs_reference {
    uint32_t from; /* numbers of items */
    uint32_t to;
    enum docs_bond bond;
    const struct part *part; /* of `from`; NULL: the object itself */
};

/* A stretch of references that have one object in common. */
struct docs_bonds {
    const struct docs_reference *items;
    uint32_t count;
};

struct docs_references {
    struct docs_reference *outgoing; /* in the order of what refers */
    struct docs_reference *incoming; /* in the order of what is referred to, then of what refers */
    uint32_t *outgoing_of;           /* where those of an item begin; one more than there are items */
    uint32_t *incoming_of;
    uint32_t count;
};

enum error_code docs_references_make(struct docs_references *ret_references, const struct docs_catalogue *catalogue,
                                     struct arena *arena, struct error *error) MUST_CHECK;

struct docs_bonds docs_bonds_from(const struct docs_references *references, uint32_t item);
struct docs_bonds docs_bonds_to(const struct docs_references *references, uint32_t item);

/* How many of a sort there are. */
uint32_t docs_bonds_count(struct docs_bonds bonds, enum docs_bond bond);

#endif
