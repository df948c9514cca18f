#include "cli/answer_gate.h"

#include "cli/answer_fields.h"

const char *answer_gate_verdict_choice(size_t number)
{
    static const char *const names[] = {
        [ANSWER_PASS] = "PASS", [ANSWER_BLOCKED] = "BLOCKED", [ANSWER_UNKNOWN] = "UNKNOWN"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

/* ---- gate ---- */

static const struct shape_member side_members[] = {
    {FIELD(answer_gate_side, environment), .type = MEMBER_TEXT},
    {FIELD(answer_gate_side, root), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_side, snapshot), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_gate_side, taken_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_gate_side, checked_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_gate_side, instances), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
static const struct shape side_shape = {sizeof(struct answer_gate_side), side_members};

static const struct shape_member reference_members[] = {
    {FIELD(answer_gate_reference, name), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_reference, root), .type = MEMBER_TEXT},
    {0},
};
static const struct shape reference_shape = {sizeof(struct answer_gate_reference), reference_members};

static const struct shape_member reason_members[] = {
    {FIELD(answer_gate_reason, code), .type = MEMBER_TEXT},
    {FIELD(answer_gate_reason, verdict), .type = MEMBER_CHOICE, .choice = answer_gate_verdict_choice},
    {FIELD(answer_gate_reason, message), .type = MEMBER_TEXT},
    {FIELD(answer_gate_reason, advice), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_reason, object), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_reason, severity), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_reason, drift), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_gate_reason, contract), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_reason, owner), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_reason, consumers), .type = MEMBER_TEXTS, .optional = true},
    {0},
};
static const struct shape reason_shape = {sizeof(struct answer_gate_reason), reason_members};

static const struct shape_member gate_members[] = {
    {FIELD(answer_gate, verdict), .type = MEMBER_CHOICE, .choice = answer_gate_verdict_choice},
    {FIELD(answer_gate, database), .type = MEMBER_TEXT},
    {FIELD(answer_gate, from), .type = MEMBER_OBJECT, .shape = &side_shape, .optional = true},
    {FIELD(answer_gate, to), .type = MEMBER_OBJECT, .shape = &side_shape, .optional = true},
    {FIELD(answer_gate, reference), .type = MEMBER_OBJECT, .shape = &reference_shape, .optional = true},
    {FIELD(answer_gate, at), .type = MEMBER_TIME},
    {FIELD(answer_gate, run), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_gate, pinned), .type = MEMBER_FLAG},
    {FIELD(answer_gate, reasons), .type = MEMBER_OBJECTS, .shape = &reason_shape},
    {FIELD(answer_gate, summary), .type = MEMBER_OBJECT, .shape = &answer_summary_shape},
    {FIELD(answer_gate, waived), .type = MEMBER_NUMBER},
    {FIELD(answer_gate, contracts), .type = MEMBER_NUMBER},
    {FIELD(answer_gate, plan), .type = MEMBER_OBJECTS, .shape = &answer_drift_shape},
    {0},
};
const struct shape answer_gate_shape = {sizeof(struct answer_gate), gate_members};

static const struct shape_member run_members[] = {
    {FIELD(answer_gate_run, id), .type = MEMBER_NUMBER},
    {FIELD(answer_gate_run, at), .type = MEMBER_TIME},
    {FIELD(answer_gate_run, by), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_run, database), .type = MEMBER_TEXT},
    {FIELD(answer_gate_run, from), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_run, to), .type = MEMBER_TEXT},
    {FIELD(answer_gate_run, verdict), .type = MEMBER_CHOICE, .choice = answer_gate_verdict_choice},
    {FIELD(answer_gate_run, from_root), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_run, to_root), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_run, reference), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_run, reference_name), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_gate_run, pinned), .type = MEMBER_FLAG},
    {0},
};
static const struct shape run_shape = {sizeof(struct answer_gate_run), run_members};

