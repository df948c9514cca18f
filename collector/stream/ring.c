#include "stream/ring.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

/* One piece of memory: this, then the frame, then the names of its place. */
struct shared_item {
    struct ring_item item; /* first, so that one is the other */
    atomic_uint shares;
    size_t size;
    char bytes[];
};

struct ring {
    size_t limit;
    size_t byte_limit;
    pthread_mutex_t lock; /* of all below */
    int64_t floor;
    int64_t last;
    size_t first; /* where the oldest is */
    size_t count;
    size_t bytes;
    struct shared_item *items[];
};

/* ---- items ---- */

/* In front of the CloudEvent; behind it come two line breaks. */
enum { HEAD_SIZE = 128 };

static int write_head(const struct event_row *event, char ret_head[HEAD_SIZE])
{
    return snprintf(ret_head, HEAD_SIZE, "id: %" PRId64 "\nevent: %s\ndata: ", event->id, event_type_name(event->type));
}

void ring_frame_write(const struct event_row *event, struct text json, struct buffer *output)
{
    char head[HEAD_SIZE];

    buffer_add(output, head, (size_t)write_head(event, head));
    buffer_add_text(output, json);
    buffer_add_string(output, "\n\n");
}

/* Append to the item's memory, and answer where it lies there. */
static struct text append(char **end, struct text text)
{
    struct text copy = {*end, text.length};

    if (text.length > 0)
        memcpy(*end, text.bytes, text.length);
    *end += text.length;
    return copy;
}

static struct shared_item *new_item(const struct event_row *event, struct text json)
{
    const struct target_name *place = &event->place;
    char head[HEAD_SIZE];
    size_t length = (size_t)write_head(event, head) + json.length + 2;
    size_t size = length + place->database.length + place->environment.length + place->instance.length;
    struct shared_item *made = mem_alloc(sizeof *made + size);
    char *end;

    if (made == NULL)
        return NULL;
    made->item = (struct ring_item){.event = *event, .frame = {made->bytes, length}};
    atomic_init(&made->shares, 1);
    made->size = sizeof *made + size;
    end = made->bytes;
    append(&end, text_from(head));
    made->item.json = append(&end, json);
    append(&end, TEXT("\n\n"));
    made->item.event.place = (struct target_name){append(&end, place->database), append(&end, place->environment),
                                                  append(&end, place->instance)};
    made->item.event.agent_name = made->item.event.data = (struct text){0};
    return made;
}

const struct ring_item *ring_item_share(const struct ring_item *item)
{
    atomic_fetch_add_explicit(&((struct shared_item *)item)->shares, 1, memory_order_relaxed);
    return item;
}

void ring_item_release(const struct ring_item *item)
{
    struct shared_item *shared = (struct shared_item *)item;

    if (shared != NULL && atomic_fetch_sub_explicit(&shared->shares, 1, memory_order_acq_rel) == 1)
        mem_free(shared);
}

/* ---- life ---- */

enum error_code ring_new(struct ring **ret_ring, size_t limit, size_t bytes, struct error *error)
{
    struct ring *ring = mem_alloc(sizeof *ring + limit * sizeof ring->items[0]);

    if (ring == NULL)
        return error_memory(error, "making room for events");
    *ring = (struct ring){.limit = limit, .byte_limit = bytes};
    pthread_mutex_init(&ring->lock, NULL);
    *ret_ring = ring;
    return ERROR_NONE;
}

static void drop_oldest(struct ring *ring)
{
    struct shared_item *oldest = ring->items[ring->first];

    ring->floor = oldest->item.event.id;
    ring->bytes -= oldest->size;
    ring->first = (ring->first + 1) % ring->limit;
    ring->count--;
    ring_item_release(&oldest->item);
}

void ring_free(struct ring *ring)
{
    if (ring == NULL)
        return;
    while (ring->count > 0)
        drop_oldest(ring);
    pthread_mutex_destroy(&ring->lock);
    mem_free(ring);
}

/* ---- adding ---- */

enum error_code ring_add(struct ring *ring, const struct event_row *event, struct text json, struct error *error)
{
    struct shared_item *added = new_item(event, json);

    if (added == NULL)
        return error_memory(error, "keeping an event for those who follow");
    pthread_mutex_lock(&ring->lock);
    while (ring->count > 0 && (ring->count == ring->limit || ring->bytes + added->size > ring->byte_limit))
        drop_oldest(ring);
    ring->items[(ring->first + ring->count++) % ring->limit] = added;
    ring->bytes += added->size;
    ring->last = event->id;
    pthread_mutex_unlock(&ring->lock);
    return ERROR_NONE;
}

void ring_restart(struct ring *ring, int64_t number)
{
    pthread_mutex_lock(&ring->lock);
    while (ring->count > 0)
        drop_oldest(ring);
    ring->floor = ring->last = number;
    pthread_mutex_unlock(&ring->lock);
}

/* ---- taking ---- */

int64_t ring_floor(struct ring *ring)
{
    int64_t number;

    pthread_mutex_lock(&ring->lock);
    number = ring->floor;
    pthread_mutex_unlock(&ring->lock);
    return number;
}

int64_t ring_last(struct ring *ring)
{
    int64_t number;

    pthread_mutex_lock(&ring->lock);
    number = ring->last;
    pthread_mutex_unlock(&ring->lock);
    return number;
}

/* The place of the first item after a number; the count when there is none. */
static size_t find(const struct ring *ring, int64_t after)
{
    size_t low = 0, high = ring->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ring->items[(ring->first + middle) % ring->limit]->item.event.id > after)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

enum ring_answer ring_next(struct ring *ring, int64_t after, const struct ring_item **ret_item)
{
    enum ring_answer answer = RING_NOTHING;
    size_t place;

    pthread_mutex_lock(&ring->lock);
    place = find(ring, after);
    if (after < ring->floor) {
        answer = RING_BEHIND;
    } else if (place < ring->count) {
        *ret_item = ring_item_share(&ring->items[(ring->first + place) % ring->limit]->item);
        answer = RING_ITEM;
    }
    pthread_mutex_unlock(&ring->lock);
    return answer;
}
