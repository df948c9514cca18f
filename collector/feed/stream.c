#include "feed/stream.h"

#include <inttypes.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "event/cloud_event.h"

enum {
    LOOK_LIMIT = 1000, /* events that are looked at in one go */
    SLICE = 200,       /* events that are read at once */
    SLICE_MEMORY = 256 * 1024 * 1024
};

/* ---- life ---- */

static bool copy_texts(struct arena *arena, const struct text **texts, size_t count)
{
    struct text *copies = arena_array(arena, count == 0 ? 1 : count, sizeof *copies);

    for (size_t i = 0; i < count && copies != NULL; i++) {
        copies[i] = (struct text){arena_copy(arena, (*texts)[i].bytes, (*texts)[i].length), (*texts)[i].length};
        if (copies[i].bytes == NULL)
            return false;
    }
    *texts = copies;
    return copies != NULL;
}

enum error_code stream_new(struct stream **ret_stream, const struct event_filter *filter, int64_t position,
                           struct error *error)
{
    struct stream *stream = mem_alloc(sizeof *stream);

    if (stream == NULL)
        return error_memory(error, "beginning a stream");
    *stream = (struct stream){.filter = *filter, .position = position, .told = position};
    arena_init(&stream->arena, STREAM_FILTER_BYTES);
    buffer_init(&stream->page);
    if (!copy_texts(&stream->arena, &stream->filter.databases, filter->database_count) ||
        !copy_texts(&stream->arena, &stream->filter.environments, filter->environment_count)) {
        arena_error(&stream->arena, error, "beginning a stream");
        stream_free(stream);
        return error->code;
    }
    buffer_printf(&stream->page, "retry: %d\n\n", STREAM_RETRY_MS);
    *ret_stream = stream;
    return ERROR_NONE;
}

void stream_free(struct stream *stream)
{
    if (stream == NULL)
        return;
    ring_item_release(stream->item);
    buffer_clear(&stream->page);
    arena_free(&stream->arena);
    mem_free(stream);
}

/* ---- what is told beside events ---- */

void stream_tell_gone(struct stream *stream, int64_t from, int64_t oldest)
{
    buffer_printf(&stream->page,
                  "id: %" PRId64 "\nevent: gone\ndata: {\"from\":%" PRId64 ",\"oldest\":%" PRId64 "}\n\n", oldest - 1,
                  from, oldest);
}

void stream_tell_alive(struct stream *stream)
{
    buffer_add_string(&stream->page, ": still here\n");
    if (stream->position > stream->told) /* what was left out need not be looked at again */
        buffer_printf(&stream->page, "id: %" PRId64 "\n", stream->position);
    buffer_add_byte(&stream->page, '\n');
    stream->told = stream->position;
}

/* ---- taking ---- */

static struct text pending(const struct stream *stream)
{
    struct text all = stream->item != NULL ? stream->item->frame : buffer_text(&stream->page);

    if (all.length == 0)
        return all;
    return (struct text){all.bytes + stream->sent, all.length - stream->sent};
}

static void drop_pending(struct stream *stream)
{
    ring_item_release(stream->item);
    stream->item = NULL;
    buffer_clear(&stream->page);
    buffer_init(&stream->page);
    stream->sent = 0;
}

/* The next event that he wants, if it is in the ring and is found in one go. */
static enum stream_outlook find_next(struct stream *stream, struct ring *ring, const struct ring_item **ret_item)
{
    const struct ring_item *item = NULL;

    for (unsigned i = 0; i < LOOK_LIMIT; i++) {
        switch (ring_next(ring, stream->position, &item)) {
        case RING_NOTHING:
            return STREAM_EVERYTHING;
        case RING_BEHIND:
            return STREAM_BEHIND;
        case RING_ITEM:
            break;
        }
        if (event_filter_matches(&stream->filter, &item->event)) {
            *ret_item = item;
            return STREAM_SOMETHING;
        }
        stream->position = item->event.id;
        ring_item_release(item);
    }
    return STREAM_SOMETHING; /* perhaps: his next turn tells */
}

static void begin_next(struct stream *stream, struct ring *ring)
{
    (void)find_next(stream, ring, &stream->item);
    if (stream->item != NULL)
        stream->position = stream->told = stream->item->event.id;
}

size_t stream_take(struct stream *stream, struct ring *ring, char *bytes, size_t size)
{
    size_t taken = 0;

    while (taken < size) {
        struct text next = pending(stream);
        size_t length = next.length < size - taken ? next.length : size - taken;

        if (length > 0)
            memcpy(bytes + taken, next.bytes, length);
        taken += length;
        stream->sent += length;
        if (length < next.length)
            break;
        drop_pending(stream);
        begin_next(stream, ring);
        if (stream->item == NULL)
            break;
    }
    return taken;
}

enum stream_outlook stream_look(struct stream *stream, struct ring *ring)
{
    const struct ring_item *item = NULL;
    enum stream_outlook outlook;

    if (pending(stream).length > 0)
        return STREAM_SOMETHING;
    outlook = find_next(stream, ring, &item);
    ring_item_release(item);
    return outlook;
}

/* ---- pages ---- */

static enum error_code add_event(struct stream *stream, const struct event_row *event, struct text store,
                                 struct arena *arena, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer json;

    buffer_init(&json);
    if (cloud_event_write(event, store, arena, &json, error) != ERROR_NONE)
        return error->code;
    ring_frame_write(event, buffer_text(&json), &stream->page);
    stream->told = event->id;
    return buffer_check(&stream->page, error, "reading events for a stream");
}

/* Look at a few more. `ret_more`: there may be others, and there is room for them. */
static enum error_code read_slice(struct stream *stream, struct database *database, struct text store, bool *ret_more,
                                  struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct event_row *events = NULL;
    size_t count = 0;

    arena_init(&arena, SLICE_MEMORY);
    if (events_list(database, stream->position, SLICE, &arena, &events, &count, error) != ERROR_NONE)
        return error->code;
    *ret_more = count == SLICE;
    for (size_t i = 0; i < count; i++) {
        if (stream->page.length >= STREAM_PAGE_BYTES) {
            *ret_more = true;
            return ERROR_NONE;
        }
        stream->position = events[i].id;
        if (event_filter_matches(&stream->filter, &events[i]) &&
            add_event(stream, &events[i], store, &arena, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code stream_read_page(struct stream *stream, struct database *database, struct text store, int64_t floor,
                                 struct error *error)
{
    bool more = true;

    for (unsigned looked = 0; more && looked < STREAM_PAGE_EVENTS && stream->page.length < STREAM_PAGE_BYTES;
         looked += SLICE)
        if (read_slice(stream, database, store, &more, error) != ERROR_NONE)
            return error->code;
    if (!more && stream->position < floor) /* what there was between is gone */
        stream->position = floor;
    return ERROR_NONE;
}
