/* GET /api/v1/events */
#include "store/events.h"

#include <stdlib.h>

#include "drift/severity.h"
#include "feed/json.h"
#include "feed/parameters.h"
#include "feed/routes.h"
#include "store/agents.h"
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

/* Events know targets and agents by number. What was forgotten has no name any more. */
struct names {
    struct target_row *targets;
    size_t target_count;
    struct agent_row *agents;
    size_t agent_count;
    struct arena *arena;
};

static json_t *target_value(struct json_builder *builder, const struct names *names, int64_t id)
{
    for (size_t i = 0; i < names->target_count; i++)
        if (names->targets[i].id == id) {
            const char *name = target_name_text(&names->targets[i].name, names->arena);

            builder->failed = builder->failed || name == NULL;
            return json_builder_text(builder, text_from(name));
        }
    return json_null();
}

static json_t *agent_value(struct json_builder *builder, const struct names *names, int64_t id)
{
    for (size_t i = 0; i < names->agent_count; i++)
        if (names->agents[i].id == id)
            return json_builder_text(builder, names->agents[i].name);
    return json_null();
}

/* What was stored as JSON is so still; what is none is a fault of ours, and shows as null. */
static json_t *data_value(struct json_builder *builder, struct text data)
{
    json_t *value = json_loadb(data.bytes, data.length, 0, NULL);

    return value == NULL ? json_builder_object(builder) : value;
}

static json_t *event_value(struct json_builder *builder, const struct names *names, const struct event_row *event)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_integer64(builder, event->id));
    json_builder_set(builder, object, "at", json_time(builder, event->at));
    json_builder_set(builder, object, "type", json_builder_string(builder, event->type));
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(event->severity)));
    json_builder_set(builder, object, "target", target_value(builder, names, event->target));
    json_builder_set(builder, object, "agent", agent_value(builder, names, event->agent));
    json_builder_set(builder, object, "data", data_value(builder, event->data));
    return object;
}

enum error_code get_events(const struct request *request, struct answer *answer, struct error *error)
{
    const struct target_filter all = {0};
    struct names names = {.arena = request->arena};
    int64_t next = request_number(&request->parameters, "after");
    struct event_row *events = NULL;
    struct json_builder builder = {0};
    json_t *document, *list;
    size_t count = 0;

    if (events_list(request->database, next, (uint32_t)request_number(&request->parameters, "limit"), request->arena,
                    &events, &count, error) != ERROR_NONE ||
        targets_list(request->database, &all, request->arena, &names.targets, &names.target_count, error) !=
            ERROR_NONE ||
        agents_list(request->database, request->arena, &names.agents, &names.agent_count, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < count && !builder.failed; i++) {
        json_builder_append(&builder, list, event_value(&builder, &names, &events[i]));
        next = events[i].id;
    }
    json_builder_set(&builder, document, "events", list);
    json_builder_set(&builder, document, "next", json_integer64(&builder, next));
    return answer_json(answer, &builder, document, error);
}
