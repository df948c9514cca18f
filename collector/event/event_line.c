#include "event/event_line.h"

#include "drift/report_display.h"
#include "drift/severity.h"
#include "event/event_words.h"

enum {
    TEXT_COLUMNS = 100, /* of one name, one reason */
    VALUE_COLUMNS = 40, /* of one value */
    SHARED_BYTES = 12,  /* a beginning that both values have, and that is left out when they are long */
    ATTRIBUTES_SHOWN = 2,
    CHANGES_SHOWN = 3,
    GROUPS_SHOWN = 3
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
    display_clipped(line->output, text, TEXT_COLUMNS);
}

/* `words` and what data calls by the name; nothing when it does not. */
void line_put_if(const struct event_line *line, const char *words, const char *name)
{
    if (line_text_of(line, name).length == 0)
        return;
    line_put(line, words);
    line_put_clipped(line, line_text_of(line, name));
}

static uint64_t positive(int64_t number)
{
    return number < 0 ? 0 : (uint64_t)number;
}

void line_put_number(const struct event_line *line, int64_t number)
{
    words_number(line->output, positive(number));
}

void line_put_count(const struct event_line *line, int64_t count, const char *thing)
{
    words_count(line->output, positive(count), thing);
}

void line_put_more(const struct event_line *line, int64_t count, const char *thing)
{
    if (count <= 0)
        return;
    line_put(line, ", and ");
    line_put_number(line, count);
    line_put(line, " more ");
    line_put(line, thing);
    line_put(line, count == 1 ? "" : "s");
}

void line_put_kind(const struct event_line *line, const json_t *of)
{
    words_kind(line->output, line_string_of(json_object_get(of, "kind")));
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

static void put_more_of_actor(const struct event_line *line, const char *words, struct text more)
{
    if (more.length == 0)
        return;
    line_put(line, words);
    line_put_clipped(line, more);
}

void line_put_actor(const struct event_line *line, const json_t *of)
{
    struct text actor = line_string_of(json_object_get(of, "actor"));

    if (actor.length == 0)
        return;
    line_put_clipped(line, actor);
    put_more_of_actor(line, " as ", line_string_of(json_object_get(of, "role")));
    put_more_of_actor(line, " with ", line_string_of(json_object_get(of, "application")));
}

/* " by alice (captured)", " perhaps by bob (inferred)"; of what is known only by looking, who is not known. */
bool line_put_doer(const struct event_line *line, const json_t *of, const char *words)
{
    struct text actor = line_string_of(json_object_get(of, "actor"));
    struct text evidence = line_string_of(json_object_get(of, "evidence"));

    if (text_equal(evidence, TEXT("unattributed"))) {
        line_put(line, words);
        line_put(line, " by somebody unknown (capture did not see it)");
        return true;
    }
    if (actor.length == 0)
        return false;
    line_put(line, words);
    line_put(line, text_equal(evidence, TEXT("inferred")) ? " perhaps by " : " by ");
    line_put_actor(line, of);
    if (evidence.length > 0) {
        line_put(line, " (");
        line_put_text(line, evidence);
        line_put(line, ")");
    }
    return true;
}

void line_put_by(const struct event_line *line)
{
    line_put_if(line, " by ", "by");
}

void line_put_duration(const struct event_line *line, int64_t seconds)
{
    words_duration(line->output, seconds);
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
        line_put(line, before);
        line_put_number(line, count);
        line_put(line, " ");
        line_put(line, severity_name((enum severity)level));
        before = ", ";
    }
    if (before[0] == ',')
        line_put(line, ")");
}

/* ---- values ---- */

/* A value of an attribute as one text: a list with commas. */
static void join_value(struct buffer *output, const json_t *value)
{
    if (json_is_string(value)) {
        buffer_add_text(output, line_string_of(value));
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        buffer_add_string(output, i == 0 ? "" : ", ");
        buffer_add_text(output, line_string_of(json_array_get(value, i)));
    }
}

