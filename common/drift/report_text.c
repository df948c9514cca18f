#include "base/arena.h"
#include "drift/line_diff.h"
#include "drift/report_declaration.h"
#include "drift/report_display.h"
#include "drift/report_formats.h"
#include "drift/severity.h"

enum {
    INDENT = 10, /* of attributes, below the symbol of their change */
    DECLARATION_INDENT = 6,
    WIDEST_OBJECT = 60,   /* the column of paths does not grow beyond; longer ones push the rule to the right */
    ONE_LINE = 90,        /* columns of `from → to`, beyond which each value has a line of its own */
    MOST_DIFF_LINES = 60, /* of one attribute */
    CONTEXT = 2,          /* equal lines around a difference */
    SCRATCH_LIMIT = 256 * 1024 * 1024
};

static const char doing[] = "writing a report";

/* What writing needs at every step. */
struct text_writer {
    struct buffer *output;
    const struct report *report;
    struct buffer line;   /* the line that is being put together, displayed text only */
    struct arena scratch; /* of one attribute */
    struct error *error;
};

static void text_writer_clear(struct text_writer *writer)
{
    buffer_clear(&writer->line);
    arena_free(&writer->scratch);
}

static const char *severity_colour(enum severity severity)
{
    static const char *const colours[SEVERITY_COUNT] = {"\33[36m", "\33[33m", "\33[31m", "\33[1;31m"};

    return colours[severity];
}

static const char *mark_colour(char mark)
{
    return mark == '+' ? "\33[32m" : mark == '-' ? "\33[31m" : NULL;
}

/* Write the line, cut to the terminal, its first `coloured` bytes in colour, and begin the next one. */
static void end_line(struct text_writer *writer, const char *colour, size_t coloured)
{
    struct text line = buffer_text(&writer->line);
    size_t width = writer->report->width, end = line.length;
    bool cut = width > 0 && display_width(line) > width;

    if (cut)
        end = display_fit(line, width - 1);
    if (coloured > end)
        coloured = end;
    if (writer->report->colour && colour != NULL && coloured > 0) {
        buffer_add_string(writer->output, colour);
        buffer_add(writer->output, line.bytes, coloured);
        buffer_add_string(writer->output, "\33[0m");
    } else {
        buffer_add(writer->output, line.bytes, coloured);
    }
    buffer_add(writer->output, line.bytes + coloured, end - coloured);
    buffer_add_string(writer->output, cut ? "…\n" : "\n");
    if (writer->line.failed)
        writer->output->failed = true;
    buffer_reset(&writer->line);
}

static void pad(struct buffer *line, size_t start, size_t columns)
{
    size_t used = display_width((struct text){line->bytes + start, line->length - start});

    for (; used < columns; used++)
        buffer_add_byte(line, ' ');
}

/* ---------------------------------------------------------------- attributes */

/* In a list there is no place where items were left out; in a text there is. */
static void write_diff_lines(struct text_writer *writer, const struct line_diff *diff, bool is_list)
{
    for (uint32_t i = 0; i < diff->count; i++) {
        char mark = diff->lines[i].mark;

        if (is_list && mark == '~')
            continue;
        buffer_printf(&writer->line, "%*s", INDENT + 2, "");
        if (i == MOST_DIFF_LINES) {
            buffer_printf(&writer->line, "… %u more lines", diff->count - i);
            end_line(writer, NULL, 0);
            return;
        }
        if (mark == '~') {
            buffer_add_string(&writer->line, "…");
        } else {
            buffer_printf(&writer->line, "%c ", mark);
            display_text(&writer->line, diff->lines[i].line);
        }
        end_line(writer, mark_colour(mark), writer->line.length);
    }
}

static void write_name(struct text_writer *writer, const struct attribute_change *attribute)
{
    buffer_printf(&writer->line, "%*s", INDENT, "");
    display_text(&writer->line, attribute->name);
    buffer_add_string(&writer->line, ":");
}

static void write_arrow(struct text_writer *writer, const struct attribute_change *attribute)
{
    write_name(writer, attribute);
    buffer_add_byte(&writer->line, ' ');
    display_value(&writer->line, attribute->from, 0);
    buffer_add_string(&writer->line, " → ");
    display_value(&writer->line, attribute->to, 0);
    end_line(writer, NULL, 0);
}

static struct text text_of(const struct attribute *attribute)
{
    return attribute == NULL ? (struct text){"", 0} : attribute->items[0];
}

static bool needs_lines(const struct attribute_change *attribute)
{
    struct text from = text_of(attribute->from), to = text_of(attribute->to);

    return from.length + to.length > ONE_LINE || memchr(from.bytes, '\n', from.length) != NULL ||
           memchr(to.bytes, '\n', to.length) != NULL;
}

