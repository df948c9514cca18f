#include "track/attribution_follow.h"

#include <stdlib.h>
#include <string.h>

#include "track/attribution_text.h"

enum {
    KEPT_LIMIT = 64,              /* renames, and changes of an owner, that are kept in mind */
    READ_LIMIT = 64 * 1024 * 1024 /* bytes of statements that are read for one snapshot */
};

/* A path, and 1 + the place of a statement about it. */
struct known {
    struct text name;
    size_t statement;
};

struct leads {
    const struct attribution_input *input;
    const struct changed *changed;
    const size_t *statements;
    size_t renaming;       /* 1 + the place of the newest statement that renamed something */
    size_t cascade;        /* … that says CASCADE */
    struct known *parents; /* what statements name a part of */
    size_t parent_count;
    const struct change **parts; /* captured changes of parts, by the name of the part */
    size_t part_count;
    uint32_t renames[KEPT_LIMIT]; /* captured renames */
    size_t rename_count;
    uint32_t owners[KEPT_LIMIT]; /* captured changes of an owner */
    size_t owner_count;
    struct reading_budget budget;
};

/* ---- what there is to follow ---- */

static int compare_known(const void *a, const void *b)
{
    const struct known *left = a, *right = b;
    int order = text_compare(left->name, right->name);

    return order != 0 ? order : (left->statement > right->statement) - (left->statement < right->statement);
}

/* The order in which parts are found: name, kind, effect. */
static int compare_parts(const struct change *a, const struct change *b)
{
    int order = text_compare(path_last(a->object), path_last(b->object));

    if (order == 0)
        order = (a->kind > b->kind) - (a->kind < b->kind);
    return order != 0 ? order : (a->effect > b->effect) - (a->effect < b->effect);
}

static int compare_part_places(const void *a, const void *b)
{
    return compare_parts(*(const struct change *const *)a, *(const struct change *const *)b);
}

static bool is_part(const struct change *change)
{
    return change->kind != change->object_kind;
}

static void look_at_change(struct leads *leads, uint32_t place)
{
    const struct change *change = &leads->changed->changes[place];
    size_t statement = leads->statements[place];

    if (statement == 0)
        return;
    if (change->effect == EFFECT_RENAMED && leads->rename_count < KEPT_LIMIT)
        leads->renames[leads->rename_count++] = place;
    if (is_part(change))
        leads->parts[leads->part_count++] = change;
    if (leads->owner_count < KEPT_LIMIT && change_attribute(change, TEXT("owner")) != NULL)
        leads->owners[leads->owner_count++] = place;
}

static void look_at_statement(struct leads *leads, size_t place)
{
    const struct ddl_event_row *event = &leads->input->events[place];
    struct text parent = path_parent(event->object);

    if (parent.length > 0)
        leads->parents[leads->parent_count++] = (struct known){parent, place + 1};
    if (event->statement.length > 0 && statement_has_word(event, TEXT("cascade"), &leads->budget))
        leads->cascade = place + 1;
}

static enum error_code find_leads(struct leads *leads, struct arena *arena, struct error *error)
{
    leads->parents = arena_array(arena, leads->input->event_count, sizeof *leads->parents);
    leads->parts = arena_array(arena, leads->changed->count, sizeof *leads->parts);
    if (leads->parents == NULL || leads->parts == NULL)
        return arena_error(arena, error, "looking for what a change follows from");
    for (uint32_t i = 0; i < leads->changed->count; i++)
        look_at_change(leads, i);
    for (size_t i = 0; i < leads->input->event_count; i++)
        look_at_statement(leads, i);
    qsort(leads->parents, leads->parent_count, sizeof *leads->parents, compare_known);
    qsort(leads->parts, leads->part_count, sizeof *leads->parts, compare_part_places);
    return ERROR_NONE;
}

/* ---- following; each answers 1 + the place of a statement, or 0 ---- */

/* Whether a value has a name in it; also when too much was read already. */
static bool value_has(struct leads *leads, const struct attribute *value, struct text name)
{
    for (uint32_t i = 0; value != NULL && i < value->count; i++) {
        if (leads->budget.bytes < value->items[i].length)
            return true;
        leads->budget.bytes -= value->items[i].length;
        if (memmem(value->items[i].bytes, value->items[i].length, name.bytes, name.length) != NULL)
            return true;
    }
    return false;
}

/* Whether something said the old name and says the new one. */
static bool says_new_name(struct leads *leads, const struct change *change, const struct change *rename)
{
    struct text before = path_last(rename->renamed_from), now = path_last(rename->object);

    for (uint32_t i = 0; i < change->attribute_count; i++)
        if (value_has(leads, change->attributes[i].from, before) && value_has(leads, change->attributes[i].to, now))
            return true;
    return change->attribute_count == 0;
}

/* What uses a renamed thing says its new name; what belongs to it goes with it. */
static size_t follow_rename(struct leads *leads, const struct change *change)
{
    size_t newest = 0;

    if (change->effect != EFFECT_MODIFIED && change->effect != EFFECT_RENAMED)
        return 0;
    for (size_t i = 0; i < leads->rename_count; i++) {
        size_t statement = leads->statements[leads->renames[i]];
        const struct change *rename = &leads->changed->changes[leads->renames[i]];

        if (statement > newest && (change->effect == EFFECT_RENAMED || says_new_name(leads, change, rename)))
            newest = statement;
    }
    return newest;
}

