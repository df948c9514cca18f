#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "drift/report_formats.h"
#include "drift/severity.h"

/* Displayed text has no character that XML 1.0 forbids. */
static void write_xml(struct buffer *output, const struct buffer *displayed)
{
    escape_xml(output, buffer_text(displayed));
    if (displayed->failed)
        output->failed = true;
}

static void write_case(struct buffer *output, const char *class, const struct buffer *name)
{
    buffer_printf(output, "    <testcase classname=\"driftline.%s\" name=\"", class);
    write_xml(output, name);
    buffer_add_byte(output, '"');
}

static void write_problem(struct buffer *output, const char *element, const char *type, const struct buffer *message)
{
    buffer_printf(output, ">\n      <%s type=\"%s\" message=\"", element, type);
    write_xml(output, message);
    buffer_add_string(output, "\"/>\n    </testcase>\n");
}

static void write_change(struct buffer *output, const struct change *change)
{
    CLEANUP(buffer_clear) struct buffer name = {0};
    CLEANUP(buffer_clear) struct buffer message = {0};

    buffer_printf(&name, "%s %s ", effect_name(change->effect), kind_name(change->kind));
    display_text(&name, change->object);
    if (change->aspect != ASPECT_STRUCTURE)
        buffer_printf(&name, " (%s)", aspect_name(change->aspect));
    buffer_printf(&message, "%s: ", severity_name(change->severity));
    display_change(&message, change);
    write_case(output, severity_name(change->severity), &name);
    write_problem(output, "failure", change->rule, &message);
}

static void write_uncovered(struct buffer *output, const struct uncovered *uncovered)
{
    CLEANUP(buffer_clear) struct buffer name = {0};

    display_uncovered(&name, uncovered);
    write_case(output, "coverage", &name);
    write_problem(output, "error", "not-covered", &name);
}

static void write_verdict(struct buffer *output, const struct diff *diff)
{
    CLEANUP(buffer_clear) struct buffer name = {0};
    CLEANUP(buffer_clear) struct buffer message = {0};

    buffer_add_string(&name, "verdict");
    write_case(output, "verdict", &name);
    if (diff->verdict == VERDICT_IN_SYNC) {
        buffer_add_string(output, "/>\n");
        return;
    }
    buffer_printf(&message, "%s: ", verdict_name(diff->verdict));
    if (diff->unknown_reason.length > 0) {
        display_text(&message, diff->unknown_reason);
        buffer_add_string(&message, "; ");
    }
    display_summary(&message, diff);
    write_problem(output, diff->verdict == VERDICT_DRIFTED ? "failure" : "error", verdict_name(diff->verdict),
                  &message);
}

enum error_code report_junit_write(struct buffer *output, const struct report *report, struct error *error)
{
    const struct diff *diff = report->diff;
    unsigned failures = diff->change_count + (diff->verdict == VERDICT_DRIFTED);
    unsigned errors = diff->uncovered_count + (diff->verdict == VERDICT_UNKNOWN);
    unsigned tests = diff->change_count + diff->uncovered_count + 1;

    buffer_printf(output,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites tests=\"%u\" failures=\"%u\" errors=\"%u\">\n"
                  "  <testsuite name=\"driftline diff\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n",
                  tests, failures, errors, tests, failures, errors);
    write_verdict(output, diff);
    for (uint32_t i = 0; i < diff->change_count; i++)
        write_change(output, &diff->changes[i]);
    for (uint32_t i = 0; i < diff->uncovered_count; i++)
        write_uncovered(output, &diff->uncovered[i]);
    buffer_add_string(output, "  </testsuite>\n</testsuites>\n");
    return buffer_check(output, error, "writing a report");
}
