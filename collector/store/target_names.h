/* store/target_names.h - names that somebody wrote: whether there is such a thing, and what may have been meant.
 *
 * A list of what there is of a name has nothing in it both when there is nothing and when the name is wrong. Who finds
 * nothing asks here, so that the second does not look like the first.
 */
#ifndef DRIFTLINE_STORE_TARGET_NAMES_H
#define DRIFTLINE_STORE_TARGET_NAMES_H

#include "store/targets.h"

/* Whether there are targets of these names, of which empty ones are any. ERROR_NOT_FOUND names the first part that is
 * wrong, the database before the environment before the instance, with what is nearest as hint. */
enum error_code target_names_check(struct database *database, const struct target_filter *names, struct arena *arena,
                                   struct error *error) MUST_CHECK;

/* The same for names of which there are no targets: it always fails. */
enum error_code target_names_unknown(struct database *database, const struct target_filter *names, struct arena *arena,
                                     struct error *error) MUST_CHECK;

/* Fails with ERROR_NOT_FOUND for a target that is not there, with near names as hint. */
enum error_code target_names_not_found(struct database *database, const struct target_name *name, struct arena *arena,
                                       struct error *error) MUST_CHECK;

#endif
