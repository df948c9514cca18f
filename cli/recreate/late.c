#include "recreate/late.h"

#include "recreate/column.h"
#include "recreate/extras.h"

enum { PASSES_MAX = 64 }; /* over all tables; more than that is no schema that grew */

static bool is_table(const struct making *making, uint32_t object)
{
    return making->objects[object].kind == KIND_TABLE || making->objects[object].kind == KIND_FOREIGN_TABLE;
}

bool late_is(const struct making *making, uint32_t object, const struct part *column)
{
    const struct heritage *heritage = &making->heritage[object];

    return heritage->late != NULL && heritage->late[column - making->objects[object].parts];
}

bool late_any(const struct making *making, uint32_t object)
{
    return making->heritage[object].late != NULL;
}

bool late_concerns(const struct making *making, uint32_t object, const struct part *constraint)
{
    const struct attribute *columns =
        attribute_find(constraint->attributes, constraint->attribute_count, TEXT("columns"));

    if (!late_any(making, object))
        return false;
    if (columns == NULL)
        return true;
    for (uint32_t i = 0; i < columns->count; i++) {
        const struct part *column = object_part(&making->objects[object], KIND_COLUMN, columns->items[i]);

        if (column != NULL && late_is(making, object, column))
            return true;
    }
    return false;
}

static const struct attribute *order_of(const struct object *object)
{
    return attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));
}

/* Mark a column where it is a table's own; answers whether that is new. */
static bool mark_here(struct making *making, uint32_t object, const struct part *column)
{
    struct heritage *heritage = &making->heritage[object];
    size_t place = (size_t)(column - making->objects[object].parts);

    if (heritage->late == NULL) {
        heritage->late = making->failed
                             ? NULL
                             : arena_array(making->arena, making->objects[object].part_count, sizeof *heritage->late);
        making->failed = making->failed || heritage->late == NULL;
    }
    if (making->failed || heritage->late[place])
        return false;
    heritage->late[place] = true;
    return true;
}

/* Whether a base of the table has a late column of this name. */
static bool comes_late(const struct making *making, const struct bases *bases, struct text name)
{
    for (uint32_t i = 0; i < bases->count; i++) {
        const struct part *column = object_part(bases->objects[i], KIND_COLUMN, name);

        if (column != NULL && late_is(making, (uint32_t)(bases->objects[i] - making->objects), column))
            return true;
    }
    return false;
}

/* A column that the table has from parents is marked in these, and they will hand it on. */
static bool mark(struct making *making, uint32_t object, const struct part *column)
{
    const struct bases *bases = &making->heritage[object].bases;
    bool is_new = false;

    if (bases->form != BASE_PARENTS || !bases_bring(bases, column))
        return mark_here(making, object, column);
    for (uint32_t i = 0; i < bases->count; i++) {
        const struct part *theirs = object_part(bases->objects[i], KIND_COLUMN, column->name);

        if (theirs != NULL)
            is_new = mark_here(making, (uint32_t)(bases->objects[i] - making->objects), theirs) || is_new;
    }
    return is_new;
}

/* What a parent's late column means for its children, and what stands behind a late column. */
static bool hand_on(struct making *making, uint32_t object)
{
    const struct bases *bases = &making->heritage[object].bases;
    const struct attribute *order = order_of(&making->objects[object]);
    bool is_new = false;
    bool behind = false;

    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct part *column = object_part(&making->objects[object], KIND_COLUMN, order->items[i]);

        if (column == NULL)
            continue;
        if (bases->form == BASE_PARENTS && bases_bring(bases, column) && comes_late(making, bases, column->name))
            is_new = mark_here(making, object, column) || is_new;
        if (behind)
            is_new = mark(making, object, column) || is_new;
        behind = behind || late_is(making, object, column);
    }
    return is_new;
}

/* The next column of the table's order that is not late. */
static const struct part *next_early(const struct making *making, uint32_t object, const struct attribute *order,
                                     uint32_t *at)
{
    while (order != NULL && *at < order->count) {
        const struct part *column = object_part(&making->objects[object], KIND_COLUMN, order->items[(*at)++]);

        if (column != NULL && !late_is(making, object, column))
            return column;
    }
    return NULL;
}

/* Compare with what CREATE TABLE would make: the first column of a parent that is not in its place is late. */
static bool compare_order(struct making *making, uint32_t object)
{
    const struct heritage *heritage = &making->heritage[object];
    const struct attribute *order = order_of(&making->objects[object]);
    uint32_t at = 0;

    if (heritage->bases.form != BASE_PARENTS)
        return false;
    for (uint32_t i = 0; i < heritage->bases.count; i++) {
        const struct object *base = heritage->bases.objects[i];
        uint32_t number = (uint32_t)(base - making->objects);
        uint32_t theirs = 0;
        const struct part *column;

        while ((column = next_early(making, number, order_of(base), &theirs)) != NULL) {
            const struct part *here = object_part(&making->objects[object], KIND_COLUMN, column->name);
            const struct part *next;
            uint32_t before = at;

            if (here == NULL || late_is(making, object, here) || bases_have(&heritage->bases, i, column->name))
                continue;
            next = next_early(making, object, order, &at);
            if (next != NULL && text_equal(next->name, column->name))
                continue;
            at = before;
            return mark_here(making, number, column);
        }
    }
    return false;
}

/* Nobody makes tables like that; whoever reads the note may look at them. */
static void note_unordered(struct making *making)
{
    for (uint32_t i = 0; i < making->object_count; i++)
        if (is_table(making, i) && making->heritage[i].bases.form == BASE_PARENTS)
            making_note(making, making->objects[i].kind, making->paths[i],
                        TEXT("the order of its columns may be another: it has too long a history"));
}

