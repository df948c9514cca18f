#include "drift/undeclared.h"

#include "drift/compare.h"
#include "schema/canonical.h"

enum { KIND_LIMIT = KIND_POLICY + 1 };

static const char doing[] = "counting what is not declared";

/* What counting needs at every step. */
struct counting {
    const struct undeclared *undeclared;
    bool whole[KIND_LIMIT];   /* nothing of the kind is declared */
    bool partial[KIND_LIMIT]; /* some of it is not */
    bool parts;               /* of some kind of part */
    uint32_t counts[KIND_LIMIT][2];
    struct arena *arena;
    struct error *error;
};

static bool names_attributes(const struct coverage_gap *gap)
{
    return text_starts_with(gap->object, TEXT("* ("));
}

static void mark_kinds(struct counting *counting)
{
    const struct undeclared *undeclared = counting->undeclared;
    const struct coverage_gaps *gaps = &undeclared->coverage->undeclared;

    for (uint32_t i = 0; i < gaps->count; i++) {
        const struct coverage_gap *gap = gaps->items[i];
        const struct kind_facts *facts = kind_facts(gap->kind);

        if (facts == NULL || names_attributes(gap) || !undeclared->options->aspects[facts->aspect] ||
            (undeclared->across != NULL &&
             (gap->kind == KIND_SCHEMA || !across_compares(undeclared->across, gap->kind))))
            continue;
        *(gap->object.length == 0 ? &counting->whole[gap->kind] : &counting->partial[gap->kind]) = true;
        counting->parts = counting->parts || facts->is_part;
    }
}

static bool is_named(const struct counting *counting, enum kind kind, struct text path)
{
    const struct coverage_gaps *gaps = &counting->undeclared->coverage->undeclared;

    for (uint32_t i = 0; i < gaps->count; i++)
        if (gaps->items[i]->kind == kind && text_equal(gaps->items[i]->object, path))
            return true;
    return false;
}

static void count(struct counting *counting, unsigned side, enum kind kind, struct text path)
{
    if (counting->whole[kind] || (counting->partial[kind] && is_named(counting, kind, path)))
        counting->counts[kind][side]++;
}

static enum error_code count_parts(struct counting *counting, unsigned side, const struct trie_entry *entry,
                                   struct text path)
{
    struct object object;

    if (canonical_decode(entry->blob, counting->arena, &object, counting->error) != ERROR_NONE)
        return counting->error->code;
    for (uint32_t i = 0; i < object.part_count; i++) {
        const struct part *part = &object.parts[i];
        struct text name = {"", 0};

        if (counting->partial[part->kind]) {
            name = compare_part_path(path, part->name, counting->arena);
            if (name.bytes == NULL)
                return arena_error(counting->arena, counting->error, doing);
        }
        count(counting, side, part->kind, name);
    }
    return ERROR_NONE;
}

static enum error_code count_side(struct counting *counting, unsigned side)
{
    const struct snapshot *snapshot = counting->undeclared->sides[side];

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            const struct trie_entry *entry = &snapshot->tries[aspect].entries[i];
            struct text path;

            if (kind_facts(entry->kind)->aspect != aspect)
                continue;
            path = compare_path(entry, counting->arena);
            if (path.bytes == NULL)
                return arena_error(counting->arena, counting->error, doing);
            count(counting, side, entry->kind, path);
            if (counting->parts && count_parts(counting, side, entry, path) != ERROR_NONE)
                return counting->error->code;
        }
    return ERROR_NONE;
}

/* What was listed before stays in its place, in the order of kinds. */
static enum error_code merge(const struct counting *counting, struct diff *diff)
{
    struct not_compared *list =
        arena_array(counting->arena, (size_t)diff->not_compared_count + KIND_LIMIT, sizeof *list);
    uint32_t listed = 0, merged = 0;

    if (list == NULL)
        return arena_error(counting->arena, counting->error, doing);
    for (unsigned kind = 0; kind < KIND_LIMIT; kind++) {
        const uint32_t *counts = counting->counts[kind];

        for (; listed < diff->not_compared_count && diff->not_compared[listed].kind == kind; listed++)
            if (!counting->whole[kind])
                list[merged++] = diff->not_compared[listed];
        if (counts[0] + counts[1] > 0)
            list[merged++] = (struct not_compared){(enum kind)kind, GAP_NOT_DECLARED, {counts[0], counts[1]}};
    }
    while (listed < diff->not_compared_count) /* tables of special sorts stand last */
        list[merged++] = diff->not_compared[listed++];
    diff->not_compared = list;
    diff->not_compared_count = merged;
    return ERROR_NONE;
}

enum error_code undeclared_list(const struct undeclared *undeclared, struct diff *diff, struct arena *arena,
                                struct error *error)
{
    struct counting counting = {.undeclared = undeclared, .arena = arena, .error = error};

    if (undeclared->coverage->undeclared.count == 0)
        return ERROR_NONE;
    mark_kinds(&counting);
    if (count_side(&counting, SIDE_FROM) != ERROR_NONE || count_side(&counting, SIDE_TO) != ERROR_NONE)
        return error->code;
    return merge(&counting, diff);
}
