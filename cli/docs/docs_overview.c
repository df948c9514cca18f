#include "docs/docs_overview.h"

#include <stdlib.h>

#include "docs/docs_diagram.h"
#include "docs/docs_fact_pages.h"
#include "docs/docs_markdown.h"

static const char doing[] = "measuring the schema";

enum { LIST_LIMIT = 25, TOP = 10 };

/* ---------------------------------------------------------------- what it is */

static void write_row(struct page *page, const char *name, struct text value)
{
    if (value.length == 0)
        return;
    page_printf(page, "| %s | ", name);
    page_code(page, value);
    page_string(page, " |\n");
}

static void write_source(struct page *page)
{
    const struct snapshot *snapshot = page->model->catalogue.snapshot;
    char root[HASH_HEX_SIZE];

    hash_to_hex(&snapshot->root, root);
    page_string(page, "| | |\n|---|---|\n");
    write_row(page, "Engine", snapshot->info.engine);
    write_row(page, "Version", snapshot->info.server_version);
    write_row(page, "Root", text_from(root));
    page_string(page, "\n");
}

static void write_gaps(struct page *page)
{
    const struct snapshot *snapshot = page->model->catalogue.snapshot;

    if (snapshot->gap_count == 0)
        return;
    page_string(page,
                "!!! warning \"Not everything is here\"\n    What is listed was not read, or is not said by whoever "
                "wrote this schema down. It may be there all the same.\n\n");
    for (uint32_t i = 0; i < snapshot->gap_count && i < LIST_LIMIT; i++) {
        page_printf(page, "    - %s ", kind_facts(snapshot->gaps[i].kind)->plural);
        if (snapshot->gaps[i].object.length > 0)
            page_code(page, snapshot->gaps[i].object);
        page_string(page, ": ");
        page_text(page, snapshot->gaps[i].reason);
        page_string(page, "\n");
    }
    if (snapshot->gap_count > LIST_LIMIT)
        page_printf(page, "    - and %u more\n", snapshot->gap_count - LIST_LIMIT);
    page_string(page, "\n");
}

/* ---------------------------------------------------------------- figures */

static void write_schema_link(struct page *page, const struct docs_schema *schema)
{
    page_link(page, schema->name.length == 0 ? TEXT("(in no schema)") : schema->name, schema->page, TEXT(""));
}

static void write_kinds(struct page *page)
{
    const struct docs_model *model = page->model;

    page_heading(page, 2, "Figures");
    page_string(page, "| Kind | How many | With a comment |\n|---|--:|--:|\n");
    for (size_t i = 0; i < kind_table_count; i++) {
        uint32_t count = model->catalogue.statistics.counts[kind_table[i].kind];
        struct docs_counts comments = model->coverage.kinds[kind_table[i].kind];

        if (count == 0)
            continue;
        page_string(page, "| ");
        page_title_of(page, text_from(kind_table[i].plural));
        page_string(page, " | ");
        page_number(page, count);
        if (comments.total > 0)
            page_printf(page, " | %u %% |\n", docs_coverage_percent(comments));
        else
            page_string(page, " | |\n");
    }
    page_string(page, "\n");
}

