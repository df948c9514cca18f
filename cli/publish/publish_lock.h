/* publish/publish_lock.h - one publisher of an entry at a time on one machine.
 *
 * A lock on a file in XDG_RUNTIME_DIR, or in a folder of the user's own below TMPDIR. It goes with the process.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_LOCK_H
#define DRIFTLINE_PUBLISH_PUBLISH_LOCK_H

#include "publish/publish_host.h"

/* Wait for it as long as the opening allows; then it is ERROR_TIMEOUT. */
enum error_code publish_lock_take(int *ret_lock, const struct publish_opening *opening, struct error *error) MUST_CHECK;

/* -1 is fine. */
void publish_lock_release(int *lock);

#endif
