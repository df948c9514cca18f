#include "cli/drift_text.h"
#include "cli/gate_report.h"
#include "cli/moment.h"
#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "drift/severity.h"

enum {
    MOST_BYTES = 60000,        /* of the whole comment; the place where it is posted takes 65,536 characters */
    MOST_REASON_BYTES = 30000, /* the rest is for the plan */
    END_BYTES = 600,           /* kept for what says what was left out, and for the approval */
    MOST_TEXT_COLUMNS = 400,   /* of a message */
    MOST_NAME_COLUMNS = 200,   /* of a path or name */
    MOST_OPEN_ROWS = 10        /* of the plan; a longer one is folded */
};

/* What writing needs at every step. A row is put together first and goes out only if it fits. */
struct gate_markdown {
    struct buffer *output;
    size_t begin; /* of the comment in the output */
    struct buffer row;
    struct buffer shown;
};

static void gate_markdown_clear(struct gate_markdown *markdown)
{
    buffer_clear(&markdown->row);
    buffer_clear(&markdown->shown);
}

/* What is in `shown` goes into the row as code: nobody is mentioned, and nothing becomes a link. */
static void write_shown(struct gate_markdown *markdown, size_t columns)
{
    struct text shown = buffer_text(&markdown->shown);
    size_t end = display_fit(shown, columns);

    if (shown.length > 0)
        escape_markdown(&markdown->row, (struct text){shown.bytes, end});
    buffer_add_string(&markdown->row, end < shown.length ? "…" : "");
    markdown->row.failed = markdown->row.failed || markdown->shown.failed;
    buffer_reset(&markdown->shown);
}

static void write_code(struct gate_markdown *markdown, struct text text, size_t columns)
{
    display_text(&markdown->shown, text);
    write_shown(markdown, columns);
}

/* Put the row out if the comment stays below `most` bytes; false if it does not fit. */
static bool put_row(struct gate_markdown *markdown, size_t most)
{
    bool fits = markdown->output->length - markdown->begin + markdown->row.length + END_BYTES <= most;

    if (fits)
        buffer_add_text(markdown->output, buffer_text(&markdown->row));
    markdown->output->failed = markdown->output->failed || markdown->row.failed;
    buffer_reset(&markdown->row);
    return fits;
}

/* ---- head ---- */

static void write_side(struct gate_markdown *markdown, const struct answer_gate_side *side, int64_t now)
{
    if (side == NULL)
        return;
    buffer_add_string(&markdown->row, "- ");
    write_code(markdown, side->environment, MOST_NAME_COLUMNS);
    if (side->root.length > 0) {
        buffer_add_string(&markdown->row, " is ");
        write_code(markdown, side->root, MOST_NAME_COLUMNS);
    }
    if (side->checked_at != 0) {
        buffer_add_string(&markdown->row, ", checked ");
        moment_write_age(&markdown->row, side->checked_at, now);
        buffer_add_string(&markdown->row, " before");
    }
    buffer_add_byte(&markdown->row, '\n');
}

static void write_head(struct gate_markdown *markdown, const struct answer_gate *gate)
{
    buffer_printf(&markdown->row, "### Driftline gate: %s\n\n", answer_gate_verdict_choice(gate->verdict));
    gate_write_what(&markdown->shown, gate);
    write_shown(markdown, MOST_NAME_COLUMNS);
    buffer_add_string(&markdown->row, ": ");
    gate_write_summary(&markdown->row, gate);
    buffer_add_string(&markdown->row, ".\n\n");
    write_side(markdown, gate->from, gate->at);
    if (gate->reference != NULL) {
        buffer_add_string(&markdown->row, "- reference ");
        write_code(markdown, gate->reference->name, MOST_NAME_COLUMNS);
        buffer_add_string(&markdown->row, " is ");
        write_code(markdown, gate->reference->root, MOST_NAME_COLUMNS);
        buffer_add_byte(&markdown->row, '\n');
    }
    write_side(markdown, gate->to, gate->at);
    put_row(markdown, MOST_BYTES);
}

/* ---- reasons ---- */

