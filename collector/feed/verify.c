/* GET /api/v1/verify */
#include "base/reference.h"
#include "correlate/comparison.h"
#include "drift/change_json.h"
#include "drift/rendering.h"
#include "feed/json.h"
#include "feed/routes.h"
#include "store/gate_runs.h"
#include "store/target_names.h"

enum { PINS_LOOKED_AT = 1000 };

static const char doing[] = "verifying what was promoted";

const struct parameter verify_parameters[] = {
    {.name = "target",
     .type = PARAMETER_TEXT,
     .required = true,
     .summary = "An environment or one instance of it: `orders@prod`, `orders@prod/eu-1`."},
    {.name = "root", .type = PARAMETER_ROOT, .required = true, .summary = "The root that it should have."},
    {0},
};

/* How one root compares with the wanted one; for all instances that have it. */
struct outcome {
    struct hash root;
    uint32_t major; /* of the server */
    enum verdict verdict;
    struct text unknown;
    uint32_t change_count;
    uint32_t summary[SEVERITY_COUNT];
};

/* One instance, and what is found of it. */
struct finding {
    const struct fleet_instance *instance;
    enum verdict verdict;
    struct text unknown;
    const struct outcome *outcome; /* NULL: nothing was compared */
};

/* What verifying needs at every step. */
struct verifying {
    const struct request *request;
    struct reference target;
    struct hash root;
    struct snapshot_row wanted;
    bool has_wanted; /* the collector has a snapshot with the root */
    struct diff_options options;
    struct finding *findings;
    uint32_t count;
    struct outcome *outcomes;
    uint32_t outcome_count;
    struct json_builder *builder;
};

/* ---- what is asked ---- */

static enum error_code parse_target(struct verifying *verifying, struct error *error)
{
    struct text text = request_text(&verifying->request->parameters, "target");

    if (reference_parse(&verifying->target, text, error) != ERROR_NONE)
        return error_context(error, "the parameter 'target'");
    if (verifying->target.moment == REFERENCE_NEWEST)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "the parameter 'target' names a moment, but what is verified is how things are now");
    return error_hint(error, "leave out what stands behind '~'");
}

static enum error_code no_target(const struct verifying *verifying, struct error *error)
{
    const struct target_filter names = {verifying->target.database, verifying->target.environment,
                                        verifying->target.instance};

    return target_names_unknown(verifying->request->database, &names, verifying->request->arena, error);
}

static const struct fleet_environment *find_environment(const struct fleet *fleet, struct text name)
{
    for (uint32_t i = 0; fleet->database_count > 0 && i < fleet->databases[0].environment_count; i++)
        if (text_equal(fleet->databases[0].environments[i].name, name))
            return &fleet->databases[0].environments[i];
    return NULL;
}

static enum error_code find_instances(struct verifying *verifying, const struct fleet *fleet, struct error *error)
{
    const struct fleet_environment *environment = find_environment(fleet, verifying->target.environment);
    struct text wanted = verifying->target.instance;

    if (environment == NULL)
        return no_target(verifying, error);
    verifying->findings =
        arena_array(verifying->request->arena, environment->instance_count, sizeof *verifying->findings);
    verifying->outcomes =
        arena_array(verifying->request->arena, environment->instance_count, sizeof *verifying->outcomes);
    if (verifying->findings == NULL || verifying->outcomes == NULL)
        return arena_error(verifying->request->arena, error, doing);
    for (uint32_t i = 0; i < environment->instance_count; i++)
        if (wanted.length == 0 || text_equal(wanted, environment->instances[i].target.name.instance))
            verifying->findings[verifying->count++] = (struct finding){.instance = &environment->instances[i]};
    return verifying->count > 0 ? ERROR_NONE : no_target(verifying, error);
}

static enum error_code find_wanted(struct verifying *verifying, struct error *error)
{
    const struct request *request = verifying->request;
    enum error_code code =
        snapshots_with_root(request->database, &verifying->root, request->arena, &verifying->wanted, error);

    verifying->has_wanted = code == ERROR_NONE;
    if (code != ERROR_NONE && code != ERROR_NOT_FOUND)
        return code;
    return policy_options(request->policy, verifying->target.database, verifying->target.environment, request->arena,
                          &verifying->options, error);
}

/* ---- comparing ---- */

static enum error_code say(const struct verifying *verifying, struct text *ret_text, struct text text,
                           struct error *error)
{
    const char *copy = arena_string(verifying->request->arena, text);

    if (copy == NULL)
        return arena_error(verifying->request->arena, error, doing);
    *ret_text = text_from(copy);
    return ERROR_NONE;
}

static enum error_code say_uncovered(const struct verifying *verifying, struct text *ret_text,
                                     const struct uncovered *uncovered, struct error *error)
{
    const char *text = arena_printf(verifying->request->arena, "%s%s%.*s not covered: %.*s", kind_name(uncovered->kind),
                                    uncovered->object.length > 0 ? " " : "", TEXT_ARGS(uncovered->object),
                                    TEXT_ARGS(uncovered->reason));

    if (text == NULL)
        return arena_error(verifying->request->arena, error, doing);
    *ret_text = text_from(text);
    return ERROR_NONE;
}

