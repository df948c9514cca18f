#include "cli/answer_fields.h"

#include "drift/severity.h"

/* The count of a severity in a summary. */
#define COUNT(severity, level)                                                                                         \
    .name = severity, .offset = offsetof(struct answer_summary, counts) + (level) * sizeof(int64_t)

const char *answer_verdict_choice(size_t number)
{
    return number <= VERDICT_UNKNOWN ? verdict_name((enum verdict)number) : NULL;
}

const char *answer_effect_choice(size_t number)
{
    return number <= EFFECT_RENAMED ? effect_name((enum effect)number) : NULL;
}

const char *answer_severity_choice(size_t number)
{
    return number < SEVERITY_COUNT ? severity_name((enum severity)number) : NULL;
}

/* ---- fleet ---- */

static const struct shape_member summary_members[] = {
    {COUNT("critical", SEVERITY_CRITICAL), .type = MEMBER_NUMBER},
    {COUNT("high", SEVERITY_HIGH), .type = MEMBER_NUMBER},
    {COUNT("medium", SEVERITY_MEDIUM), .type = MEMBER_NUMBER},
    {COUNT("low", SEVERITY_LOW), .type = MEMBER_NUMBER},
    {0},
};
const struct shape answer_summary_shape = {sizeof(struct answer_summary), summary_members};

static const struct shape_member variant_members[] = {
    {FIELD(answer_variant, root), .type = MEMBER_TEXT},
    {FIELD(answer_variant, majority), .type = MEMBER_FLAG},
    {FIELD(answer_variant, since), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_variant, instances), .type = MEMBER_TEXTS},
    {FIELD(answer_variant, summary), .type = MEMBER_OBJECT, .shape = &answer_summary_shape, .optional = true},
    {0},
};
static const struct shape variant_shape = {sizeof(struct answer_variant), variant_members};

