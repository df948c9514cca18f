/* The lines of a message: what each event says, the worst first. Differences of one kind are summed up when there are
 * more than people read: "orders: 412 columns in 37 tables are missing in prod". */
#include "notify/planner_private.h"

#include <stdlib.h>

#include "base/clock.h"
#include "drift/report_display.h"
#include "event/event_text.h"
#include "event/event_words.h"

static const char doing[] = "writing the lines of a message";

/* A line on its way: some events that say the same, or differences of one kind. */
struct line {
    enum severity severity;
    const struct planner_event *first;
    const json_t *change; /* of a schema-changed: the one that it says; else NULL */
    uint32_t count;       /* how many events said it */
    uint32_t things;      /* how many differences it sums up */
    uint64_t left_out;    /* more things of the event than it names */
    size_t place;
    /* of differences */
    const struct kind_facts *kind; /* NULL: it is not one of a kind */
    struct text *owners;           /* that were met; sorted at the end */
    struct text text;
    struct text by; /* as it is said */
    bool by_many;
};

struct lines {
    const struct planner *planner;
    struct line *list;
    size_t count, room;
};

static struct text text_of(const json_t *data, const char *name)
{
    const json_t *value = json_object_get(data, name);

    return (struct text){json_string_value(value), json_string_length(value)};
}

static struct line *add_line(struct lines *lines)
{
    if (lines->count == lines->room) {
        size_t room = lines->room == 0 ? 64 : lines->room * 2;
        struct line *more = arena_array(lines->planner->arena, room, sizeof *more);

        if (more == NULL) {
            planner_no_memory(lines->planner);
            return NULL;
        }
        if (lines->count > 0)
            memcpy(more, lines->list, lines->count * sizeof *more);
        lines->list = more;
        lines->room = room;
    }
    lines->list[lines->count] = (struct line){.place = lines->count, .count = 1, .things = 1};
    return &lines->list[lines->count++];
}

static enum error_code keep(const struct lines *lines, struct buffer *buffer, struct text *ret_text)
{
    const struct planner *planner = lines->planner;
    char *copy;

    if (buffer_check(buffer, planner->error, doing) != ERROR_NONE)
        return planner->error->code;
    copy = arena_string(planner->arena, buffer_text(buffer));
    if (copy == NULL)
        return planner_no_memory(planner);
    *ret_text = (struct text){copy, buffer->length};
    return ERROR_NONE;
}

/* ---- one by one ---- */

/* " (5 times since 2026-12-16 11:09 UTC)" */
static void put_repeats(const struct planner_event *event, struct buffer *output)
{
    char since[CLOCK_TEXT_SIZE];

    if (event->repeats == 0)
        return;
    clock_format(event->repeats_since, since);
    buffer_add_string(output, " (");
    words_number(output, (uint64_t)event->repeats + 1);
    buffer_add_string(output, " times since ");
    words_time(output, text_from(since));
    buffer_add_byte(output, ')');
}

static enum error_code add_event(struct lines *lines, const struct planner_event *event)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct line *line;
    struct text text;

    event_text_write(event->row, event->data, &buffer);
    put_repeats(event, &buffer);
    text = buffer_text(&buffer);
    for (size_t i = 0; i < lines->count; i++)
        if (lines->list[i].severity == event->row->severity && text_equal(lines->list[i].text, text)) {
            lines->list[i].count++;
            lines->list[i].things++;
            return ERROR_NONE;
        }
    line = add_line(lines);
    if (line == NULL)
        return lines->planner->error->code;
    line->first = event;
    line->severity = event->row->severity;
    return keep(lines, &buffer, &line->text);
}

/* "alice as app_owner with flyway" */
static enum error_code read_actor(const struct lines *lines, const json_t *of, struct text *ret_by)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    event_text_write_actor(of, &buffer);
    return keep(lines, &buffer, ret_by);
}

