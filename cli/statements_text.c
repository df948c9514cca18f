#include "cli/statements_text.h"

#include "cli/actor_text.h"
#include "cli/moment.h"
#include "cli/place.h"
#include "drift/report_display.h"

enum { INDENT = 2, STATEMENT_COLUMNS = 200 };

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

/* `2026-11-21T10:00:00Z  prod/eu-1  ALTER TABLE shop.orders: 2 changes` */
static void write_head(struct buffer *line, const struct answer_statement *statement)
{
    moment_write(line, statement->at);
    buffer_add_string(line, "  ");
    place_write(line, statement->environment, &statement->instance,
                text_equal(statement->instance, TEXT("default")) ? 0 : 1);
    buffer_add_string(line, "  ");
    display_text(line, statement->command.length > 0 ? statement->command : TEXT("a statement"));
    buffer_add_string(line, statement->object.length > 0 ? " " : "");
    display_text(line, statement->object);
    if (statement->changes == 0)
        buffer_add_string(line, ": no change");
    else
        buffer_printf(line, ": %lld change%s", (long long)statement->changes, statement->changes == 1 ? "" : "s");
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

static void write_statement(struct buffer *output, const struct answer_statement *statement,
                            const struct table_style *style)
{
    CLEANUP(buffer_clear) struct buffer line = {0};

    write_head(&line, statement);
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
    size_t count = statements->statements.count;

    if (statements->next != 0)
        buffer_add_string(output, "what is older is left out: '--all' shows everything, '--limit' more\n\n");
    for (size_t i = count; i > 0; i--)
        write_statement(output, &items[i - 1], style);
    if (count == 0)
        buffer_add_string(output, "no statements\n");
    else
        buffer_printf(output, "\n%zu statement%s\n", count, count == 1 ? "" : "s");
}
