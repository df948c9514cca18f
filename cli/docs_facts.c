#include "cli/docs_facts.h"

#include "cli/answer_drift.h"
#include "cli/answer_fields.h"
#include "cli/answer_gate.h"
#include "cli/asking.h"
#include "cli/docs_reading.h"

static const char doing[] = "reading what the collector knows";

enum { NEWEST = 1000 }; /* changes, when there are too many to read all */

/* ---------------------------------------------------------------- asking */

void *docs_reading_room(const struct docs_reading *reading, size_t count, size_t size)
{
    return arena_array(reading->call->arena, count, size);
}

enum error_code docs_reading_failed(const struct docs_reading *reading)
{
    return arena_error(reading->call->arena, reading->error, doing);
}

/* One answer. `target` is a path with a first parameter already, to which the database is added. */
enum error_code docs_reading_ask(const struct docs_reading *reading, const char *target, const struct shape *shape,
                                 void *values)
{
    CLEANUP(buffer_clear) struct buffer question, answer;

    buffer_init(&question);
    buffer_init(&answer);
    buffer_add_string(&question, target);
    if (strcmp(target, "/api/v1/agents") != 0)
        collector_add_parameter(&question, "database", reading->reference->database);
    if (buffer_check(&question, reading->error, doing) != ERROR_NONE ||
        asking_send(reading->call, "GET", question.bytes, NULL, &answer, reading->error) != ERROR_NONE)
        return reading->error->code;
    return asking_read(reading->call, &answer, shape, values, reading->error);
}

/* Pages of a list. `environment`: only of the environment that is documented. */
static enum error_code ask_pages(const struct docs_reading *reading, const char *path, const char *const *lists,
                                 bool environment, struct buffer *answer)
{
    CLEANUP(buffer_clear) struct buffer question;

    buffer_init(&question);
    buffer_add_string(&question, path);
    collector_add_parameter(&question, "database", reading->reference->database);
    if (environment)
        collector_add_parameter(&question, "environment", reading->reference->environment);
    if (environment && reading->reference->instance.length > 0)
        collector_add_parameter(&question, "instance", reading->reference->instance);
    return asking_pages(reading->call, &question, lists, answer, reading->error);
}

/* All pages, which become one answer. */
static enum error_code ask_all(struct docs_reading *reading, const char *path, const char *const *lists,
                               bool environment, const struct shape *shape, void *values)
{
    const struct call *call = reading->call;
    CLEANUP(buffer_clear) struct buffer answer;
    struct call all = *call;
    enum error_code code;

    buffer_init(&answer);
    all.settings.all = true;
    reading->call = &all;
    code = ask_pages(reading, path, lists, environment, &answer);
    reading->call = call;
    return code == ERROR_NONE ? asking_read(call, &answer, shape, values, reading->error) : code;
}

/* The first page, of the environment that is documented. */
static enum error_code ask_newest(struct docs_reading *reading, const char *path, const char *const *lists,
                                  const struct shape *shape, void *values)
{
    const struct call *call = reading->call;
    CLEANUP(buffer_clear) struct buffer answer;
    struct call one = *call;
    enum error_code code;

    buffer_init(&answer);
    one.settings.all = false;
    one.settings.limit = NEWEST;
    reading->call = &one;
    code = ask_pages(reading, path, lists, true, &answer);
    reading->call = call;
    return code == ERROR_NONE ? asking_read(call, &answer, shape, values, reading->error) : code;
}

struct docs_texts docs_reading_texts(struct shape_list list)
{
    return (struct docs_texts){list.items, list.count};
}

struct docs_actor docs_reading_actor(const struct answer_actor *who)
{
    return (struct docs_actor){who->actor, who->role, who->application, who->evidence};
}

/* ---------------------------------------------------------------- environments */

static enum error_code take_variants(const struct docs_reading *reading, struct docs_environment *environment,
                                     struct shape_list list)
{
    const struct answer_variant *variants = list.items;
    struct docs_variant *items = docs_reading_room(reading, list.count, sizeof *items);

    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < list.count; i++)
        items[i] = (struct docs_variant){variants[i].majority, docs_reading_texts(variants[i].instances)};
    environment->variants = items;
    environment->variant_count = list.count;
    return ERROR_NONE;
}

