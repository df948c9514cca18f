/* GET /api/v1/diagram: tables and what they refer to, for drawing. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "correlate/comparison.h"
#include "drift/severity.h"
#include "feed/json.h"
#include "feed/routes.h"
#include "schema/object_list.h"
#include "store/drifts.h"

enum {
    TABLES_LIMIT = 2000, /* of one answer */
    DEPTH_LIMIT = 5,
    DRIFTS_LIMIT = 10000, /* that are looked at */
    SCRATCH_LIMIT = 64 * 1024 * 1024
};

const struct parameter diagram_parameters[] = {
    {.name = "ref", .type = PARAMETER_TEXT, .required = true, .summary = "A reference, as for `/api/v1/snapshot`."},
    {.name = "table",
     .type = PARAMETER_TEXT,
     .summary = "Only this one, as a dotted path, and those around it that refer to each other."},
    {.name = "depth",
     .type = PARAMETER_NUMBER,
     .minimum = 0,
     .maximum = DEPTH_LIMIT,
     .preset = "1",
     .summary = "How many references away from `table`."},
    {.name = "limit",
     .type = PARAMETER_NUMBER,
     .minimum = 1,
     .maximum = TABLES_LIMIT,
     .preset = "200",
     .summary = "At most so many tables: those with drift first, then those with the most references."},
    {0},
};

/* A table, and how it is with it. One that only the other side of a pair has is missing: it has no entry. */
struct node {
    struct text path;
    enum kind kind;
    const struct trie_entry *entry;
    uint32_t references; /* to it and from it */
    uint32_t drifts;
    enum severity worst; /* of them */
    bool is_chosen;
    uint32_t distance; /* from the table that was asked for */
};

struct edge {
    uint32_t from;
    uint32_t to;
};

struct diagram {
    const struct request *request;
    struct snapshot *snapshot;
    struct node *nodes; /* sorted by path */
    uint32_t count;
    struct edge *edges;
    size_t edge_count;
    size_t edge_room;
    const struct drift_row *drifts; /* that live in the environment */
    size_t drift_count;
    struct text environment;
};

static void diagram_clear(struct diagram *diagram)
{
    snapshot_free(diagram->snapshot);
    mem_free(diagram->edges);
}

static bool is_table(enum kind kind)
{
    return kind == KIND_TABLE || kind == KIND_FOREIGN_TABLE;
}

/* ---- what is there ---- */

static int by_path(const void *a, const void *b)
{
    return text_compare(((const struct node *)a)->path, ((const struct node *)b)->path);
}

static struct node *find_node(const struct diagram *diagram, struct text path)
{
    const struct node key = {.path = path};

    return diagram->count == 0 ? NULL : bsearch(&key, diagram->nodes, diagram->count, sizeof key, by_path);
}

/* Whether a drift speaks of things by the names they have here: it does of what is promoted, and of an instance. */
static bool has_our_names(const struct diagram *diagram, const struct drift_row *drift)
{
    return drift->instance.length > 0 || text_equal(drift->from, diagram->environment);
}

static struct text owner_here(const struct diagram *diagram, const struct drift_row *drift)
{
    return has_our_names(diagram, drift) || drift->owner_before.length == 0 ? drift->owner : drift->owner_before;
}

/* A table that is there on the other side only. */
static bool is_missing_here(const struct diagram *diagram, const struct drift_row *drift)
{
    return is_table(drift->kind) && drift->kind == drift->object_kind &&
           drift->effect == (has_our_names(diagram, drift) ? EFFECT_REMOVED : EFFECT_ADDED);
}

/* What lives between this environment and its neighbours, or the instance and its majority. */
static enum error_code read_drifts(struct diagram *diagram, const struct snapshot_row *row, struct error *error)
{
    const struct request *request = diagram->request;
    const struct drift_filter filter = {.database = row->name.database, .limit = DRIFTS_LIMIT};
    struct drift_row *rows = NULL;
    size_t count = 0, kept = 0;

    diagram->environment = row->name.environment;
    if (drifts_list(request->database, &filter, request->arena, &rows, &count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++) {
        bool ours =
            rows[i].instance.length > 0
                ? text_equal(rows[i].instance, row->name.instance) && text_equal(rows[i].to, row->name.environment)
                : text_equal(rows[i].to, row->name.environment) || text_equal(rows[i].from, row->name.environment);

        if (ours && is_table(rows[i].object_kind))
            rows[kept++] = rows[i];
    }
    diagram->drifts = rows;
    diagram->drift_count = kept;
    return ERROR_NONE;
}

static enum error_code list_tables(struct diagram *diagram, struct error *error)
{
    struct arena *arena = diagram->request->arena;
    struct object_list list;

