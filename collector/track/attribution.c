#include "track/attribution.h"

#include <stdlib.h>
#include <string.h>

#include "track/attribution_follow.h"
#include "track/attribution_text.h"
#include "track/attribution_verb.h"

enum {
    ACTORS_SHOWN = 3,             /* of those of whom each may have made a change */
    ATTRIBUTES_SEEN = 8,          /* of one change */
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

/* How close a statement is to a change, the closest first. */
enum tier {
    TIER_SUITS,  /* it speaks of the very thing, and is of the sort that makes such a change */
    TIER_SPEAKS, /* it speaks of the very thing, or does not say more than it names */
    TIER_KIND,   /* it adds something of that kind to the object */
    TIER_NAMES,  /* it names the thing, or what that is in */
    TIERS
};

/* The newest statement of a tier, one that is known to have succeeded before any other. */
struct fitting {
    size_t statement; /* 1 + its place; 0: there is none */
    bool is_confirmed;
    struct text actors[ACTORS_SHOWN]; /* of those that may have failed, one after the other */
    size_t actor_count;
    bool has_others; /* more actors */
};

struct candidates {
    struct fitting tiers[TIERS];
    size_t makers[ATTRIBUTES_SEEN]; /* for each attribute the newest of TIER_SUITS that speaks of it */
};

static void add_actor(struct fitting *fitting, struct text actor)
{
    for (size_t i = 0; i < fitting->actor_count; i++)
        if (text_equal(fitting->actors[i], actor))
            return;
    if (fitting->actor_count == ACTORS_SHOWN)
        fitting->has_others = true;
    else if (actor.length > 0)
        fitting->actors[fitting->actor_count++] = actor;
}

static void take(struct fitting *fitting, const struct ddl_event_row *event, size_t place)
{
    bool is_confirmed = !event->unconfirmed;

    if (!is_confirmed)
        add_actor(fitting, event->actor);
    if (fitting->statement > 0 &&
        (is_confirmed == fitting->is_confirmed ? place + 1 <= fitting->statement : !is_confirmed))
        return;
    fitting->statement = place + 1;
    fitting->is_confirmed = is_confirmed;
}

/* Whether a statement that names an object also speaks of its part. */
static bool speaks_of(struct search *search, const struct ddl_event_row *event, const struct change *change)
{
    return statement_has_word(event, path_last(change->object), &search->budget) ||
           (change->renamed_from.length > 0 &&
            statement_has_word(event, path_last(change->renamed_from), &search->budget));
}

static void look_at_attributes(struct search *search, const struct change *change, size_t place,
                               struct candidates *candidates)
{
    for (uint32_t i = 0; i < change->attribute_count && i < ATTRIBUTES_SEEN; i++)
        if (place >= candidates->makers[i] &&
            statement_sets(&search->input->events[place], change->attributes[i].name, &search->budget))
            candidates->makers[i] = place + 1;
}

static void consider(struct search *search, const struct change *change, size_t place, bool is_exact,
                     struct candidates *candidates)
{
    const struct ddl_event_row *event = &search->input->events[place];
    const struct fitting *best = &candidates->tiers[TIER_SUITS];

    if ((best->is_confirmed && place < best->statement && change->effect != EFFECT_MODIFIED) ||
        !statement_can_make(event, change))
        return;
    take(&candidates->tiers[TIER_NAMES], event, place);
    if (statement_adds_kind(event, change, &search->budget))
        take(&candidates->tiers[TIER_KIND], event, place);
    if (!is_exact && !speaks_of(search, event, change))
        return;
    take(&candidates->tiers[TIER_SPEAKS], event, place);
    if (!statement_suits(event, change, is_exact, &search->budget))
        return;
    take(&candidates->tiers[TIER_SUITS], event, place);
    if (change->effect == EFFECT_MODIFIED)
        look_at_attributes(search, change, place, candidates);
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
static struct fitting find_statement(struct search *search, const struct change *change, char *scratch,
                                     struct candidates *candidates)
{
    struct fitting named[TIERS];

    *candidates = (struct candidates){.makers = {0}};
    consider_name(search, change, change->object, true, candidates);
    consider_name(search, change, change->renamed_from, true, candidates);
    consider_name(search, change, name_without_table(change, scratch), true, candidates);
    consider_name(search, change, change->owner, false, candidates);
    consider_name(search, change, change->owner_before, false, candidates);
    memcpy(named, candidates->tiers, sizeof named);
    candidates->tiers[TIER_KIND] = candidates->tiers[TIER_NAMES] = (struct fitting){.statement = 0};
    consider_unnamed(search, change, candidates);
    for (size_t i = 0; i < TIER_KIND; i++)
        if (candidates->tiers[i].statement > 0)
            return candidates->tiers[i];
    for (size_t i = TIER_KIND; i < TIERS; i++)
        if (named[i].statement > 0)
            return named[i];
    return candidates->tiers[candidates->tiers[TIER_KIND].statement > 0 ? TIER_KIND : TIER_NAMES];
}

/* ---- who ---- */

struct attribution attribution_to(const struct attribution_input *input, enum evidence evidence, size_t place)
{
    const struct ddl_event_row *event = &input->events[place];

