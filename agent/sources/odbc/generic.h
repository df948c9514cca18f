/* sources/odbc/generic.h - the schema of any database, by nothing but ODBC's catalogue functions.
 *
 * What these functions cannot tell, and what a driver does not offer or fails at, is in the coverage list: see
 * docs/reference/odbc-generic.md.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_GENERIC_H
#define DRIFTLINE_SOURCES_ODBC_GENERIC_H

#include "sources/odbc/dialect.h"

/* The function `load` of the generic dialect. When it was disturbed it brings only a part, and that is no error. */
enum error_code odbc_generic_load(struct odbc_connection *connection, struct odbc_sink *sink, bool *disturbed,
                                  struct error *error) MUST_CHECK;

#endif
