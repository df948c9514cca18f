/* contract/contract_check.h - whether a snapshot keeps a contract, requirement by requirement.
 *
 * Only the objects that a contract names are looked at: where they come from is the caller's, a snapshot in memory or
 * nodes in a store. What could not be read is not violated and not kept: it is unknown.
 */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_CHECK_H
#define DRIFTLINE_CONTRACT_CONTRACT_CHECK_H

#include "base/compiler.h"
#include "base/error.h"
#include "contract/contract.h"
#include "contract/contract_type.h"
#include "schema/object.h"
#include "schema/snapshot.h"

enum contract_state { CONTRACT_HOLDS, CONTRACT_VIOLATED, CONTRACT_UNKNOWN, CONTRACT_STATE_COUNT };

/* "holds", "violated", "unknown" */
const char *contract_state_name(enum contract_state state);

/* Where objects come from. */
struct contract_source {
    /* The object of a kind and displayed path, with all its aspects and parts. ERROR_NOT_FOUND when there is none. */
    enum error_code (*find)(void *context, enum kind kind, struct text path, struct arena *arena,
                            struct object *ret_object, struct error *error);
    /* Up to `limit` paths of that kind that look like `path`, nearest first; may be NULL: no hints. */
    enum error_code (*near)(void *context, enum kind kind, struct text path, struct arena *arena,
                            struct text *ret_paths, size_t limit, size_t *ret_count, struct error *error);
    void *context;
    const struct coverage_gap *gaps;
    uint32_t gap_count;
};

/* Something that is not as required, or not known. */
struct contract_finding {
    const struct contract *contract;
    const struct contract_requirement *requirement;
    enum contract_state state; /* violated or unknown */
    enum kind kind;            /* of the part, or of the object itself */
    struct text object;        /* its displayed path: "shop.orders.total" */
    struct text owner;         /* of the requirement's object */
    struct text message;       /* "column shop.orders.total has the type integer, at least bigint is required" */
    unsigned line;             /* in contract->file */
};

struct contract_result {
    enum contract_state state; /* violated before unknown before holds */
    struct contract_finding *findings;
    size_t count;
};

enum error_code contract_check(struct contract_result *ret_result, const struct contract *contract,
                               const struct contract_source *source, struct arena *arena,
                               struct error *error) MUST_CHECK;

/* A snapshot in memory as a source, with hints. */
struct contract_source contract_source_of(const struct snapshot *snapshot);

#endif