    if (object_list_make(&list, diagram->snapshot, arena, error) != ERROR_NONE)
        return error->code;
    diagram->nodes = arena_array(arena, list.count + diagram->drift_count, sizeof *diagram->nodes);
    if (diagram->nodes == NULL)
        return arena_error(arena, error, "drawing a diagram");
    for (size_t i = 0; i < list.count; i++)
        if (is_table(list.items[i].kind))
            diagram->nodes[diagram->count++] =
                (struct node){.path = list.items[i].path, .kind = list.items[i].kind, .entry = list.items[i].entry};
    qsort(diagram->nodes, diagram->count, sizeof *diagram->nodes, by_path);
    return ERROR_NONE;
}

/* Add the tables that are missing here, and count at each what differs. */
static void mark_drifts(struct diagram *diagram)
{
    uint32_t there = diagram->count, count = there;

    for (size_t i = 0; i < diagram->drift_count; i++) {
        const struct drift_row *drift = &diagram->drifts[i];
        struct text path = owner_here(diagram, drift);
        bool is_new = is_missing_here(diagram, drift) && find_node(diagram, path) == NULL;

        for (uint32_t k = there; k < count && is_new; k++)
            is_new = !text_equal(diagram->nodes[k].path, path);
        if (is_new)
            diagram->nodes[count++] = (struct node){.path = path, .kind = drift->kind};
    }
    diagram->count = count;
    qsort(diagram->nodes, count, sizeof *diagram->nodes, by_path);
    for (size_t i = 0; i < diagram->drift_count; i++) {
        struct node *node = find_node(diagram, owner_here(diagram, &diagram->drifts[i]));

        if (node == NULL)
            continue;
        node->drifts++;
        if (diagram->drifts[i].severity > node->worst)
            node->worst = diagram->drifts[i].severity;
    }
}

/* ---- references ---- */

static const struct node *referenced(const struct diagram *diagram, const struct part *part)
{
    struct text path = attribute_value(part->attributes, part->attribute_count, TEXT("references"));

    return part->kind != KIND_FOREIGN_KEY || path.length == 0 ? NULL : find_node(diagram, path);
}

static enum error_code add_edge(struct diagram *diagram, uint32_t from, uint32_t to, struct error *error)
{
    if (diagram->edge_count == diagram->edge_room) {
        size_t room = diagram->edge_room == 0 ? 256 : 2 * diagram->edge_room;
        struct edge *edges = mem_realloc(diagram->edges, room * sizeof *edges);

        if (edges == NULL)
            return error_memory(error, "drawing a diagram");
        diagram->edges = edges;
        diagram->edge_room = room;
    }
    diagram->edges[diagram->edge_count++] = (struct edge){from, to};
    diagram->nodes[from].references++;
    diagram->nodes[to].references++;
    return ERROR_NONE;
}

/* Which table refers to which: of each nothing else is kept. */
static enum error_code find_references(struct diagram *diagram, struct error *error)
{
    for (uint32_t i = 0; i < diagram->count; i++) {
        CLEANUP(arena_free) struct arena scratch;
        struct object object;

        arena_init(&scratch, SCRATCH_LIMIT);
        if (diagram->nodes[i].entry == NULL)
            continue;
        if (snapshot_object(diagram->snapshot, diagram->nodes[i].entry, &scratch, &object, error) != ERROR_NONE)
            return error->code;
        for (uint32_t k = 0; k < object.part_count; k++) {
            const struct node *to = referenced(diagram, &object.parts[k]);

            if (to != NULL && add_edge(diagram, i, (uint32_t)(to - diagram->nodes), error) != ERROR_NONE)
                return error->code;
        }
    }
    return ERROR_NONE;
}

/* ---- which of them are shown ---- */

static void choose(struct node *node, uint32_t distance, uint32_t *left)
{
    if (node->is_chosen || *left == 0)
        return;
    node->is_chosen = true;
    node->distance = distance;
    --*left;
}

static enum error_code choose_around(struct diagram *diagram, struct text path, uint32_t limit, struct error *error)
{
    uint32_t depth = (uint32_t)request_number(&diagram->request->parameters, "depth");
    struct node *middle = find_node(diagram, path);

