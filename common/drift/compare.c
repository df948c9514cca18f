#include "drift/compare.h"

#include <stdlib.h>

#include "drift/column_order.h"
#include "drift/part_views.h"
#include "schema/canonical.h"

static const char doing[] = "comparing two snapshots";

/* What comparing one object needs at every step. */
struct comparison {
    struct change_list *changes;
    const struct compare_options *options;
    const struct difference *difference;
    struct arena *arena;
    struct error *error;
    bool loaded[ASPECT_COUNT]; /* which aspects differ and are decoded; the others are equal or of no interest */
    struct object objects[SIDE_COUNT][ASPECT_COUNT];
    struct text paths[SIDE_COUNT]; /* dotted; of a side that lacks the object, the other's */
};

static enum error_code no_memory(struct comparison *comparison)
{
    return arena_error(comparison->arena, comparison->error, doing);
}

/* ---------------------------------------------------------------- changes */

struct change *change_list_add(struct change_list *list)
{
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        struct change *items = arena_array(list->arena, capacity, sizeof *items);

        if (items == NULL)
            return NULL;
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count] = (struct change){.rule = ""};
    return &list->items[list->count++];
}

/* Empty when the object has the same path on both sides. */
static struct text owner_before(const struct comparison *comparison)
{
    bool is_same = text_equal(comparison->paths[SIDE_FROM], comparison->paths[SIDE_TO]);

    return is_same ? (struct text){"", 0} : comparison->paths[SIDE_FROM];
}

struct text compare_path(const struct trie_entry *entry, struct arena *arena)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct text path = {NULL, 0};

    path_write(&buffer, entry->kind, &entry->path);
    if (!buffer.failed) {
        path.bytes = arena_copy(arena, buffer.bytes, buffer.length);
        path.length = path.bytes == NULL ? 0 : buffer.length;
    } else {
        arena->over_limit = false;
    }
    return path;
}

struct text compare_part_path(struct text owner, struct text name, struct arena *arena)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct text path = {NULL, 0};

    buffer_add_text(&buffer, owner);
    buffer_add_byte(&buffer, '.');
    identifier_write(&buffer, name);
    if (!buffer.failed) {
        path.bytes = arena_copy(arena, buffer.bytes, buffer.length);
        path.length = path.bytes == NULL ? 0 : buffer.length;
    } else {
        arena->over_limit = false;
    }
    return path;
}

/* ---------------------------------------------------------------- attributes */

/* What an object or part says of itself in one aspect. */
struct attributes {
    const struct attribute *items;
    uint32_t count;
};

static struct attributes attributes_of(const struct part *part)
{
    return part == NULL ? (struct attributes){NULL, 0} : (struct attributes){part->attributes, part->attribute_count};
}

/* Walk two sorted lists; write the differences when there is a place for them. Answers how many there are. */
static uint32_t merge_attributes(struct attributes from, struct attributes to, struct attribute_change *ret_changes)
{
    uint32_t a = 0, b = 0, count = 0;

    while (a < from.count || b < to.count) {
        int order = a == from.count ? 1 : b == to.count ? -1 : text_compare(from.items[a].name, to.items[b].name);
        const struct attribute *left = order <= 0 ? &from.items[a++] : NULL;
        const struct attribute *right = order >= 0 ? &to.items[b++] : NULL;

        if (attribute_equal(left, right))
            continue;
        if (ret_changes != NULL)
            ret_changes[count] = (struct attribute_change){(left != NULL ? left : right)->name, left, right};
        count++;
    }
    return count;
}

static enum error_code compare_attributes(struct comparison *comparison, struct attributes from, struct attributes to,
                                          struct change *change)
{
    uint32_t count = merge_attributes(from, to, NULL);
    struct attribute_change *changes;