static enum error_code take_environments(const struct docs_reading *reading, struct shape_list list)
{
    const struct answer_environment *environments = list.items;
    struct docs_environment *items = docs_reading_room(reading, list.count, sizeof *items);

    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < list.count; i++) {
        items[i] = (struct docs_environment){
            .name = environments[i].environment,
            .on_path = environments[i].on_path,
            .verdict = answer_verdict_choice(environments[i].verdict),
            .unknown_reason = environments[i].unknown_reason,
        };
        if (take_variants(reading, &items[i], environments[i].variants) != ERROR_NONE)
            return reading->error->code;
    }
    reading->facts->environments = items;
    reading->facts->environment_count = list.count;
    return ERROR_NONE;
}

static enum error_code take_steps(const struct docs_reading *reading, struct shape_list list)
{
    const struct answer_step *steps = list.items;
    struct docs_step *items = docs_reading_room(reading, list.count, sizeof *items);

    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < list.count; i++) {
        items[i] = (struct docs_step){.from = steps[i].from,
                                      .to = steps[i].to,
                                      .verdict = answer_verdict_choice(steps[i].verdict),
                                      .unknown_reason = steps[i].unknown_reason,
                                      .has_counts = steps[i].summary != NULL,
                                      .waived = steps[i].waived};
        if (steps[i].summary != NULL)
            memcpy(items[i].counts, steps[i].summary->counts, sizeof items[i].counts);
    }
    reading->facts->steps = items;
    reading->facts->step_count = list.count;
    return ERROR_NONE;
}

static enum error_code read_fleet(struct docs_reading *reading)
{
    struct answer_fleet fleet = {0};
    const struct answer_database *databases;

    if (docs_reading_ask(reading, "/api/v1/fleet", &answer_fleet_shape, &fleet) != ERROR_NONE)
        return reading->error->code;
    databases = fleet.databases.items;
    if (fleet.databases.count == 0)
        return ERROR_NONE;
    if (take_environments(reading, databases[0].environments) != ERROR_NONE)
        return reading->error->code;
    return take_steps(reading, databases[0].steps);
}

static enum error_code read_targets(struct docs_reading *reading)
{
    struct answer_targets answer = {0};
    const struct answer_target *targets;
    struct docs_target *items;

    if (docs_reading_ask(reading, "/api/v1/targets", &answer_targets_shape, &answer) != ERROR_NONE)
        return reading->error->code;
    targets = answer.targets.items;
    items = docs_reading_room(reading, answer.targets.count, sizeof *items);
    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < answer.targets.count; i++)
        items[i] = (struct docs_target){
            .environment = targets[i].environment,
            .instance = targets[i].instance,
            .verdict = answer_verdict_choice(targets[i].verdict),
            .unknown_reason = targets[i].unknown_reason,
            .reason = targets[i].reason,
            .agent = targets[i].agent,
            .capture = targets[i].capture,
            .since = targets[i].since,
            .checked_at = targets[i].checked_at,
            .gaps = targets[i].gaps,
        };
    reading->targets = items;
    reading->facts->targets = items;
    reading->facts->target_count = answer.targets.count;
    return ERROR_NONE;
}

/* Take an agent for the targets that it watches; false: for none. While a target is looked at, the time of the last
 * look moves and says nothing. */
static bool takes_part(const struct docs_reading *reading, const struct answer_agent *agent)
{
    bool watches = false;

    for (size_t i = 0; i < reading->facts->target_count; i++) {
        struct docs_target *target = &reading->targets[i];

        if (!text_equal(target->agent, agent->name))
            continue;
        watches = true;
        if (agent->connected && target->reason.length == 0)
            target->checked_at = 0;
    }
    return watches;
}

/* After the targets: only agents that watch one of them. */
static enum error_code read_agents(struct docs_reading *reading)
{
    struct answer_agents answer = {0};
    const struct answer_agent *agents;
    struct docs_agent *items;
    size_t count = 0;

    if (docs_reading_ask(reading, "/api/v1/agents", &answer_agents_shape, &answer) != ERROR_NONE)
        return reading->error->code;
    agents = answer.agents.items;
    items = docs_reading_room(reading, answer.agents.count, sizeof *items);
    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < answer.agents.count; i++)
        if (takes_part(reading, &agents[i]))
            items[count++] = (struct docs_agent){
                .name = agents[i].name,
                .connected = agents[i].connected,
                .revoked = agents[i].revoked_at != 0,
                .last_seen = agents[i].connected ? 0 : agents[i].last_seen,
                .version = agents[i].version,
            };
    reading->facts->agents = items;
    reading->facts->agent_count = count;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- side by side */

