/* The message of some events: made once, and kept as it is sent. */
#include "notify/planner_private.h"

#include <inttypes.h>

#include "drift/report_json_value.h"
#include "event/cloud_event.h"

static const char doing[] = "making a message";

/* ---- how its subject stands ---- */

static enum verdict worse(enum verdict a, enum verdict b)
{
    if (a == VERDICT_DRIFTED || b == VERDICT_DRIFTED)
        return VERDICT_DRIFTED;
    return a == VERDICT_UNKNOWN || b == VERDICT_UNKNOWN ? VERDICT_UNKNOWN : VERDICT_IN_SYNC;
}

/* Of an environment: whether its instances agree, and whether it is as the one that it is promoted from. False when
 * there is no such environment. */
static bool find_verdict(const struct fleet_database *database, struct text environment, enum verdict *verdict)
{
    bool found = false;

    *verdict = database->verdict;
    if (environment.length == 0)
        return true;
    for (uint32_t i = 0; i < database->environment_count; i++)
        if (text_equal(database->environments[i].name, environment)) {
            *verdict = database->environments[i].verdict;
            found = true;
        }
    for (uint32_t i = 0; found && i < database->step_count; i++)
        if (text_equal(database->steps[i].to, environment))
            *verdict = worse(*verdict, database->steps[i].verdict);
    return found;
}

/* A message is not held up by a verdict that cannot be had. */
static enum error_code look(const struct planner *planner, const struct incident_row *incident, struct arena *arena,
                            struct text *ret_verdict)
{
    const struct policy *policy = planner->planning->policy;
    struct fleet fleet = {0};
    enum verdict verdict = VERDICT_UNKNOWN;
    enum error_code code = fleet_look(&fleet, planner->database, &policy_content(policy)->fleet, policy_cache(policy),
                                      incident->database, arena, planner->error);

    if (code == ERROR_MEMORY || code == ERROR_IO)
        return code;
    if (code == ERROR_NONE && fleet.database_count == 1 &&
        find_verdict(&fleet.databases[0], incident->environment, &verdict))
        *ret_verdict = text_from(verdict_name(verdict));
    return ERROR_NONE;
}

static enum error_code set_verdict(const struct planner *planner, const struct incident_row *incident,
                                   struct message *message)
{
    struct arena arena;
    enum error_code code;

    if (incident->database.length == 0)
        return ERROR_NONE;
    arena_init(&arena, policy_content(planner->planning->policy)->fleet.memory_limit);
    code = look(planner, incident, &arena, &message->verdict);
    arena_free(&arena);
    return code;
}

/* ---- where to look further ---- */

static enum error_code keep_text(const struct planner *planner, struct buffer *buffer, struct text *ret_text)
{
    char *copy;

    if (buffer_check(buffer, planner->error, doing) != ERROR_NONE)
        return planner->error->code;
    copy = arena_string(planner->arena, buffer_text(buffer));
    if (copy == NULL)
        return planner_no_memory(planner);
    *ret_text = (struct text){copy, buffer->length};
    return ERROR_NONE;
}

static enum error_code set_link(const struct planner *planner, const struct incident_row *incident,
                                struct message *message)
{
    struct text base = notify_plan_content(planner->planning->plan)->link;
    CLEANUP(buffer_clear) struct buffer link = {0};

    if (base.length == 0)
        return ERROR_NONE;
    while (base.length > 0 && base.bytes[base.length - 1] == '/')
        base.length--;
    buffer_add_text(&link, base);
    buffer_add_string(&link, "/#/");
    if (incident->database.length == 0) {
        buffer_add_string(&link, "fleet");
    } else {
        buffer_add_string(&link, "drift?database=");
        buffer_add_escaped(&link, incident->database, "");
        if (incident->environment.length > 0) {
            buffer_add_string(&link, "&to=");
            buffer_add_escaped(&link, incident->environment, "");
        }
    }
    return keep_text(planner, &link, &message->link);
}

static const struct planner_event *first_told(const struct planner_telling *telling)
{
    for (size_t i = 0; i < telling->count; i++)
        if (telling->events[i].is_told)
            return &telling->events[i];
    return NULL;
}

/* What shows more of an event, and what it is asked with. */
enum asked_with { ASK_NOTHING, ASK_DATABASE, ASK_PROMOTION, ASK_PLACE };

struct asking {
    enum event_type first, last;
    const char *words;
    enum asked_with with;
};

static const struct asking askings[] = {
    {EVENT_SNAPSHOT_RECORDED, EVENT_COVERAGE_CHANGED, "driftline history", ASK_PLACE},
    {EVENT_TARGET_STATE, EVENT_TARGET_CLAIMED, "driftline targets list", ASK_NOTHING},
    {EVENT_DRIFT_OPENED, EVENT_WAIVER_EXPIRED, "driftline drift list", ASK_PROMOTION},
    {EVENT_CONTRACT_VIOLATED, EVENT_CONTRACT_RESTORED, "driftline contracts", ASK_DATABASE},
    {EVENT_GATE_EVALUATED, EVENT_GATE_PINNED, "driftline gate history", ASK_DATABASE},
    {EVENT_AGENT_ENROLLED, EVENT_AGENT_REFUSED, "driftline agents list", ASK_NOTHING},
};

static const struct asking *find_asking(enum event_type type)
{
    for (size_t i = 0; i < LENGTH_OF(askings); i++)
        if (type >= askings[i].first && type <= askings[i].last)
            return &askings[i];
    return NULL;
}