/* How much of two long texts is left out, since both begin with it: up to a character, with a little left to see where
 * one is. */
static size_t find_shared(struct text a, struct text b)
{
    size_t shared = 0;

    if (a.length <= VALUE_COLUMNS && b.length <= VALUE_COLUMNS)
        return 0;
    while (shared < a.length && shared < b.length && a.bytes[shared] == b.bytes[shared])
        shared++;
    if (shared <= SHARED_BYTES)
        return 0;
    shared -= SHARED_BYTES;
    while (shared > 0 && ((unsigned char)a.bytes[shared] & 0xc0) == 0x80)
        shared--;
    return shared;
}

static void put_value(const struct event_line *line, const json_t *value, struct text text, size_t shared)
{
    if (json_is_string(value) && text.length == 0) {
        line_put(line, "''");
        return;
    }
    if (text.length == 0) {
        line_put(line, "none");
        return;
    }
    line_put(line, shared > 0 ? "…" : "");
    display_clipped(line->output, (struct text){text.bytes + shared, text.length - shared}, VALUE_COLUMNS);
}

void line_put_values(const struct event_line *line, const struct line_values *values)
{
    CLEANUP(buffer_clear) struct buffer first = {0}, second = {0};
    size_t shared;

    join_value(&first, values->first);
    join_value(&second, values->second);
    line->output->failed = line->output->failed || first.failed || second.failed;
    shared = find_shared(buffer_text(&first), buffer_text(&second));
    put_value(line, values->first, buffer_text(&first), shared);
    line_put(line, values->between);
    line_put_text(line, values->where);
    line_put(line, values->is);
    put_value(line, values->second, buffer_text(&second), shared);
    line_put(line, values->after);
}

void line_put_attributes(const struct event_line *line, const json_t *of, const char *first, struct line_values *values)
{
    const json_t *attributes = json_object_get(of, "attributes");
    int64_t count = (int64_t)json_array_size(attributes);
    const char *second = strcmp(first, "from") == 0 ? "to" : "from";
    int64_t all = count + json_integer_value(json_object_get(of, "more_attributes"));

    for (int64_t i = 0; i < count && i < ATTRIBUTES_SHOWN; i++) {
        const json_t *attribute = json_array_get(attributes, (size_t)i);

        line_put(line, i == 0 ? ": " : ", ");
        words_attribute(line->output, line_string_of(json_object_get(attribute, "name")));
        line_put(line, " ");
        values->first = json_object_get(attribute, first);
        values->second = json_object_get(attribute, second);
        line_put_values(line, values);
    }
    if (count > 0)
        line_put_more(line, all - (count < ATTRIBUTES_SHOWN ? count : ATTRIBUTES_SHOWN), "attribute");
}

/* ---- things and changes ---- */

void line_put_thing(const struct event_line *line, const json_t *of)
{
    line_put_kind(line, of);
    line_put(line, " ");
    line_put_text(line, line_string_of(json_object_get(of, "object")));
}

void line_put_change(const struct event_line *line, const json_t *change)
{
    struct text before = line_string_of(json_object_get(change, "renamed_from"));
    struct text effect = line_string_of(json_object_get(change, "effect"));
    struct line_values values = {.between = " → ", .is = "", .after = ""};

    if (before.length > 0) {
        line_put_kind(line, change);
        line_put(line, " ");
        line_put_text(line, before);
        line_put(line, " was renamed to ");
        line_put_text(line, line_string_of(json_object_get(change, "object")));
    } else {
        line_put_thing(line, change);
        line_put(line, text_equal(effect, TEXT("added"))     ? " was added"
                       : text_equal(effect, TEXT("removed")) ? " was removed"
                                                             : " was changed");
    }
    if (!text_equal(effect, TEXT("added")) && !text_equal(effect, TEXT("removed")))
        line_put_attributes(line, change, "from", &values);
}

