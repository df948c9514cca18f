/* lint/type_name.h - a type in a statement, written as the server writes it: `varchar(10)` is "character varying(10)".
 */
#ifndef DRIFTLINE_LINT_TYPE_NAME_H
#define DRIFTLINE_LINT_TYPE_NAME_H

#include <stdbool.h>

#include <jansson.h>

#include "base/buffer.h"
#include "lint/world.h"

/* Append the type of a TypeName, of the node or its body. A serial is the integer of its numbers, and `ret_serial`
 * says so; NULL: nobody asks. A type of the database's own has its schema, as far as the world knows it. */
void type_name_write(struct buffer *output, struct world *world, const json_t *type, bool *ret_serial);

#endif
