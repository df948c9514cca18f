#include "schema/load.h"

#include <stdlib.h>

#include "schema/load_root.h"
#include "schema/node.h"
#include "schema/trie_load.h"

static const char doing[] = "reading a snapshot";

enum { FROM, TO, SIDES };

/* One key that differs in one aspect. */
struct keyed {
    struct hash key;
    const struct trie_entry *entries[SIDES];
};

struct keyed_list {
    struct keyed *items; /* in key order */
    uint32_t count;
    uint32_t capacity;
    struct arena *arena;
};

/* One of the two snapshots. */
struct part_side {
    struct snapshot *snapshot;    /* that is being made */
    const struct snapshot *whole; /* in memory already; NULL: it is in the source */
    struct node_root root;        /* of one that is in the source */
    struct trie_reader reader;    /* into the snapshot's arena */
};

/* What loading two snapshots needs at every step. */
struct pair_loader {
    const struct node_source *nodes;
    size_t memory_limit;
    struct arena arena; /* for what is needed until the end only */
    struct trie_reader reader;
    struct part_side sides[SIDES];
    const struct load_step *step;            /* NULL: all that differs */
    struct keyed_list changed[ASPECT_COUNT]; /* what differs in each aspect, or what of it the step touched */
    struct keyed *rows; /* every key that differs in any aspect, and what the one that is looked at has of it */
    uint32_t row_count;
    struct trie_wanted *wanted; /* room to look for as many */
    struct error *error;
};

static enum error_code no_memory(struct pair_loader *loader)
{
    return arena_error(&loader->arena, loader->error, doing);
}

static enum error_code collect(void *context, const struct trie_entry *from, const struct trie_entry *to,
                               struct error *error)
{
    struct keyed_list *list = context;

    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        struct keyed *items = arena_array(list->arena, capacity, sizeof *items);

        if (items == NULL)
            return arena_error(list->arena, error, doing);
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = (struct keyed){(from != NULL ? from : to)->key, {from, to}};
    return ERROR_NONE;
}

static struct trie_side trie_side(const struct part_side *side, unsigned aspect)
{
    if (side->whole != NULL)
        return (struct trie_side){.trie = &side->whole->tries[aspect]};
    return (struct trie_side){.top = side->root.tops[aspect]};
}

static enum error_code find_changed(struct pair_loader *loader, const struct part_side *from,
                                    const struct part_side *to)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct trie_comparison comparison = {.from = trie_side(from, aspect),
                                                   .to = trie_side(to, aspect),
                                                   .visit = collect,
                                                   .context = &loader->changed[aspect]};

        loader->changed[aspect] = (struct keyed_list){.arena = &loader->arena};
        if (trie_load_diff(&comparison, &loader->reader, loader->error) != ERROR_NONE)
            return loader->error->code;
    }
    return ERROR_NONE;
}

/* The smallest key that any list has next; NULL at the end of all. */
static const struct hash *next_key(const struct pair_loader *loader, const uint32_t next[ASPECT_COUNT])
{
    const struct hash *smallest = NULL;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct keyed_list *list = &loader->changed[aspect];
        const struct hash *key = next[aspect] < list->count ? &list->items[next[aspect]].key : NULL;

        if (key != NULL && (smallest == NULL || memcmp(key->bytes, smallest->bytes, HASH_SIZE) < 0))
            smallest = key;
    }
    return smallest;
}

static enum error_code join_keys(struct pair_loader *loader)
{
    uint32_t next[ASPECT_COUNT] = {0};
    const struct hash *key;
    size_t most = 0;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        most += loader->changed[aspect].count;
    loader->row_count = 0;
    loader->rows = arena_array(&loader->arena, most, sizeof *loader->rows);
    loader->wanted = arena_array(&loader->arena, most, sizeof *loader->wanted);
    if (loader->rows == NULL || loader->wanted == NULL)
        return no_memory(loader);
    while ((key = next_key(loader, next)) != NULL) {
        struct keyed *row = &loader->rows[loader->row_count++];

        row->key = *key;
        for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
            const struct keyed_list *list = &loader->changed[aspect];

            next[aspect] += next[aspect] < list->count && hash_equal(&list->items[next[aspect]].key, &row->key);
        }
    }
    return ERROR_NONE;
}

/* Find what one side has of some sorted keys in one aspect. */
static enum error_code find_entries(struct pair_loader *loader, unsigned which, unsigned aspect,
                                    struct trie_wanted *wanted, uint32_t count)
{
    const struct trie_side side = trie_side(&loader->sides[which], aspect);

