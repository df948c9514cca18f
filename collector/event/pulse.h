/* event/pulse.h - tells those who wait for events that there are new ones.
 *
 * The core beats after each commit that wrote an event; everybody who follows the log has an eventfd of his own, which
 * becomes readable. Nothing is handed over: who wakes reads the store from where he was. So a slow listener costs
 * nothing, and a missed beat is only one that came while he was awake.
 *
 * Threads: any.
 */
#ifndef DRIFTLINE_EVENT_PULSE_H
#define DRIFTLINE_EVENT_PULSE_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"

struct pulse;

enum error_code pulse_new(struct pulse **ret_pulse, struct error *error) MUST_CHECK;
void pulse_free(struct pulse *pulse); /* NULL is fine; nobody may listen any more */

/* The last event that was committed. Beating with the number of before does nothing. Never blocks. */
void pulse_beat(struct pulse *pulse, int64_t last_event);
int64_t pulse_last(struct pulse *pulse);

/* A descriptor that becomes readable at each beat, and is so at first; the listener reads it empty. It belongs to the
 * pulse until pulse_leave(). */
enum error_code pulse_listen(struct pulse *pulse, int *ret_file, struct error *error) MUST_CHECK;
void pulse_leave(struct pulse *pulse, int file);

#endif
