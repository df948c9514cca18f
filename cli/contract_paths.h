/* cli/contract_paths.h - contracts out of the files and folders that a command line names. */
#ifndef DRIFTLINE_CLI_CONTRACT_PATHS_H
#define DRIFTLINE_CLI_CONTRACT_PATHS_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "contract/contract_set.h"

/* All of them as one set, which lives in the arena. Whatever is wrong with one is ERROR_CONFIG. */
enum error_code contract_paths_read(struct contract_set *ret_set, const char *const *paths, size_t count,
                                    struct arena *arena, struct error *error) MUST_CHECK;

#endif
