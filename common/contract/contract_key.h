/* contract/contract_key.h - which parts of a table serve a contract as a key or as an index.
 *
 * Only what serves all rows counts: not an index with a predicate, none that is not valid, no key over periods.
 */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_KEY_H
#define DRIFTLINE_CONTRACT_CONTRACT_KEY_H

#include "contract/contract.h"
#include "schema/object.h"

enum contract_service { CONTRACT_SERVES_NOTHING, CONTRACT_SERVES_AS_INDEX, CONTRACT_SERVES_AS_KEY };

/* What a part can serve as; a key is an index, too. */
enum contract_service contract_service_of(const struct part *part);

/* The column of an item of `columns`, without what SQLite says of its order. */
struct text contract_key_column(const struct object *object, struct text item);

/* Whether the object has a key on exactly these columns, or an index that begins with them. */
bool contract_key_find(const struct object *object, const struct contract_columns *wanted, bool must_be_unique);

#endif
