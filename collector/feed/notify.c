/* GET /api/v1/notify, GET /api/v1/deliveries, GET /api/v1/deliveries/{id}, POST /api/v1/deliveries/{id}/replay */
#include "base/clock.h"
#include "feed/audit.h"
#include "feed/json.h"
#include "feed/parameters.h"
#include "feed/routes.h"
#include "notify/sink.h"
#include "store/deliveries.h"
#include "store/drifts.h"
#include "store/incidents.h"

enum { HELD_SHOWN = 100 /* incidents */ };

static void release(struct notify_plan **plan)
{
    notify_plan_release(*plan);
}

/* ---- who is told what ---- */

static json_t *texts_json(struct json_builder *builder, const struct text *texts, size_t count)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < count; i++)
        json_builder_append(builder, list, json_builder_text(builder, texts[i]));
    return list;
}

/* The names of the bits that are set; `name` answers that of a bit. */
static json_t *names_json(struct json_builder *builder, uint64_t bits, const char *(*name)(size_t number))
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < 64; i++)
        if ((bits >> i & 1) != 0)
            json_builder_append(builder, list, json_builder_string(builder, name(i)));
    return list;
}

static const char *type_name(size_t number)
{
    return event_type_name((enum event_type)number);
}

static const char *cause_name(size_t number)
{
    return drift_cause_name((enum drift_cause)number);
}

static const char *group_name(size_t number)
{
    static const char *const names[] = {"database", "environment", "instance", "contract", "type"};

    return names[number];
}

static json_t *seconds_json(struct json_builder *builder, int64_t microseconds)
{
    return json_builder_number(builder, microseconds / 1000000);
}

static void set_limits(struct json_builder *builder, json_t *object, const struct route *route)
{
    json_t *limit = NULL, *escalate = NULL;

    if (route->limit != 0) {
        limit = json_builder_object(builder);
        json_builder_set(builder, limit, "messages", json_builder_number(builder, route->limit));
        json_builder_set(builder, limit, "per_seconds", seconds_json(builder, route->limit_us));
    }
    if (route->escalate_us != 0) {
        escalate = json_builder_object(builder);
        json_builder_set(builder, escalate, "after_seconds", seconds_json(builder, route->escalate_us));
        json_builder_set(builder, escalate, "severity",
                         json_builder_string(builder, severity_name(route->escalate_least)));
        json_builder_set(builder, escalate, "to", texts_json(builder, route->escalate_to, route->escalate_count));
    }
    json_builder_set(builder, object, "limit", limit == NULL ? json_null() : limit);
    json_builder_set(builder, object, "escalate", escalate == NULL ? json_null() : escalate);
}

/* One pattern stands for all there are. */
static json_t *types_json(struct json_builder *builder, uint64_t types)
{
    static const struct text every = TEXT_INIT("*");
    const uint64_t all = (UINT64_C(1) << (EVENT_TYPE_COUNT - 1) << 1) - 1;

    return (types & all) == all ? texts_json(builder, &every, 1) : names_json(builder, types, type_name);
}

static json_t *route_value(struct json_builder *builder, const struct route *route)
{
    const struct event_filter *filter = &route->filter;
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "name", json_builder_text(builder, route->name));
    json_builder_set(builder, object, "types", types_json(builder, filter->types));
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(filter->least)));
    json_builder_set(builder, object, "databases", texts_json(builder, filter->databases, filter->database_count));
    json_builder_set(builder, object, "environments",
                     texts_json(builder, filter->environments, filter->environment_count));
    json_builder_set(builder, object, "causes", names_json(builder, route->causes, cause_name));
    json_builder_set(builder, object, "owners", texts_json(builder, route->owners, route->owner_count));
    json_builder_set(builder, object, "contracts", texts_json(builder, route->contracts, route->contract_count));
    json_builder_set(builder, object, "objects", texts_json(builder, route->objects, route->object_count));
    json_builder_set(builder, object, "sinks", texts_json(builder, route->sinks, route->sink_count));
    json_builder_set(builder, object, "group_by", names_json(builder, route->group_by, group_name));
    json_builder_set(builder, object, "settle_seconds", seconds_json(builder, route->settle_us));
    json_builder_set(builder, object, "settle_most_seconds", seconds_json(builder, route->settle_most_us));
    json_builder_set(builder, object, "repeat_seconds", seconds_json(builder, route->repeat_us));
    json_builder_set(builder, object, "resolve", json_boolean(route->resolve));
    json_builder_set(builder, object, "quiet", json_builder_number(builder, (int64_t)route->quiet_count));
    set_limits(builder, object, route);
    return object;
}

