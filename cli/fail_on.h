/* cli/fail_on.h - the option `--fail-on`, and the exit status of a comparison under it. */
#ifndef DRIFTLINE_CLI_FAIL_ON_H
#define DRIFTLINE_CLI_FAIL_ON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drift/change.h"

/* `any`, the levels from low to critical, `none`; NULL from the end on. */
const char *fail_on_choice(size_t number);

/* Drift that counts decides; without it what is unknown never passes for equal. `fail_on` is the number of a choice;
 * `unknown` says that something was not compared. */
int fail_on_status(unsigned fail_on, const uint32_t summary[SEVERITY_COUNT], bool unknown);

#endif
