/* collector/first_token.h - the token with which everything begins.
 *
 * A store without a token of the rights `admin` gets one, named `admin`, and its secret is written to DATA/admin.token
 * (mode 0600): on disk before the token is valid, so that a crash in between leaves a file that the next start
 * replaces, never a token that nobody knows.
 */
#ifndef DRIFTLINE_COLLECTOR_FIRST_TOKEN_H
#define DRIFTLINE_COLLECTOR_FIRST_TOKEN_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "storage/database.h"

/* Make it unless there is one; `ret_made` says whether. `database` is the writer, outside a transaction. */
enum error_code first_token_make(struct database *database, const char *folder, bool *ret_made,
                                 struct error *error) MUST_CHECK;

#endif
