#include "docs/docs_schema_page.h"

#include "docs/docs_diagram.h"
#include "docs/docs_fact_objects.h"
#include "docs/docs_object.h"
#include "docs/docs_parts.h"

const struct docs_collection_facts docs_collections[COLLECTION_COUNT] = {
    [COLLECTION_TYPES] = {"types.md", "Types"},
    [COLLECTION_SEQUENCES] = {"sequences.md", "Sequences"},
    [COLLECTION_OTHERS] = {"objects.md", "Other objects"},
};

static const struct docs_item *item_of(const struct docs_model *model, uint32_t number)
{
    return &model->catalogue.items[number];
}

/* Where an object is described that has no page of its own; COLLECTION_COUNT: it has one. */
static enum docs_collection collection_of(const struct docs_schema *schema, const struct docs_item *item)
{
    if (schema->folder.length == 0)
        return COLLECTION_OTHERS;
    if (docs_kind_has_page(item->kind))
        return COLLECTION_COUNT;
    if (item->kind == KIND_SEQUENCE)
        return COLLECTION_SEQUENCES;
    return docs_kind_is_type(item->kind) ? COLLECTION_TYPES : COLLECTION_OTHERS;
}

bool docs_collection_has(const struct docs_model *model, const struct docs_schema *schema,
                         enum docs_collection collection)
{
    for (uint32_t i = 0; i < schema->item_count; i++)
        if (collection_of(schema, item_of(model, schema->items[i])) == collection)
            return true;
    return false;
}

/* ---------------------------------------------------------------- lists */

static void write_relation(struct page *page, uint32_t number)
{
    const struct docs_model *model = page->model;
    const struct docs_item *item = item_of(model, number);

    page_string(page, "| ");
    page_item_link_short(page, number);
    page_printf(page, " | %u | %u | %u | ", docs_part_count(item, KIND_COLUMN),
                docs_bonds_count(docs_bonds_from(&model->references, number), BOND_FOREIGN_KEY),
                docs_bonds_to(&model->references, number).count);
    page_text(page, docs_attribute(item, "comment"));
    docs_facts_write_badges(page, item);
    page_string(page, " |\n");
}

static void write_routine(struct page *page, uint32_t number)
{
    const struct docs_item *item = item_of(page->model, number);

    page_string(page, "| ");
    page_item_link_short(page, number);
    page_string(page, " | ");
    if (docs_attribute(item, "returns").length > 0)
        page_expression(page, docs_attribute(item, "returns"));
    page_string(page, " | ");
    page_text(page, docs_attribute(item, "language"));
    page_string(page, " | ");
    page_text(page, docs_attribute(item, "comment"));
    docs_facts_write_badges(page, item);
    page_string(page, " |\n");
}

static void write_other(struct page *page, uint32_t number)
{
    const struct docs_item *item = item_of(page->model, number);

    page_string(page, "| ");
    page_item_link_short(page, number);
    page_string(page, " | ");
    page_text(page, docs_attribute(item, "comment"));
    docs_facts_write_badges(page, item);
    page_string(page, " |\n");
}

static void begin_list(struct page *page, enum kind kind)
{
    page_string(page, page->single ? "### " : "## ");
    page_title_of(page, text_from(kind_facts(kind)->plural));
    page_string(page, "\n\n");
    if (docs_kind_is_relation(kind))
        page_string(page, "| Name | Columns | Foreign keys | Referred to by | Comment |\n|---|--:|--:|--:|---|\n");
    else if (docs_kind_is_routine(kind))
        page_string(page, "| Name | Returns | Language | Comment |\n|---|---|---|---|\n");
    else
        page_string(page, "| Name | Comment |\n|---|---|\n");
}

/* All objects of a schema by kind, a line each; in the order of the catalogue kinds stand together. Sequences are on
 * their page alone. */
static void write_lists(struct page *page, const struct docs_schema *schema)
{
    enum kind last = KIND_NONE;

    for (uint32_t i = 0; i < schema->item_count; i++) {
        enum kind kind = item_of(page->model, schema->items[i])->kind;

        if (kind == KIND_SEQUENCE)
            continue;
        if (kind != last) {
            page_string(page, last == KIND_NONE ? "" : "\n");
            begin_list(page, kind);
        }
        last = kind;
        if (docs_kind_is_relation(kind))
            write_relation(page, schema->items[i]);
        else if (docs_kind_is_routine(kind))
            write_routine(page, schema->items[i]);
        else
            write_other(page, schema->items[i]);
    }
    page_string(page, last == KIND_NONE ? "" : "\n");
}

