/* sources/odbc/odbc_worker.h - the thread that calls the driver, and the wait for it that always ends.
 *
 * A task is laid on the desk, and the thread does it. Whoever waits longer than it wants to gives the thread up: it
 * keeps the desk, ends the connection when the driver comes back, and frees everything itself. How many such threads
 * there may be is limited, also for one reference: beyond that no new one is begun.
 * Threads: a worker belongs to one thread at a time.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_WORKER_H
#define DRIFTLINE_SOURCES_ODBC_WORKER_H

#include "sources/odbc/odbc_desk.h"

struct odbc_worker;

/* `ref` says for what; it is not kept. ERROR_TIMEOUT: too many that were given up have not come back. */
enum error_code odbc_worker_start(struct odbc_worker **ret_worker, const char *ref, struct error *error) MUST_CHECK;

/* The desk, between tasks. */
struct odbc_desk *odbc_worker_desk(struct odbc_worker *worker);

/* Have a task done. False: it was not within so many milliseconds, and the worker is given up: it does not exist any
 * more for the caller. */
bool odbc_worker_do(struct odbc_worker *worker, enum odbc_task task, unsigned milliseconds) MUST_CHECK;

/* Disconnect and end the thread, or give it up. NULL is fine. */
void odbc_worker_end(struct odbc_worker *worker, unsigned milliseconds);

/* How many were given up and have not come back. */
unsigned odbc_worker_given_up(void);

#endif
