#include "drift/neutral.h"

#include <stdlib.h>

#include "drift/compare.h"
#include "drift/neutral_enum.h"
#include "drift/neutral_key.h"
#include "drift/neutral_part.h"
#include "schema/canonical.h"

static const char doing[] = "comparing two engines";

/* ---------------------------------------------------------------- tables */

static int compare_tables(const void *a, const void *b)
{
    return text_compare(((const struct neutral_table *)a)->key, ((const struct neutral_table *)b)->key);
}

static bool has(const struct object *object, struct text attribute)
{
    return attribute_find(object->attributes, object->attribute_count, attribute) != NULL;
}

/* What is a table in this engine only; 0: it is one everywhere. */
static unsigned rest_of(const struct object *object)
{
    const struct text temporal = attribute_value(object->attributes, object->attribute_count, TEXT("temporal"));

    if (has(object, TEXT("module")))
        return NEUTRAL_REST_VIRTUAL;
    if (has(object, TEXT("partition_of")))
        return NEUTRAL_REST_PARTITION;
    return text_equal(temporal, TEXT("history")) ? NEUTRAL_REST_HISTORY : 0;
}

static enum error_code add_table(struct neutral *neutral, const struct trie_entry *entry, struct arena *arena,
                                 struct error *error)
{
    struct neutral_table *table = &neutral->tables[neutral->count];
    struct object object = {0};

    if (canonical_decode(entry->blob, arena, &object, error) != ERROR_NONE)
        return error->code;
    object.path = entry->path;
    if (rest_of(&object) != 0) {
        neutral->rest[rest_of(&object)]++;
        return ERROR_NONE;
    }
    *table = (struct neutral_table){.object = object, .path = compare_path(entry, arena)};
    table->key = neutral_key_table(neutral->schemas, &entry->path, false, arena);
    table->parts = arena_array(arena, object.part_count, sizeof *table->parts);
    if (table->path.bytes == NULL || table->key.bytes == NULL || table->parts == NULL)
        return arena_error(arena, error, doing);
    neutral->count++;
    return ERROR_NONE;
}

/* What is counted and not compared; of schemas the paths of tables tell. */
static void count_rest(struct neutral *neutral, const struct snapshot *snapshot)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            enum kind kind = snapshot->tries[aspect].entries[i].kind;

            if (kind_facts(kind)->aspect == aspect && kind != KIND_TABLE && kind != KIND_SCHEMA)
                neutral->rest[kind]++;
        }
}

static enum error_code list_tables(struct neutral *neutral, const struct snapshot *snapshot, struct arena *arena,
                                   struct error *error)
{
    const struct trie *trie = &snapshot->tries[ASPECT_STRUCTURE];

