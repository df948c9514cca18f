#include "track/attribution.h"

#include <stdlib.h>
#include <string.h>

#include "track/attribution_follow.h"
#include "track/attribution_text.h"

enum {
    LOOKS = 64,                   /* statements of one name that are looked at for one change */
    READ_LIMIT = 64 * 1024 * 1024 /* bytes of statements that are read for one snapshot */
};

/* What statements name, sorted, so that ten thousand statements and ten thousand changes cost no product of them. */
struct named {
    struct text name;
    size_t place; /* of the statement */
};

struct search {
    const struct attribution_input *input;
    struct named *named;
    size_t named_count;
    size_t *unnamed; /* the places of statements that do not say what they are about */
    size_t unnamed_count;
    char *key_bytes;
    struct reading_budget budget;
};

/* A path without spaces, except in quotes: servers write "f(integer,text)" and "f(integer, text)". `to` has room for
 * all of it. */
static struct text squeeze(struct text path, char *to)
{
    size_t length = 0;
    bool quoted = false;

    for (size_t i = 0; i < path.length; i++) {
        if (path.bytes[i] == '"')
            quoted = !quoted;
        if (path.bytes[i] != ' ' || quoted)
            to[length++] = path.bytes[i];
    }
    return (struct text){to, length};
}

static int compare_named(const void *a, const void *b)
{
    const struct named *left = a, *right = b;
    int order = text_compare(left->name, right->name);

    return order != 0 ? order : (left->place > right->place) - (left->place < right->place);
}

static enum error_code sort_events(struct search *search, struct arena *arena, struct error *error)
{
    const struct attribution_input *input = search->input;

    search->named = arena_array(arena, input->event_count, sizeof *search->named);
    search->unnamed = arena_array(arena, input->event_count, sizeof *search->unnamed);
    if (search->named == NULL || search->unnamed == NULL)
        return arena_error(arena, error, "looking for who made a change");
    for (size_t i = 0; i < input->event_count; i++) {
        struct text object = input->events[i].object;
        char *bytes = object.length == 0 ? NULL : arena_alloc(arena, object.length);

        if (object.length == 0) {
            search->unnamed[search->unnamed_count++] = i;
            continue;
        }
        if (bytes == NULL)
            return arena_error(arena, error, "looking for who made a change");
        search->named[search->named_count++] = (struct named){squeeze(object, bytes), i};
    }
    qsort(search->named, search->named_count, sizeof *search->named, compare_named);
    return ERROR_NONE;
}

/* ---- names of a change ---- */

/* An index that is gone is named without its table: the server does not know that any more. `to` has room for the whole
 * path of the change. */
static struct text name_without_table(const struct change *change, char *to)
{
    struct text schema = path_parent(change->owner), name;
    size_t length = 0;

    if (change->kind != KIND_INDEX || change->object.length <= change->owner.length || schema.length == 0)
        return (struct text){"", 0};
    name = (struct text){change->object.bytes + change->owner.length, change->object.length - change->owner.length};
    memcpy(to, schema.bytes, schema.length);
    length = schema.length;
    memcpy(to + length, name.bytes, name.length); /* with its dot */
    return (struct text){to, length + name.length};
}

static size_t longest_name(const struct change *changes, uint32_t count)
{
    size_t longest = 1;

    for (uint32_t i = 0; i < count; i++) {
        const struct text names[] = {changes[i].object, changes[i].owner, changes[i].renamed_from,
                                     changes[i].owner_before};

        for (size_t k = 0; k < LENGTH_OF(names); k++)
            longest = names[k].length > longest ? names[k].length : longest;
    }
    return longest;
}

/* ---- statements of a change ---- */

/* 1 + the places of statements; 0: there is none. */
struct candidates {
    size_t closest; /* the newest that speaks of the very thing, or does not say more than it names */
    size_t newest;  /* of all that name it */
};