/* The table whose column a statement names: the order of columns is the table's. */
static size_t follow_part(struct leads *leads, const struct change *change)
{
    size_t low = 0, high = leads->parent_count;

    if (change->effect != EFFECT_MODIFIED || change->kind == KIND_SCHEMA)
        return 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (text_compare(leads->parents[middle].name, change->owner) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && text_equal(leads->parents[low - 1].name, change->owner) ? leads->parents[low - 1].statement : 0;
}

/* The same part of another table, changed in the same way: tables inherit. */
static size_t follow_inheritance(struct leads *leads, const struct change *change)
{
    size_t low = 0, high = leads->part_count;

    if (!is_part(change))
        return 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_parts(leads->parts[middle], change) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == leads->part_count || compare_parts(leads->parts[low], change) != 0)
        return 0;
    return leads->statements[leads->parts[low] - leads->changed->changes];
}

static struct text new_value(const struct change *change, struct text name)
{
    const struct attribute_change *attribute = change_attribute(change, name);

    return attribute == NULL || attribute->to == NULL || attribute->to->is_list ? (struct text){"", 0}
                                                                                : attribute->to->items[0];
}

/* A sequence gets the owner of its table. */
static size_t follow_owner(struct leads *leads, const struct change *change)
{
    struct text owner = new_value(change, TEXT("owner"));

    for (size_t i = leads->owner_count; owner.length > 0 && i > 0; i--)
        if (text_equal(new_value(&leads->changed->changes[leads->owners[i - 1]], TEXT("owner")), owner))
            return leads->statements[leads->owners[i - 1]];
    return 0;
}

static size_t follow_cascade(struct leads *leads, const struct change *change)
{
    return change->effect == EFFECT_MODIFIED || change->effect == EFFECT_REMOVED ? leads->cascade : 0;
}

/* A statement whose text has the name of the thing, though it is about another: ATTACH PARTITION, OWNED BY. */
static size_t follow_mention(struct leads *leads, const struct change *change)
{
    struct text names[] = {path_last(change->owner), path_last(change->owner_before)};

    for (size_t i = leads->input->event_count; i > 0; i--) {
        const struct ddl_event_row *event = &leads->input->events[i - 1];

        if (event->statement.length == 0 || !statement_can_make(event, change))
            continue;
        for (size_t k = 0; k < LENGTH_OF(names); k++)
            if (names[k].length > 0 && statement_has_word(event, names[k], &leads->budget))
                return i;
    }
    return 0;
}

static size_t follow(struct leads *leads, const struct change *change)
{
    static size_t (*const ways[])(struct leads * leads, const struct change *change) = {
        follow_part, follow_rename, follow_inheritance, follow_owner, follow_mention, follow_cascade};

    for (size_t i = 0; i < LENGTH_OF(ways); i++) {
        size_t statement = ways[i](leads, change);

        if (statement != 0)
            return statement;
    }
    return 0;
}

/* ---- what capture cannot see ---- */

static struct text privilege_of(struct text grant)
{
    const char *to = memmem(grant.bytes, grant.length, " TO ", 4);

    return (struct text){grant.bytes, to == NULL ? grant.length : (size_t)(to - grant.bytes)};
}

/* The same privileges before and after, of other roles. Both sides are sorted, and privileges come first. */
static bool has_other_roles(const struct attribute_change *attribute)
{
    const struct attribute *from = attribute->from, *to = attribute->to;

    if (from == NULL || to == NULL || from->count != to->count)
        return false;
    for (uint32_t i = 0; i < from->count; i++)
        if (!text_equal(privilege_of(from->items[i]), privilege_of(to->items[i])))
            return false;
    return true;
}

/* Statements about roles are not seen by event triggers: REASSIGN OWNED changes owners, and when a role is renamed, who
 * may has another name. But who gets or loses a privilege does so by a statement that is seen. */
static bool is_of_roles(const struct change *change)
{
    if (change->kind == KIND_ROLE)
        return true;
    if (change->aspect != ASPECT_ACCESS || change->attribute_count == 0)
        return false;
    if (change_attribute(change, TEXT("owner")) != NULL)
        return true;
    for (uint32_t i = 0; i < change->attribute_count; i++)
        if (!has_other_roles(&change->attributes[i]))
            return false;
    return true;
}

static bool is_invisible(const struct change *change, struct text engine)
{
    if (!text_equal(engine, TEXT("postgresql")))
        return false;
    return change->kind == KIND_EVENT_TRIGGER || change->kind == KIND_SYSTEM_PRIVILEGE || is_of_roles(change);
}

enum error_code attribution_follow(struct attribution *attributions, const size_t *statements,
                                   const struct changed *changed, const struct attribution_input *input,
                                   struct arena *arena, struct error *error)
{
    struct leads leads = {.input = input, .changed = changed, .statements = statements, .budget = {READ_LIMIT}};

    if (find_leads(&leads, arena, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < changed->count; i++) {
        size_t statement = statements[i] > 0 ? 0 : follow(&leads, &changed->changes[i]);

        if (statements[i] > 0)
            continue;
        if (statement > 0)
            attributions[i] = attribution_to(input, EVIDENCE_INFERRED, statement - 1);
        else if (is_invisible(&changed->changes[i], input->engine))
            attributions[i].evidence = EVIDENCE_INFERRED;
    }
    return ERROR_NONE;
}
