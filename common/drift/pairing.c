#include "drift/pairing.h"

#include <stdlib.h>

static const char doing[] = "comparing two snapshots";

/* What one trie says of one key. */
struct pair {
    const struct trie_entry *sides[SIDE_COUNT];
};

struct pair_list {
    struct pair *items;
    uint32_t count;
    uint32_t capacity;
    struct arena *arena;
};

static enum error_code collect(void *context, const struct trie_entry *from, const struct trie_entry *to,
                               struct error *error)
{
    struct pair_list *list = context;

    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        struct pair *items = arena_array(list->arena, capacity, sizeof *items);

        if (items == NULL)
            return arena_error(list->arena, error, doing);
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = (struct pair){{from, to}};
    return ERROR_NONE;
}

static const struct hash *pair_key(const struct pair *pair)
{
    return &(pair->sides[SIDE_FROM] != NULL ? pair->sides[SIDE_FROM] : pair->sides[SIDE_TO])->key;
}

/* The smallest key that any list has next, or NULL at the end of all. */
static const struct hash *next_key(const struct pair_list lists[ASPECT_COUNT], const uint32_t next[ASPECT_COUNT])
{
    const struct hash *smallest = NULL;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct hash *key;

        if (next[aspect] == lists[aspect].count)
            continue;
        key = pair_key(&lists[aspect].items[next[aspect]]);
        if (smallest == NULL || memcmp(key->bytes, smallest->bytes, HASH_SIZE) < 0)
            smallest = key;
    }
    return smallest;
}

const struct trie_entry *difference_entry(const struct difference *difference, enum side side)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (difference->entries[side][aspect] != NULL)
            return difference->entries[side][aspect];
    return NULL;
}

/* An object is there when its home aspect has it; that it has no access or storage entry says nothing. */
static void set_effect(struct difference *difference)
{
    const struct trie_entry *entry = difference_entry(difference, SIDE_FROM);
    enum aspect home;

    if (entry == NULL)
        entry = difference_entry(difference, SIDE_TO);
    difference->kind = entry->kind;
    home = kind_facts(entry->kind)->aspect;
    difference->effect = EFFECT_MODIFIED;
    if (difference->entries[SIDE_FROM][home] == NULL && difference->entries[SIDE_TO][home] != NULL)
        difference->effect = EFFECT_ADDED;
    if (difference->entries[SIDE_FROM][home] != NULL && difference->entries[SIDE_TO][home] == NULL)
        difference->effect = EFFECT_REMOVED;
}

/* The lists are in key order: one pass brings together what they say of each object. */
static enum error_code merge(struct difference_list *ret_list, const struct pair_list lists[ASPECT_COUNT],
                             struct arena *arena, struct error *error)
{
    uint32_t next[ASPECT_COUNT] = {0};
    struct difference_list list = {0};
    const struct hash *key;
    size_t most = 0;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        most += lists[aspect].count;
    list.items = arena_array(arena, most, sizeof *list.items);
    if (list.items == NULL)
        return arena_error(arena, error, doing);
    while ((key = next_key(lists, next)) != NULL) {
        struct difference *difference = &list.items[list.count++];

        for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
            const struct pair *pair = next[aspect] == lists[aspect].count ? NULL : &lists[aspect].items[next[aspect]];

            if (pair == NULL || !hash_equal(pair_key(pair), key))
                continue;
            difference->entries[SIDE_FROM][aspect] = pair->sides[SIDE_FROM];
            difference->entries[SIDE_TO][aspect] = pair->sides[SIDE_TO];
            next[aspect]++;
        }
        set_effect(difference);
    }
    *ret_list = list;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- objects that belong together */

/* Something added or removed, and its entry in its home trie. */
struct loner {
    struct difference *difference;
    const struct trie_entry *entry;
};

