#include "base/arena.h"
#include "drift/line_diff.h"
#include "drift/report_declaration.h"
#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "drift/report_formats.h"
#include "drift/severity.h"

enum {
    MOST_BYTES = 60000,       /* of the whole comment; the place where it is posted takes 65,536 characters */
    MOST_TABLE_BYTES = 40000, /* the rest is for details */
    END_BYTES = 400,          /* kept for the lines that say what was left out */
    MOST_PATH_COLUMNS = 200,
    MOST_VALUE_COLUMNS = 160,
    MOST_SHOWN_ATTRIBUTES = 8, /* of one change, in the table */
    CONTEXT = 2,
    SCRATCH_LIMIT = 256 * 1024 * 1024
};

static const char doing[] = "writing a report";

/* What writing needs at every step. A piece is put together first and goes out only if it fits. */
struct markdown_writer {
    struct buffer *output;
    size_t start; /* of the comment in the output */
    struct buffer piece;
    struct buffer shown;
    struct arena scratch;
    struct error *error;
};

static void markdown_writer_clear(struct markdown_writer *writer)
{
    buffer_clear(&writer->piece);
    buffer_clear(&writer->shown);
    arena_free(&writer->scratch);
}

static void write_clipped(struct markdown_writer *writer, struct text text, size_t columns)
{
    buffer_reset(&writer->shown);
    display_clipped(&writer->shown, text, columns);
    escape_markdown(&writer->piece, buffer_text(&writer->shown));
}

static void write_value(struct markdown_writer *writer, const struct attribute *attribute)
{
    if (attribute == NULL) {
        buffer_add_string(&writer->piece, "none");
        return;
    }
    buffer_reset(&writer->shown);
    display_value(&writer->shown, attribute, MOST_VALUE_COLUMNS);
    escape_markdown(&writer->piece, buffer_text(&writer->shown));
}

/* Put the piece out if the comment stays below `most` bytes; false if it does not fit. */
static bool put_piece(struct markdown_writer *writer, size_t most)
{
    bool fits = writer->output->length - writer->start + writer->piece.length + END_BYTES <= most;

    if (writer->piece.failed || writer->shown.failed)
        writer->output->failed = true;
    if (fits)
        buffer_add_text(writer->output, buffer_text(&writer->piece));
    buffer_reset(&writer->piece);
    return fits;
}

/* ---------------------------------------------------------------- head and table */

static void write_side(struct markdown_writer *writer, const struct snapshot *snapshot)
{
    struct text side;

    buffer_reset(&writer->shown);
    display_side(&writer->shown, snapshot);
    side = buffer_text(&writer->shown);
    side.length = display_fit(side, MOST_PATH_COLUMNS);
    escape_markdown(&writer->piece, side);
}

static void write_head(struct markdown_writer *writer, const struct report *report)
{
    buffer_printf(&writer->piece, "### Driftline: %s\n\nFrom ", verdict_name(report->diff->verdict));
    write_side(writer, report->from);
    buffer_add_string(&writer->piece, " to ");
    write_side(writer, report->to);
    buffer_add_string(&writer->piece, ": ");
    display_summary(&writer->piece, report->diff);
    if (report->diff->unknown_reason.length > 0) {
        buffer_add_string(&writer->piece, "; ");
        write_clipped(writer, report->diff->unknown_reason, MOST_VALUE_COLUMNS);
    }
    buffer_add_string(&writer->piece, ".\n");
    put_piece(writer, MOST_BYTES);
}

static void write_declaration(struct markdown_writer *writer, const char *side, const struct snapshot *snapshot)
{
    if (snapshot->info.declaration == NULL)
        return;
    buffer_reset(&writer->shown);
    report_declaration_display(&writer->shown, snapshot->info.declaration);
    buffer_printf(&writer->piece, "- %s: ", side);
    escape_markdown(&writer->piece, buffer_text(&writer->shown));
    buffer_add_byte(&writer->piece, '\n');
}

/* What schemas that somebody wrote down say of themselves. */
static void write_declarations(struct markdown_writer *writer, const struct report *report)
{
    if (report->from->info.declaration == NULL && report->to->info.declaration == NULL)
        return;
    buffer_add_byte(&writer->piece, '\n');
    write_declaration(writer, "from", report->from);
    write_declaration(writer, "to", report->to);
    put_piece(writer, MOST_BYTES);
}

static bool is_multi_line(const struct attribute *attribute)
{
    return attribute != NULL && !attribute->is_list && attribute->items[0].length > 0 &&
           memchr(attribute->items[0].bytes, '\n', attribute->items[0].length) != NULL;
}