    if (count == 0)
        return ERROR_NONE;
    changes = arena_array(comparison->arena, count, sizeof *changes);
    if (changes == NULL)
        return no_memory(comparison);
    change->attribute_count = merge_attributes(from, to, changes);
    change->attributes = changes;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- the order of columns */

/* An order that only one side gives, or that differs by names which only one side has, is no difference. */
static enum error_code drop_same_column_order(struct comparison *comparison, const struct column_renames *renames,
                                              struct change *change)
{
    for (uint32_t i = 0; i < change->attribute_count; i++) {
        const struct attribute_change *order = &change->attributes[i];
        bool same = true;

        if (!text_equal(order->name, TEXT("column_order")))
            continue;
        if (order->from != NULL && order->to != NULL &&
            column_order_is_same(&same, text_list_of(order->from), text_list_of(order->to), renames, comparison->arena,
                                 comparison->error) != ERROR_NONE)
            return comparison->error->code;
        if (same) {
            change->attribute_count--;
            memmove(&change->attributes[i], &change->attributes[i + 1],
                    (change->attribute_count - i) * sizeof *change->attributes);
        }
        break;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- states */

static bool has_side(enum effect effect, enum side side)
{
    return effect != (side == SIDE_FROM ? EFFECT_ADDED : EFFECT_REMOVED);
}

/* What both sides say of a part. A view may be NULL also where the part is there: then nothing is said of it in the
 * aspect. */
static enum error_code set_part_states(struct comparison *comparison, struct change *change,
                                       const struct part_view *const views[SIDE_COUNT])
{
    for (unsigned side = 0; side < SIDE_COUNT; side++) {
        const struct part_view *named = views[side] != NULL ? views[side] : views[1 - side];
        struct attributes said = attributes_of(views[side] == NULL ? NULL : views[side]->at[change->aspect]);
        struct state_subject subject = {.kind = change->kind,
                                        .aspect = change->aspect,
                                        .name = named->name,
                                        .attributes = said.items,
                                        .attribute_count = said.count};

        if (!has_side(change->effect, (enum side)side))
            continue;
        subject.path = compare_part_path(comparison->paths[side], named->name, comparison->arena);
        if (subject.path.bytes == NULL)
            return no_memory(comparison);
        if (state_of_thing(&change->states[side], comparison->options->states, &subject, comparison->error) !=
            ERROR_NONE)
            return comparison->error->code;
    }
    return ERROR_NONE;
}

/* The order of columns counts when the change is about it. */
static enum error_code find_column_orders(struct comparison *comparison, const struct column_renames *renames,
                                          const struct change *change, struct text_list ret_orders[SIDE_COUNT])
{
    for (uint32_t i = 0; i < change->attribute_count; i++) {
        const struct attribute_change *order = &change->attributes[i];

        if (text_equal(order->name, TEXT("column_order")))
            return column_order_common(ret_orders, text_list_of(order->from), text_list_of(order->to), renames,
                                       comparison->arena, comparison->error);
    }
    return ERROR_NONE;
}

/* What a side says of the object in an aspect, which is not decoded yet when both say the same. */
static enum error_code read_own(struct comparison *comparison, enum side side, enum aspect aspect,
                                struct attributes *ret_own)
{
    const struct trie_entry *entry = comparison->difference->entries[side][aspect];
    struct object object = comparison->objects[side][aspect];

    if (!comparison->loaded[aspect] && entry != NULL &&
        canonical_decode(entry->blob, comparison->arena, &object, comparison->error) != ERROR_NONE)
        return comparison->error->code;
    *ret_own = (struct attributes){object.attributes, object.attribute_count};
    return ERROR_NONE;
}

/* What an object is called is one thing, and what it says of itself another: each may change without the other. */
static enum error_code set_name_states(struct comparison *comparison, struct change *change)
{
    for (unsigned side = 0; side < SIDE_COUNT; side++) {
        struct text path = comparison->paths[side];
        const struct state_subject subject = {
            .kind = change->kind, .aspect = change->aspect, .name = path, .path = path};

        if (state_of_thing(&change->states[side], comparison->options->states, &subject, comparison->error) !=
            ERROR_NONE)
            return comparison->error->code;
    }
    return ERROR_NONE;
}

static enum error_code set_own_states(struct comparison *comparison, const struct column_renames *renames,
                                      struct change *change)
{
    struct text_list orders[SIDE_COUNT] = {0};

    if (find_column_orders(comparison, renames, change, orders) != ERROR_NONE)
        return comparison->error->code;
    for (unsigned side = 0; side < SIDE_COUNT; side++) {
        struct state_subject subject = {.kind = change->kind,
                                        .aspect = change->aspect,
                                        .path = comparison->paths[side],
                                        .column_order = orders[side]};
        struct attributes own = {0};

        if (read_own(comparison, (enum side)side, change->aspect, &own) != ERROR_NONE)
            return comparison->error->code;
        subject.attributes = own.items;
        subject.attribute_count = own.count;
        if (state_of_thing(&change->states[side], comparison->options->states, &subject, comparison->error) !=
            ERROR_NONE)
            return comparison->error->code;
    }
    return ERROR_NONE;
}

static enum error_code set_object_states(struct comparison *comparison, const struct column_renames *renames,
                                         struct change *change)
{
    enum side side = change->effect == EFFECT_REMOVED ? SIDE_FROM : SIDE_TO;
    const struct state_object object = {change->kind, comparison->paths[side], comparison->difference->entries[side]};

    if (change->effect == EFFECT_RENAMED)
        return set_name_states(comparison, change);
    if (change->effect == EFFECT_MODIFIED)
        return set_own_states(comparison, renames, change);
    return state_of_object(&change->states[side], comparison->options->states, &object, comparison->arena,
                           comparison->error);
}

/* ---------------------------------------------------------------- parts */

static const struct trie_entry *structure_of(const struct comparison *comparison, enum side side)
{
    return comparison->difference->entries[side][ASPECT_STRUCTURE];
}

/* Numbers of parts mean something only within one object: not in one that was dropped and made anew under its name.
 * Between databases that are akin another number proves nothing: there, what has one name is one object. */
static enum part_ids ids_of_parts(const struct comparison *comparison)
{
    const struct trie_entry *from = structure_of(comparison, SIDE_FROM), *to = structure_of(comparison, SIDE_TO);

    if (!comparison->options->same_origin || from == NULL || to == NULL)
        return PART_IDS_NONE;
    if (comparison->options->akin)
        return PART_IDS_AKIN;
    return from->id == to->id ? PART_IDS_SAME : PART_IDS_NONE;
}

/* One change of a part in one aspect. NULL views: that side lacks the part. */
static enum error_code report_part(struct comparison *comparison, enum effect effect, enum aspect aspect,
                                   const struct part_view *from, const struct part_view *to)
{
    const struct part_view *shown = to != NULL ? to : from;
    struct change change = {.effect = effect,
                            .kind = shown->kind,
                            .object_kind = comparison->difference->kind,
                            .owner = comparison->paths[SIDE_TO],
                            .owner_before = owner_before(comparison),
                            .aspect = aspect,
                            .rule = ""};
    struct change *place;

    if (compare_attributes(comparison, attributes_of(from == NULL ? NULL : from->at[aspect]),
                           attributes_of(to == NULL ? NULL : to->at[aspect]), &change) != ERROR_NONE)
        return comparison->error->code;
    if (effect == EFFECT_MODIFIED && change.attribute_count == 0)
        return ERROR_NONE;
    change.object = compare_part_path(comparison->paths[SIDE_TO], shown->name, comparison->arena);
    if (effect == EFFECT_RENAMED)
        change.renamed_from = compare_part_path(comparison->paths[SIDE_FROM], from->name, comparison->arena);
    place = change_list_add(comparison->changes);
    if (change.object.bytes == NULL || (effect == EFFECT_RENAMED && change.renamed_from.bytes == NULL) || place == NULL)
        return no_memory(comparison);
    if (comparison->options->states != NULL &&
        set_part_states(comparison, &change, (const struct part_view *[]){from, to}) != ERROR_NONE)
        return comparison->error->code;
    *place = change;
    return ERROR_NONE;
}

/* A part that came, went or was renamed: once in the first aspect that is compared and has it, and what else differs of
 * a renamed one in the others. */
static enum error_code report_part_effect(struct comparison *comparison, enum effect effect,
                                          const struct part_view *from, const struct part_view *to)
{
    bool reported = false;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        bool there = (from != NULL && from->at[aspect] != NULL) || (to != NULL && to->at[aspect] != NULL);

        if (!comparison->loaded[aspect] || !comparison->options->aspects[aspect] || !there)
            continue;
        if (reported && effect != EFFECT_RENAMED)
            continue;
        if (report_part(comparison, reported ? EFFECT_MODIFIED : effect, (enum aspect)aspect, from, to) != ERROR_NONE)
            return comparison->error->code;
        reported = true;
    }
    return ERROR_NONE;
}

static enum error_code report_part_modified(struct comparison *comparison, const struct part_view *from,
                                            const struct part_view *to)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (comparison->loaded[aspect] && comparison->options->aspects[aspect] &&
            report_part(comparison, EFFECT_MODIFIED, (enum aspect)aspect, from, to) != ERROR_NONE)
            return comparison->error->code;
    return ERROR_NONE;
}

/* A part that only one side has; when the structure is equal, it is one that only this aspect speaks of. */
static enum error_code report_lone_part(struct comparison *comparison, const struct part_view *lone)
{
    bool gone = lone->side == SIDE_FROM;
    const struct part_view *from = gone ? lone : NULL, *to = gone ? NULL : lone;

