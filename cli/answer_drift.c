#include "cli/answer_drift.h"

#include "cli/answer_fields.h"

const char *answer_drift_state_choice(size_t number)
{
    static const char *const names[] = {[ANSWER_OPEN] = "open",
                                        [ANSWER_ACKNOWLEDGED] = "acknowledged",
                                        [ANSWER_WAIVED] = "waived",
                                        [ANSWER_ENDED] = "ended"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

const char *answer_drift_cause_choice(size_t number)
{
    static const char *const names[] = {"baseline", "pending", "hotfix", "diverged", "outlier"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

static const struct shape_member deed_members[] = {
    {FIELD(answer_deed, at), .type = MEMBER_TIME},
    {FIELD(answer_deed, by), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape deed_shape = {sizeof(struct answer_deed), deed_members};

static const struct shape_member drift_waiver_members[] = {
    {FIELD(answer_drift_waiver, id), .type = MEMBER_NUMBER},
    {FIELD(answer_drift_waiver, until), .type = MEMBER_TIME, .optional = true},
    {0},
};
static const struct shape drift_waiver_shape = {sizeof(struct answer_drift_waiver), drift_waiver_members};

static const struct shape_member drift_contract_members[] = {
    {FIELD(answer_drift_contract, contract), .type = MEMBER_TEXT},
    {FIELD(answer_drift_contract, consumers), .type = MEMBER_TEXTS, .optional = true},
    {FIELD(answer_drift_contract, violated), .type = MEMBER_FLAG, .optional = true},
    {0},
};
static const struct shape drift_contract_shape = {sizeof(struct answer_drift_contract), drift_contract_members};

static const struct shape_member drift_change_members[] = {
    {FIELD(answer_drift_change, id), .type = MEMBER_NUMBER},
    {FIELD(answer_drift_change, at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_drift_change, before), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_drift_change, environment), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_drift_change, instance), .type = MEMBER_TEXT, .optional = true},
    ACTOR_FIELDS(answer_drift_change),
    {FIELD(answer_drift_change, client), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_drift_change, command), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_drift_change, statement), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape drift_change_shape = {sizeof(struct answer_drift_change), drift_change_members};

static const struct shape_member step_members[] = {
    {FIELD(answer_drift_step, what), .type = MEMBER_TEXT},
    {FIELD(answer_drift_step, at), .type = MEMBER_TIME},
    {FIELD(answer_drift_step, side), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_drift_step, there), .type = MEMBER_FLAG, .optional = true},
    {FIELD(answer_drift_step, snapshot), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_drift_step, change), .type = MEMBER_NUMBER, .optional = true},
    ACTOR_FIELDS(answer_drift_step),
    {FIELD(answer_drift_step, by), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_drift_step, note), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape step_shape = {sizeof(struct answer_drift_step), step_members};

static const struct shape_member drift_members[] = {
    {FIELD(answer_drift, id), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_drift, database), .type = MEMBER_TEXT},
    {FIELD(answer_drift, from), .type = MEMBER_TEXT},
    {FIELD(answer_drift, to), .type = MEMBER_TEXT},
    {FIELD(answer_drift, instance), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_drift, state), .type = MEMBER_CHOICE, .choice = answer_drift_state_choice},
    {FIELD(answer_drift, cause), .type = MEMBER_CHOICE, .choice = answer_drift_cause_choice},
    {FIELD(answer_drift, ending), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_drift, hidden), .type = MEMBER_FLAG},
    {FIELD(answer_drift, effect), .type = MEMBER_CHOICE, .choice = answer_effect_choice},
    {FIELD(answer_drift, kind), .type = MEMBER_TEXT},
    {FIELD(answer_drift, object), .type = MEMBER_TEXT},
    {FIELD(answer_drift, owner), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_drift, renamed_from), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_drift, aspect), .type = MEMBER_TEXT},
    {FIELD(answer_drift, severity), .type = MEMBER_CHOICE, .choice = answer_severity_choice},
    {FIELD(answer_drift, rule), .type = MEMBER_TEXT},
    {FIELD(answer_drift, attributes), .type = MEMBER_OBJECTS, .shape = &answer_attribute_shape, .optional = true},
    {FIELD(answer_drift, opened_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_drift, changed_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_drift, seen_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_drift, ended_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_drift, lead_seconds), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_drift, reopened), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_drift, previous), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_drift, acknowledged), .type = MEMBER_OBJECT, .shape = &deed_shape, .optional = true},
    {FIELD(answer_drift, waiver), .type = MEMBER_OBJECT, .shape = &drift_waiver_shape, .optional = true},
    {FIELD(answer_drift, unattributed), .type = MEMBER_FLAG, .optional = true},
    {FIELD(answer_drift, contracts), .type = MEMBER_OBJECTS, .shape = &drift_contract_shape, .optional = true},
    {FIELD(answer_drift, change), .type = MEMBER_OBJECT, .shape = &drift_change_shape, .optional = true},
    {FIELD(answer_drift, steps), .type = MEMBER_OBJECTS, .shape = &step_shape, .optional = true},
    {0},
};
const struct shape answer_drift_shape = {sizeof(struct answer_drift), drift_members};

static const struct shape_member drifts_members[] = {
    {FIELD(answer_drifts, drifts), .type = MEMBER_OBJECTS, .shape = &answer_drift_shape},
    {FIELD(answer_drifts, next), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
const struct shape answer_drifts_shape = {sizeof(struct answer_drifts), drifts_members};

static const struct shape_member waiver_members[] = {
    {FIELD(answer_waiver, id), .type = MEMBER_NUMBER},
    {FIELD(answer_waiver, database), .type = MEMBER_TEXT},
    {FIELD(answer_waiver, from), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_waiver, to), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_waiver, pattern), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_waiver, future), .type = MEMBER_FLAG, .optional = true},
    {FIELD(answer_waiver, reason), .type = MEMBER_TEXT},
    {FIELD(answer_waiver, author), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_waiver, created_by), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_waiver, created_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_waiver, expires_at), .type = MEMBER_TIME},
    {FIELD(answer_waiver, ended_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_waiver, ended_by), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_waiver, drifts), .type = MEMBER_NUMBER},
    {0},
};
const struct shape answer_waiver_shape = {sizeof(struct answer_waiver), waiver_members};

static const struct shape_member waivers_members[] = {
    {FIELD(answer_waivers, waivers), .type = MEMBER_OBJECTS, .shape = &answer_waiver_shape},
    {0},
};
const struct shape answer_waivers_shape = {sizeof(struct answer_waivers), waivers_members};
