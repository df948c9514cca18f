#include "drift/across.h"

#include <stdlib.h>

#include "drift/across_private.h"

bool across_is_meant(const struct snapshot *from, const struct snapshot *to)
{
    return !text_equal(from->info.engine, to->info.engine) &&
           type_engine_of(from->info.engine) != TYPE_ENGINE_UNKNOWN &&
           type_engine_of(to->info.engine) != TYPE_ENGINE_UNKNOWN;
}

bool across_compares(const struct across *across, enum kind kind)
{
    static const enum kind kinds[] = {KIND_SCHEMA, KIND_TABLE,       KIND_COLUMN, KIND_PRIMARY_KEY,
                                      KIND_UNIQUE, KIND_FOREIGN_KEY, KIND_INDEX};

    if (kind == KIND_ENUM)
        return neutral_has_enums(across->sides[SIDE_FROM].engine) && neutral_has_enums(across->sides[SIDE_TO].engine);
    for (size_t i = 0; i < LENGTH_OF(kinds); i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

enum error_code across_no_memory(const struct crossing *crossing)
{
    return arena_error(crossing->arena, crossing->error, "comparing two engines");
}

/* ---------------------------------------------------------------- changes */

/* Walk two sorted lists; write the differences when there is a place for them. Answers how many there are. */
static uint32_t merge_attributes(const struct neutral_part *from, const struct neutral_part *to,
                                 struct attribute_change *ret_changes)
{
    uint32_t a = 0, b = 0, count = 0, left = from == NULL ? 0 : from->attribute_count;
    uint32_t right = to == NULL ? 0 : to->attribute_count;

    while (a < left || b < right) {
        int order = a == left    ? 1
                    : b == right ? -1
                                 : text_compare(from->attributes[a].said.name, to->attributes[b].said.name);
        const struct attribute *old = order <= 0 ? &from->attributes[a++].said : NULL;
        const struct attribute *new = order >= 0 ? &to->attributes[b++].said : NULL;

        if (attribute_equal(old, new))
            continue;
        if (ret_changes != NULL)
            ret_changes[count] = (struct attribute_change){(old != NULL ? old : new)->name, old, new};
        count++;
    }
    return count;
}

struct text across_owner_path(const struct crossing *crossing, enum side side)
{
    const struct neutral_table *table = crossing->tables[side];

    return table != NULL ? table->path : crossing->tables[1 - side]->path;
}

static enum error_code set_part_state(const struct crossing *crossing, enum side side, const struct neutral_part *part,
                                      struct change_state *ret_state)
{
    struct attribute said[NEUTRAL_ATTRIBUTES];
    struct state_subject subject = {.kind = part->kind, .aspect = ASPECT_STRUCTURE, .name = part->key};

    for (uint32_t i = 0; i < part->attribute_count; i++)
        said[i] = part->attributes[i].said;
    subject.attributes = said;
    subject.attribute_count = part->attribute_count;
    subject.path = compare_part_path(across_owner_path(crossing, side), part->name, crossing->arena);
    if (subject.path.bytes == NULL)
        return across_no_memory(crossing);
    return state_of_thing(ret_state, crossing->states, &subject, crossing->error);
}

static enum error_code report_part(const struct crossing *crossing, const struct neutral_part *from,
                                   const struct neutral_part *to)
{
    const struct neutral_part *const parts[SIDE_COUNT] = {from, to}, *shown = to != NULL ? to : from;
    uint32_t count = merge_attributes(from, to, NULL);
    struct change change = {.effect = from == NULL ? EFFECT_ADDED
                                      : to == NULL ? EFFECT_REMOVED
                                                   : EFFECT_MODIFIED,
                            .kind = shown->kind,
                            .object_kind = KIND_TABLE,
                            .owner = across_owner_path(crossing, SIDE_TO),
                            .aspect = ASPECT_STRUCTURE,
                            .rule = ""};
    struct change *place;

    if (count == 0 && change.effect == EFFECT_MODIFIED)
        return ERROR_NONE;
    if (!text_equal(across_owner_path(crossing, SIDE_FROM), change.owner))
        change.owner_before = across_owner_path(crossing, SIDE_FROM);
    change.object = compare_part_path(change.owner, shown->name, crossing->arena);
    change.attributes = arena_array(crossing->arena, count, sizeof *change.attributes);
    place = change_list_add(crossing->changes);
    if (change.object.bytes == NULL || change.attributes == NULL || place == NULL)
        return across_no_memory(crossing);
    change.attribute_count = merge_attributes(from, to, change.attributes);
    for (unsigned side = 0; side < SIDE_COUNT && crossing->states != NULL; side++)
        if (parts[side] != NULL &&
            set_part_state(crossing, (enum side)side, parts[side], &change.states[side]) != ERROR_NONE)
            return crossing->error->code;
    *place = change;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- tables */

/* InnoDB makes an index for each foreign key that has none, and does without it nowhere. */
static bool is_for_foreign_key(const struct crossing *crossing, enum side side, const struct neutral_part *index)
{
    const struct neutral_table *table = crossing->tables[side];

    if (index->kind != KIND_INDEX || crossing->across->sides[side].engine != TYPE_ENGINE_MARIADB)
        return false;
    for (uint32_t i = 0; i < table->part_count; i++)
        if (table->parts[i].kind == KIND_FOREIGN_KEY && text_equal(table->parts[i].columns, index->columns))
            return true;
    return false;
}

static enum error_code compare_pair(struct crossing *crossing, struct neutral_part *from, struct neutral_part *to)
{
    if (to->kind == KIND_COLUMN && across_compare_columns(crossing, from, to) != ERROR_NONE)
        return crossing->error->code;
    return report_part(crossing, from, to);
}

static int compare_parts(const struct neutral_part *a, const struct neutral_part *b)
{
    return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : text_compare(a->key, b->key);
}

static enum error_code compare_tables(struct crossing *crossing)
{
    struct neutral_table *from = crossing->tables[SIDE_FROM], *to = crossing->tables[SIDE_TO];
    enum error_code code = ERROR_NONE;

    for (uint32_t a = 0, b = 0; (a < from->part_count || b < to->part_count) && code == ERROR_NONE;) {
        int order = a == from->part_count ? 1
                    : b == to->part_count ? -1
                                          : compare_parts(&from->parts[a], &to->parts[b]);
        struct neutral_part *left = order <= 0 ? &from->parts[a++] : NULL;
        struct neutral_part *right = order >= 0 ? &to->parts[b++] : NULL;

        if (left != NULL && right != NULL)
            code = compare_pair(crossing, left, right);
        else if (!is_for_foreign_key(crossing, left != NULL ? SIDE_FROM : SIDE_TO, left != NULL ? left : right))
            code = report_part(crossing, left, right);
    }
    return code;
}

/* All that is said of a table, as one list. */
static enum error_code write_table(const struct crossing *crossing, const struct neutral_table *table,
                                   struct text *ret_items)
{
    for (uint32_t i = 0; i < table->part_count; i++) {
        const struct neutral_part *part = &table->parts[i];
        CLEANUP(buffer_clear) struct buffer written = {0};

        buffer_add_string(&written, kind_name(part->kind));
        buffer_add_byte(&written, ' ');
        buffer_add_text(&written, part->key);
        for (uint32_t k = 0; k < part->attribute_count; k++) {
            const struct attribute *said = &part->attributes[k].said;

            buffer_add_byte(&written, '\n');
            buffer_add_text(&written, said->name);
            for (uint32_t n = 0; n < said->count; n++) {
                buffer_add_byte(&written, '\0');
                buffer_add_text(&written, said->items[n]);
            }
        }
        if (buffer_check(&written, crossing->error, "comparing two engines") != ERROR_NONE)
            return crossing->error->code;
        ret_items[i] = (struct text){arena_copy(crossing->arena, written.bytes, written.length), written.length};
        if (ret_items[i].bytes == NULL)
            return across_no_memory(crossing);
    }
    return ERROR_NONE;
}

static enum error_code set_table_state(const struct crossing *crossing, const struct neutral_table *table,
                                       struct change_state *ret_state)
{
    struct text *items = arena_array(crossing->arena, table->part_count, sizeof *items);
    const struct attribute parts = {TEXT("parts"), items, table->part_count, true};
    const struct state_subject subject = {.kind = KIND_TABLE,
                                          .aspect = ASPECT_STRUCTURE,
                                          .name = table->key,
                                          .path = table->path,
                                          .attributes = &parts,
                                          .attribute_count = 1};

    if (items == NULL)
        return across_no_memory(crossing);
    if (write_table(crossing, table, items) != ERROR_NONE)
        return crossing->error->code;
    return state_of_thing(ret_state, crossing->states, &subject, crossing->error);
}

/* A table that one side has. */
static enum error_code report_table(const struct crossing *crossing, enum side side)
{
    const struct neutral_table *table = crossing->tables[side];
    struct change change = {.effect = side == SIDE_FROM ? EFFECT_REMOVED : EFFECT_ADDED,
                            .kind = KIND_TABLE,
                            .object_kind = KIND_TABLE,
                            .object = table->path,
                            .owner = table->path,
                            .aspect = ASPECT_STRUCTURE,
                            .rule = ""};
    struct change *place = change_list_add(crossing->changes);

    if (place == NULL)
        return across_no_memory(crossing);
    if (crossing->states != NULL && set_table_state(crossing, table, &change.states[side]) != ERROR_NONE)
        return crossing->error->code;
    *place = change;
    return ERROR_NONE;
}

static enum error_code compare_all(struct crossing *crossing)
{
    const struct neutral *from = &crossing->across->sides[SIDE_FROM], *to = &crossing->across->sides[SIDE_TO];
    enum error_code code = ERROR_NONE;

    for (uint32_t a = 0, b = 0; (a < from->count || b < to->count) && code == ERROR_NONE;) {
        int order = a == from->count ? 1 : b == to->count ? -1 : text_compare(from->tables[a].key, to->tables[b].key);

        crossing->tables[SIDE_FROM] = order <= 0 ? &from->tables[a++] : NULL;
        crossing->tables[SIDE_TO] = order >= 0 ? &to->tables[b++] : NULL;
        code = order == 0 ? compare_tables(crossing) : report_table(crossing, order < 0 ? SIDE_FROM : SIDE_TO);
    }
    return code;
}

/* ---------------------------------------------------------------- beside the changes */

static const char *rest_word(unsigned rest, enum kind *ret_kind)
{
    *ret_kind = KIND_TABLE;
    if (rest == NEUTRAL_REST_PARTITION)
        return "partitions of others";
    if (rest == NEUTRAL_REST_VIRTUAL)
        return "virtual";
    if (rest == NEUTRAL_REST_HISTORY)
        return "histories of others";
    *ret_kind = (enum kind)rest;
    if (rest == KIND_INDEX)
        return "with an expression, a condition or another method";
    return rest == KIND_UNIQUE || rest == KIND_PRIMARY_KEY ? "in part or switched off" : NULL;
}

static enum error_code list_rest(const struct crossing *crossing, struct diff *diff)
{
    const struct neutral *sides = crossing->across->sides;
    struct not_compared *list = arena_array(crossing->arena, NEUTRAL_REST_COUNT, sizeof *list);

    if (list == NULL)
        return across_no_memory(crossing);
    for (unsigned rest = 0; rest < NEUTRAL_REST_COUNT; rest++) {
        struct not_compared item = {.counts = {sides[SIDE_FROM].rest[rest], sides[SIDE_TO].rest[rest]}};

        item.what = rest_word(rest, &item.kind);
        if (item.counts[SIDE_FROM] + item.counts[SIDE_TO] > 0)
            list[diff->not_compared_count++] = item;
    }
    diff->not_compared = list;
    return ERROR_NONE;
}

/* "* (…)" stands for something that all of a kind may have (docs/reference/odbc-generic.md): nothing of it is compared,
 * but that a unique index may have a condition. */
static bool gap_matters(const struct across *across, const struct coverage_gap *gap)
{
    if (!across_compares(across, gap->kind))
        return false;
    return !text_starts_with(gap->object, TEXT("* (")) || gap_is_undeclared(gap) ||
           text_starts_with(gap->object, TEXT("* (method, predicate"));
}

static enum error_code select_gaps(const struct crossing *crossing, enum side side, const struct snapshot *snapshot)
{
    struct coverage_gap *gaps = arena_array(crossing->arena, snapshot->gap_count, sizeof *gaps);
    uint32_t count = 0;

    if (gaps == NULL)
        return across_no_memory(crossing);
    for (uint32_t i = 0; i < snapshot->gap_count; i++)
        if (gap_matters(crossing->across, &snapshot->gaps[i]))
            gaps[count++] = snapshot->gaps[i];
    crossing->across->gaps[side] = (struct snapshot){.gaps = gaps, .gap_count = count};
    return ERROR_NONE;
}

/* A table that the other side has is called as the changes call it. */
static enum error_code translate_gaps(const struct crossing *crossing, enum side side)
{
    const struct snapshot *selected = &crossing->across->gaps[side];
    const struct neutral *own = &crossing->across->sides[side];
    const struct neutral *other = &crossing->across->sides[1 - side];
    struct coverage_gap *gaps = arena_array(crossing->arena, selected->gap_count, sizeof *gaps);

    if (gaps == NULL)
        return across_no_memory(crossing);
    for (uint32_t i = 0; i < selected->gap_count; i++) {
        const struct neutral_table *table = NULL;

        gaps[i] = selected->gaps[i];
        if (neutral_find(&table, other, own, gaps[i].object, crossing->arena, crossing->error) != ERROR_NONE)
            return crossing->error->code;
        if (table != NULL)
            gaps[i].object = table->path;
    }
    crossing->across->covered[side] = (struct snapshot){.gaps = gaps, .gap_count = selected->gap_count};
    return ERROR_NONE;
}

static int compare_equivalents(const void *a, const void *b)
{
    return text_compare(((const struct equivalent *)a)->object, ((const struct equivalent *)b)->object);
}

static size_t column_total(const struct neutral *neutral)
{
    size_t total = 0;

    for (uint32_t i = 0; i < neutral->count; i++)
        total += neutral->tables[i].column_count;
    return total;
}

enum error_code across_compare(struct across *ret_across, struct change_list *changes, struct diff *diff,
                               const struct snapshot *const sides[SIDE_COUNT], struct state_maker *states,
                               struct error *error)
{
    struct crossing crossing = {
        .across = ret_across, .changes = changes, .states = states, .arena = changes->arena, .error = error};

    diff->is_across = true;
    if (neutral_make(ret_across->sides, sides, crossing.arena, error) != ERROR_NONE)
        return error->code;
    for (unsigned side = 0; side < SIDE_COUNT; side++)
        if (select_gaps(&crossing, (enum side)side, sides[side]) != ERROR_NONE ||
            translate_gaps(&crossing, (enum side)side) != ERROR_NONE)
            return error->code;
    crossing.equivalents =
        arena_array(crossing.arena, column_total(&ret_across->sides[SIDE_TO]), sizeof *crossing.equivalents);
    if (crossing.equivalents == NULL)
        return across_no_memory(&crossing);
    if (compare_all(&crossing) != ERROR_NONE || across_compare_enums(&crossing) != ERROR_NONE ||
        list_rest(&crossing, diff) != ERROR_NONE)
        return error->code;
    diff->equivalents = crossing.equivalents;
    diff->equivalent_count = crossing.equivalent_count;
    if (diff->equivalent_count > 1)
        qsort(diff->equivalents, diff->equivalent_count, sizeof *diff->equivalents, compare_equivalents);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- showing */

static const struct attribute *shown(const struct attribute *said)
{
    return said == NULL ? NULL : &((const struct neutral_attribute *)(const void *)said)->shown;
}

void across_show(struct change *changes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < changes[i].attribute_count; k++) {
            struct attribute_change *attribute = &changes[i].attributes[k];

            attribute->from = shown(attribute->from);
            attribute->to = shown(attribute->to);
        }
}
