#include "recreate/arrange.h"

#include <stdlib.h>
#include <string.h>

struct edge {
    uint32_t from;
    uint32_t to;
    uint32_t place; /* order of mention */
    bool dropped;
};

enum state { STATE_NEW, STATE_WAITING, STATE_DONE };

struct node {
    uint32_t first; /* of its edges */
    uint32_t count;
    uint32_t next;  /* the edge to look at next */
    uint32_t depth; /* its place among those that wait */
    enum state state;
};

struct arranging {
    struct making *making;
    struct edge *edges;
    size_t edge_count, edge_capacity;
    struct node *nodes;
    uint32_t *waiting; /* each needs the next */
    uint32_t waiting_count;
    struct recreate_statement *statements;
    size_t statement_count;
};

static const char doing[] = "putting statements in order";

static bool add_edge(struct arranging *arranging, uint32_t from, uint32_t to)
{
    struct making *making = arranging->making;

    if (from == to || to == STEP_NONE)
        return true;
    if (arranging->edge_count == arranging->edge_capacity) {
        size_t capacity = arranging->edge_capacity == 0 ? 1024 : arranging->edge_capacity * 2;
        struct edge *edges = arena_array(making->arena, capacity, sizeof *edges);

        if (edges == NULL)
            return false;
        if (arranging->edge_count > 0)
            memcpy(edges, arranging->edges, arranging->edge_count * sizeof *edges);
        arranging->edges = edges;
        arranging->edge_capacity = capacity;
    }
    arranging->edges[arranging->edge_count] = (struct edge){from, to, (uint32_t)arranging->edge_count, false};
    arranging->edge_count++;
    return true;
}

static bool is_routine(enum kind kind)
{
    return kind == KIND_FUNCTION || kind == KIND_PROCEDURE || kind == KIND_AGGREGATE;
}

static int compare_company(const void *a, const void *b)
{
    const struct company *first = a;
    const struct company *second = b;

    if (first->object != second->object)
        return first->object < second->object ? -1 : 1;
    return first->step < second->step ? -1 : first->step > second->step;
}

/* Whether the step needs what comes with an object: not its own, and a table not the keys of another. */
static bool wants_company(const struct step *step, const struct name_entry *found)
{
    return step->evaluates && found->object != step->object &&
           !(step->stage == STAGE_TABLE && found->kind == KIND_TABLE);
}

/* Edges to what comes with an object. */
static bool add_company(struct arranging *arranging, uint32_t from, uint32_t object)
{
    const struct making *making = arranging->making;
    size_t low = 0;
    size_t high = making->company_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (making->company[middle].object < object)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < making->company_count && making->company[low].object == object; low++)
        if (!add_edge(arranging, from, making->company[low].step))
            return false;
    return true;
}

/* Edges to whatever has the name. */
static bool add_mention(struct arranging *arranging, uint32_t from, const struct mention *mention)
{
    const struct making *making = arranging->making;
    const struct step *step = &making->steps[from];
    size_t count;
    const struct name_entry *found = names_find(&making->names, mention->schema, mention->name, &count);

    for (size_t i = 0; i < count; i++) {
        if (is_routine(found[i].kind) && !mention->called && !step->names_routines)
            continue;
        if (found[i].object == step->object && step->is_stand_in)
            continue;
        if (!add_edge(arranging, from, making->made_by[found[i].object]) ||
            (wants_company(step, &found[i]) && !add_company(arranging, from, found[i].object)))
            return false;
    }
    return true;
}

static bool read_range(struct arranging *arranging, uint32_t from, size_t start, size_t end)
{
    struct mention_reader reader = {
        .sql = {arranging->making->steps[from].sql.bytes + start, end - start},
    };
    struct mention mention;
    bool good = true;

    while (good && mention_next(&reader, &mention))
        good = add_mention(arranging, from, &mention);
    good = good && !reader.schema.failed && !reader.name.failed && !reader.string.failed;
    mention_clear(&reader);
    return good;
}

static bool read_step(struct arranging *arranging, uint32_t number)
{
    const struct step *step = &arranging->making->steps[number];
    size_t at = 0;

    for (uint32_t i = 0; i < step->quiet_count; i++) {
        const struct range *quiet = &arranging->making->quiet[step->first_quiet + i];

        if (!read_range(arranging, number, at, quiet->start))
            return false;
        at = quiet->end;
    }
    return read_range(arranging, number, at, step->sql.length);
}

static int compare_edges(const void *a, const void *b)
{
    const struct edge *first = a;
    const struct edge *second = b;

    if (first->from != second->from)
        return first->from < second->from ? -1 : 1;
    return first->place < second->place ? -1 : first->place > second->place;
}

static bool find_edges(struct arranging *arranging)
{
    struct making *making = arranging->making;

    if (making->company_count > 0)
        qsort(making->company, making->company_count, sizeof *making->company, compare_company);
    for (size_t i = 0; i < making->need_count; i++) {
        const struct need *need = &making->needs[i];

        if (!add_edge(arranging, need->step, need->on != STEP_NONE ? need->on : making->made_by[need->object]))
            return false;
    }
    for (uint32_t i = 0; i < making->step_count; i++)
        if (!read_step(arranging, i))
            return false;
    if (arranging->edge_count > 0)
        qsort(arranging->edges, arranging->edge_count, sizeof *arranging->edges, compare_edges);
    for (size_t i = 0; i < arranging->edge_count; i++) {
        struct node *node = &arranging->nodes[arranging->edges[i].from];

        if (node->count++ == 0)
            node->first = (uint32_t)i;
    }
    return true;
}

