/* schema/graph.h - which things refer to which: groups that refer to each other in a circle, and the longest chain.
 *
 * Nodes are numbers from 0. Works in time proportional to nodes and edges, without recursion: a chain of a million
 * tables needs no more stack than one of two. Results live in the arena.
 */
#ifndef DRIFTLINE_SCHEMA_GRAPH_H
#define DRIFTLINE_SCHEMA_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"

struct graph_edge {
    uint32_t from;
    uint32_t to;
};

struct graph {
    uint32_t node_count;
    const struct graph_edge *edges; /* in any order; an edge may lead back to its own node, or be there twice */
    size_t edge_count;
};

struct graph_facts {
    uint32_t *component; /* of each node: nodes that reach each other share a number, and each edge leads to an equal
                            or lower one */
    uint32_t *component_size; /* of each component; above 1: a circle */
    uint32_t component_count;
    uint32_t *chain; /* the longest way along edges, one node of each component that it passes */
    uint32_t chain_length;
};

enum error_code graph_examine(struct graph_facts *ret_facts, const struct graph *graph, struct arena *arena,
                              struct error *error) MUST_CHECK;

#endif
