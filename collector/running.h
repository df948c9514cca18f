/* collector/running.h - the collector as a service: everything started in order, watched, and stopped in order.
 *
 * Signals are blocked first, before any thread exists. Then the store, the keys, the first token, the door, the core
 * and the HTTP API; only then systemd hears that it is ready. SIGHUP reads the configuration again: what can change
 * does so, and the log names what cannot. The folder of contracts is looked at every second. SIGTERM and SIGINT end it
 * within two seconds.
 */
#ifndef DRIFTLINE_COLLECTOR_RUNNING_H
#define DRIFTLINE_COLLECTOR_RUNNING_H

#include "collector/settings.h"

/* Run until a signal, or a failure that the process must end with. Answers that failure. */
enum error_code running_run(const struct collector_settings *settings, struct error *error) MUST_CHECK;

#endif
