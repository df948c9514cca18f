/* cli/hook.h - programs that the configuration runs before and after something was generated.
 *
 * No shell: a list of the program and its arguments, found in PATH. It runs in the folder of the configuration file,
 * with our environment but for the token of the collector, and facts of ours beside it. It reads nothing; what it
 * writes goes to standard error, since standard output is the command's own.
 *
 * Failure: a program that cannot be run is ERROR_NOT_FOUND, one that ends with another status than 0, or by a signal,
 * is ERROR_REFUSED, one that takes longer than HOOK_TIMEOUT_MS is killed and ERROR_TIMEOUT.
 */
#ifndef DRIFTLINE_CLI_HOOK_H
#define DRIFTLINE_CLI_HOOK_H

#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum { HOOK_TIMEOUT_MS = 10 * 60 * 1000, HOOK_FACTS_LIMIT = 16 };

struct hook {
    const char *const *arguments;        /* the program first */
    size_t count;                        /* 0: there is none, and nothing happens */
    struct text folder;                  /* empty: the current one */
    const char *facts[HOOK_FACTS_LIMIT]; /* "DRIFTLINE_NAME=value"; NULL ends */
};

/* Run it and wait for its end. */
enum error_code hook_run(const struct hook *hook, struct arena *arena, struct error *error) MUST_CHECK;

#endif