    if (side.trie == NULL)
        return trie_load_wanted(&side.top, wanted, count, &loader->reader, loader->error);
    for (uint32_t i = 0; i < count; i++)
        wanted[i].entry = trie_find(side.trie, &wanted[i].key);
    return ERROR_NONE;
}

/* Set what both sides have of each row in one aspect. */
static enum error_code fill_rows(struct pair_loader *loader, unsigned aspect)
{
    const struct keyed_list *changed = &loader->changed[aspect];
    uint32_t next = 0, wanted = 0;

    for (uint32_t i = 0; i < loader->row_count; i++) {
        struct keyed *row = &loader->rows[i];

        if (next < changed->count && hash_equal(&changed->items[next].key, &row->key))
            *row = changed->items[next++];
        else
            loader->wanted[wanted++] = (struct trie_wanted){.key = row->key};
    }
    /* What did not change is the same on both sides. */
    if (find_entries(loader, TO, aspect, loader->wanted, wanted) != ERROR_NONE)
        return loader->error->code;
    next = wanted = 0;
    for (uint32_t i = 0; i < loader->row_count; i++) {
        struct keyed *row = &loader->rows[i];

        if (next < changed->count && hash_equal(&changed->items[next].key, &row->key))
            next++;
        else
            row->entries[FROM] = row->entries[TO] = loader->wanted[wanted++].entry;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- what a step touched */

/* Sorted keys, each once, with what either side has of them. */
struct touched {
    struct trie_wanted *sides[SIDES];
    uint32_t count;
};

static int compare_wanted(const void *a, const void *b)
{
    return memcmp(((const struct trie_wanted *)a)->key.bytes, ((const struct trie_wanted *)b)->key.bytes, HASH_SIZE);
}

/* What the old and the new one differ in. */
static enum error_code find_stepped(struct pair_loader *loader)
{
    const struct hash *const roots[SIDES] = {loader->step->old, loader->step->now};
    struct part_side sides[SIDES] = {0};

    for (unsigned side = 0; side < SIDES; side++) {
        struct text bytes;

        if (load_fetch_root(loader->nodes, roots[side], &loader->arena, &bytes, loader->error) != ERROR_NONE ||
            node_read_root(bytes, &sides[side].root, loader->error) != ERROR_NONE)
            return loader->error->code;
    }
    if (find_changed(loader, &sides[FROM], &sides[TO]) != ERROR_NONE)
        return loader->error->code;
    return join_keys(loader);
}

/* The keys that the step touched, and those that are named beside it. */
static enum error_code list_touched(struct pair_loader *loader, struct touched *ret_touched)
{
    const struct load_step *step = loader->step;
    size_t most = loader->row_count + step->also_count;
    struct trie_wanted *keys = arena_array(&loader->arena, most, sizeof *keys);
    struct touched touched = {.sides = {keys, arena_array(&loader->arena, most, sizeof *keys)}};
    size_t count = 0;

    if (keys == NULL || touched.sides[TO] == NULL)
        return no_memory(loader);
    for (uint32_t i = 0; i < loader->row_count; i++)
        keys[count++].key = loader->rows[i].key;
    for (size_t i = 0; i < step->also_count; i++)
        keys[count++].key =
            trie_key(loader->reader.hasher, &loader->reader.scratch, step->also[i].kind, &step->also[i].path);
    if (buffer_check(&loader->reader.scratch, loader->error, doing) != ERROR_NONE)
        return loader->error->code;
    if (count > 1)
        qsort(keys, count, sizeof *keys, compare_wanted);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !hash_equal(&keys[i].key, &keys[touched.count - 1].key))
            keys[touched.count++].key = keys[i].key;
    *ret_touched = touched;
    return ERROR_NONE;
}

static bool is_same_entry(const struct trie_entry *from, const struct trie_entry *to)
{
    return from == NULL || to == NULL ? from == to : hash_equal(&from->blob_hash, &to->blob_hash);
}

/* Of what the two snapshots differ in, what was touched. */
static enum error_code find_touched_in(struct pair_loader *loader, const struct touched *touched, unsigned aspect)
{
    const struct trie_wanted *from = touched->sides[FROM], *to = touched->sides[TO];

