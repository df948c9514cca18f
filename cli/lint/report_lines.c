/* JUnit and GitHub: a few words for each finding. */
#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "drift/severity.h"
#include "lint/report_parts.h"

static const char doing[] = "writing a report";

/* ---- JUnit ---- */

static void write_xml(struct buffer *output, struct text text)
{
    CLEANUP(buffer_clear) struct buffer displayed = {0};

    display_text(&displayed, text);
    escape_xml(output, buffer_text(&displayed));
    output->failed = output->failed || displayed.failed;
}

static void write_case(struct buffer *output, const struct lint_finding *finding)
{
    CLEANUP(buffer_clear) struct buffer place = {0};
    bool is_waived = finding->reason.length > 0;

    report_place(&place, finding);
    buffer_printf(output, "    <testcase classname=\"driftline.lint.%s\" name=\"%s ", severity_name(finding->level),
                  finding->rule->id);
    write_xml(output, buffer_text(&place));
    output->failed = output->failed || place.failed;
    if (is_waived)
        buffer_add_string(output, "\">\n      <skipped message=\"");
    else
        buffer_printf(output, "\">\n      <failure type=\"%s\" message=\"%s: ", finding->rule->id,
                      severity_name(finding->level));
    write_xml(output, is_waived ? finding->reason : finding->message);
    buffer_add_string(output, "\"/>\n    </testcase>\n");
}

enum error_code lint_report_junit(struct buffer *output, const struct lint_report *report, struct error *error)
{
    const struct lint_findings *findings = report->findings;
    size_t tests = findings->count + 1, failures = findings->count - findings->waived;
    CLEANUP(buffer_clear) struct buffer summary = {0};

    report_summary(&summary, findings);
    buffer_printf(output,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%u\">\n"
                  "  <testsuite name=\"driftline lint\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%u\">\n"
                  "    <testcase classname=\"driftline.lint\" name=\"",
                  tests, failures, findings->waived, tests, failures, findings->waived);
    write_xml(output, buffer_text(&summary));
    buffer_add_string(output, "\"/>\n");
    for (size_t i = 0; i < findings->count; i++)
        write_case(output, &findings->items[i]);
    buffer_add_string(output, "  </testsuite>\n</testsuites>\n");
    output->failed = output->failed || summary.failed;
    return buffer_check(output, error, doing);
}

/* ---- GitHub ---- */

static const char *command_of(const struct lint_finding *finding)
{
    static const char *const commands[SEVERITY_COUNT] = {"notice", "warning", "error", "error"};

    return finding->reason.length > 0 ? "notice" : commands[finding->level];
}

static void write_github(struct buffer *output, struct text text, bool is_property)
{
    CLEANUP(buffer_clear) struct buffer displayed = {0};

    display_text(&displayed, text);
    escape_github(output, buffer_text(&displayed), is_property);
    output->failed = output->failed || displayed.failed;
}

static void write_command(struct buffer *output, const struct lint_finding *finding)
{
    buffer_printf(output, "::%s file=", command_of(finding));
    write_github(output, finding->file, true);
    buffer_printf(output, ",line=%u,endLine=%u", finding->from.line, finding->to.line);
    if (finding->to.line == finding->from.line)
        buffer_printf(output, ",col=%u,endColumn=%u", finding->from.column, finding->to.column);
    buffer_printf(output, ",title=%s %s::", finding->reason.length > 0 ? "waived" : severity_name(finding->level),
                  finding->rule->id);
    write_github(output, finding->message, false);
    buffer_printf(output, "; %s", finding->rule->why);
    if (finding->rule->instead[0] != '\0')
        buffer_printf(output, ". Instead: %s", finding->rule->instead);
    buffer_add_byte(output, '\n');
}

enum error_code lint_report_github(struct buffer *output, const struct lint_report *report, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer summary = {0};

    for (size_t i = 0; i < report->findings->count; i++)
        write_command(output, &report->findings->items[i]);
    report_summary(&summary, report->findings);
    buffer_add_string(output, "::notice title=driftline lint::");
    write_github(output, buffer_text(&summary), false);
    buffer_add_byte(output, '\n');
    output->failed = output->failed || summary.failed;
    return buffer_check(output, error, doing);
}
