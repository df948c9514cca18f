#include "track/pair_waiting.h"

#include "store/nodes.h"

enum { CHANGES_LIMIT = 1000 /* of a snapshot, among which the one is sought that explains something */ };

static bool is_same(const struct pair_side *a, const struct pair_side *b)
{
    return hash_equal(&a->root, &b->root) && a->major == b->major;
}

/* ---- keeping ---- */

/* What a side was last, as far as the pair knows. */
static const struct pair_side *last_of(const struct pair_row *pair, const struct pair_wait *waits, size_t count,
                                       int side)
{
    for (size_t i = count; i > 0; i--)
        if (waits[i - 1].side == side)
            return &waits[i - 1].to;
    return &pair->sides[side];
}

enum error_code pair_waiting_keep(const struct correlating *correlating, const struct pair_row *pair,
                                  const struct pair_side sides[2], const struct occasion *occasion)
{
    struct pair_wait *waits = NULL;
    size_t count = 0;

    if (!sides[0].is_there && !sides[1].is_there)
        return ERROR_NONE;
    if (pair_waits_list(correlating->database, pair->id, correlating->arena, &waits, &count, correlating->error) !=
        ERROR_NONE)
        return correlating->error->code;
    for (int side = 0; side < 2; side++) {
        const struct pair_wait wait = {side, sides[side], occasion->at, occasion_is_first_sight(occasion)};

        if (sides[side].is_there && !is_same(last_of(pair, waits, count, side), &sides[side]) &&
            pair_waits_add(correlating->database, pair->id, &wait, correlating->error) != ERROR_NONE)
            return correlating->error->code;
    }
    return ERROR_NONE;
}

/* ---- following ---- */

/* The changes of a snapshot, as those who ask which of them explains something want them. */
static enum error_code read_changes(const struct correlating *correlating, struct occasion *occasion)
{
    const struct change_filter filter = {.snapshot = occasion->snapshot, .limit = CHANGES_LIMIT};
    struct change_row *rows = NULL;
    struct change *changes;
    struct attribution *attributions;
    int64_t *ids;
    size_t count = 0;

    if (changes_list(correlating->database, &filter, correlating->arena, &rows, &count, correlating->error) !=
        ERROR_NONE)
        return correlating->error->code;
    changes = arena_array(correlating->arena, count, sizeof *changes);
    attributions = arena_array(correlating->arena, count, sizeof *attributions);
    ids = arena_array(correlating->arena, count, sizeof *ids);
    if (changes == NULL || attributions == NULL || ids == NULL)
        return correlating_no_memory(correlating);
    for (size_t i = 0; i < count; i++) {
        changes[i] = (struct change){.effect = rows[i].effect,
                                     .kind = rows[i].kind,
                                     .object_kind = rows[i].object_kind,
                                     .aspect = rows[i].aspect,
                                     .severity = rows[i].severity,
                                     .object = rows[i].object,
                                     .owner = rows[i].owner,
                                     .renamed_from = rows[i].renamed_from};
        attributions[i] = (struct attribution){.evidence = rows[i].evidence,
                                               .actor = rows[i].actor,
                                               .role = rows[i].role,
                                               .application = rows[i].application};
        ids[i] = rows[i].id;
    }
    occasion->changes = changes;
    occasion->attributions = attributions;
    occasion->change_ids = ids;
    occasion->change_count = (uint32_t)count;
    return ERROR_NONE;
}

/* As it was when the step came about, but for when it is told. What the snapshot changed is not what lies between the
 * two states of a side: several instances may have moved. */
static enum error_code occasion_of(const struct correlating *correlating, const struct pair_wait *wait,
                                   const struct occasion *now, const struct occasion **ret_occasion)
{
    struct occasion *occasion = arena_alloc(correlating->arena, sizeof *occasion);

    if (occasion == NULL)
        return correlating_no_memory(correlating);
    *occasion = (struct occasion){.at = wait->at,
                                  .seen = now->seen,
                                  .snapshot = wait->to.snapshot,
                                  .target = wait->to.target,
                                  .has_before = !wait->first_sight};
    *ret_occasion = occasion;
    return read_changes(correlating, occasion);
}

static enum error_code add_kept(const struct correlating *correlating, const struct pair_wait *wait,
                                const struct occasion *now, struct pair_advances *advances)
{
    struct pair_advance *advance = &advances->items[advances->count];
    bool is_there = false;

    if (nodes_know(correlating->database, &wait->to.root, &is_there, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    if (!is_there)
        return ERROR_NONE;
    *advance = (struct pair_advance){.side = wait->side, .to = wait->to};
    advances->count++;
    return occasion_of(correlating, wait, now, &advance->occasion);
}

static const struct pair_side *side_after(const struct pair_row *pair, const struct pair_advances *advances, int side)
{
    for (size_t i = advances->count; i > 0; i--)
        if (advances->items[i - 1].side == side)
            return &advances->items[i - 1].to;
    return &pair->sides[side];
}

enum error_code pair_waiting_advances(const struct correlating *correlating, const struct pair_row *pair,
                                      const struct pair_side sides[2], const struct occasion *occasion,
                                      struct pair_advances *ret_advances)
{
    struct pair_advances advances = {NULL, 0};
    struct pair_wait *waits = NULL;
    size_t count = 0;

    if (pair->waits && pair_waits_list(correlating->database, pair->id, correlating->arena, &waits, &count,
                                       correlating->error) != ERROR_NONE)
        return correlating->error->code;
    advances.items = arena_array(correlating->arena, count + 2, sizeof *advances.items);
    if (advances.items == NULL)
        return correlating_no_memory(correlating);
    for (size_t i = 0; i < count; i++)
        if (add_kept(correlating, &waits[i], occasion, &advances) != ERROR_NONE)
            return correlating->error->code;
    for (int side = 0; side < 2; side++) {
        const struct pair_side *last = side_after(pair, &advances, side);

        if (!is_same(last, &sides[side]) || last->target != sides[side].target)
            advances.items[advances.count++] = (struct pair_advance){side, sides[side], occasion};
    }
    *ret_advances = advances;
    return ERROR_NONE;
}