/* A list whose items changed places reads better as a whole. */
static enum error_code is_reordered(struct text_writer *writer, const struct attribute_change *attribute,
                                    bool *ret_reordered)
{
    bool same = true;

    if (attribute->from != NULL && attribute->to != NULL &&
        list_same_relative_order(&same, text_list_of(attribute->from), text_list_of(attribute->to), &writer->scratch,
                                 writer->error) != ERROR_NONE)
        return writer->error->code;
    *ret_reordered = !same;
    return ERROR_NONE;
}

static enum error_code write_attribute(struct text_writer *writer, const struct attribute_change *attribute)
{
    const struct attribute *from = attribute->from, *to = attribute->to;
    bool lists = (from == NULL || from->is_list) && (to == NULL || to->is_list);
    bool texts = (from == NULL || !from->is_list) && (to == NULL || !to->is_list);
    struct text_list old = text_list_of(from), new = text_list_of(to);
    enum error_code code = ERROR_NONE;
    bool reordered = false;
    struct line_diff diff;

    if (lists && is_reordered(writer, attribute, &reordered) != ERROR_NONE)
        return writer->error->code;
    if (lists && !reordered) {
        code = line_diff_lists(&diff, &old, &new, &writer->scratch, writer->error);
    } else if (texts && needs_lines(attribute)) {
        code = line_diff_texts(&diff, text_of(from), text_of(to), &writer->scratch, writer->error);
    } else {
        write_arrow(writer, attribute);
        return ERROR_NONE;
    }
    if (code != ERROR_NONE)
        return code;
    line_diff_trim(&diff, lists ? 0 : CONTEXT);
    write_name(writer, attribute);
    end_line(writer, NULL, 0);
    write_diff_lines(writer, &diff, lists);
    arena_free(&writer->scratch);
    return ERROR_NONE;
}

/* What a new or lost part is like: its short attributes on one line. */
static void write_presence(struct text_writer *writer, const struct change *change)
{
    buffer_printf(&writer->line, "%*s", INDENT, "");
    for (uint32_t i = 0; i < change->attribute_count; i++) {
        const struct attribute_change *attribute = &change->attributes[i];

        buffer_add_string(&writer->line, i > 0 ? "; " : "");
        display_text(&writer->line, attribute->name);
        buffer_add_string(&writer->line, ": ");
        display_value(&writer->line, attribute->to != NULL ? attribute->to : attribute->from, ONE_LINE);
    }
    end_line(writer, NULL, 0);
}

/* ---------------------------------------------------------------- changes */

static void write_object(struct buffer *line, const struct change *change)
{
    display_text(line, change->object);
    if (change->aspect != ASPECT_STRUCTURE)
        buffer_printf(line, " (%s)", aspect_name(change->aspect));
    if (change->renamed_from.length > 0) {
        buffer_add_string(line, ", was ");
        display_text(line, change->renamed_from);
    }
    if (change->probable_name.length > 0) {
        buffer_add_string(line, ", perhaps ");
        display_text(line, change->probable_name);
        buffer_add_string(line, " renamed");
    }
}

/* The columns of the widest kind and path. */
static void measure(struct text_writer *writer, size_t *ret_kind, size_t *ret_object)
{
    size_t kind = 0, object = 0;

    for (uint32_t i = 0; i < writer->report->diff->change_count; i++) {
        const struct change *change = &writer->report->diff->changes[i];
        size_t length = strlen(kind_name(change->kind)), width;

        write_object(&writer->line, change);
        width = display_width(buffer_text(&writer->line));
        buffer_reset(&writer->line);
        kind = length > kind ? length : kind;
        object = width > object && width <= WIDEST_OBJECT ? width : object;
    }
    *ret_kind = kind;
    *ret_object = object;
}

static enum error_code write_change(struct text_writer *writer, const struct change *change, size_t kind_columns,
                                    size_t object_columns)
{
    static const char *const symbols[] = {"+", "-", "~", "→"};
    size_t coloured, start;

    buffer_printf(&writer->line, "%-8s  %s", severity_name(change->severity), symbols[change->effect]);
    coloured = writer->line.length;
    buffer_printf(&writer->line, " %-*s  ", (int)kind_columns, kind_name(change->kind));
    start = writer->line.length;
    write_object(&writer->line, change);
    if (!writer->line.failed)
        pad(&writer->line, start, object_columns);
    buffer_printf(&writer->line, "  %s", change->rule);
    end_line(writer, severity_colour(change->severity), coloured);

    if ((change->effect == EFFECT_ADDED || change->effect == EFFECT_REMOVED) && change->attribute_count > 0) {
        write_presence(writer, change);
        return ERROR_NONE;
    }
    for (uint32_t i = 0; i < change->attribute_count; i++)
        if (write_attribute(writer, &change->attributes[i]) != ERROR_NONE)
            return writer->error->code;
    return ERROR_NONE;
}