/* ---------------------------------------------------------------- the page of a schema */

/* `3 tables · 1 view`. */
static void write_counts(struct page *page, const struct docs_schema *schema)
{
    const struct docs_catalogue *catalogue = &page->model->catalogue;
    const uint32_t *counts = catalogue->statistics.schemas[schema - catalogue->schemas].counts;
    bool begun = false;

    for (size_t i = 0; i < kind_table_count; i++) {
        enum kind kind = kind_table[i].kind;

        if (kind_table[i].is_part || kind == KIND_SCHEMA || counts[kind] == 0)
            continue;
        page_string(page, begun ? " · " : "");
        page_count(page, counts[kind], kind);
        begun = true;
    }
    page_string(page, begun ? "\n\n" : "The schema is empty.\n\n");
}

static void write_collection_links(struct page *page, const struct docs_schema *schema)
{
    bool begun = false;

    for (int i = 0; i < COLLECTION_COUNT; i++) {
        CLEANUP(buffer_clear) struct buffer path;

        buffer_init(&path);
        if (!docs_collection_has(page->model, schema, (enum docs_collection)i))
            continue;
        buffer_add_text(&path, schema->folder);
        buffer_add_string(&path, docs_collections[i].file);
        page_string(page, begun ? " · " : "In full: ");
        page_link(page, text_from(docs_collections[i].title), buffer_text(&path), TEXT(""));
        page->output->failed = page->output->failed || path.failed;
        begun = true;
    }
    page_string(page, begun ? "\n\n" : "");
}

enum error_code docs_schema_write(struct page *page, const struct docs_schema *schema, struct arena *scratch,
                                  struct error *error)
{
    static const char *const shown[] = {"comment", NULL};

    if (page->single) {
        page_string(page, "<a id=\"");
        page_place(page, page->path, TEXT(""));
        page_string(page, "\"></a>\n\n");
    }
    page_string(page, page->single ? "## " : "# ");
    page_text(page, schema->name);
    page_string(page, "\n\n");
    write_counts(page, schema);
    if (schema->item != DOCS_NOWHERE) {
        page_comment(page, docs_attribute(item_of(page->model, schema->item), "comment"));
        docs_facts_write_drift(page, item_of(page->model, schema->item), 2);
    }
    write_collection_links(page, schema);
    if (docs_diagram_schema(page, schema, scratch, error) != ERROR_NONE)
        return error->code;
    write_lists(page, schema);
    if (schema->item != DOCS_NOWHERE) {
        docs_attributes_write(page, item_of(page->model, schema->item), 2, shown);
        docs_facts_write_history(page, item_of(page->model, schema->item), 2);
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- pages of many things */

static enum error_code write_each(struct page *page, const uint32_t *items, uint32_t count, struct arena *scratch,
                                  struct error *error)
{
    enum kind last = KIND_NONE;

    for (uint32_t i = 0; i < count; i++) {
        enum kind kind = item_of(page->model, items[i])->kind;

        if (kind != last) {
            page_string(page, page->single ? "### " : "## ");
            page_title_of(page, text_from(kind_facts(kind)->plural));
            page_string(page, "\n\n");
        }
        last = kind;
        if (docs_object_write(page, items[i], 3, scratch, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code docs_collection_write(struct page *page, const struct docs_schema *schema,
                                      enum docs_collection collection, struct arena *scratch, struct error *error)
{
    uint32_t *items = arena_array(scratch, schema->item_count, sizeof *items);
    uint32_t count = 0;

    if (items == NULL)
        return arena_error(scratch, error, "listing what is in a schema");
    for (uint32_t i = 0; i < schema->item_count; i++)
        if (collection_of(schema, item_of(page->model, schema->items[i])) == collection)
            items[count++] = schema->items[i];
    page_string(page, page->single ? "## " : "# ");
    if (schema->folder.length == 0) {
        page_string(page, "In no schema");
    } else {
        page_printf(page, "%s of ", docs_collections[collection].title);
        page_text(page, schema->name);
    }
    page_string(page, "\n\n");
    if (collection != COLLECTION_SEQUENCES)
        return write_each(page, items, count, scratch, error);
    docs_object_write_lines(page, items, count);
    return ERROR_NONE;
}
