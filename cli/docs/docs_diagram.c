#include "docs/docs_diagram.h"

#include <stdlib.h>

#include "docs/docs_markdown.h"
#include "docs/docs_names.h"

static const char doing[] = "drawing tables";

/* A table that may be drawn. */
struct node {
    uint32_t item;
    uint32_t degree; /* how many references it has */
};

/* What is drawn: the chosen tables, in the order of the catalogue. */
struct drawing {
    struct page *page;
    const struct docs_model *model;
    struct node *nodes;
    uint32_t count;
    uint32_t schema; /* whose tables are called by their name alone */
    uint32_t centre; /* the table that all is about; DOCS_NOWHERE: none */
};

static const struct docs_item *item_of(const struct drawing *drawing, uint32_t number)
{
    return &drawing->model->catalogue.items[number];
}

/* ---------------------------------------------------------------- choosing */

static uint32_t degree_of(const struct docs_model *model, uint32_t item)
{
    return docs_bonds_count(docs_bonds_from(&model->references, item), BOND_FOREIGN_KEY) +
           docs_bonds_count(docs_bonds_to(&model->references, item), BOND_FOREIGN_KEY);
}

static int compare_degrees(const void *a, const void *b)
{
    const struct node *first = a;
    const struct node *second = b;

    if (first->degree != second->degree)
        return first->degree > second->degree ? -1 : 1;
    return (first->item > second->item) - (first->item < second->item);
}

static int compare_items(const void *a, const void *b)
{
    const struct node *first = a;
    const struct node *second = b;

    return (first->item > second->item) - (first->item < second->item);
}

/* Keep those with the most references, back in the order of the catalogue. */
static void choose(struct drawing *drawing, uint32_t limit)
{
    qsort(drawing->nodes, drawing->count, sizeof *drawing->nodes, compare_degrees);
    if (drawing->count > limit)
        drawing->count = limit;
    qsort(drawing->nodes, drawing->count, sizeof *drawing->nodes, compare_items);
}

static bool is_drawn(const struct drawing *drawing, uint32_t item)
{
    const struct node wanted = {.item = item};

    return bsearch(&wanted, drawing->nodes, drawing->count, sizeof wanted, compare_items) != NULL;
}

/* ---------------------------------------------------------------- tables */

static void write_entity(const struct drawing *drawing, uint32_t number)
{
    struct buffer *output = drawing->page->output;
    struct hasher *hasher = drawing->model->catalogue.hasher;
    const struct docs_item *item = item_of(drawing, number);
    const struct path *path = &item->entry->path;

    if (item->schema != drawing->schema && path->count > 1) {
        docs_entity_write(output, hasher, path->elements[0], path->elements[0]);
        buffer_add_string(output, "__");
    }
    docs_entity_write(output, hasher, path->elements[path->count > 1 ? 1 : 0], item->path);
}

static bool has_column(const struct part *part, struct text column)
{
    const struct attribute *columns = attribute_find(part->attributes, part->attribute_count, TEXT("columns"));

    for (uint32_t i = 0; columns != NULL && i < columns->count; i++)
        if (text_equal(columns->items[i], column))
            return true;
    return false;
}

/* "PK", "FK", or nothing. */
static const char *key_of(const struct object *object, struct text column)
{
    const char *key = "";

    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];

        if (part->kind == KIND_PRIMARY_KEY && has_column(part, column))
            return " PK";
        if (part->kind == KIND_FOREIGN_KEY && has_column(part, column))
            key = " FK";
    }
    return key;
}

/* Not every version of Mermaid takes brackets in a type. */
static void write_type(struct buffer *output, struct text type)
{
    bool is_list = type.length > 2 && memcmp(type.bytes + type.length - 2, "[]", 2) == 0;

    docs_word_write(output, (struct text){type.bytes, type.length - (is_list ? 2 : 0)});
    buffer_add_string(output, is_list ? "_array" : "");
}

static void write_column(const struct drawing *drawing, const struct object *object, struct text name, const char *key)
{
    const struct part *column = object_part(object, KIND_COLUMN, name);
    struct buffer *output = drawing->page->output;

    if (column == NULL)
        return;
    buffer_add_string(output, "        ");
    write_type(output, attribute_value(column->attributes, column->attribute_count, TEXT("type")));
    buffer_add_byte(output, ' ');
    docs_word_write(output, name);
    buffer_add_string(output, key);
    buffer_add_byte(output, '\n');
}