    if (lone->at[ASPECT_STRUCTURE] == NULL)
        return report_part_modified(comparison, from, to);
    return report_part_effect(comparison, gone ? EFFECT_REMOVED : EFFECT_ADDED, from, to);
}

static int compare_view_ids(const void *a, const void *b)
{
    const struct part_view *x = *(struct part_view *const *)a, *y = *(struct part_view *const *)b;

    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : x->id < y->id ? -1 : x->id > y->id;
}

/* Parts whose name only one side has, sorted by kind and id: the same id on both sides is a rename. */
static enum error_code report_lone_parts(struct comparison *comparison, struct part_view **lone, uint32_t count,
                                         struct column_renames *renames)
{
    bool comparable = ids_of_parts(comparison) != PART_IDS_NONE;

    if (count > 1)
        qsort(lone, count, sizeof *lone, compare_view_ids);
    for (uint32_t i = 0, end; i < count; i = end) {
        enum error_code code = ERROR_NONE;

        for (end = i + 1; end < count && lone[i]->id != 0 && compare_view_ids(&lone[i], &lone[end]) == 0; end++)
            ;
        if (comparable && end - i == 2 && lone[i]->side != lone[i + 1]->side) {
            struct part_view *from = lone[lone[i]->side == SIDE_FROM ? i : i + 1];
            struct part_view *to = lone[lone[i]->side == SIDE_FROM ? i + 1 : i];

            if (from->kind == KIND_COLUMN)
                renames->items[renames->count++] = (struct column_rename){from->name, to->name};
            code = report_part_effect(comparison, EFFECT_RENAMED, from, to);
        } else {
            code = report_lone_part(comparison, lone[i]);
            end = i + 1;
        }
        if (code != ERROR_NONE)
            return code;
    }
    column_renames_sort(renames);
    return ERROR_NONE;
}

static enum error_code compare_parts(struct comparison *comparison, struct column_renames *ret_renames)
{
    struct part_views views[SIDE_COUNT];
    const struct part_views *from = &views[SIDE_FROM], *to = &views[SIDE_TO];
    struct part_view **lone;
    uint32_t a = 0, b = 0, count = 0;

