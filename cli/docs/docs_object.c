#include "docs/docs_object.h"

#include "docs/docs_diagram.h"
#include "docs/docs_fact_objects.h"
#include "docs/docs_markdown.h"
#include "docs/docs_parts.h"

enum { USERS_SHOWN = 200 };

/* What is not among the attributes below, since it stands somewhere else. */
static const char *const shown_elsewhere[] = {"comment", "owner", "column_order", "definition", "body", "labels", NULL};
static const char *const shown_of_routines[] = {"comment", "owner", "definition", "body", "arguments", "returns", NULL};
static const char *const shown_of_lines[] = {"comment",         "type", "start", "increment", "owned_by",
                                             "owned_by_column", NULL};

/* ---------------------------------------------------------------- head */

/* "table of the schema shop", with links to where it belongs. */
static void write_lead(struct page *page, const struct docs_item *item)
{
    const struct docs_schema *schema = &page->model->catalogue.schemas[item->schema];

    for (const char *at = kind_name(item->kind); *at != '\0'; at++)
        buffer_add_byte(page->output, (uint8_t)(*at == '_' ? ' ' : at == kind_name(item->kind) ? *at & ~0x20 : *at));
    if (item->kind != KIND_SCHEMA && schema->folder.length > 0) {
        page_string(page, " in ");
        page_link(page, schema->name, schema->page, TEXT(""));
    }
    page_string(page, " of ");
    page_link(page, page->model->input.title, TEXT("index.md"), TEXT(""));
    if (docs_attribute(item, "owner").length > 0) {
        page_string(page, ", owned by ");
        page_code(page, docs_attribute(item, "owner"));
    }
    docs_facts_write_badges(page, item);
    page_string(page, "\n\n");
}

/* ---------------------------------------------------------------- definitions */

/* What Pygments calls a language; unknown ones are shown without colours. */
static const char *lexer_of(struct text language)
{
    static const char *const lexers[][2] = {
        {"sql", "sql"},           {"plpgsql", "plpgsql"}, {"c", "text"},       {"plpython3u", "python"},
        {"plpython2u", "python"}, {"plperl", "perl"},     {"plperlu", "perl"}, {"pltcl", "tcl"},
        {"plv8", "javascript"},   {"plr", "r"},           {"pllua", "lua"},    {"plrust", "rust"},
    };

    for (size_t i = 0; i < LENGTH_OF(lexers); i++)
        if (text_equal(language, text_from(lexers[i][0])))
            return lexers[i][1];
    return language.length == 0 ? "sql" : "text";
}

static void write_definition(struct page *page, const struct docs_item *item, unsigned level)
{
    static const char *const names[] = {"definition", "body"};
    static const char *const titles[] = {"Definition", "Body"};

    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        struct text definition = docs_attribute(item, names[i]);

        if (definition.length == 0)
            continue;
        page_heading(page, level, titles[i]);
        markdown_block(page->output, lexer_of(docs_attribute(item, "language")), definition);
        page_string(page, "\n");
    }
}

static void write_signature(struct page *page, const struct docs_item *item, unsigned level)
{
    CLEANUP(buffer_clear) struct buffer signature;

    buffer_init(&signature);
    if (!docs_kind_is_routine(item->kind))
        return;
    buffer_add_string(&signature, kind_name(item->kind));
    buffer_add_byte(&signature, ' ');
    for (uint32_t i = 0; i < item->entry->path.count && i < 2; i++) {
        buffer_add_string(&signature, i == 0 ? "" : ".");
        identifier_write(&signature, item->entry->path.elements[i]);
    }
    buffer_add_byte(&signature, '(');
    buffer_add_text(&signature, docs_attribute(item, "arguments"));
    buffer_add_byte(&signature, ')');
    if (docs_attribute(item, "returns").length > 0) {
        buffer_add_string(&signature, "\n    returns ");
        buffer_add_text(&signature, docs_attribute(item, "returns"));
    }
    page_heading(page, level, "Signature");
    markdown_block(page->output, "sql", buffer_text(&signature));
    page_string(page, "\n");
    page->output->failed = page->output->failed || signature.failed;
}

static void write_labels(struct page *page, const struct docs_item *item, unsigned level)
{
    const struct attribute *labels =
        attribute_find(item->object->attributes, item->object->attribute_count, TEXT("labels"));

    if (labels == NULL)
        return;
    page_heading(page, level, "Labels");
    for (uint32_t i = 0; i < labels->count; i++) {
        page_printf(page, "%u. ", i + 1);
        page_code(page, labels->items[i]);
        page_string(page, "\n");
    }
    page_string(page, labels->count == 0 ? "None.\n\n" : "\n");
}

/* ---------------------------------------------------------------- references */

static const char *const bond_from[BOND_COUNT] = {
    [BOND_FOREIGN_KEY] = "foreign key", [BOND_PARENT] = "made of it", [BOND_OWNED] = "counts for it",
    [BOND_TYPE] = "has it as type",     [BOND_TRIGGER] = "calls it",  [BOND_DEFINITION] = "names it",
};
static const char *const bond_to[BOND_COUNT] = {
    [BOND_FOREIGN_KEY] = "foreign key", [BOND_PARENT] = "parent",    [BOND_OWNED] = "counts for", [BOND_TYPE] = "type",
    [BOND_TRIGGER] = "calls",           [BOND_DEFINITION] = "names",
};