/* "orders@prod: column shop.orders.total was removed" */
static enum error_code add_change(struct lines *lines, const struct planner_event *event, const json_t *change)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct line *line = add_line(lines);

    if (line == NULL)
        return lines->planner->error->code;
    line->first = event;
    line->change = change;
    line->severity = event->row->severity;
    severity_from_name(text_of(change, "severity"), &line->severity);
    event_text_write_change(event->row, change, &buffer);
    if (read_actor(lines, change, &line->by) != ERROR_NONE)
        return lines->planner->error->code;
    return keep(lines, &buffer, &line->text);
}

/* "orders@prod: 10,000 columns added in 500 tables" */
static enum error_code add_group(struct lines *lines, const struct planner_event *event, const json_t *group)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    const json_t *actors = json_object_get(event->data, "actors"), *actor = json_array_get(actors, 0);
    struct line *line = add_line(lines);

    if (line == NULL)
        return lines->planner->error->code;
    line->first = event;
    line->severity = event->row->severity;
    severity_from_name(text_of(group, "severity"), &line->severity);
    event_text_write_group(event->row, group, &buffer);
    if (keep(lines, &buffer, &line->text) != ERROR_NONE)
        return lines->planner->error->code;
    buffer_reset(&buffer);
    if (json_array_size(actors) == 1)
        display_text(&buffer, (struct text){json_string_value(actor), json_string_length(actor)});
    return keep(lines, &buffer, &line->by);
}

/* Few changes each have a line; of many those that are alike. */
static enum error_code add_changes(struct lines *lines, const struct planner_event *event)
{
    const json_t *changes = event->unsaid != NULL ? event->unsaid : json_object_get(event->data, "changes");
    const json_t *groups = json_object_get(event->data, "groups");
    json_int_t count = json_integer_value(json_object_get(event->data, "count"));
    size_t named = json_array_size(changes);

    if (event->unsaid == NULL && count > (json_int_t)named && json_array_size(groups) > 0) {
        for (size_t i = 0; i < json_array_size(groups); i++)
            if (add_group(lines, event, json_array_get(groups, i)) != ERROR_NONE)
                return lines->planner->error->code;
        lines->list[lines->count - 1].left_out =
            (uint64_t)json_integer_value(json_object_get(event->data, "ungrouped"));
        return ERROR_NONE;
    }
    for (size_t i = 0; i < named; i++)
        if (add_change(lines, event, json_array_get(changes, i)) != ERROR_NONE)
            return lines->planner->error->code;
    if (named > 0 && event->unsaid == NULL && count > (json_int_t)named)
        lines->list[lines->count - 1].left_out = (uint64_t)count - named;
    return ERROR_NONE;
}

/* One change alone says more in the words of its event. */
static bool is_spelt(const struct planner_event *event)
{
    return event->row->type == EVENT_SCHEMA_CHANGED &&
           (event->unsaid != NULL || json_integer_value(json_object_get(event->data, "count")) > 1) &&
           json_array_size(json_object_get(event->data, "changes")) > 0;
}

static enum error_code add_all(struct lines *lines, const struct planner_telling *telling)
{
    for (size_t i = 0; i < telling->count; i++) {
        const struct planner_event *event = &telling->events[i];

        if (planner_is_shown(event) &&
            (is_spelt(event) ? add_changes(lines, event) : add_event(lines, event)) != ERROR_NONE)
            return lines->planner->error->code;
    }
    return ERROR_NONE;
}

/* ---- summed up ---- */

/* "shop.orders" of "shop.orders.total"; a quoted dot is none. */
static struct text owner_of(struct text object)
{
    bool is_quoted = false;
    size_t end = 0;

    for (size_t i = 0; i < object.length; i++) {
        is_quoted = is_quoted != (object.bytes[i] == '"');
        if (object.bytes[i] == '.' && !is_quoted)
            end = i;
    }
    return (struct text){object.bytes, end};
}

/* What the event of one difference is of; NULL when it is another event. */
static const struct kind_facts *kind_of(const struct line *line)
{
    const struct planner_event *event = line->first;
    enum kind kind;

    if (line->change == NULL && (event->row->type < EVENT_DRIFT_OPENED || event->row->type > EVENT_DRIFT_ENDED ||
                                 json_object_get(event->data, "object") == NULL))
        return NULL;
    kind = kind_from_name(text_of(line->change == NULL ? event->data : line->change, "kind"));
    return kind == KIND_NONE ? NULL : kind_facts(kind);
}

