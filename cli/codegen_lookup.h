/* cli/codegen_lookup.h - the rows of lookup tables that become enums.
 *
 * Rows are in no snapshot: the reference must be a live database of a source that can read them. Only tables and
 * columns that the snapshot has are read. The order of what is found is that of the values, so that the server's does
 * not count.
 */
#ifndef DRIFTLINE_CLI_CODEGEN_LOOKUP_H
#define DRIFTLINE_CLI_CODEGEN_LOOKUP_H

#include "cli/command.h"
#include "codegen/code_model.h"

/* Read the rows of every lookup of the options; they live in the arena of the call. `ret_number` is the one that is to
 * blame for a failure. */
enum error_code codegen_lookup_read(struct lookup_rows **ret_rows, const struct call *call, const char *ref,
                                    const struct snapshot *snapshot, const struct codegen_options *options,
                                    size_t *ret_number, struct error *error) MUST_CHECK;

#endif
