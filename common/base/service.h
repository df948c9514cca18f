/* base/service.h - what a long-running program owes the system it runs on: signals, and words to systemd.
 *
 * Signals are blocked in service_open(), before any thread exists, and read from a descriptor that the main loop polls.
 * systemd is told through the socket that NOTIFY_SOCKET names; where there is none, nothing is said. Its library is not
 * linked: the protocol is one datagram.
 */
#ifndef DRIFTLINE_BASE_SERVICE_H
#define DRIFTLINE_BASE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"

enum service_signal {
    SERVICE_NOTHING,
    SERVICE_STOP,   /* SIGTERM, SIGINT */
    SERVICE_RELOAD, /* SIGHUP */
    SERVICE_NOW     /* SIGUSR1: look now */
};

struct service {
    int signals;           /* for poll(); -1: not open */
    int notify;            /* -1: nobody to tell */
    int64_t watchdog_us;   /* how often systemd wants to hear; 0: not at all */
    int64_t watchdog_last; /* by clock_elapsed() */
};

/* Lead the standard files that are closed to /dev/null: a file opened on descriptor 1 would be written into as if it
 * were standard output. The first thing a program does. */
void service_open_standard_files(void);

/* Block the signals above, ignore SIGPIPE, and open the descriptors. */
enum error_code service_open(struct service *service, struct error *error) MUST_CHECK;
void service_close(struct service *service);

/* The next signal that came, or SERVICE_NOTHING. Never waits. */
enum service_signal service_next(struct service *service);

/* Tell systemd. `status` is one line for `systemctl status`, NULL: none. */
void service_ready(struct service *service, const char *status);
void service_reloading(struct service *service);
void service_stopping(struct service *service);

/* Keep the watchdog quiet: call often; says something only when half its interval has passed. */
void service_alive(struct service *service);

#endif
