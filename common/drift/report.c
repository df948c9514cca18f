#include "drift/report.h"

#include "drift/report_formats.h"

const struct report_format report_formats[] = {
    {"text", "aligned columns for people", report_text_write},
    {"json", "JSON for programs, with a published schema", report_json_write},
    {"markdown", "a comment on a pull request", report_markdown_write},
    {"sarif", "SARIF 2.1.0 for code scanning", report_sarif_write},
    {"junit", "JUnit XML for test reports of CI servers", report_junit_write},
    {"github", "workflow commands that annotate a GitHub run", report_github_write},
    {0},
};

const struct report_format *report_format_find(struct text name)
{
    for (const struct report_format *format = report_formats; format->name != NULL; format++)
        if (text_equal(name, text_from(format->name)))
            return format;
    return NULL;
}
