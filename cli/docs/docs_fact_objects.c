#include "docs/docs_fact_objects.h"

#include <inttypes.h>
#include <stdio.h>

#include "docs/docs_markdown.h"

enum { CHANGES_SHOWN = 20, STATEMENT_COLUMNS = 400, VALUE_COLUMNS = 120 };

static const struct docs_facts *facts_of(const struct page *page)
{
    return page->model->input.facts;
}

static uint32_t number_of(const struct page *page, const struct docs_item *item)
{
    return (uint32_t)(item - page->model->catalogue.items);
}

static uint32_t group_count(const struct docs_group *group, uint32_t number)
{
    return group->first[number + 1] - group->first[number];
}

/* ---------------------------------------------------------------- words */

const char *docs_facts_badge_of(const char *word)
{
    static const char *const kinds[][2] = {
        {"IN_SYNC", "fine"}, {"pass", "fine"},       {"holds", "fine"},      {"connected", "fine"}, {"DRIFTED", "warn"},
        {"medium", "warn"},  {"low", "plain"},       {"high", "bad"},        {"critical", "bad"},   {"blocked", "bad"},
        {"violated", "bad"}, {"UNKNOWN", "unknown"}, {"unknown", "unknown"}, {"away", "unknown"},
    };

    for (size_t i = 0; i < LENGTH_OF(kinds); i++)
        if (strcmp(word, kinds[i][0]) == 0)
            return kinds[i][1];
    return "plain";
}

void docs_facts_write_object(struct page *page, struct text kind, struct text path)
{
    enum kind known = kind_from_name(kind);
    uint32_t item = known == KIND_NONE ? DOCS_NOWHERE : docs_find_owner(&page->model->catalogue, known, path);

    for (size_t i = 0; i < kind.length && known != KIND_NONE; i++)
        buffer_add_byte(page->output, (uint8_t)(kind.bytes[i] == '_' ? ' ' : kind.bytes[i]));
    page_string(page, known == KIND_NONE ? "" : " ");
    if (item == DOCS_NOWHERE) {
        page_code(page, path);
        return;
    }
    page_link(page, path, page->model->catalogue.items[item].page, page->model->catalogue.items[item].anchor);
}

void docs_facts_write_actor(struct page *page, const struct docs_actor *actor)
{
    if (actor->actor.length == 0) {
        page_string(page, actor->evidence.length == 0 ? "not known" : "");
        page_text(page, actor->evidence);
        return;
    }
    page_code(page, actor->actor);
    if (actor->role.length > 0) {
        page_string(page, " as ");
        page_code(page, actor->role);
    }
    if (actor->application.length > 0) {
        page_string(page, " with ");
        page_code(page, actor->application);
    }
    page_string(page, actor->evidence.length == 0 ? "" : ", ");
    page_text(page, actor->evidence);
}

void docs_facts_write_pair(struct page *page, const struct docs_drift *drift)
{
    page_text(page, drift->instance.length > 0 ? drift->to : drift->from);
    page_string(page, drift->instance.length > 0 ? "/" : " → ");
    page_text(page, drift->instance.length > 0 ? drift->instance : drift->to);
}

/* ---------------------------------------------------------------- drift */

void docs_facts_write_badges(struct page *page, const struct docs_item *item)
{
    static const char *const levels[] = {"low", "medium", "high", "critical"};
    const struct docs_facts *facts = facts_of(page);
    const struct docs_group *group = &page->model->drifts;
    uint32_t number = number_of(page, item), count;
    size_t worst = 0;
    char words[64];

    if (facts == NULL || (count = group_count(group, number)) == 0)
        return;
    for (uint32_t i = group->first[number]; i < group->first[number + 1]; i++)
        for (size_t level = worst + 1; level < LENGTH_OF(levels); level++)
            if (strcmp(facts->drifts[group->members[i]].severity, levels[level]) == 0)
                worst = level;
    snprintf(words, sizeof words, "%u %s, %s", count, count == 1 ? "difference" : "differences", levels[worst]);
    page_string(page, " ");
    page_badge(page, docs_facts_badge_of(levels[worst]), words);
}

/* What a promotion would do. */
static const char *promised(const char *effect)
{
    static const char *const words[][2] = {
        {"added", "add"}, {"removed", "remove"}, {"modified", "change"}, {"renamed", "rename"}};

    for (size_t i = 0; i < LENGTH_OF(words); i++)
        if (strcmp(effect, words[i][0]) == 0)
            return words[i][1];
    return effect;
}

void docs_facts_write_drift_row(struct page *page, const struct docs_drift *drift)
{
    page_string(page, "| ");
    docs_facts_write_pair(page, drift);
    page_printf(page, " | %s ", promised(drift->effect));
    docs_facts_write_object(page, drift->kind, drift->object);
    page_string(page, " | ");
    page_badge(page, docs_facts_badge_of(drift->severity), drift->severity);
    page_string(page, " ");
    page_text(page, drift->rule);
    page_printf(page, " | %s | %s | ", drift->state, drift->cause);
    page_time(page, drift->opened_at);
    page_string(page, " | ");
    page_list(page, drift->contracts.items, drift->contracts.count);
    page_string(page, " |\n");
}

