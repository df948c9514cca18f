/* codegen/naming.h - the names that things have in code, when several want the same.
 *
 * Each thing (a table, an enum, a column) claims a base with one or more endings: `Order` for `OrderRow` and
 * `OrderInsert`. When several claims make one name, one may keep it: the only one that the user named, or else that is
 * called so in the database to the letter, or else whose name there is of the plain sort (small letters, digits, `_`).
 * All others take their next candidate, such as that with the schema in front; when there is none left, a part of the
 * SHA-256 of what they are called in the database is added. What comes out depends on the set of claims only, never on
 * their order.
 */
#ifndef DRIFTLINE_CODEGEN_NAMING_H
#define DRIFTLINE_CODEGEN_NAMING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "codegen/language.h"

enum { CLAIM_CANDIDATES = 3, CLAIM_ENDINGS = 2 };

struct claim {
    struct text identity;                     /* what tells it from all others: "table public.orders" */
    struct text called;                       /* its own name in the database: "orders" */
    struct text candidates[CLAIM_CANDIDATES]; /* bases, the best first; those that are empty do not count */
    struct text endings[CLAIM_ENDINGS];
    unsigned ending_count; /* at least 1 */
    bool is_fixed;         /* the user chose the name: others give way */
    bool is_type;
    bool moves; /* while it is settled */
    /* out */
    unsigned stage; /* 0: it has what it wanted first */
    struct text names[CLAIM_ENDINGS];
};

/* Settle all claims of one space. Two fixed claims of one name are ERROR_CONFIG. */
enum error_code naming_settle(struct claim *claims, size_t count, const struct language *language, struct arena *arena,
                              struct error *error) MUST_CHECK;

/* A name of the database by a rule, still without looking whether it is reserved; never empty. */
enum error_code naming_make(struct text *ret_name, const struct name_rule *rule, const struct language *language,
                            struct text name, struct arena *arena, struct error *error) MUST_CHECK;

#endif
