#include "docs/docs_recovery.h"

#include "base/clock.h"
#include "docs/docs_fact_objects.h"
#include "docs/docs_markdown.h"

/* A word of a shell's command line, whatever is in it. */
static void write_word(struct buffer *commands, struct text word)
{
    buffer_add_byte(commands, '\'');
    for (size_t i = 0; i < word.length; i++)
        if (word.bytes[i] == '\'')
            buffer_add_string(commands, "'\\''");
        else
            buffer_add_byte(commands, (uint8_t)word.bytes[i]);
    buffer_add_byte(commands, '\'');
}

/* `orders@prod/eu-1`, at a moment unless that is 0. */
static void write_reference(struct buffer *commands, const struct docs_facts *facts,
                            const struct docs_contract_target *target, int64_t moment)
{
    CLEANUP(buffer_clear) struct buffer reference;
    char text[CLOCK_TEXT_SIZE];

    buffer_init(&reference);
    buffer_add_text(&reference, facts->database);
    buffer_add_byte(&reference, '@');
    buffer_add_text(&reference, target->environment);
    buffer_add_byte(&reference, '/');
    buffer_add_text(&reference, target->instance);
    if (moment != 0) {
        clock_format(moment, text);
        buffer_printf(&reference, "~%s", text);
    }
    write_word(commands, buffer_text(&reference));
    commands->failed = commands->failed || reference.failed;
}

static void write_commands(struct page *page, const struct docs_contract_target *target)
{
    const struct docs_facts *facts = page->model->input.facts;
    const struct docs_change *change = target->change;
    CLEANUP(buffer_clear) struct buffer commands;

    buffer_init(&commands);
    if (change != NULL && change->not_before != 0) {
        buffer_add_string(&commands, "# how it was before\ndriftline show ");
        write_reference(&commands, facts, target, change->not_before);
        buffer_add_byte(&commands, ' ');
        write_word(&commands, change->object);
        buffer_add_string(&commands, "\n# all that has changed since\ndriftline diff ");
        write_reference(&commands, facts, target, change->not_before);
        buffer_add_byte(&commands, ' ');
        write_reference(&commands, facts, target, 0);
        buffer_add_byte(&commands, '\n');
    }
    buffer_add_string(&commands, "# who did what to it\ndriftline history ");
    write_reference(&commands, facts, target, 0);
    if (change != NULL) {
        buffer_add_byte(&commands, ' ');
        write_word(&commands, change->object);
    }
    buffer_add_string(&commands, "\n# whether it holds again\ndriftline contracts ");
    write_word(&commands, facts->database);
    buffer_add_byte(&commands, '\n');
    markdown_block(page->output, "sh", buffer_text(&commands));
    page_string(page, "\n");
    page->output->failed = page->output->failed || commands.failed;
}

/* ---------------------------------------------------------------- one break */

static void write_findings(struct page *page, const struct docs_contract_target *target)
{
    page_string(page, "**What is not as required**\n\n");
    for (size_t i = 0; i < target->finding_count; i++) {
        page_string(page, "- ");
        docs_facts_write_object(page, target->findings[i].kind, target->findings[i].object);
        page_string(page, ": ");
        page_text(page, target->findings[i].message);
        page_string(page, "\n");
    }
    page_string(page, "\n");
}

static void write_cause(struct page *page, const struct docs_contract_target *target)
{
    const struct docs_change *change = target->change;

    if (change == NULL) {
        page_string(page, "**Which change broke it is not known**: it was so when the contract was first looked at, or "
                          "the history does not reach back that far.\n\n");
        return;
    }
    page_string(page, "**What broke it**: ");
    docs_facts_write_object(page, change->kind, change->object);
    page_string(page, ", seen ");
    page_time(page, change->at);
    page_string(page, ", by ");
    docs_facts_write_actor(page, &change->who);
    page_string(page, "\n\n");
    if (change->statement.length > 0) {
        markdown_block(page->output, "sql", change->statement);
        page_string(page, "\n");
    }
}

static void write_steps(struct page *page, const struct docs_contract *contract)
{
    page_string(page, "**What to do**\n\n1. Tell the consumers: ");
    page_list(page, contract->consumers.items, contract->consumers.count);
    page_string(page, contract->consumers.count == 0 ? "none is named in the contract" : "");
    page_string(page, ". Until then they may fail or read something else than they think.\n2. ");
    page_string(page, "Put back what is gone, by a migration of its own rather than by hand, so that every environment "
                      "gets it; or let ");
    if (contract->owner.length > 0)
        page_code(page, contract->owner);
    else
        page_string(page, "the owner of the contract");
    page_string(page, " and its consumers agree on less, and change the contract.\n"
                      "3. Do not promote meanwhile: the gate refuses what a violated contract needs.\n"
                      "4. These commands show how it was and what happened, and say when it holds again:\n\n");
}

static void write_break(struct page *page, const struct docs_contract *contract,
                        const struct docs_contract_target *target)
{
    page_string(page, page->single ? "#### In " : "### In ");
    page_text(page, target->environment);
    page_string(page, "/");
    page_text(page, target->instance);
    page_string(page, "\n\nViolated since ");
    page_time(page, target->since);
    page_string(page, ".\n\n");
    write_findings(page, target);
    write_cause(page, target);
    write_steps(page, contract);
    write_commands(page, target);
}

static void write_contract(struct page *page, const struct docs_contract *contract)
{
    page_string(page, page->single ? "### " : "## ");
    page_text(page, contract->name);
    page_string(page, "\n\n");
    page_badge(page, docs_facts_badge_of(contract->severity), contract->severity);
    page_string(page, " owned by ");
    if (contract->owner.length > 0)
        page_code(page, contract->owner);
    else
        page_string(page, "nobody who is named");
    page_string(page, ", read by ");
    page_list(page, contract->consumers.items, contract->consumers.count);
    page_string(page, contract->consumers.count == 0 ? "nobody who is named\n\n" : "\n\n");
    for (size_t i = 0; i < contract->target_count; i++)
        if (contract->targets[i].broken)
            write_break(page, contract, &contract->targets[i]);
}

/* ---------------------------------------------------------------- the page */

static void write_whom_to_tell(struct page *page, const struct docs_facts *facts)
{
    page_heading(page, 2, "Whom to tell");
    page_string(page, "| Contract | Severity | Owner | Consumers |\n|---|---|---|---|\n");
    for (size_t i = 0; i < facts->contract_count; i++) {
        const struct docs_contract *contract = &facts->contracts[i];

        page_string(page, "| ");
        page_code(page, contract->name);
        page_printf(page, " | %s | ", contract->severity);
        page_text(page, contract->owner);
        page_string(page, " | ");
        page_list(page, contract->consumers.items, contract->consumers.count);
        page_string(page, " |\n");
    }
    page_string(page, "\n");
}

void docs_recovery_write(struct page *page)
{
    const struct docs_facts *facts = page->model->input.facts;
    size_t broken = 0;

    for (size_t i = 0; i < facts->contract_count; i++)
        broken += facts->contracts[i].broken;
    if (broken == 0)
        page_string(page, "No contract is violated. When one is, this page says what broke it, who reads it, and what "
                          "to do.\n\n");
    else
        page_printf(page, "%zu of %zu contracts %s violated.\n\n", broken, facts->contract_count,
                    broken == 1 ? "is" : "are");
    for (size_t i = 0; i < facts->contract_count; i++)
        if (facts->contracts[i].broken)
            write_contract(page, &facts->contracts[i]);
    if (facts->contract_count > 0)
        write_whom_to_tell(page, facts);
}