/* A table as a box: of the centre the columns, of others the keys. */
static void write_box(const struct drawing *drawing, uint32_t number)
{
    const struct object *object = item_of(drawing, number)->object;
    const struct attribute *order = attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));
    bool whole = number == drawing->centre;
    uint32_t limit = whole ? DIAGRAM_COLUMNS : DIAGRAM_KEYS, written = 0;

    page_string(drawing->page, "    ");
    write_entity(drawing, number);
    page_string(drawing->page, " {\n");
    for (uint32_t i = 0; order != NULL && i < order->count && written < limit; i++) {
        const char *key = key_of(object, order->items[i]);

        if (whole || *key != '\0') {
            write_column(drawing, object, order->items[i], key);
            written++;
        }
    }
    page_string(drawing->page, "    }\n");
}

/* ---------------------------------------------------------------- references */

static bool is_nullable(const struct object *object, const struct part *key)
{
    const struct attribute *columns = attribute_find(key->attributes, key->attribute_count, TEXT("columns"));

    for (uint32_t i = 0; columns != NULL && i < columns->count; i++) {
        const struct part *column = object_part(object, KIND_COLUMN, columns->items[i]);

        if (column != NULL &&
            !text_equal(attribute_value(column->attributes, column->attribute_count, TEXT("nullable")), TEXT("no")))
            return true;
    }
    return false;
}

/* Whether no two rows refer to the same one: the columns are a key themselves. */
static bool is_unique(const struct object *object, const struct part *key)
{
    const struct attribute *columns = attribute_find(key->attributes, key->attribute_count, TEXT("columns"));

    for (uint32_t i = 0; i < object->part_count && columns != NULL; i++) {
        const struct part *part = &object->parts[i];

        if ((part->kind == KIND_PRIMARY_KEY || part->kind == KIND_UNIQUE) &&
            attribute_equal(columns, attribute_find(part->attributes, part->attribute_count, TEXT("columns"))))
            return true;
    }
    return false;
}

static void write_relation(const struct drawing *drawing, const struct docs_reference *reference)
{
    const struct object *object = item_of(drawing, reference->from)->object;
    const struct part *key = reference->part;
    const struct attribute *columns = attribute_find(key->attributes, key->attribute_count, TEXT("columns"));
    struct page *page = drawing->page;

    page_string(page, "    ");
    write_entity(drawing, reference->from);
    page_printf(page, " %s--%s ", is_unique(object, key) ? "|o" : "}o", is_nullable(object, key) ? "o|" : "||");
    write_entity(drawing, reference->to);
    page_string(page, " : \"");
    for (uint32_t i = 0; columns != NULL && i < columns->count; i++) {
        page_string(page, i == 0 ? "" : ", ");
        mermaid_label(page->output, columns->items[i]);
    }
    if (columns == NULL)
        mermaid_label(page->output, key->name);
    page_string(page, "\"\n");
}

static bool is_key(const struct docs_reference *reference)
{
    return reference->bond == BOND_FOREIGN_KEY && reference->part != NULL && reference->part->kind == KIND_FOREIGN_KEY;
}

/* Between the chosen tables; `only`: those that the centre has a part in. */
static void write_relations(const struct drawing *drawing)
{
    for (uint32_t i = 0; i < drawing->count; i++) {
        struct docs_bonds bonds = docs_bonds_from(&drawing->model->references, drawing->nodes[i].item);

        for (uint32_t j = 0; j < bonds.count; j++) {
            const struct docs_reference *reference = &bonds.items[j];
            bool wanted = drawing->centre == DOCS_NOWHERE || reference->from == drawing->centre ||
                          reference->to == drawing->centre;

            if (is_key(reference) && wanted && is_drawn(drawing, reference->to))
                write_relation(drawing, reference);
        }
    }
}

static void draw(const struct drawing *drawing)
{
    page_string(drawing->page, "``` mermaid\nerDiagram\n");
    for (uint32_t i = 0; i < drawing->count; i++)
        write_box(drawing, drawing->nodes[i].item);
    write_relations(drawing);
    page_string(drawing->page, "```\n\n");
}

/* ---------------------------------------------------------------- which tables */

enum error_code docs_diagram_schema(struct page *page, const struct docs_schema *schema, struct arena *arena,
                                    struct error *error)
{
    const struct docs_model *model = page->model;
    struct drawing drawing = {.page = page, .model = model, .centre = DOCS_NOWHERE};
    uint32_t all;

    drawing.nodes = arena_array(arena, schema->item_count, sizeof *drawing.nodes);
    if (drawing.nodes == NULL)
        return arena_error(arena, error, doing);
    for (uint32_t i = 0; i < schema->item_count; i++) {
        uint32_t degree = degree_of(model, schema->items[i]);

        drawing.schema = model->catalogue.items[schema->items[i]].schema;
        if (degree > 0)
            drawing.nodes[drawing.count++] = (struct node){schema->items[i], degree};
    }
    all = drawing.count;
    if (all == 0)
        return ERROR_NONE;
    choose(&drawing, DIAGRAM_TABLES);
    page_heading(page, 2, "Diagram");
    draw(&drawing);
    if (all > drawing.count)
        page_printf(page,
                    "The %u tables with the most references, of %u that have any. Every table has a diagram of"
                    " its own neighbourhood.\n\n",
                    drawing.count, all);
    return ERROR_NONE;
}