    if (middle == NULL) {
        error_set(error, ERROR_NOT_FOUND, "there is no table '%.*s' in this snapshot",
                  (int)(path.length > 80 ? 80 : path.length), path.bytes);
        return error_hint(error, "a table's path has its schema, if it is in one: `shop.orders`");
    }
    choose(middle, 0, &limit);
    for (uint32_t distance = 1; distance <= depth; distance++)
        for (size_t i = 0; i < diagram->edge_count; i++) {
            struct node *from = &diagram->nodes[diagram->edges[i].from], *to = &diagram->nodes[diagram->edges[i].to];

            if (from->is_chosen && from->distance < distance)
                choose(to, distance, &limit);
            else if (to->is_chosen && to->distance < distance)
                choose(from, distance, &limit);
        }
    return ERROR_NONE;
}

static int by_interest(const void *a, const void *b)
{
    const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;

    if ((x->drifts > 0) != (y->drifts > 0))
        return x->drifts > 0 ? -1 : 1;
    if (x->drifts > 0 && x->worst != y->worst)
        return x->worst > y->worst ? -1 : 1;
    if (x->references != y->references)
        return x->references > y->references ? -1 : 1;
    return text_compare(x->path, y->path);
}

static enum error_code choose_all(struct diagram *diagram, uint32_t limit, struct error *error)
{
    struct arena *arena = diagram->request->arena;
    struct node **order = arena_array(arena, diagram->count, sizeof *order);

    if (order == NULL)
        return arena_error(arena, error, "drawing a diagram");
    for (uint32_t i = 0; i < diagram->count; i++)
        order[i] = &diagram->nodes[i];
    qsort(order, diagram->count, sizeof *order, by_interest);
    for (uint32_t i = 0; i < diagram->count; i++)
        choose(order[i], 0, &limit);
    return ERROR_NONE;
}

/* ---- as JSON ---- */

static bool is_in_key(const struct object *object, struct text column)
{
    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];
        const struct attribute *columns = part->kind == KIND_PRIMARY_KEY
                                              ? attribute_find(part->attributes, part->attribute_count, TEXT("columns"))
                                              : NULL;

        for (uint32_t k = 0; columns != NULL && k < columns->count; k++)
            if (text_equal(columns->items[k], column))
                return true;
    }
    return false;
}

/* The level of what differs in one column; null: nothing. */
static json_t *column_drift(struct json_builder *builder, const struct diagram *diagram, const struct node *node,
                            struct text column)
{
    int worst = -1;

    for (size_t i = 0; node->drifts > 0 && i < diagram->drift_count; i++) {
        const struct drift_row *drift = &diagram->drifts[i];
        struct text path = drift->object;

        if (drift->kind != KIND_COLUMN || !text_equal(owner_here(diagram, drift), node->path))
            continue;
        if (path.length > column.length && path.bytes[path.length - column.length - 1] == '.' &&
            memcmp(path.bytes + path.length - column.length, column.bytes, column.length) == 0 &&
            (int)drift->severity > worst)
            worst = (int)drift->severity;
    }
    return worst < 0 ? json_null() : json_builder_string(builder, severity_name((enum severity)worst));
}

static json_t *column_value(struct json_builder *builder, const struct diagram *diagram, const struct node *node,
                            const struct object *object, const struct part *part)
{
    json_t *value = json_builder_object(builder);
    struct text nullable = attribute_value(part->attributes, part->attribute_count, TEXT("nullable"));

    json_builder_set(builder, value, "name", json_builder_text(builder, part->name));
    json_builder_set(
        builder, value, "type",
        json_text_or_null(builder, attribute_value(part->attributes, part->attribute_count, TEXT("type"))));
    json_builder_set(builder, value, "nullable", json_boolean(!text_equal(nullable, TEXT("no"))));
    json_builder_set(builder, value, "key", json_boolean(is_in_key(object, part->name)));
    json_builder_set(builder, value, "drift", column_drift(builder, diagram, node, part->name));
    return value;
}

/* In the order of the table, when it says one; parts themselves stand in the order of their names. */
static void write_columns(const struct diagram *diagram, const struct node *node, struct json_builder *builder,
                          const struct object *object, json_t *columns)
{
    const struct attribute *order = attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));

    for (uint32_t i = 0; order != NULL && i < order->count && !builder->failed; i++) {
        const struct part *part = object_part(object, KIND_COLUMN, order->items[i]);

        if (part != NULL)
            json_builder_append(builder, columns, column_value(builder, diagram, node, object, part));
    }
    for (uint32_t i = 0; order == NULL && i < object->part_count && !builder->failed; i++)
        if (object->parts[i].kind == KIND_COLUMN)
            json_builder_append(builder, columns, column_value(builder, diagram, node, object, &object->parts[i]));
}

static json_t *texts_value(struct json_builder *builder, const struct part *part, struct text name)
{
    const struct attribute *attribute = attribute_find(part->attributes, part->attribute_count, name);
    json_t *list = json_builder_array(builder);

    for (uint32_t i = 0; attribute != NULL && i < attribute->count; i++)
        json_builder_append(builder, list, json_builder_text(builder, attribute->items[i]));
    return list;
}