static void write_schemas(struct page *page)
{
    static const enum kind kinds[] = {KIND_TABLE,       KIND_VIEW,  KIND_FUNCTION, KIND_ENUM,
                                      KIND_FOREIGN_KEY, KIND_INDEX, KIND_TRIGGER};
    const struct docs_catalogue *catalogue = &page->model->catalogue;

    page_heading(page, 2, "Schemas");
    page_string(
        page,
        "| Schema | Comment | Objects | Tables | Views | Functions | Enums | Foreign keys | Indexes | Triggers |\n"
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (uint32_t i = 0; i < catalogue->schema_count; i++) {
        const struct docs_schema *schema = docs_schema_in_order(catalogue, i);
        const uint32_t *counts = catalogue->statistics.schemas[schema - catalogue->schemas].counts;

        page_string(page, "| ");
        write_schema_link(page, schema);
        page_string(page, " | ");
        if (schema->item != DOCS_NOWHERE)
            page_text(page, docs_attribute(&catalogue->items[schema->item], "comment"));
        page_string(page, " | ");
        page_number(page, schema->item_count);
        for (size_t j = 0; j < LENGTH_OF(kinds); j++) {
            page_string(page, " | ");
            if (counts[kinds[j]] > 0)
                page_number(page, counts[kinds[j]]);
        }
        page_string(page, " |\n");
    }
    page_string(page, "\n");
}

/* ---------------------------------------------------------------- what is entangled */

/* A table and a figure of it. */
struct ranked {
    uint32_t item;
    uint32_t figure;
};

static int compare_ranks(const void *a, const void *b)
{
    const struct ranked *first = a;
    const struct ranked *second = b;

    if (first->figure != second->figure)
        return first->figure > second->figure ? -1 : 1;
    return (first->item > second->item) - (first->item < second->item);
}

typedef uint32_t (*figure_of)(const struct docs_model *model, uint32_t item);

static uint32_t columns_of(const struct docs_model *model, uint32_t item)
{
    return docs_part_count(&model->catalogue.items[item], KIND_COLUMN);
}

static uint32_t indexes_of(const struct docs_model *model, uint32_t item)
{
    return docs_part_count(&model->catalogue.items[item], KIND_INDEX);
}

static uint32_t keys_to(const struct docs_model *model, uint32_t item)
{
    return docs_bonds_count(docs_bonds_to(&model->references, item), BOND_FOREIGN_KEY);
}

static uint32_t keys_from(const struct docs_model *model, uint32_t item)
{
    return docs_bonds_count(docs_bonds_from(&model->references, item), BOND_FOREIGN_KEY);
}

static uint32_t definitions_of(const struct docs_model *model, uint32_t item)
{
    return docs_bonds_count(docs_bonds_to(&model->references, item), BOND_DEFINITION);
}

/* The tables with the greatest figures. */
static enum error_code write_top(struct page *page, const char *title, const char *heading, figure_of figure,
                                 struct arena *scratch, struct error *error)
{
    const struct docs_catalogue *catalogue = &page->model->catalogue;
    struct ranked *ranks = arena_array(scratch, catalogue->item_count, sizeof *ranks);
    size_t count = 0;

    if (ranks == NULL)
        return arena_error(scratch, error, doing);
    for (uint32_t i = 0; i < catalogue->item_count; i++) {
        enum kind kind = catalogue->items[i].kind;

        if (kind != KIND_TABLE && kind != KIND_FOREIGN_TABLE)
            continue;
        ranks[count] = (struct ranked){i, figure(page->model, i)};
        count += ranks[count].figure > 0;
    }
    if (count == 0)
        return ERROR_NONE;
    qsort(ranks, count, sizeof *ranks, compare_ranks);
    page_heading(page, 3, title);
    page_printf(page, "| Table | %s |\n|---|--:|\n", heading);
    for (size_t i = 0; i < count && i < TOP; i++) {
        page_string(page, "| ");
        page_item_link(page, ranks[i].item);
        page_printf(page, " | %u |\n", ranks[i].figure);
    }
    page_string(page, "\n");
    return ERROR_NONE;
}

static void write_chain(struct page *page, const struct statistics *statistics)
{
    if (statistics->chain_length == 0)
        return;
    page_printf(page, "- The longest way along foreign keys leads through %u tables: ", statistics->chain_length);
    for (uint32_t i = 0; i < statistics->chain_length && i < LIST_LIMIT; i++) {
        page_string(page, i == 0 ? "" : " → ");
        page_relation(page, statistics->chain[i]);
    }
    page_string(page, statistics->chain_length > LIST_LIMIT ? " → …\n" : "\n");
}

static void write_cycles(struct page *page, const struct statistics *statistics)
{
    uint32_t i = 0;

    if (statistics->cycle_count == 0) {
        page_string(page, "- No tables refer to each other in a circle.\n");
        return;
    }
    page_printf(page, "- Tables that refer to each other in a circle: %u circle%s.\n", statistics->cycle_count,
                statistics->cycle_count == 1 ? "" : "s");
    for (uint32_t cycle = 0; cycle < statistics->cycle_count && cycle < TOP; cycle++) {
        uint32_t written = 0;

        page_string(page, "    - ");
        for (; i < statistics->cycle_members && statistics->cycle_of[i] == cycle; i++, written++)
            if (written < LIST_LIMIT) {
                page_string(page, written == 0 ? "" : ", ");
                page_relation(page, statistics->cycles[i]);
            }
        page_string(page, written > LIST_LIMIT ? " …\n" : "\n");
    }
}

static void write_keyless(struct page *page, const struct statistics *statistics)
{
    page_printf(page, "- Tables without primary key: %u.", statistics->tables_without_key_count);
    for (uint32_t i = 0; i < statistics->tables_without_key_count && i < LIST_LIMIT; i++) {
        page_string(page, i == 0 ? " " : ", ");
        page_relation(page, statistics->tables_without_key[i]);
    }
    page_string(page, statistics->tables_without_key_count > LIST_LIMIT ? " …\n" : "\n");
}

static enum error_code write_complexity(struct page *page, struct arena *scratch, struct error *error)
{
    static const struct {
        const char *title;
        const char *heading;
        figure_of figure;
    } tops[] = {
        {"Most referred to", "Foreign keys to it", keys_to},
        {"Most dependent", "Foreign keys of it", keys_from},
        {"Most used by code", "Definitions", definitions_of},
        {"Widest", "Columns", columns_of},
        {"Most indexed", "Indexes", indexes_of},
    };
    const struct statistics *statistics = &page->model->catalogue.statistics;

    page_heading(page, 2, "Complexity");
    write_chain(page, statistics);
    write_cycles(page, statistics);
    page_printf(page, "- Foreign keys of a table to itself: %u.\n", statistics->self_references);
    page_printf(page, "- Foreign keys to tables that are not here: %u.\n", statistics->foreign_keys_outside);
    write_keyless(page, statistics);
    page_string(page, "\n");
    for (size_t i = 0; i < LENGTH_OF(tops); i++)
        if (write_top(page, tops[i].title, tops[i].heading, tops[i].figure, scratch, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

enum error_code docs_overview_write(struct page *page, struct arena *scratch, struct error *error)
{
    page_string(page, "# ");
    page_text(page, page->model->input.title);
    page_string(page, "\n\n");
    write_source(page);
    write_gaps(page);
    write_schemas(page);
    write_kinds(page);
    return write_complexity(page, scratch, error);
}

/* ---------------------------------------------------------------- how changes travel */

static const char flow_of_changes[] = "``` mermaid\n"
                                      "flowchart LR\n"
                                      "    people[\"People and migrations\"] --> database[(\"Database\")]\n"
                                      "    database -->|\"read, and noticed\"| agent[\"driftline-agent\"]\n"
                                      "    agent -->|\"what changed\"| collector[\"driftline-collector\"]\n"
                                      "    collector --> history[(\"History\")]\n"
                                      "    collector -->|\"compared\"| drift[\"Drift and gate\"]\n"
                                      "    drift -->|\"events\"| told[\"Notifications\"]\n"
                                      "    drift -->|\"regenerated\"| docs[\"This documentation\"]\n"
                                      "    docs -->|\"pull request\"| repository[\"Repository\"]\n"
                                      "    repository -->|\"migrations\"| people\n"
                                      "```\n\n";

enum error_code docs_architecture_write(struct page *page, struct arena *scratch, struct error *error)
{
    page_heading(page, 1, "Architecture");
    page_heading(page, 2, "How a change travels");
    page_string(page,
                "This documentation is made of the schema as the database has it, not of what somebody meant it to "
                "be. A change that is made in the database, by a migration or by hand, comes here by itself.\n\n");
    page_string(page, flow_of_changes);
    if (page->model->input.facts != NULL) {
        page_heading(page, 2, "Environments");
        page_string(page,
                    "The way a change takes from one environment to the next, and whether they are alike now:\n\n");
        docs_facts_write_flow(page);
    }
    return docs_diagram_schemas(page, scratch, error);
}

/* ---------------------------------------------------------------- comments */

struct bare {
    struct page *page;
    const struct docs_item *last;
    uint32_t listed;
};

enum { BARE_SHOWN = 500 };

/* One line an object, with the parts that have none behind it. */
static void list_bare(void *context, const struct docs_item *item, const struct part *part)
{
    struct bare *bare = context;
    struct page *page = bare->page;

    if (item != bare->last) {
        bare->listed++;
        if (bare->listed > BARE_SHOWN)
            return;
        page_string(page, bare->last == NULL ? "- " : "\n- ");
        page_item_link(page, (uint32_t)(item - page->model->catalogue.items));
        page_string(page, ": ");
        bare->last = item;
    } else if (bare->listed > BARE_SHOWN) {
        return;
    } else {
        page_string(page, ", ");
    }
    if (part == NULL)
        page_string(page, "itself");
    else
        page_code(page, part->name);
}

void docs_coverage_write(struct page *page)
{
    const struct docs_model *model = page->model;
    struct docs_counts usual = docs_coverage_sum(&model->coverage, docs_coverage_usual());
    struct bare bare = {.page = page};

    page_heading(page, 1, "Comments");
    page_printf(page, "Of tables and their columns %u of %u have a comment: %u %%.\n\n", usual.commented, usual.total,
                docs_coverage_percent(usual));
    page_string(page, "| Kind | With | Of | |\n|---|--:|--:|--:|\n");
    for (size_t i = 0; i < kind_table_count; i++) {
        struct docs_counts counts = model->coverage.kinds[kind_table[i].kind];

        if (counts.total == 0)
            continue;
        page_string(page, "| ");
        page_title_of(page, text_from(kind_table[i].plural));
        page_printf(page, " | %u | %u | %u %% |\n", counts.commented, counts.total, docs_coverage_percent(counts));
    }
    page_string(page, "\n");
    if (usual.commented == usual.total)
        return;
    page_heading(page, 2, "Tables and columns without a comment");
    docs_coverage_bare(&model->catalogue, docs_coverage_usual(), list_bare, &bare);
    page_string(page, "\n\n");
    if (bare.listed > BARE_SHOWN)
        page_string(page, "These are not all; `driftline docs --coverage` lists every one.\n\n");
}