    return (struct attribution){.evidence = evidence,
                                .actor = event->actor,
                                .role = event->role,
                                .application = event->application,
                                .ddl_event = input->event_ids[place]};
}

/* "mallory or carol", "alice, bob and eve", "alice, bob, eve and others"; NULL when memory ran out. */
static const char *join_actors(const struct fitting *fitting, const char *between, struct arena *arena)
{
    const char *names = "";

    for (size_t i = 0; i < fitting->actor_count && names != NULL; i++) {
        bool is_last = i + 1 == fitting->actor_count && !fitting->has_others;

        names = arena_printf(arena, "%s%s%.*s", names,
                             i == 0    ? ""
                             : is_last ? between
                                       : ", ",
                             TEXT_ARGS(fitting->actors[i]));
    }
    return names == NULL || !fitting->has_others ? names : arena_printf(arena, "%s and others", names);
}

static enum error_code name_several(struct attribution *attribution, const struct fitting *actors, const char *between,
                                    struct arena *arena, struct error *error)
{
    const char *names = join_actors(actors, between, arena);

    if (names == NULL)
        return arena_error(arena, error, "looking for who made a change");
    *attribution = (struct attribution){.evidence = EVIDENCE_INFERRED, .actor = text_from(names)};
    return ERROR_NONE;
}

/* Who made the attributes of a change, as far as statements speak of them. */
static struct fitting find_makers(const struct attribution_input *input, const struct candidates *candidates)
{
    struct fitting makers = {.is_confirmed = true};

    for (size_t i = 0; i < ATTRIBUTES_SEEN; i++) {
        size_t statement = candidates->makers[i];

        if (statement == 0)
            continue;
        add_actor(&makers, input->events[statement - 1].actor);
        makers.is_confirmed = makers.is_confirmed && !input->events[statement - 1].unconfirmed;
        makers.statement = statement > makers.statement ? statement : makers.statement;
    }
    return makers;
}

/* Of one statement that is known to have succeeded it is captured. What several made, or may have made, is inferred,
 * and from no statement: none of them is all of it. */
static enum error_code attribute(struct attribution *attribution, size_t *ret_statement, const struct search *search,
                                 const struct fitting *fitting, const struct candidates *candidates,
                                 struct arena *arena, struct error *error)
{
    const struct attribution_input *input = search->input;
    const struct fitting makers = find_makers(input, candidates);
    size_t statement = fitting->statement;

    if (fitting->is_confirmed && makers.is_confirmed && makers.statement > 0)
        statement = makers.statement;
    *ret_statement = statement;
    if (statement == 0) {
        *attribution = (struct attribution){.evidence = input->capture ? EVIDENCE_UNATTRIBUTED : EVIDENCE_INFERRED};
        return ERROR_NONE;
    }
    if (!fitting->is_confirmed && fitting->actor_count > 1)
        return name_several(attribution, fitting, " or ", arena, error);
    if (statement == makers.statement && makers.is_confirmed && makers.actor_count > 1)
        return name_several(attribution, &makers, " and ", arena, error);
    *attribution = attribution_to(input, fitting->is_confirmed ? EVIDENCE_CAPTURED : EVIDENCE_INFERRED, statement - 1);
    return ERROR_NONE;
}

enum error_code attribution_find(struct attribution *ret_attributions, const struct change *changes, uint32_t count,
                                 const struct attribution_input *input, struct arena *arena, struct error *error)
{
    struct search search = {.input = input, .budget = {READ_LIMIT}};
    size_t *statements = arena_array(arena, count, sizeof *statements);
    size_t longest = longest_name(changes, count);
    struct candidates candidates;
    char *scratch = arena_alloc(arena, longest);

    search.key_bytes = arena_alloc(arena, longest);
    if (statements == NULL || scratch == NULL || search.key_bytes == NULL)
        return arena_error(arena, error, "looking for who made a change");
    if (sort_events(&search, arena, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < count; i++) {
        const struct fitting fitting = find_statement(&search, &changes[i], scratch, &candidates);

        if (attribute(&ret_attributions[i], &statements[i], &search, &fitting, &candidates, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (!input->capture)
        return ERROR_NONE;
    return attribution_follow(ret_attributions, statements, &(struct changed){changes, count}, input, arena, error);
}
