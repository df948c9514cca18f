#include "stream/topic.h"

#include <string.h>

#include "base/memory.h"
#include "drift/severity.h"

/* ---- topics ---- */

static void add_name(struct buffer *output, struct text name)
{
    if (name.length == 0)
        buffer_add_byte(output, '-'); /* no name begins with it */
    for (size_t i = 0; i < name.length; i++)
        if (name.bytes[i] == '.' || name.bytes[i] == '%')
            buffer_printf(output, "%%%02X", (unsigned)name.bytes[i]);
        else
            buffer_add_byte(output, (uint8_t)name.bytes[i]);
}

void topic_write(const struct event_row *event, struct buffer *output)
{
    buffer_add_string(output, event_type_name(event->type));
    buffer_add_byte(output, '.');
    add_name(output, event->place.database);
    buffer_add_byte(output, '.');
    add_name(output, event->place.environment);
    buffer_add_byte(output, '.');
    buffer_add_string(output, severity_name(event->severity));
}

/* ---- the map ---- */

/* Places are counted from 1; 0 is none. */
struct entry {
    struct text topic; /* its bytes belong to it */
    int64_t number;
    uint32_t next_of_bucket;
    uint32_t newer;
    uint32_t older;
};

struct topic_map {
    uint32_t limit;
    uint32_t count;
    uint32_t newest;
    uint32_t oldest;
    uint32_t *buckets; /* as many as there may be entries */
    struct entry *entries;
};

static uint32_t bucket_of(const struct topic_map *map, struct text topic)
{
    uint32_t hash = 2166136261U; /* FNV-1a: subscribers cannot choose what is published */

    for (size_t i = 0; i < topic.length; i++)
        hash = (hash ^ (uint8_t)topic.bytes[i]) * 16777619U;
    return hash % map->limit;
}

static struct entry *at(const struct topic_map *map, uint32_t place)
{
    return &map->entries[place - 1];
}

enum error_code topic_map_new(struct topic_map **ret_map, uint32_t limit, struct error *error)
{
    struct topic_map *map = mem_alloc(sizeof *map);

    if (map == NULL)
        return error_memory(error, "remembering topics");
    *map = (struct topic_map){.limit = limit, .buckets = mem_alloc(limit * sizeof *map->buckets)};
    map->entries = mem_alloc(limit * sizeof *map->entries);
    if (map->buckets == NULL || map->entries == NULL) {
        map->count = 0;
        mem_free(map->buckets);
        mem_free(map->entries);
        mem_free(map);
        return error_memory(error, "remembering topics");
    }
    memset(map->buckets, 0, limit * sizeof *map->buckets);
    *ret_map = map;
    return ERROR_NONE;
}

void topic_map_clear(struct topic_map *map)
{
    for (uint32_t i = 0; i < map->count; i++)
        mem_free((char *)map->entries[i].topic.bytes);
    memset(map->buckets, 0, map->limit * sizeof *map->buckets);
    map->count = map->newest = map->oldest = 0;
}

void topic_map_free(struct topic_map *map)
{
    if (map == NULL)
        return;
    topic_map_clear(map);
    mem_free(map->buckets);
    mem_free(map->entries);
    mem_free(map);
}

/* ---- by age ---- */

static void take_out_of_line(struct topic_map *map, uint32_t place)
{
    struct entry *entry = at(map, place);

    *(entry->newer == 0 ? &map->newest : &at(map, entry->newer)->older) = entry->older;
    *(entry->older == 0 ? &map->oldest : &at(map, entry->older)->newer) = entry->newer;
}

static void make_newest(struct topic_map *map, uint32_t place)
{
    struct entry *entry = at(map, place);

    entry->newer = 0;
    entry->older = map->newest;
    *(map->newest == 0 ? &map->oldest : &at(map, map->newest)->newer) = place;
    map->newest = place;
}

/* ---- by topic ---- */

static uint32_t find(const struct topic_map *map, struct text topic)
{
    uint32_t place = map->buckets[bucket_of(map, topic)];

    while (place != 0 && !text_equal(at(map, place)->topic, topic))
        place = at(map, place)->next_of_bucket;
    return place;
}

static void forget_oldest(struct topic_map *map)
{
    uint32_t place = map->oldest;
    struct entry *entry = at(map, place);
    uint32_t *link = &map->buckets[bucket_of(map, entry->topic)];

    while (*link != place)
        link = &at(map, *link)->next_of_bucket;
    *link = entry->next_of_bucket;
    take_out_of_line(map, place);
    mem_free((char *)entry->topic.bytes);
}

static void add(struct topic_map *map, struct text topic, int64_t number)
{
    uint32_t place, *bucket = &map->buckets[bucket_of(map, topic)];
    char *copy = mem_alloc(topic.length + 1);

    if (copy == NULL)
        return;
    memcpy(copy, topic.bytes, topic.length);
    if (map->count == map->limit) {
        place = map->oldest;
        forget_oldest(map);
    } else {
        place = ++map->count;
    }
    *at(map, place) = (struct entry){.topic = {copy, topic.length}, .number = number, .next_of_bucket = *bucket};
    *bucket = place;
    make_newest(map, place);
}

int64_t topic_map_put(struct topic_map *map, struct text topic, int64_t number)
{
    uint32_t place = find(map, topic);
    int64_t before = 0;

    if (place == 0) {
        add(map, topic, number);
    } else {
        before = at(map, place)->number;
        at(map, place)->number = number;
        take_out_of_line(map, place);
        make_newest(map, place);
    }
    return before;
}

bool topic_map_newer(const struct topic_map *map, int64_t after, uint32_t limit, topic_visit visit, void *context)
{
    uint32_t place = map->newest;

    for (uint32_t i = 0; i < limit && place != 0 && at(map, place)->number > after; i++) {
        visit(context, at(map, place)->topic, at(map, place)->number);
        place = at(map, place)->older;
    }
    return place == 0 || at(map, place)->number <= after;
}
