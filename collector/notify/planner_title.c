/* The title of a message: what it is about, and what happened in as many words as people read at a glance. */
#include "notify/planner_private.h"

#include <inttypes.h>

#include "drift/report_display.h"
#include "event/event_text.h"
#include "event/event_words.h"

enum { TITLE_PARTS = 2 /* that are spelt out */, MICROSECONDS = 1000 * 1000 };

/* ---- numbers ---- */

static uint64_t count_of(const json_t *data, const char *name)
{
    json_int_t number = json_integer_value(json_object_get(data, name));

    return number < 0 ? 0 : (uint64_t)number;
}

void planner_count_levels(const struct planner_event *event, uint64_t counts[SEVERITY_COUNT])
{
    const json_t *summary = json_object_get(event->data, "summary"), *change;
    size_t index;

    json_array_foreach(event->unsaid, index, change)
    {
        const json_t *name = json_object_get(change, "severity");
        enum severity severity = event->row->severity;

        severity_from_name((struct text){json_string_value(name), json_string_length(name)}, &severity);
        counts[severity]++;
    }
    if (event->unsaid != NULL)
        return;
    if (event->row->type == EVENT_SNAPSHOT_RECORDED || !json_is_object(summary)) {
        counts[event->row->severity]++;
        return;
    }
    for (int level = 0; level < SEVERITY_COUNT; level++)
        counts[level] += count_of(summary, severity_name((enum severity)level));
}

/* ---- what is told alike ---- */

enum part_sort {
    PART_CONTRACT_VIOLATED,
    PART_CONTRACT_UNKNOWN,
    PART_OPENED,
    PART_REOPENED,
    PART_CHANGED,
    PART_AGENT_SILENT,
    PART_TARGET_BAD,
    PART_SPLIT,
    PART_UNSEEN_CHANGE,
    PART_UNDELIVERED,
    PART_SCHEMA,
    PART_ENDED,
    PART_OTHER,
    PART_COUNT
};

static const struct {
    const char *one, *many; /* after the number */
} words[PART_COUNT] = {
    [PART_CONTRACT_VIOLATED] = {" contract no longer holds", " contracts no longer hold"},
    [PART_CONTRACT_UNKNOWN] = {" contract cannot be checked", " contracts cannot be checked"},
    [PART_OPENED] = {" difference opened", " differences opened"},
    [PART_REOPENED] = {" difference is open again", " differences are open again"},
    [PART_CHANGED] = {" difference changed", " differences changed"},
    [PART_AGENT_SILENT] = {" agent is silent", " agents are silent"},
    [PART_TARGET_BAD] = {" target cannot be watched", " targets cannot be watched"},
    [PART_SPLIT] = {" environment has no majority", " environments have no majority"},
    [PART_UNDELIVERED] = {" notification could not be delivered", " notifications could not be delivered"},
    [PART_UNSEEN_CHANGE] = {" change that capture did not see", " changes that capture did not see"},
    [PART_SCHEMA] = {" change", " changes"},
    [PART_ENDED] = {" difference is over", " differences are over"},
    [PART_OTHER] = {" event", " events"}};

/* Events of a sort: how many things they stand for, and how bad these are. */
struct title_part {
    uint64_t events;
    uint64_t things;
    uint64_t levels[SEVERITY_COUNT];
    const struct planner_event *first;
    bool has_others; /* not all are about the contract of the first */
};