void late_find(struct making *making)
{
    bool is_new = true;

    for (uint32_t i = 0; i < making->object_count && !making->failed; i++)
        if (is_table(making, i)) {
            struct facts facts = making_object(making, i);

            making->heritage[i].bases = bases_find(making, &facts);
        }
    for (unsigned pass = 0; is_new && pass < PASSES_MAX; pass++) {
        is_new = false;
        for (uint32_t i = 0; i < making->object_count && !making->failed; i++) {
            if (!is_table(making, i))
                continue;
            is_new = hand_on(making, i) || is_new;
            is_new = compare_order(making, i) || is_new;
        }
    }
    if (is_new)
        note_unordered(making);
}

static void write_addition(struct making *making, const struct facts *table, const struct part *column)
{
    struct heritage *heritage = &making->heritage[table->object];
    size_t place = (size_t)(column - making->objects[table->object].parts);
    const struct facts *facts = &heritage->facts[place];

    making_begin(making, STAGE_COLUMN, facts);
    making->current.evaluates = true;
    put(making, "ALTER ");
    put(making, relation_word(table->kind));
    put(making, " ");
    put_text(making, table->name);
    put(making, " ADD COLUMN ");
    column_put(making, facts, column, &heritage->bases);
    put(making, ";\n");
    heritage->added[place] = making_end(making);
    making_need_object(making, table->object, heritage->added[place]);
}

/* Columns that are the table's own. */
static void write_additions(struct making *making, uint32_t object)
{
    struct heritage *heritage = &making->heritage[object];
    const struct object *table = &making->objects[object];
    struct facts facts = making_object(making, object);

    heritage->added = making->failed ? NULL : arena_array(making->arena, table->part_count, sizeof *heritage->added);
    if (heritage->added == NULL) {
        making->failed = true;
        return;
    }
    for (uint32_t i = 0; i < table->part_count && !making->failed; i++) {
        heritage->added[i] = STEP_NONE;
        if (heritage->late[i] && !bases_bring(&heritage->bases, &table->parts[i]))
            write_addition(making, &facts, &table->parts[i]);
    }
}

/* The step that adds a late column, here or further up. */
static uint32_t addition_of(const struct making *making, uint32_t object, struct text name)
{
    for (unsigned depth = 0; depth < PARTITION_DEPTH_MAX; depth++) {
        const struct heritage *heritage = &making->heritage[object];
        const struct part *column = object_part(&making->objects[object], KIND_COLUMN, name);
        uint32_t base = 0;

        if (column == NULL || heritage->added == NULL)
            break;
        if (heritage->added[column - making->objects[object].parts] != STEP_NONE)
            return heritage->added[column - making->objects[object].parts];
        while (base < heritage->bases.count && object_part(heritage->bases.objects[base], KIND_COLUMN, name) == NULL)
            base++;
        if (base == heritage->bases.count)
            break;
        object = (uint32_t)(heritage->bases.objects[base] - making->objects);
    }
    return STEP_NONE;
}

/* What else there is to say of a late column, one step for a table. */
static uint32_t write_changes(struct making *making, uint32_t object)
{
    const struct heritage *heritage = &making->heritage[object];
    const struct object *table = &making->objects[object];
    const struct attribute *order = order_of(table);
    struct facts facts = making_object(making, object);
    uint32_t before = STEP_NONE;
    uint32_t step;

    making_begin(making, STAGE_COLUMN_CHANGE, &facts);
    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct part *column = object_part(table, KIND_COLUMN, order->items[i]);
        const struct facts *its;

        if (column == NULL || !late_is(making, object, column))
            continue;
        its = &heritage->facts[column - table->parts];
        column_put_changes(making, &facts, its, column, &heritage->bases);
        making_finish(making, its);
    }
    step = making_end(making);
    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct part *column = object_part(table, KIND_COLUMN, order->items[i]);
        uint32_t addition =
            column == NULL || !late_is(making, object, column) ? STEP_NONE : addition_of(making, object, column->name);

        if (addition == STEP_NONE)
            continue;
        making_need_object(making, object, addition);
        making_need(making, before, addition);
        making_need(making, addition, step);
        before = addition;
    }
    return step;
}

/* Whatever else is made of the table waits for its last column. */
static void need_changes(struct making *making, size_t steps, const uint32_t *changes)
{
    for (uint32_t i = 0; i < steps; i++) {
        const struct step *step = &making->steps[i];

        if (step->object != STEP_NONE && step->stage > STAGE_COLUMN_CHANGE && changes[step->object] != STEP_NONE)
            making_need(making, changes[step->object], i);
    }
}

void late_write(struct making *making)
{
    size_t steps = making->step_count;
    uint32_t *changes = making->failed ? NULL : arena_array(making->arena, making->object_count + 1u, sizeof *changes);

    if (changes == NULL) {
        making->failed = true;
        return;
    }
    for (uint32_t i = 0; i < making->object_count; i++)
        if (late_any(making, i) && making->heritage[i].facts != NULL)
            write_additions(making, i);
    for (uint32_t i = 0; i < making->object_count && !making->failed; i++) {
        changes[i] = STEP_NONE;
        if (making->heritage[i].added == NULL)
            continue;
        changes[i] = write_changes(making, i);
        making_accompany(making, i, changes[i]);
    }
    need_changes(making, steps, changes);
}