    for (unsigned side = 0; side < SIDE_COUNT; side++)
        if (part_views_make(&views[side], comparison->objects[side], structure_of(comparison, (enum side)side),
                            comparison->arena, comparison->error) != ERROR_NONE)
            return comparison->error->code;
    lone = arena_array(comparison->arena, (size_t)from->count + to->count, sizeof *lone);
    ret_renames->items = arena_array(comparison->arena, from->count, sizeof *ret_renames->items);
    if (lone == NULL || ret_renames->items == NULL)
        return no_memory(comparison);
    part_views_match(views, ids_of_parts(comparison));
    while (a < from->count || b < to->count) {
        int order = part_views_order(from, a, to, b);
        struct part_view *left = order <= 0 ? &from->items[a++] : NULL;
        struct part_view *right = order >= 0 ? &to->items[b++] : NULL;

        if (order == 0 && !left->is_lone) {
            if (report_part_modified(comparison, left, right) != ERROR_NONE)
                return comparison->error->code;
            continue;
        }
        if (left != NULL)
            lone[count++] = left;
        if (right != NULL)
            lone[count++] = right;
    }
    return report_lone_parts(comparison, lone, count, ret_renames);
}

/* ---------------------------------------------------------------- objects */

static enum error_code report_object(struct comparison *comparison, enum effect effect, enum aspect aspect,
                                     const struct column_renames *renames)
{
    const struct object *from = &comparison->objects[SIDE_FROM][aspect], *to = &comparison->objects[SIDE_TO][aspect];
    struct change change = {.effect = effect,
                            .kind = comparison->difference->kind,
                            .object_kind = comparison->difference->kind,
                            .object = comparison->paths[SIDE_TO],
                            .owner = comparison->paths[SIDE_TO],
                            .owner_before = owner_before(comparison),
                            .aspect = aspect,
                            .rule = ""};
    struct change *place;

    if (effect == EFFECT_RENAMED)
        change.renamed_from = comparison->paths[SIDE_FROM];
    else if (compare_attributes(comparison, (struct attributes){from->attributes, from->attribute_count},
                                (struct attributes){to->attributes, to->attribute_count}, &change) != ERROR_NONE ||
             drop_same_column_order(comparison, renames, &change) != ERROR_NONE)
        return comparison->error->code;
    if (effect == EFFECT_MODIFIED && change.attribute_count == 0)
        return ERROR_NONE;
    if (comparison->difference->probable != NULL && effect != EFFECT_RENAMED) {
        change.probable_name = compare_path(comparison->difference->probable, comparison->arena);
        if (change.probable_name.bytes == NULL)
            return no_memory(comparison);
    }
    if (comparison->options->states != NULL && set_object_states(comparison, renames, &change) != ERROR_NONE)
        return comparison->error->code;
    place = change_list_add(comparison->changes);
    if (place == NULL)
        return no_memory(comparison);
    *place = change;
    return ERROR_NONE;
}

/* Where an object that came, went or was renamed is reported: at home, or else where it is first seen. */
static unsigned reporting_aspect(const struct comparison *comparison)
{
    const struct difference *difference = comparison->difference;
    unsigned home = kind_facts(difference->kind)->aspect, aspect = 0;

    if (comparison->options->aspects[home])
        return home;
    while (aspect < ASPECT_COUNT &&
           !(comparison->options->aspects[aspect] &&
             (difference->entries[SIDE_FROM][aspect] != NULL || difference->entries[SIDE_TO][aspect] != NULL)))
        aspect++;
    return aspect; /* ASPECT_COUNT: nowhere */
}

static bool aspect_differs(const struct difference *difference, unsigned aspect)
{
    const struct trie_entry *from = difference->entries[SIDE_FROM][aspect], *to = difference->entries[SIDE_TO][aspect];

    if (from == NULL || to == NULL)
        return from != to;
    return !hash_equal(&from->blob_hash, &to->blob_hash);
}

/* Decode what differs and is compared. The structure is needed in any case: it says which parts there are. */
static enum error_code load(struct comparison *comparison)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        bool wanted = comparison->options->aspects[aspect] || aspect == ASPECT_STRUCTURE;

