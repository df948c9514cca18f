#include "cli/docs_reading.h"

#include "cli/answer_contracts.h"
#include "cli/answer_fields.h"
#include "cli/asking.h"
#include "contract/contract_check.h"

static const char doing[] = "reading contracts";

/* The change of a number, with its statement: the newest before the number after it. */
static enum error_code read_change(const struct docs_reading *reading, const struct answer_contract_change *known,
                                   const struct docs_change **ret_change)
{
    CLEANUP(buffer_clear) struct buffer question, answer;
    struct docs_change *change = docs_reading_room(reading, 1, sizeof *change);
    struct answer_history history = {0};
    const struct answer_change *changes;

    buffer_init(&question);
    buffer_init(&answer);
    if (change == NULL)
        return docs_reading_failed(reading);
    *change = (struct docs_change){
        .id = known->id, .at = known->at, .object = known->object, .who = docs_reading_actor(&known->who)};
    buffer_add_string(&question, "/api/v1/history");
    collector_add_parameter(&question, "database", reading->reference->database);
    asking_add_number(&question, "before", known->id + 1);
    asking_add_number(&question, "limit", 1);
    if (buffer_check(&question, reading->error, doing) != ERROR_NONE ||
        asking_send(reading->call, "GET", question.bytes, NULL, &answer, reading->error) != ERROR_NONE ||
        asking_read(reading->call, &answer, &answer_history_shape, &history, reading->error) != ERROR_NONE)
        return reading->error->code;
    changes = history.changes.items;
    if (history.changes.count > 0 && changes[0].id == known->id &&
        docs_reading_change(reading, &changes[0], change) != ERROR_NONE)
        return reading->error->code;
    *ret_change = change;
    return ERROR_NONE;
}

static enum error_code take_findings(const struct docs_reading *reading, struct docs_contract_target *target,
                                     struct shape_list list)
{
    const struct answer_finding *findings = list.items;
    struct docs_finding *items = docs_reading_room(reading, list.count, sizeof *items);

    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < list.count; i++)
        items[i] = (struct docs_finding){contract_state_name((enum contract_state)findings[i].state), findings[i].kind,
                                         findings[i].object, findings[i].message};
    target->findings = items;
    target->finding_count = list.count;
    return ERROR_NONE;
}

static enum error_code take_targets(const struct docs_reading *reading, struct docs_contract *contract,
                                    struct shape_list list)
{
    const struct answer_contract_target *targets = list.items;
    struct docs_contract_target *items = docs_reading_room(reading, list.count, sizeof *items);

    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < list.count; i++) {
        items[i] = (struct docs_contract_target){
            .environment = targets[i].environment,
            .instance = targets[i].instance,
            .state = contract_state_name((enum contract_state)targets[i].state),
            .broken = targets[i].state == CONTRACT_VIOLATED,
            .since = targets[i].since,
        };
        contract->broken = contract->broken || items[i].broken;
        if (take_findings(reading, &items[i], targets[i].findings) != ERROR_NONE)
            return reading->error->code;
        if (items[i].broken && targets[i].change != NULL &&
            read_change(reading, targets[i].change, &items[i].change) != ERROR_NONE)
            return reading->error->code;
    }
    contract->targets = items;
    contract->target_count = list.count;
    return ERROR_NONE;
}

enum error_code docs_reading_contracts(struct docs_reading *reading)
{
    struct answer_contracts answer = {0};
    const struct answer_contract *contracts;
    struct docs_contract *items;

    if (docs_reading_ask(reading, "/api/v1/contracts", &answer_contracts_shape, &answer) != ERROR_NONE)
        return reading->error->code;
    contracts = answer.contracts.items;
    items = docs_reading_room(reading, answer.contracts.count, sizeof *items);
    if (items == NULL)
        return docs_reading_failed(reading);
    for (size_t i = 0; i < answer.contracts.count; i++) {
        items[i] = (struct docs_contract){
            .name = contracts[i].name,
            .owner = contracts[i].owner,
            .consumers = docs_reading_texts(contracts[i].consumers),
            .severity = answer_severity_choice(contracts[i].severity),
            .requirements = contracts[i].requirements,
            .state = contract_state_name((enum contract_state)contracts[i].state),
        };
        if (take_targets(reading, &items[i], contracts[i].targets) != ERROR_NONE)
            return reading->error->code;
    }
    reading->facts->contracts = items;
    reading->facts->contract_count = answer.contracts.count;
    reading->facts->contracts_problem = answer.problem;
    return ERROR_NONE;
}
