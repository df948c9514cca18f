#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "drift/report_formats.h"
#include "drift/severity.h"

/* GitHub reads a command from each line that begins with `::`. */
static void write_command(struct buffer *output, const char *command, struct text title, const struct buffer *message)
{
    buffer_printf(output, "::%s title=", command);
    escape_github(output, title, true);
    buffer_add_string(output, "::");
    escape_github(output, buffer_text(message), false);
    buffer_add_byte(output, '\n');
    if (message->failed)
        output->failed = true;
}

static const char *command_of(enum severity severity)
{
    static const char *const commands[SEVERITY_COUNT] = {"notice", "warning", "error", "error"};

    return commands[severity];
}

static void write_verdict(struct buffer *output, struct buffer *message, const struct diff *diff)
{
    const char *command = "notice";

    if (diff->verdict == VERDICT_UNKNOWN)
        command = "error";
    else if (diff->change_count > 0)
        command = command_of(diff->changes[0].severity); /* the highest */
    buffer_printf(message, "%s: ", verdict_name(diff->verdict));
    if (diff->unknown_reason.length > 0) {
        display_text(message, diff->unknown_reason);
        buffer_add_string(message, "; ");
    }
    display_summary(message, diff);
    write_command(output, command, TEXT("driftline"), message);
}

enum error_code report_github_write(struct buffer *output, const struct report *report, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer message = {0};
    CLEANUP(buffer_clear) struct buffer title = {0};
    const struct diff *diff = report->diff;

    for (uint32_t i = 0; i < diff->change_count; i++) {
        const struct change *change = &diff->changes[i];

        buffer_reset(&message);
        buffer_reset(&title);
        display_change(&message, change);
        buffer_printf(&title, "%s %s", severity_name(change->severity), change->rule);
        write_command(output, command_of(change->severity), buffer_text(&title), &message);
    }
    for (uint32_t i = 0; i < diff->uncovered_count; i++) {
        buffer_reset(&message);
        display_uncovered(&message, &diff->uncovered[i]);
        write_command(output, "warning", TEXT("not covered"), &message);
    }
    buffer_reset(&message);
    write_verdict(output, &message, diff);
    if (title.failed)
        output->failed = true;
    return buffer_check(output, error, "writing a report");
}
