/* event/change_groups.h - very many changes or differences, summed up by what they are: "10,000 columns added in 500
 * tables".
 *
 * Changes are counted one by one while they are in memory, in the time of a look-up each and in memory that grows with
 * the objects that they are in, not with themselves. What an event says of it is bounded, however many sorts there are.
 */
#ifndef DRIFTLINE_EVENT_CHANGE_GROUPS_H
#define DRIFTLINE_EVENT_CHANGE_GROUPS_H

#include "base/arena.h"
#include "drift/change.h"
#include "drift/report_json_value.h"

enum {
    CHANGE_GROUPS_LIMIT = 20, /* that an event has; the worst and largest */
    CHANGE_GROUP_NAMES = 3    /* so few are named */
};

/* All of one sort. */
struct change_group {
    enum effect effect;
    enum kind kind;
    enum kind object_kind; /* of the objects that they are parts of; equal to kind unless they are parts */
    enum aspect aspect;
    enum severity severity; /* the worst */
    uint32_t count;
    uint32_t objects; /* of parts: in how many objects they are */
    uint32_t place;   /* in the order in which sorts were met */
    struct text names[CHANGE_GROUP_NAMES];
};

/* Begins as {0}. Everything lives in the arena; names point to where they were. */
struct change_groups {
    struct change_group *list;
    uint32_t count, room;
    uint64_t *owners; /* which objects were met: hashes, 0 is free */
    uint32_t owner_count, owner_room;
};

/* What is counted. */
struct change_groups_item {
    enum effect effect;
    enum kind kind, object_kind;
    enum aspect aspect;
    enum severity severity;
    struct text object, owner; /* must stay */
};

/* False when memory ran out. */
bool change_groups_add(struct change_groups *groups, struct arena *arena,
                       const struct change_groups_item *item) MUST_CHECK;

/* Set "groups", the worst and largest first, and "ungrouped", how many changes are in none of them, if there are any.
 * Sorts the list. */
void change_groups_set(struct json_builder *builder, json_t *object, struct change_groups *groups);

#endif
