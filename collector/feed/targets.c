/* GET and DELETE /api/v1/targets */
#include <stdlib.h>

#include "base/clock.h"
#include "contract/contract_check.h"
#include "feed/audit.h"
#include "feed/json.h"
#include "feed/routes.h"
#include "store/contract_states.h"
#include "store/target_names.h"

const struct parameter targets_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .summary = "Only targets of this database."},
    {.name = "environment", .type = PARAMETER_NAME, .summary = "Only targets of this environment."},
    {.name = "instance", .type = PARAMETER_NAME, .summary = "Only targets of this instance."},
    {0},
};

const struct parameter target_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .required = true, .summary = "Of the target to forget."},
    {.name = "environment", .type = PARAMETER_NAME, .required = true, .summary = "Of the target to forget."},
    {.name = "instance", .type = PARAMETER_NAME, .preset = "default", .summary = "Of the target to forget."},
    {0},
};

static json_t *target_value(struct json_builder *builder, const struct fleet_instance *instance)
{
    const struct target_row *target = &instance->target;
    json_t *object = json_builder_object(builder);
    bool seen = target->snapshot != 0;

    json_builder_set(builder, object, "database", json_builder_text(builder, target->name.database));
    json_builder_set(builder, object, "environment", json_builder_text(builder, target->name.environment));
    json_builder_set(builder, object, "instance", json_builder_text(builder, target->name.instance));
    json_builder_set(builder, object, "engine", json_builder_text(builder, target->engine));
    json_builder_set(builder, object, "agent", json_text_or_null(builder, target->agent_name));
    json_builder_set(builder, object, "state", json_builder_string(builder, target_state_name(target->state)));
    json_builder_set_text(builder, object, "reason", target->reason);
    json_builder_set(builder, object, "state_since", json_time(builder, target->state_since));
    json_builder_set(builder, object, "snapshot", seen ? json_builder_number(builder, target->snapshot) : json_null());
    json_builder_set(builder, object, "root", seen ? json_hash(builder, &target->root) : json_null());
    json_builder_set(builder, object, "taken_at", json_time(builder, target->taken_at));
    json_builder_set(builder, object, "since", json_time(builder, target->root_since));
    json_builder_set(builder, object, "checked_at", json_time(builder, target->checked_at));
    json_builder_set(builder, object, "heard_at", json_time(builder, target->heard_at));
    json_builder_set(builder, object, "first_seen", json_time(builder, target->first_seen));
    json_builder_set(builder, object, "gaps", json_builder_number(builder, target->gaps - target->undeclared));
    json_builder_set(builder, object, "capture",
                     seen ? json_builder_string(builder, target->capture ? "captured" : "polled") : json_null());
    json_set_verdict(builder, object, instance->verdict, instance->unknown);
    return object;
}

static bool is_wanted(struct text wanted, struct text name)
{
    return wanted.length == 0 || text_equal(wanted, name);
}

/* The instances of one database that are asked for. */
static void add_targets(struct answer *answer, struct json_builder *builder, const struct fleet_database *database,
                        const struct request_parameters *parameters)
{
    struct text environment = request_text(parameters, "environment");
    struct text instance = request_text(parameters, "instance");

    for (uint32_t i = 0; i < database->environment_count; i++) {
        const struct fleet_environment *from = &database->environments[i];

        for (uint32_t k = 0; is_wanted(environment, from->name) && k < from->instance_count && !builder->failed; k++)
            if (is_wanted(instance, from->instances[k].target.name.instance))
                answer_add_item(answer, builder, target_value(builder, &from->instances[k]));
    }
}

enum error_code get_targets(const struct request *request, struct answer *answer, struct error *error)
{
    const struct target_filter names = {request_text(&request->parameters, "database"),
                                        request_text(&request->parameters, "environment"),
                                        request_text(&request->parameters, "instance")};
    struct json_builder builder = {0};
    struct fleet fleet;

    if (target_names_check(request->database, &names, request->arena, error) != ERROR_NONE ||
        fleet_look(&fleet, request->database, request_fleet(request), request->cache, names.database, request->arena,
                   error) != ERROR_NONE)
        return error->code;
    answer_begin_list(answer, &builder, json_builder_object(&builder), "targets");
    for (uint32_t i = 0; i < fleet.database_count; i++)
        add_targets(answer, &builder, &fleet.databases[i], &request->parameters);
    return answer_end_list(answer, &builder, error);
}

/* ---- forgetting ---- */

struct forgetting {
    struct target_name name;
    struct text by;
    struct arena *arena;
};

/* The contracts that do not hold there, or of which that is not known: with the target that is over. */
static enum error_code find_contracts(struct database *database, struct arena *arena, struct audit_entry *entry,
                                      struct error *error)
{
    const struct contract_state_filter filter = {.target = entry->target_id};
    struct contract_state_row *rows = NULL;
    struct text *names;
    size_t count = 0;

    if (contract_states_list(database, &filter, arena, &rows, &count, error) != ERROR_NONE)
        return error->code;
    names = arena_array(arena, count, sizeof *names);
    if (names == NULL)
        return arena_error(arena, error, "forgetting a target");
    for (size_t i = 0; i < count; i++)
        if (rows[i].state != CONTRACT_HOLDS)
            names[entry->contract_count++] = rows[i].contract;
    entry->contracts = names;
    return ERROR_NONE;
}

static enum error_code forget(void *context, struct database *database, struct error *error)
{
    const struct forgetting *forgetting = context;
    struct audit_entry entry = {.type = EVENT_TARGET_FORGOTTEN, .by = forgetting->by, .target = &forgetting->name};
    struct target_row target;

    if (targets_find(database, &forgetting->name, forgetting->arena, &target, error) != ERROR_NONE)
        return error->code;
    entry.target_id = target.id;
    if (find_contracts(database, forgetting->arena, &entry, error) != ERROR_NONE ||
        targets_forget(database, target.id, error) != ERROR_NONE)
        return error->code;
    return audit_add(database, &entry, forgetting->arena, error);
}

enum error_code delete_targets(const struct request *request, struct answer *answer, struct error *error)
{
    struct forgetting forgetting = {.name = {.database = request_text(&request->parameters, "database"),
                                             .environment = request_text(&request->parameters, "environment"),
                                             .instance = request_text(&request->parameters, "instance")},
                                    .by = request->token.name,
                                    .arena = request->arena};
    struct json_builder builder = {0};
    json_t *document;

    if (core_call(request->tools->core, forget, &forgetting, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    json_builder_set(&builder, document, "database", json_builder_text(&builder, forgetting.name.database));
    json_builder_set(&builder, document, "environment", json_builder_text(&builder, forgetting.name.environment));
    json_builder_set(&builder, document, "instance", json_builder_text(&builder, forgetting.name.instance));
    return answer_json(answer, &builder, document, error);
}
