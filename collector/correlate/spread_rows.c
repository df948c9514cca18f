#include "correlate/spread_rows.h"

#include <stdlib.h>

#include "drift/state.h"

static const char doing[] = "spreading out what differs";

/* A state that a thing has somewhere. */
struct version {
    bool is_reference; /* that of the column that all are held against */
    struct change_state state;
    uint32_t instances;
    uint32_t first; /* the first column that has it */
    uint32_t number;
};

/* One change of one column. */
struct mention {
    const struct change *change;
    uint32_t column;
};

/* What making rows needs at every step. */
struct making {
    struct spread *spread;
    const struct spread_comparison *comparisons;
    struct mention *mentions; /* sorted by the thing that they are about, then by column */
    size_t mention_count;
    struct version *versions; /* room for those of one row */
    uint32_t *numbers;        /* and for their places */
    bool *lacks;              /* the columns that have not the object that is at hand */
    struct arena *arena;
    struct error *error;
};

static enum error_code no_memory(const struct making *making)
{
    return arena_error(making->arena, making->error, doing);
}

/* ---- things in order ---- */

static int compare_numbers(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

/* By name first: the parts of an object stand behind it, whatever their kinds. */
static int compare_things(const struct change *a, const struct change *b)
{
    int order = text_compare(a->owner, b->owner);

    if (order == 0)
        order = compare_numbers(a->object_kind, b->object_kind);
    if (order == 0)
        order = compare_numbers(a->kind != a->object_kind, b->kind != b->object_kind);
    if (order == 0)
        order = text_compare(a->object, b->object);
    if (order == 0)
        order = compare_numbers(a->kind, b->kind);
    return order != 0 ? order : compare_numbers(a->aspect, b->aspect);
}

static int compare_mentions(const void *a, const void *b)
{
    const struct mention *x = a, *y = b;
    int order = compare_things(x->change, y->change);

    return order != 0 ? order : compare_numbers(x->column, y->column);
}

static enum error_code gather(struct making *making)
{
    uint32_t columns = making->spread->column_count;
    size_t count = 0;

    for (uint32_t i = 0; i < columns; i++)
        count += making->comparisons[i].change_count;
    making->mentions = arena_array(making->arena, count, sizeof *making->mentions);
    making->versions = arena_array(making->arena, columns, sizeof *making->versions);
    making->numbers = arena_array(making->arena, columns, sizeof *making->numbers);
    making->lacks = arena_array(making->arena, columns, sizeof *making->lacks);
    if (making->mentions == NULL || making->versions == NULL || making->numbers == NULL || making->lacks == NULL)
        return no_memory(making);
    for (uint32_t i = 0; i < columns; i++)
        for (uint32_t k = 0; k < making->comparisons[i].change_count; k++)
            making->mentions[making->mention_count++] = (struct mention){&making->comparisons[i].changes[k], i};
    if (count > 1)
        qsort(making->mentions, count, sizeof *making->mentions, compare_mentions);
    return ERROR_NONE;
}

/* ---- what is not covered ---- */

static int compare_uncovered(const void *a, const void *b)
{
    const struct uncovered *x = a, *y = b;
    int order = compare_numbers(x->kind, y->kind);

    return order != 0 ? order : text_compare(x->object, y->object);
}

static bool has_gap(const struct spread_comparison *comparison, enum kind kind, struct text object)
{
    const struct uncovered wanted = {.kind = kind, .object = object};

    return comparison->uncovered_count > 0 && bsearch(&wanted, comparison->uncovered, comparison->uncovered_count,
                                                      sizeof wanted, compare_uncovered) != NULL;
}

/* Whether it is not known how a thing compares that the column has no change of. */
static bool is_hidden(const struct spread_comparison *comparison, const struct spread_row *row)
{
    const struct text whole_kind = {"", 0};

    return has_gap(comparison, row->kind, whole_kind) || has_gap(comparison, row->object_kind, whole_kind) ||
           has_gap(comparison, row->kind, row->object) || has_gap(comparison, row->object_kind, row->owner);
}

/* ---- versions ---- */

static bool same_version(const struct version *a, const struct version *b)
{
    if (a->is_reference || b->is_reference)
        return a->is_reference == b->is_reference;
    return change_state_equal(&a->state, &b->state);
}

static int compare_versions(const void *a, const void *b)
{
    const struct version *x = a, *y = b;

    if (x->instances != y->instances)
        return x->instances > y->instances ? -1 : 1;
    return compare_numbers(x->first, y->first);
}

/* Count a column to the version that it has, and note in its cell which that is. */
static void count_version(struct version *versions, uint32_t *count, const struct version *has, uint32_t instances,
                          struct spread_cell *cell)
{
    uint32_t place = 0;

    while (place < *count && !same_version(&versions[place], has))
        place++;
    if (place == *count) {
        versions[place] = *has;
        versions[place].number = place;
        versions[place].instances = 0;
        ++*count;
    }
    versions[place].instances += instances;
    cell->is_there = has->state.is_there;
    cell->version = place;
}

/* The version that most instances have becomes 0. */
static void number_versions(const struct making *making, uint32_t count, struct spread_row *row)
{
    if (count > 1)
        qsort(making->versions, count, sizeof *making->versions, compare_versions);
    for (uint32_t i = 0; i < count; i++)
        making->numbers[making->versions[i].number] = i;
    for (uint32_t i = 0; i < making->spread->column_count; i++)
        if (row->cells[i].known)
            row->cells[i].version = making->numbers[row->cells[i].version];
}

/* ---- rows ---- */

/* What the column says of the thing, and what the one says that all are held against. */
static const struct change_state *state_here(const struct making *making, const struct mention *mention)
{
    return &mention->change->states[making->comparisons[mention->column].side];
}

static const struct change_state *state_there(const struct making *making, const struct mention *mention)
{
    return &mention->change->states[making->comparisons[mention->column].side == SIDE_FROM ? SIDE_TO : SIDE_FROM];
}

static bool is_same_object(const struct change *a, const struct change *b)
{
    return a->object_kind == b->object_kind && text_equal(a->owner, b->owner);
}

/* The end of the mentions of one object and all its parts. A column that lacks the object as a whole mentions no part
 * of it. */
static size_t look_at_object(const struct making *making, size_t first)
{
    const struct change *head = making->mentions[first].change;
    size_t end = first;

    memset(making->lacks, 0, making->spread->column_count * sizeof *making->lacks);
    for (; end < making->mention_count && is_same_object(head, making->mentions[end].change); end++) {
        const struct mention *mention = &making->mentions[end];

        if (!state_here(making, mention)->is_there && mention->change->kind == head->object_kind)
            making->lacks[mention->column] = true;
    }
    return end;
}

/* Fill the cells of a row from its mentions. */
static enum error_code fill_row(const struct making *making, size_t first, size_t end, struct spread_row *row)
{
    bool reference_has_it = state_there(making, &making->mentions[first])->is_there;
    uint32_t count = 0;

    row->cells = arena_array(making->arena, making->spread->column_count, sizeof *row->cells);
    if (row->cells == NULL)
        return no_memory(making);
    for (uint32_t i = 0; i < making->spread->column_count; i++) {
        const struct spread_comparison *comparison = &making->comparisons[i];
        struct version has = {.is_reference = true, .state = {.is_there = reference_has_it}, .first = i};
        bool is_mentioned = first < end && making->mentions[first].column == i;

        if (is_mentioned)
            has = (struct version){.state = *state_here(making, &making->mentions[first++]), .first = i};
        else if (making->lacks[i])
            has = (struct version){.first = i};
        row->cells[i].known = is_mentioned || (comparison->compared && !is_hidden(comparison, row));
        if (row->cells[i].known)
            count_version(making->versions, &count, &has, making->spread->columns[i].instance_count, &row->cells[i]);
    }
    number_versions(making, count, row);
    return ERROR_NONE;
}

/* One row from the mention `first` on, which is of an object whose mentions end at `end`; `first` is moved on. */
static enum error_code make_row(const struct making *making, size_t *first, size_t end, struct spread_row *row)
{
    const struct change *change = making->mentions[*first].change;
    size_t begin = *first;

    *row = (struct spread_row){.kind = change->kind,
                               .object_kind = change->object_kind,
                               .aspect = change->aspect,
                               .object = change->object,
                               .owner = change->owner};
    for (; *first < end && compare_things(change, making->mentions[*first].change) == 0; ++*first)
        if (making->mentions[*first].change->severity > row->severity)
            row->severity = making->mentions[*first].change->severity;
    return fill_row(making, begin, *first, row);
}

static enum error_code make_rows(const struct making *making)
{
    struct spread *spread = making->spread;
    size_t at = 0;

    spread->rows = arena_array(making->arena, making->mention_count, sizeof *spread->rows);
    if (spread->rows == NULL)
        return no_memory(making);
    while (at < making->mention_count) {
        size_t end = look_at_object(making, at);

        while (at < end)
            if (make_row(making, &at, end, &spread->rows[spread->row_count++]) != ERROR_NONE)
                return making->error->code;
    }
    return ERROR_NONE;
}

static int compare_rows(const void *a, const void *b)
{
    const struct spread_row *x = a, *y = b;
    int order = compare_numbers(y->severity, x->severity);

    if (order == 0)
        order = text_compare(x->object, y->object);
    if (order == 0)
        order = compare_numbers(x->kind, y->kind);
    return order != 0 ? order : compare_numbers(x->aspect, y->aspect);
}

enum error_code spread_rows_make(struct spread *spread, struct spread_comparison *comparisons, struct arena *arena,
                                 struct error *error)
{
    struct making making = {.spread = spread, .comparisons = comparisons, .arena = arena, .error = error};

    for (uint32_t i = 0; i < spread->column_count; i++)
        if (comparisons[i].uncovered_count > 1)
            qsort(comparisons[i].uncovered, comparisons[i].uncovered_count, sizeof *comparisons[i].uncovered,
                  compare_uncovered);
    if (gather(&making) != ERROR_NONE || make_rows(&making) != ERROR_NONE)
        return error->code;
    if (spread->row_count > 1)
        qsort(spread->rows, spread->row_count, sizeof *spread->rows, compare_rows);
    return ERROR_NONE;
}
