#include "cli/statements_text.h"

#include <strings.h>

#include "cli/actor_text.h"
#include "cli/moment.h"
#include "cli/place.h"
#include "drift/report_display.h"

enum {
    INDENT = 2,
    STATEMENT_COLUMNS = 200,
    OBJECTS_SHOWN = 3,      /* of one statement */
    OBJECTS_LOOKED_AT = 64, /* before an object that may be the same */
};

/* Write a line, cut to the terminal. */
static void end_line(struct buffer *output, struct buffer *line, enum tint tint, const struct table_style *style)
{
    struct text text = buffer_text(line);
    bool cut = style->width > 0 && display_width(text) > style->width;

    tint_begin(output, tint, style);
    buffer_add(output, text.bytes, cut ? display_fit(text, style->width - 1) : text.length);
    tint_end(output, tint, style);
    buffer_add_string(output, cut ? "…\n" : "\n");
    output->failed = output->failed || line->failed;
    buffer_reset(line);
}

/* ---- one statement ---- */

/* A statement about several things is there for each: entries that follow each other, the oldest last. */
struct told_statement {
    const struct answer_statement *newest;
    size_t count;
};

static bool is_same(const struct answer_statement *a, const struct answer_statement *b)
{
    return a->statement.length > 0 && text_equal(a->statement, b->statement) && a->transaction == b->transaction &&
           (a->transaction != 0 || a->at == b->at) && text_equal(a->environment, b->environment) &&
           text_equal(a->instance, b->instance) && actor_is_same(&a->who, &b->who) && text_equal(a->client, b->client);
}

static struct told_statement statement_from(const struct answer_statement *items, size_t oldest)
{
    size_t newest = oldest;

    while (newest > 0 && is_same(&items[newest - 1], &items[oldest]))
        newest--;
    return (struct told_statement){&items[newest], oldest - newest + 1};
}

/* The entry that says what the statement is: CREATE TABLE also makes the sequences and indexes of the table. */
static const struct answer_statement *main_entry(const struct told_statement *told)
{
    for (size_t i = told->count; i > 0; i--) {
        const struct answer_statement *entry = &told->newest[i - 1];

        if (entry->command.length > 0 && entry->command.length <= entry->statement.length &&
            strncasecmp(entry->command.bytes, entry->statement.bytes, entry->command.length) == 0)
            return entry;
    }
    return &told->newest[told->count - 1];
}

/* Whether an entry's object is told already, by the main entry or by an older one. */
static bool is_told(const struct told_statement *told, const struct answer_statement *main, size_t place)
{
    struct text object = told->newest[place].object;

    if (object.length == 0 || text_equal(object, main->object))
        return true;
    for (size_t i = place + 1; i < told->count && i <= place + OBJECTS_LOOKED_AT; i++)
        if (text_equal(object, told->newest[i].object))
            return true;
    return false;
}

/* `shop.orders, shop.orders_id_seq and 2 more` */
static void write_objects(struct buffer *line, const struct told_statement *told, const struct answer_statement *main)
{
    size_t shown = main->object.length > 0 ? 1 : 0, more = 0;

    buffer_add_string(line, shown > 0 ? " " : "");
    display_text(line, main->object);
    for (size_t i = told->count; i > 0; i--) {
        if (is_told(told, main, i - 1))
            continue;
        if (shown >= OBJECTS_SHOWN) {
            more++;
            continue;
        }
        buffer_add_string(line, shown++ > 0 ? ", " : " ");
        display_text(line, told->newest[i - 1].object);
    }
    if (more > 0)
        buffer_printf(line, " and %zu more", more);
}

/* `2026-11-21T10:00:00Z  prod/eu-1  ALTER TABLE shop.orders: 2 changes` */
static void write_head(struct buffer *line, const struct told_statement *told)
{
    const struct answer_statement *statement = main_entry(told);
    int64_t changes = 0;

    for (size_t i = 0; i < told->count; i++)
        changes += told->newest[i].changes;
    moment_write(line, statement->at);
    buffer_add_string(line, "  ");
    place_write(line, statement->environment, &statement->instance,
                text_equal(statement->instance, TEXT("default")) ? 0 : 1);
    buffer_add_string(line, "  ");
    display_text(line, statement->command.length > 0 ? statement->command : TEXT("a statement"));
    write_objects(line, told, statement);
    if (changes == 0)
        buffer_add_string(line, ": no change of its own");
    else
        buffer_printf(line, ": %lld change%s", (long long)changes, changes == 1 ? "" : "s");
    buffer_add_string(line, statement->unconfirmed ? ", may have failed" : "");
}

/* `by alice as app_owner with flyway from 10.0.0.7` */
static void write_who(struct buffer *line, const struct answer_statement *statement)
{
    buffer_printf(line, "%*s", INDENT, "");
    if (statement->who.actor.length > 0)
        actor_write(line, &statement->who);
    else
        buffer_add_string(line, "by whom is not known");
    if (statement->client.length == 0)
        return;
    buffer_add_string(line, " from ");
    display_text(line, statement->client);
}

static void write_statement(struct buffer *output, const struct told_statement *told, const struct table_style *style)
{
    CLEANUP(buffer_clear) struct buffer line = {0};
    const struct answer_statement *statement = main_entry(told);

    write_head(&line, told);
    end_line(output, &line, TINT_STRONG, style);
    write_who(&line, statement);
    end_line(output, &line, TINT_NONE, style);
    if (statement->statement.length == 0)
        return;
    buffer_printf(&line, "%*s", INDENT, "");
    display_clipped(&line, statement->statement, STATEMENT_COLUMNS);
    end_line(output, &line, TINT_FAINT, style);
}

void statements_write(struct buffer *output, const struct answer_statements *statements,
                      const struct table_style *style)
{
    const struct answer_statement *items = statements->statements.items;
    size_t count = statements->statements.count, statements_told = 0;

    if (statements->next != 0)
        buffer_add_string(output, "what is older is left out: '--all' shows everything, '--limit' more\n\n");
    for (size_t i = count; i > 0; statements_told++) {
        const struct told_statement told = statement_from(items, i - 1);

        write_statement(output, &told, style);
        i -= told.count;
    }
    if (count == 0)
        buffer_add_string(output, "no statements\n");
    else
        buffer_printf(output, "\n%zu statement%s\n", statements_told, statements_told == 1 ? "" : "s");
}
