#include "notify/sinks/email_body.h"

#include "base/clock.h"
#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "drift/severity.h"
#include "email_parts.h"
#include "notify/sinks/wording.h"

static void add_footer(struct buffer *output, const struct message *message)
{
    char time[CLOCK_TEXT_SIZE];

    clock_format_seconds(message->time, time);
    buffer_printf(output, "Driftline, %s", time);
    if (message->route.length > 0) {
        buffer_add_string(output, ", route ");
        display_text(output, message->route);
    }
}

/* ---- plain ---- */

void email_body_text(struct buffer *output, const struct message *message)
{
    struct text link = wording_link(message);
    size_t start;

    display_text(output, message->title);
    buffer_add_string(output, "\n\n");
    for (size_t i = 0; i < message->line_count; i++) {
        buffer_printf(output, "- %s: ", severity_name(message->lines[i].severity));
        wording_line(output, &message->lines[i]);
        buffer_add_byte(output, '\n');
    }
    start = output->length;
    wording_more(output, message, message->line_count);
    buffer_add_string(output, output->length > start ? "\n\n" : message->line_count > 0 ? "\n" : "");
    start = output->length;
    wording_state(output, message);
    buffer_add_string(output, output->length > start ? "\n\n" : "");
    if (message->command.length > 0) {
        display_text(output, message->command);
        buffer_add_byte(output, '\n');
    }
    if (link.length > 0) {
        buffer_add_text(output, link);
        buffer_add_byte(output, '\n');
    }
    /* What mail programs know to be a signature. */
    buffer_add_string(output, message->command.length + link.length > 0 ? "\n-- \n" : "-- \n");
    add_footer(output, message);
    buffer_add_byte(output, '\n');
}

/* ---- HTML ---- */

struct colours {
    const char *strong; /* of the stripe, and behind the word */
    const char *word;
};

static struct colours colours_of(const struct message *message, enum severity severity)
{
    static const struct colours levels[SEVERITY_COUNT] = {[SEVERITY_LOW] = {"#3b6fb6", "#ffffff"},
                                                          [SEVERITY_MEDIUM] = {"#f0c000", "#2b2200"},
                                                          [SEVERITY_HIGH] = {"#d9660a", "#ffffff"},
                                                          [SEVERITY_CRITICAL] = {"#c5221f", "#ffffff"}};

    if (message->kind == DELIVERY_RESOLVED)
        return (struct colours){"#1e7f43", "#ffffff"};
    return levels[severity];
}

static const char font[] = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
static const char mono[] = "font-family:ui-monospace,Menlo,Consolas,'Liberation Mono',monospace";

/* What `write` appended since `start` is escaped in its place. */
static void escape_since(struct buffer *output, size_t start)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    if (output->failed)
        return;
    buffer_add(&shown, output->bytes + start, output->length - start);
    output->length = start;
    escape_xml(output, buffer_text(&shown));
    output->failed = output->failed || shown.failed;
}

static void add_escaped(struct buffer *output, struct text text)
{
    size_t start = output->length;

    display_text(output, text);
    escape_since(output, start);
}

static void html_line(struct buffer *output, const struct message *message, const struct message_line *line)
{
    struct colours colours = colours_of(message, line->severity);
    size_t start;

    buffer_printf(output,
                  "<tr>\n<td class=\"row\" width=\"76\" valign=\"top\" style=\"padding:9px 0;border-top:1px solid "
                  "#e3e6eb\"><span style=\"display:inline-block;min-width:56px;padding:2px 5px;border-radius:4px;"
                  "background:%s;color:%s;font-size:12px;line-height:16px;font-weight:600;text-align:center\">%s</span>"
                  "</td>\n<td class=\"row text\" valign=\"top\" style=\"padding:9px 0 9px 8px;border-top:1px solid "
                  "#e3e6eb;color:#1d2129;font-size:15px;line-height:21px;overflow-wrap:anywhere\">",
                  colours.strong, colours.word, severity_name(line->severity));
    start = output->length;
    wording_line(output, line);
    escape_since(output, start);
    buffer_add_string(output, "</td>\n</tr>\n");
}