static bool has_same_doer(const json_t *a, const json_t *b)
{
    static const char *const members[] = {"actor", "evidence", "role", "application"};

    for (size_t i = 0; i < LENGTH_OF(members); i++)
        if (!text_equal(line_string_of(json_object_get(a, members[i])), line_string_of(json_object_get(b, members[i]))))
            return false;
    return true;
}

/* Whether all changes have the same doer, so that it is said once. */
static bool is_by_one(const json_t *changes)
{
    for (size_t i = 1; i < json_array_size(changes); i++)
        if (!has_same_doer(json_array_get(changes, i), json_array_get(changes, 0)))
            return false;
    return true;
}

void line_put_changes(const struct event_line *line, const json_t *changes, int64_t count)
{
    bool is_one = is_by_one(changes);
    size_t shown = json_array_size(changes) < CHANGES_SHOWN ? json_array_size(changes) : CHANGES_SHOWN;

    for (size_t i = 0; i < shown; i++) {
        const json_t *change = json_array_get(changes, i);

        line_put(line, i == 0 ? "" : "; ");
        line_put_change(line, change);
        if (!is_one || i + 1 == shown)
            line_put_doer(line, change, is_one && shown > 1 ? "; all" : ",");
    }
    line_put_more(line, count - (int64_t)shown, "change");
}

/* ---- sums ---- */

static void put_names(const struct event_line *line, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        line_put(line, i == 0 ? "" : ", ");
        line_put_text(line, line_string_of(json_array_get(names, i)));
    }
}

/* "10,000 columns", "index shop.orders_by_day" */
static void put_group_things(const struct event_line *line, const json_t *group)
{
    struct text aspect = line_string_of(json_object_get(group, "aspect"));
    int64_t count = json_integer_value(json_object_get(group, "count"));

    if (text_equal(aspect, TEXT("access")))
        line_put(line, "access to ");
    else if (text_equal(aspect, TEXT("storage")))
        line_put(line, "storage of ");
    if (count == 1 && json_array_size(json_object_get(group, "names")) == 1) {
        line_put_kind(line, group);
        line_put(line, " ");
        put_names(line, json_object_get(group, "names"));
    } else {
        words_kinds(line->output, positive(count), line_string_of(json_object_get(group, "kind")));
    }
}

/* " in 500 tables"; or which they are */
static void put_group_place(const struct event_line *line, const json_t *group)
{
    int64_t count = json_integer_value(json_object_get(group, "count"));
    int64_t objects = json_integer_value(json_object_get(group, "objects"));
    const json_t *names = json_object_get(group, "names");

    if (count > 1 && json_array_size(names) > 0) {
        line_put(line, " (");
        put_names(line, names);
        line_put(line, ")");
    } else if (count > 1 && objects > 0) {
        line_put(line, " in ");
        words_kinds(line->output, positive(objects), line_string_of(json_object_get(group, "objects_kind")));
    }
}

void line_put_group(const struct event_line *line, const json_t *group, const char *words)
{
    put_group_things(line, group);
    if (words != NULL) {
        put_group_place(line, group);
        line_put(line, words);
        return;
    }
    line_put(line, " ");
    if (text_equal(line_string_of(json_object_get(group, "effect")), TEXT("modified")))
        line_put(line, "changed");
    else
        line_put_text(line, line_string_of(json_object_get(group, "effect")));
    put_group_place(line, group);
}

void line_put_groups(const struct event_line *line, line_group_writer put, const char *rest)
{
    const json_t *groups = json_object_get(line->data, "groups");
    int64_t left = line_number_of(line, "count");

    for (size_t i = 0; i < json_array_size(groups) && i < GROUPS_SHOWN; i++) {
        const json_t *group = json_array_get(groups, i);

        line_put(line, i == 0 ? "" : "; ");
        put(line, group);
        left -= json_integer_value(json_object_get(group, "count"));
    }
    if (left <= 0)
        return;
    line_put(line, "; ");
    line_put_number(line, left);
    line_put(line, " other ");
    line_put(line, rest);
    line_put(line, left == 1 ? "" : "s");
}