static const json_t *data_of(const struct line *line)
{
    return line->change == NULL ? line->first->data : line->change;
}

static bool says_alike(const struct line *a, const struct line *b, const char *name)
{
    return text_equal(text_of(data_of(a), name), text_of(data_of(b), name));
}

static bool is_alike(const struct line *a, const struct line *b)
{
    return a->kind == b->kind && a->first->row->type == b->first->row->type && says_alike(a, b, "effect") &&
           text_equal(a->first->row->place.database, b->first->row->place.database) &&
           text_equal(a->first->row->place.environment, b->first->row->place.environment) &&
           text_equal(a->first->row->place.instance, b->first->row->place.instance) && says_alike(a, b, "from");
}

static void add_owner(struct line *line, size_t *owner_count, struct text owner)
{
    for (size_t i = 0; i < *owner_count; i++)
        if (text_equal(line->owners[i], owner))
            return;
    line->owners[(*owner_count)++] = owner;
}

/* What a difference of an effect is, in the words of event_text.h. */
static const char *words_of(const struct line *line)
{
    struct text effect = text_of(data_of(line), "effect");
    bool is_added = text_equal(effect, TEXT("added")), is_outlier = line->first->row->place.instance.length > 0;

    if (line->first->row->type == EVENT_DRIFT_ENDED)
        return " no longer differ in ";
    if (is_added || text_equal(effect, TEXT("removed")))
        return is_added == is_outlier ? " are only in " : " are missing in ";
    return text_equal(effect, TEXT("renamed")) ? " have other names in " : " differ in ";
}

static const char *prefix_of(enum event_type type)
{
    if (type == EVENT_DRIFT_REOPENED)
        return "open again: ";
    return type == EVENT_DRIFT_CHANGED ? "changed: " : "";
}

/* "412 columns in 37 tables" */
static void put_things(struct buffer *output, const struct line *line, const char *done, size_t owner_count)
{
    words_kinds(output, line->things, text_from(line->kind->name));
    buffer_add_string(output, done);
    if (line->kind->is_part) {
        buffer_add_string(output, " in ");
        words_count(output, owner_count, "table");
    }
}

/* "orders@prod: 412 columns added in 37 tables" */
static void put_changes(struct buffer *output, const struct line *line, size_t owner_count)
{
    const struct target_name *place = &line->first->row->place;
    struct text effect = text_of(line->change, "effect");

    display_text(output, place->database);
    buffer_add_byte(output, '@');
    display_text(output, place->environment);
    if (place->instance.length > 0 && !text_equal(place->instance, TEXT("default"))) {
        buffer_add_byte(output, '/');
        display_text(output, place->instance);
    }
    buffer_add_string(output, ": ");
    put_things(output, line,
               text_equal(effect, TEXT("added"))     ? " added"
               : text_equal(effect, TEXT("removed")) ? " removed"
               : text_equal(effect, TEXT("renamed")) ? " renamed"
                                                     : " changed",
               owner_count);
}

/* "orders: 412 columns in 37 tables are missing in prod" */
static void put_differences(struct buffer *output, const struct line *line, size_t owner_count)
{
    const struct target_name *place = &line->first->row->place;

    buffer_add_string(output, prefix_of(line->first->row->type));
    display_text(output, place->database);
    buffer_add_string(output, ": ");
    put_things(output, line, "", owner_count);
    buffer_add_string(output, words_of(line));
    if (place->instance.length > 0) {
        buffer_add_string(output, "instance ");
        display_text(output, place->instance);
        buffer_add_string(output, " of ");
    }
    display_text(output, place->environment);
}

static enum error_code write_sum(const struct lines *lines, struct line *line, size_t owner_count)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    if (line->change != NULL)
        put_changes(&buffer, line, owner_count);
    else
        put_differences(&buffer, line, owner_count);
    return keep(lines, &buffer, &line->text);
}