static void wait_for(struct arranging *arranging, uint32_t step)
{
    struct node *node = &arranging->nodes[step];

    node->state = STATE_WAITING;
    node->next = 0;
    node->depth = arranging->waiting_count;
    arranging->waiting[arranging->waiting_count++] = step;
}

/* Another attempt at what was made as a stand-in: CREATE becomes CREATE OR REPLACE, but for types. */
static struct text replacing(struct making *making, const struct step *step)
{
    static const char create[] = "CREATE ";
    static const char replace[] = "CREATE OR REPLACE ";
    size_t cut = strlen(create);
    size_t length = step->sql.length - cut + strlen(replace);
    char *sql;

    if (step->kind == KIND_BASE_TYPE || step->kind == KIND_RANGE_TYPE || step->sql.length < cut)
        return step->sql;
    sql = arena_alloc(making->arena, length + 1);
    if (sql == NULL) {
        making->failed = true;
        return step->sql;
    }
    memcpy(sql, replace, strlen(replace));
    memcpy(sql + strlen(replace), step->sql.bytes + cut, step->sql.length - cut);
    return (struct text){sql, length};
}

static void finish_step(struct arranging *arranging)
{
    const struct making *making = arranging->making;
    uint32_t number = arranging->waiting[--arranging->waiting_count];
    const struct step *step = &making->steps[number];
    struct node *node = &arranging->nodes[number];
    struct text sql = step->sql;

    node->state = STATE_DONE;
    if (step->is_stand_in && arranging->nodes[making->made_by[step->object]].state == STATE_DONE)
        return;
    if (step->stand_in != STEP_NONE && arranging->nodes[step->stand_in].state == STATE_DONE)
        sql = replacing(arranging->making, step);
    if (sql.length > 0)
        arranging->statements[arranging->statement_count++] =
            (struct recreate_statement){.kind = step->kind, .object = step->path, .sql = sql};
}

/* Of the steps that wait from `depth` on, the one to stand in for: views before functions, types before all. */
static uint32_t choose(const struct arranging *arranging, uint32_t depth)
{
    uint32_t chosen = STEP_NONE;

    for (uint32_t i = depth; i < arranging->waiting_count; i++) {
        const struct step *steps = arranging->making->steps;
        uint32_t number = arranging->waiting[i];
        uint32_t stand_in = steps[number].stand_in;

        if (stand_in == STEP_NONE || arranging->nodes[stand_in].state == STATE_WAITING)
            continue;
        if (chosen == STEP_NONE || (steps[chosen].kind == KIND_FUNCTION && steps[number].kind == KIND_VIEW) ||
            (steps[chosen].stage > STAGE_TYPE && steps[number].stage == STAGE_TYPE))
            chosen = number;
    }
    return chosen;
}

static void note_circle(struct making *making, uint32_t from, uint32_t to)
{
    const struct step *step = &making->steps[from];
    const struct step *other = &making->steps[to];

    making_note(making, step->kind, step->path,
                making_text(making, "it and the %s '%.*s' need each other, and neither can come first",
                            kind_name(other->kind), TEXT_ARGS(other->path)));
}

/* The step on top needs one that waits for it: `edge` leads there. One edge of the circle shall lead to a stand-in. */
static void break_circle(struct arranging *arranging, struct edge *edge)
{
    struct node *nodes = arranging->nodes;
    uint32_t chosen = choose(arranging, nodes[edge->to].depth);

    if (chosen == STEP_NONE) {
        edge->dropped = true;
        note_circle(arranging->making, edge->from, edge->to);
        return;
    }
    if (chosen != edge->to) {
        struct node *before = &nodes[arranging->waiting[nodes[chosen].depth - 1]];

        edge = &arranging->edges[before->first + before->next - 1];
        while (arranging->waiting_count > nodes[chosen].depth)
            nodes[arranging->waiting[--arranging->waiting_count]].state = STATE_NEW;
    }
    edge->to = arranging->making->steps[chosen].stand_in;
    nodes[edge->from].next--;
}

static void place(struct arranging *arranging, uint32_t first)
{
    wait_for(arranging, first);
    while (arranging->waiting_count > 0) {
        struct node *node = &arranging->nodes[arranging->waiting[arranging->waiting_count - 1]];
        struct edge *edge;

        if (node->next == node->count) {
            finish_step(arranging);
            continue;
        }
        edge = &arranging->edges[node->first + node->next++];
        if (edge->dropped || arranging->nodes[edge->to].state == STATE_DONE)
            continue;
        if (arranging->nodes[edge->to].state == STATE_NEW)
            wait_for(arranging, edge->to);
        else
            break_circle(arranging, edge);
    }
}

static void place_all(struct arranging *arranging)
{
    const struct making *making = arranging->making;

    for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
        for (uint32_t i = 0; i < making->step_count; i++)
            if (making->steps[i].stage == stage && !making->steps[i].is_stand_in &&
                arranging->nodes[i].state == STATE_NEW)
                place(arranging, i);
}

enum error_code arrange(struct making *making, struct recreate_script *ret_script)
{
    size_t count = making->step_count + 1;
    struct arranging arranging = {.making = making,
                                  .nodes = arena_array(making->arena, count, sizeof *arranging.nodes),
                                  .waiting = arena_array(making->arena, count, sizeof *arranging.waiting),
                                  .statements = arena_array(making->arena, count, sizeof *arranging.statements)};

    if (arranging.nodes == NULL || arranging.waiting == NULL || arranging.statements == NULL || !find_edges(&arranging))
        return arena_error(making->arena, making->error, doing);
    place_all(&arranging);
    ret_script->statements = arranging.statements;
    ret_script->statement_count = arranging.statement_count;
    return making_check(making);
}
