#include "docs/docs_parts.h"

#include "docs/docs_markdown.h"

static bool is_one_of(struct text name, const char *const *names)
{
    for (; names != NULL && *names != NULL; names++)
        if (text_equal(name, text_from(*names)))
            return true;
    return false;
}

static struct text value_of(const struct part *part, const char *name)
{
    return attribute_value(part->attributes, part->attribute_count, text_from(name));
}

static const struct attribute *attribute_of(const struct part *part, const char *name)
{
    return attribute_find(part->attributes, part->attribute_count, text_from(name));
}

/* The part's bond of a sort, or DOCS_NOWHERE. */
static uint32_t bond_of(const struct page *page, const struct docs_item *item, const struct part *part,
                        enum docs_bond bond)
{
    const struct docs_model *model = page->model;
    struct docs_bonds bonds = docs_bonds_from(&model->references, (uint32_t)(item - model->catalogue.items));

    for (uint32_t i = 0; i < bonds.count; i++)
        if (bonds.items[i].bond == bond && bonds.items[i].part == part)
            return bonds.items[i].to;
    return DOCS_NOWHERE;
}

/* ---------------------------------------------------------------- values */

void docs_value_write(struct page *page, const struct attribute *attribute)
{
    if (attribute == NULL)
        return;
    if (text_equal(attribute->name, TEXT("comment")) || text_equal(attribute->name, TEXT("index_comment"))) {
        page_text(page, attribute->items[0]);
        return;
    }
    for (uint32_t i = 0; i < attribute->count; i++) {
        page_string(page, i == 0 ? "" : ", ");
        page_expression(page, attribute->items[i]);
    }
}

void docs_details_write(struct page *page, const struct attribute *attributes, uint32_t count, const char *const *shown)
{
    bool begun = false;

    for (uint32_t i = 0; i < count; i++) {
        if (is_one_of(attributes[i].name, shown))
            continue;
        page_string(page, begun ? "<br>" : "");
        page_title_of(page, attributes[i].name);
        page_string(page, ": ");
        docs_value_write(page, &attributes[i]);
        begun = true;
    }
}

static bool has_details(const struct attribute *attributes, uint32_t count, const char *const *shown)
{
    for (uint32_t i = 0; i < count; i++)
        if (!is_one_of(attributes[i].name, shown))
            return true;
    return false;
}

/* ---------------------------------------------------------------- columns */

static const char *const column_shown[] = {"type", "nullable", "default", "generated", "identity", "comment", NULL};

/* What a table of columns needs besides the usual. */
struct column_table {
    const struct docs_item *item;
    bool keys;
    bool details;
    bool comments;
};

static bool names_column(const struct part *part, struct text column)
{
    const struct attribute *columns = attribute_of(part, "columns");

    for (uint32_t i = 0; columns != NULL && i < columns->count; i++)
        if (text_equal(columns->items[i], column))
            return true;
    return false;
}

static void write_keys(struct page *page, const struct object *object, struct text column)
{
    bool begun = false;

    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];

        if ((part->kind != KIND_PRIMARY_KEY && part->kind != KIND_UNIQUE && part->kind != KIND_FOREIGN_KEY) ||
            !names_column(part, column))
            continue;
        page_string(page, begun ? "<br>" : "");
        begun = true;
        if (part->kind == KIND_FOREIGN_KEY) {
            page_string(page, "→ ");
            page_relation(page, value_of(part, "references"));
        } else {
            page_string(page, part->kind == KIND_PRIMARY_KEY ? "primary" : "unique");
        }
    }
}

static void write_default(struct page *page, const struct part *column)
{
    static const char *const names[] = {"default", "generated", "identity"};
    static const char *const words[] = {"", "generated: ", "identity: "};

    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        struct text value = value_of(column, names[i]);

        if (value.length == 0)
            continue;
        page_string(page, words[i]);
        page_expression(page, value);
    }
}

/* The type as code, which leads to it where it is one of this schema. */
static void write_type(struct page *page, const struct docs_item *item, const struct part *column)
{
    uint32_t type = bond_of(page, item, column, BOND_TYPE);

    page_string(page, type == DOCS_NOWHERE ? "" : "[");
    page_code(page, value_of(column, "type"));
    if (type != DOCS_NOWHERE) {
        page_string(page, "](");
        page_target(page, type);
        page_string(page, ")");
    }
}

