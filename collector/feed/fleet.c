/* GET /api/v1/fleet */
#include "feed/json.h"
#include "feed/routes.h"
#include "store/target_names.h"

const struct parameter fleet_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .summary = "Only this database."},
    {0},
};

static json_t *variant_value(struct json_builder *builder, const struct fleet_variant *variant)
{
    json_t *object = json_builder_object(builder), *instances = json_builder_array(builder);

    for (uint32_t i = 0; i < variant->count && !builder->failed; i++)
        json_builder_append(builder, instances,
                            json_builder_text(builder, variant->instances[i]->target.name.instance));
    json_builder_set(builder, object, "root", json_hash(builder, &variant->root));
    json_builder_set(builder, object, "majority", json_boolean(variant->majority));
    json_builder_set(builder, object, "since", json_time(builder, variant->since));
    json_builder_set(builder, object, "count", json_builder_number(builder, variant->count));
    json_builder_set(builder, object, "instances", instances);
    json_builder_set(builder, object, "summary",
                     variant->compared ? json_summary(builder, variant->summary) : json_null());
    return object;
}

static json_t *instance_value(struct json_builder *builder, const struct fleet_instance *instance)
{
    const struct target_row *target = &instance->target;
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "instance", json_builder_text(builder, target->name.instance));
    json_set_verdict(builder, object, instance->verdict, instance->unknown);
    json_builder_set(builder, object, "state", json_builder_string(builder, target_state_name(target->state)));
    json_builder_set_text(builder, object, "reason", target->reason);
    json_builder_set(builder, object, "root", target->snapshot == 0 ? json_null() : json_hash(builder, &target->root));
    json_builder_set(builder, object, "since", json_time(builder, target->root_since));
    json_builder_set(builder, object, "taken_at", json_time(builder, target->taken_at));
    json_builder_set(builder, object, "checked_at", json_time(builder, target->checked_at));
    json_builder_set(builder, object, "heard_at", json_time(builder, target->heard_at));
    json_builder_set(builder, object, "agent", json_text_or_null(builder, target->agent_name));
    json_builder_set(builder, object, "gaps", json_builder_number(builder, target->gaps - target->undeclared));
    json_builder_set(builder, object, "waived", json_builder_number(builder, instance->waived));
    return object;
}

static const struct fleet_variant *majority_of(const struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->variant_count; i++)
        if (environment->variants[i].majority)
            return &environment->variants[i];
    return NULL;
}

static json_t *environment_value(struct json_builder *builder, const struct fleet_environment *environment)
{
    const struct fleet_variant *majority = majority_of(environment);
    json_t *object = json_builder_object(builder);
    json_t *variants = json_builder_array(builder), *targets = json_builder_array(builder);

    for (uint32_t i = 0; i < environment->variant_count && !builder->failed; i++)
        json_builder_append(builder, variants, variant_value(builder, &environment->variants[i]));
    for (uint32_t i = 0; i < environment->instance_count && !builder->failed; i++)
        json_builder_append(builder, targets, instance_value(builder, &environment->instances[i]));
    json_builder_set(builder, object, "environment", json_builder_text(builder, environment->name));
    json_builder_set(builder, object, "on_path", json_boolean(environment->on_path));
    json_set_verdict(builder, object, environment->verdict, environment->unknown);
    json_builder_set(builder, object, "checked_at", json_time(builder, environment->checked_at));
    json_builder_set(builder, object, "majority", majority == NULL ? json_null() : json_hash(builder, &majority->root));
    json_builder_set(builder, object, "variants", variants);
    json_builder_set(builder, object, "targets", targets);
    return object;
}

static json_t *step_value(struct json_builder *builder, const struct fleet_step *step)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "from", json_builder_text(builder, step->from));
    json_builder_set(builder, object, "to", json_builder_text(builder, step->to));
    json_set_verdict(builder, object, step->verdict, step->unknown);
    json_builder_set(builder, object, "summary", json_summary(builder, step->summary));
    json_builder_set(builder, object, "waived", json_builder_number(builder, step->waived));
    return object;
}

static json_t *database_value(struct json_builder *builder, const struct fleet_database *database)
{
    json_t *object = json_builder_object(builder);
    json_t *environments = json_builder_array(builder), *steps = json_builder_array(builder);

    for (uint32_t i = 0; i < database->environment_count && !builder->failed; i++)
        json_builder_append(builder, environments, environment_value(builder, &database->environments[i]));
    for (uint32_t i = 0; i < database->step_count && !builder->failed; i++)
        json_builder_append(builder, steps, step_value(builder, &database->steps[i]));
    json_builder_set(builder, object, "database", json_builder_text(builder, database->name));
    json_builder_set(builder, object, "verdict", json_builder_string(builder, verdict_name(database->verdict)));
    json_builder_set(builder, object, "environments", environments);
    json_builder_set(builder, object, "steps", steps);
    return object;
}

static json_t *counts_value(struct json_builder *builder, const struct fleet *fleet)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "in_sync", json_builder_number(builder, fleet->counts[VERDICT_IN_SYNC]));
    json_builder_set(builder, object, "drifted", json_builder_number(builder, fleet->counts[VERDICT_DRIFTED]));
    json_builder_set(builder, object, "unknown", json_builder_number(builder, fleet->counts[VERDICT_UNKNOWN]));
    return object;
}

enum error_code get_fleet(const struct request *request, struct answer *answer, struct error *error)
{
    struct text name = request_text(&request->parameters, "database");
    struct json_builder builder = {0};
    json_t *document, *path;
    struct fleet fleet;

    if (fleet_look(&fleet, request->database, request_fleet(request), request->cache, name, request->arena, error) !=
        ERROR_NONE)
        return error->code;
    if (fleet.database_count == 0 && target_names_check(request->database, &(struct target_filter){.database = name},
                                                        request->arena, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    path = json_builder_array(&builder);
    for (size_t i = 0; i < request_fleet(request)->path_count; i++)
        json_builder_append(&builder, path, json_builder_text(&builder, request_fleet(request)->path[i]));
    json_builder_set(&builder, document, "at", json_time(&builder, fleet.at));
    json_builder_set(&builder, document, "path", path);
    json_builder_set(&builder, document, "summary", counts_value(&builder, &fleet));
    answer_begin_list(answer, &builder, document, "databases");
    for (uint32_t i = 0; i < fleet.database_count && !builder.failed; i++)
        answer_add_item(answer, &builder, database_value(&builder, &fleet.databases[i]));
    return answer_end_list(answer, &builder, error);
}