static void write_reference(struct page *page, const struct docs_reference *reference, uint32_t other,
                            const char *const *words)
{
    const struct docs_item *item = &page->model->catalogue.items[other];

    page_string(page, "| ");
    page_item_link(page, other);
    page_string(page, " | ");
    for (const char *at = kind_name(item->kind); *at != '\0'; at++)
        buffer_add_byte(page->output, (uint8_t)(*at == '_' ? ' ' : *at));
    page_printf(page, " | %s | ", words[reference->bond]);
    if (reference->part != NULL && reference->bond != BOND_DEFINITION)
        page_code(page, reference->part->name);
    page_string(page, " |\n");
}

static void begin_references(struct page *page, unsigned level, const char *title)
{
    page_heading(page, level, title);
    page_string(page, "| Object | Kind | How | By |\n|---|---|---|---|\n");
}

static void write_incoming(struct page *page, uint32_t number, unsigned level)
{
    struct docs_bonds bonds = docs_bonds_to(&page->model->references, number);

    if (bonds.count == 0)
        return;
    begin_references(page, level, "Referred to by");
    for (uint32_t i = 0; i < bonds.count && i < USERS_SHOWN; i++)
        write_reference(page, &bonds.items[i], bonds.items[i].from, bond_from);
    page_string(page, "\n");
    if (bonds.count > USERS_SHOWN)
        page_printf(page, "And %u more.\n\n", bonds.count - USERS_SHOWN);
}

/* What stands in other tables of the page is left out: foreign keys, types of columns, functions of triggers. */
static bool is_listed(const struct docs_reference *reference)
{
    return reference->part == NULL || reference->bond == BOND_DEFINITION;
}

static void write_outgoing(struct page *page, uint32_t number, unsigned level)
{
    struct docs_bonds bonds = docs_bonds_from(&page->model->references, number);
    bool begun = false;

    for (uint32_t i = 0; i < bonds.count; i++) {
        if (!is_listed(&bonds.items[i]))
            continue;
        if (!begun)
            begin_references(page, level, "Refers to");
        begun = true;
        write_reference(page, &bonds.items[i], bonds.items[i].to, bond_to);
    }
    page_string(page, begun ? "\n" : "");
}

/* ---------------------------------------------------------------- whole objects */

enum error_code docs_object_write(struct page *page, uint32_t number, unsigned level, struct arena *scratch,
                                  struct error *error)
{
    const struct docs_item *item = &page->model->catalogue.items[number];

    page_item_heading(page, level, item);
    write_lead(page, item);
    page_comment(page, docs_attribute(item, "comment"));
    docs_gaps_write(page, item);
    docs_facts_write_drift(page, item, level + 1);
    docs_columns_write(page, item, level + 1);
    write_labels(page, item, level + 1);
    write_signature(page, item, level + 1);
    write_definition(page, item, level + 1);
    if (docs_kind_is_relation(item->kind) && docs_diagram_table(page, number, scratch, error) != ERROR_NONE)
        return error->code;
    docs_parts_write(page, item, level + 1);
    write_incoming(page, number, level + 1);
    write_outgoing(page, number, level + 1);
    docs_attributes_write(page, item, level + 1,
                          docs_kind_is_routine(item->kind) ? shown_of_routines : shown_elsewhere);
    docs_facts_write_history(page, item, level + 1);
    return ERROR_NONE;
}

static void write_line(struct page *page, const struct docs_item *item)
{
    const struct object *object = item->object;

    page_string(page, "| <a id=\"");
    if (page->single)
        page_place(page, item->page, item->anchor);
    else
        buffer_add_text(page->output, item->anchor);
    page_string(page, "\"></a>");
    page_text(page, item->name);
    page_string(page, " | ");
    for (const char *const *name = shown_of_lines + 1; name < shown_of_lines + 4; name++) {
        docs_value_write(page, attribute_find(object->attributes, object->attribute_count, text_from(*name)));
        page_string(page, " | ");
    }
    if (docs_attribute(item, "owned_by").length > 0)
        page_relation(page, docs_attribute(item, "owned_by"));
    if (docs_attribute(item, "owned_by_column").length > 0) {
        page_string(page, " ");
        page_code(page, docs_attribute(item, "owned_by_column"));
    }
    page_string(page, " | ");
    docs_details_write(page, object->attributes, object->attribute_count, shown_of_lines);
    page_string(page, " | ");
    page_text(page, docs_attribute(item, "comment"));
    docs_facts_write_badges(page, item);
    page_string(page, " |\n");
}

void docs_object_write_lines(struct page *page, const uint32_t *items, uint32_t count)
{
    page_string(
        page, "| Name | Type | Start | Increment | Counts for | Further | Comment |\n|---|---|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < count; i++)
        write_line(page, &page->model->catalogue.items[items[i]]);
    page_string(page, "\n");
}
