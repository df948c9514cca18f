#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "drift/severity.h"
#include "lint/report_parts.h"

enum {
    MOST_TABLE_BYTES = 45000, /* GitHub takes 65,536 characters of a comment */
    MOST_BYTES = 60000,
    MOST_MESSAGE_COLUMNS = 200,
    MOST_PLACE_COLUMNS = 100
};

struct markdown_writer {
    struct buffer *output;
    size_t start;
    const struct lint_findings *findings;
};

static void write_code(struct buffer *output, struct text text, size_t columns)
{
    CLEANUP(buffer_clear) struct buffer displayed = {0};

    display_clipped(&displayed, text, columns);
    escape_markdown(output, buffer_text(&displayed));
    output->failed = output->failed || displayed.failed;
}

static bool is_full(const struct markdown_writer *writer, size_t most)
{
    return writer->output->length - writer->start > most;
}

static void write_row(struct markdown_writer *writer, const struct lint_finding *finding)
{
    CLEANUP(buffer_clear) struct buffer place = {0};

    report_place(&place, finding);
    buffer_printf(writer->output, "| %s | ", finding->reason.length > 0 ? "waived" : severity_name(finding->level));
    write_code(writer->output, buffer_text(&place), MOST_PLACE_COLUMNS);
    buffer_add_string(writer->output, " | ");
    write_code(writer->output, finding->message, MOST_MESSAGE_COLUMNS);
    if (finding->reason.length > 0) {
        buffer_add_string(writer->output, "<br>waived: ");
        write_code(writer->output, finding->reason, MOST_MESSAGE_COLUMNS);
    }
    buffer_printf(writer->output, " | %s |\n", finding->rule->id);
    writer->output->failed = writer->output->failed || place.failed;
}

/* The highest first: that is what somebody has to decide about. */
static void write_table(struct markdown_writer *writer)
{
    const struct lint_findings *findings = writer->findings;
    size_t shown = 0;

    if (findings->count == 0)
        return;
    buffer_add_string(writer->output, "\n| severity | place | finding | rule |\n|---|---|---|---|\n");
    for (unsigned level = SEVERITY_COUNT + 1; level-- > 0;) /* what is waived comes last, as if it were below all */
        for (size_t i = 0; i < findings->count && !is_full(writer, MOST_TABLE_BYTES); i++) {
            const struct lint_finding *finding = &findings->items[i];

            if ((finding->reason.length > 0 ? 0 : (unsigned)finding->level + 1) != level)
                continue;
            write_row(writer, finding);
            shown++;
        }
    if (shown < findings->count)
        buffer_printf(writer->output, "\n… and %zu more.\n", findings->count - shown);
}

static bool is_found(const struct lint_findings *findings, const struct lint_rule *rule)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].rule == rule && findings->items[i].reason.length == 0)
            return true;
    return false;
}

/* Texts of rules are ours: they have no markup but `code`. */
static void write_rules(struct markdown_writer *writer)
{
    if (writer->findings->count == writer->findings->waived)
        return;
    buffer_add_string(writer->output, "\n<details><summary>Why, and what to do instead</summary>\n\n");
    for (size_t i = 0; i < RULE_COUNT && !is_full(writer, MOST_BYTES); i++) {
        if (!is_found(writer->findings, &lint_rules[i]))
            continue;
        buffer_printf(writer->output, "- **%s**: %s.", lint_rules[i].id, lint_rules[i].why);
        if (lint_rules[i].instead[0] != '\0')
            buffer_printf(writer->output, " Instead: %s.", lint_rules[i].instead);
        buffer_add_byte(writer->output, '\n');
    }
    buffer_add_string(writer->output, "\n</details>\n");
}

enum error_code lint_report_markdown(struct buffer *output, const struct lint_report *report, struct error *error)
{
    struct markdown_writer writer = {output, output->length, report->findings};

    buffer_add_string(output, "### Driftline lint: ");
    report_summary(output, report->findings);
    buffer_add_byte(output, '\n');
    if (report->target != NULL) {
        CLEANUP(buffer_clear) struct buffer side = {0};

        display_side(&side, report->target);
        buffer_add_string(output, "\nAgainst ");
        escape_markdown(output, buffer_text(&side));
        buffer_add_string(output, ".\n");
        output->failed = output->failed || side.failed;
    }
    write_table(&writer);
    write_rules(&writer);
    if (report_has_locking(report->findings))
        buffer_printf(output, "\nNote: %s.\n", report_sizes_unknown);
    return buffer_check(output, error, "writing a report");
}
