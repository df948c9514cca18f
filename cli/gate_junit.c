#include "cli/gate_report.h"
#include "drift/report_display.h"
#include "drift/report_escape.h"

/* What was put together goes out as the value of an attribute, and is emptied. */
static void write_value(struct buffer *output, struct buffer *shown)
{
    escape_xml(output, buffer_text(shown));
    output->failed = output->failed || shown->failed;
    buffer_reset(shown);
}

static void write_problem(struct buffer *output, struct buffer *shown, unsigned verdict, struct text type,
                          const struct buffer *message)
{
    buffer_printf(output, ">\n      <%s type=\"", verdict == ANSWER_UNKNOWN ? "error" : "failure");
    display_text(shown, type);
    write_value(output, shown);
    buffer_add_string(output, "\" message=\"");
    escape_xml(output, buffer_text(message));
    output->failed = output->failed || message->failed;
    buffer_add_string(output, "\"/>\n    </testcase>\n");
}

static void write_reason(struct buffer *output, struct buffer *shown, const struct answer_gate_reason *reason)
{
    CLEANUP(buffer_clear) struct buffer message;

    buffer_init(&message);
    buffer_add_string(output, "    <testcase classname=\"driftline.gate\" name=\"");
    display_text(shown, reason->code);
    buffer_add_string(shown, reason->object.length > 0 ? ": " : "");
    display_text(shown, reason->object);
    write_value(output, shown);
    buffer_add_byte(output, '"');
    display_text(&message, reason->message);
    buffer_add_string(&message, reason->advice.length > 0 ? " → " : "");
    display_text(&message, reason->advice);
    write_problem(output, shown, reason->verdict, reason->code, &message);
}

static void write_verdict(struct buffer *output, struct buffer *shown, const struct answer_gate *gate)
{
    const char *verdict = answer_gate_verdict_choice(gate->verdict);
    CLEANUP(buffer_clear) struct buffer message;

    buffer_init(&message);
    buffer_add_string(output, "    <testcase classname=\"driftline.gate\" name=\"verdict\"");
    if (gate->verdict == ANSWER_PASS) {
        buffer_add_string(output, "/>\n");
        return;
    }
    buffer_printf(&message, "%s: ", verdict);
    gate_write_summary(&message, gate);
    write_problem(output, shown, gate->verdict, text_from(verdict), &message);
}

void gate_write_junit(struct buffer *output, const struct answer_gate *gate)
{
    const struct answer_gate_reason *reasons = gate->reasons.items;
    CLEANUP(buffer_clear) struct buffer shown;
    size_t errors = gate->verdict == ANSWER_UNKNOWN;
    size_t failures = gate->verdict == ANSWER_BLOCKED;
    size_t tests = gate->reasons.count + 1;

    buffer_init(&shown);
    for (size_t i = 0; i < gate->reasons.count; i++)
        (*(reasons[i].verdict == ANSWER_UNKNOWN ? &errors : &failures))++;
    buffer_printf(output,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n  <testsuite name=\"driftline gate ",
                  tests, failures, errors);
    gate_write_what(&shown, gate);
    write_value(output, &shown);
    buffer_printf(output, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n", tests, failures, errors);
    write_verdict(output, &shown, gate);
    for (size_t i = 0; i < gate->reasons.count; i++)
        write_reason(output, &shown, &reasons[i]);
    buffer_add_string(output, "  </testsuite>\n</testsuites>\n");
}
