#include "cli/history_entry.h"

#include <stdlib.h>

#include "cli/actor_text.h"

enum { JOINED_LIMIT = 1000 }; /* instances of one entry */

static const char doing[] = "reading a history";

/* ---- equality ---- */

static bool same_value(const struct shape_value *a, const struct shape_value *b)
{
    const struct text *first = a->texts.items, *second = b->texts.items;

    if (a->type != b->type || a->texts.count != b->texts.count)
        return false;
    for (size_t i = 0; i < a->texts.count; i++)
        if (!text_equal(first[i], second[i]))
            return false;
    return true;
}

static bool same_attributes(const struct shape_list *a, const struct shape_list *b)
{
    const struct answer_attribute *first = a->items, *second = b->items;

    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!text_equal(first[i].name, second[i].name) || !same_value(&first[i].from, &second[i].from) ||
            !same_value(&first[i].to, &second[i].to))
            return false;
    return true;
}

static bool same_change(const struct answer_change *a, const struct answer_change *b)
{
    return a->effect == b->effect && a->severity == b->severity && text_equal(a->kind, b->kind) &&
           text_equal(a->object, b->object) && text_equal(a->aspect, b->aspect) && text_equal(a->rule, b->rule) &&
           text_equal(a->renamed_from, b->renamed_from) && same_attributes(&a->attributes, &b->attributes) &&
           actor_is_same(&a->who, &b->who) && text_equal(a->statement, b->statement) &&
           text_equal(a->client, b->client);
}

static bool same_happening(const struct history_entry *a, const struct history_entry *b)
{
    if (!text_equal(a->environment, b->environment) || (a->note == NULL) != (b->note == NULL) ||
        a->change_count != b->change_count)
        return false;
    if (a->note != NULL && !text_equal(a->note->note, b->note->note))
        return false;
    for (size_t i = 0; i < a->change_count; i++)
        if (!same_change(&a->changes[i], &b->changes[i]))
            return false;
    return true;
}

/* ---- making ---- */

/* Oldest first; of one snapshot the note before the changes: it says what was before them. */
static int compare(const void *a, const void *b)
{
    const struct history_entry *first = a, *second = b;

    if (first->at != second->at)
        return first->at < second->at ? -1 : 1;
    if (first->snapshot != second->snapshot)
        return first->snapshot < second->snapshot ? -1 : 1;
    return (first->note == NULL) - (second->note == NULL);
}

static enum error_code add(struct history_entries *entries, struct history_entry entry, struct text instance,
                           struct arena *arena, struct error *error)
{
    entry.instances = arena_alloc(arena, sizeof *entry.instances);
    if (entry.instances == NULL)
        return arena_error(arena, error, doing);
    entry.instances[0] = instance;
    entry.instance_count = 1;
    entry.until = entry.at;
    entries->items[entries->count++] = entry;
    return ERROR_NONE;
}

static enum error_code add_changes(struct history_entries *entries, const struct shape_list *list, struct arena *arena,
                                   struct error *error)
{
    const struct answer_change *changes = list->items;
    size_t end;

    for (size_t i = 0; i < list->count; i = end) {
        struct history_entry entry = {.at = changes[i].at,
                                      .snapshot = changes[i].snapshot,
                                      .environment = changes[i].environment,
                                      .changes = &changes[i]};

        for (end = i + 1; end < list->count && changes[end].snapshot == changes[i].snapshot;)
            end++;
        entry.change_count = end - i;
        if (add(entries, entry, changes[i].instance, arena, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code add_notes(struct history_entries *entries, const struct shape_list *list, struct arena *arena,
                                 struct error *error)
{
    const struct answer_note *notes = list->items;

    for (size_t i = 0; i < list->count; i++) {
        const struct history_entry entry = {
            .at = notes[i].at, .snapshot = notes[i].snapshot, .environment = notes[i].environment, .note = &notes[i]};

        if (add(entries, entry, notes[i].instance, arena, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* Whether an instance is among those of an entry already: what happened to it again is no longer the same. */
static bool has_instance(const struct history_entry *entry, struct text instance)
{
    for (size_t i = 0; i < entry->instance_count; i++)
        if (text_equal(entry->instances[i], instance))
            return true;
    return false;
}

/* The end of the entries from `begin` on that are alike. */
static size_t alike(const struct history_entries *entries, size_t begin)
{
    size_t end = begin + 1;

    while (end < entries->count && end - begin < JOINED_LIMIT &&
           same_happening(&entries->items[begin], &entries->items[end]))
        end++;
    return end;
}

static int compare_names(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static enum error_code join(struct history_entries *entries, struct arena *arena, struct error *error)
{
    size_t joined = 0;
    size_t end;

    for (size_t i = 0; i < entries->count; i = end) {
        struct history_entry *into = &entries->items[i];
        struct text *instances;

        end = alike(entries, i);
        instances = arena_array(arena, end - i, sizeof *instances);
        if (instances == NULL)
            return arena_error(arena, error, doing);
        instances[0] = into->instances[0];
        into->instances = instances;
        for (size_t j = i + 1; j < end; j++) {
            if (has_instance(into, entries->items[j].instances[0])) {
                end = j;
                break;
            }
            instances[into->instance_count++] = entries->items[j].instances[0];
            into->until = entries->items[j].at;
        }
        qsort(instances, into->instance_count, sizeof *instances, compare_names);
        entries->items[joined++] = *into;
    }
    entries->count = joined;
    return ERROR_NONE;
}

enum error_code history_entries_make(struct history_entries *ret_entries, const struct answer_history *history,
                                     struct arena *arena, struct error *error)
{
    size_t most = history->changes.count + history->notes.count;
    struct history_entries entries = {arena_array(arena, most, sizeof *entries.items), 0};

    if (entries.items == NULL)
        return arena_error(arena, error, doing);
    if (add_changes(&entries, &history->changes, arena, error) != ERROR_NONE ||
        add_notes(&entries, &history->notes, arena, error) != ERROR_NONE)
        return error->code;
    qsort(entries.items, entries.count, sizeof *entries.items, compare);
    if (join(&entries, arena, error) != ERROR_NONE)
        return error->code;
    *ret_entries = entries;
    return ERROR_NONE;
}