static enum error_code take_columns(const struct docs_reading *reading, struct shape_list list)
{
    const struct answer_spread_column *columns = list.items;
    struct docs_column *items = docs_reading_room(reading, list.count, sizeof *items);

    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < list.count; i++)
        items[i] = (struct docs_column){columns[i].environment, columns[i].majority, columns[i].known,
                                        docs_reading_texts(columns[i].instances)};
    reading->facts->columns = items;
    reading->facts->column_count = list.count;
    return ERROR_NONE;
}

static enum error_code take_cells(const struct docs_reading *reading, struct docs_row *row, struct shape_list list)
{
    const struct answer_spread_cell *cells = list.items;
    struct docs_cell *items = docs_reading_room(reading, reading->facts->column_count, sizeof *items);

    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < list.count && i < reading->facts->column_count; i++)
        items[i] = (struct docs_cell){cells[i].known, cells[i].there, cells[i].version};
    row->cells = items;
    return ERROR_NONE;
}

static enum error_code read_spread(struct docs_reading *reading)
{
    struct answer_spread answer = {0};
    const struct answer_spread_row *rows;
    struct docs_row *items;
    enum error_code code;

    code = docs_reading_ask(reading, "/api/v1/spread", &answer_spread_shape, &answer);
    if (code == ERROR_LIMIT) { /* more than the collector compares at once */
        reading->facts->too_many_rows = true;
        return ERROR_NONE;
    }
    if (code != ERROR_NONE || take_columns(reading, answer.columns) != ERROR_NONE)
        return reading->error->code;
    rows = answer.rows.items;
    items = docs_reading_room(reading, answer.rows.count, sizeof *items);
    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < answer.rows.count; i++) {
        items[i] = (struct docs_row){.object = rows[i].object, .kind = rows[i].kind, .aspect = rows[i].aspect};
        if (take_cells(reading, &items[i], rows[i].cells) != ERROR_NONE)
            return reading->error->code;
    }
    reading->facts->rows = items;
    reading->facts->row_count = answer.rows.count;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- drift */

static enum error_code take_contracts_of(const struct docs_reading *reading, struct docs_drift *drift,
                                         struct shape_list list)
{
    const struct answer_drift_contract *contracts = list.items;
    struct text *names = docs_reading_room(reading, list.count, sizeof *names);

    if (names == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < list.count; i++)
        names[i] = contracts[i].contract;
    drift->contracts = (struct docs_texts){names, list.count};
    return ERROR_NONE;
}

static enum error_code read_drift(struct docs_reading *reading)
{
    static const char *const lists[] = {"drifts", NULL};
    struct answer_drifts answer = {0};
    const struct answer_drift *drifts;
    struct docs_drift *items;

    if (ask_all(reading, "/api/v1/drift", lists, false, &answer_drifts_shape, &answer) != ERROR_NONE)
        return reading->error->code;
    drifts = answer.drifts.items;
    items = docs_reading_room(reading, answer.drifts.count, sizeof *items);
    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < answer.drifts.count; i++) {
        items[i] = (struct docs_drift){
            .id = drifts[i].id,
            .from = drifts[i].from,
            .to = drifts[i].to,
            .instance = drifts[i].instance,
            .state = answer_drift_state_choice(drifts[i].state),
            .cause = answer_drift_cause_choice(drifts[i].cause),
            .effect = answer_effect_choice(drifts[i].effect),
            .kind = drifts[i].kind,
            .object = drifts[i].object,
            .severity = answer_severity_choice(drifts[i].severity),
            .rule = drifts[i].rule,
            .opened_at = drifts[i].opened_at,
        };
        if (take_contracts_of(reading, &items[i], drifts[i].contracts) != ERROR_NONE)
            return reading->error->code;
    }
    reading->facts->drifts = items;
    reading->facts->drift_count = answer.drifts.count;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- changes */

/* A value as one text; of a list with commas between. */
static enum error_code take_value(const struct docs_reading *reading, const struct shape_value *value, bool *ret_is,
                                  struct text *ret_text)
{
    const struct text *items = value->texts.items;
    CLEANUP(buffer_clear) struct buffer joined;
    char *copy;

