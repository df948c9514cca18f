/* cli/planted_source.h - whether `--source` is the database that the agent watches: asked before anything is made in
 * it. For planted.c only. */
#ifndef DRIFTLINE_CLI_PLANTED_SOURCE_H
#define DRIFTLINE_CLI_PLANTED_SOURCE_H

#include "cli/command.h"

/* Read the schema of `--source`, and compare it with the newest snapshot of the target of `--planted-drift`. The same
 * root says yes; where one of the two could not read everything, so does that no difference is seen. `ret_is_same`:
 * else `error` says what is wrong and what to do. A failure means that it could not be found out. */
enum error_code planted_source_check(const struct call *call, bool *ret_is_same, struct error *error) MUST_CHECK;

#endif
