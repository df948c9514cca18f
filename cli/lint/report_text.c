#include "drift/report_display.h"
#include "drift/severity.h"
#include "lint/report_parts.h"

enum { LINE_WIDTH = 88, SOURCE_COLUMNS = 120, LEFT_OF_PLACE = 60, MOST_SOURCE_BYTES = 1024 };

struct text_writer {
    struct buffer *output;
    bool colour;
};

static void begin(struct text_writer *writer, const char *colour)
{
    if (writer->colour)
        buffer_add_string(writer->output, colour);
}

static void end(struct text_writer *writer)
{
    if (writer->colour)
        buffer_add_string(writer->output, "\33[0m");
}

static const char *severity_colour(const struct lint_finding *finding)
{
    static const char *const colours[SEVERITY_COUNT] = {"\33[36m", "\33[33m", "\33[31m", "\33[1;31m"};

    return finding->reason.length > 0 ? "\33[2m" : colours[finding->level];
}

/* Words with an indent, wrapped. */
static void write_words(struct text_writer *writer, const char *label, const char *words)
{
    size_t indent = 2 + strlen(label) + 1, column = indent;

    begin(writer, "\33[2m");
    buffer_printf(writer->output, "  %s", label);
    end(writer);
    while (*words != '\0') {
        size_t length = strcspn(words, " ");

        if (column + 1 + length > LINE_WIDTH) {
            buffer_printf(writer->output, "\n%*s", (int)indent - 1, "");
            column = indent;
        }
        buffer_add_byte(writer->output, ' ');
        buffer_add(writer->output, words, length);
        column += 1 + length;
        words += length + (words[length] == ' ');
    }
    buffer_add_byte(writer->output, '\n');
}

static size_t width_of(struct text text)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    display_text(&shown, text);
    return display_width(buffer_text(&shown));
}

/* A long line is shown from shortly before what is meant. */
static struct text clip_source(struct text source, size_t *start)
{
    size_t skipped = 0;

    if (*start > LEFT_OF_PLACE) {
        skipped = *start - LEFT_OF_PLACE;
        while (skipped < *start && ((unsigned char)source.bytes[skipped] & 0xc0) == 0x80)
            skipped++;
    }
    *start -= skipped;
    return (struct text){source.bytes + skipped, source.length - skipped};
}

static void write_source(struct text_writer *writer, const struct lint_finding *finding)
{
    struct text source = finding->source;
    size_t start = finding->source_place < source.length ? finding->source_place : source.length, length, width;
    bool is_cut, is_short = finding->to.line == finding->from.line && finding->to.column > finding->from.column;

    length = is_short ? text_offset((struct text){source.bytes + start, source.length - start},
                                    finding->to.column - finding->from.column)
                      : source.length - start;
    length = length < MOST_SOURCE_BYTES ? length : MOST_SOURCE_BYTES;
    is_cut = start > LEFT_OF_PLACE;
    source = clip_source(source, &start);
    begin(writer, "\33[2m");
    buffer_printf(writer->output, "  %6u | ", finding->from.line);
    end(writer);
    buffer_add_string(writer->output, is_cut ? "…" : "");
    display_clipped(writer->output, source, SOURCE_COLUMNS);
    width = width_of((struct text){source.bytes + start, length});
    start = width_of((struct text){source.bytes, start}) + is_cut;
    if (start + width > SOURCE_COLUMNS)
        width = start < SOURCE_COLUMNS ? SOURCE_COLUMNS - start : 1;
    buffer_printf(writer->output, "\n%9s| %*s", "", (int)start, "");
    begin(writer, severity_colour(finding));
    for (size_t i = 0; i < width || i == 0; i++)
        buffer_add_byte(writer->output, '^');
    end(writer);
    buffer_add_byte(writer->output, '\n');
}

static void write_finding(struct text_writer *writer, const struct lint_finding *finding)
{
    bool is_waived = finding->reason.length > 0;

    begin(writer, "\33[1m");
    report_place(writer->output, finding);
    end(writer);
    buffer_add_string(writer->output, ": ");
    begin(writer, severity_colour(finding));
    buffer_add_string(writer->output, is_waived ? "waived" : severity_name(finding->level));
    end(writer);
    buffer_printf(writer->output, " %s\n  ", finding->rule->id);
    display_text(writer->output, finding->message);
    buffer_add_byte(writer->output, '\n');
    write_source(writer, finding);
    if (is_waived) {
        buffer_printf(writer->output, "  waived in line %u: ", finding->waiver_line);
        display_text(writer->output, finding->reason);
        buffer_add_byte(writer->output, '\n');
    } else {
        write_words(writer, "why:", finding->rule->why);
        if (finding->rule->instead[0] != '\0')
            write_words(writer, "instead:", finding->rule->instead);
    }
    buffer_add_byte(writer->output, '\n');
}

enum error_code lint_report_text(struct buffer *output, const struct lint_report *report, struct error *error)
{
    struct text_writer writer = {output, report->colour};

    for (size_t i = 0; i < report->findings->count; i++)
        write_finding(&writer, &report->findings->items[i]);
    if (report_has_locking(report->findings))
        buffer_printf(output, "note: %s\n", report_sizes_unknown);
    report_summary(output, report->findings);
    if (report->target != NULL) {
        buffer_add_string(output, ", against ");
        display_side(output, report->target);
    }
    buffer_add_byte(output, '\n');
    return buffer_check(output, error, "writing a report");
}