static size_t side_columns(struct text_writer *writer, const struct snapshot *snapshot)
{
    size_t columns;

    display_side(&writer->line, snapshot);
    columns = display_width(buffer_text(&writer->line));
    buffer_reset(&writer->line);
    return columns <= WIDEST_OBJECT ? columns : 0;
}

static void write_side(struct text_writer *writer, const char *name, const struct snapshot *snapshot, size_t columns)
{
    char hex[HASH_HEX_SIZE];
    size_t start;

    hash_to_hex(&snapshot->root, hex);
    buffer_printf(&writer->line, "%-4s  ", name);
    start = writer->line.length;
    display_side(&writer->line, snapshot);
    if (!writer->line.failed)
        pad(&writer->line, start, columns);
    buffer_printf(&writer->line, "  %.12s", hex);
    end_line(writer, NULL, 0);
}

/* What a side says of itself as a whole, below it. */
static void write_declaration(struct text_writer *writer, const struct snapshot *snapshot)
{
    if (snapshot->info.declaration == NULL)
        return;
    buffer_printf(&writer->line, "%*s", DECLARATION_INDENT, "");
    report_declaration_display(&writer->line, snapshot->info.declaration);
    end_line(writer, NULL, 0);
}

static void write_sides(struct text_writer *writer)
{
    size_t from = side_columns(writer, writer->report->from), to = side_columns(writer, writer->report->to);

    write_side(writer, "from", writer->report->from, from > to ? from : to);
    write_declaration(writer, writer->report->from);
    write_side(writer, "to", writer->report->to, from > to ? from : to);
    write_declaration(writer, writer->report->to);
}

/* Between two engines only. */
static void write_across(struct text_writer *writer)
{
    const struct diff *diff = writer->report->diff;

    if (writer->report->show_equivalent && diff->equivalent_count > 0) {
        buffer_add_string(&writer->line, "equal by family:");
        end_line(writer, NULL, 0);
        for (uint32_t i = 0; i < diff->equivalent_count; i++) {
            buffer_add_string(&writer->line, "  ");
            display_equivalent(&writer->line, &diff->equivalents[i]);
            end_line(writer, NULL, 0);
        }
        end_line(writer, NULL, 0);
    }
    if (diff->not_compared_count == 0)
        return;
    buffer_printf(&writer->line, "%s:", display_not_compared_title(diff));
    end_line(writer, NULL, 0);
    for (unsigned side = 0; side < 2; side++) {
        size_t start;

        buffer_printf(&writer->line, "  %-4s  ", side == SIDE_FROM ? "from" : "to");
        start = writer->line.length;
        display_not_compared(&writer->line, diff, (enum side)side);
        if (writer->line.length > start)
            end_line(writer, NULL, 0);
        else
            buffer_reset(&writer->line);
    }
    end_line(writer, NULL, 0);
}

static void write_end(struct text_writer *writer)
{
    static const char *const colours[] = {"\33[32m", "\33[31m", "\33[33m"};
    const struct diff *diff = writer->report->diff;

    if (diff->uncovered_count > 0) {
        buffer_add_string(&writer->line, "not covered:");
        end_line(writer, NULL, 0);
        for (uint32_t i = 0; i < diff->uncovered_count; i++) {
            buffer_add_string(&writer->line, "  ");
            display_uncovered(&writer->line, &diff->uncovered[i]);
            end_line(writer, NULL, 0);
        }
        end_line(writer, NULL, 0);
    }
    write_across(writer);
    display_summary(&writer->line, diff);
    end_line(writer, NULL, 0);
    buffer_add_string(&writer->line, verdict_name(diff->verdict));
    if (diff->unknown_reason.length > 0) {
        buffer_add_string(&writer->line, ": ");
        display_text(&writer->line, diff->unknown_reason);
    }
    end_line(writer, colours[diff->verdict], writer->line.length);
}

enum error_code report_text_write(struct buffer *output, const struct report *report, struct error *error)
{
    CLEANUP(text_writer_clear) struct text_writer writer = {.output = output, .report = report, .error = error};
    size_t kind_columns, object_columns;

    arena_init(&writer.scratch, SCRATCH_LIMIT);
    write_sides(&writer);
    end_line(&writer, NULL, 0);
    measure(&writer, &kind_columns, &object_columns);
    for (uint32_t i = 0; i < report->diff->change_count; i++)
        if (write_change(&writer, &report->diff->changes[i], kind_columns, object_columns) != ERROR_NONE)
            return error->code;
    if (report->diff->change_count > 0)
        end_line(&writer, NULL, 0);
    write_end(&writer);
    return buffer_check(output, error, doing);
}
