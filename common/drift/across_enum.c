#include "drift/across_private.h"
#include "drift/list_change.h"

static bool same_labels(const struct neutral_enum *from, const struct neutral_enum *to)
{
    struct text_list a = text_list_of(&from->labels), b = text_list_of(&to->labels);

    return a.count == b.count && list_change_classify(a, b) == LIST_SAME;
}

static enum error_code set_state(const struct crossing *crossing, const struct neutral_enum *item, bool is_whole,
                                 struct change_state *ret_state)
{
    const struct state_subject subject = {.kind = KIND_ENUM,
                                          .aspect = ASPECT_STRUCTURE,
                                          .name = is_whole ? item->key : (struct text){"", 0},
                                          .path = item->path,
                                          .attributes = &item->labels,
                                          .attribute_count = 1};

    if (crossing->states == NULL)
        return ERROR_NONE;
    return state_of_thing(ret_state, crossing->states, &subject, crossing->error);
}

/* What is shown of labels is what is said: across_show() finds it behind the attribute. */
static const struct attribute *say_labels(const struct crossing *crossing, const struct neutral_enum *item)
{
    struct neutral_attribute *said = arena_alloc(crossing->arena, sizeof *said);

    if (said != NULL)
        *said = (struct neutral_attribute){item->labels, item->labels};
    return said == NULL ? NULL : &said->said;
}

static enum error_code add_labels(const struct crossing *crossing, const struct neutral_enum *from,
                                  const struct neutral_enum *to, struct change *change)
{
    const struct attribute *before = say_labels(crossing, from), *now = say_labels(crossing, to);

    change->attributes = arena_array(crossing->arena, 1, sizeof *change->attributes);
    if (before == NULL || now == NULL || change->attributes == NULL)
        return across_no_memory(crossing);
    change->attributes[0] = (struct attribute_change){TEXT("labels"), before, now};
    change->attribute_count = 1;
    return ERROR_NONE;
}

static enum error_code report(const struct crossing *crossing, const struct neutral_enum *from,
                              const struct neutral_enum *to)
{
    const struct neutral_enum *const sides[SIDE_COUNT] = {from, to}, *shown = to != NULL ? to : from;
    const bool is_whole = from == NULL || to == NULL;
    struct change change = {.effect = from == NULL ? EFFECT_ADDED
                                      : to == NULL ? EFFECT_REMOVED
                                                   : EFFECT_MODIFIED,
                            .kind = KIND_ENUM,
                            .object_kind = KIND_ENUM,
                            .object = shown->path,
                            .owner = shown->path,
                            .aspect = ASPECT_STRUCTURE,
                            .rule = ""};
    struct change *place = change_list_add(crossing->changes);

    if (place == NULL)
        return across_no_memory(crossing);
    if (!is_whole && !text_equal(from->path, to->path))
        change.owner_before = from->path;
    for (unsigned side = 0; side < SIDE_COUNT; side++)
        if (sides[side] != NULL && set_state(crossing, sides[side], is_whole, &change.states[side]) != ERROR_NONE)
            return crossing->error->code;
    if (!is_whole && add_labels(crossing, from, to, &change) != ERROR_NONE)
        return crossing->error->code;
    *place = change;
    return ERROR_NONE;
}

enum error_code across_compare_enums(struct crossing *crossing)
{
    const struct neutral *from = &crossing->across->sides[SIDE_FROM], *to = &crossing->across->sides[SIDE_TO];

    if (!across_compares(crossing->across, KIND_ENUM))
        return ERROR_NONE;
    for (uint32_t a = 0, b = 0; a < from->enum_count || b < to->enum_count;) {
        int order = a == from->enum_count ? 1
                    : b == to->enum_count ? -1
                                          : text_compare(from->enums[a].key, to->enums[b].key);
        const struct neutral_enum *left = order <= 0 ? &from->enums[a++] : NULL;
        const struct neutral_enum *right = order >= 0 ? &to->enums[b++] : NULL;

        if (order == 0 ? same_labels(left, right) : (left != NULL ? left : right)->is_inline)
            continue;
        if (report(crossing, left, right) != ERROR_NONE)
            return crossing->error->code;
    }
    return ERROR_NONE;
}
