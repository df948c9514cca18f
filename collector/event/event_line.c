#include "event/event_line.h"

#include <inttypes.h>

#include "drift/report_display.h"
#include "drift/severity.h"

enum {
    VALUE_COLUMNS = 60, /* of one value, one reason */
    ATTRIBUTES_SHOWN = 2
};

/* ---- what data says ---- */

struct text line_string_of(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

struct text line_text_of(const struct event_line *line, const char *name)
{
    return line_string_of(json_object_get(line->data, name));
}

bool line_has(const struct event_line *line, const char *name)
{
    return json_object_get(line->data, name) != NULL;
}

int64_t line_number_of(const struct event_line *line, const char *name)
{
    return json_integer_value(json_object_get(line->data, name));
}

bool line_says(const struct event_line *line, const char *name, const char *what)
{
    return text_equal(line_text_of(line, name), text_from(what));
}

void line_put(const struct event_line *line, const char *words)
{
    buffer_add_string(line->output, words);
}

void line_put_text(const struct event_line *line, struct text text)
{
    display_text(line->output, text);
}

void line_put_clipped(const struct event_line *line, struct text text)
{
    display_clipped(line->output, text, VALUE_COLUMNS);
}

/* `words` and what data calls by the name; nothing when it does not. */
void line_put_if(const struct event_line *line, const char *words, const char *name)
{
    if (line_text_of(line, name).length == 0)
        return;
    line_put(line, words);
    line_put_clipped(line, line_text_of(line, name));
}

void line_put_count(const struct event_line *line, int64_t count, const char *thing)
{
    buffer_printf(line->output, "%" PRId64 " %s%s", count, thing, count == 1 ? "" : "s");
}

/* "orders@prod/eu-1", "orders", or what data calls the target. */
void line_put_place(const struct event_line *line)
{
    const struct target_name *place = &line->event->place;

    if (place->database.length == 0) {
        line_put_text(line, line_text_of(line, "target"));
        return;
    }
    line_put_text(line, place->database);
    if (place->environment.length == 0)
        return;
    line_put(line, "@");
    line_put_text(line, place->environment);
    if (place->instance.length == 0 || text_equal(place->instance, TEXT("default")))
        return;
    line_put(line, "/");
    line_put_text(line, place->instance);
}

void line_put_agent(const struct event_line *line)
{
    line_put(line, "agent ");
    line_put_text(line, line_text_of(line, "agent").length > 0 ? line_text_of(line, "agent") : line->event->agent_name);
}

/* ", by alice (captured)"; of what is known only by looking, who is not known. */
void line_put_who(const struct event_line *line, const json_t *data)
{
    struct text actor = line_string_of(json_object_get(data, "actor"));
    struct text evidence = line_string_of(json_object_get(data, "evidence"));

    if (text_equal(evidence, TEXT("unattributed"))) {
        line_put(line, ", by somebody that capture did not see");
        return;
    }
    if (actor.length == 0)
        return;
    line_put(line, ", by ");
    line_put_clipped(line, actor);
    if (evidence.length > 0) {
        line_put(line, " (");
        line_put_text(line, evidence);
        line_put(line, ")");
    }
}

void line_put_by(const struct event_line *line)
{
    line_put_if(line, ", by ", "by");
}

/* "2 days", "3 h", "12 min", "40 s": as much as people want to know. */
void line_put_duration(const struct event_line *line, int64_t seconds)
{
    if (seconds >= 2 * 86400)
        line_put_count(line, seconds / 86400, "day");
    else if (seconds >= 7200)
        buffer_printf(line->output, "%" PRId64 " h", seconds / 3600);
    else if (seconds >= 120)
        buffer_printf(line->output, "%" PRId64 " min", seconds / 60);
    else
        buffer_printf(line->output, "%" PRId64 " s", seconds);
}

/* " (2 critical, 1 high)": the levels that matter; nothing when there are none. */
void line_put_levels(const struct event_line *line, const char *name)
{
    const json_t *counts = json_object_get(line->data, name);
    const char *before = " (";

    for (int level = SEVERITY_COUNT - 1; level >= SEVERITY_HIGH; level--) {
        int64_t count = json_integer_value(json_object_get(counts, severity_name((enum severity)level)));

        if (count == 0)
            continue;
        buffer_printf(line->output, "%s%" PRId64 " %s", before, count, severity_name((enum severity)level));
        before = ", ";
    }
    if (before[0] == ',')
        line_put(line, ")");
}

/* A value of an attribute: a text, a list of them, or nothing. */
static void put_value(const struct event_line *line, const json_t *value)
{
    CLEANUP(buffer_clear) struct buffer list = {0};

    if (json_is_string(value)) {
        if (json_string_length(value) == 0)
            line_put(line, "''");
        line_put_clipped(line, line_string_of(value));
        return;
    }
    if (!json_is_array(value)) {
        line_put(line, "none");
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        buffer_add_string(&list, i == 0 ? "" : ", ");
        buffer_add_text(&list, line_string_of(json_array_get(value, i)));
    }
    line_put_clipped(line, list.length == 0 ? TEXT("none") : buffer_text(&list));
}

/* ": type: bigint → integer, and 2 more"; nothing without attributes. `between` stands between the two values. */
void line_put_attributes(const struct event_line *line, const json_t *of, const char *first, const char *between)
{
    const json_t *attributes = json_object_get(of, "attributes");
    int64_t count = (int64_t)json_array_size(attributes);
    const char *second = strcmp(first, "from") == 0 ? "to" : "from";
    int64_t all = count + json_integer_value(json_object_get(of, "more_attributes"));

    for (int64_t i = 0; i < count && i < ATTRIBUTES_SHOWN; i++) {
        const json_t *attribute = json_array_get(attributes, (size_t)i);

        line_put(line, i == 0 ? ": " : "; ");
        line_put_text(line, line_string_of(json_object_get(attribute, "name")));
        line_put(line, " ");
        put_value(line, json_object_get(attribute, first));
        line_put(line, between);
        put_value(line, json_object_get(attribute, second));
    }
    if (all > ATTRIBUTES_SHOWN)
        buffer_printf(line->output, ", and %" PRId64 " more", all - ATTRIBUTES_SHOWN);
}

/* "column shop.orders.total" */
void line_put_thing(const struct event_line *line, const json_t *of)
{
    line_put_text(line, line_string_of(json_object_get(of, "kind")));
    line_put(line, " ");
    line_put_text(line, line_string_of(json_object_get(of, "object")));
}

/* "modified column shop.orders.total: type bigint → integer" */
void line_put_change(const struct event_line *line, const json_t *change)
{
    struct text before = line_string_of(json_object_get(change, "renamed_from"));

    line_put_text(line, line_string_of(json_object_get(change, "effect")));
    line_put(line, " ");
    if (before.length > 0) {
        line_put_text(line, line_string_of(json_object_get(change, "kind")));
        line_put(line, " ");
        line_put_text(line, before);
        line_put(line, " to ");
        line_put_text(line, line_string_of(json_object_get(change, "object")));
    } else {
        line_put_thing(line, change);
    }
    if (!text_equal(line_string_of(json_object_get(change, "effect")), TEXT("added")) &&
        !text_equal(line_string_of(json_object_get(change, "effect")), TEXT("removed")))
        line_put_attributes(line, change, "from", " → ");
}