    for (unsigned side = 0; side < SIDES; side++) {
        for (uint32_t i = 0; i < touched->count; i++)
            touched->sides[side][i] = (struct trie_wanted){.key = from[i].key};
        if (find_entries(loader, side, aspect, touched->sides[side], touched->count) != ERROR_NONE)
            return loader->error->code;
    }
    for (uint32_t i = 0; i < touched->count; i++)
        if (!is_same_entry(from[i].entry, to[i].entry) &&
            collect(&loader->changed[aspect], from[i].entry, to[i].entry, loader->error) != ERROR_NONE)
            return loader->error->code;
    return ERROR_NONE;
}

static enum error_code find_touched(struct pair_loader *loader)
{
    struct touched touched = {0};

    if (find_stepped(loader) != ERROR_NONE || list_touched(loader, &touched) != ERROR_NONE)
        return loader->error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        loader->changed[aspect] = (struct keyed_list){.arena = &loader->arena};
        if (find_touched_in(loader, &touched, aspect) != ERROR_NONE)
            return loader->error->code;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- two snapshots of it */

/* Make an entry the snapshot's own, with its blob; one of a snapshot in memory stays where it is. */
static enum error_code take_entry(struct part_side *side, const struct trie_entry *found, unsigned aspect,
                                  struct trie_entry *ret_entry, struct error *error)
{
    struct arena *arena = &side->snapshot->arena;
    struct trie_entry entry = {
        .key = found->key, .kind = found->kind, .path = found->path, .blob_hash = found->blob_hash};

    if (side->whole != NULL) {
        *ret_entry = *found;
        return ERROR_NONE;
    }
    for (uint32_t i = 0; i < entry.path.count; i++) {
        entry.path.elements[i].bytes = arena_string(arena, found->path.elements[i]);
        if (entry.path.elements[i].bytes == NULL)
            return arena_error(arena, error, doing);
    }
    *ret_entry = entry;
    return trie_load_blob(ret_entry, (enum aspect)aspect, &side->reader, error);
}

/* What one side has of every row. */
static enum error_code make_trie(struct pair_loader *loader, unsigned which, unsigned aspect)
{
    struct part_side *side = &loader->sides[which];
    struct arena *arena = &side->snapshot->arena;
    struct trie *trie = &side->snapshot->tries[aspect];
    struct trie_entry *entries = arena_array(arena, loader->row_count, sizeof *entries);
    uint32_t count = 0;

    if (entries == NULL)
        return arena_error(arena, loader->error, doing);
    for (uint32_t i = 0; i < loader->row_count; i++) {
        const struct trie_entry *found = loader->rows[i].entries[which];

        if (found != NULL && take_entry(side, found, aspect, &entries[count++], loader->error) != ERROR_NONE)
            return loader->error->code;
    }
    if (trie_build(trie, entries, count, arena, side->reader.hasher, loader->error) != ERROR_NONE)
        return loader->error->code;
    trie->top->hash = side->whole != NULL ? side->whole->tries[aspect].top->hash : side->root.tops[aspect].hash;
    return ERROR_NONE;
}

static enum error_code begin_side(struct pair_loader *loader, struct part_side *side, const struct hash *root)
{
    struct text bytes;

    if (load_new_snapshot(&side->snapshot, loader->memory_limit, loader->error) != ERROR_NONE ||
        trie_reader_open(&side->reader, loader->nodes, &side->snapshot->arena, loader->error) != ERROR_NONE)
        return loader->error->code;
    side->snapshot->root = *root;
    if (side->whole != NULL) {
        side->snapshot->canonical_version = side->whole->canonical_version;
        side->snapshot->info = side->whole->info;
        side->snapshot->gaps = side->whole->gaps;
        side->snapshot->gap_count = side->whole->gap_count;
        return ERROR_NONE;
    }
    if (load_fetch_root(loader->nodes, root, &side->snapshot->arena, &bytes, loader->error) != ERROR_NONE ||
        node_read_root(bytes, &side->root, loader->error) != ERROR_NONE)
        return loader->error->code;
    return load_take_root(side->snapshot, &side->root, loader->error);
}

static enum error_code find_rows(struct pair_loader *loader)
{
    enum error_code code =
        loader->step != NULL ? find_touched(loader) : find_changed(loader, &loader->sides[FROM], &loader->sides[TO]);

