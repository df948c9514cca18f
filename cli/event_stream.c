#include "cli/event_stream.h"

#include <string.h>

enum { MOST_DIGITS = 18 };

static const char doing[] = "reading events";

void event_stream_init(struct event_stream *stream, int64_t id,
                       enum error_code (*take)(void *context, const struct received_event *event, struct error *error),
                       void *context)
{
    *stream = (struct event_stream){.take = take, .context = context, .id = id, .next_id = id};
    buffer_init(&stream->line);
    buffer_init(&stream->type);
    buffer_init(&stream->data);
}

void event_stream_clear(struct event_stream *stream)
{
    buffer_clear(&stream->line);
    buffer_clear(&stream->type);
    buffer_clear(&stream->data);
}

/* An empty line ends an event. */
static enum error_code end_event(struct event_stream *stream, struct error *error)
{
    struct received_event event = {.id = stream->next_id, .type = TEXT("message")};
    bool has_data = stream->has_data;
    enum error_code code = ERROR_NONE;

    if (buffer_check(&stream->data, error, doing) != ERROR_NONE ||
        buffer_check(&stream->type, error, doing) != ERROR_NONE)
        return error->code;
    event.data = buffer_text(&stream->data);
    if (stream->type.length > 0)
        event.type = buffer_text(&stream->type);
    stream->id = stream->next_id;
    if (has_data)
        code = stream->take(stream->context, &event, error);
    buffer_reset(&stream->data);
    buffer_reset(&stream->type);
    stream->has_data = false;
    return code;
}

static void take_id(struct event_stream *stream, struct text value)
{
    int64_t id = 0;

    if (value.length == 0 || value.length > MOST_DIGITS)
        return;
    for (size_t i = 0; i < value.length; i++) {
        if (value.bytes[i] < '0' || value.bytes[i] > '9')
            return;
        id = id * 10 + (value.bytes[i] - '0');
    }
    stream->next_id = id;
}

/* `name: value`, without the one blank behind the colon; a line without a colon is a name. */
static void take_field(struct event_stream *stream, struct text line)
{
    const char *colon = memchr(line.bytes, ':', line.length);
    struct text name = {line.bytes, colon == NULL ? line.length : (size_t)(colon - line.bytes)};
    struct text value = {line.bytes + line.length, 0};

    if (colon != NULL)
        value = (struct text){colon + 1, line.length - name.length - 1};
    if (value.length > 0 && value.bytes[0] == ' ')
        value = (struct text){value.bytes + 1, value.length - 1};
    if (text_equal(name, TEXT("data"))) {
        if (stream->has_data)
            buffer_add_byte(&stream->data, '\n');
        buffer_add_text(&stream->data, value);
        stream->has_data = true;
    } else if (text_equal(name, TEXT("event"))) {
        buffer_reset(&stream->type);
        buffer_add_text(&stream->type, value);
    } else if (text_equal(name, TEXT("id"))) {
        take_id(stream, value);
    }
}

static enum error_code end_line(struct event_stream *stream, struct error *error)
{
    if (buffer_check(&stream->line, error, doing) != ERROR_NONE)
        return error->code;
    if (stream->line.length == 0)
        return end_event(stream, error);
    take_field(stream, buffer_text(&stream->line));
    buffer_reset(&stream->line);
    return ERROR_NONE;
}

/* Bytes of one line, all but its end. */
static enum error_code add_to_line(struct event_stream *stream, struct text bytes, struct error *error)
{
    if (bytes.length > EVENT_STREAM_LIMIT - stream->line.length ||
        stream->line.length + bytes.length > EVENT_STREAM_LIMIT - stream->data.length)
        return error_set(error, ERROR_LIMIT, "an event is larger than %d bytes", EVENT_STREAM_LIMIT);
    buffer_add_text(&stream->line, bytes);
    return ERROR_NONE;
}

enum error_code event_stream_feed(struct event_stream *stream, struct text bytes, struct error *error)
{
    size_t place = 0;

    stream->heard = stream->heard || bytes.length > 0;
    while (place < bytes.length) {
        size_t end = place;

        if (stream->after_return && bytes.bytes[place] == '\n') {
            stream->after_return = false;
            place++;
            continue;
        }
        stream->after_return = false;
        while (end < bytes.length && bytes.bytes[end] != '\n' && bytes.bytes[end] != '\r')
            end++;
        if (add_to_line(stream, (struct text){bytes.bytes + place, end - place}, error) != ERROR_NONE)
            return error->code;
        if (end < bytes.length) {
            stream->after_return = bytes.bytes[end] == '\r';
            if (end_line(stream, error) != ERROR_NONE)
                return error->code;
            end++;
        }
        place = end;
    }
    return ERROR_NONE;
}
