#include "cli/actor_text.h"
#include "cli/change_text.h"
#include "cli/history.h"
#include "cli/history_entry.h"
#include "cli/moment.h"
#include "cli/place.h"
#include "cli/summary.h"
#include "drift/line_diff.h"
#include "drift/report_display.h"
#include "drift/severity.h"

enum {
    INDENT = 2,           /* of changes */
    DETAIL_INDENT = 12,   /* of their attributes */
    WIDEST_OBJECT = 60,   /* the column of paths does not grow beyond */
    ONE_LINE = 90,        /* columns of `from → to`, beyond which the lines that differ are shown */
    MOST_DIFF_LINES = 20, /* of one attribute */
    STATEMENT_COLUMNS = 200
};

static const int64_t worth_telling = 60 * INT64_C(1000000); /* between the first and the last of several instances */

/* What writing needs at every step. */
struct history_view {
    struct buffer *output;
    const struct table_style *style;
    struct arena *arena;
    struct buffer line; /* that is being put together: displayed text only */
    size_t kind_columns;
    size_t object_columns;
    struct error *error;
};

static void history_view_clear(struct history_view *view)
{
    buffer_clear(&view->line);
}

/* Write the line, cut to the terminal, its first `tinted` bytes in colour, and begin the next one. */
static void end_line(struct history_view *view, enum tint tint, size_t tinted)
{
    struct text line = buffer_text(&view->line);
    bool cut = view->style->width > 0 && display_width(line) > view->style->width;
    size_t end = cut ? display_fit(line, view->style->width - 1) : line.length;

    tinted = tinted > end ? end : tinted;
    tint_begin(view->output, tinted > 0 ? tint : TINT_NONE, view->style);
    buffer_add(view->output, line.bytes, tinted);
    tint_end(view->output, tinted > 0 ? tint : TINT_NONE, view->style);
    buffer_add(view->output, line.bytes + tinted, end - tinted);
    buffer_add_string(view->output, cut ? "…\n" : "\n");
    view->output->failed = view->output->failed || view->line.failed;
    buffer_reset(&view->line);
}

/* ---- attributes ---- */

/* What a new or lost thing is like, on one line. */
static void write_presence(struct history_view *view, const struct answer_change *change)
{
    const struct answer_attribute *attributes = change->attributes.items;

    buffer_printf(&view->line, "%*s", DETAIL_INDENT, "");
    for (size_t i = 0; i < change->attributes.count; i++) {
        const struct answer_attribute *attribute = &attributes[i];

        buffer_add_string(&view->line, i > 0 ? "; " : "");
        display_text(&view->line, attribute->name);
        buffer_add_string(&view->line, ": ");
        change_write_value(&view->line, attribute->to.type != VALUE_NONE ? &attribute->to : &attribute->from, ONE_LINE);
    }
    end_line(view, TINT_NONE, 0);
}

static struct text text_of(const struct shape_value *value)
{
    return value->type == VALUE_TEXT ? *(const struct text *)value->texts.items : (struct text){"", 0};
}

static struct text_list list_of(const struct shape_value *value)
{
    static const struct text none[1];

    return value->type == VALUE_LIST && value->texts.count <= UINT32_MAX
               ? (struct text_list){value->texts.items, (uint32_t)value->texts.count}
               : (struct text_list){none, 0};
}

/* Whether `from → to` is no good to the reader: long texts, or several lines, or lists. */
static bool needs_lines(const struct answer_attribute *attribute)
{
    struct text from = text_of(&attribute->from), to = text_of(&attribute->to);

    if (attribute->from.type == VALUE_LIST && attribute->to.type == VALUE_LIST)
        return true;
    return attribute->from.type != VALUE_LIST && attribute->to.type != VALUE_LIST &&
           (from.length + to.length > ONE_LINE || memchr(from.bytes, '\n', from.length) != NULL ||
            memchr(to.bytes, '\n', to.length) != NULL);
}

static enum error_code compare_lines(const struct history_view *view, const struct answer_attribute *attribute,
                                     struct line_diff *ret_diff)
{
    const struct text_list from = list_of(&attribute->from), to = list_of(&attribute->to);

