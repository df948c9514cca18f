#include "schema/statistics.h"

#include <stdlib.h>

#include "schema/graph.h"

static const char doing[] = "counting";

/* One pass over all objects. */
struct census {
    struct statistics *statistics;
    const struct snapshot *snapshot;
    const struct object_list *list;
    struct arena *arena; /* for what stays */
    struct graph_edge *edges;
    size_t edge_count;
    size_t edge_room;
    struct error *error;
};

static bool is_table(enum kind kind)
{
    return kind == KIND_TABLE || kind == KIND_FOREIGN_TABLE;
}

/* What lives in a schema has one as the first element of its path; a user mapping has a server there. */
struct text statistics_schema_of(const struct trie_entry *entry)
{
    const struct kind_facts *facts = kind_facts(entry->kind);

    if (entry->kind == KIND_SCHEMA)
        return entry->path.elements[0];
    if (entry->kind == KIND_USER_MAPPING || facts->path == PATH_NAME || facts->path == PATH_RAW ||
        entry->path.count < 2)
        return (struct text){"", 0};
    return entry->path.elements[0];
}

static int compare_schemas(const void *a, const void *b)
{
    return text_compare(((const struct schema_statistics *)a)->name, ((const struct schema_statistics *)b)->name);
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static enum error_code list_schemas(struct census *census)
{
    struct statistics *statistics = census->statistics;
    struct text *names = arena_array(census->arena, census->list->count, sizeof *names);
    uint32_t unique = 0;

    if (names == NULL)
        return arena_error(census->arena, census->error, doing);
    for (size_t i = 0; i < census->list->count; i++)
        names[i] = statistics_schema_of(census->list->items[i].entry);
    qsort(names, census->list->count, sizeof *names, compare_texts);
    for (size_t i = 0; i < census->list->count; i++)
        if (unique == 0 || !text_equal(names[unique - 1], names[i]))
            names[unique++] = names[i];
    statistics->schemas = arena_array(census->arena, unique, sizeof *statistics->schemas);
    if (statistics->schemas == NULL)
        return arena_error(census->arena, census->error, doing);
    for (; statistics->schema_count < unique; statistics->schema_count++)
        statistics->schemas[statistics->schema_count].name = names[statistics->schema_count];
    return ERROR_NONE;
}

static enum error_code add_edge(struct census *census, uint32_t from, uint32_t to)
{
    if (census->edge_count == census->edge_room) {
        size_t room = census->edge_room == 0 ? 64 : census->edge_room * 2;
        struct graph_edge *larger = arena_array(census->arena, room, sizeof *larger);

        if (larger == NULL)
            return arena_error(census->arena, census->error, doing);
        if (census->edge_count > 0)
            memcpy(larger, census->edges, census->edge_count * sizeof *larger);
        census->edges = larger;
        census->edge_room = room;
    }
    census->edges[census->edge_count++] = (struct graph_edge){from, to};
    return ERROR_NONE;
}

static enum error_code count_foreign_key(struct census *census, const struct listed_object *table,
                                         const struct part *part)
{
    struct text path = attribute_value(part->attributes, part->attribute_count, TEXT("references"));
    const struct listed_object *target = object_list_find(census->list, KIND_TABLE, path);

    if (target == NULL)
        target = object_list_find(census->list, KIND_FOREIGN_TABLE, path);
    if (target == NULL) {
        census->statistics->foreign_keys_outside++;
        return ERROR_NONE;
    }
    census->statistics->self_references += target == table;
    return add_edge(census, (uint32_t)(table - census->list->items), (uint32_t)(target - census->list->items));
}

static enum error_code count_parts(struct census *census, const struct listed_object *item, const struct object *object,
                                   struct schema_statistics *schema)
{
    struct statistics *statistics = census->statistics;
    uint32_t columns = 0;
    bool has_key = false;

    for (uint32_t i = 0; i < object->part_count; i++) {
        enum kind kind = object->parts[i].kind;

        statistics->counts[kind]++;
        schema->counts[kind]++;
        columns += kind == KIND_COLUMN;
        has_key = has_key || kind == KIND_PRIMARY_KEY;
        if (kind == KIND_FOREIGN_KEY && count_foreign_key(census, item, &object->parts[i]) != ERROR_NONE)
            return census->error->code;
    }
    if (is_table(item->kind) && columns > statistics->widest_columns) {
        statistics->widest_columns = columns;
        statistics->widest_table = item->path;
    }
    if (item->kind == KIND_TABLE && !has_key)
        statistics->tables_without_key[statistics->tables_without_key_count++] = item->path;
    return ERROR_NONE;
}

static enum error_code count_object(struct census *census, const struct listed_object *item)
{
    struct statistics *statistics = census->statistics;
    struct schema_statistics wanted = {.name = statistics_schema_of(item->entry)};
    struct schema_statistics *schema =
        bsearch(&wanted, statistics->schemas, statistics->schema_count, sizeof *statistics->schemas, compare_schemas);
    CLEANUP(arena_free) struct arena scratch;
    struct object object;

    arena_init(&scratch, census->arena->limit);
    statistics->counts[item->kind]++;
    schema->counts[item->kind]++;
    schema->objects++;
    if (snapshot_object(census->snapshot, item->entry, &scratch, &object, census->error) != ERROR_NONE)
        return census->error->code;
    return count_parts(census, item, &object, schema);
}

/* Circles of more than one table, each with its tables in the order of the list. */
static enum error_code list_cycles(struct census *census, const struct graph_facts *facts)
{
    struct statistics *statistics = census->statistics;
    uint32_t *number = arena_array(census->arena, (size_t)facts->component_count + 1, sizeof *number);
    uint32_t *place;

    for (size_t i = 0; i < census->list->count; i++)
        statistics->cycle_members += facts->component_size[facts->component[i]] > 1;
    statistics->cycles = arena_array(census->arena, statistics->cycle_members, sizeof *statistics->cycles);
    statistics->cycle_of = arena_array(census->arena, statistics->cycle_members, sizeof *statistics->cycle_of);
    place = arena_array(census->arena, (size_t)facts->component_count + 1, sizeof *place);
    if (number == NULL || place == NULL || statistics->cycles == NULL || statistics->cycle_of == NULL)
        return arena_error(census->arena, census->error, doing);
    for (uint32_t i = 0, next = 0; i < facts->component_count; i++) {
        number[i] = statistics->cycle_count;
        place[i] = next;
        if (facts->component_size[i] > 1) {
            statistics->cycle_count++;
            next += facts->component_size[i];
        }
    }
    for (size_t i = 0; i < census->list->count; i++) {
        uint32_t component = facts->component[i];

        if (facts->component_size[component] < 2)
            continue;
        statistics->cycle_of[place[component]] = number[component];
        statistics->cycles[place[component]++] = census->list->items[i].path;
    }
    return ERROR_NONE;
}

static enum error_code follow_foreign_keys(struct census *census)
{
    struct graph graph = {(uint32_t)census->list->count, census->edges, census->edge_count};
    struct graph_facts facts;

    if (graph_examine(&facts, &graph, census->arena, census->error) != ERROR_NONE)
        return census->error->code;
    census->statistics->chain = arena_array(census->arena, facts.chain_length, sizeof *census->statistics->chain);
    if (census->statistics->chain == NULL)
        return arena_error(census->arena, census->error, doing);
    for (uint32_t i = 0; i < facts.chain_length && facts.chain_length > 1; i++)
        census->statistics->chain[census->statistics->chain_length++] = census->list->items[facts.chain[i]].path;
    return list_cycles(census, &facts);
}

enum error_code statistics_make(struct statistics *ret_statistics, const struct snapshot *snapshot,
                                const struct object_list *list, struct arena *arena, struct error *error)
{
    struct statistics statistics = {0};
    struct census census = {
        .statistics = &statistics, .snapshot = snapshot, .list = list, .arena = arena, .error = error};

    statistics.tables_without_key = arena_array(arena, list->count, sizeof *statistics.tables_without_key);
    if (statistics.tables_without_key == NULL)
        return arena_error(arena, error, doing);
    if (list_schemas(&census) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < list->count; i++)
        if (count_object(&census, &list->items[i]) != ERROR_NONE)
            return error->code;
    if (follow_foreign_keys(&census) != ERROR_NONE)
        return error->code;
    *ret_statistics = statistics;
    return ERROR_NONE;
}
