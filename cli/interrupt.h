/* cli/interrupt.h - Ctrl-C, for commands that run until somebody has seen enough, or that must clean up first.
 *
 * Threads: the main one.
 */
#ifndef DRIFTLINE_CLI_INTERRUPT_H
#define DRIFTLINE_CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP are only noted. */
void interrupt_catch(void);

/* Whether one of them came. */
bool interrupt_came(void);

/* Forget that one came: what is cleaned up must not be given up for it. */
void interrupt_forget(void);

/* Sleep, but no longer than until one comes. */
void interrupt_sleep(unsigned milliseconds);

#endif
