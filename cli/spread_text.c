#include "cli/change_text.h"
#include "cli/place.h"
#include "cli/spread.h"
#include "cli/summary.h"
#include "drift/report_display.h"
#include "drift/severity.h"

enum {
    NAMES_SHOWN = 1,   /* of the instances of one column */
    LETTERS = 26,      /* of versions; then two of them */
    LEAST_OBJECT = 16, /* columns of the terminal that the first column may take at least */
    WIDEST_OBJECT = 60 /* and at most */
};

#define ITEMS(type, list) ((const struct type *)(list).items)

/* ---- columns ---- */

/* `prod` for the majority of an environment, else who it is: `prod/eu-2`. */
static void write_column(struct buffer *buffer, const struct answer_spread_column *column, size_t names)
{
    size_t count = column->instances.count;

    if (column->majority) {
        display_text(buffer, column->environment);
        return;
    }
    place_write(buffer, column->environment, column->instances.items, count > names ? names : count);
    if (count > names)
        buffer_printf(buffer, "+%zu", count - names);
}

static void add_head(struct table *table, const struct answer_spread *spread)
{
    struct buffer text;

    buffer_init(&text);
    table_add(table, TINT_FAINT, TEXT("object"));
    table_add(table, TINT_FAINT, TEXT("severity"));
    for (size_t i = 0; i < spread->columns.count; i++) {
        write_column(&text, &ITEMS(answer_spread_column, spread->columns)[i], NAMES_SHOWN);
        table_add_buffer(table, TINT_FAINT, &text);
    }
}

/* ---- rows ---- */

static size_t object_columns(const struct table_style *style)
{
    size_t half = style->width / 2;

    if (style->width == 0 || half > WIDEST_OBJECT)
        return WIDEST_OBJECT;
    return half < LEAST_OBJECT ? LEAST_OBJECT : half;
}

/* The end of a path says more than its beginning: that is what stays. */
static void add_object(struct table *table, const struct answer_spread_row *row, size_t columns)
{
    const struct change_view view = {.kind = row->kind, .object = row->object, .aspect = row->aspect};
    struct buffer text, clipped;
    struct text shown;

    buffer_init(&text);
    buffer_init(&clipped);
    display_text(&text, row->kind);
    buffer_add_byte(&text, ' ');
    change_write_object(&text, &view);
    shown = buffer_text(&text);
    if (display_width(shown) > columns) {
        buffer_add_string(&clipped, "…");
        while (display_width(shown) > columns - 1)
            shown = (struct text){shown.bytes + text_character(shown), shown.length - text_character(shown)};
    }
    buffer_add_text(&clipped, shown);
    clipped.failed = clipped.failed || text.failed;
    table_add_buffer(table, TINT_STRONG, &clipped);
    buffer_clear(&text);
}

static void add_version(struct table *table, int64_t version)
{
    enum tint tint = version == 0 ? TINT_NONE : TINT_DOUBT;

    if (version < LETTERS)
        table_printf(table, tint, "%c", (int)('a' + version));
    else if (version < LETTERS * LETTERS + LETTERS)
        table_printf(table, tint, "%c%c", (int)('a' + version / LETTERS - 1), (int)('a' + version % LETTERS));
    else
        table_printf(table, tint, "%lld", (long long)version);
}

static void add_row(struct table *table, const struct answer_spread *spread, const struct answer_spread_row *row,
                    size_t columns)
{
    const struct answer_spread_cell *cells = row->cells.items;

    add_object(table, row, columns);
    table_add(table, change_tint(row->severity), text_from(severity_name((enum severity)row->severity)));
    for (size_t i = 0; i < spread->columns.count; i++)
        if (i >= row->cells.count || !cells[i].known)
            table_add(table, TINT_DOUBT, TEXT("?"));
        else if (!cells[i].there)
            table_add(table, TINT_BAD, TEXT("-"));
        else
            add_version(table, cells[i].version);
}

static void write_rows(struct buffer *output, const struct answer_spread *spread, const struct table_style *style,
                       struct arena *arena)
{
    struct table table;

    table_init(&table, arena, spread->columns.count + 2);
    add_head(&table, spread);
    for (size_t i = 0; i < spread->rows.count; i++)
        add_row(&table, spread, &ITEMS(answer_spread_row, spread->rows)[i], object_columns(style));
    table_write_folded(output, &table, style);
    buffer_add_string(output, "\na, b, …: equal letters of a row are equal; -: not there; ?: not known\n");
}

/* ---- around them ---- */

/* Who is in a column, where its title cannot say it, and what is not known of it. */
static void write_columns(struct buffer *output, const struct answer_spread *spread, const struct table_style *style,
                          struct arena *arena)
{
    struct table table;
    struct buffer text;

    buffer_init(&text);
    table_init(&table, arena, 2);
    for (size_t i = 0; i < spread->columns.count; i++) {
        const struct answer_spread_column *column = &ITEMS(answer_spread_column, spread->columns)[i];
        bool has_names = column->instances.count > (column->majority ? 1 : NAMES_SHOWN);

        if (!has_names && column->known)
            continue;
        write_column(&text, column, NAMES_SHOWN);
        table_add_buffer(&table, TINT_STRONG, &text);
        for (size_t j = 0; j < column->instances.count && has_names; j++) {
            buffer_add_string(&text, j > 0 ? ", " : "");
            display_text(&text, ITEMS(text, column->instances)[j]);
        }
        if (!column->known) {
            buffer_add_string(&text, text.length > 0 ? "; not known: " : "not known: ");
            display_text(&text,
                         column->unknown_reason.length > 0 ? column->unknown_reason : TEXT("no reason is known"));
        }
        table_add_buffer(&table, TINT_NONE, &text);
    }
    if (table.count == 0 && !table.failed)
        return;
    buffer_add_byte(output, '\n');
    table_write(output, &table, style, 0);
}

static void write_verdict(struct buffer *output, const struct answer_spread *spread, const struct table_style *style)
{
    static const enum tint tints[] = {
        [VERDICT_IN_SYNC] = TINT_GOOD, [VERDICT_DRIFTED] = TINT_BAD, [VERDICT_UNKNOWN] = TINT_DOUBT};
    struct answer_summary summary = {{0}};

    for (size_t i = 0; i < spread->rows.count; i++)
        summary.counts[ITEMS(answer_spread_row, spread->rows)[i].severity]++;
    display_text(output, spread->database);
    buffer_add_string(output, ": ");
    tint_begin(output, tints[spread->verdict], style);
    buffer_add_string(output, verdict_name((enum verdict)spread->verdict));
    tint_end(output, tints[spread->verdict], style);
    if (spread->unknown_reason.length > 0) {
        buffer_add_string(output, ", ");
        display_text(output, spread->unknown_reason);
    }
    if (spread->rows.count == 0) {
        buffer_add_string(output, spread->verdict == VERDICT_UNKNOWN ? "\n" : ", nothing differs\n");
        return;
    }
    buffer_printf(output, ", %zu thing%s differ%s: ", spread->rows.count, spread->rows.count == 1 ? "" : "s",
                  spread->rows.count == 1 ? "s" : "");
    summary_write(output, &summary);
    buffer_add_byte(output, '\n');
}

void spread_write(struct buffer *output, const struct answer_spread *spread, const struct table_style *style,
                  struct arena *arena)
{
    write_verdict(output, spread, style);
    if (spread->rows.count > 0 && spread->columns.count > 0) {
        buffer_add_byte(output, '\n');
        write_rows(output, spread, style, arena);
    }
    write_columns(output, spread, style, arena);
}