/* What waits in incidents, as the store has it. */
struct held {
    struct held_incident *list;
    size_t count;
};

static uint64_t count_held(const struct held *held, struct text sink)
{
    uint64_t count = 0;

    for (size_t i = 0; i < held->count; i++)
        count += text_equal(held->list[i].sink, sink) ? held->list[i].events : 0;
    return count;
}

static json_t *held_json(struct json_builder *builder, const struct held *held)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < held->count && i < HELD_SHOWN; i++) {
        const struct held_incident *incident = &held->list[i];
        json_t *object = json_builder_object(builder);

        json_builder_set(builder, object, "incident", json_builder_number(builder, incident->id));
        json_builder_set(builder, object, "sink", json_builder_text(builder, incident->sink));
        json_builder_set(builder, object, "route", json_builder_text(builder, incident->route));
        json_builder_set(builder, object, "subject", json_builder_text(builder, incident->subject));
        json_builder_set(builder, object, "events", json_builder_number(builder, (int64_t)incident->events));
        json_builder_set(builder, object, "until", json_time(builder, incident->until));
        json_builder_set(builder, object, "why", json_builder_string(builder, incident_hold_name(incident->why)));
        json_builder_append(builder, list, object);
    }
    return list;
}

/* A sink and how it does. `sink` is NULL when the configuration has it no more. */
static json_t *sink_value(struct json_builder *builder, const struct sink *sink, const struct sink_account *account,
                          struct arena *arena)
{
    json_t *object = json_builder_object(builder);
    const char *address = sink == NULL ? "" : sink->kind->address(sink, arena);

    builder->failed = builder->failed || address == NULL;
    json_builder_set(builder, object, "name", json_builder_text(builder, account->sink));
    json_builder_set(builder, object, "kind",
                     json_text_or_null(builder, text_from(sink == NULL ? "" : sink->kind->name)));
    json_builder_set(builder, object, "address", json_text_or_null(builder, text_from(address == NULL ? "" : address)));
    json_builder_set(builder, object, "waiting",
                     json_builder_number(builder, (int64_t)account->counts[DELIVERY_WAITING]));
    json_builder_set(builder, object, "dead", json_builder_number(builder, (int64_t)account->counts[DELIVERY_DEAD]));
    json_builder_set(builder, object, "sent", json_builder_number(builder, (int64_t)account->counts[DELIVERY_SENT]));
    json_builder_set(builder, object, "waiting_since", json_time(builder, account->waiting_since));
    json_builder_set(builder, object, "sent_at", json_time(builder, account->sent_at));
    json_builder_set(builder, object, "failed_at", json_time(builder, account->failed_at));
    json_builder_set(builder, object, "problem", json_text_or_null(builder, account->problem));
    return object;
}

/* What is said of all sinks. */
struct telling {
    const struct notify_plan *plan;
    struct sink_account *accounts;
    size_t count;
    struct held held;
    struct arena *arena;
};

static void add_sink(struct json_builder *builder, json_t *list, const struct telling *telling,
                     const struct sink_account *account)
{
    const struct sink *sink = notify_plan_sink(telling->plan, account->sink);
    json_t *object = sink_value(builder, sink, account, telling->arena);

    json_builder_set(builder, object, "held",
                     json_builder_number(builder, (int64_t)count_held(&telling->held, account->sink)));
    json_builder_append(builder, list, object);
}

