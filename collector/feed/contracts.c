/* GET /api/v1/contracts */
#include <stdlib.h>

#include "contract/contract_check.h"
#include "drift/severity.h"
#include "feed/actor_json.h"
#include "feed/drift_json.h"
#include "store/contract_states.h"
#include "store/snapshots.h"
#include "store/target_names.h"

const struct parameter contracts_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .summary = "Only contracts about this database."},
    {.name = "contract", .type = PARAMETER_TEXT, .summary = "Only the contract of this name."},
    {0},
};

/* How targets stand to contracts, by the names of the contracts. */
struct states {
    struct contract_state_row *rows;
    size_t count;
};

static int compare_states(const void *a, const void *b)
{
    const struct contract_state_row *x = a, *y = b;
    int order = text_compare(x->contract, y->contract);

    if (order == 0)
        order = text_compare(x->name.environment, y->name.environment);
    return order != 0 ? order : text_compare(x->name.instance, y->name.instance);
}

static enum error_code find_states(const struct request *request, struct states *states, struct error *error)
{
    const struct contract_state_filter filter = {.contract = request_text(&request->parameters, "contract"),
                                                 .database = request_text(&request->parameters, "database")};

    if (contract_states_list(request->database, &filter, request->arena, &states->rows, &states->count, error) !=
        ERROR_NONE)
        return error->code;
    if (states->count > 1)
        qsort(states->rows, states->count, sizeof *states->rows, compare_states);
    return ERROR_NONE;
}

/* The first state of a contract, or of the one that would come next. */
static size_t first_of(const struct states *states, struct text contract)
{
    size_t low = 0, high = states->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (text_compare(states->rows[middle].contract, contract) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What was found of another text of the contract says nothing of this one. */
static enum contract_state state_of(const struct contract *contract, const struct contract_state_row *row)
{
    return hash_equal(&contract->fingerprint, &row->fingerprint) ? (enum contract_state)row->state : CONTRACT_UNKNOWN;
}

/* Violated before unknown before holds; what nobody was checked for is not known. */
static enum contract_state worst_state(const struct contract *contract, const struct contract_state_row *rows,
                                       size_t count)
{
    enum contract_state worst = count == 0 ? CONTRACT_UNKNOWN : CONTRACT_HOLDS;

    for (size_t i = 0; i < count; i++) {
        enum contract_state state = state_of(contract, &rows[i]);

        if (state == CONTRACT_VIOLATED || (state == CONTRACT_UNKNOWN && worst == CONTRACT_HOLDS))
            worst = state;
    }
    return worst;
}

static json_t *texts_value(struct json_builder *builder, const struct text *texts, size_t count)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < count && !builder->failed; i++)
        json_builder_append(builder, list, json_builder_text(builder, texts[i]));
    return list;
}

static json_t *change_value(struct json_builder *builder, const struct change_row *change)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, change->id));
    json_builder_set(builder, object, "at", json_time(builder, change->at));
    json_builder_set(builder, object, "object", json_builder_text(builder, change->object));
    actor_json_set(builder, object, change);
    return object;
}

static json_t *target_value(struct json_builder *builder, const struct request *request,
                            const struct contract *contract, const struct contract_state_row *row, struct error *error)
{
    bool is_current = hash_equal(&contract->fingerprint, &row->fingerprint), has_change = false;
    struct change_row change;
    json_t *object;

    if (drift_json_change(request, row->change, &change, &has_change, error) != ERROR_NONE)
        return NULL;
    object = json_builder_object(builder);
    json_builder_set(builder, object, "environment", json_builder_text(builder, row->name.environment));
    json_builder_set(builder, object, "instance", json_builder_text(builder, row->name.instance));
    json_builder_set(builder, object, "state",
                     json_builder_string(builder, contract_state_name(state_of(contract, row))));
    json_builder_set(builder, object, "since", json_time(builder, row->since));
    json_builder_set(builder, object, "snapshot", json_number_or_null(builder, row->snapshot));
    json_builder_set(builder, object, "findings",
                     is_current ? json_stored(builder, row->findings) : json_builder_array(builder));
    json_builder_set(builder, object, "change",
                     is_current && has_change ? change_value(builder, &change) : json_null());
    return object;
}

