#include "cli/gate_report.h"
#include "drift/report_display.h"
#include "drift/report_escape.h"

/* Both are emptied. */
static void write_command(struct buffer *output, const char *command, struct buffer *title, struct buffer *message)
{
    buffer_printf(output, "::%s title=", command);
    escape_github(output, buffer_text(title), true);
    buffer_add_string(output, "::");
    escape_github(output, buffer_text(message), false);
    buffer_add_byte(output, '\n');
    output->failed = output->failed || title->failed || message->failed;
    buffer_reset(title);
    buffer_reset(message);
}

static void write_approval(struct buffer *output, const struct answer_gate *gate, struct buffer *title,
                           struct buffer *message)
{
    struct text root = gate_approved_root(gate);

    if (root.length == 0)
        return;
    buffer_add_string(title, "approved");
    display_text(message, root);
    if (gate->run != 0)
        buffer_printf(message, " in run %lld", (long long)gate->run);
    write_command(output, "notice", title, message);
}

void gate_write_github(struct buffer *output, const struct answer_gate *gate)
{
    const struct answer_gate_reason *reasons = gate->reasons.items;
    CLEANUP(buffer_clear) struct buffer title, message;

    buffer_init(&title);
    buffer_init(&message);
    for (size_t i = 0; i < gate->reasons.count; i++) {
        buffer_printf(&title, "%s ", answer_gate_verdict_choice(reasons[i].verdict));
        display_text(&title, reasons[i].code);
        display_text(&message, reasons[i].message);
        buffer_add_string(&message, reasons[i].advice.length > 0 ? " → " : "");
        display_text(&message, reasons[i].advice);
        write_command(output, "error", &title, &message);
    }
    buffer_add_string(&title, "driftline gate");
    buffer_printf(&message, "%s: ", answer_gate_verdict_choice(gate->verdict));
    gate_write_what(&message, gate);
    buffer_add_string(&message, ": ");
    gate_write_summary(&message, gate);
    write_command(output, gate->verdict == ANSWER_PASS ? "notice" : "error", &title, &message);
    write_approval(output, gate, &title, &message);
}
