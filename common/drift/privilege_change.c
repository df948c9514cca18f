#include "drift/privilege_change.h"

#include <stdint.h>

/* So many comparisons take less than a second; beyond that the worst is assumed. */
enum { COMPARISON_LIMIT = 4 * 1000 * 1000 };

/* One item, taken apart. */
struct item {
    struct text privilege; /* "SELECT" */
    struct text grantee;   /* as written, with its quotes */
    bool grant_option;
};

/* Where `word` begins in `text` outside double quotes, or SIZE_MAX. Role names may hold any words. */
static size_t find_word(struct text text, struct text word)
{
    bool quoted = false;

    for (size_t i = 0; i + word.length <= text.length; i++) {
        if (text.bytes[i] == '"')
            quoted = !quoted;
        if (!quoted && memcmp(text.bytes + i, word.bytes, word.length) == 0)
            return i;
    }
    return SIZE_MAX;
}

static struct text text_after(struct text text, size_t at)
{
    return (struct text){text.bytes + at, text.length - at};
}

static struct item take_apart(struct text text)
{
    static const struct text prepositions[] = {{" TO ", 4}, {" FROM ", 6}};
    struct item item = {.privilege = text};
    struct text rest;
    size_t end;

    for (size_t i = 0; i < 2; i++) {
        size_t at = find_word(text, prepositions[i]);
        if (at == SIZE_MAX)
            continue;
        item.privilege.length = at;
        rest = text_after(text, at + prepositions[i].length);
        item.grantee = rest;
        item.grant_option = find_word(rest, TEXT(" WITH GRANT OPTION")) != SIZE_MAX;
        end = find_word(rest, TEXT(" "));
        if (end != SIZE_MAX)
            item.grantee.length = end;
        break;
    }
    return item;
}

/* Whether a set gives what `wanted` gives, at least. */
static bool set_gives(const struct attribute *set, const struct item *wanted)
{
    for (uint32_t i = 0; set != NULL && i < set->count; i++) {
        struct item item = take_apart(set->items[i]);

        if (text_equal(item.privilege, wanted->privilege) && text_equal(item.grantee, wanted->grantee) &&
            item.grant_option >= wanted->grant_option)
            return true;
    }
    return false;
}

/* Whether `set` holds something that `other` lacks, and whether PUBLIC is given some of it. */
static bool set_exceeds(const struct attribute *set, const struct attribute *other, bool *ret_public)
{
    bool exceeds = false;

    *ret_public = false;
    for (uint32_t i = 0; set != NULL && i < set->count; i++) {
        struct item item = take_apart(set->items[i]);

        if (set_gives(other, &item))
            continue;
        exceeds = true;
        if (text_equal(item.grantee, TEXT("PUBLIC")))
            *ret_public = true;
    }
    return exceeds;
}

struct privilege_change privilege_change_of_grants(const struct attribute *from, const struct attribute *to)
{
    struct privilege_change change = {true, true, true};
    bool ignored;

    if (from != NULL && to != NULL && (uint64_t)from->count * to->count > COMPARISON_LIMIT)
        return change;
    change.granted = set_exceeds(to, from, &change.granted_to_public);
    change.revoked = set_exceeds(from, to, &ignored);
    return change;
}

/* What vanishes from the list of defaults taken away is given back. */
struct privilege_change privilege_change_of_revoked(const struct attribute *from, const struct attribute *to)
{
    return privilege_change_of_grants(to, from);
}
