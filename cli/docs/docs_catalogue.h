/* docs/docs_catalogue.h - a snapshot as documentation needs it: every object once, by schema, and where it is
 * described.
 *
 * Ownership: everything lives in the arena that it was made with, and points into the snapshot; only
 * docs_catalogue_clear() is needed besides.
 */
#ifndef DRIFTLINE_DOCS_DOCS_CATALOGUE_H
#define DRIFTLINE_DOCS_DOCS_CATALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "schema/object_list.h"
#include "schema/snapshot.h"
#include "schema/statistics.h"

#define DOCS_NOWHERE UINT32_MAX /* no object */

struct docs_item {
    enum kind kind;
    struct text path; /* dotted, as displayed */
    struct text name; /* the same without the schema */
    const struct trie_entry *entry;
    const struct object *object;
    uint32_t schema;    /* its number in `schemas` */
    struct text page;   /* from the folder of all pages: "schemas/shop/tables/orders.md" */
    struct text anchor; /* where on the page; empty: the page is about nothing else */
};

struct docs_schema {
    struct text name;    /* empty: of what lives in no schema */
    struct text folder;  /* "schemas/shop/"; empty where there is no name */
    struct text page;    /* "schemas/shop/index.md", or "database.md" */
    uint32_t item;       /* the schema itself, or DOCS_NOWHERE: the snapshot lists no such object */
    uint32_t *items;     /* numbers of what lives in it, in the order of `items` */
    uint32_t item_count; /* without the schema itself */
};

struct docs_catalogue {
    const struct snapshot *snapshot;
    struct hasher *hasher;
    struct object_list list;
    struct statistics statistics;
    struct docs_item *items; /* one for each of `list` */
    uint32_t item_count;
    struct docs_schema *schemas; /* as in `statistics` */
    uint32_t schema_count;
};

enum error_code docs_catalogue_make(struct docs_catalogue *ret_catalogue, const struct snapshot *snapshot,
                                    struct arena *arena, struct error *error) MUST_CHECK;
void docs_catalogue_clear(struct docs_catalogue *catalogue);

/* The schemas as people read them: by name, what is in no schema last. */
const struct docs_schema *docs_schema_in_order(const struct docs_catalogue *catalogue, uint32_t number);

/* Whether every object of a kind has a page of its own. */
bool docs_kind_has_page(enum kind kind);
bool docs_kind_is_type(enum kind kind);
bool docs_kind_is_routine(enum kind kind);
bool docs_kind_is_relation(enum kind kind); /* it has columns and can be selected from */

/* The number of the object of a kind and dotted path, or DOCS_NOWHERE. */
uint32_t docs_find(const struct docs_catalogue *catalogue, enum kind kind, struct text path);

/* The same of whatever relation has that path. */
uint32_t docs_find_relation(const struct docs_catalogue *catalogue, struct text path);

/* What a dotted path leads to that somebody else wrote: the object of the kind, or that whose part it is. */
uint32_t docs_find_owner(const struct docs_catalogue *catalogue, enum kind kind, struct text path);

struct text docs_attribute(const struct docs_item *item, const char *name);

/* How many parts of a kind an object has. */
uint32_t docs_part_count(const struct docs_item *item, enum kind kind);

/* Whether it is a part of a partitioned table, which repeats what that one has. */
bool docs_is_partition(const struct docs_item *item);

#endif