/* What the instance must change to become what is wanted. */
static enum error_code compare(const struct verifying *verifying, const struct target_row *target, struct arena *arena,
                               struct comparison *ret_comparison, struct error *error)
{
    struct database *database = verifying->request->database;
    struct snapshot_row newest;

    if (snapshots_newest(database, target->id, arena, &newest, error) != ERROR_NONE)
        return error->code;
    return comparison_make(ret_comparison, database, &newest, &verifying->wanted, &verifying->options, arena->limit,
                           arena, error);
}

/* Of each comparison only what it comes to is kept: there may be thousands. */
static enum error_code work_out(const struct verifying *verifying, const struct target_row *target,
                                struct outcome *outcome, struct error *error)
{
    CLEANUP(comparison_free) struct comparison comparison = {0};
    const struct diff *diff = &comparison.diff;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, request_fleet(verifying->request)->memory_limit);
    if (compare(verifying, target, &arena, &comparison, error) != ERROR_NONE)
        return error->code;
    outcome->verdict = diff->verdict;
    outcome->change_count = diff->change_count;
    memcpy(outcome->summary, diff->summary, sizeof outcome->summary);
    if (diff->unknown_reason.length > 0)
        return say(verifying, &outcome->unknown, diff->unknown_reason, error);
    if (diff->uncovered_count > 0)
        return say_uncovered(verifying, &outcome->unknown, &diff->uncovered[0], error);
    return ERROR_NONE;
}

static enum error_code find_outcome(struct verifying *verifying, const struct target_row *target,
                                    const struct outcome **ret_outcome, struct error *error)
{
    uint32_t major = rendering_major(target->server_version);
    struct outcome *outcome;

    for (uint32_t i = 0; i < verifying->outcome_count; i++)
        if (verifying->outcomes[i].major == major && hash_equal(&verifying->outcomes[i].root, &target->root)) {
            *ret_outcome = &verifying->outcomes[i];
            return ERROR_NONE;
        }
    outcome = &verifying->outcomes[verifying->outcome_count++];
    *outcome = (struct outcome){.root = target->root, .major = major};
    *ret_outcome = outcome;
    return work_out(verifying, target, outcome, error);
}

/* What is not heard of, or cannot be compared, is not proven, whatever it was last known to be. */
static enum error_code find(struct verifying *verifying, struct finding *finding, struct error *error)
{
    const struct fleet_instance *instance = finding->instance;

    finding->verdict = VERDICT_UNKNOWN;
    finding->unknown = instance->unknown;
    if (instance->target.snapshot == 0)
        return ERROR_NONE;
    if (!verifying->has_wanted) {
        finding->unknown =
            instance->in_trouble ? instance->unknown : TEXT("the collector has no snapshot of this root");
        return ERROR_NONE;
    }
    if (find_outcome(verifying, &instance->target, &finding->outcome, error) != ERROR_NONE)
        return error->code;
    if (instance->in_trouble)
        return ERROR_NONE;
    finding->verdict = finding->outcome->verdict;
    finding->unknown = finding->outcome->unknown;
    return ERROR_NONE;
}

/* ---- the answer ---- */

/* A difference is one whatever else is not known. */
static void judge(const struct verifying *verifying, enum verdict *ret_verdict, struct text *ret_unknown)
{
    *ret_verdict = VERDICT_IN_SYNC;
    for (uint32_t i = 0; i < verifying->count; i++) {
        const struct finding *finding = &verifying->findings[i];

        if (finding->verdict == VERDICT_DRIFTED)
            *ret_verdict = VERDICT_DRIFTED;
        if (finding->verdict == VERDICT_UNKNOWN && *ret_verdict == VERDICT_IN_SYNC) {
            *ret_verdict = VERDICT_UNKNOWN;
            *ret_unknown = finding->unknown;
        }
    }
}

static json_t *finding_value(struct json_builder *builder, const struct finding *finding)
{
    const struct target_row *target = &finding->instance->target;
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "instance", json_builder_text(builder, target->name.instance));
    json_builder_set(builder, object, "root", target->snapshot == 0 ? json_null() : json_hash(builder, &target->root));
    json_set_verdict(builder, object, finding->verdict, finding->unknown);
    json_builder_set(builder, object, "changes",
                     finding->outcome == NULL ? json_null()
                                              : json_builder_number(builder, finding->outcome->change_count));
    return object;
}

/* The first instance that differs, by verdict: its changes are shown. */
static const struct finding *find_shown(const struct verifying *verifying)
{
    const struct finding *shown = NULL;

    for (uint32_t i = 0; i < verifying->count; i++) {
        const struct finding *finding = &verifying->findings[i];

        if (finding->outcome == NULL || finding->outcome->change_count == 0)
            continue;
        if (shown == NULL || (shown->verdict != VERDICT_DRIFTED && finding->verdict == VERDICT_DRIFTED))
            shown = finding;
    }
    return shown;
}

