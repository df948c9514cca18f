/* GET /api/v1/events */
#include "store/events.h"

#include <stdlib.h>

#include "drift/severity.h"
#include "feed/json.h"
#include "feed/parameters.h"
#include "feed/routes.h"
#include "store/targets.h"

const struct parameter events_parameters[] = {
    {.name = "after",
     .type = PARAMETER_NUMBER,
     .minimum = 0,
     .maximum = INT64_MAX,
     .preset = "0",
     .summary = "Only later ones than this: `next` of the page before."},
    PAGE_SIZE,
    {0},
};

/* "orders@prod/eu-1" or "orders@prod", as far as it is about that; null: about nothing of the kind. */
static json_t *target_value(struct json_builder *builder, const struct target_name *place, struct arena *arena)
{
    const char *name =
        place->environment.length > 0 ? target_name_text(place, arena) : arena_string(arena, place->database);

    if (place->database.length == 0)
        return json_null();
    builder->failed = builder->failed || name == NULL;
    return json_builder_text(builder, text_from(name));
}

/* What was stored as JSON is so still; what is none is a fault of ours, and shows as null. */
static json_t *data_value(struct json_builder *builder, struct text data)
{
    json_t *value = json_loadb(data.bytes, data.length, 0, NULL);

    return value == NULL ? json_builder_object(builder) : value;
}

static json_t *event_value(struct json_builder *builder, const struct event_row *event, struct arena *arena)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_integer64(builder, event->id));
    json_builder_set(builder, object, "at", json_time(builder, event->at));
    json_builder_set(builder, object, "type", json_builder_string(builder, event_type_name(event->type)));
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(event->severity)));
    json_builder_set(builder, object, "target", target_value(builder, &event->place, arena));
    json_builder_set(builder, object, "agent",
                     event->agent_name.length == 0 ? json_null() : json_builder_text(builder, event->agent_name));
    json_builder_set(builder, object, "data", data_value(builder, event->data));
    return object;
}

enum error_code get_events(const struct request *request, struct answer *answer, struct error *error)
{
    int64_t next = request_number(&request->parameters, "after");
    struct event_row *events = NULL;
    struct json_builder builder = {0};
    json_t *document, *list;
    size_t count = 0;

    if (events_list(request->database, next, (uint32_t)request_number(&request->parameters, "limit"), request->arena,
                    &events, &count, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < count && !builder.failed; i++) {
        json_builder_append(&builder, list, event_value(&builder, &events[i], request->arena));
        next = events[i].id;
    }
    json_builder_set(&builder, document, "events", list);
    json_builder_set(&builder, document, "next", json_integer64(&builder, next));
    return answer_json(answer, &builder, document, error);
}
