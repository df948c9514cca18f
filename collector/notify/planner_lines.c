/* The lines of a message: what each event says, the worst first. Differences of one kind are summed up when there are
 * more than people read: "orders: 412 columns in 37 tables are missing in prod". */
#include "notify/planner_private.h"

#include <stdlib.h>

#include "drift/report_display.h"
#include "event/event_text.h"

static const char doing[] = "writing the lines of a message";

/* A line on its way: some events that say the same, or differences of one kind. */
struct line {
    enum severity severity;
    const struct planner_event *first;
    const json_t *change; /* of a schema-changed: the one that it says; else NULL */
    uint32_t count;
    uint64_t left_out; /* more things of the event than it names */
    size_t place;
    /* of differences */
    const struct kind_facts *kind; /* NULL: it is not one of a kind */
    struct text *owners;           /* that were met; sorted at the end */
    struct text text;
    struct text by;
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
    lines->list[lines->count] = (struct line){.place = lines->count, .count = 1};
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

/* Of what somebody accepted, or took away, the line says itself that it is no trouble any more. */
static bool says_over(const struct planner_event *event)
{
    enum event_type type = event->row->type;

    return event->trouble.role == TROUBLE_ENDS && type != EVENT_DRIFT_WAIVED && type != EVENT_AGENT_REVOKED &&
           type != EVENT_TARGET_FORGOTTEN;
}

static enum error_code add_event(struct lines *lines, const struct planner_event *event)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct line *line;
    struct text text;

    if (says_over(event))
        buffer_add_string(&buffer, "over: ");
    event_text_write(event->row, event->data, &buffer);
    text = buffer_text(&buffer);
    for (size_t i = 0; i < lines->count; i++)
        if (lines->list[i].severity == event->row->severity && text_equal(lines->list[i].text, text)) {
            lines->list[i].count++;
            return ERROR_NONE;
        }
    line = add_line(lines);
    if (line == NULL)
        return lines->planner->error->code;
    line->first = event;
    line->severity = event->row->severity;
    return keep(lines, &buffer, &line->text);
}

/* "removed column shop.orders.total" */
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
    line->by = text_of(change, "actor");
    display_text(&buffer, text_of(change, "effect"));
    buffer_add_byte(&buffer, ' ');
    display_text(&buffer, text_of(change, "kind"));
    buffer_add_byte(&buffer, ' ');
    if (text_of(change, "renamed_from").length > 0) {
        display_text(&buffer, text_of(change, "renamed_from"));
        buffer_add_string(&buffer, " to ");
    }
    display_text(&buffer, text_of(change, "object"));
    return keep(lines, &buffer, &line->text);
}

/* Many changes at once: those that the event names, and how many more there are. */
static enum error_code add_changes(struct lines *lines, const struct planner_event *event)
{
    const json_t *changes = json_object_get(event->data, "changes");
    json_int_t count = json_integer_value(json_object_get(event->data, "count"));
    size_t named = json_array_size(changes);

    for (size_t i = 0; i < named; i++)
        if (add_change(lines, event, json_array_get(changes, i)) != ERROR_NONE)
            return lines->planner->error->code;
    if (named > 0 && count > (json_int_t)named)
        lines->list[lines->count - 1].left_out = (uint64_t)count - named;
    return ERROR_NONE;
}