static enum part_sort sort_of(const struct planner_event *event)
{
    switch (event->row->type) {
    case EVENT_CONTRACT_VIOLATED:
        return PART_CONTRACT_VIOLATED;
    case EVENT_CONTRACT_UNKNOWN:
        return PART_CONTRACT_UNKNOWN;
    case EVENT_DRIFT_OPENED:
    case EVENT_DRIFTS_OPENED:
        return PART_OPENED;
    case EVENT_DRIFT_REOPENED:
    case EVENT_DRIFTS_REOPENED:
        return PART_REOPENED;
    case EVENT_DRIFT_CHANGED:
    case EVENT_DRIFTS_CHANGED:
        return PART_CHANGED;
    case EVENT_DRIFT_ENDED:
    case EVENT_DRIFTS_ENDED:
        return PART_ENDED;
    case EVENT_AGENT_SILENT:
        return PART_AGENT_SILENT;
    case EVENT_TARGET_STATE:
        return event->trouble.role == TROUBLE_BEGINS ? PART_TARGET_BAD : PART_OTHER;
    case EVENT_ENVIRONMENT_SPLIT:
        return PART_SPLIT;
    case EVENT_DELIVERY_DEAD:
        return PART_UNDELIVERED;
    case EVENT_CHANGE_UNATTRIBUTED:
        return PART_UNSEEN_CHANGE;
    case EVENT_SCHEMA_CHANGED:
        return PART_SCHEMA;
    default:
        return PART_OTHER;
    }
}

/* Contracts are known by their names; what has none is alike. */
static bool is_same_contract(const struct planner_event *a, const struct planner_event *b)
{
    const json_t *names[] = {json_object_get(a->data, "contract"), json_object_get(b->data, "contract")};

    return json_equal(names[0], names[1]) == 1 || (names[0] == NULL && names[1] == NULL);
}

static void count_parts(const struct planner_telling *telling, struct title_part parts[PART_COUNT])
{
    for (size_t i = 0; i < telling->count; i++) {
        const struct planner_event *event = &telling->events[i];
        enum part_sort sort = sort_of(event);
        uint64_t count = sort == PART_OTHER      ? 1
                         : event->unsaid != NULL ? json_array_size(event->unsaid)
                                                 : count_of(event->data, "count");

        if (!planner_is_shown(event))
            continue;
        if (parts[sort].events++ == 0)
            parts[sort].first = event;
        parts[sort].has_others |= !is_same_contract(parts[sort].first, event);
        parts[sort].things += count == 0 ? 1 : count;
        planner_count_levels(event, parts[sort].levels);
    }
}

/* ---- its words ---- */

enum { NAME_COLUMNS = 100 };

/* ", 1 critical", of one thing ", critical"; what is neither that nor high needs no word. */
static void put_worst(struct buffer *output, const struct title_part *part)
{
    for (int level = SEVERITY_CRITICAL; level >= SEVERITY_HIGH; level--)
        if (part->levels[level] > 0) {
            buffer_add_string(output, ", ");
            if (part->things > 1) {
                words_number(output, part->levels[level]);
                buffer_add_byte(output, ' ');
            }
            buffer_add_string(output, severity_name((enum severity)level));
            return;
        }
}

static void put_name(struct buffer *output, const json_t *data, const char *name)
{
    const json_t *value = json_object_get(data, name);

    display_clipped(output, (struct text){json_string_value(value), json_string_length(value)}, NAME_COLUMNS);
}

/* "column shop.orders.total" */
static void put_thing(struct buffer *output, const json_t *data)
{
    const json_t *kind = json_object_get(data, "kind");

    words_kind(output, (struct text){json_string_value(kind), json_string_length(kind)});
    buffer_add_byte(output, ' ');
    put_name(output, data, "object");
}

static bool put_contract(struct buffer *output, const struct title_part *part, const char *after)
{
    buffer_add_string(output, "contract ");
    put_name(output, part->first->data, "contract");
    buffer_add_string(output, after);
    if (part->things == 1)
        return true;
    buffer_add_string(output, " in ");
    words_number(output, part->things);
    buffer_add_string(output, " instances");
    return true;
}

static bool put_difference(struct buffer *output, const struct title_part *part, const char *after)
{
    if (json_object_get(part->first->data, "object") == NULL)
        return false;
    put_thing(output, part->first->data);
    buffer_add_string(output, after);
    put_worst(output, part);
    return true;
}

