#include "cli/answer_contracts.h"

#include "cli/answer_fields.h"
#include "contract/contract_check.h"

static const char *state_choice(size_t number)
{
    return number < CONTRACT_STATE_COUNT ? contract_state_name((enum contract_state)number) : NULL;
}

static const struct shape_member finding_members[] = {
    {FIELD(answer_finding, state), .type = MEMBER_CHOICE, .choice = state_choice},
    {FIELD(answer_finding, kind), .type = MEMBER_TEXT},
    {FIELD(answer_finding, object), .type = MEMBER_TEXT},
    {FIELD(answer_finding, message), .type = MEMBER_TEXT},
    {FIELD(answer_finding, line), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
static const struct shape finding_shape = {sizeof(struct answer_finding), finding_members};

static const struct shape_member change_members[] = {
    {FIELD(answer_contract_change, id), .type = MEMBER_NUMBER},
    {FIELD(answer_contract_change, at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_contract_change, object), .type = MEMBER_TEXT},
    ACTOR_FIELDS(answer_contract_change),
    {0},
};
static const struct shape change_shape = {sizeof(struct answer_contract_change), change_members};

static const struct shape_member target_members[] = {
    {FIELD(answer_contract_target, environment), .type = MEMBER_TEXT},
    {FIELD(answer_contract_target, instance), .type = MEMBER_TEXT},
    {FIELD(answer_contract_target, state), .type = MEMBER_CHOICE, .choice = state_choice},
    {FIELD(answer_contract_target, since), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_contract_target, findings), .type = MEMBER_OBJECTS, .shape = &finding_shape},
    {FIELD(answer_contract_target, change), .type = MEMBER_OBJECT, .shape = &change_shape, .optional = true},
    {0},
};
static const struct shape target_shape = {sizeof(struct answer_contract_target), target_members};

static const struct shape_member contract_members[] = {
    {FIELD(answer_contract, name), .type = MEMBER_TEXT},
    {FIELD(answer_contract, owner), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_contract, consumers), .type = MEMBER_TEXTS},
    {FIELD(answer_contract, database), .type = MEMBER_TEXT},
    {FIELD(answer_contract, severity), .type = MEMBER_CHOICE, .choice = answer_severity_choice},
    {FIELD(answer_contract, file), .type = MEMBER_TEXT},
    {FIELD(answer_contract, line), .type = MEMBER_NUMBER},
    {FIELD(answer_contract, requirements), .type = MEMBER_NUMBER},
    {FIELD(answer_contract, state), .type = MEMBER_CHOICE, .choice = state_choice},
    {FIELD(answer_contract, targets), .type = MEMBER_OBJECTS, .shape = &target_shape},
    {0},
};
static const struct shape contract_shape = {sizeof(struct answer_contract), contract_members};

static const struct shape_member contracts_members[] = {
    {FIELD(answer_contracts, known), .type = MEMBER_FLAG},
    {FIELD(answer_contracts, problem), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_contracts, problem_since), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_contracts, contracts), .type = MEMBER_OBJECTS, .shape = &contract_shape},
    {0},
};
const struct shape answer_contracts_shape = {sizeof(struct answer_contracts), contracts_members};