static enum error_code add_all(struct lines *lines, const struct planner_telling *telling)
{
    for (size_t i = 0; i < telling->count; i++) {
        const struct planner_event *event = &telling->events[i];
        bool is_spelt =
            event->row->type == EVENT_SCHEMA_CHANGED && json_array_size(json_object_get(event->data, "changes")) > 1;

        if (event->is_told && (is_spelt ? add_changes(lines, event) : add_event(lines, event)) != ERROR_NONE)
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
static const char *words_of(const struct line *line, bool *ret_has_place)
{
    struct text effect = text_of(data_of(line), "effect");
    bool is_added = text_equal(effect, TEXT("added")), is_outlier = line->first->row->place.instance.length > 0;

    *ret_has_place = line->change == NULL;
    if (line->change != NULL)
        return is_added                              ? " were added"
               : text_equal(effect, TEXT("removed")) ? " were removed"
               : text_equal(effect, TEXT("renamed")) ? " were renamed"
                                                     : " were modified";
    if (line->first->row->type == EVENT_DRIFT_ENDED)
        return " no longer differ in ";
    if (is_added || text_equal(effect, TEXT("removed")))
        return is_added == is_outlier ? " are only in " : " are missing in ";
    return text_equal(effect, TEXT("renamed")) ? " are called otherwise in " : " differ in ";
}

static const char *prefix_of(enum event_type type)
{
    if (type == EVENT_DRIFT_ENDED)
        return "over: ";
    if (type == EVENT_DRIFT_REOPENED)
        return "open again: ";
    return type == EVENT_DRIFT_CHANGED ? "changed: " : "";
}

/* "orders: 412 columns in 37 tables are missing in prod" */
static enum error_code write_sum(const struct lines *lines, struct line *line, size_t owner_count)
{
    const struct target_name *place = &line->first->row->place;
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    bool has_place = false;
    const char *words = words_of(line, &has_place);

    buffer_add_string(&buffer, prefix_of(line->first->row->type));
    display_text(&buffer, place->database);
    buffer_add_string(&buffer, ": ");
    planner_put_number(&buffer, line->count);
    buffer_printf(&buffer, " %s", line->kind->plural);
    if (line->kind->is_part) {
        buffer_add_string(&buffer, " in ");
        planner_put_number(&buffer, owner_count);
        buffer_add_string(&buffer, owner_count == 1 ? " table" : " tables");
    }
    buffer_add_string(&buffer, words);
    if (has_place && place->instance.length > 0) {
        buffer_add_string(&buffer, "instance ");
        display_text(&buffer, place->instance);
        buffer_add_string(&buffer, " of ");
    }
    if (has_place)
        display_text(&buffer, place->environment);
    return keep(lines, &buffer, &line->text);
}

/* Take all that are alike behind a place into the line there, which is of at least two then. */
static enum error_code sum_up(struct lines *lines, size_t at)
{
    struct line *line = &lines->list[at];
    size_t kept = at + 1, owner_count = 0;

    line->owners = arena_array(lines->planner->arena, lines->count - at, sizeof *line->owners);
    if (line->owners == NULL)
        return planner_no_memory(lines->planner);
    line->by = line->change == NULL ? text_of(line->first->data, "actor") : line->by;
    add_owner(line, &owner_count, owner_of(text_of(data_of(line), "object")));
    for (size_t i = at + 1; i < lines->count; i++) {
        const struct line *other = &lines->list[i];

        if (!is_alike(line, other)) {
            lines->list[kept++] = *other;
            continue;
        }
        line->count += other->count;
        line->left_out += other->left_out;
        line->severity = other->severity > line->severity ? other->severity : line->severity;
        line->by_many = line->by_many || !text_equal(line->by, text_of(data_of(other), "actor"));
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
        CLEANUP(buffer_clear) struct buffer by = {0};

        more += line->left_out;
        if (message->line_count == MESSAGE_LINES_LIMIT) {
            more++;
            continue;
        }
        struct message_line *put = &message->lines[message->line_count++];

        display_text(&by, line->by);
        *put = (struct message_line){.severity = line->severity, .text = line->text, .count = line->count};
        if (keep(lines, &by, &put->by) != ERROR_NONE)
            return lines->planner->error->code;
    }
    message->more = more > UINT32_MAX ? UINT32_MAX : (uint32_t)more;
    return ERROR_NONE;
}

static void count_levels(const struct planner_telling *telling, struct message *message)
{
    uint64_t counts[SEVERITY_COUNT] = {0};

    for (size_t i = 0; i < telling->count; i++)
        if (telling->events[i].is_told)
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