/* The sinks of the plan in its order, then those that are gone and have left something behind. */
static json_t *sinks_json(struct json_builder *builder, const struct telling *telling)
{
    const struct notify_content *content = notify_plan_content(telling->plan);
    const struct sink_account *accounts = telling->accounts;
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < content->sink_count; i++) {
        struct sink_account account = {.sink = content->sinks[i].name};

        for (size_t known = 0; known < telling->count; known++)
            if (text_equal(accounts[known].sink, account.sink))
                account = accounts[known];
        add_sink(builder, list, telling, &account);
    }
    for (size_t i = 0; i < telling->count; i++)
        if (notify_plan_sink(telling->plan, accounts[i].sink) == NULL &&
            accounts[i].counts[DELIVERY_WAITING] + accounts[i].counts[DELIVERY_DEAD] > 0)
            add_sink(builder, list, telling, &accounts[i]);
    return list;
}

enum error_code get_notify(const struct request *request, struct answer *answer, struct error *error)
{
    CLEANUP(release) struct notify_plan *plan = notify_take(request->tools->notify);
    const struct notify_content *content = notify_plan_content(plan);
    struct json_builder builder = {0};
    struct telling telling = {.plan = plan, .arena = request->arena};
    json_t *document, *routes;

    if (deliveries_accounts(request->database, request->arena, &telling.accounts, &telling.count, error) !=
            ERROR_NONE ||
        incidents_held(request->database, request->arena, &telling.held.list, &telling.held.count, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    routes = json_builder_array(&builder);
    json_builder_set(&builder, document, "sinks", sinks_json(&builder, &telling));
    for (size_t i = 0; i < content->route_count; i++)
        json_builder_append(&builder, routes, route_value(&builder, &content->routes[i]));
    json_builder_set(&builder, document, "routes", routes);
    json_builder_set(&builder, document, "held", held_json(&builder, &telling.held));
    json_builder_set(&builder, document, "problem", json_text_or_null(&builder, content->problem));
    return answer_json(answer, &builder, document, error);
}

/* ---- messages ---- */

const struct parameter deliveries_parameters[] = {
    {.name = "state",
     .type = PARAMETER_CHOICE,
     .choice = delivery_state_name,
     .summary = "Only those that wait to be taken, were sent, or are dead: given up."},
    {.name = "sink", .type = PARAMETER_NAME, .summary = "Only those to this sink."},
    {.name = "incident",
     .type = PARAMETER_NUMBER,
     .minimum = 1,
     .maximum = INT64_MAX,
     .summary = "Only those of this incident."},
    PAGE_BEFORE,
    PAGE_SIZE,
    {0},
};

static json_t *delivery_value(struct json_builder *builder, const struct delivery_row *row, struct text title)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, row->id));
    json_builder_set(builder, object, "incident", json_builder_number(builder, row->incident));
    json_builder_set(builder, object, "sink", json_builder_text(builder, row->sink));
    json_builder_set(builder, object, "route", json_builder_text(builder, row->route));
    json_builder_set(builder, object, "subject", json_builder_text(builder, row->subject));
    json_builder_set(builder, object, "kind", json_builder_string(builder, delivery_kind_name(row->kind)));
    json_builder_set(builder, object, "state", json_builder_string(builder, delivery_state_name(row->state)));
    json_builder_set(builder, object, "number", json_builder_number(builder, row->number));
    json_builder_set(builder, object, "created_at", json_time(builder, row->created_at));
    json_builder_set(builder, object, "attempts", json_builder_number(builder, row->attempts));
    json_builder_set(builder, object, "next_at", json_time(builder, row->next_at));
    json_builder_set(builder, object, "finished_at", json_time(builder, row->finished_at));
    json_builder_set(builder, object, "events", json_builder_number(builder, row->events));
    json_builder_set(builder, object, "status", json_number_or_null(builder, row->status));
    json_builder_set(builder, object, "problem", json_text_or_null(builder, row->problem));
    json_builder_set(builder, object, "title", json_builder_text(builder, title));
    return object;
}