static void write_attribute(struct markdown_writer *writer, enum effect effect,
                            const struct attribute_change *attribute)
{
    write_clipped(writer, attribute->name, MOST_VALUE_COLUMNS);
    if (is_multi_line(attribute->from) || is_multi_line(attribute->to))
        return; /* it has a place of its own below */
    buffer_add_byte(&writer->piece, ' ');
    if (effect != EFFECT_ADDED)
        write_value(writer, attribute->from);
    if (effect != EFFECT_ADDED && effect != EFFECT_REMOVED)
        buffer_add_string(&writer->piece, " → ");
    if (effect != EFFECT_REMOVED)
        write_value(writer, attribute->to);
}

static void write_row(struct markdown_writer *writer, const struct change *change)
{
    buffer_printf(&writer->piece, "| %s | %s %s | ", severity_name(change->severity), effect_name(change->effect),
                  kind_name(change->kind));
    write_clipped(writer, change->object, MOST_PATH_COLUMNS);
    if (change->aspect != ASPECT_STRUCTURE)
        buffer_printf(&writer->piece, " (%s)", aspect_name(change->aspect));
    if (change->renamed_from.length > 0) {
        buffer_add_string(&writer->piece, ", was ");
        write_clipped(writer, change->renamed_from, MOST_PATH_COLUMNS);
    }
    if (change->probable_name.length > 0) {
        buffer_add_string(&writer->piece, ", perhaps renamed: same content as ");
        write_clipped(writer, change->probable_name, MOST_PATH_COLUMNS);
    }
    buffer_add_string(&writer->piece, " | ");
    for (uint32_t i = 0; i < change->attribute_count && i < MOST_SHOWN_ATTRIBUTES; i++) {
        buffer_add_string(&writer->piece, i > 0 ? "<br>" : "");
        write_attribute(writer, change->effect, &change->attributes[i]);
    }
    if (change->attribute_count > MOST_SHOWN_ATTRIBUTES)
        buffer_printf(&writer->piece, "<br>and %u more", change->attribute_count - MOST_SHOWN_ATTRIBUTES);
    buffer_printf(&writer->piece, " | %s |\n", change->rule);
}

static void write_table(struct markdown_writer *writer, const struct diff *diff)
{
    uint32_t shown = 0;

    if (diff->change_count == 0)
        return;
    buffer_add_string(&writer->piece, "\n| severity | change | object | what | rule |\n|---|---|---|---|---|\n");
    put_piece(writer, MOST_BYTES);
    for (; shown < diff->change_count; shown++) {
        write_row(writer, &diff->changes[shown]);
        if (!put_piece(writer, MOST_TABLE_BYTES))
            break;
    }
    if (shown < diff->change_count)
        buffer_printf(writer->output, "\n… and %u more changes.\n", diff->change_count - shown);
}

/* ---------------------------------------------------------------- details */

