#include "track/split_watch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "drift/report_json_value.h"
#include "event/event_change.h"
#include "store/events.h"
#include "store/splits.h"

enum { VARIANTS_TOLD = 20, INSTANCES_TOLD = 20, SECOND_US = 1000 * 1000 };

/* What telling needs at every step. */
struct telling {
    const struct correlating *correlating;
    const struct environment_sides *sides;
    const struct occasion *occasion;
    struct text instance; /* that moved, or empty */
    struct json_builder builder;
    json_t *data;
};

/* ---- what is told ---- */

static void set_root(struct telling *telling, json_t *object, const struct hash *root)
{
    char hex[HASH_HEX_SIZE];

    hash_to_hex(root, hex);
    json_builder_set(&telling->builder, object, "root", json_builder_string(&telling->builder, hex));
}

/* The place of the worst of the changes that brought it about. */
static uint32_t worst_change(const struct occasion *occasion)
{
    uint32_t worst = 0;

    for (uint32_t i = 1; i < occasion->change_count; i++)
        if (occasion->changes[i].severity > occasion->changes[worst].severity)
            worst = i;
    return worst;
}

/* Which instance brought it about, by what, and who did that. */
static void set_occasion(struct telling *telling)
{
    const struct occasion *occasion = telling->occasion;
    uint32_t worst;

    json_builder_set_text(&telling->builder, telling->data, "instance", telling->instance);
    if (occasion->snapshot != 0)
        json_builder_set_number(&telling->builder, telling->data, "snapshot", occasion->snapshot);
    if (occasion->change_count == 0 || occasion->change_ids == NULL)
        return;
    worst = worst_change(occasion);
    json_builder_set_number(&telling->builder, telling->data, "change", occasion->change_ids[worst]);
    if (occasion->attributions != NULL)
        event_actor_set(&telling->builder, telling->data, &occasion->attributions[worst]);
}

/* ---- instances by variant ---- */

/* An instance, and the place of its variant. */
struct member {
    struct text instance;
    uint32_t variant;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;

    return text_compare(x->instance, y->instance);
}

static int compare_roots(const void *a, const void *b)
{
    const struct variant_root *x = a, *y = b;

    return memcmp(x->root.bytes, y->root.bytes, HASH_SIZE);
}

/* The roots in their own order, so that each instance finds its own. */
static struct variant_root *sort_roots(const struct telling *telling)
{
    const struct variants *variants = &telling->sides->variants;
    struct variant_root *roots = arena_array(telling->correlating->arena, variants->root_count, sizeof *roots);

    if (roots == NULL)
        return NULL;
    memcpy(roots, variants->roots, variants->root_count * sizeof *roots);
    qsort(roots, variants->root_count, sizeof *roots, compare_roots);
    return roots;
}

/* All instances with a snapshot, by name. */
static enum error_code find_members(const struct telling *telling, struct member **ret_members, size_t *ret_count)
{
    const struct correlating *correlating = telling->correlating;
    const struct target_filter filter = {.database = correlating->name, .environment = telling->sides->name};
    const struct variant_root *roots = sort_roots(telling);
    struct target_row *targets = NULL;
    struct member *members;
    size_t count = 0, used = 0;

    if (targets_list(correlating->database, &filter, correlating->arena, &targets, &count, correlating->error) !=
        ERROR_NONE)
        return correlating->error->code;
    members = arena_array(correlating->arena, count, sizeof *members);
    if (roots == NULL || members == NULL)
        return correlating_no_memory(correlating);
    for (size_t i = 0; i < count; i++) {
        const struct variant_root wanted = {.root = targets[i].root},
                                  *found = targets[i].snapshot == 0
                                               ? NULL
                                               : bsearch(&wanted, roots, telling->sides->variants.root_count,
                                                         sizeof *roots, compare_roots);

        if (found != NULL)
            members[used++] = (struct member){targets[i].name.instance, found->variant};
    }
    if (used > 1)
        qsort(members, used, sizeof *members, compare_members);
    *ret_members = members;
    *ret_count = used;
    return ERROR_NONE;
}

static json_t *variant_of(struct telling *telling, uint32_t place, const struct member *members, size_t count)
{
    const struct variants *variants = &telling->sides->variants;
    const struct variant *variant = &variants->variants[place];
    json_t *object = json_builder_object(&telling->builder), *instances = json_builder_array(&telling->builder);
    uint32_t told = 0;

    for (size_t i = 0; i < count && told < INSTANCES_TOLD; i++) {
        if (members[i].variant != place)
            continue;
        json_builder_append(&telling->builder, instances, json_builder_text(&telling->builder, members[i].instance));
        told++;
    }
    set_root(telling, object, &variants->roots[variant->root].root);
    json_builder_set_number(&telling->builder, object, "count", variant->count);
    json_builder_set(&telling->builder, object, "instances", instances);
    return object;
}