struct loner_list {
    struct loner *items;
    uint32_t count;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_ids(const void *a, const void *b)
{
    const struct loner *x = a, *y = b;
    int order = compare_numbers(x->entry->kind, y->entry->kind);

    return order != 0 ? order : compare_numbers(x->entry->id, y->entry->id);
}

static int compare_content(const void *a, const void *b)
{
    const struct loner *x = a, *y = b;
    int order = compare_numbers(x->entry->kind, y->entry->kind);

    return order != 0 ? order : memcmp(x->entry->blob_hash.bytes, y->entry->blob_hash.bytes, HASH_SIZE);
}

static bool is_loner(const struct difference *difference)
{
    return difference->effect == EFFECT_ADDED || difference->effect == EFFECT_REMOVED;
}

static enum error_code find_loners(struct loner_list *ret_list, const struct difference_list *list, struct arena *arena,
                                   struct error *error)
{
    struct loner_list loners = {arena_array(arena, list->count, sizeof *loners.items), 0};

    if (loners.items == NULL)
        return arena_error(arena, error, doing);
    for (uint32_t i = 0; i < list->count; i++) {
        struct difference *difference = &list->items[i];
        enum aspect home = kind_facts(difference->kind)->aspect;
        enum side side = difference->effect == EFFECT_REMOVED ? SIDE_FROM : SIDE_TO;

        if (is_loner(difference))
            loners.items[loners.count++] = (struct loner){difference, difference->entries[side][home]};
    }
    *ret_list = loners;
    return ERROR_NONE;
}

typedef int (*loner_order)(const void *a, const void *b);
typedef void (*loner_match)(struct loner *removed, struct loner *added, bool ids_decide);

/* Hand over each pair of one removed and one added object that the order calls equal, when there are no others. */
static void match_loners(struct loner_list *loners, loner_order order, loner_match match, bool ids_decide)
{
    if (loners->count > 1)
        qsort(loners->items, loners->count, sizeof *loners->items, order);
    for (uint32_t first = 0, end; first < loners->count; first = end) {
        struct loner *a = &loners->items[first], *b = a + 1;

        for (end = first + 1; end < loners->count && order(a, &loners->items[end]) == 0; end++)
            ;
        if (end - first != 2 || a->difference->effect == b->difference->effect)
            continue;
        if (a->difference->effect == EFFECT_REMOVED)
            match(a, b, ids_decide);
        else
            match(b, a, ids_decide);
    }
}

static void join_renamed(struct loner *removed, struct loner *added, bool ids_decide)
{
    struct difference *joined = added->difference;

    (void)ids_decide;
    if (added->entry->id == 0)
        return;
    joined->effect = EFFECT_RENAMED;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        joined->entries[SIDE_FROM][aspect] = removed->difference->entries[SIDE_FROM][aspect];
    removed->difference->kind = KIND_NONE; /* swept out by remove_joined() */
}

/* Two objects that the server itself tells apart are no renamed one. A content of a few bytes says nothing: it is a
 * version, a kind and two counts of nothing. */
static void join_probable(struct loner *removed, struct loner *added, bool ids_decide)
{
    enum { TRIVIAL_CONTENT = 4 };

    if ((ids_decide && removed->entry->id != 0 && added->entry->id != 0) ||
        added->entry->blob.length <= TRIVIAL_CONTENT)
        return;
    removed->difference->probable = added->entry;
    added->difference->probable = removed->entry;
}

static void remove_joined(struct difference_list *list)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].kind != KIND_NONE)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

bool pairing_same_origin(const struct snapshot *from, const struct snapshot *to)
{
    return from->info.origin.length > 0 && text_equal(from->info.origin, to->info.origin);
}

bool pairing_akin(const struct snapshot *from, const struct snapshot *to)
{
    return pairing_same_origin(from, to) && (from->info.akin || to->info.akin);
}

/* ---------------------------------------------------------------- names that another object has taken */

/* An object on one side, in its home trie. */
struct presence {
    const struct trie_entry *entry;
    enum side side;
    uint32_t place; /* of the difference that tells of it */
};

struct presence_list {
    struct presence *items; /* by kind and id */
    uint32_t count;
};