static void add_neighbour(struct drawing *drawing, uint32_t item)
{
    for (uint32_t i = 0; i < drawing->count; i++)
        if (drawing->nodes[i].item == item)
            return;
    drawing->nodes[drawing->count++] = (struct node){item, degree_of(drawing->model, item)};
}

/* Tables with thousands of references to them: enough of these to choose from. */
enum { CANDIDATES = 256 };

enum error_code docs_diagram_table(struct page *page, uint32_t item, struct arena *arena, struct error *error)
{
    const struct docs_model *model = page->model;
    const struct docs_bonds both[] = {docs_bonds_from(&model->references, item),
                                      docs_bonds_to(&model->references, item)};
    struct drawing drawing = {.page = page, .model = model, .centre = item};
    uint32_t all;

    drawing.schema = model->catalogue.items[item].schema;
    drawing.nodes = arena_array(arena, CANDIDATES + 1, sizeof *drawing.nodes);
    if (drawing.nodes == NULL)
        return arena_error(arena, error, doing);
    drawing.nodes[drawing.count++] = (struct node){item, UINT32_MAX};
    for (size_t side = 0; side < LENGTH_OF(both); side++)
        for (uint32_t i = 0; i < both[side].count && drawing.count <= CANDIDATES; i++)
            if (is_key(&both[side].items[i]))
                add_neighbour(&drawing, side == 0 ? both[side].items[i].to : both[side].items[i].from);
    all = drawing.count;
    if (all == 1 && docs_bonds_count(both[0], BOND_FOREIGN_KEY) == 0)
        return ERROR_NONE;
    choose(&drawing, DIAGRAM_NEIGHBOURS + 1);
    page_heading(page, 2, "Diagram");
    draw(&drawing);
    if (all > drawing.count)
        page_printf(page, "The %u neighbours with the most references, of %s%u. All are listed on this page.\n\n",
                    drawing.count - 1, all > CANDIDATES ? "more than " : "", all - 1);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- schemas */

struct crossing {
    uint32_t from;
    uint32_t to;
};

static int compare_crossings(const void *a, const void *b)
{
    const struct crossing *first = a;
    const struct crossing *second = b;

    if (first->from != second->from)
        return first->from < second->from ? -1 : 1;
    return (first->to > second->to) - (first->to < second->to);
}

static bool crosses(const struct crossing *crossings, uint32_t count, uint32_t schema)
{
    for (uint32_t i = 0; i < count; i++)
        if (crossings[i].from == schema || crossings[i].to == schema)
            return true;
    return false;
}

enum error_code docs_diagram_schemas(struct page *page, struct arena *arena, struct error *error)
{
    const struct docs_model *model = page->model;
    const struct docs_catalogue *catalogue = &model->catalogue;
    struct crossing *crossings = arena_array(arena, model->references.count, sizeof *crossings);
    uint32_t count = 0;

    if (crossings == NULL)
        return arena_error(arena, error, doing);
    for (uint32_t i = 0; i < model->references.count; i++) {
        const struct docs_reference *reference = &model->references.outgoing[i];
        uint32_t from = catalogue->items[reference->from].schema, to = catalogue->items[reference->to].schema;

        if (from != to && from < DIAGRAM_SCHEMAS && to < DIAGRAM_SCHEMAS)
            crossings[count++] = (struct crossing){from, to};
    }
    if (count == 0)
        return ERROR_NONE;
    qsort(crossings, count, sizeof *crossings, compare_crossings);
    page_heading(page, 2, "Schemas");
    page_string(page,
                "Which schema refers to which others, and in how many places. What refers to none, and is referred "
                "to by none, is not drawn.\n\n");
    page_string(page, "``` mermaid\nflowchart LR\n");
    for (uint32_t i = 0; i < catalogue->schema_count && i < DIAGRAM_SCHEMAS; i++)
        if (crosses(crossings, count, i)) {
            struct text name = catalogue->schemas[i].name;

            page_printf(page, "    s%u[\"", i);
            mermaid_label(page->output, name.length == 0 ? TEXT("(in no schema)") : name);
            page_string(page, "\"]\n");
        }
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && compare_crossings(&crossings[i], &crossings[next]) == 0;)
            next++;
        page_printf(page, "    s%u -->|%u| s%u\n", crossings[i].from, next - i, crossings[i].to);
    }
    page_string(page, "```\n\n");
    if (catalogue->schema_count > DIAGRAM_SCHEMAS)
        page_printf(page, "The first %d of %u schemas.\n\n", DIAGRAM_SCHEMAS, catalogue->schema_count);
    return ERROR_NONE;
}
