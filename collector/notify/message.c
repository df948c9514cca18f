#include "notify/message.h"

#include "base/clock.h"
#include "drift/report_json_value.h"
#include "event/event_data.h"

static const char doing[] = "keeping a message";

/* ---- writing ---- */

/* A text as it is; only what is no UTF-8 is escaped. */
static void set_text(struct json_builder *builder, json_t *object, const char *name, struct text text)
{
    json_builder_set(builder, object, name,
                     text_is_utf8(text) ? json_builder_plain(builder, text) : json_builder_text(builder, text));
}

static void set_if(struct json_builder *builder, json_t *object, const char *name, struct text text)
{
    if (text.length > 0)
        set_text(builder, object, name, text);
}

static json_t *summary_value(struct json_builder *builder, const struct message *message)
{
    json_t *summary = json_builder_object(builder);

    for (int level = SEVERITY_COUNT - 1; level >= 0; level--)
        json_builder_set(builder, summary, severity_name((enum severity)level),
                         json_builder_number(builder, message->summary[level]));
    return summary;
}

static json_t *lines_value(struct json_builder *builder, const struct message *message)
{
    json_t *lines = json_builder_array(builder);

    for (size_t i = 0; i < message->line_count; i++) {
        const struct message_line *line = &message->lines[i];
        json_t *value = json_builder_object(builder);

        json_builder_set(builder, value, "severity", json_builder_string(builder, severity_name(line->severity)));
        set_text(builder, value, "text", line->text);
        set_if(builder, value, "by", line->by);
        json_builder_set(builder, value, "count", json_builder_number(builder, line->count));
        json_builder_append(builder, lines, value);
    }
    return lines;
}

/* The message shares its events with the document for as long as that is written. */
static json_t *events_value(struct json_builder *builder, const struct message *message)
{
    return message->events == NULL ? json_builder_array(builder) : json_incref((json_t *)message->events);
}

enum error_code message_write(const struct message *message, struct buffer *output, struct error *error)
{
    struct json_builder builder = {0};
    json_t *object = json_builder_object(&builder);
    char time[CLOCK_TEXT_SIZE];

    clock_format(message->time, time);
    set_text(&builder, object, "id", message->id);
    json_builder_set_number(&builder, object, "incident", message->incident);
    json_builder_set(&builder, object, "number", json_builder_number(&builder, message->number));
    json_builder_set(&builder, object, "kind", json_builder_string(&builder, delivery_kind_name(message->kind)));
    set_text(&builder, object, "route", message->route);
    set_text(&builder, object, "subject", message->subject);
    json_builder_set(&builder, object, "severity", json_builder_string(&builder, severity_name(message->severity)));
    set_text(&builder, object, "title", message->title);
    set_if(&builder, object, "verdict", message->verdict);
    set_if(&builder, object, "database", message->database);
    set_if(&builder, object, "environment", message->environment);
    json_builder_set(&builder, object, "time", json_builder_string(&builder, time));
    json_builder_set(&builder, object, "summary", summary_value(&builder, message));
    json_builder_set(&builder, object, "lines", lines_value(&builder, message));
    json_builder_set(&builder, object, "more", json_builder_number(&builder, message->more));
    json_builder_set(&builder, object, "last", json_boolean(message->is_last));
    json_builder_set(&builder, object, "open", json_builder_number(&builder, message->open));
    json_builder_set(&builder, object, "open_differences", json_builder_number(&builder, message->open_differences));
    set_if(&builder, object, "command", message->command);
    set_if(&builder, object, "link", message->link);
    json_builder_set(&builder, object, "events", events_value(&builder, message));
    return json_builder_write_compact(&builder, object, output, error);
}

/* ---- reading ---- */

/* A document on its way back. */
struct reading {
    struct arena *arena;
    struct error *error;
};

static enum error_code not_one(const struct reading *reading, const char *name)
{
    return error_set(reading->error, ERROR_CORRUPT, "no message: '%s' is not as it should be", name);
}

/* A text that may be missing unless it is `needed`. */
static enum error_code read_text(const struct reading *reading, const json_t *object, const char *name, bool needed,
                                 struct text *ret_text)
{
    const json_t *value = json_object_get(object, name);
    char *copy;

    if (value == NULL && !needed) {
        *ret_text = (struct text){"", 0};
        return ERROR_NONE;
    }
    if (!json_is_string(value))
        return not_one(reading, name);
    copy = arena_string(reading->arena, (struct text){json_string_value(value), json_string_length(value)});
    if (copy == NULL)
        return arena_error(reading->arena, reading->error, doing);
    *ret_text = (struct text){copy, json_string_length(value)};
    return ERROR_NONE;
}

static enum error_code read_number(const struct reading *reading, const json_t *object, const char *name, int64_t most,
                                   int64_t *ret_number)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > most)
        return not_one(reading, name);
    *ret_number = json_integer_value(value);
    return ERROR_NONE;
}

