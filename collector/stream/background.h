/* stream/background.h - threads that give way to those that record.
 *
 * Following the log is work for others: when the machine is busy, what agents wait for comes first.
 */
#ifndef DRIFTLINE_STREAM_BACKGROUND_H
#define DRIFTLINE_STREAM_BACKGROUND_H

/* The calling thread, and threads that it will start, give way from now on. That it cannot be had is no failure. */
void background_give_way(void);

#endif
