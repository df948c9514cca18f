/* cli/planted.h - proves the whole way from a statement in a database to a message at a sink, and back.
 *
 * An empty table is made where the user says so, and everything that must come of it is waited for; then it is dropped,
 * and that is followed, too. Whatever happens in between (Ctrl-C, a failure), it is dropped, or it is told that it
 * could not be.
 */
#ifndef DRIFTLINE_CLI_PLANTED_H
#define DRIFTLINE_CLI_PLANTED_H

#include "cli/doctor.h"

/* Whether the options of a call make sense, before anything is done. */
enum error_code planted_check(const struct call *call, struct error *error) MUST_CHECK;

/* As the settings of the call say. What does not come is told as a failed check; an error is what makes no sense on the
 * command line. */
enum error_code planted_run(struct doctor *doctor, struct error *error) MUST_CHECK;

#endif