static void put_asked(struct buffer *command, enum asked_with with, const struct incident_row *incident)
{
    bool has_environment = incident->environment.length > 0;

    if (incident->database.length == 0 || with == ASK_NOTHING)
        return;
    buffer_printf(command, " %.*s", TEXT_ARGS(incident->database));
    if (has_environment && with == ASK_PLACE)
        buffer_printf(command, "@%.*s", TEXT_ARGS(incident->environment));
    if (has_environment && with == ASK_PROMOTION)
        buffer_printf(command, " --to %.*s", TEXT_ARGS(incident->environment));
}

static enum error_code set_command(const struct planner *planner, const struct planner_telling *telling,
                                   struct message *message)
{
    const struct planner_event *event = first_told(telling);
    const struct asking *asking = event == NULL ? NULL : find_asking(event->row->type);
    const struct incident_row *incident = telling->incident;
    CLEANUP(buffer_clear) struct buffer command = {0};

    if (asking == NULL ||
        (asking->with == ASK_PLACE && (incident->database.length == 0 || incident->environment.length == 0)))
        return ERROR_NONE;
    buffer_add_string(&command, asking->words);
    put_asked(&command, asking->with, incident);
    return keep_text(planner, &command, &message->command);
}

/* ---- its facts ---- */

static void count_events(const struct planner_telling *telling, struct message *message, struct delivery_row *delivery)
{
    for (size_t i = 0; i < telling->count; i++) {
        const struct event_row *row = telling->events[i].row;

        if (!telling->events[i].is_told)
            continue;
        delivery->events++;
        delivery->last_event = row->id;
        if (row->severity > message->severity)
            message->severity = row->severity;
    }
}

/* The worst there was, when it is over; of all others what they tell. */
static void move_on(const struct planner *planner, const struct planner_telling *telling, struct message *message)
{
    struct incident_row *incident = telling->incident;

    if (message->severity > incident->severity)
        incident->severity = message->severity;
    if (telling->kind == DELIVERY_RESOLVED)
        message->severity = incident->severity;
    incident->told++;
    incident->told_at = planner->now;
    message->number = incident->told;
}

static enum error_code set_title(const struct planner *planner, const struct planner_telling *telling,
                                 struct message *message)
{
    CLEANUP(buffer_clear) struct buffer title = {0};

    planner_write_title(planner, telling, &title);
    return keep_text(planner, &title, &message->title);
}

/* A new reference; NULL when memory ran out. */
static json_t *events_value(const struct planner *planner, const struct planner_telling *telling)
{
    struct json_builder builder = {0};
    json_t *events = json_builder_array(&builder);

    for (size_t i = 0; i < telling->count; i++)
        if (telling->events[i].is_told)
            json_builder_append(
                &builder, events,
                cloud_event_value(&builder, telling->events[i].row, planner->planning->store, planner->arena));
    if (!builder.failed)
        return events;
    json_decref(events);
    return NULL;
}

static enum error_code write_message(const struct planner *planner, const struct planner_telling *telling,
                                     struct message *message, struct buffer *output)
{
    json_t *events = events_value(planner, telling);
    enum error_code code;

    if (events == NULL)
        return error_memory(planner->error, doing);
    message->events = events;
    code = message_write(message, output, planner->error);
    json_decref(events);
    return code;
}

/* Its id has the number of its delivery in it: that is there first. */
static enum error_code add_delivery(const struct planner *planner, const struct planner_telling *telling,
                                    struct message *message, struct delivery_row *delivery)
{
    CLEANUP(buffer_clear) struct buffer json = {0};
    const char *id;

    if (deliveries_add(planner->database, delivery, planner->error) != ERROR_NONE)
        return planner->error->code;
    id = arena_printf(planner->arena, "%.*s-%" PRId64, TEXT_ARGS(planner->planning->store), delivery->id);
    if (id == NULL)
        return planner_no_memory(planner);
    message->id = text_from(id);
    if (write_message(planner, telling, message, &json) != ERROR_NONE)
        return planner->error->code;
    return deliveries_set_message(planner->database, delivery->id, buffer_text(&json), planner->error);
}

enum error_code planner_make_message(const struct planner *planner, const struct planner_telling *telling,
                                     int64_t *ret_delivery)
{
    struct incident_row *incident = telling->incident;
    struct message message = {.incident = incident->id,
                              .kind = telling->kind,
                              .route = incident->route,
                              .subject = incident->subject,
                              .database = incident->database,
                              .environment = incident->environment,
                              .time = planner->now,
                              .is_last = telling->is_last,
                              .open = telling->open,
                              .open_differences = telling->open_differences};
    struct delivery_row delivery = {.incident = incident->id,
                                    .sink = incident->sink,
                                    .kind = telling->kind,
                                    .state = DELIVERY_WAITING,
                                    .created_at = planner->now,
                                    .next_at = planner->now};

    count_events(telling, &message, &delivery);
    move_on(planner, telling, &message);
    delivery.number = message.number;
    if (planner_mark_said(planner, telling) != ERROR_NONE ||
        planner_write_lines(planner, telling, &message) != ERROR_NONE ||
        set_title(planner, telling, &message) != ERROR_NONE || set_verdict(planner, incident, &message) != ERROR_NONE ||
        set_link(planner, incident, &message) != ERROR_NONE || set_command(planner, telling, &message) != ERROR_NONE ||
        add_delivery(planner, telling, &message, &delivery) != ERROR_NONE)
        return planner->error->code;
    *ret_delivery = delivery.id;
    return ERROR_NONE;
}
