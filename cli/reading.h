/* cli/reading.h - read the snapshots a command needs: one, or two at the same time.
 *
 * Sources are independent, so that comparing two databases takes the time of the slower one.
 */
#ifndef DRIFTLINE_CLI_READING_H
#define DRIFTLINE_CLI_READING_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "cli/ref.h"
#include "schema/snapshot.h"

enum { READING_LIMIT = 2 };

struct reading {
    const char *reference;
    const char *label;         /* "from", for the progress line and messages */
    struct snapshot *snapshot; /* out: the caller's to free */
};

/* Read all (at most READING_LIMIT), or none: a failure leaves no snapshot behind. When both fail the message says both.
 */
enum error_code reading_run(struct reading *readings, size_t count, const struct ref_settings *settings,
                            struct error *error) MUST_CHECK;

#endif
