/* GET and POST /api/v1/gate, GET /api/v1/gate/runs and /api/v1/gate/runs/{id} */
#include "gate/gate.h"

#include "base/clock.h"
#include "correlate/comparison.h"
#include "feed/audit.h"
#include "feed/gate_event.h"
#include "feed/gate_json.h"
#include "feed/parameters.h"
#include "schema/snapshot_file.h"
#include "store/gate_runs.h"
#include "store/target_names.h"

enum { LONGEST_AGE = 366 * 24 * 3600, SECOND_US = 1000000 };

#define ASKING                                                                                                         \
    {.name = "database", .type = PARAMETER_NAME, .required = true, .summary = "Which database."},                      \
        {.name = "from",                                                                                               \
         .type = PARAMETER_NAME,                                                                                       \
         .summary = "The environment that would be promoted; it may be left out when there is a reference, which "     \
                    "takes its place."},                                                                               \
        {.name = "to", .type = PARAMETER_NAME, .required = true, .summary = "The environment that would be changed."}, \
        {.name = "allow_outliers",                                                                                     \
         .type = PARAMETER_FLAG,                                                                                       \
         .preset = "false",                                                                                            \
         .summary = "Let instances that are not as the others pass, also where the configuration does not."},          \
        {.name = "max_age",                                                                                            \
         .type = PARAMETER_NUMBER,                                                                                     \
         .minimum = 1,                                                                                                 \
         .maximum = LONGEST_AGE,                                                                                       \
         .summary = "Seconds: what was not looked at for longer is not known; without it as configured."},             \
    {                                                                                                                  \
        .name = "against", .type = PARAMETER_TEXT,                                                                     \
        .summary = "A reference that names a snapshot: what is promoted must be as it is there."                       \
    }

const struct parameter gate_parameters[] = {
    ASKING,
    {0},
};

const struct parameter gate_run_parameters[] = {
    ASKING,
    {.name = "pin",
     .type = PARAMETER_FLAG,
     .preset = "false",
     .summary = "If it may pass, remember that this root was approved."},
    {.name = "reference",
     .type = PARAMETER_TEXT,
     .summary = "What the snapshot that is sent is called: the name of its file."},
    {0},
};

const struct parameter gate_runs_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .summary = "Only of this database."},
    {.name = "from", .type = PARAMETER_NAME, .summary = "Only where this environment was to be promoted."},
    {.name = "to", .type = PARAMETER_NAME, .summary = "Only where this environment was to be changed."},
    {.name = "pinned", .type = PARAMETER_FLAG, .preset = "false", .summary = "Only those that approved a root."},
    PAGE_BEFORE,
    PAGE_SIZE,
    {0},
};

/* ---- asking ---- */

/* One answer of the gate, and what it was asked. */
struct gating {
    struct gate_question question;
    struct gate_answer answer;
    struct snapshot *reference;
};

static void gating_clear(struct gating *gating)
{
    snapshot_free(gating->reference);
}

/* The snapshot of a reference in the history. */
static enum error_code fetch_reference(const struct request *request, struct text name, struct gating *gating,
                                       struct error *error)
{
    const struct fleet_policy *policy = request_fleet(request);
    struct snapshot_row row;

    if (comparison_resolve(request->database, policy, name, request->arena, &row, error) != ERROR_NONE ||
        comparison_load(request->database, &row, name, policy->memory_limit, &gating->reference, error) != ERROR_NONE)
        return error_context(error, "the reference");
    gating->question.reference_name = name;
    return ERROR_NONE;
}

/* The snapshot that was sent. What is wrong with it is the fault of who sent it. */
static enum error_code read_reference(const struct request *request, struct gating *gating, struct error *error)
{
    struct text name = request_text(&request->parameters, "reference");
    const char *called = arena_string(request->arena, name.length == 0 ? TEXT("the snapshot that was sent") : name);
    struct error why = {0};
    enum error_code code;

    if (called == NULL)
        return arena_error(request->arena, error, "asking the gate");
    code = snapshot_file_decode(&gating->reference, request->body, called, &why);
    gating->question.reference_name = text_from(called);
    if (code == ERROR_CORRUPT || code == ERROR_UNSUPPORTED) {
        error_set(error, ERROR_USAGE, "%s", why.message);
        return error_hint(error, "send a file that `driftline snapshot -o` wrote");
    }
    *error = why;
    return code;
}

static enum error_code find_reference(const struct request *request, struct gating *gating, struct error *error)
{
    struct text against = request_text(&request->parameters, "against");

