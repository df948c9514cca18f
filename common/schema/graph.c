#include "schema/graph.h"

#include <stdbool.h>

enum { NOT_VISITED = 0 };

static const uint32_t no_node = UINT32_MAX;

/* Tarjan's algorithm with its stacks as arrays. */
struct search {
    uint32_t *first; /* the edges of node n are targets[first[n]] to targets[first[n + 1] - 1] */
    uint32_t *targets;
    uint32_t *number;  /* in the order of discovery, from 1 */
    uint32_t *lowest;  /* the lowest number that can be reached */
    uint32_t *next;    /* the edge of a node to look at next */
    uint32_t *path;    /* the nodes that are being looked at, each discovered from the one before */
    uint32_t *waiting; /* discovered nodes whose component is not known */
    uint32_t path_length;
    uint32_t waiting_count;
    uint32_t discovered;
    bool *is_waiting;
};

static bool allocate(struct search *search, const struct graph *graph, struct arena *arena)
{
    size_t nodes = (size_t)graph->node_count + 2;

    search->first = arena_array(arena, nodes, sizeof *search->first);
    search->targets = arena_array(arena, graph->edge_count, sizeof *search->targets);
    search->number = arena_array(arena, nodes, sizeof *search->number);
    search->lowest = arena_array(arena, nodes, sizeof *search->lowest);
    search->next = arena_array(arena, nodes, sizeof *search->next);
    search->path = arena_array(arena, nodes, sizeof *search->path);
    search->waiting = arena_array(arena, nodes, sizeof *search->waiting);
    search->is_waiting = arena_array(arena, nodes, sizeof *search->is_waiting);
    return search->first != NULL && search->targets != NULL && search->number != NULL && search->lowest != NULL &&
           search->next != NULL && search->path != NULL && search->waiting != NULL && search->is_waiting != NULL;
}

/* Sort the edges by where they begin. */
static void index_edges(struct search *search, const struct graph *graph)
{
    for (size_t i = 0; i < graph->edge_count; i++)
        search->first[graph->edges[i].from + 1]++;
    for (uint32_t node = 0; node < graph->node_count; node++)
        search->next[node + 1] = search->first[node + 1] += search->first[node];
    for (size_t i = 0; i < graph->edge_count; i++)
        search->targets[search->next[graph->edges[i].from]++] = graph->edges[i].to;
    for (uint32_t node = 0; node < graph->node_count; node++)
        search->next[node] = search->first[node];
}

static void discover(struct search *search, uint32_t node)
{
    search->number[node] = search->lowest[node] = ++search->discovered;
    search->path[search->path_length++] = node;
    search->waiting[search->waiting_count++] = node;
    search->is_waiting[node] = true;
}

static void lower(struct search *search, uint32_t node, uint32_t number)
{
    if (number < search->lowest[node])
        search->lowest[node] = number;
}

/* Everything reachable from a node was looked at. */
static void leave(struct search *search, uint32_t node, struct graph_facts *facts)
{
    uint32_t member;

    search->path_length--;
    if (search->path_length > 0)
        lower(search, search->path[search->path_length - 1], search->lowest[node]);
    if (search->lowest[node] != search->number[node])
        return;
    do {
        member = search->waiting[--search->waiting_count];
        search->is_waiting[member] = false;
        facts->component[member] = facts->component_count;
        facts->component_size[facts->component_count]++;
    } while (member != node);
    facts->component_count++;
}

static void visit(struct search *search, uint32_t start, struct graph_facts *facts)
{
    discover(search, start);
    while (search->path_length > 0) {
        uint32_t node = search->path[search->path_length - 1];

        if (search->next[node] == search->first[node + 1]) {
            leave(search, node, facts);
            continue;
        }
        uint32_t target = search->targets[search->next[node]++];
        if (search->number[target] == NOT_VISITED)
            discover(search, target);
        else if (search->is_waiting[target])
            lower(search, node, search->number[target]);
    }
}

/* Components come with the ends of chains first, so that what an edge leads to is known before it is needed. The nodes
 * of a component are handled one after the other: `order` has them sorted by component. */
static enum error_code find_chain(struct graph_facts *facts, const struct search *search, uint32_t node_count,
                                  struct arena *arena, struct error *error)
{
    uint32_t *start = arena_array(arena, (size_t)facts->component_count + 1, sizeof *start);
    uint32_t *order = arena_array(arena, node_count, sizeof *order);
    uint32_t *length = arena_array(arena, (size_t)facts->component_count + 1, sizeof *length);
    uint32_t *onward = arena_array(arena, (size_t)facts->component_count + 1, sizeof *onward);
    uint32_t *entrance = arena_array(arena, (size_t)facts->component_count + 1, sizeof *entrance);
    uint32_t best = 0;

    facts->chain = arena_array(arena, facts->component_count, sizeof *facts->chain);
    if (start == NULL || order == NULL || length == NULL || onward == NULL || entrance == NULL || facts->chain == NULL)
        return arena_error(arena, error, "following foreign keys");
    for (uint32_t i = 0; i < facts->component_count; i++)
        start[i + 1] = start[i] + facts->component_size[i];
    for (uint32_t node = 0; node < node_count; node++)
        order[start[facts->component[node]]++] = node;
    for (uint32_t i = 0; i < node_count; i++) {
        uint32_t node = order[i];
        uint32_t own = facts->component[node];

        if (length[own] == 0) {
            length[own] = 1;
            onward[own] = no_node;
            entrance[own] = node;
        }
        for (uint32_t edge = search->first[node]; edge < search->first[node + 1]; edge++) {
            uint32_t target = search->targets[edge];

            if (facts->component[target] != own && length[facts->component[target]] + 1 > length[own]) {
                length[own] = length[facts->component[target]] + 1;
                onward[own] = facts->component[target];
                entrance[own] = node;
            }
        }
        best = length[own] > length[best] ? own : best;
    }
    for (uint32_t own = node_count == 0 ? no_node : best; own != no_node; own = onward[own])
        facts->chain[facts->chain_length++] = entrance[own];
    return ERROR_NONE;
}

enum error_code graph_examine(struct graph_facts *ret_facts, const struct graph *graph, struct arena *arena,
                              struct error *error)
{
    struct graph_facts facts = {0};
    struct search search = {0};

    facts.component = arena_array(arena, graph->node_count, sizeof *facts.component);
    facts.component_size = arena_array(arena, (size_t)graph->node_count + 1, sizeof *facts.component_size);
    if (facts.component == NULL || facts.component_size == NULL || !allocate(&search, graph, arena))
        return arena_error(arena, error, "following foreign keys");
    index_edges(&search, graph);
    for (uint32_t node = 0; node < graph->node_count; node++)
        if (search.number[node] == NOT_VISITED)
            visit(&search, node, &facts);
    if (find_chain(&facts, &search, graph->node_count, arena, error) != ERROR_NONE)
        return error->code;
    *ret_facts = facts;
    return ERROR_NONE;
}