static void write_column(struct page *page, const struct column_table *table, const struct part *column)
{
    page_string(page, "| ");
    page_code(page, column->name);
    page_string(page, " | ");
    write_type(page, table->item, column);
    page_string(page, text_equal(value_of(column, "nullable"), TEXT("no")) ? " | no | " : " | yes | ");
    write_default(page, column);
    if (table->keys) {
        page_string(page, " | ");
        write_keys(page, table->item->object, column->name);
    }
    if (table->comments) {
        page_string(page, " | ");
        page_text(page, value_of(column, "comment"));
    }
    if (table->details) {
        page_string(page, " | ");
        docs_details_write(page, column->attributes, column->attribute_count, column_shown);
    }
    page_string(page, " |\n");
}

static struct column_table examine(const struct docs_item *item)
{
    struct column_table table = {.item = item};

    for (uint32_t i = 0; i < item->object->part_count; i++) {
        const struct part *part = &item->object->parts[i];

        if (part->kind == KIND_PRIMARY_KEY || part->kind == KIND_UNIQUE || part->kind == KIND_FOREIGN_KEY)
            table.keys = true;
        if (part->kind != KIND_COLUMN)
            continue;
        table.comments = table.comments || value_of(part, "comment").length > 0;
        table.details = table.details || has_details(part->attributes, part->attribute_count, column_shown);
    }
    return table;
}

void docs_columns_write(struct page *page, const struct docs_item *item, unsigned level)
{
    const struct column_table table = examine(item);
    const struct object *object = item->object;
    const struct attribute *order = attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));

    if (docs_part_count(item, KIND_COLUMN) == 0)
        return;
    page_heading(page, level, "Columns");
    page_string(page, "| Column | Type | Null | Default |");
    page_string(page, table.keys ? " Key |" : "");
    page_string(page, table.comments ? " Comment |" : "");
    page_string(page, table.details ? " Further |" : "");
    page_string(page, "\n|---|---|---|---|");
    for (int i = 0; i < table.keys + table.details + table.comments; i++)
        page_string(page, "---|");
    page_string(page, "\n");
    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct part *column = object_part(object, KIND_COLUMN, order->items[i]);

        if (column != NULL)
            write_column(page, &table, column);
    }
    for (uint32_t i = 0; i < object->part_count; i++) /* what no order names */
        if (object->parts[i].kind == KIND_COLUMN) {
            bool ordered = false;

            for (uint32_t j = 0; order != NULL && j < order->count && !ordered; j++)
                ordered = text_equal(order->items[j], object->parts[i].name);
            if (!ordered)
                write_column(page, &table, &object->parts[i]);
        }
    page_string(page, "\n");
}

/* ---------------------------------------------------------------- other parts */

enum { COLUMN_LIMIT = 4 };

/* What the table of a kind has columns for; the rest is under `Further`. */
static const struct part_table {
    enum kind kind;
    const char *title;
    const char *headings[COLUMN_LIMIT];
    const char *attributes[COLUMN_LIMIT + 3]; /* ends with "comment" and NULL */
} part_tables[] = {
    {KIND_PRIMARY_KEY, "Primary key", {"Columns"}, {"columns", "comment"}},
    {KIND_UNIQUE, "Unique constraints", {"Columns"}, {"columns", "comment"}},
    {KIND_FOREIGN_KEY,
     "Foreign keys",
     {"Columns", "Refers to", "On delete", "On update"},
     {"columns", "references", "on_delete", "on_update", "comment", "referenced_columns"}},
    {KIND_CHECK, "Checks", {"Expression"}, {"expression", "comment"}},
    {KIND_EXCLUSION, "Exclusion constraints", {"Definition"}, {"definition", "comment"}},
    {KIND_NOT_NULL, "Not-null constraints", {"Columns"}, {"columns", "comment"}},
    {KIND_INDEX,
     "Indexes",
     {"Columns", "Method", "Unique", "Where"},
     {"columns", "method", "unique", "predicate", "comment"}},
    {KIND_TRIGGER,
     "Triggers",
     {"When", "On", "For each", "Calls"},
     {"timing", "events", "level", "function", "comment"}},
    {KIND_RULE, "Rules", {"Definition"}, {"definition", "comment"}},
    {KIND_POLICY,
     "Policies",
     {"For", "Roles", "Using", "With check"},
     {"command", "roles", "expression", "with_check", "comment"}},
};

static void write_cell(struct page *page, const struct docs_item *item, const struct part *part, const char *name)
{
    const struct attribute *referenced = attribute_of(part, "referenced_columns");
    uint32_t target;

    if (strcmp(name, "references") == 0) {
        page_relation(page, value_of(part, name));
        if (referenced != NULL) {
            page_string(page, " (");
            page_list(page, referenced->items, referenced->count);
            page_string(page, ")");
        }
        return;
    }
    target = strcmp(name, "function") == 0 ? bond_of(page, item, part, BOND_TRIGGER) : DOCS_NOWHERE;
    if (target != DOCS_NOWHERE)
        page_item_link(page, target);
    else
        docs_value_write(page, attribute_of(part, name));
}