    if (attribute->from.type == VALUE_LIST)
        return line_diff_lists(ret_diff, &from, &to, view->arena, view->error);
    return line_diff_texts(ret_diff, text_of(&attribute->from), text_of(&attribute->to), view->arena, view->error);
}

static enum error_code write_lines(struct history_view *view, const struct answer_attribute *attribute)
{
    struct line_diff diff;
    uint32_t shown = 0;

    if (compare_lines(view, attribute, &diff) != ERROR_NONE)
        return view->error->code;
    line_diff_trim(&diff, 0);
    end_line(view, TINT_NONE, 0);
    for (uint32_t i = 0; i < diff.count; i++) {
        const struct diff_line *line = &diff.lines[i];

        if (line->mark != '+' && line->mark != '-')
            continue;
        if (shown++ == MOST_DIFF_LINES) {
            buffer_printf(&view->line, "%*s…", DETAIL_INDENT + 2, "");
            end_line(view, TINT_NONE, 0);
            break;
        }
        buffer_printf(&view->line, "%*s%c ", DETAIL_INDENT + 2, "", line->mark);
        display_text(&view->line, line->line);
        end_line(view, line->mark == '+' ? TINT_GOOD : TINT_BAD, view->line.length);
    }
    return ERROR_NONE;
}

static enum error_code write_attribute(struct history_view *view, const struct answer_attribute *attribute)
{
    buffer_printf(&view->line, "%*s", DETAIL_INDENT, "");
    display_text(&view->line, attribute->name);
    buffer_add_byte(&view->line, ':');
    if (needs_lines(attribute))
        return write_lines(view, attribute);
    buffer_add_byte(&view->line, ' ');
    change_write_value(&view->line, &attribute->from, 0);
    buffer_add_string(&view->line, " → ");
    change_write_value(&view->line, &attribute->to, 0);
    end_line(view, TINT_NONE, 0);
    return ERROR_NONE;
}

/* ---- changes ---- */

static struct change_view view_of(const struct answer_change *change)
{
    return (struct change_view){.effect = change->effect,
                                .kind = change->kind,
                                .object = change->object,
                                .renamed_from = change->renamed_from,
                                .aspect = change->aspect,
                                .attributes = change->attributes};
}

static void write_object(struct buffer *line, const struct answer_change *change)
{
    const struct change_view view = view_of(change);

    change_write_object(line, &view);
}

/* The columns that kinds and paths take. */
static void measure(struct history_view *view, const struct answer_history *history)
{
    const struct answer_change *changes = history->changes.items;

    for (size_t i = 0; i < history->changes.count; i++) {
        size_t columns;

        buffer_reset(&view->line);
        display_text(&view->line, changes[i].kind);
        columns = display_width(buffer_text(&view->line));
        view->kind_columns = columns > view->kind_columns ? columns : view->kind_columns;
        buffer_reset(&view->line);
        write_object(&view->line, &changes[i]);
        columns = display_width(buffer_text(&view->line));
        view->object_columns =
            columns > view->object_columns && columns <= WIDEST_OBJECT ? columns : view->object_columns;
    }
    buffer_reset(&view->line);
}

static void pad(struct buffer *line, size_t begin, size_t columns)
{
    size_t used = line->failed ? columns : display_width((struct text){line->bytes + begin, line->length - begin});

    buffer_printf(line, "%*s  ", (int)(used < columns ? columns - used : 0), "");
}

static enum error_code write_change(struct history_view *view, const struct answer_change *change)
{
    const struct answer_attribute *attributes = change->attributes.items;
    size_t tinted, begin;

    buffer_printf(&view->line, "%*s%-8s  %s", INDENT, "", severity_name((enum severity)change->severity),
                  change_symbol(change->effect));
    tinted = view->line.length;
    buffer_add_byte(&view->line, ' ');
    begin = view->line.length;
    display_text(&view->line, change->kind);
    pad(&view->line, begin, view->kind_columns);
    begin = view->line.length;
    write_object(&view->line, change);
    pad(&view->line, begin, view->object_columns);
    display_text(&view->line, change->rule);
    end_line(view, change_tint(change->severity), tinted);

