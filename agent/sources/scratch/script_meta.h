/* sources/scratch/script_meta.h - what a scratch database cannot be asked: commands to psql, and statements that would
 * make the server speak with others. For script.c. */
#ifndef DRIFTLINE_SOURCES_SCRATCH_SCRIPT_META_H
#define DRIFTLINE_SOURCES_SCRATCH_SCRIPT_META_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

/* A command to psql: passed over when it only changes how things are shown, else ERROR_QUERY. */
enum error_code script_meta_check(struct text command, struct error *error) MUST_CHECK;

/* A subscription connects to the server that publishes, makes a slot there, and drops it with itself: what is only
 * tried must not. Everything else may be run. */
enum error_code script_statement_check(struct text statement, struct error *error) MUST_CHECK;

/* Whether a statement begins or ends a transaction, or a part of one: nothing may be put around it. */
bool script_is_control(struct text statement);

#endif
