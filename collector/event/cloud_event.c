#include "event/cloud_event.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "drift/severity.h"
#include "event/event_data.h"
#include "event/event_text.h"

/* What was stored as JSON is so still; of what is none nothing can be said. */
static json_t *read_data(struct json_builder *builder, struct text data)
{
    struct error error = {0};
    json_t *value = NULL;
    enum error_code code = event_data_read(data, "reading an event", &value, &error);

    builder->failed = builder->failed || code == ERROR_MEMORY;
    return code == ERROR_NONE ? value : json_builder_object(builder);
}

/* "orders@prod"; of what is about no target the database or the agent; nothing else. */
static void set_subject(struct json_builder *builder, json_t *object, const struct event_row *event,
                        struct arena *arena)
{
    struct text subject = event->place.database.length > 0 ? event->place.database : event->agent_name;

    if (event->place.database.length > 0 && event->place.environment.length > 0) {
        const char *name = target_name_text(&event->place, arena);

        builder->failed = builder->failed || name == NULL;
        subject = text_from(name);
    }
    json_builder_set_text(builder, object, "subject", subject);
}

static void set_source(struct json_builder *builder, json_t *object, const struct event_row *event, struct text store,
                       struct arena *arena)
{
    const char *type = event_type_name(event->type);
    const char *source = arena_printf(arena, "/driftline/%.*s", TEXT_ARGS(store));
    const char *full_type = arena_printf(arena, CLOUD_EVENT_PREFIX "%s", type);

    builder->failed = builder->failed || source == NULL || full_type == NULL;
    json_builder_set(builder, object, "source", json_builder_string(builder, source));
    json_builder_set(builder, object, "type", json_builder_string(builder, full_type));
}

static void set_schema(struct json_builder *builder, json_t *object, const struct event_row *event, struct arena *arena)
{
    const char *schema = arena_printf(arena, "/api/v1/events/types/%s", event_type_name(event->type));

    builder->failed = builder->failed || schema == NULL;
    json_builder_set(builder, object, "datacontenttype", json_builder_string(builder, "application/json"));
    json_builder_set(builder, object, "dataschema", json_builder_string(builder, schema));
}

static void set_summary(struct json_builder *builder, json_t *object, const struct event_row *event, const json_t *data)
{
    CLEANUP(buffer_clear) struct buffer line = {0};

    event_text_write(event, data, &line);
    builder->failed = builder->failed || line.failed;
    json_builder_set(builder, object, "summary", json_builder_plain(builder, buffer_text(&line)));
}

json_t *cloud_event_value(struct json_builder *builder, const struct event_row *event, struct text store,
                          struct arena *arena)
{
    json_t *object = json_builder_object(builder), *data = read_data(builder, event->data);
    char time[CLOCK_TEXT_SIZE], number[32];

    json_builder_set(builder, object, "specversion", json_builder_string(builder, "1.0"));
    snprintf(number, sizeof number, "%" PRId64, event->id);
    json_builder_set_string(builder, object, "id", number);
    set_source(builder, object, event, store, arena);
    set_subject(builder, object, event, arena);
    clock_format(event->at, time);
    json_builder_set(builder, object, "time", json_builder_string(builder, time));
    set_schema(builder, object, event, arena);
    snprintf(number, sizeof number, "%020" PRId64, event->id);
    json_builder_set_string(builder, object, "sequence", number);
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(event->severity)));
    json_builder_set_text(builder, object, "database", event->place.database);
    json_builder_set_text(builder, object, "environment", event->place.environment);
    json_builder_set_text(builder, object, "instance", event->place.instance);
    json_builder_set_text(builder, object, "agent", event->agent_name);
    set_summary(builder, object, event, data);
    json_builder_set(builder, object, "data", data);
    return object;
}

enum error_code cloud_event_write(const struct event_row *event, struct text store, struct arena *arena,
                                  struct buffer *output, struct error *error)
{
    struct json_builder builder = {0};

    return json_builder_write_compact(&builder, cloud_event_value(&builder, event, store, arena), output, error);
}