static enum error_code read_count(const struct reading *reading, const json_t *object, const char *name,
                                  uint32_t *ret_count)
{
    int64_t number = 0;

    if (read_number(reading, object, name, UINT32_MAX, &number) != ERROR_NONE)
        return reading->error->code;
    *ret_count = (uint32_t)number;
    return ERROR_NONE;
}

static struct text string_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return (struct text){json_string_value(value), json_string_length(value)};
}

static enum error_code read_severity(const struct reading *reading, const json_t *object, enum severity *ret_severity)
{
    return severity_from_name(string_of(object, "severity"), ret_severity) ? ERROR_NONE : not_one(reading, "severity");
}

static enum error_code read_kind(const struct reading *reading, const json_t *object, enum delivery_kind *ret_kind)
{
    struct text name = string_of(object, "kind");

    for (int kind = 0; kind < DELIVERY_KIND_COUNT; kind++)
        if (text_equal(name, text_from(delivery_kind_name((enum delivery_kind)kind)))) {
            *ret_kind = (enum delivery_kind)kind;
            return ERROR_NONE;
        }
    return not_one(reading, "kind");
}

static enum error_code read_lines(const struct reading *reading, const json_t *object, struct message *message)
{
    const json_t *lines = json_object_get(object, "lines");

    if (!json_is_array(lines) || json_array_size(lines) > MESSAGE_LINES_LIMIT)
        return not_one(reading, "lines");
    message->line_count = json_array_size(lines);
    for (size_t i = 0; i < message->line_count; i++) {
        const json_t *value = json_array_get(lines, i);
        struct message_line *line = &message->lines[i];

        if (read_severity(reading, value, &line->severity) != ERROR_NONE ||
            read_text(reading, value, "text", true, &line->text) != ERROR_NONE ||
            read_text(reading, value, "by", false, &line->by) != ERROR_NONE ||
            read_count(reading, value, "count", &line->count) != ERROR_NONE)
            return reading->error->code;
    }
    return ERROR_NONE;
}

static enum error_code read_numbers(const struct reading *reading, const json_t *object, struct message *message)
{
    const json_t *summary = json_object_get(object, "summary");

    for (int level = 0; level < SEVERITY_COUNT; level++)
        if (read_count(reading, summary, severity_name((enum severity)level), &message->summary[level]) != ERROR_NONE)
            return reading->error->code;
    if (read_number(reading, object, "incident", INT64_MAX, &message->incident) != ERROR_NONE ||
        read_count(reading, object, "number", &message->number) != ERROR_NONE ||
        read_count(reading, object, "more", &message->more) != ERROR_NONE)
        return reading->error->code;
    if (!clock_parse(string_of(object, "time"), &message->time))
        return not_one(reading, "time");
    message->is_last = json_is_true(json_object_get(object, "last"));
    if (json_object_get(object, "open_differences") != NULL &&
        read_count(reading, object, "open_differences", &message->open_differences) != ERROR_NONE)
        return reading->error->code;
    return read_count(reading, object, "open", &message->open);
}

static enum error_code read_texts(const struct reading *reading, const json_t *object, struct message *message)
{
    const struct {
        const char *name;
        bool needed;
        struct text *text;
    } texts[] = {{"id", true, &message->id},
                 {"route", true, &message->route},
                 {"subject", true, &message->subject},
                 {"title", true, &message->title},
                 {"verdict", false, &message->verdict},
                 {"database", false, &message->database},
                 {"environment", false, &message->environment},
                 {"command", false, &message->command},
                 {"link", false, &message->link}};

    for (size_t i = 0; i < LENGTH_OF(texts); i++)
        if (read_text(reading, object, texts[i].name, texts[i].needed, texts[i].text) != ERROR_NONE)
            return reading->error->code;
    return ERROR_NONE;
}

static enum error_code read_message(const struct reading *reading, const json_t *object, struct message *message)
{
    if (!json_is_object(object))
        return error_set(reading->error, ERROR_CORRUPT, "no message: it is no JSON object");
    if (read_texts(reading, object, message) != ERROR_NONE ||
        read_kind(reading, object, &message->kind) != ERROR_NONE ||
        read_severity(reading, object, &message->severity) != ERROR_NONE ||
        read_numbers(reading, object, message) != ERROR_NONE || read_lines(reading, object, message) != ERROR_NONE)
        return reading->error->code;
    message->events = json_object_get(object, "events");
    return json_is_array(message->events) ? ERROR_NONE : not_one(reading, "events");
}

enum error_code message_read(struct text json, struct arena *arena, struct message *ret_message, json_t **ret_document,
                             struct error *error)
{
    const struct reading reading = {arena, error};
    struct message message = {.incident = 0};
    json_t *document = NULL;

    if (event_data_read(json, "reading a message", &document, error) != ERROR_NONE)
        return error->code;
    if (read_message(&reading, document, &message) != ERROR_NONE) {
        json_decref(document);
        return error->code;
    }
    *ret_message = message;
    *ret_document = document;
    return ERROR_NONE;
}
