/* contract/contract_source.h - where the objects come from that contracts ask for.
 *
 * Ownership: what is found lives in the arena that is given.
 */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_SOURCE_H
#define DRIFTLINE_CONTRACT_CONTRACT_SOURCE_H

#include "base/compiler.h"
#include "base/error.h"
#include "schema/object.h"
#include "schema/snapshot.h"

/* Where objects come from. */
struct contract_source {
    /* The object of a kind and displayed path, with all its aspects and parts. ERROR_NOT_FOUND when there is none. */
    enum error_code (*find)(void *context, enum kind kind, struct text path, struct arena *arena,
                            struct object *ret_object, struct error *error);
    /* Up to `limit` paths of that kind that look like `path`, nearest first; may be NULL: no hints. */
    enum error_code (*near)(void *context, enum kind kind, struct text path, struct arena *arena,
                            struct text *ret_paths, size_t limit, size_t *ret_count, struct error *error);
    void *context;
    struct text engine; /* that spells the types */
    const struct coverage_gap *gaps;
    uint32_t gap_count;
};

/* How far away a name is that may be meant; SIZE_MAX: too far. */
size_t contract_name_distance(struct text wanted, struct text name);

/* A snapshot in memory as a source, with hints. */
struct contract_source contract_source_of(const struct snapshot *snapshot);

#endif