/* Whether a statement that names an object also speaks of its part. */
static bool speaks_of(struct search *search, const struct ddl_event_row *event, const struct change *change)
{
    return statement_has_word(event, path_last(change->object), &search->budget) ||
           (change->renamed_from.length > 0 &&
            statement_has_word(event, path_last(change->renamed_from), &search->budget));
}

static void consider(struct search *search, const struct change *change, size_t place, bool is_exact,
                     struct candidates *candidates)
{
    const struct ddl_event_row *event = &search->input->events[place];

    if (place < candidates->closest || !statement_can_make(event, change))
        return;
    candidates->newest = place + 1 > candidates->newest ? place + 1 : candidates->newest;
    if (is_exact || speaks_of(search, event, change))
        candidates->closest = place + 1;
}

/* How many statements there are up to and with this name, in the order of names. */
static size_t end_of_name(const struct search *search, struct text key)
{
    size_t low = 0, high = search->named_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (text_compare(search->named[middle].name, key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void consider_name(struct search *search, const struct change *change, struct text name, bool is_exact,
                          struct candidates *candidates)
{
    struct text key = squeeze(name, search->key_bytes);
    size_t end = name.length == 0 ? 0 : end_of_name(search, key);

    for (size_t i = end; i > 0 && end - i < LOOKS && text_equal(search->named[i - 1].name, key); i--)
        consider(search, change, search->named[i - 1].place, is_exact, candidates);
}

static void consider_unnamed(struct search *search, const struct change *change, struct candidates *candidates)
{
    for (size_t i = search->unnamed_count; i > 0 && search->unnamed_count - i < LOOKS; i--)
        consider(search, change, search->unnamed[i - 1], false, candidates);
}

/* What names the thing goes before what may be about everything, unless that speaks of it. */
static size_t find_statement(struct search *search, const struct change *change, char *scratch)
{
    struct candidates named = {0}, unnamed = {0};

    consider_name(search, change, change->object, true, &named);
    consider_name(search, change, change->renamed_from, true, &named);
    consider_name(search, change, name_without_table(change, scratch), true, &named);
    consider_name(search, change, change->owner, false, &named);
    consider_name(search, change, change->owner_before, false, &named);
    unnamed.closest = named.closest;
    consider_unnamed(search, change, &unnamed);
    if (unnamed.closest > 0)
        return unnamed.closest;
    return named.newest > 0 ? named.newest : unnamed.newest;
}

struct attribution attribution_to(const struct attribution_input *input, enum evidence evidence, size_t place)
{
    const struct ddl_event_row *event = &input->events[place];

    return (struct attribution){.evidence = evidence,
                                .actor = event->actor,
                                .role = event->role,
                                .application = event->application,
                                .ddl_event = input->event_ids[place]};
}

enum error_code attribution_find(struct attribution *ret_attributions, const struct change *changes, uint32_t count,
                                 const struct attribution_input *input, struct arena *arena, struct error *error)
{
    struct search search = {.input = input, .budget = {READ_LIMIT}};
    size_t *statements = arena_array(arena, count, sizeof *statements);
    size_t longest = longest_name(changes, count);
    char *scratch = arena_alloc(arena, longest);

    search.key_bytes = arena_alloc(arena, longest);
    if (statements == NULL || scratch == NULL || search.key_bytes == NULL)
        return arena_error(arena, error, "looking for who made a change");
    if (sort_events(&search, arena, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < count; i++) {
        statements[i] = find_statement(&search, &changes[i], scratch);
        ret_attributions[i] =
            statements[i] > 0
                ? attribution_to(input, EVIDENCE_CAPTURED, statements[i] - 1)
                : (struct attribution){.evidence = input->capture ? EVIDENCE_UNATTRIBUTED : EVIDENCE_INFERRED};
    }
    if (!input->capture)
        return ERROR_NONE;
    return attribution_follow(ret_attributions, statements, &(struct changed){changes, count}, input, arena, error);
}