struct part_needs {
    bool details;
    bool comments;
};

static void write_part(struct page *page, const struct docs_item *item, const struct part *part,
                       const struct part_table *table, const struct part_needs *needs)
{
    page_string(page, "| ");
    page_code(page, part->name);
    for (size_t i = 0; i < COLUMN_LIMIT && table->headings[i] != NULL; i++) {
        page_string(page, " | ");
        write_cell(page, item, part, table->attributes[i]);
    }
    if (needs->comments) {
        page_string(page, " | ");
        page_text(page, value_of(part, "comment"));
    }
    if (needs->details) {
        page_string(page, " | ");
        docs_details_write(page, part->attributes, part->attribute_count, table->attributes);
    }
    page_string(page, " |\n");
}

static void write_table(struct page *page, const struct docs_item *item, const struct part_table *table, unsigned level)
{
    struct part_needs needs = {false, false};
    size_t columns = 1;

    for (uint32_t i = 0; i < item->object->part_count; i++) {
        const struct part *part = &item->object->parts[i];

        if (part->kind != table->kind)
            continue;
        needs.details = needs.details || has_details(part->attributes, part->attribute_count, table->attributes);
        needs.comments = needs.comments || value_of(part, "comment").length > 0;
    }
    page_heading(page, level, table->title);
    page_string(page, "| Name |");
    for (; columns <= COLUMN_LIMIT && table->headings[columns - 1] != NULL; columns++)
        page_printf(page, " %s |", table->headings[columns - 1]);
    page_string(page, needs.comments ? " Comment |" : "");
    page_string(page, needs.details ? " Further |" : "");
    page_string(page, "\n|");
    for (columns += (size_t)needs.details + (size_t)needs.comments; columns > 0; columns--)
        page_string(page, "---|");
    page_string(page, "\n");
    for (uint32_t i = 0; i < item->object->part_count; i++)
        if (item->object->parts[i].kind == table->kind)
            write_part(page, item, &item->object->parts[i], table, &needs);
    page_string(page, "\n");
}

void docs_parts_write(struct page *page, const struct docs_item *item, unsigned level)
{
    for (size_t i = 0; i < LENGTH_OF(part_tables); i++)
        if (docs_part_count(item, part_tables[i].kind) > 0)
            write_table(page, item, &part_tables[i], level);
}

/* ---------------------------------------------------------------- the object itself */

static void write_attribute(struct page *page, const struct attribute *attribute)
{
    page_string(page, "| ");
    page_title_of(page, attribute->name);
    page_string(page, " | ");
    docs_value_write(page, attribute);
    page_string(page, " |\n");
}

void docs_attributes_write(struct page *page, const struct docs_item *item, unsigned level, const char *const *shown)
{
    static const char *const titles[ASPECT_COUNT] = {"Settings", "Access", "Storage"};
    const struct object *object = item->object;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        bool begun = false;

        for (uint32_t i = 0; i < object->attribute_count; i++) {
            const struct attribute *attribute = &object->attributes[i];

            if (attribute_aspect(item->kind, attribute->name) != (enum aspect)aspect ||
                is_one_of(attribute->name, shown))
                continue;
            if (!begun) {
                page_heading(page, level, titles[aspect]);
                page_string(page, "| | |\n|---|---|\n");
                begun = true;
            }
            write_attribute(page, attribute);
        }
        page_string(page, begun ? "\n" : "");
    }
}

/* ---------------------------------------------------------------- what is not known */

/* Whether a gap concerns an object: its own kind, or one of the parts that relations have. */
static bool concerns(const struct coverage_gap *gap, const struct docs_item *item)
{
    if (gap->object.length > 0)
        return text_equal(gap->object, item->path) ||
               (text_starts_with(gap->object, item->path) && gap->object.bytes[item->path.length] == '.');
    return kind_facts(gap->kind)->is_part && docs_kind_is_relation(item->kind);
}

void docs_gaps_write(struct page *page, const struct docs_item *item)
{
    const struct snapshot *snapshot = page->model->catalogue.snapshot;
    bool begun = false;

    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        const struct coverage_gap *gap = &snapshot->gaps[i];

        if (!concerns(gap, item))
            continue;
        if (!begun)
            page_string(page, "!!! warning \"Not all of it could be read\"\n");
        begun = true;
        page_printf(page, "    - %s: ", kind_facts(gap->kind)->plural);
        page_text(page, gap->reason);
        page_string(page, "\n");
    }
    page_string(page, begun ? "\n" : "");
}