static void write_reason(struct gate_markdown *markdown, const struct answer_gate_reason *reason)
{
    buffer_printf(&markdown->row, "| %s | ", answer_gate_verdict_choice(reason->verdict));
    write_code(markdown, reason->code, MOST_NAME_COLUMNS);
    buffer_add_string(&markdown->row, " | ");
    write_code(markdown, reason->message, MOST_TEXT_COLUMNS);
    buffer_add_string(&markdown->row, " | ");
    write_code(markdown, reason->advice, MOST_TEXT_COLUMNS);
    buffer_add_string(&markdown->row, " |\n");
}

static void write_reasons(struct gate_markdown *markdown, const struct answer_gate *gate)
{
    const struct answer_gate_reason *reasons = gate->reasons.items;
    size_t shown = 0;

    if (gate->reasons.count == 0)
        return;
    buffer_add_string(&markdown->row, "\n| | reason | what | what to do |\n|---|---|---|---|\n");
    put_row(markdown, MOST_BYTES);
    for (; shown < gate->reasons.count; shown++) {
        write_reason(markdown, &reasons[shown]);
        if (!put_row(markdown, MOST_REASON_BYTES))
            break;
    }
    if (shown < gate->reasons.count)
        buffer_printf(markdown->output, "\n… and %zu more reasons.\n", gate->reasons.count - shown);
}

/* ---- plan ---- */

static void write_change(struct gate_markdown *markdown, const struct answer_drift *drift, int64_t now)
{
    const struct change_view view = drift_view(drift);

    buffer_printf(&markdown->row, "| %s | %s | %s ", severity_name((enum severity)drift->severity),
                  answer_drift_cause_choice(drift->cause), effect_name((enum effect)drift->effect));
    write_code(markdown, drift->kind, MOST_NAME_COLUMNS);
    buffer_add_byte(&markdown->row, ' ');
    change_write_object(&markdown->shown, &view);
    write_shown(markdown, MOST_NAME_COLUMNS);
    buffer_add_string(&markdown->row, " | ");
    change_write_attributes(&markdown->shown, &view);
    write_shown(markdown, MOST_TEXT_COLUMNS);
    buffer_add_string(&markdown->row, " | ");
    drift_write_remarks(&markdown->shown, drift, now);
    write_shown(markdown, MOST_TEXT_COLUMNS);
    buffer_add_string(&markdown->row, " |\n");
}

static void write_plan(struct gate_markdown *markdown, const struct answer_gate *gate)
{
    const struct answer_drift *plan = gate->plan.items;
    bool folded = gate->plan.count > MOST_OPEN_ROWS;
    size_t shown = 0;

    if (gate->plan.count == 0)
        return;
    if (folded)
        buffer_printf(&markdown->row, "\n<details><summary>The plan: %zu changes</summary>\n", gate->plan.count);
    buffer_add_string(&markdown->row, "\n| severity | cause | change | what | |\n|---|---|---|---|---|\n");
    put_row(markdown, MOST_BYTES);
    for (; shown < gate->plan.count; shown++) {
        write_change(markdown, &plan[shown], gate->at);
        if (!put_row(markdown, MOST_BYTES))
            break;
    }
    if (shown < gate->plan.count)
        buffer_printf(markdown->output, "\n… and %zu more changes.\n", gate->plan.count - shown);
    buffer_add_string(markdown->output, folded ? "\n</details>\n" : "");
}

static void write_approval(struct gate_markdown *markdown, const struct answer_gate *gate)
{
    struct text root = gate_approved_root(gate);

    if (root.length == 0)
        return;
    buffer_add_string(&markdown->row, "\nApproved: ");
    write_code(markdown, root, MOST_NAME_COLUMNS);
    if (gate->run != 0)
        buffer_printf(&markdown->row, " in run %lld", (long long)gate->run);
    buffer_add_string(&markdown->row, ".\n");
    buffer_add_text(markdown->output, buffer_text(&markdown->row));
}

void gate_write_markdown(struct buffer *output, const struct answer_gate *gate)
{
    CLEANUP(gate_markdown_clear) struct gate_markdown markdown = {.output = output, .begin = output->length};

    buffer_init(&markdown.row);
    buffer_init(&markdown.shown);
    write_head(&markdown, gate);
    write_reasons(&markdown, gate);
    write_plan(&markdown, gate);
    write_approval(&markdown, gate);
    output->failed = output->failed || markdown.row.failed || markdown.shown.failed;
}