static const struct shape_member runs_members[] = {
    {FIELD(answer_gate_runs, runs), .type = MEMBER_OBJECTS, .shape = &run_shape},
    {FIELD(answer_gate_runs, next), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
const struct shape answer_gate_runs_shape = {sizeof(struct answer_gate_runs), runs_members};

/* ---- verify ---- */

static const struct shape_member instance_members[] = {
    {FIELD(answer_verify_instance, instance), .type = MEMBER_TEXT},
    {FIELD(answer_verify_instance, root), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_verify_instance, verdict), .type = MEMBER_CHOICE, .choice = answer_verdict_choice},
    {FIELD(answer_verify_instance, unknown_reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_verify_instance, changes), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
static const struct shape instance_shape = {sizeof(struct answer_verify_instance), instance_members};

static const struct shape_member pin_members[] = {
    {FIELD(answer_pin, run), .type = MEMBER_NUMBER},
    {FIELD(answer_pin, at), .type = MEMBER_TIME},
    {FIELD(answer_pin, by), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape pin_shape = {sizeof(struct answer_pin), pin_members};

static const struct shape_member change_members[] = {
    {FIELD(answer_verify_change, effect), .type = MEMBER_CHOICE, .choice = answer_effect_choice},
    {FIELD(answer_verify_change, kind), .type = MEMBER_TEXT},
    {FIELD(answer_verify_change, object), .type = MEMBER_TEXT},
    {FIELD(answer_verify_change, renamed_from), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_verify_change, aspect), .type = MEMBER_TEXT},
    {FIELD(answer_verify_change, severity), .type = MEMBER_CHOICE, .choice = answer_severity_choice},
    {FIELD(answer_verify_change, rule), .type = MEMBER_TEXT},
    {FIELD(answer_verify_change, attributes), .type = MEMBER_OBJECTS, .shape = &answer_attribute_shape,
     .optional = true},
    {0},
};
static const struct shape change_shape = {sizeof(struct answer_verify_change), change_members};

static const struct shape_member verify_members[] = {
    {FIELD(answer_verify, verdict), .type = MEMBER_CHOICE, .choice = answer_verdict_choice},
    {FIELD(answer_verify, unknown_reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_verify, target), .type = MEMBER_TEXT},
    {FIELD(answer_verify, root), .type = MEMBER_TEXT},
    {FIELD(answer_verify, instances), .type = MEMBER_OBJECTS, .shape = &instance_shape},
    {FIELD(answer_verify, checked_at), .type = MEMBER_TIME, .optional = true},
    {FIELD(answer_verify, pinned), .type = MEMBER_OBJECT, .shape = &pin_shape, .optional = true},
    {FIELD(answer_verify, summary), .type = MEMBER_OBJECT, .shape = &answer_summary_shape, .optional = true},
    {FIELD(answer_verify, changes_of), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_verify, changes), .type = MEMBER_OBJECTS, .shape = &change_shape},
    {0},
};
const struct shape answer_verify_shape = {sizeof(struct answer_verify), verify_members};

/* ---- spread ---- */

static const struct shape_member column_members[] = {
    {FIELD(answer_spread_column, environment), .type = MEMBER_TEXT},
    {FIELD(answer_spread_column, majority), .type = MEMBER_FLAG},
    {FIELD(answer_spread_column, instances), .type = MEMBER_TEXTS},
    {FIELD(answer_spread_column, root), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_spread_column, known), .type = MEMBER_FLAG},
    {FIELD(answer_spread_column, unknown_reason), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape column_shape = {sizeof(struct answer_spread_column), column_members};

static const struct shape_member cell_members[] = {
    {FIELD(answer_spread_cell, known), .type = MEMBER_FLAG},
    {FIELD(answer_spread_cell, there), .type = MEMBER_FLAG, .optional = true},
    {FIELD(answer_spread_cell, version), .type = MEMBER_NUMBER, .optional = true},
    {0},
};
static const struct shape cell_shape = {sizeof(struct answer_spread_cell), cell_members};

static const struct shape_member row_members[] = {
    {FIELD(answer_spread_row, object), .type = MEMBER_TEXT},
    {FIELD(answer_spread_row, owner), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_spread_row, kind), .type = MEMBER_TEXT},
    {FIELD(answer_spread_row, aspect), .type = MEMBER_TEXT},
    {FIELD(answer_spread_row, severity), .type = MEMBER_CHOICE, .choice = answer_severity_choice},
    {FIELD(answer_spread_row, cells), .type = MEMBER_OBJECTS, .shape = &cell_shape},
    {0},
};
static const struct shape row_shape = {sizeof(struct answer_spread_row), row_members};

static const struct shape_member spread_members[] = {
    {FIELD(answer_spread, verdict), .type = MEMBER_CHOICE, .choice = answer_verdict_choice},
    {FIELD(answer_spread, unknown_reason), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_spread, database), .type = MEMBER_TEXT},
    {FIELD(answer_spread, columns), .type = MEMBER_OBJECTS, .shape = &column_shape},
    {FIELD(answer_spread, rows), .type = MEMBER_OBJECTS, .shape = &row_shape},
    {0},
};
const struct shape answer_spread_shape = {sizeof(struct answer_spread), spread_members};
