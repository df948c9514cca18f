#include "track/attribution.h"

#include <stdlib.h>

/* What statements name, sorted, so that a thousand statements and ten thousand changes cost no product of them. */
struct named {
    struct text name;
    size_t place; /* of the statement */
};

struct search {
    const struct attribution_input *input;
    struct named *named;
    size_t named_count;
    size_t unnamed; /* 1 + the place of the newest statement that does not say what it is about; 0: there is none */
    char *key_bytes;
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
    if (search->named == NULL)
        return arena_error(arena, error, "looking for who made a change");
    for (size_t i = 0; i < input->event_count; i++) {
        struct text object = input->events[i].object;
        char *bytes = object.length == 0 ? NULL : arena_alloc(arena, object.length);

        if (object.length == 0) {
            search->unnamed = i + 1;
            continue;
        }
        if (bytes == NULL)
            return arena_error(arena, error, "looking for who made a change");
        search->named[search->named_count++] = (struct named){squeeze(object, bytes), i};
    }
    qsort(search->named, search->named_count, sizeof *search->named, compare_named);
    return ERROR_NONE;
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

/* 1 + the place of the newest statement of a name; 0: there is none. */
static size_t find_name(struct search *search, struct text name)
{
    struct text key = squeeze(name, search->key_bytes);
    size_t low = 0, high = search->named_count;

    if (name.length == 0)
        return 0;
    while (low < high) { /* the first behind all of this name */
        size_t middle = low + (high - low) / 2;

        if (text_compare(search->named[middle].name, key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && text_equal(search->named[low - 1].name, key) ? search->named[low - 1].place + 1 : 0;
}

static struct attribution attribute(struct search *search, const struct change *change)
{
    const struct text names[] = {change->object, change->owner, change->renamed_from, change->owner_before};
    const struct attribution_input *input = search->input;
    size_t newest = search->unnamed;

    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        size_t found = find_name(search, names[i]);

        newest = found > newest ? found : newest;
    }
    if (newest == 0)
        return (struct attribution){.evidence = input->capture ? EVIDENCE_UNATTRIBUTED : EVIDENCE_INFERRED};
    return (struct attribution){.evidence = EVIDENCE_CAPTURED,
                                .actor = input->events[newest - 1].actor,
                                .ddl_event = input->event_ids[newest - 1]};
}

/* What a rename does to others: views, defaults and references say the new name, though no statement was about them. So
 * who renamed something in the same step may have made such a change. */
static void excuse_followers(struct attribution *attributions, const struct change *changes, uint32_t count)
{
    const struct attribution *renaming = NULL;

    for (uint32_t i = 0; i < count; i++)
        if (changes[i].effect == EFFECT_RENAMED && attributions[i].evidence == EVIDENCE_CAPTURED &&
            (renaming == NULL || attributions[i].ddl_event > renaming->ddl_event))
            renaming = &attributions[i];
    for (uint32_t i = 0; renaming != NULL && i < count; i++)
        if (changes[i].effect == EFFECT_MODIFIED && attributions[i].evidence == EVIDENCE_UNATTRIBUTED)
            attributions[i] = (struct attribution){.evidence = EVIDENCE_INFERRED, .actor = renaming->actor};
}

enum error_code attribution_find(struct attribution *ret_attributions, const struct change *changes, uint32_t count,
                                 const struct attribution_input *input, struct arena *arena, struct error *error)
{
    struct search search = {.input = input};

    if (sort_events(&search, arena, error) != ERROR_NONE)
        return error->code;
    search.key_bytes = arena_alloc(arena, longest_name(changes, count));
    if (search.key_bytes == NULL)
        return arena_error(arena, error, "looking for who made a change");
    for (uint32_t i = 0; i < count; i++)
        ret_attributions[i] = attribute(&search, &changes[i]);
    excuse_followers(ret_attributions, changes, count);
    return ERROR_NONE;
}