static int compare_presences(const void *a, const void *b)
{
    const struct presence *x = a, *y = b;
    int order = compare_numbers(x->entry->kind, y->entry->kind);

    return order != 0 ? order : compare_numbers(x->entry->id, y->entry->id);
}

static const struct trie_entry *home_entry(const struct difference *difference, enum side side)
{
    return difference->entries[side][kind_facts(difference->kind)->aspect];
}

/* One name, two objects: the server's ids tell that what has the name now is not what had it before. */
static bool is_replaced(const struct difference *difference)
{
    const struct trie_entry *from = home_entry(difference, SIDE_FROM), *to = home_entry(difference, SIDE_TO);

    return difference->effect == EFFECT_MODIFIED && from != NULL && to != NULL && from->id != 0 && to->id != 0 &&
           from->id != to->id;
}

/* Every object that differs, on the sides that have it. */
static enum error_code find_presences(struct presence_list *ret_list, const struct difference_list *list,
                                      struct arena *arena, struct error *error)
{
    struct presence *items = arena_array(arena, (size_t)list->count * SIDE_COUNT, sizeof *items);
    uint32_t count = 0;

    if (items == NULL)
        return arena_error(arena, error, doing);
    for (uint32_t i = 0; i < list->count; i++)
        for (unsigned side = 0; side < SIDE_COUNT; side++) {
            const struct trie_entry *entry = home_entry(&list->items[i], (enum side)side);

            if (entry != NULL && (is_loner(&list->items[i]) || is_replaced(&list->items[i])))
                items[count++] = (struct presence){entry, (enum side)side, i};
        }
    if (count > 1)
        qsort(items, count, sizeof *items, compare_presences);
    *ret_list = (struct presence_list){items, count};
    return ERROR_NONE;
}

/* The same object on the other side, under whatever name; NULL when it is not there. */
static const struct presence *find_elsewhere(const struct presence_list *list, const struct trie_entry *entry,
                                             enum side side)
{
    const struct presence wanted = {.entry = entry};
    const struct presence *end = list->items + list->count;
    const struct presence *found =
        list->count == 0 ? NULL : bsearch(&wanted, list->items, list->count, sizeof wanted, compare_presences);

    while (found != NULL && found > list->items && compare_presences(found - 1, &wanted) == 0)
        found--;
    for (; found != NULL && found < end && compare_presences(found, &wanted) == 0; found++)
        if (found->side != side)
            return found;
    return NULL;
}

/* Within one history a name went from one object to another when either of the two has another name on the other side.
 */
static void mark_replaced(const struct difference_list *list, const struct presence_list *presences, bool *split)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct difference *difference = &list->items[i];

        split[i] = is_replaced(difference) &&
                   (find_elsewhere(presences, home_entry(difference, SIDE_FROM), SIDE_FROM) != NULL ||
                    find_elsewhere(presences, home_entry(difference, SIDE_TO), SIDE_TO) != NULL);
    }
}

/* Between databases that are akin one of them must have a name that is free on the other side: else what has the same
 * name is the same. From there on each one that had to leave its name may have taken that of the next. */
static void mark_pushed_out(const struct difference_list *list, const struct presence_list *presences, bool *split)
{
    for (uint32_t i = 0; i < list->count; i++) {
        enum side side = list->items[i].effect == EFFECT_REMOVED ? SIDE_FROM : SIDE_TO;
        uint32_t at = i;

        while (is_loner(&list->items[i])) {
            const struct trie_entry *entry = home_entry(&list->items[at], side);
            const struct presence *next = entry->id == 0 ? NULL : find_elsewhere(presences, entry, side);

            if (next == NULL || !is_replaced(&list->items[next->place]) || split[next->place])
                break;
            at = next->place;
            split[at] = true;
        }
    }
}

/* The entries of every aspect, also of those that do not differ from the other object's. */
static struct difference one_side(const struct difference *difference, const struct snapshot *snapshot, enum side side)
{
    struct difference single = {.kind = difference->kind, .effect = side == SIDE_FROM ? EFFECT_REMOVED : EFFECT_ADDED};
    const struct hash *key = &home_entry(difference, side)->key;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        single.entries[side][aspect] = trie_find(&snapshot->tries[aspect], key);
    return single;
}

