/* cli/run.h - the built `driftline` as a child of a test.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_CLI_RUN_H
#define DRIFTLINE_TEST_CLI_RUN_H

#include <sys/types.h>

#include "base/arena.h"
#include "support/process.h"

/* The path of the program. */
const char *run_program(struct arena *arena);

/* Run it to its end. `arguments` ends with NULL and is without the program's own name. */
struct test_process run_driftline(const char *const *arguments, struct arena *arena);

/* Start it with standard output and error elsewhere, and wait for its exit status. */
pid_t run_start(const char *const *arguments, int output, int errors, struct arena *arena);
int run_wait(pid_t child);

#endif