static bool is_by_same(const json_t *a, const json_t *b)
{
    static const char *const members[] = {"actor", "role", "application"};

    for (size_t i = 0; i < LENGTH_OF(members); i++)
        if (!text_equal(text_of(a, members[i]), text_of(b, members[i])))
            return false;
    return true;
}

/* Take all that are alike behind a place into the line there, which is of at least two then. */
static enum error_code sum_up(struct lines *lines, size_t at)
{
    struct line *line = &lines->list[at];
    size_t kept = at + 1, owner_count = 0;

    line->owners = arena_array(lines->planner->arena, lines->count - at, sizeof *line->owners);
    if (line->owners == NULL)
        return planner_no_memory(lines->planner);
    if (line->change == NULL && read_actor(lines, line->first->data, &line->by) != ERROR_NONE)
        return lines->planner->error->code;
    add_owner(line, &owner_count, owner_of(text_of(data_of(line), "object")));
    for (size_t i = at + 1; i < lines->count; i++) {
        const struct line *other = &lines->list[i];

        if (!is_alike(line, other)) {
            lines->list[kept++] = *other;
            continue;
        }
        line->things += other->things;
        line->left_out += other->left_out;
        line->severity = other->severity > line->severity ? other->severity : line->severity;
        line->by_many = line->by_many || !is_by_same(data_of(line), data_of(other));
        add_owner(line, &owner_count, owner_of(text_of(data_of(other), "object")));
    }
    if (kept == lines->count) {
        line->by = line->change == NULL ? (struct text){"", 0} : line->by;
        return ERROR_NONE;
    }
    lines->count = kept;
    line->by = line->by_many ? (struct text){"", 0} : line->by;
    return write_sum(lines, line, owner_count);
}

static enum error_code sum_up_all(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        lines->list[i].kind = kind_of(&lines->list[i]);
    for (size_t i = 0; i < lines->count; i++)
        if (lines->list[i].kind != NULL && sum_up(lines, i) != ERROR_NONE)
            return lines->planner->error->code;
    return ERROR_NONE;
}

/* ---- into the message ---- */

static int compare_lines(const void *a, const void *b)
{
    const struct line *first = a, *second = b;

    if (first->severity != second->severity)
        return first->severity > second->severity ? -1 : 1;
    return first->place < second->place ? -1 : first->place > second->place;
}

static enum error_code put_lines(const struct lines *lines, struct message *message)
{
    uint64_t more = 0;

    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->list[i];

        more += line->left_out;
        if (message->line_count == MESSAGE_LINES_LIMIT) {
            more++;
            continue;
        }
        struct message_line *put = &message->lines[message->line_count++];

        *put =
            (struct message_line){.severity = line->severity, .text = line->text, .by = line->by, .count = line->count};
    }
    message->more = more > UINT32_MAX ? UINT32_MAX : (uint32_t)more;
    return ERROR_NONE;
}

static void count_levels(const struct planner_telling *telling, struct message *message)
{
    uint64_t counts[SEVERITY_COUNT] = {0};

    for (size_t i = 0; i < telling->count; i++)
        if (planner_is_shown(&telling->events[i]))
            planner_count_levels(&telling->events[i], counts);
    for (int level = 0; level < SEVERITY_COUNT; level++)
        message->summary[level] = counts[level] > UINT32_MAX ? UINT32_MAX : (uint32_t)counts[level];
}

enum error_code planner_write_lines(const struct planner *planner, const struct planner_telling *telling,
                                    struct message *message)
{
    struct lines lines = {.planner = planner};

    count_levels(telling, message);
    if (add_all(&lines, telling) != ERROR_NONE)
        return planner->error->code;
    if (lines.count > MESSAGE_LINES_LIMIT && sum_up_all(&lines) != ERROR_NONE)
        return planner->error->code;
    if (lines.count > 1)
        qsort(lines.list, lines.count, sizeof *lines.list, compare_lines);
    return put_lines(&lines, message);
}
