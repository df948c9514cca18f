/* contract/contract.h - what a consumer needs of a database, as its owner wrote it down.
 *
 * A contract names a database, those who read it, and what must hold: objects that are there, columns with their types,
 * keys, indexes, labels of enums, signatures of functions. Each requirement knows the line it stands in, so that
 * whatever is said of it names its place.
 *
 * Ownership: everything lives in the arena that it was read with.
 */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_H
#define DRIFTLINE_CONTRACT_CONTRACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/text.h"
#include "drift/change.h"
#include "schema/kind.h"

enum {
    CONTRACT_NAME_LIMIT = 128,
    CONTRACT_LIMIT = 10000,     /* contracts in one set */
    CONTRACT_LIST_LIMIT = 10000 /* entries of one list in a file */
};

/* How a type must be: each that is given. */
struct contract_type {
    struct text exact;
    const struct text *any_of;
    size_t any_count;
    struct text family;   /* "integer", "number", "text", "time", "boolean", "binary", "json", "uuid" */
    struct text at_least; /* every value of this type must fit */
};

enum contract_flag { CONTRACT_ANY, CONTRACT_YES, CONTRACT_NO };

struct contract_column {
    struct text name;
    struct contract_type type;
    enum contract_flag nullable;
    bool has_default; /* `default` was given: the text that the server writes */
    struct text value;
    enum contract_flag defaulted; /* `has_default: yes` or no, whatever it is */
    unsigned line;
};

struct contract_columns {
    const struct text *names;
    size_t count;
    unsigned line;
};

/* One object. */
struct contract_requirement {
    enum kind kind;   /* KIND_TABLE, KIND_VIEW, KIND_MATERIALIZED_VIEW, KIND_ENUM, KIND_FUNCTION */
    struct text path; /* as displayed: "shop.orders", "shop.total(integer, text)" */
    unsigned line;
    const struct contract_column *columns;
    size_t column_count;
    const struct contract_columns *keys; /* unique on exactly these columns, in any order: a primary key, a unique
                                            constraint, or a unique index of all rows */
    size_t key_count;
    const struct contract_columns *indexes; /* an index of all rows, primary key or unique
                                               constraint that begins with these columns, in this order */
    size_t index_count;
    const struct text *labels; /* of an enum: all of them are there */
    size_t label_count;
    struct contract_type returns; /* of a function */
};

struct contract {
    struct text name;
    struct text owner;
    const struct text *consumers;
    size_t consumer_count;
    struct text database;
    const struct text *environments; /* none: all */
    size_t environment_count;
    enum severity severity; /* of a drift that violates it; CRITICAL unless said */
    const struct contract_requirement *requirements;
    size_t requirement_count;
    struct text file; /* where it stands */
    unsigned line;
    unsigned column;
    struct hash fingerprint; /* of all that it says, without its place */
};

/* Sorted by name; names are unique. */
struct contract_set {
    const struct contract *contracts;
    size_t count;
    struct hash fingerprint; /* of all */
};

/* Whether a contract speaks of an environment. */
bool contract_has_environment(const struct contract *contract, struct text environment);

/* Whether a contract reads an object, by kind and path, whatever it says of it. */
bool contract_reads(const struct contract *contract, enum kind kind, struct text path);

/* Whether it reads this part of the object, or the object as a whole: a column that it does not name is nothing to it,
 * and a key or an index is something to it when it asks for any of that object. `owner` is the path of the object,
 * `object` that of the part, both as displayed. */
bool contract_reads_part(const struct contract *contract, enum kind object_kind, struct text owner, enum kind kind,
                         struct text object);

#endif
