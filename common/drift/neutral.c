#include "drift/neutral.h"

#include <stdlib.h>

#include "drift/compare.h"
#include "drift/neutral_key.h"
#include "drift/neutral_part.h"
#include "schema/canonical.h"
#include "schema/lookup.h"

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

static enum error_code add_table(struct neutral *neutral, const struct trie_entry *entry, struct arena *arena,
                                 struct error *error)
{
    struct neutral_table *table = &neutral->tables[neutral->count];
    struct object object = {0};

    if (canonical_decode(entry->blob, arena, &object, error) != ERROR_NONE)
        return error->code;
    object.path = entry->path;
    if (has(&object, TEXT("partition_of")) || has(&object, TEXT("module"))) {
        neutral->rest[has(&object, TEXT("module")) ? NEUTRAL_REST_VIRTUAL : NEUTRAL_REST_PARTITION]++;
        return ERROR_NONE;
    }
    *table = (struct neutral_table){.object = object, .path = compare_path(entry, arena)};
    table->key = neutral_key_table(neutral->engine, &entry->path, false, arena);
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

/* Two names that differ only in case are told apart by it. */
static enum error_code tell_apart(struct neutral *neutral, struct arena *arena, struct error *error)
{
    bool again = false;

    sort_tables(neutral);
    for (uint32_t i = 0, end; i < neutral->count; i = end) {
        for (end = i + 1; end < neutral->count && compare_tables(&neutral->tables[i], &neutral->tables[end]) == 0;
             end++)
            ;
        for (uint32_t k = i; k < end && end - i > 1; k++) {
            struct neutral_table *table = &neutral->tables[k];

            table->key = neutral_key_table(neutral->engine, &table->object.path, true, arena);
            if (table->key.bytes == NULL)
                return arena_error(arena, error, doing);
            again = true;
        }
    }
    if (again)
        sort_tables(neutral);
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

enum error_code neutral_make(struct neutral *ret_neutral, const struct snapshot *snapshot, struct arena *arena,
                             struct error *error)
{
    struct neutral neutral = {.engine = type_engine_of(snapshot->info.engine)};

    count_rest(&neutral, snapshot);
    if (list_tables(&neutral, snapshot, arena, error) != ERROR_NONE || tell_apart(&neutral, arena, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < neutral.count; i++)
        if (neutral_columns_make(&neutral.tables[i], neutral.engine, arena, error) != ERROR_NONE)
            return error->code;
    for (uint32_t i = 0; i < neutral.count; i++)
        if (neutral_keys_make(&neutral.tables[i], &neutral, arena, error) != ERROR_NONE)
            return error->code;
    for (uint32_t i = 0; i < neutral.count; i++)
        sort_parts(&neutral.tables[i]);
    *ret_neutral = neutral;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- finding */

enum error_code neutral_find(const struct neutral_table **ret_table, const struct neutral *neutral,
                             enum type_engine engine, struct text path, struct arena *arena, struct error *error)
{
    struct path parsed;
    enum error_code code;

    *ret_table = NULL;
    code = path.length == 0 ? ERROR_USAGE : path_parse(KIND_TABLE, path, arena, &parsed, error);
    if (code != ERROR_NONE)
        return code == ERROR_USAGE ? ERROR_NONE : code;
    for (int exact = 1; exact >= 0 && *ret_table == NULL; exact--) {
        struct neutral_table wanted = {.key = neutral_key_table(engine, &parsed, exact != 0, arena)};

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
