/* contract/contract_type.h - whether a type is as a contract wants it.
 *
 * Types are judged by their names as the servers write them, PostgreSQL's or those of an SQLite declaration: two ways
 * to write one type are the same type. A domain, an enum or another type of the database's own is of no family, and is
 * at least itself only. docs/reference/contracts.md lists the families.
 */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_TYPE_H
#define DRIFTLINE_CONTRACT_CONTRACT_TYPE_H

#include "base/buffer.h"
#include "contract/contract.h"

/* The families of types, for messages and documentation; NULL after the last. */
const char *contract_family(size_t number);

/* The types of a family as a sentence has them: "smallint, integer, bigint …". */
const char *contract_family_types(size_t number);

/* Whether a type as a server writes it is of a family. */
bool contract_type_is_of(struct text type, struct text family);

/* Whether something is asked of a type at all. */
bool contract_type_asks(const struct contract_type *wanted);

/* Whether an annotation of Python can hold what is wanted: sizes are not declared, so they are no reason against it. */
bool contract_type_is_held(const struct contract_type *wanted, struct text annotation);

/* Whether a type is as wanted; else what is required is appended: "at least bigint is required". */
bool contract_type_check(const struct contract_type *wanted, struct text type, struct buffer *ret_required);

#endif
