#include "cli/progress.h"

#include <unistd.h>

#include "base/clock.h"
#include "cli/terminal.h"

enum { BAR_COLUMNS = 20, PATIENCE_MICROSECONDS = 1000000 };

void progress_report(void *context, unsigned done, unsigned total, unsigned long rows)
{
    struct progress_side *side = context;

    atomic_store(&side->total, total);
    atomic_store(&side->done, done);
    atomic_store(&side->rows, rows);
}

static void write_bar(struct buffer *buffer, unsigned done, unsigned total)
{
    unsigned filled = done >= total ? BAR_COLUMNS : (unsigned)((uint64_t)done * BAR_COLUMNS / total);

    buffer_add_byte(buffer, '[');
    for (unsigned i = 0; i < BAR_COLUMNS; i++)
        buffer_add_byte(buffer, i < filled ? '#' : '.');
    buffer_printf(buffer, "] %u/%u", done, total);
}

static void write_side(struct buffer *buffer, struct progress_side *side)
{
    unsigned total = atomic_load(&side->total);
    unsigned done = atomic_load(&side->done);
    unsigned long rows = atomic_load(&side->rows);

    buffer_printf(buffer, "%s ", side->label);
    if (atomic_load(&side->finished))
        buffer_add_string(buffer, "done");
    else if (total == 0)
        buffer_add_string(buffer, "...");
    else
        write_bar(buffer, done, total);
    if (rows > 0)
        buffer_printf(buffer, " %lu rows", rows);
    buffer_add_string(buffer, "  ");
}

void progress_write(struct buffer *buffer, const struct progress *progress, int64_t now, size_t width)
{
    size_t start = buffer->length;

    for (size_t i = 0; i < progress->count; i++)
        write_side(buffer, &progress->sides[i]);
    buffer_printf(buffer, "%lld s", (long long)((now - progress->started) / 1000000));
    if (!buffer->failed && buffer->length - start > width)
        buffer->length = start + width; /* a line that wraps could not be taken away again */
}

/* Nothing depends on whether these bytes arrive. */
static void write_error_output(const char *bytes, size_t length)
{
    ssize_t ignored = write(STDERR_FILENO, bytes, length);

    (void)ignored;
}

void progress_show(struct progress *progress)
{
    int64_t now = clock_elapsed();
    size_t width = terminal_width(STDERR_FILENO);
    struct buffer line;

    if (now - progress->started < PATIENCE_MICROSECONDS)
        return;
    buffer_init(&line);
    buffer_add_string(&line, "\r\033[K");
    progress_write(&line, progress, now, width > 1 ? width - 1 : 79);
    if (!line.failed) {
        write_error_output(line.bytes, line.length);
        progress->visible = true;
    }
    buffer_clear(&line);
}

void progress_hide(struct progress *progress)
{
    if (progress->visible)
        write_error_output("\r\033[K", 4);
    progress->visible = false;
}
