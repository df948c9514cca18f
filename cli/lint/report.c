#include "lint/report.h"

#include "drift/report_display.h"
#include "drift/severity.h"
#include "lint/report_parts.h"

const struct lint_report_format lint_report_formats[] = {
    {"text", lint_report_text},
    {"json", lint_report_json},
    {"markdown", lint_report_markdown},
    {"sarif", lint_report_sarif},
    {"junit", lint_report_junit},
    {"github", lint_report_github},
    {0},
};

const char report_sizes_unknown[] = "how large the tables are is not known here: on small ones locks are short";

const struct lint_report_format *lint_report_find(struct text name)
{
    for (const struct lint_report_format *format = lint_report_formats; format->name != NULL; format++)
        if (text_equal(name, text_from(format->name)))
            return format;
    return NULL;
}

void report_summary(struct buffer *output, const struct lint_findings *findings)
{
    uint32_t count = 0;

    for (unsigned level = 0; level < SEVERITY_COUNT; level++)
        count += findings->summary[level];
    if (count == 0)
        buffer_add_string(output, "no findings");
    else
        buffer_printf(output, "%u finding%s: ", count, count == 1 ? "" : "s");
    for (unsigned level = SEVERITY_COUNT; count > 0 && level-- > 0;)
        buffer_printf(output, "%u %s%s", findings->summary[level], severity_name((enum severity)level),
                      level > 0 ? ", " : "");
    if (findings->waived > 0)
        buffer_printf(output, "; %u waived", findings->waived);
    buffer_printf(output, " (%u statement%s in %u file%s)", findings->statements, findings->statements == 1 ? "" : "s",
                  findings->files, findings->files == 1 ? "" : "s");
}

void report_place(struct buffer *output, const struct lint_finding *finding)
{
    display_text(output, finding->file);
    buffer_printf(output, ":%u:%u", finding->from.line, finding->from.column);
}

bool report_has_locking(const struct lint_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].rule->group == GROUP_LOCKING && findings->items[i].reason.length == 0)
            return true;
    return false;
}