    return code == ERROR_NONE ? join_keys(loader) : code;
}

/* Snapshots of two engines differ everywhere, also where their bytes are equal: each is loaded as a whole. */
static bool are_of_two_engines(const struct pair_loader *loader)
{
    return !text_equal(loader->sides[FROM].snapshot->info.engine, loader->sides[TO].snapshot->info.engine);
}

static enum error_code load_wholes(struct pair_loader *loader)
{
    for (unsigned side = 0; side < SIDES; side++) {
        struct part_side *place = &loader->sides[side];
        struct hash root = place->snapshot->root;

        if (place->whole != NULL) {
            memcpy(place->snapshot->tries, place->whole->tries, sizeof place->snapshot->tries);
            continue;
        }
        trie_reader_close(&place->reader);
        snapshot_free(place->snapshot);
        place->snapshot = NULL;
        if (snapshot_load(&place->snapshot, &root, loader->nodes, loader->memory_limit, loader->error) != ERROR_NONE)
            return loader->error->code;
    }
    return ERROR_NONE;
}

static enum error_code load_pair(struct pair_loader *loader, const struct hash *from, const struct hash *to)
{
    if (trie_reader_open(&loader->reader, loader->nodes, &loader->arena, loader->error) != ERROR_NONE ||
        begin_side(loader, &loader->sides[FROM], from) != ERROR_NONE ||
        begin_side(loader, &loader->sides[TO], to) != ERROR_NONE)
        return loader->error->code;
    if (are_of_two_engines(loader))
        return load_wholes(loader);
    if (find_rows(loader) != ERROR_NONE)
        return loader->error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (fill_rows(loader, aspect) != ERROR_NONE || make_trie(loader, FROM, aspect) != ERROR_NONE ||
            make_trie(loader, TO, aspect) != ERROR_NONE)
            return loader->error->code;
    for (unsigned side = 0; side < SIDES; side++)
        if (load_check_aspects(loader->sides[side].snapshot, loader->reader.hasher, loader->error) != ERROR_NONE)
            return loader->error->code;
    return ERROR_NONE;
}

/* Load, and hand over or release what was made. */
static enum error_code run_pair(struct pair_loader *loader, const struct hash *from, const struct hash *to,
                                struct snapshot **ret_from, struct snapshot **ret_to)
{
    enum error_code code;

    arena_init(&loader->arena, loader->memory_limit);
    code = load_pair(loader, from, to);
    for (unsigned side = 0; side < SIDES; side++) {
        trie_reader_close(&loader->sides[side].reader);
        if (code != ERROR_NONE)
            snapshot_free(loader->sides[side].snapshot);
    }
    trie_reader_close(&loader->reader);
    arena_free(&loader->arena);
    if (code != ERROR_NONE)
        return code;
    *ret_from = loader->sides[FROM].snapshot;
    *ret_to = loader->sides[TO].snapshot;
    return ERROR_NONE;
}

static enum error_code load_all_new(struct snapshot **ret_from, struct snapshot **ret_to, struct pair_loader *loader,
                                    const struct hash *to)
{
    struct snapshot_input nothing = {0};
    struct snapshot *from = NULL, *whole = NULL;

    if (snapshot_load(&whole, to, loader->nodes, loader->memory_limit, loader->error) != ERROR_NONE)
        return loader->error->code;
    nothing.info.engine = whole->info.engine;
    if (snapshot_build(&from, &nothing, loader->memory_limit, loader->error) != ERROR_NONE) {
        snapshot_free(whole);
        return loader->error->code;
    }
    *ret_from = from;
    *ret_to = whole;
    return ERROR_NONE;
}

enum error_code snapshot_load_changed(struct snapshot **ret_from, struct snapshot **ret_to, const struct hash *from,
                                      const struct hash *to, const struct node_source *nodes, size_t memory_limit,
                                      struct error *error)
{
    struct pair_loader loader = {.nodes = nodes, .memory_limit = memory_limit, .error = error};

    if (from == NULL)
        return load_all_new(ret_from, ret_to, &loader, to);
    return run_pair(&loader, from, to, ret_from, ret_to);
}

enum error_code snapshot_load_against(struct snapshot **ret_from, struct snapshot **ret_to, const struct hash *from,
                                      const struct snapshot *to, const struct node_source *nodes, size_t memory_limit,
                                      struct error *error)
{
    struct pair_loader loader = {.nodes = nodes, .memory_limit = memory_limit, .sides[TO].whole = to, .error = error};

    return run_pair(&loader, from, &to->root, ret_from, ret_to);
}

enum error_code snapshot_load_touched(struct snapshot **ret_from, struct snapshot **ret_to, const struct hash *from,
                                      const struct hash *to, const struct load_step *step,
                                      const struct node_source *nodes, size_t memory_limit, struct error *error)
{
    struct pair_loader loader = {.nodes = nodes, .memory_limit = memory_limit, .step = step, .error = error};

    return run_pair(&loader, from, to, ret_from, ret_to);
}