static void html_lines(struct buffer *output, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer more = {0};

    if (message->line_count == 0)
        return;
    buffer_add_string(output, "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
                              "style=\"margin:14px 0 0\">\n");
    for (size_t i = 0; i < message->line_count; i++)
        html_line(output, message, &message->lines[i]);
    wording_more(&more, message, message->line_count);
    if (more.length > 0)
        buffer_printf(output,
                      "<tr>\n<td class=\"row\" style=\"border-top:1px solid #e3e6eb\"></td>\n<td class=\"row dim\" "
                      "style=\"padding:9px 0 9px 8px;border-top:1px solid #e3e6eb;color:#667080;font-size:15px\">%s"
                      "</td>\n</tr>\n",
                      more.bytes);
    buffer_add_string(output, "</table>\n");
    output->failed = output->failed || more.failed;
}

static void html_state(struct buffer *output, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer state = {0};

    wording_state(&state, message);
    output->failed = output->failed || state.failed;
    if (state.length == 0)
        return;
    buffer_add_string(output, "<p class=\"text\" style=\"margin:14px 0 0;color:#1d2129;font-size:15px;"
                              "font-weight:600\">");
    escape_xml(output, buffer_text(&state));
    buffer_add_string(output, "</p>\n");
}

static void html_more(struct buffer *output, const struct message *message)
{
    struct text link = wording_link(message);

    if (message->command.length > 0) {
        buffer_printf(output,
                      "<p class=\"code\" style=\"margin:14px 0 0;padding:9px 12px;border:1px solid #e3e6eb;"
                      "border-radius:6px;background:#f4f5f7;color:#1d2129;%s;font-size:13px;line-height:19px;"
                      "overflow-wrap:anywhere\">",
                      mono);
        add_escaped(output, message->command);
        buffer_add_string(output, "</p>\n");
    }
    if (link.length == 0)
        return;
    buffer_add_string(output, "<p style=\"margin:18px 0 0\"><a class=\"button\" href=\"");
    escape_xml(output, link);
    buffer_add_string(output, "\" style=\"display:inline-block;padding:9px 16px;border-radius:6px;background:#1d2129;"
                              "color:#ffffff;font-size:15px;font-weight:600;text-decoration:none\">Open in "
                              "Driftline</a></p>\n");
}

void email_body_html(struct buffer *output, const struct message *message)
{
    size_t start;

    buffer_printf(output, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n%s<title>", email_parts_head);
    add_escaped(output, message->title);
    buffer_printf(output,
                  "</title>\n</head>\n<body class=\"page\" style=\"margin:0;padding:0;background:#f4f5f7;%s\">\n"
                  "<table role=\"presentation\" class=\"page\" width=\"100%%\" cellpadding=\"0\" cellspacing=\"0\" "
                  "style=\"background:#f4f5f7\">\n<tr>\n<td align=\"center\" style=\"padding:24px 12px\">\n"
                  "<table role=\"presentation\" class=\"card\" width=\"100%%\" cellpadding=\"0\" cellspacing=\"0\" "
                  "style=\"max-width:640px;background:#ffffff;border:1px solid #e3e6eb;border-top:4px solid %s;"
                  "border-radius:8px;text-align:left\">\n<tr>\n<td style=\"padding:20px 24px 24px\">\n"
                  "<h1 class=\"text\" style=\"margin:0;color:#1d2129;font-size:19px;line-height:26px;font-weight:650;"
                  "overflow-wrap:anywhere\">",
                  font, colours_of(message, message->severity).strong);
    add_escaped(output, message->title);
    buffer_add_string(output, "</h1>\n");
    html_lines(output, message);
    html_state(output, message);
    html_more(output, message);
    buffer_add_string(output, "</td>\n</tr>\n</table>\n<p class=\"dim\" style=\"margin:14px 0 0;color:#667080;"
                              "font-size:12px\">");
    start = output->length;
    add_footer(output, message);
    escape_since(output, start);
    buffer_add_string(output, "</p>\n</td>\n</tr>\n</table>\n</body>\n</html>\n");
}