        if (!wanted || !aspect_differs(comparison->difference, aspect))
            continue;
        comparison->loaded[aspect] = true;
        for (unsigned side = 0; side < SIDE_COUNT; side++) {
            const struct trie_entry *entry = comparison->difference->entries[side][aspect];

            if (entry != NULL && canonical_decode(entry->blob, comparison->arena, &comparison->objects[side][aspect],
                                                  comparison->error) != ERROR_NONE)
                return comparison->error->code;
        }
    }
    return ERROR_NONE;
}

static enum error_code compare_versions(struct comparison *comparison)
{
    struct column_renames renames = {0};

    if (load(comparison) != ERROR_NONE || compare_parts(comparison, &renames) != ERROR_NONE)
        return comparison->error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (comparison->loaded[aspect] && comparison->options->aspects[aspect] &&
            report_object(comparison, EFFECT_MODIFIED, (enum aspect)aspect, &renames) != ERROR_NONE)
            return comparison->error->code;
    return ERROR_NONE;
}

/* Only privileges are decoded: of anything else that is new or gone as a whole, no more is said. */
static enum error_code compare_presence(struct comparison *comparison)
{
    unsigned aspect = reporting_aspect(comparison);
    static const struct column_renames none;

    if (aspect == ASPECT_COUNT)
        return ERROR_NONE;
    if (kind_facts(comparison->difference->kind)->aspect == ASPECT_ACCESS && load(comparison) != ERROR_NONE)
        return comparison->error->code;
    return report_object(comparison, comparison->difference->effect, (enum aspect)aspect, &none);
}

static enum error_code find_paths(struct comparison *comparison)
{
    const struct trie_entry *from = difference_entry(comparison->difference, SIDE_FROM);
    const struct trie_entry *to = difference_entry(comparison->difference, SIDE_TO);

    comparison->paths[SIDE_FROM] = compare_path(from != NULL ? from : to, comparison->arena);
    comparison->paths[SIDE_TO] = comparison->paths[SIDE_FROM];
    if (comparison->difference->effect == EFFECT_RENAMED)
        comparison->paths[SIDE_TO] = compare_path(to, comparison->arena);
    if (comparison->paths[SIDE_FROM].bytes == NULL || comparison->paths[SIDE_TO].bytes == NULL)
        return no_memory(comparison);
    return ERROR_NONE;
}

enum error_code compare_object(struct change_list *changes, const struct difference *difference,
                               const struct compare_options *options, struct error *error)
{
    struct comparison comparison = {
        .changes = changes, .options = options, .difference = difference, .arena = changes->arena, .error = error};

    if (find_paths(&comparison) != ERROR_NONE)
        return error->code;
    if (difference->effect != EFFECT_MODIFIED && !difference->moved_along &&
        compare_presence(&comparison) != ERROR_NONE)
        return error->code;
    if (difference->effect == EFFECT_ADDED || difference->effect == EFFECT_REMOVED)
        return ERROR_NONE;
    return compare_versions(&comparison);
}