/* A fence is longer than any run of backticks inside it. */
static size_t longest_run(struct text text)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < text.length; i++) {
        run = text.bytes[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void write_fence(struct buffer *piece, size_t length, const char *language)
{
    for (size_t i = 0; i < length; i++)
        buffer_add_byte(piece, '`');
    buffer_printf(piece, "%s\n", language);
}

static enum error_code write_detail(struct markdown_writer *writer, const struct change *change,
                                    const struct attribute_change *attribute)
{
    static const struct text nothing = {"", 0};
    struct text from = attribute->from == NULL || attribute->from->is_list ? nothing : attribute->from->items[0];
    struct text to = attribute->to == NULL || attribute->to->is_list ? nothing : attribute->to->items[0];
    CLEANUP(buffer_clear) struct buffer lines = {0};
    struct line_diff diff;
    size_t fence;

    arena_free(&writer->scratch);
    if (line_diff_texts(&diff, from, to, &writer->scratch, writer->error) != ERROR_NONE)
        return writer->error->code;
    line_diff_trim(&diff, CONTEXT);
    for (uint32_t i = 0; i < diff.count && lines.length < MOST_BYTES; i++) {
        if (diff.lines[i].mark == '~') {
            buffer_add_string(&lines, "  …\n");
            continue;
        }
        buffer_printf(&lines, "%c ", diff.lines[i].mark);
        display_text(&lines, diff.lines[i].line);
        buffer_add_byte(&lines, '\n');
    }
    if (lines.failed)
        return error_memory(writer->error, doing);
    fence = longest_run(buffer_text(&lines)) + 1;
    fence = fence < 3 ? 3 : fence;
    buffer_add_string(&writer->piece, "\n<details><summary>");
    write_clipped(writer, attribute->name, MOST_VALUE_COLUMNS);
    buffer_printf(&writer->piece, " of %s ", kind_name(change->kind));
    write_clipped(writer, change->object, MOST_PATH_COLUMNS);
    buffer_add_string(&writer->piece, "</summary>\n\n");
    write_fence(&writer->piece, fence, "diff");
    buffer_add_text(&writer->piece, buffer_text(&lines));
    write_fence(&writer->piece, fence, "");
    buffer_add_string(&writer->piece, "\n</details>\n");
    return ERROR_NONE;
}

static enum error_code write_details(struct markdown_writer *writer, const struct diff *diff)
{
    uint32_t left_out = 0;

    for (uint32_t i = 0; i < diff->change_count; i++)
        for (uint32_t k = 0; k < diff->changes[i].attribute_count; k++) {
            const struct attribute_change *attribute = &diff->changes[i].attributes[k];

            if (!is_multi_line(attribute->from) && !is_multi_line(attribute->to))
                continue;
            if (left_out == 0 && write_detail(writer, &diff->changes[i], attribute) != ERROR_NONE)
                return writer->error->code;
            left_out += left_out > 0 || !put_piece(writer, MOST_BYTES);
        }
    if (left_out > 0)
        buffer_printf(writer->output, "\n… and %u more definitions that changed.\n", left_out);
    return ERROR_NONE;
}

static void write_uncovered(struct markdown_writer *writer, const struct diff *diff)
{
    uint32_t shown = 0;

    if (diff->uncovered_count == 0)
        return;
    buffer_add_string(&writer->piece, "\nNot covered:\n\n");
    put_piece(writer, MOST_BYTES);
    for (; shown < diff->uncovered_count; shown++) {
        buffer_add_string(&writer->piece, "- ");
        buffer_reset(&writer->shown);
        display_uncovered(&writer->shown, &diff->uncovered[shown]);
        escape_markdown(&writer->piece, buffer_text(&writer->shown));
        buffer_add_byte(&writer->piece, '\n');
        if (!put_piece(writer, MOST_TABLE_BYTES + (MOST_BYTES - MOST_TABLE_BYTES) / 4))
            break;
    }
    if (shown < diff->uncovered_count)
        buffer_printf(writer->output, "\n… and %u more.\n", diff->uncovered_count - shown);
}

static void write_item(struct markdown_writer *writer, const char *before)
{
    buffer_add_string(&writer->piece, before);
    escape_markdown(&writer->piece, buffer_text(&writer->shown));
    buffer_add_byte(&writer->piece, '\n');
    buffer_reset(&writer->shown);
}

static void write_across(struct markdown_writer *writer, const struct report *report)
{
    static const char *const sides[] = {"- from: ", "- to: "};
    const struct diff *diff = report->diff;
    uint32_t listed = report->show_equivalent ? diff->equivalent_count : 0;

    buffer_reset(&writer->shown);
    if (diff->not_compared_count > 0) {
        buffer_printf(&writer->piece, "\nN%s:\n\n", display_not_compared_title(diff) + 1);
        for (unsigned side = 0; side < LENGTH_OF(sides); side++) {
            display_not_compared(&writer->shown, diff, (enum side)side);
            if (writer->shown.length > 0)
                write_item(writer, sides[side]);
        }
        put_piece(writer, MOST_BYTES);
    }
    if (listed > 0)
        buffer_add_string(&writer->piece, "\nEqual by family:\n\n");
    for (uint32_t i = 0; i < listed; i++) {
        display_equivalent(&writer->shown, &diff->equivalents[i]);
        write_item(writer, "- ");
        if (!put_piece(writer, MOST_BYTES)) {
            buffer_printf(writer->output, "\n… and %u more.\n", listed - i);
            return;
        }
    }
}

enum error_code report_markdown_write(struct buffer *output, const struct report *report, struct error *error)
{
    CLEANUP(markdown_writer_clear)
    struct markdown_writer writer = {.output = output, .start = output->length, .error = error};

    arena_init(&writer.scratch, SCRATCH_LIMIT);
    write_head(&writer, report);
    write_declarations(&writer, report);
    write_table(&writer, report->diff);
    write_uncovered(&writer, report->diff);
    write_across(&writer, report);
    if (write_details(&writer, report->diff) != ERROR_NONE)
        return error->code;
    return buffer_check(output, error, doing);
}