enum error_code get_deliveries(const struct request *request, struct answer *answer, struct error *error)
{
    const struct request_parameters *parameters = &request->parameters;
    const struct delivery_filter filter = {
        .state = request_has(parameters, "state") ? (int)request_choice(parameters, "state") : -1,
        .sink = request_text(parameters, "sink"),
        .incident = request_number(parameters, "incident"),
        .before = request_number(parameters, "before"),
        .limit = (uint32_t)request_number(parameters, "limit")};
    struct json_builder builder = {0};
    struct delivery_row *rows = NULL;
    json_t *document;
    size_t count = 0;

    if (deliveries_list(request->database, &filter, request->arena, &rows, &count, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    json_builder_set(&builder, document, "next",
                     json_number_or_null(&builder, count == filter.limit ? rows[count - 1].id : 0));
    answer_begin_list(answer, &builder, document, "deliveries");
    for (size_t i = 0; i < count; i++)
        answer_add_item(answer, &builder, delivery_value(&builder, &rows[i], rows[i].message));
    return answer_end_list(answer, &builder, error);
}

/* One with all that it says. */
static enum error_code answer_delivery(struct answer *answer, const struct delivery_row *row, struct error *error)
{
    struct json_builder builder = {0};
    json_t *message = json_stored(&builder, row->message);
    const char *title = json_string_value(json_object_get(message, "title"));
    json_t *document = delivery_value(&builder, row, text_from(title == NULL ? "" : title));

    json_builder_set(&builder, document, "message", message);
    return answer_json(answer, &builder, document, error);
}

enum error_code get_delivery(const struct request *request, struct answer *answer, struct error *error)
{
    struct delivery_row row;

    if (deliveries_get(request->database, request->id, request->arena, &row, error) != ERROR_NONE)
        return error->code;
    return answer_delivery(answer, &row, error);
}

/* ---- sending again ---- */

struct replaying {
    const struct request *request;
    const struct notify_plan *plan;
    struct delivery_row row;
};

static enum error_code replay(void *context, struct database *database, struct error *error)
{
    struct replaying *replaying = context;
    const struct request *request = replaying->request;
    struct delivery_row *row = &replaying->row;
    struct audit_entry entry = {.type = EVENT_DELIVERY_REPLAYED, .by = request->token.name, .delivery = request->id};

    if (deliveries_get(database, request->id, request->arena, row, error) != ERROR_NONE)
        return error->code;
    if (row->state == DELIVERY_WAITING) {
        error_set(error, ERROR_CONFLICT, "delivery %lld waits to be sent", (long long)row->id);
        return error_hint(error, "it is tried again by itself");
    }
    if (notify_plan_sink(replaying->plan, row->sink) == NULL) {
        error_set(error, ERROR_CONFLICT, "there is no sink '%.*s' any more", TEXT_ARGS(row->sink));
        return error_hint(error, "add it to the configuration again");
    }
    row->state = DELIVERY_WAITING;
    row->attempts = 0;
    row->next_at = clock_now();
    row->finished_at = 0;
    entry.sink = row->sink;
    if (deliveries_update(database, row, error) != ERROR_NONE)
        return error->code;
    return audit_add(database, &entry, request->arena, error);
}

/* The event of it wakes the notifier. */
enum error_code post_replay(const struct request *request, struct answer *answer, struct error *error)
{
    CLEANUP(release) struct notify_plan *plan = notify_take(request->tools->notify);
    struct replaying replaying = {.request = request, .plan = plan};

    if (core_call(request->tools->core, replay, &replaying, error) != ERROR_NONE)
        return error->code;
    return answer_delivery(answer, &replaying.row, error);
}
