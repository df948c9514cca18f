/* GET /api/v1/drift and /api/v1/drift/{id}, POST …/acknowledge and …/reopen */
#include "store/drifts.h"

#include "base/clock.h"
#include "drift/severity.h"
#include "feed/actor_json.h"
#include "feed/body.h"
#include "feed/drift_json.h"
#include "feed/parameters.h"
#include "store/snapshots.h"
#include "store/target_names.h"
#include "track/settling.h"

static const char *state_choice(size_t number)
{
    return number < DRIFT_STATE_COUNT ? drift_state_name((enum drift_state)number) : NULL;
}

static const char *cause_choice(size_t number)
{
    return number < DRIFT_CAUSE_COUNT ? drift_cause_name((enum drift_cause)number) : NULL;
}

const struct parameter drifts_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .summary = "Only of this database."},
    {.name = "from", .type = PARAMETER_NAME, .summary = "Only where this environment is promoted."},
    {.name = "to", .type = PARAMETER_NAME, .summary = "Only where this environment would be changed."},
    {.name = "instance",
     .type = PARAMETER_NAME,
     .summary = "Only of this instance against the majority of its environment."},
    {.name = "object", .type = PARAMETER_TEXT, .summary = "Only of what has this dotted path, and of its parts."},
    {.name = "state",
     .type = PARAMETER_CHOICES,
     .choice = state_choice,
     .summary = "Only in these states, with commas; without it all that have not ended."},
    {.name = "cause", .type = PARAMETER_CHOICES, .choice = cause_choice, .summary = "Only of these causes."},
    {.name = "severity",
     .type = PARAMETER_CHOICE,
     .preset = "low",
     .choice = parameter_severity,
     .summary = "Only of this severity or worse."},
    {.name = "waiver",
     .type = PARAMETER_NUMBER,
     .minimum = 1,
     .maximum = INT64_MAX,
     .summary = "Only what this waiver covers."},
    PAGE_BEFORE,
    PAGE_SIZE,
    {0},
};

static struct drift_filter filter_of(const struct request_parameters *parameters)
{
    return (struct drift_filter){
        .database = request_text(parameters, "database"),
        .from = request_text(parameters, "from"),
        .to = request_text(parameters, "to"),
        .instance = request_text(parameters, "instance"),
        .object = request_text(parameters, "object"),
        .states = (uint32_t)request_choices(parameters, "state"),
        .causes = (uint32_t)request_choices(parameters, "cause"),
        .least_severity = (uint32_t)request_choice(parameters, "severity"),
        .waiver = request_number(parameters, "waiver"),
        .before = request_number(parameters, "before"),
        .limit = (uint32_t)request_number(parameters, "limit"),
    };
}

/* That nothing differs is good news, but not of a name that is not there. */
static enum error_code check_names(const struct request *request, const struct drift_filter *filter,
                                   struct error *error)
{
    const struct target_filter from = {.database = filter->database, .environment = filter->from};
    const struct target_filter to = {filter->database, filter->to, filter->instance};

    if (target_names_check(request->database, &from, request->arena, error) != ERROR_NONE)
        return error->code;
    return target_names_check(request->database, &to, request->arena, error);
}

enum error_code get_drifts(const struct request *request, struct answer *answer, struct error *error)
{
    const struct drift_filter filter = filter_of(&request->parameters);
    struct json_builder builder = {0};
    struct drift_row *drifts = NULL;
    json_t *document, *list;
    size_t count = 0;

    if (drifts_list(request->database, &filter, request->arena, &drifts, &count, error) != ERROR_NONE ||
        (count == 0 && filter.before == 0 && check_names(request, &filter, error) != ERROR_NONE))
        return error->code;
    list = drift_json_list(&builder, request, drifts, count, error);
    if (list == NULL && !builder.failed)
        return error->code;
    document = json_builder_object(&builder);
    json_builder_set(&builder, document, "drifts", list);
    json_builder_set(&builder, document, "next",
                     count == filter.limit ? json_builder_number(&builder, drifts[count - 1].id) : json_null());
    return answer_json(answer, &builder, document, error);
}

/* ---- one drift ---- */