static const struct shape_member instance_members[] = {
    {FIELD(answer_instance, instance), .type = MEMBER_TEXT},
    {FIELD(answer_instance, verdict), .type = MEMBER_CHOICE, .choice = answer_verdict_choice},
    {FIELD(answer_instance, unknown_reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_instance, reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_instance, checked_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_instance, waived), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
static const struct shape instance_shape = {sizeof(struct answer_instance), instance_members};

static const struct shape_member environment_members[] = {
    {FIELD(answer_environment, environment), .type = MEMBER_TEXT},
    {FIELD(answer_environment, on_path), .type = MEMBER_FLAG},
    {FIELD(answer_environment, verdict), .type = MEMBER_CHOICE, .choice = answer_verdict_choice},
    {FIELD(answer_environment, unknown_reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_environment, checked_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_environment, majority), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_environment, variants), .type = MEMBER_OBJECTS, .shape = &variant_shape},
    {FIELD(answer_environment, targets), .type = MEMBER_OBJECTS, .shape = &instance_shape},
    {0},
};
static const struct shape environment_shape = {sizeof(struct answer_environment), environment_members};

static const struct shape_member step_members[] = {
    {FIELD(answer_step, from), .type = MEMBER_TEXT},
    {FIELD(answer_step, to), .type = MEMBER_TEXT},
    {FIELD(answer_step, verdict), .type = MEMBER_CHOICE, .choice = answer_verdict_choice},
    {FIELD(answer_step, unknown_reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_step, summary), .type = MEMBER_OBJECT, .shape = &answer_summary_shape, .optional = true},
    {FIELD(answer_step, waived), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
static const struct shape step_shape = {sizeof(struct answer_step), step_members};

static const struct shape_member database_members[] = {
    {FIELD(answer_database, database), .type = MEMBER_TEXT},
    {FIELD(answer_database, verdict), .type = MEMBER_CHOICE, .choice = answer_verdict_choice},
    {FIELD(answer_database, environments), .type = MEMBER_OBJECTS, .shape = &environment_shape},
    {FIELD(answer_database, steps), .type = MEMBER_OBJECTS, .shape = &step_shape},
    {0},
};
static const struct shape database_shape = {sizeof(struct answer_database), database_members};

static const struct shape_member fleet_members[] = {
    {FIELD(answer_fleet, at), .type = MEMBER_TIME},
    {FIELD(answer_fleet, path), .type = MEMBER_TEXTS},
    {FIELD(answer_fleet, databases), .type = MEMBER_OBJECTS, .shape = &database_shape},
    {0},
};
const struct shape answer_fleet_shape = {sizeof(struct answer_fleet), fleet_members};

/* ---- history ---- */

static const struct shape_member attribute_members[] = {
    {FIELD(answer_attribute, name), .type = MEMBER_TEXT},
    {FIELD(answer_attribute, from), .type = MEMBER_VALUE, .optional = true},
    {FIELD(answer_attribute, to), .type = MEMBER_VALUE, .optional = true},
    {0},
};
const struct shape answer_attribute_shape = {sizeof(struct answer_attribute), attribute_members};

static const struct shape_member change_members[] = {
    {FIELD(answer_change, id), .type = MEMBER_NUMBER},
    {FIELD(answer_change, at), .type = MEMBER_TIME},
    {FIELD(answer_change, not_before), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_change, environment), .type = MEMBER_TEXT},
    {FIELD(answer_change, instance), .type = MEMBER_TEXT},
    {FIELD(answer_change, snapshot), .type = MEMBER_NUMBER},
    {FIELD(answer_change, effect), .type = MEMBER_CHOICE, .choice = answer_effect_choice},
    {FIELD(answer_change, kind), .type = MEMBER_TEXT},
    {FIELD(answer_change, object), .type = MEMBER_TEXT},
    {FIELD(answer_change, renamed_from), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_change, aspect), .type = MEMBER_TEXT},
    {FIELD(answer_change, severity), .type = MEMBER_CHOICE, .choice = answer_severity_choice},
    {FIELD(answer_change, rule), .type = MEMBER_TEXT},
    {FIELD(answer_change, attributes), .type = MEMBER_OBJECTS, .shape = &answer_attribute_shape},
    ACTOR_FIELDS(answer_change),
    {FIELD(answer_change, client), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_change, command), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_change, statement), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape change_shape = {sizeof(struct answer_change), change_members};

static const struct shape_member note_members[] = {
    {FIELD(answer_note, at), .type = MEMBER_TIME},       {FIELD(answer_note, environment), .type = MEMBER_TEXT},
    {FIELD(answer_note, instance), .type = MEMBER_TEXT}, {FIELD(answer_note, snapshot), .type = MEMBER_NUMBER},
    {FIELD(answer_note, note), .type = MEMBER_TEXT},     {0},
};
static const struct shape note_shape = {sizeof(struct answer_note), note_members};

static const struct shape_member history_members[] = {
    {FIELD(answer_history, database), .type = MEMBER_TEXT},
    {FIELD(answer_history, changes), .type = MEMBER_OBJECTS, .shape = &change_shape},
    {FIELD(answer_history, notes), .type = MEMBER_OBJECTS, .shape = &note_shape},
    {FIELD(answer_history, next), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
const struct shape answer_history_shape = {sizeof(struct answer_history), history_members};

/* ---- statements ---- */

static const struct shape_member statement_members[] = {
    {FIELD(answer_statement, id), .type = MEMBER_NUMBER},
    {FIELD(answer_statement, at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_statement, environment), .type = MEMBER_TEXT},
    {FIELD(answer_statement, instance), .type = MEMBER_TEXT},
    ACTOR_FIELDS(answer_statement),
    {FIELD(answer_statement, client), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_statement, command), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_statement, object), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_statement, statement), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_statement, transaction), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_statement, unconfirmed), .type = MEMBER_FLAG, .optional = true},
    {FIELD(answer_statement, changes), .type = MEMBER_NUMBER},
    {0},
};
static const struct shape statement_shape = {sizeof(struct answer_statement), statement_members};