static enum error_code add_changes(const struct verifying *verifying, const struct finding *shown, json_t *list,
                                   struct error *error)
{
    CLEANUP(comparison_free) struct comparison comparison = {0};
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, request_fleet(verifying->request)->memory_limit);
    if (compare(verifying, &shown->instance->target, &arena, &comparison, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < comparison.diff.change_count && !verifying->builder->failed; i++)
        json_builder_append(verifying->builder, list,
                            change_json_value(verifying->builder, &comparison.diff.changes[i]));
    return ERROR_NONE;
}

static enum error_code set_changes(const struct verifying *verifying, json_t *document, struct error *error)
{
    static const uint32_t nothing[SEVERITY_COUNT] = {0};
    const struct finding *shown = find_shown(verifying);
    struct json_builder *builder = verifying->builder;
    json_t *list = json_builder_array(builder);

    json_builder_set(builder, document, "changes_of",
                     shown == NULL ? json_null() : json_builder_text(builder, shown->instance->target.name.instance));
    json_builder_set(builder, document, "summary",
                     json_summary(builder, shown == NULL ? nothing : shown->outcome->summary));
    json_builder_set(builder, document, "changes", list); /* which still holds it */
    return shown == NULL ? ERROR_NONE : add_changes(verifying, shown, list, error);
}

/* When all of them were last looked at. */
static int64_t checked_at(const struct verifying *verifying)
{
    int64_t oldest = INT64_MAX;

    for (uint32_t i = 0; i < verifying->count; i++)
        if (verifying->findings[i].instance->target.checked_at < oldest)
            oldest = verifying->findings[i].instance->target.checked_at;
    return oldest == INT64_MAX ? 0 : oldest;
}

static bool approves(const struct gate_run_row *run, const struct hash *root)
{
    return run->has_from_root ? hash_equal(&run->from_root, root) : run->has_against && hash_equal(&run->against, root);
}

/* The last run of the gate that approved this root for this environment. */
static enum error_code set_pin(const struct verifying *verifying, json_t *document, struct error *error)
{
    const struct request *request = verifying->request;
    const struct gate_run_filter filter = {.database = verifying->target.database,
                                           .to = verifying->target.environment,
                                           .pinned = true,
                                           .limit = PINS_LOOKED_AT};
    struct json_builder *builder = verifying->builder;
    struct gate_run_row *runs = NULL;
    json_t *pin = NULL;
    size_t count = 0;

    if (gate_runs_list(request->database, &filter, request->arena, &runs, &count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count && pin == NULL; i++)
        if (approves(&runs[i], &verifying->root)) {
            pin = json_builder_object(builder);
            json_builder_set(builder, pin, "run", json_builder_number(builder, runs[i].id));
            json_builder_set(builder, pin, "at", json_time(builder, runs[i].at));
            json_builder_set(builder, pin, "by", json_builder_text(builder, runs[i].by));
            break;
        }
    json_builder_set(builder, document, "pinned", pin == NULL ? json_null() : pin);
    return ERROR_NONE;
}

static enum error_code answer_findings(const struct verifying *verifying, struct answer *answer, struct error *error)
{
    struct json_builder *builder = verifying->builder;
    json_t *document = json_builder_object(builder), *instances = json_builder_array(builder);
    struct text unknown = {NULL, 0};
    enum verdict verdict;

    judge(verifying, &verdict, &unknown);
    json_set_verdict(builder, document, verdict, unknown);
    for (uint32_t i = 0; i < verifying->count && !builder->failed; i++)
        json_builder_append(builder, instances, finding_value(builder, &verifying->findings[i]));
    json_builder_set(builder, document, "target",
                     json_builder_text(builder, request_text(&verifying->request->parameters, "target")));
    json_builder_set(builder, document, "root", json_hash(builder, &verifying->root));
    json_builder_set(builder, document, "instances", instances);
    json_builder_set(builder, document, "checked_at", json_time(builder, checked_at(verifying)));
    if (set_changes(verifying, document, error) != ERROR_NONE || set_pin(verifying, document, error) != ERROR_NONE) {
        json_decref(document);
        return error->code;
    }
    return answer_json(answer, builder, document, error);
}

enum error_code get_verify(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    struct verifying verifying = {.request = request, .builder = &builder};
    struct fleet fleet;

    verifying.root = request_root(&request->parameters, "root");
    if (parse_target(&verifying, error) != ERROR_NONE ||
        fleet_look(&fleet, request->database, request_fleet(request), request->cache, verifying.target.database,
                   request->arena, error) != ERROR_NONE ||
        find_instances(&verifying, &fleet, error) != ERROR_NONE || find_wanted(&verifying, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < verifying.count; i++)
        if (find(&verifying, &verifying.findings[i], error) != ERROR_NONE)
            return error->code;
    return answer_findings(&verifying, answer, error);
}