static json_t *side_value(struct json_builder *builder, int side)
{
    return side < 0 ? json_null() : json_builder_string(builder, side == 0 ? "from" : "to");
}

static json_t *step_value(struct json_builder *builder, const struct request *request,
                          const struct drift_step_row *step, struct error *error)
{
    struct change_row change;
    bool has_change = false, has_state = step->side >= 0;
    json_t *object;

    if (drift_json_change(request, step->change, &change, &has_change, error) != ERROR_NONE)
        return NULL;
    object = json_builder_object(builder);
    json_builder_set(builder, object, "what", json_builder_string(builder, drift_step_name(step->what)));
    json_builder_set(builder, object, "at", json_time(builder, step->at));
    json_builder_set(builder, object, "side", side_value(builder, step->side));
    json_builder_set(builder, object, "there", has_state ? json_boolean(step->state.is_there) : json_null());
    json_builder_set(builder, object, "state",
                     has_state && step->state.is_there ? json_hash(builder, &step->state.hash) : json_null());
    json_builder_set(builder, object, "snapshot", json_number_or_null(builder, step->snapshot));
    json_builder_set(builder, object, "change", json_number_or_null(builder, step->change));
    actor_json_set(builder, object, has_change ? &change : NULL);
    json_builder_set(builder, object, "by", json_text_or_null(builder, step->by));
    json_builder_set(builder, object, "note", json_text_or_null(builder, step->note));
    return object;
}

static json_t *steps_value(struct json_builder *builder, const struct request *request,
                           const struct drift_step_row *steps, size_t count, struct error *error)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < count && !builder->failed; i++) {
        json_t *value = step_value(builder, request, &steps[i], error);

        if (value == NULL && !builder->failed) {
            json_decref(list);
            return NULL;
        }
        json_builder_append(builder, list, value);
    }
    return list;
}

enum error_code get_drift(const struct request *request, struct answer *answer, struct error *error)
{
    struct drift_step_row *steps = NULL;
    struct json_builder builder = {0};
    struct drift_row drift;
    json_t *document, *list;
    size_t count = 0;

    if (drifts_get(request->database, request->id, request->arena, &drift, error) != ERROR_NONE ||
        drift_steps_list(request->database, request->id, request->arena, &steps, &count, error) != ERROR_NONE)
        return error->code;
    document = drift_json_value(&builder, request, &drift, error);
    if (document == NULL && !builder.failed)
        return error->code;
    list = steps_value(&builder, request, steps, count, error);
    if (list == NULL && !builder.failed) {
        json_decref(document);
        return error->code;
    }
    json_builder_set(&builder, document, "steps", list);
    return answer_json(answer, &builder, document, error);
}

/* ---- what people do with it ---- */

/* One deed, on the core's thread. */
struct deed {
    struct settling settling;
    int64_t drift;
    struct text note;
    enum error_code (*act)(struct database *database, const struct settling *settling, int64_t drift, struct text note,
                           struct error *error);
};

static enum error_code act(void *context, struct database *database, struct error *error)
{
    const struct deed *deed = context;

    return deed->act(database, &deed->settling, deed->drift, deed->note, error);
}

static enum error_code do_deed(const struct request *request, struct deed *deed, struct answer *answer,
                               struct error *error)
{
    struct body_member members[] = {{.name = "note"}, {0}};
    enum error_code code;

    if (body_read(request->body, members, request->arena, error) != ERROR_NONE)
        return error->code;
    deed->settling = (struct settling){request->policy, request->token.name, clock_now(), request->arena};
    deed->drift = request->id;
    deed->note = members[0].value;
    if (core_call(request->tools->core, act, deed, error) != ERROR_NONE ||
        database_begin_read(request->database, error) != ERROR_NONE)
        return error->code;
    code = get_drift(request, answer, error);
    database_end_read(request->database);
    return code;
}

enum error_code post_acknowledge(const struct request *request, struct answer *answer, struct error *error)
{
    struct deed deed = {.act = settling_acknowledge};

    return do_deed(request, &deed, answer, error);
}

enum error_code post_reopen(const struct request *request, struct answer *answer, struct error *error)
{
    struct deed deed = {.act = settling_reopen};

    return do_deed(request, &deed, answer, error);
}
