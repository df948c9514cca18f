/* sources/odbc/odbc_url.h - mysql://… and sqlserver://… taken apart. Belongs to odbc_string.c. */
#ifndef DRIFTLINE_SOURCES_ODBC_URL_H
#define DRIFTLINE_SOURCES_ODBC_URL_H

#include "sources/odbc/odbc_string.h"

/* `rest` is what follows `scheme://`. Fills the parts of `target`, each decoded, and its pairs with the query's. An `@`
 * or `/` that could be part of a password is refused, like all that is malformed: ERROR_USAGE. */
enum error_code odbc_url_parse(struct odbc_target *target, struct text rest, struct arena *arena,
                               struct error *error) MUST_CHECK;

#endif