    if (change->effect == EFFECT_ADDED || change->effect == EFFECT_REMOVED) {
        if (change->attributes.count > 0)
            write_presence(view, change);
        return ERROR_NONE;
    }
    for (size_t i = 0; i < change->attributes.count; i++)
        if (write_attribute(view, &attributes[i]) != ERROR_NONE)
            return view->error->code;
    return ERROR_NONE;
}

/* ---- entries ---- */

/* When, to whom, and for a note what it says. */
static void write_head(struct history_view *view, const struct history_entry *entry)
{
    CLEANUP(buffer_clear) struct buffer time, what;
    struct table table;

    buffer_init(&time);
    buffer_init(&what);
    moment_write(&time, entry->at);
    place_write(&what, entry->environment, entry->instances, entry->instance_count);
    if (entry->until - entry->at >= worth_telling) {
        buffer_add_string(&what, " until ");
        moment_write(&what, entry->until);
    }
    if (entry->note != NULL) {
        buffer_add_string(&what, "  ");
        display_text(&what, entry->note->note);
    }
    table_init(&table, view->arena, 2);
    table_add(&table, TINT_STRONG, buffer_text(&time));
    table_add(&table, TINT_NONE, buffer_text(&what));
    table.failed = table.failed || time.failed || what.failed;
    table_write(view->output, &table, view->style, 0);
}

static bool same_hand(const struct answer_change *a, const struct answer_change *b)
{
    return actor_is_same(&a->who, &b->who) && text_equal(a->statement, b->statement) &&
           text_equal(a->client, b->client);
}

/* Who made the changes that follow, how that is known, and by which statement. Where nothing is known, only behind
 * changes of which something is. */
static void write_hand(struct history_view *view, const struct answer_change *change, bool is_first)
{
    size_t begin;

    buffer_printf(&view->line, "%*s", INDENT, "");
    begin = view->line.length;
    actor_write(&view->line, &change->who);
    if (view->line.length == begin && is_first) {
        buffer_reset(&view->line);
        return;
    }
    buffer_add_string(&view->line, view->line.length == begin ? "by whom is not known" : "");
    buffer_add_string(&view->line, change->client.length > 0 ? " from " : "");
    display_text(&view->line, change->client);
    buffer_add_string(&view->line, change->statement.length > 0 ? ": " : "");
    display_clipped(&view->line, change->statement, STATEMENT_COLUMNS);
    end_line(view, text_equal(change->who.evidence, TEXT("unattributed")) ? TINT_BAD : TINT_FAINT, view->line.length);
}

static enum error_code write_entry(struct history_view *view, const struct history_entry *entry)
{
    write_head(view, entry);
    for (size_t i = entry->change_count; i > 0; i--) {
        const struct answer_change *change = &entry->changes[i - 1];

        if (i == entry->change_count || !same_hand(change, change + 1))
            write_hand(view, change, i == entry->change_count);
        if (write_change(view, change) != ERROR_NONE)
            return view->error->code;
    }
    return ERROR_NONE;
}

static void write_total(struct buffer *output, const struct answer_history *history)
{
    const struct answer_change *changes = history->changes.items;
    struct answer_summary summary = {{0}};

    if (history->changes.count == 0) {
        buffer_add_string(output, "no changes\n");
        return;
    }
    for (size_t i = 0; i < history->changes.count; i++)
        summary.counts[changes[i].severity]++;
    buffer_printf(output, "%zu change%s: ", history->changes.count, history->changes.count == 1 ? "" : "s");
    summary_write(output, &summary);
    buffer_add_byte(output, '\n');
}

enum error_code history_write(struct buffer *output, const struct answer_history *history,
                              const struct table_style *style, struct arena *arena, struct error *error)
{
    CLEANUP(history_view_clear)
    struct history_view view = {.output = output, .style = style, .arena = arena, .error = error};
    struct history_entries entries;

    if (history_entries_make(&entries, history, arena, error) != ERROR_NONE)
        return error->code;
    if (history->next != 0)
        buffer_add_string(output, "what is older is left out: '--all' shows everything, '--limit' more\n\n");
    measure(&view, history);
    for (size_t i = 0; i < entries.count; i++)
        if (write_entry(&view, &entries.items[i]) != ERROR_NONE)
            return error->code;
    buffer_add_string(output, entries.count > 0 ? "\n" : "");
    write_total(output, history);
    return buffer_check(output, error, "writing a history");
}
