#include "collector/notify/sinks/sample.h"

#include <stdlib.h>

/* ---- sinks ---- */

static struct text read_text(const json_t *value, struct arena *arena)
{
    return text_from(json_is_string(value) ? arena_string(arena, text_from(json_string_value(value))) : "");
}

static const struct text *read_list(const json_t *list, struct arena *arena, size_t *ret_count)
{
    size_t count = json_array_size(list);
    struct text *texts = arena_array(arena, count + 1, sizeof *texts);

    for (size_t i = 0; texts != NULL && i < count; i++)
        texts[i] = read_text(json_array_get(list, i), arena);
    *ret_count = texts == NULL ? 0 : count;
    return texts;
}

static void read_sink(const json_t *object, struct arena *arena, struct sink *sink)
{
    const struct {
        const char *name;
        struct text *text;
    } texts[] = {{"name", &sink->name},
                 {"url", &sink->url},
                 {"secret", &sink->secret},
                 {"user", &sink->user},
                 {"password", &sink->password},
                 {"from", &sink->from},
                 {"channel", &sink->channel},
                 {"ca", &sink->ca},
                 {"repository", &sink->repository}};

    for (size_t i = 0; i < LENGTH_OF(texts); i++)
        *texts[i].text = read_text(json_object_get(object, texts[i].name), arena);
    sink->to = read_list(json_object_get(object, "to"), arena, &sink->to_count);
    sink->labels = read_list(json_object_get(object, "labels"), arena, &sink->label_count);
    sink->issue = json_integer_value(json_object_get(object, "issue"));
    sink->allow_private = json_is_true(json_object_get(object, "allow_private"));
    sink->timeout_ms = (unsigned)json_integer_value(json_object_get(object, "timeout_ms"));
}

enum error_code sample_sink(struct text json, struct arena *arena, struct sink *ret_sink, struct error *error)
{
    json_t *object = json_loadb(json.bytes, json.length, 0, NULL);

    *ret_sink = (struct sink){.kind = sink_kind_find(read_text(json_object_get(object, "kind"), arena))};
    read_sink(object, arena, ret_sink);
    json_decref(object);
    return ret_sink->kind != NULL ? ERROR_NONE
                                  : error_set(error, ERROR_USAGE, "that is no sink, or there is no such kind");
}

/* ---- requests ---- */

void sample_show(struct buffer *output, const struct sink_request *request)
{
    json_t *body = NULL;
    char *shown;

    if (request->action == SINK_HTTP)
        buffer_printf(output, "%s %.*s\n", request->method, TEXT_ARGS(request->url));
    for (size_t i = 0; i < request->header_count; i++)
        buffer_printf(output, "%.*s\n", TEXT_ARGS(request->headers[i]));
    if (request->action == SINK_HTTP && request->body.length > 0)
        body = json_loadb(request->body.bytes, request->body.length, JSON_DECODE_ANY, NULL);
    buffer_add_string(output, request->header_count > 0 ? "\n" : "");
    if (body == NULL) {
        buffer_add_text(output, buffer_text(&request->body));
        return;
    }
    shown = json_dumps(body, JSON_INDENT(2));
    buffer_printf(output, "%s\n", shown == NULL ? "" : shown);
    free(shown);
    json_decref(body);
}