    neutral->tables = arena_array(arena, trie->count, sizeof *neutral->tables);
    if (neutral->tables == NULL)
        return arena_error(arena, error, doing);
    for (uint32_t i = 0; i < trie->count; i++)
        if (trie->entries[i].kind == KIND_TABLE && add_table(neutral, &trie->entries[i], arena, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

static void sort_tables(struct neutral *neutral)
{
    if (neutral->count > 1)
        qsort(neutral->tables, neutral->count, sizeof *neutral->tables, compare_tables);
}

/* ---------------------------------------------------------------- what differs only in case */

/* A key of either side, and what it would be exactly. */
struct named {
    struct text *key;
    struct text exact;
    unsigned side;
};

static int compare_named(const void *a, const void *b)
{
    return text_compare(*((const struct named *)a)->key, *((const struct named *)b)->key);
}

/* Where one side has two names that differ only in case, both sides are held against each other exactly. */
static void tell_apart(struct named *names, size_t count)
{
    if (count > 1)
        qsort(names, count, sizeof *names, compare_named);
    for (size_t i = 0, end; i < count; i = end) {
        unsigned found[SIDE_COUNT] = {0};

        for (end = i; end < count && compare_named(&names[i], &names[end]) == 0; end++)
            found[names[end].side]++;
        for (size_t k = i; k < end && (found[SIDE_FROM] > 1 || found[SIDE_TO] > 1); k++)
            *names[k].key = names[k].exact;
    }
}

static enum error_code tell_tables_apart(struct neutral sides[SIDE_COUNT], struct arena *arena, struct error *error)
{
    struct named *names = arena_array(arena, (size_t)sides[0].count + sides[1].count, sizeof *names);
    size_t count = 0;

    if (names == NULL)
        return arena_error(arena, error, doing);
    for (unsigned side = 0; side < SIDE_COUNT; side++)
        for (uint32_t i = 0; i < sides[side].count; i++) {
            struct neutral_table *table = &sides[side].tables[i];

            names[count] = (struct named){.key = &table->key, .side = side};
            names[count].exact = neutral_key_table(sides[side].schemas, &table->object.path, true, arena);
            if (names[count++].exact.bytes == NULL)
                return arena_error(arena, error, doing);
        }
    tell_apart(names, count);
    sort_tables(&sides[SIDE_FROM]);
    sort_tables(&sides[SIDE_TO]);
    return ERROR_NONE;
}

static enum error_code tell_enums_apart(struct neutral sides[SIDE_COUNT], struct arena *arena, struct error *error)
{
    struct named *names = arena_array(arena, (size_t)sides[0].enum_count + sides[1].enum_count, sizeof *names);
    size_t count = 0;

    if (names == NULL)
        return arena_error(arena, error, doing);
    for (unsigned side = 0; side < SIDE_COUNT; side++)
        for (uint32_t i = 0; i < sides[side].enum_count; i++) {
            struct neutral_enum *item = &sides[side].enums[i];

            names[count] = (struct named){.key = &item->key, .side = side};
            names[count].exact = neutral_key_table(sides[side].schemas, &item->names, true, arena);
            if (names[count++].exact.bytes == NULL)
                return arena_error(arena, error, doing);
        }
    tell_apart(names, count);
    return ERROR_NONE;
}

/* Of two tables that are one, or of one alone: the other is NULL. */
static enum error_code tell_columns_apart(struct neutral_table *const tables[SIDE_COUNT], struct arena *arena,
                                          struct error *error)
{
    size_t most = 0, count = 0;
    struct named *names;

    for (unsigned side = 0; side < SIDE_COUNT; side++)
        most += tables[side] == NULL ? 0 : tables[side]->column_count;
    names = arena_array(arena, most, sizeof *names);
    if (names == NULL)
        return arena_error(arena, error, doing);
    for (unsigned side = 0; side < SIDE_COUNT; side++)
        for (uint32_t i = 0; tables[side] != NULL && i < tables[side]->column_count; i++) {
            struct neutral_part *column = &tables[side]->parts[i];

            names[count++] = (struct named){&column->key, column->name, side};
        }
    tell_apart(names, count);
    return ERROR_NONE;
}

static enum error_code tell_all_columns_apart(struct neutral sides[SIDE_COUNT], struct arena *arena,
                                              struct error *error)
{
    const struct neutral *from = &sides[SIDE_FROM], *to = &sides[SIDE_TO];

    for (uint32_t a = 0, b = 0; a < from->count || b < to->count;) {
        int order = a == from->count ? 1 : b == to->count ? -1 : compare_tables(&from->tables[a], &to->tables[b]);
        struct neutral_table *const tables[SIDE_COUNT] = {order <= 0 ? &from->tables[a++] : NULL,
                                                          order >= 0 ? &to->tables[b++] : NULL};

        if (tell_columns_apart(tables, arena, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- their parts */

static int compare_parts(const void *a, const void *b)
{
    const struct neutral_part *x = a, *y = b;
    int order = x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : text_compare(x->key, y->key);

    return order != 0 ? order : text_compare(x->name, y->name);
}

/* Two that say one thing are one. */
static void sort_parts(struct neutral_table *table)
{
    uint32_t kept = 0;

    if (table->part_count > 1)
        qsort(table->parts, table->part_count, sizeof *table->parts, compare_parts);
    for (uint32_t i = 0; i < table->part_count; i++) {
        const struct neutral_part *last = kept == 0 ? NULL : &table->parts[kept - 1];

        if (last == NULL || last->kind != table->parts[i].kind || !text_equal(last->key, table->parts[i].key))
            table->parts[kept++] = table->parts[i];
    }
    table->part_count = kept;
}

static enum error_code make_columns(struct neutral *neutral, struct arena *arena, struct error *error)
{
    for (uint32_t i = 0; i < neutral->count; i++)
        if (neutral_columns_make(&neutral->tables[i], neutral->engine, arena, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

/* References lead to tables whose parts are not sorted yet. */
static enum error_code make_keys(struct neutral *neutral, struct arena *arena, struct error *error)
{
    for (uint32_t i = 0; i < neutral->count; i++)
        if (neutral_keys_make(&neutral->tables[i], neutral, arena, error) != ERROR_NONE)
            return error->code;
    for (uint32_t i = 0; i < neutral->count; i++)
        sort_parts(&neutral->tables[i]);
    return ERROR_NONE;
}

static enum error_code make_side(struct neutral *neutral, const struct snapshot *snapshot, struct arena *arena,
                                 struct error *error)
{
    count_rest(neutral, snapshot);
    if (list_tables(neutral, snapshot, arena, error) != ERROR_NONE ||
        neutral_enums_make(neutral, snapshot, arena, error) != ERROR_NONE)
        return error->code;
    return make_columns(neutral, arena, error);
}

/* What columns are of, when all names have their keys. */
static enum error_code link_side(struct neutral *neutral, bool compares_enums, struct arena *arena, struct error *error)
{
    if (compares_enums)
        neutral->rest[KIND_ENUM] = 0;
    if (neutral_enums_link(neutral, arena, error) != ERROR_NONE)
        return error->code;
    return make_keys(neutral, arena, error);
}

enum error_code neutral_make(struct neutral ret_sides[SIDE_COUNT], const struct snapshot *const sides[SIDE_COUNT],
                             struct arena *arena, struct error *error)
{
    const enum type_engine engines[] = {type_engine_of(sides[SIDE_FROM]->info.engine),
                                        type_engine_of(sides[SIDE_TO]->info.engine)};
    const bool compares_enums = neutral_has_enums(engines[SIDE_FROM]) && neutral_has_enums(engines[SIDE_TO]);

    for (unsigned side = 0; side < SIDE_COUNT; side++) {
        ret_sides[side] =
            (struct neutral){.engine = engines[side], .schemas = neutral_key_schemas(engines[side], engines[1 - side])};
        if (make_side(&ret_sides[side], sides[side], arena, error) != ERROR_NONE)
            return error->code;
    }
    if (tell_tables_apart(ret_sides, arena, error) != ERROR_NONE ||
        tell_enums_apart(ret_sides, arena, error) != ERROR_NONE ||
        tell_all_columns_apart(ret_sides, arena, error) != ERROR_NONE ||
        link_side(&ret_sides[SIDE_FROM], compares_enums, arena, error) != ERROR_NONE)
        return error->code;
    return link_side(&ret_sides[SIDE_TO], compares_enums, arena, error);
}

/* ---------------------------------------------------------------- finding */

enum error_code neutral_find(const struct neutral_table **ret_table, const struct neutral *neutral,
                             const struct neutral *named_by, struct text path, struct arena *arena, struct error *error)
{
    struct path parsed;

    *ret_table = NULL;
    if (neutral_key_parse(&parsed, KIND_TABLE, path, arena, error) != ERROR_NONE)
        return error->code;
    for (int exact = 1; exact >= 0 && parsed.count > 0 && *ret_table == NULL; exact--) {
        struct neutral_table wanted = {.key = neutral_key_table(named_by->schemas, &parsed, exact != 0, arena)};

        if (wanted.key.bytes == NULL)
            return arena_error(arena, error, doing);
        *ret_table = bsearch(&wanted, neutral->tables, neutral->count, sizeof wanted, compare_tables);
    }
    return ERROR_NONE;
}

struct neutral_attribute *neutral_attribute(struct neutral_part *part, struct text name)
{
    for (uint32_t i = 0; i < part->attribute_count; i++)
        if (text_equal(part->attributes[i].said.name, name))
            return &part->attributes[i];
    return NULL;
}