static enum error_code set_variants(struct telling *telling)
{
    const struct variants *variants = &telling->sides->variants;
    struct member *members = NULL;
    json_t *list;
    size_t count = 0;

    if (find_members(telling, &members, &count) != ERROR_NONE)
        return telling->correlating->error->code;
    list = json_builder_array(&telling->builder);
    for (uint32_t i = 0; i < variants->variant_count && i < VARIANTS_TOLD; i++)
        json_builder_append(&telling->builder, list, variant_of(telling, i, members, count));
    json_builder_set(&telling->builder, telling->data, "variants", list);
    json_builder_set_number(&telling->builder, telling->data, "variant_count", variants->variant_count);
    return ERROR_NONE;
}

/* ---- telling ---- */

static void begin(struct telling *telling)
{
    telling->data = json_builder_object(&telling->builder);
    json_builder_set_text(&telling->builder, telling->data, "database", telling->correlating->name);
    json_builder_set_text(&telling->builder, telling->data, "environment", telling->sides->name);
    json_builder_set_number(&telling->builder, telling->data, "instances", telling->sides->instances);
}

static enum error_code tell(struct telling *telling, enum event_type type, enum severity severity)
{
    const struct correlating *correlating = telling->correlating;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct event_row event = {.at = telling->occasion->seen,
                              .type = type,
                              .severity = severity,
                              .target = telling->occasion->target,
                              .place = {correlating->name, telling->sides->name, {NULL, 0}}};

    set_occasion(telling);
    if (json_builder_write_compact(&telling->builder, telling->data, &text, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    event.data = buffer_text(&text);
    return events_add(correlating->database, &event, correlating->error);
}

static enum error_code lose(struct telling *telling)
{
    const struct correlating *correlating = telling->correlating;
    const struct split_row row = {correlating->name, telling->sides->name, telling->occasion->at};

    if (splits_add(correlating->database, &row, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    begin(telling);
    if (set_variants(telling) != ERROR_NONE) {
        json_decref(telling->data);
        return correlating->error->code;
    }
    return tell(telling, EVENT_ENVIRONMENT_SPLIT, SEVERITY_HIGH);
}

static enum error_code agree(struct telling *telling, int64_t since)
{
    const struct correlating *correlating = telling->correlating;
    const struct variants *variants = &telling->sides->variants;
    int64_t passed = telling->occasion->at - since;
    char time[CLOCK_TEXT_SIZE];

    if (splits_remove(correlating->database, correlating->name, telling->sides->name, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    begin(telling);
    json_builder_set_number(&telling->builder, telling->data, "agree",
                            variants->variant_count == 0 ? 0 : variants->variants[0].count);
    if (variants->variant_count > 0)
        set_root(telling, telling->data, &variants->roots[variants->variants[0].root].root);
    clock_format(since, time);
    json_builder_set(&telling->builder, telling->data, "split_since", json_builder_string(&telling->builder, time));
    json_builder_set_number(&telling->builder, telling->data, "split_seconds", passed < 0 ? 0 : passed / SECOND_US);
    return tell(telling, EVENT_ENVIRONMENT_AGREED, SEVERITY_LOW);
}

enum error_code split_watch_follow(const struct correlating *correlating, const struct environment_sides *sides,
                                   const struct occasion *occasion, struct text instance)
{
    struct telling telling = {.correlating = correlating, .sides = sides, .occasion = occasion, .instance = instance};
    bool is_split = sides->instances > 0 && !sides->variants.has_majority, was_split = false;
    int64_t since = 0;

    if (splits_get(correlating->database, correlating->name, sides->name, &was_split, &since, correlating->error) !=
        ERROR_NONE)
        return correlating->error->code;
    if (is_split && !was_split && !occasion_is_first_sight(occasion))
        return lose(&telling);
    return was_split && !is_split ? agree(&telling, since) : ERROR_NONE;
}

enum error_code split_watch_all(const struct correlating *correlating, const struct occasion *occasion)
{
    struct split_row *rows = NULL;
    size_t count = 0;

    if (splits_list(correlating->database, correlating->arena, &rows, &count, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    for (size_t i = 0; i < count; i++) {
        struct correlating there = *correlating;
        struct environment_sides sides;

        there.name = rows[i].database;
        if (sides_find(&there, rows[i].environment, &sides) != ERROR_NONE ||
            split_watch_follow(&there, &sides, occasion, (struct text){NULL, 0}) != ERROR_NONE)
            return correlating->error->code;
    }
    return ERROR_NONE;
}