/* "column shop.orders.total was removed, high" */
static bool put_change(struct buffer *output, const struct title_part *part)
{
    const json_t *changes = json_object_get(part->first->data, "changes"), *effect;
    const json_t *change = json_array_get(part->first->unsaid != NULL ? part->first->unsaid : changes, 0);

    if (change == NULL)
        return false;
    effect = json_object_get(change, "effect");
    put_thing(output, change);
    buffer_add_string(output, " was ");
    if (json_is_string(effect) && strcmp(json_string_value(effect), "modified") != 0)
        put_name(output, change, "effect");
    else
        buffer_add_string(output, "changed");
    put_worst(output, part);
    return true;
}

/* What is alone is told by its name; false: it has none. */
static bool put_named(struct buffer *output, enum part_sort sort, const struct title_part *part)
{
    switch (sort) {
    case PART_CONTRACT_VIOLATED:
        return put_contract(output, part, " no longer holds");
    case PART_CONTRACT_UNKNOWN:
        return put_contract(output, part, " cannot be checked");
    case PART_OPENED:
        return put_difference(output, part, " differs");
    case PART_REOPENED:
        return put_difference(output, part, " differs again");
    case PART_CHANGED:
        return put_difference(output, part, " differs in another way now");
    case PART_ENDED:
        return put_difference(output, part, " no longer differs");
    case PART_AGENT_SILENT:
        buffer_add_string(output, "agent ");
        display_text(output, part->first->row->agent_name);
        buffer_add_string(output, " is silent");
        return true;
    case PART_SCHEMA:
        return put_change(output, part);
    default:
        return false;
    }
}

static void put_migrations(struct buffer *output, const struct title_part *part)
{
    buffer_add_string(output, " in ");
    if (part->events == 1)
        buffer_add_string(output, "one migration");
    else
        words_number(output, part->events);
    if (part->events > 1)
        buffer_add_string(output, " migrations");
}

static void put_part(struct buffer *output, enum part_sort sort, const struct title_part *part)
{
    bool is_contract = sort == PART_CONTRACT_VIOLATED || sort == PART_CONTRACT_UNKNOWN;

    if ((part->things == 1 || (is_contract && !part->has_others)) && put_named(output, sort, part))
        return;
    words_number(output, part->things);
    buffer_add_string(output, part->things == 1 ? words[sort].one : words[sort].many);
    if (sort == PART_SCHEMA && part->things > 1)
        put_migrations(output, part);
    if (sort != PART_ENDED && sort != PART_OTHER)
        put_worst(output, part);
}

static enum severity worst_of(const struct title_part *part)
{
    int level = SEVERITY_CRITICAL;

    while (level > SEVERITY_LOW && part->levels[level] == 0)
        level--;
    return (enum severity)level;
}

/* The next sort after some that were shown: the worst, and of equal ones the first. PART_COUNT: there is none. */
static enum part_sort find_next(const struct title_part parts[PART_COUNT], const bool shown[PART_COUNT])
{
    int next = PART_COUNT;

    for (int sort = 0; sort < PART_COUNT; sort++)
        if (parts[sort].events > 0 && !shown[sort] &&
            (next == PART_COUNT || (sort != PART_OTHER && worst_of(&parts[sort]) > worst_of(&parts[next]))))
            next = sort;
    return (enum part_sort)next;
}

/* The two worst sorts, and how many other events there are. */
static void put_parts(struct buffer *output, const struct title_part parts[PART_COUNT])
{
    bool shown[PART_COUNT] = {false};
    uint64_t left = 0;

    for (unsigned i = 0; i < TITLE_PARTS; i++) {
        enum part_sort next = find_next(parts, shown);

        if (next == PART_COUNT || (next == PART_OTHER && i > 0))
            break;
        buffer_add_string(output, i == 0 ? "" : "; ");
        put_part(output, next, &parts[next]);
        shown[next] = true;
    }
    for (int sort = 0; sort < PART_COUNT; sort++)
        left += shown[sort] ? 0 : parts[sort].events;
    if (left == 0)
        return;
    buffer_add_string(output, "; ");
    words_number(output, left);
    buffer_add_string(output, left == 1 ? " other event" : " other events");
}