static json_t *targets_value(struct json_builder *builder, const struct request *request,
                             const struct contract *contract, const struct contract_state_row *rows, size_t count,
                             struct error *error)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < count && !builder->failed; i++) {
        json_t *value = target_value(builder, request, contract, &rows[i], error);

        if (value == NULL && !builder->failed) { /* what went wrong is in the error */
            json_decref(list);
            return NULL;
        }
        json_builder_append(builder, list, value);
    }
    return list;
}

static json_t *contract_value(struct json_builder *builder, const struct request *request,
                              const struct contract *contract, const struct states *states, struct error *error)
{
    size_t first = first_of(states, contract->name), count = 0;
    json_t *object, *targets;

    while (first + count < states->count && text_equal(states->rows[first + count].contract, contract->name))
        count++;
    targets = targets_value(builder, request, contract, &states->rows[first], count, error);
    if (targets == NULL && !builder->failed)
        return NULL;
    object = json_builder_object(builder);
    json_builder_set(builder, object, "name", json_builder_text(builder, contract->name));
    json_builder_set(builder, object, "owner", json_builder_text(builder, contract->owner));
    json_builder_set(builder, object, "consumers", texts_value(builder, contract->consumers, contract->consumer_count));
    json_builder_set(builder, object, "database", json_builder_text(builder, contract->database));
    json_builder_set(builder, object, "environments",
                     texts_value(builder, contract->environments, contract->environment_count));
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(contract->severity)));
    json_builder_set(builder, object, "file", json_builder_text(builder, contract->file));
    json_builder_set(builder, object, "line", json_builder_number(builder, contract->line));
    json_builder_set(builder, object, "requirements",
                     json_builder_number(builder, (uint32_t)contract->requirement_count));
    json_builder_set(
        builder, object, "state",
        json_builder_string(builder, contract_state_name(worst_state(contract, &states->rows[first], count))));
    json_builder_set(builder, object, "targets", targets);
    return object;
}

static bool is_wanted(const struct request *request, const struct contract *contract)
{
    struct text database = request_text(&request->parameters, "database");
    struct text name = request_text(&request->parameters, "contract");

    return (database.length == 0 || text_equal(database, contract->database)) &&
           (name.length == 0 || text_equal(name, contract->name));
}

/* That there is no contract is fine, but not of a name that is not there. */
static enum error_code say_none(const struct request *request, struct error *error)
{
    const struct target_filter names = {.database = request_text(&request->parameters, "database")};
    struct text name = request_text(&request->parameters, "contract");

    if (target_names_check(request->database, &names, request->arena, error) != ERROR_NONE)
        return error->code;
    if (name.length == 0)
        return ERROR_NONE;
    error_set(error, ERROR_NOT_FOUND, "there is no contract '%.*s'", (int)(name.length > 80 ? 80 : name.length),
              name.bytes);
    return error_hint(error, "`driftline contracts` lists what there is");
}

static enum error_code add_contracts(struct json_builder *builder, const struct request *request, json_t *list,
                                     struct error *error)
{
    const struct contract_set *set = &policy_content(request->policy)->contracts.set;
    struct states states = {0};
    bool any = false;

    if (find_states(request, &states, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < set->count && !builder->failed; i++) {
        json_t *value;

        if (!is_wanted(request, &set->contracts[i]))
            continue;
        value = contract_value(builder, request, &set->contracts[i], &states, error);
        if (value == NULL && !builder->failed)
            return error->code;
        json_builder_append(builder, list, value);
        any = true;
    }
    return any || builder->failed ? ERROR_NONE : say_none(request, error);
}

enum error_code get_contracts(const struct request *request, struct answer *answer, struct error *error)
{
    const struct policy_contracts *contracts = &policy_content(request->policy)->contracts;
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *list = json_builder_array(&builder);

    json_builder_set(&builder, document, "known", json_boolean(contracts->known));
    json_builder_set(&builder, document, "problem", json_text_or_null(&builder, contracts->problem));
    json_builder_set(&builder, document, "problem_since", json_time(&builder, contracts->problem_since));
    json_builder_set(&builder, document, "contracts", list); /* which still holds it */
    if (add_contracts(&builder, request, list, error) != ERROR_NONE) {
        json_decref(document);
        return error->code;
    }
    return answer_json(answer, &builder, document, error);
}