static json_t *reference_value(struct json_builder *builder, const struct node *from, const struct node *to,
                               const struct part *part)
{
    json_t *value = json_builder_object(builder);

    json_builder_set(builder, value, "name", json_builder_text(builder, part->name));
    json_builder_set(builder, value, "from", json_builder_text(builder, from->path));
    json_builder_set(builder, value, "columns", texts_value(builder, part, TEXT("columns")));
    json_builder_set(builder, value, "to", json_builder_text(builder, to->path));
    json_builder_set(builder, value, "to_columns", texts_value(builder, part, TEXT("referenced_columns")));
    return value;
}

static enum error_code write_table(const struct diagram *diagram, const struct node *node, struct json_builder *builder,
                                   json_t *lists[2], struct error *error)
{
    CLEANUP(arena_free) struct arena scratch;
    json_t *value = json_builder_object(builder), *columns = json_builder_array(builder);
    struct object object = {0};

    arena_init(&scratch, SCRATCH_LIMIT);
    if (node->entry != NULL &&
        snapshot_object(diagram->snapshot, node->entry, &scratch, &object, error) != ERROR_NONE) {
        json_decref(value);
        json_decref(columns);
        return error->code;
    }
    write_columns(diagram, node, builder, &object, columns);
    for (uint32_t i = 0; i < object.part_count && !builder->failed; i++) {
        const struct node *to = referenced(diagram, &object.parts[i]);

        if (to != NULL && to->is_chosen)
            json_builder_append(builder, lists[1], reference_value(builder, node, to, &object.parts[i]));
    }
    json_builder_set(builder, value, "path", json_builder_text(builder, node->path));
    json_builder_set(builder, value, "kind", json_builder_string(builder, kind_name(node->kind)));
    json_builder_set(builder, value, "missing", json_boolean(node->entry == NULL));
    json_builder_set(builder, value, "drifts", json_builder_number(builder, node->drifts));
    json_builder_set(builder, value, "severity",
                     node->drifts == 0 ? json_null() : json_builder_string(builder, severity_name(node->worst)));
    json_builder_set(builder, value, "references", json_builder_number(builder, node->references));
    json_builder_set(builder, value, "columns", columns);
    json_builder_append(builder, lists[0], value);
    return ERROR_NONE;
}

static enum error_code write_answer(const struct diagram *diagram, struct answer *answer, struct error *error)
{
    struct text reference = request_text(&diagram->request->parameters, "ref");
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder);
    json_t *lists[2] = {json_builder_array(&builder), json_builder_array(&builder)};
    uint32_t left_out = 0;
    enum error_code code = ERROR_NONE;

    for (uint32_t i = 0; i < diagram->count && code == ERROR_NONE; i++) {
        left_out += !diagram->nodes[i].is_chosen;
        if (diagram->nodes[i].is_chosen)
            code = write_table(diagram, &diagram->nodes[i], &builder, lists, error);
    }
    json_builder_set(&builder, document, "ref", json_builder_text(&builder, reference));
    json_builder_set(&builder, document, "root", json_hash(&builder, &diagram->snapshot->root));
    json_builder_set(&builder, document, "left_out", json_builder_number(&builder, left_out));
    json_builder_set(&builder, document, "tables", lists[0]);
    json_builder_set(&builder, document, "references", lists[1]);
    if (code != ERROR_NONE) {
        json_decref(document);
        return code;
    }
    return answer_json(answer, &builder, document, error);
}

enum error_code get_diagram(const struct request *request, struct answer *answer, struct error *error)
{
    struct text reference = request_text(&request->parameters, "ref");
    struct text table = request_text(&request->parameters, "table");
    uint32_t limit = (uint32_t)request_number(&request->parameters, "limit");
    CLEANUP(diagram_clear) struct diagram diagram = {.request = request};
    struct snapshot_row row;

    if (comparison_resolve(request->database, request_fleet(request), reference, request->arena, &row, error) !=
            ERROR_NONE ||
        comparison_load(request->database, &row, reference, request_fleet(request)->memory_limit, &diagram.snapshot,
                        error) != ERROR_NONE ||
        read_drifts(&diagram, &row, error) != ERROR_NONE || list_tables(&diagram, error) != ERROR_NONE)
        return error->code;
    mark_drifts(&diagram);
    if (find_references(&diagram, error) != ERROR_NONE ||
        (table.length > 0 ? choose_around(&diagram, table, limit, error) : choose_all(&diagram, limit, error)) !=
            ERROR_NONE)
        return error->code;
    return write_answer(&diagram, answer, error);
}
