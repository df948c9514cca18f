/* cli/progress.h - a line on the terminal that tells how far the reading of one or two schemas has come.
 *
 * It appears on standard error when that is a terminal and reading takes more than a second, and vanishes at the end.
 * Threads: progress_report() is called by the threads that read, everything else by the one that shows.
 */
#ifndef DRIFTLINE_CLI_PROGRESS_H
#define DRIFTLINE_CLI_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* What one reading has reported. */
struct progress_side {
    const char *label; /* "from" */
    atomic_uint done;  /* of total steps; total is 0 until something is known */
    atomic_uint total;
    atomic_ulong rows;
    atomic_bool finished;
};

struct progress {
    struct progress_side *sides;
    size_t count;
    int64_t started; /* by clock_elapsed() */
    bool visible;
};

/* The callback for source_settings; the context is a struct progress_side. */
void progress_report(void *context, unsigned done, unsigned total, unsigned long rows);

/* The line as it is now, without control characters, in at most `width` columns. */
void progress_write(struct buffer *buffer, const struct progress *progress, int64_t now, size_t width);

/* Draw or redraw, once a second has passed. */
void progress_show(struct progress *progress);

/* Take the line away. */
void progress_hide(struct progress *progress);

#endif