static void put_subject(const struct planner_telling *telling, struct buffer *output)
{
    const struct incident_row *incident = telling->incident;

    if (!text_equal(incident->subject, TEXT(PLANNER_OVERFLOW))) {
        display_text(output, incident->subject);
        return;
    }
    display_text(output, incident->route);
    buffer_add_string(output, ", beyond its limit");
}

/* ---- kinds of titles ---- */

static struct text without(struct text text, struct text beginning)
{
    if (beginning.length == 0 || !text_starts_with(text, beginning))
        return text;
    return (struct text){text.bytes + beginning.length, text.length - beginning.length};
}

/* What is alone of its sort says itself what it is, and may do so with the subject: that is not said twice. */
static void write_alone(const struct planner_telling *telling, const struct planner_event *event, struct buffer *output)
{
    CLEANUP(buffer_clear) struct buffer subject = {0}, line = {0};
    struct text text, said;

    put_subject(telling, &subject);
    event_text_write(event->row, event->data, &line);
    output->failed = output->failed || subject.failed || line.failed;
    text = buffer_text(&line);
    said = buffer_text(&subject);
    if (text_starts_with(text, said)) {
        buffer_add_text(output, text);
        return;
    }
    buffer_add_text(output, said);
    buffer_add_string(output, ": ");
    said = without(text, event->row->place.database);
    buffer_add_text(output, text_starts_with(said, TEXT(": ")) ? without(said, TEXT(": ")) : text);
}

/* What they do not know of is open, however it was told last. */
static void write_escalated(const struct planner_telling *telling, struct title_part parts[PART_COUNT],
                            struct buffer *output)
{
    struct title_part *open = &parts[PART_OPENED];

    for (int sort = PART_REOPENED; sort <= PART_CHANGED; sort++) {
        if (open->events == 0)
            open->first = parts[sort].first;
        open->events += parts[sort].events;
        open->things += parts[sort].things;
        for (int level = 0; level < SEVERITY_COUNT; level++)
            open->levels[level] += parts[sort].levels[level];
        parts[sort] = (struct title_part){.events = 0};
    }
    put_subject(telling, output);
    buffer_add_string(output, telling->can_be_seen ? ": not acknowledged for " : ": still not over after ");
    words_duration(output, telling->waited_us / MICROSECONDS);
    buffer_add_string(output, ": ");
    if (telling->count == 0) {
        words_number(output, telling->open);
        buffer_add_string(output, " open");
    } else {
        put_parts(output, parts);
    }
}

static void write_resolved(const struct planner *planner, const struct planner_telling *telling, struct buffer *output)
{
    put_subject(telling, output);
    buffer_add_string(output, ": back to normal ");
    words_after(output, (planner->now - telling->incident->opened_at) / MICROSECONDS);
}

/* The only event, when it is of a sort without words of its own. */
static const struct planner_event *find_alone(const struct title_part parts[PART_COUNT])
{
    for (int sort = 0; sort < PART_OTHER; sort++)
        if (parts[sort].events > 0)
            return NULL;
    return parts[PART_OTHER].events == 1 ? parts[PART_OTHER].first : NULL;
}

void planner_write_title(const struct planner *planner, const struct planner_telling *telling, struct buffer *output)
{
    struct title_part parts[PART_COUNT] = {{.events = 0}};
    const struct planner_event *alone;

    count_parts(telling, parts);
    alone = find_alone(parts);
    if (telling->kind == DELIVERY_RESOLVED) {
        write_resolved(planner, telling, output);
    } else if (telling->kind == DELIVERY_ESCALATED) {
        write_escalated(telling, parts, output);
    } else if (alone != NULL) {
        write_alone(telling, alone, output);
    } else {
        put_subject(telling, output);
        buffer_add_string(output, ": ");
        put_parts(output, parts);
    }
}
