#include "stream/position.h"

#include <string.h>

#include "base/clock.h"
#include "drift/report_json_value.h"
#include "stream/publisher.h"

void position_init(struct position *position, struct text store, int64_t started)
{
    *position = (struct position){.store = store, .started = started, .is_broken = true};
    buffer_init(&position->json);
}

void position_clear(struct position *position)
{
    buffer_clear(&position->json);
}

void position_break(struct position *position)
{
    position->told = 0;
    position->is_broken = true;
}

struct listing {
    struct json_builder *builder;
    json_t *object;
};

static void add_topic(void *context, struct text topic, int64_t number)
{
    struct listing *listing = context;
    char name[1024];

    if (topic.length >= sizeof name) { /* names are far shorter */
        listing->builder->failed = true;
        return;
    }
    memcpy(name, topic.bytes, topic.length);
    name[topic.length] = '\0';
    json_builder_set(listing->builder, listing->object, name, json_integer(number));
}

enum error_code position_write(struct position *position, struct database *database, const struct topic_map *topics,
                               struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder);
    struct listing listing = {&builder, json_builder_object(&builder)};
    char started[CLOCK_TEXT_SIZE];
    int64_t oldest = 0;
    bool complete;

    if (events_oldest(database, &oldest, error) != ERROR_NONE) {
        json_decref(document);
        json_decref(listing.object);
        return error->code;
    }
    complete = topic_map_newer(topics, position->told, PUBLISHER_POSITION_TOPICS, add_topic, &listing);
    clock_format(position->started, started);
    json_builder_set(&builder, document, "store", json_builder_plain(&builder, position->store));
    json_builder_set(&builder, document, "started", json_builder_string(&builder, started));
    json_builder_set(&builder, document, "last", json_integer(position->number));
    json_builder_set(&builder, document, "oldest", json_integer(oldest));
    json_builder_set(&builder, document, "resume", json_builder_string(&builder, "/api/v1/events?after="));
    json_builder_set(&builder, document, "topics", listing.object);
    json_builder_set(&builder, document, "complete", json_boolean(complete && !position->is_broken));
    buffer_reset(&position->json);
    if (json_builder_write_compact(&builder, document, &position->json, error) != ERROR_NONE) {
        position->json.failed = false;
        return error->code;
    }
    position->told = position->number;
    position->is_broken = false;
    return ERROR_NONE;
}
