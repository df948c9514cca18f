/* store/garbage.h - a note in the store that there may be nodes to which nothing leads any more.
 *
 * Who takes away what leads to nodes says so in the same transaction; retention sweeps only when somebody did. Used
 * only in this folder.
 */
#ifndef DRIFTLINE_STORE_GARBAGE_H
#define DRIFTLINE_STORE_GARBAGE_H

#include "storage/database.h"

/* There may be more of it now. */
enum error_code garbage_made(struct database *database, struct error *error) MUST_CHECK;

/* How often somebody said so; 0: the last sweep found all. */
enum error_code garbage_count(struct database *database, int64_t *ret_count, struct error *error) MUST_CHECK;

/* All of what was said up to this count was swept. Says nothing when more was said since. */
enum error_code garbage_swept(struct database *database, int64_t count, struct error *error) MUST_CHECK;

#endif