void docs_facts_begin_matrix(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    page_string(page, "| What |");
    for (size_t i = 0; i < facts->column_count; i++) {
        const struct docs_column *column = &facts->columns[i];

        page_string(page, " ");
        page_text(page, column->environment);
        if (!column->majority && column->instances.count > 0) {
            page_string(page, "/");
            page_text(page, column->instances.items[0]);
            if (column->instances.count > 1)
                page_printf(page, " and %zu more", column->instances.count - 1);
        }
        page_string(page, " |");
    }
    page_string(page, "\n|---|");
    for (size_t i = 0; i < facts->column_count; i++)
        page_string(page, ":-:|");
    page_string(page, "\n");
}

/* Versions as letters: equal letters are equal things. */
static void write_cell(struct page *page, const struct docs_cell *cell)
{
    if (!cell->known)
        page_string(page, " ? |");
    else if (!cell->there)
        page_string(page, " – |");
    else if (cell->version >= 0 && cell->version < 26)
        page_printf(page, " %c |", (char)('A' + cell->version));
    else
        page_printf(page, " %" PRId64 " |", cell->version);
}

void docs_facts_write_matrix_row(struct page *page, const struct docs_row *row)
{
    page_string(page, "| ");
    docs_facts_write_object(page, row->kind, row->object);
    if (!text_equal(row->aspect, TEXT("structure"))) {
        page_string(page, " (");
        page_text(page, row->aspect);
        page_string(page, ")");
    }
    page_string(page, " |");
    for (size_t i = 0; i < facts_of(page)->column_count; i++)
        write_cell(page, &row->cells[i]);
    page_string(page, "\n");
}

void docs_facts_write_drift(struct page *page, const struct docs_item *item, unsigned level)
{
    const struct docs_facts *facts = facts_of(page);
    const struct docs_model *model = page->model;
    uint32_t number = number_of(page, item);

    if (facts == NULL)
        return;
    if (group_count(&model->drifts, number) > 0) {
        page_heading(page, level, "Drift");
        page_string(page, "| Environments | A promotion would | Severity | State | Cause | Since | Contracts |\n"
                          "|---|---|---|---|---|---|---|\n");
        for (uint32_t i = model->drifts.first[number]; i < model->drifts.first[number + 1]; i++)
            docs_facts_write_drift_row(page, &facts->drifts[model->drifts.members[i]]);
        page_string(page, "\n");
    }
    if (group_count(&model->rows, number) > 0) {
        page_heading(page, level, "Environments");
        docs_facts_begin_matrix(page);
        for (uint32_t i = model->rows.first[number]; i < model->rows.first[number + 1]; i++)
            docs_facts_write_matrix_row(page, &facts->rows[model->rows.members[i]]);
        page_string(page, "\nEqual letters are equal, – is not there, ? is not known.\n\n");
    }
}

/* ---------------------------------------------------------------- history */

void docs_facts_begin_changes(struct page *page)
{
    page_string(page, "| When (UTC) | Where | What | Who |\n|---|---|---|---|\n");
}

static void write_value(struct page *page, bool is_there, struct text value)
{
    if (is_there)
        markdown_code(page->output, value, VALUE_COLUMNS);
    else
        page_string(page, "none");
}

static void write_what(struct page *page, const struct docs_change *change)
{
    page_printf(page, "%s ", change->effect);
    docs_facts_write_object(page, change->kind, change->object);
    if (change->renamed_from.length > 0) {
        page_string(page, " from ");
        page_code(page, change->renamed_from);
    }
    for (size_t i = 0; i < change->attribute_count; i++) {
        const struct docs_attribute_change *attribute = &change->attributes[i];

        page_string(page, "<br>");
        page_title_of(page, attribute->name);
        page_string(page, ": ");
        write_value(page, attribute->had, attribute->before);
        page_string(page, " → ");
        write_value(page, attribute->has, attribute->after);
    }
    if (change->statement.length > 0) {
        page_string(page, "<br>");
        markdown_code(page->output, change->statement, STATEMENT_COLUMNS);
    }
}

void docs_facts_write_change(struct page *page, const struct docs_change *change)
{
    page_string(page, "| ");
    page_time(page, change->at);
    page_string(page, " | ");
    page_text(page, change->environment);
    page_string(page, "/");
    page_text(page, change->instance);
    page_string(page, " | ");
    write_what(page, change);
    page_string(page, " | ");
    docs_facts_write_actor(page, &change->who);
    page_string(page, " |\n");
}

void docs_facts_write_history(struct page *page, const struct docs_item *item, unsigned level)
{
    const struct docs_facts *facts = facts_of(page);
    const struct docs_group *group = &page->model->changes;
    uint32_t number = number_of(page, item), count;

    if (facts == NULL || (count = group_count(group, number)) == 0)
        return;
    page_heading(page, level, "History");
    docs_facts_begin_changes(page);
    for (uint32_t i = 0; i < count && i < CHANGES_SHOWN; i++)
        docs_facts_write_change(page, &facts->changes[group->members[group->first[number] + i]]);
    page_string(page, "\n");
    if (count > CHANGES_SHOWN)
        page_printf(page, "The newest %u of %u changes; `driftline history` has all.\n\n", CHANGES_SHOWN, count);
}