    if (request->body.length > 0 && against.length > 0)
        return error_set(error, ERROR_USAGE, "there is a snapshot in the body, and another one in 'against'");
    if (request->body.length == 0 && request_has(&request->parameters, "reference"))
        return error_set(error, ERROR_USAGE, "the parameter 'reference' names a snapshot, but none was sent");
    if (request->body.length > 0)
        return read_reference(request, gating, error);
    return against.length > 0 ? fetch_reference(request, against, gating, error) : ERROR_NONE;
}

static enum error_code ask(const struct request *request, struct gating *gating, struct error *error)
{
    const struct request_parameters *parameters = &request->parameters;

    if (find_reference(request, gating, error) != ERROR_NONE)
        return error->code;
    gating->question.database = request_text(parameters, "database");
    gating->question.from = request_text(parameters, "from");
    gating->question.to = request_text(parameters, "to");
    gating->question.reference = gating->reference;
    gating->question.allow_outliers = request_flag(parameters, "allow_outliers");
    gating->question.max_age_us = request_number(parameters, "max_age") * SECOND_US;
    gating->question.now = clock_now();
    if (gating->question.from.length == 0 && gating->reference == NULL) {
        error_set(error, ERROR_USAGE, "the parameter 'from' is missing");
        return error_hint(error, "name the environment that would be promoted, or give a reference in its place");
    }
    return gate_evaluate(&gating->answer, request->database, request->policy, &gating->question, request->arena, error);
}

enum error_code get_gate(const struct request *request, struct answer *answer, struct error *error)
{
    CLEANUP(gating_clear) struct gating gating = {.reference = NULL};
    struct json_builder builder = {0};
    json_t *document;

    if (ask(request, &gating, error) != ERROR_NONE)
        return error->code;
    document = gate_json_value(&builder, request, &gating.question, &gating.answer, error);
    if (document == NULL && !builder.failed)
        return error->code;
    return answer_json(answer, &builder, document, error);
}

/* ---- asking for the record ---- */

struct recording_of_run {
    struct gate_run_row row;
    const struct gate_answer *gate;
    struct audit_entry audit; /* of pinning */
    struct arena *arena;
};

static enum error_code record(void *context, struct database *database, struct error *error)
{
    struct recording_of_run *recording = context;

    if (gate_runs_add(database, &recording->row, error) != ERROR_NONE ||
        gate_event_add(database, &recording->row, recording->gate, error) != ERROR_NONE)
        return error->code;
    if (!recording->row.pinned)
        return ERROR_NONE;
    recording->audit.run = recording->row.id;
    return audit_add(database, &recording->audit, recording->arena, error);
}

static struct gate_run_row run_of(const struct request *request, const struct gate_answer *gate)
{
    const struct gate_side *from = &gate->sides[0], *to = &gate->sides[1];

    return (struct gate_run_row){
        .at = gate->at,
        .by = request->token.name,
        .database = gate->database,
        .from = from->environment,
        .to = to->environment,
        .verdict = gate->verdict,
        .has_from_root = from->environment.length > 0 && from->is_there,
        .has_to_root = to->is_there,
        .has_against = gate->has_reference,
        .from_root = from->root,
        .to_root = to->root,
        .against = gate->reference,
        .pinned = request_flag(&request->parameters, "pin") && gate->verdict == GATE_PASS,
    };
}

/* Only what may pass is approved, and then it is one root: of what is promoted, or of what stands in its place. */
static enum error_code describe_pin(struct recording_of_run *recording, struct error *error)
{
    const struct gate_run_row *row = &recording->row;
    struct text from = row->from.length > 0 ? row->from : TEXT("a snapshot");

    recording->audit = (struct audit_entry){
        .type = EVENT_GATE_PINNED,
        .by = row->by,
        .place = {.database = row->database, .environment = row->to},
        .subject = arena_printf(recording->arena, "%.*s %.*s→%.*s", TEXT_ARGS(row->database), TEXT_ARGS(from),
                                TEXT_ARGS(row->to)),
        .root = row->has_from_root ? &row->from_root : &row->against,
    };
    if (recording->audit.subject == NULL)
        return arena_error(recording->arena, error, "recording a run of the gate");
    return ERROR_NONE;
}

/* Keep what was answered, and say in the answer which run it was. */
static enum error_code keep_run(const struct request *request, const struct gating *gating, json_t *document,
                                struct error *error)
{
    struct recording_of_run recording = {
        .row = run_of(request, &gating->answer), .gate = &gating->answer, .arena = request->arena};
    CLEANUP(buffer_clear) struct buffer text;
    struct json_builder builder = {0};

    buffer_init(&text);
    json_write(&text, document);
    if (buffer_check(&text, error, "recording a run of the gate") != ERROR_NONE ||
        describe_pin(&recording, error) != ERROR_NONE)
        return error->code;
    recording.row.answer = buffer_text(&text);
    if (core_call(request->tools->core, record, &recording, error) != ERROR_NONE)
        return error->code;
    gate_json_set_run(&builder, document, recording.row.id, recording.row.pinned);
    return builder.failed ? error_memory(error, "writing an answer") : ERROR_NONE;
}