/* Take apart what changed under one name only because it is another object: a table that was put in the place of
 * another shows as two renames, not as one table that became another. */
static enum error_code split_replaced(struct difference_list *list, const struct snapshot *const sides[SIDE_COUNT],
                                      struct arena *arena, struct error *error)
{
    struct difference *items = arena_array(arena, (size_t)list->count * SIDE_COUNT, sizeof *items);
    bool *split = arena_array(arena, list->count, sizeof *split);
    struct presence_list presences = {0};
    uint32_t count = 0;

    if (items == NULL || split == NULL)
        return arena_error(arena, error, doing);
    if (find_presences(&presences, list, arena, error) != ERROR_NONE)
        return error->code;
    if (pairing_akin(sides[SIDE_FROM], sides[SIDE_TO]))
        mark_pushed_out(list, &presences, split);
    else
        mark_replaced(list, &presences, split);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct difference *difference = &list->items[i];

        if (!split[i]) {
            items[count++] = *difference;
            continue;
        }
        items[count++] = one_side(difference, sides[SIDE_FROM], SIDE_FROM);
        items[count++] = one_side(difference, sides[SIDE_TO], SIDE_TO);
    }
    *list = (struct difference_list){items, count};
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- schemas that take their objects along */

bool pairing_has_schema(enum kind kind)
{
    enum path_style style = kind_facts(kind)->path;

    return kind != KIND_USER_MAPPING && (style == PATH_QUALIFIED || style == PATH_SIGNATURE || style == PATH_OPERATOR);
}

/* Whether the only new thing in the object's path is the new name of its schema. */
static bool follows(const struct difference *object, const struct difference *schema)
{
    const struct path *from = &difference_entry(object, SIDE_FROM)->path;
    const struct path *to = &difference_entry(object, SIDE_TO)->path;

    for (uint32_t i = 1; i < from->count; i++)
        if (!text_equal(from->elements[i], to->elements[i]))
            return false;
    return text_equal(from->elements[0], difference_entry(schema, SIDE_FROM)->path.elements[0]) &&
           text_equal(to->elements[0], difference_entry(schema, SIDE_TO)->path.elements[0]);
}

static void mark_moved_along(struct difference_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct difference *schema = &list->items[i];

        if (schema->kind != KIND_SCHEMA || schema->effect != EFFECT_RENAMED)
            continue;
        for (uint32_t k = 0; k < list->count; k++)
            if (list->items[k].effect == EFFECT_RENAMED && pairing_has_schema(list->items[k].kind) &&
                follows(&list->items[k], schema))
                list->items[k].moved_along = true;
    }
}

enum error_code pairing_find(struct difference_list *ret_list, const struct snapshot *from, const struct snapshot *to,
                             struct arena *arena, struct error *error)
{
    const struct snapshot *const sides[SIDE_COUNT] = {from, to};
    struct pair_list lists[ASPECT_COUNT];
    bool same_origin = pairing_same_origin(from, to);
    struct difference_list list;
    struct loner_list loners;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        lists[aspect] = (struct pair_list){.arena = arena};
        if (trie_diff(&from->tries[aspect], &to->tries[aspect], collect, &lists[aspect], error) != ERROR_NONE)
            return error->code;
    }
    if (merge(&list, lists, arena, error) != ERROR_NONE)
        return error->code;
    if (same_origin) {
        if (split_replaced(&list, sides, arena, error) != ERROR_NONE ||
            find_loners(&loners, &list, arena, error) != ERROR_NONE)
            return error->code;
        match_loners(&loners, compare_ids, join_renamed, true);
        remove_joined(&list);
        mark_moved_along(&list);
    }
    if (find_loners(&loners, &list, arena, error) != ERROR_NONE)
        return error->code;
    match_loners(&loners, compare_content, join_probable, same_origin && !pairing_akin(from, to));
    *ret_list = list;
    return ERROR_NONE;
}
