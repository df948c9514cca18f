#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "schema/load.h"
#include "schema/snapshot.h"

enum { COLUMNS = 8, EXTRA = 1, SNAPSHOT_MEMORY = 16 * 1024 * 1024 };

static void put(struct arena *arena, struct attribute **next, struct text name, const char *value)
{
    struct text *item = load_need(arena_alloc(arena, sizeof *item));

    *item = text_from(value);
    *(*next)++ = (struct attribute){.name = name, .items = item, .count = 1};
}

static void make_column(struct arena *arena, struct part *part, const char *name, const char *type)
{
    struct attribute *next = load_need(arena_array(arena, 2, sizeof *next));

    part->kind = KIND_COLUMN;
    part->name = text_from(name);
    part->attributes = next;
    put(arena, &next, TEXT("nullable"), "no");
    put(arena, &next, TEXT("type"), type);
    part->attribute_count = (uint32_t)(next - part->attributes);
}

static void make_table(struct arena *arena, struct object *table, unsigned variant, unsigned number, const char *extra)
{
    static const char *const types[] = {"bigint", "integer", "text", "character varying(40)"};
    struct attribute *next = load_need(arena_array(arena, 1, sizeof *next));

    table->kind = KIND_TABLE;
    table->path = (struct path){2, {TEXT("shop"), text_from(load_need(arena_printf(arena, "t%u", number)))}};
    table->attributes = next;
    put(arena, &next, TEXT("comment"), load_need(arena_printf(arena, "table %u of variant %u", number, variant)));
    table->attribute_count = (uint32_t)(next - table->attributes);
    table->parts = load_need(arena_array(arena, COLUMNS + EXTRA, sizeof *table->parts));
    for (unsigned i = 0; i < COLUMNS; i++)
        make_column(arena, &table->parts[table->part_count++], load_need(arena_printf(arena, "c%u", i)),
                    types[i % LENGTH_OF(types)]);
    if (extra != NULL)
        make_column(arena, &table->parts[table->part_count++], extra, "text");
}

/* A schema in which table `changed` has one column more, if `extra` names it. */
static struct snapshot *make_snapshot(unsigned variant, unsigned changed, const char *extra)
{
    struct snapshot_input input = {.info = {.engine = TEXT("dummy"), .origin = TEXT("bench")}};
    struct snapshot *snapshot;
    struct error error;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, SNAPSHOT_MEMORY);
    input.objects = load_need(arena_array(&arena, LOAD_TABLES, sizeof *input.objects));
    input.object_count = LOAD_TABLES;
    for (unsigned i = 0; i < LOAD_TABLES; i++)
        make_table(&arena, &input.objects[i], variant, i, i == changed ? extra : NULL);
    if (snapshot_build(&snapshot, &input, SNAPSHOT_MEMORY, &error) != ERROR_NONE)
        load_die("%s", error.message);
    return snapshot;
}

/* The nodes of a snapshot on their way into an arena. */
struct collection {
    struct arena *arena;
    const struct load_snapshot *before; /* has these already; NULL: none */
    struct load_node nodes[4 * LOAD_TABLES];
    struct load_snapshot result;
};

static bool is_known(void *context, const struct hash *hash)
{
    const struct load_snapshot *before = ((const struct collection *)context)->before;

    for (uint32_t i = 0; before != NULL && i < before->count; i++)
        if (hash_equal(&before->nodes[i].hash, hash))
            return true;
    return false;
}

static enum error_code collect(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                               struct error *error)
{
    struct collection *collection = context;
    struct text copy = {load_need(arena_copy(collection->arena, bytes.bytes, bytes.length)), bytes.length};

    (void)error;
    if (type == NODE_ROOT) {
        collection->result.root = *hash;
        collection->result.root_node = copy;
        return ERROR_NONE;
    }
    if (collection->result.count == LENGTH_OF(collection->nodes))
        load_die("a schema has more nodes than was thought");
    collection->nodes[collection->result.count++] = (struct load_node){*hash, type, copy};
    return ERROR_NONE;
}

static struct load_snapshot collect_nodes(struct arena *arena, struct snapshot *snapshot,
                                          const struct load_snapshot *before)
{
    struct collection collection = {.arena = arena, .before = before};
    struct snapshot_walk walk = {is_known, collect, &collection};
    struct error error;

    if (snapshot_visit_nodes(snapshot, &walk, &error) != ERROR_NONE)
        load_die("%s", error.message);
    snapshot_free(snapshot);
    collection.result.nodes =
        load_need(arena_copy(arena, collection.nodes, collection.result.count * sizeof *collection.nodes));
    return collection.result;
}

struct load_snapshot load_first_snapshot(struct arena *arena, unsigned variant)
{
    return collect_nodes(arena, make_snapshot(variant, LOAD_TABLES, NULL), NULL);
}

struct load_snapshot load_changed_snapshot(struct arena *arena, const struct load_snapshot *first, unsigned variant,
                                           unsigned agent, unsigned round)
{
    const char *extra = load_need(arena_printf(arena, "by_%u_in_%u", agent, round));

    return collect_nodes(arena, make_snapshot(variant, (agent + round) % LOAD_TABLES, extra), first);
}
