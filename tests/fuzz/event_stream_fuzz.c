/* Server-Sent Events of a server that may be any: whatever the bytes, and however they are cut, the same events come of
 * them. The first byte says how they are cut. */
#include <stdlib.h>

#include "cli/event_stream.h"
#include "fuzz.h"

static enum error_code collect(void *context, const struct received_event *event, struct error *error)
{
    struct buffer *seen = context;

    (void)error;
    buffer_printf(seen, "%lld/", (long long)event->id);
    buffer_add_text(seen, event->type);
    buffer_add_byte(seen, '/');
    buffer_add_text(seen, event->data);
    buffer_add_byte(seen, '|');
    return ERROR_NONE;
}

static void read_in_steps(struct text bytes, size_t step, struct buffer *seen)
{
    CLEANUP(event_stream_clear) struct event_stream stream;
    struct error error = {0};

    event_stream_init(&stream, -1, collect, seen);
    for (size_t place = 0; place < bytes.length; place += step) {
        struct text part = {bytes.bytes + place, bytes.length - place < step ? bytes.length - place : step};

        if (event_stream_feed(&stream, part, &error) != ERROR_NONE)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(buffer_clear) struct buffer whole = {0}, cut = {0};
    struct text bytes = {(const char *)data + 1, size == 0 ? 0 : size - 1};

    if (size < 2)
        return 0;
    read_in_steps(bytes, bytes.length, &whole);
    read_in_steps(bytes, (size_t)data[0] + 1, &cut);
    if (!text_equal(buffer_text(&whole), buffer_text(&cut)))
        abort();
    return 0;
}
