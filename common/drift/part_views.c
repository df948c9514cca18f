#include "drift/part_views.h"

#include <stdlib.h>

static int compare_views(const void *a, const void *b)
{
    const struct part_view *x = a, *y = b;

    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : text_compare(x->name, y->name);
}

/* Every aspect by itself. */
static void add_views(struct part_views *views, const struct object objects[ASPECT_COUNT],
                      const struct trie_entry *structure)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct object *object = &objects[aspect];
        bool has_ids = aspect == ASPECT_STRUCTURE && structure != NULL && structure->part_ids != NULL &&
                       structure->part_count == object->part_count;

        for (uint32_t i = 0; i < object->part_count; i++) {
            struct part_view *view = &views->items[views->count++];

            *view = (struct part_view){.kind = object->parts[i].kind, .name = object->parts[i].name};
            view->id = has_ids ? structure->part_ids[i] : 0;
            view->at[aspect] = &object->parts[i];
        }
    }
}

/* Make one of those that are of one part. */
static void merge_views(struct part_views *views)
{
    uint32_t kept = 0;

    if (views->count > 1)
        qsort(views->items, views->count, sizeof *views->items, compare_views);
    for (uint32_t i = 0; i < views->count; i++) {
        const struct part_view *view = &views->items[i];

        if (kept == 0 || compare_views(&views->items[kept - 1], view) != 0) {
            views->items[kept++] = *view;
            continue;
        }
        for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
            if (view->at[aspect] != NULL)
                views->items[kept - 1].at[aspect] = view->at[aspect];
        views->items[kept - 1].id |= view->id;
    }
    views->count = kept;
}

enum error_code part_views_make(struct part_views *ret_views, const struct object objects[ASPECT_COUNT],
                                const struct trie_entry *structure, struct arena *arena, struct error *error)
{
    struct part_views views = {0};
    size_t most = 0;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        most += objects[aspect].part_count;
    views.items = arena_array(arena, most, sizeof *views.items);
    if (views.items == NULL)
        return arena_error(arena, error, "comparing two snapshots");
    add_views(&views, objects, structure);
    merge_views(&views);
    *ret_views = views;
    return ERROR_NONE;
}

int part_views_order(const struct part_views *from, uint32_t a, const struct part_views *to, uint32_t b)
{
    if (a == from->count)
        return 1;
    return b == to->count ? -1 : compare_views(&from->items[a], &to->items[b]);
}

/* Whether a part of that number is there, under whatever name or under one that the other side does not have. */
static bool has_id(const struct part_views *views, const struct part_view *wanted, bool only_lone)
{
    for (uint32_t i = 0; i < views->count; i++)
        if (views->items[i].kind == wanted->kind && views->items[i].id == wanted->id &&
            (views->items[i].is_lone || !only_lone))
            return true;
    return false;
}

/* Whether a name went from one part to another that has or had a name of its own: two columns that exchanged names. A
 * part that was made anew under its name is not meant: its old number is gone. Between databases that are akin the
 * other name must be one that was free; else what has the same name is the same. */
static bool is_exchanged(const struct part_views views[SIDE_COUNT], const struct part_view *from,
                         const struct part_view *to, enum part_ids ids)
{
    bool only_lone = ids == PART_IDS_AKIN;

    return from->id != 0 && to->id != 0 && from->id != to->id &&
           (has_id(&views[SIDE_TO], from, only_lone) || has_id(&views[SIDE_FROM], to, only_lone));
}

/* Mark those that only one side has by name. */
static void mark_lone(struct part_views views[SIDE_COUNT])
{
    struct part_views *from = &views[SIDE_FROM], *to = &views[SIDE_TO];
    uint32_t a = 0, b = 0;

    while (a < from->count || b < to->count) {
        int order = part_views_order(from, a, to, b);

        if (order < 0)
            from->items[a].is_lone = true;
        if (order > 0)
            to->items[b].is_lone = true;
        a += order <= 0;
        b += order >= 0;
    }
}

/* Mark those whose name went to another part. One that has to leave its name may take that of a third. Answers whether
 * any was marked. */
static bool mark_exchanged(struct part_views views[SIDE_COUNT], enum part_ids ids)
{
    struct part_views *from = &views[SIDE_FROM], *to = &views[SIDE_TO];
    bool any = false;
    uint32_t b = 0;

    for (uint32_t a = 0; a < from->count; a++) {
        while (b < to->count && part_views_order(from, a, to, b) > 0)
            b++;
        if (from->items[a].is_lone || part_views_order(from, a, to, b) != 0 ||
            !is_exchanged(views, &from->items[a], &to->items[b], ids))
            continue;
        from->items[a].is_lone = to->items[b].is_lone = true;
        any = true;
    }
    return any;
}

void part_views_match(struct part_views views[SIDE_COUNT], enum part_ids ids)
{
    for (unsigned side = 0; side < SIDE_COUNT; side++)
        for (uint32_t i = 0; i < views[side].count; i++)
            views[side].items[i].side = (enum side)side;
    mark_lone(views);
    while (ids != PART_IDS_NONE && mark_exchanged(views, ids))
        ;
}