/* Everything is read at one moment; only then it is written down. */
static enum error_code ask_at_once(const struct request *request, struct gating *gating, struct json_builder *builder,
                                   json_t **ret_document, struct error *error)
{
    enum error_code code = database_begin_read(request->database, error);

    if (code != ERROR_NONE)
        return code;
    code = ask(request, gating, error);
    if (code == ERROR_NONE) {
        *ret_document = gate_json_value(builder, request, &gating->question, &gating->answer, error);
        if (*ret_document == NULL || builder->failed)
            code = builder->failed ? error_memory(error, "writing an answer") : error->code;
    }
    database_end_read(request->database);
    return code;
}

enum error_code post_gate(const struct request *request, struct answer *answer, struct error *error)
{
    CLEANUP(gating_clear) struct gating gating = {.reference = NULL};
    struct json_builder builder = {0};
    json_t *document = NULL;

    if (ask_at_once(request, &gating, &builder, &document, error) != ERROR_NONE ||
        keep_run(request, &gating, document, error) != ERROR_NONE) {
        json_decref(document);
        return error->code;
    }
    return answer_json(answer, &builder, document, error);
}

/* ---- runs ---- */

static json_t *root_value(struct json_builder *builder, bool is_there, const struct hash *root)
{
    return is_there ? json_hash(builder, root) : json_null();
}

static json_t *run_value(struct json_builder *builder, const struct gate_run_row *run)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, run->id));
    json_builder_set(builder, object, "at", json_time(builder, run->at));
    json_builder_set(builder, object, "by", json_builder_text(builder, run->by));
    json_builder_set(builder, object, "database", json_builder_text(builder, run->database));
    json_builder_set(builder, object, "from", json_text_or_null(builder, run->from));
    json_builder_set(builder, object, "to", json_builder_text(builder, run->to));
    json_builder_set(builder, object, "verdict",
                     json_builder_string(builder, gate_verdict_name((enum gate_verdict)run->verdict)));
    json_builder_set(builder, object, "from_root", root_value(builder, run->has_from_root, &run->from_root));
    json_builder_set(builder, object, "to_root", root_value(builder, run->has_to_root, &run->to_root));
    json_builder_set(builder, object, "reference", root_value(builder, run->has_against, &run->against));
    json_builder_set(builder, object, "reference_name", json_text_or_null(builder, run->against_name));
    json_builder_set(builder, object, "pinned", json_boolean(run->pinned));
    return object;
}

static enum error_code check_names(const struct request *request, const struct gate_run_filter *filter,
                                   struct error *error)
{
    const struct target_filter from = {.database = filter->database, .environment = filter->from};
    const struct target_filter to = {.database = filter->database, .environment = filter->to};

    if (target_names_check(request->database, &from, request->arena, error) != ERROR_NONE)
        return error->code;
    return target_names_check(request->database, &to, request->arena, error);
}

enum error_code get_gate_runs(const struct request *request, struct answer *answer, struct error *error)
{
    const struct request_parameters *parameters = &request->parameters;
    const struct gate_run_filter filter = {.database = request_text(parameters, "database"),
                                           .from = request_text(parameters, "from"),
                                           .to = request_text(parameters, "to"),
                                           .pinned = request_flag(parameters, "pinned"),
                                           .before = request_number(parameters, "before"),
                                           .limit = (uint32_t)request_number(parameters, "limit")};
    struct gate_run_row *runs = NULL;
    struct json_builder builder = {0};
    json_t *document, *list;
    size_t count = 0;

    if (gate_runs_list(request->database, &filter, request->arena, &runs, &count, error) != ERROR_NONE ||
        (count == 0 && filter.before == 0 && check_names(request, &filter, error) != ERROR_NONE))
        return error->code;
    document = json_builder_object(&builder);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < count && !builder.failed; i++)
        json_builder_append(&builder, list, run_value(&builder, &runs[i]));
    json_builder_set(&builder, document, "runs", list);
    json_builder_set(&builder, document, "next",
                     count == filter.limit ? json_builder_number(&builder, runs[count - 1].id) : json_null());
    return answer_json(answer, &builder, document, error);
}

enum error_code get_gate_run(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    struct gate_run_row run;
    json_t *document;

    if (gate_runs_get(request->database, request->id, request->arena, &run, error) != ERROR_NONE)
        return error->code;
    document = json_stored(&builder, run.answer);
    gate_json_set_run(&builder, document, run.id, run.pinned);
    return answer_json(answer, &builder, document, error);
}