    buffer_init(&joined);
    *ret_is = value->type != VALUE_NONE;
    if (value->type == VALUE_NONE)
        return ERROR_NONE;
    if (value->texts.count == 1) {
        *ret_text = items[0];
        return ERROR_NONE;
    }
    for (size_t i = 0; i < value->texts.count; i++) {
        buffer_add_string(&joined, i == 0 ? "" : ", ");
        buffer_add_text(&joined, items[i]);
    }
    if (buffer_check(&joined, reading->error, doing) != ERROR_NONE)
        return reading->error->code;
    copy = arena_copy(reading->call->arena, joined.bytes, joined.length);
    if (copy == NULL)
        return docs_reading_failed(reading);
    *ret_text = (struct text){copy, joined.length};
    return ERROR_NONE;
}

enum error_code docs_reading_change(const struct docs_reading *reading, const struct answer_change *change,
                                    struct docs_change *ret_change)
{
    const struct answer_attribute *attributes = change->attributes.items;
    struct docs_attribute_change *items = docs_reading_room(reading, change->attributes.count, sizeof *items);

    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < change->attributes.count; i++) {
        items[i].name = attributes[i].name;
        if (take_value(reading, &attributes[i].from, &items[i].had, &items[i].before) != ERROR_NONE ||
            take_value(reading, &attributes[i].to, &items[i].has, &items[i].after) != ERROR_NONE)
            return reading->error->code;
    }
    *ret_change = (struct docs_change){
        .id = change->id,
        .at = change->at,
        .not_before = change->not_before,
        .environment = change->environment,
        .instance = change->instance,
        .effect = answer_effect_choice(change->effect),
        .kind = change->kind,
        .object = change->object,
        .renamed_from = change->renamed_from,
        .attributes = items,
        .attribute_count = change->attributes.count,
        .who = docs_reading_actor(&change->who),
        .statement = change->statement,
    };
    return ERROR_NONE;
}

static enum error_code read_history(struct docs_reading *reading)
{
    static const char *const lists[] = {"changes", "notes", NULL};
    struct answer_history answer = {0};
    const struct answer_change *changes;
    struct docs_change *items;
    enum error_code code;

    code = ask_all(reading, "/api/v1/history", lists, true, &answer_history_shape, &answer);
    if (code == ERROR_LIMIT) { /* a history that is too long for all of it: the newest page */
        answer = (struct answer_history){0};
        code = ask_newest(reading, "/api/v1/history", lists, &answer_history_shape, &answer);
    }
    if (code != ERROR_NONE)
        return code;
    changes = answer.changes.items;
    items = docs_reading_room(reading, answer.changes.count, sizeof *items);
    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < answer.changes.count; i++)
        if (docs_reading_change(reading, &changes[i], &items[i]) != ERROR_NONE)
            return reading->error->code;
    reading->facts->changes = items;
    reading->facts->change_count = answer.changes.count;
    reading->facts->has_older_changes = answer.next != 0;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- the gate */

static enum error_code read_runs(struct docs_reading *reading)
{
    struct answer_gate_runs answer = {0};
    const struct answer_gate_run *runs;
    struct docs_run *items;

    if (docs_reading_ask(reading, "/api/v1/gate/runs", &answer_gate_runs_shape, &answer) != ERROR_NONE)
        return reading->error->code;
    runs = answer.runs.items;
    items = docs_reading_room(reading, answer.runs.count, sizeof *items);
    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < answer.runs.count; i++)
        items[i] = (struct docs_run){
            .id = runs[i].id,
            .at = runs[i].at,
            .by = runs[i].by,
            .from = runs[i].from.length > 0 ? runs[i].from : runs[i].reference_name,
            .to = runs[i].to,
            .verdict = answer_gate_verdict_choice(runs[i].verdict),
            .from_root = runs[i].from_root.length > 0 ? runs[i].from_root : runs[i].reference,
            .to_root = runs[i].to_root,
            .pinned = runs[i].pinned,
        };
    reading->facts->runs = items;
    reading->facts->run_count = answer.runs.count;
    return ERROR_NONE;
}

enum error_code docs_facts_read(struct docs_facts *ret_facts, const struct call *call,
                                const struct reference *reference, struct error *error)
{
    static enum error_code (*const steps[])(struct docs_reading *) = {
        read_fleet, read_targets, read_agents, read_spread, read_drift, read_history, read_runs, docs_reading_contracts,
    };
    struct docs_facts facts = {.database = reference->database};
    struct docs_reading reading = {.call = call, .reference = reference, .facts = &facts, .error = error};

    for (size_t i = 0; i < LENGTH_OF(steps); i++)
        if (steps[i](&reading) != ERROR_NONE)
            return error->code;
    *ret_facts = facts;
    return ERROR_NONE;
}