static const struct shape_member statements_members[] = {
    {FIELD(answer_statements, database), .type = MEMBER_TEXT},
    {FIELD(answer_statements, statements), .type = MEMBER_OBJECTS, .shape = &statement_shape},
    {FIELD(answer_statements, next), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
const struct shape answer_statements_shape = {sizeof(struct answer_statements), statements_members};

/* ---- lists ---- */

static const struct shape_member agent_members[] = {
    {FIELD(answer_agent, name), .type = MEMBER_TEXT},
    {FIELD(answer_agent, grants), .type = MEMBER_TEXTS},
    {FIELD(answer_agent, revoked_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_agent, last_seen), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_agent, connected), .type = MEMBER_FLAG},
    {FIELD(answer_agent, connected_since), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_agent, version), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_agent, host), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_agent, address), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_agent, targets), .type = MEMBER_NUMBER},
    {0},
};
const struct shape answer_agent_shape = {sizeof(struct answer_agent), agent_members};

static const struct shape_member agents_members[] = {
    {FIELD(answer_agents, agents), .type = MEMBER_OBJECTS, .shape = &answer_agent_shape},
    {0},
};
const struct shape answer_agents_shape = {sizeof(struct answer_agents), agents_members};

static const struct shape_member target_members[] = {
    {FIELD(answer_target, database), .type = MEMBER_TEXT},
    {FIELD(answer_target, environment), .type = MEMBER_TEXT},
    {FIELD(answer_target, instance), .type = MEMBER_TEXT},
    {FIELD(answer_target, verdict), .type = MEMBER_CHOICE, .choice = answer_verdict_choice},
    {FIELD(answer_target, unknown_reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_target, agent), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_target, reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_target, root), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_target, since), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_target, checked_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_target, gaps), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_target, capture), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape target_shape = {sizeof(struct answer_target), target_members};

static const struct shape_member targets_members[] = {
    {FIELD(answer_targets, targets), .type = MEMBER_OBJECTS, .shape = &target_shape},
    {0},
};
const struct shape answer_targets_shape = {sizeof(struct answer_targets), targets_members};

static const struct shape_member snapshot_members[] = {
    {FIELD(answer_snapshot, id), .type = MEMBER_NUMBER},
    {FIELD(answer_snapshot, database), .type = MEMBER_TEXT},
    {FIELD(answer_snapshot, environment), .type = MEMBER_TEXT},
    {FIELD(answer_snapshot, instance), .type = MEMBER_TEXT},
    {FIELD(answer_snapshot, root), .type = MEMBER_TEXT},
    {FIELD(answer_snapshot, taken_at), .type = MEMBER_TIME},
    {FIELD(answer_snapshot, objects), .type = MEMBER_NUMBER},
    {FIELD(answer_snapshot, changes), .type = MEMBER_NUMBER},
    {FIELD(answer_snapshot, gaps), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_snapshot, lost), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_snapshot, lost_reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_snapshot, stored), .type = MEMBER_FLAG},
    {0},
};
static const struct shape snapshot_shape = {sizeof(struct answer_snapshot), snapshot_members};

static const struct shape_member snapshots_members[] = {
    {FIELD(answer_snapshots, snapshots), .type = MEMBER_OBJECTS, .shape = &snapshot_shape},
    {FIELD(answer_snapshots, next), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
const struct shape answer_snapshots_shape = {sizeof(struct answer_snapshots), snapshots_members};

enum error_code answer_parse(json_t **ret_document, struct text text, struct error *error)
{
    json_error_t fault;
    json_t *document = json_loadb(text.length == 0 ? "" : text.bytes, text.length, JSON_REJECT_DUPLICATES, &fault);

    if (document == NULL && json_error_code(&fault) == json_error_out_of_memory)
        return error_memory(error, "reading an answer");
    if (document == NULL)
        return error_set(error, ERROR_PROTOCOL, "the answer is no JSON: line %d: %s", fault.line, fault.text);
    *ret_document = document;
    return ERROR_NONE;
}
