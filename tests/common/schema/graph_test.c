#include "schema/graph.h"

#include <stdlib.h>

#include "support/allocation.h"
#include "support/cmocka.h"

enum { EDGE_LIMIT = 8, LONG_CHAIN = 1000000 };

static const struct {
    const char *name;
    uint32_t nodes;
    struct graph_edge edges[EDGE_LIMIT];
    size_t edge_count;
    uint32_t components;
    uint32_t in_circles; /* nodes in components of more than one */
    uint32_t chain_length;
} cases[] = {
    {"nothing", 0, {{0, 0}}, 0, 0, 0, 0},
    {"alone", 3, {{0, 0}}, 0, 3, 0, 1},
    {"to itself", 1, {{0, 0}}, 1, 1, 0, 1},
    {"chain", 4, {{2, 1}, {1, 3}, {3, 0}}, 3, 4, 0, 4},
    {"diamond", 4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {0, 3}}, 5, 4, 0, 3},
    {"circle of two", 2, {{0, 1}, {1, 0}}, 2, 1, 2, 1},
    {"circle in a chain", 5, {{0, 1}, {1, 2}, {2, 1}, {2, 3}, {3, 4}}, 5, 4, 2, 4},
    {"two circles that touch", 5, {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {3, 4}, {4, 2}}, 6, 2, 5, 2},
    {"twice the same edge", 2, {{0, 1}, {0, 1}}, 2, 2, 0, 2},
};

static void check(const struct graph *graph, const struct graph_facts *facts)
{
    for (size_t i = 0; i < graph->edge_count; i++)
        assert_true(facts->component[graph->edges[i].from] >= facts->component[graph->edges[i].to]);
    for (uint32_t i = 1; i < facts->chain_length; i++)
        assert_true(facts->component[facts->chain[i - 1]] > facts->component[facts->chain[i]]);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct graph graph = {cases[i].nodes, cases[i].edges, cases[i].edge_count};
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};
        struct graph_facts facts;
        uint32_t in_circles = 0;

        print_message("  %s\n", cases[i].name);
        arena_init(&arena, 1024 * 1024);
        assert_int_equal(graph_examine(&facts, &graph, &arena, &error), ERROR_NONE);
        check(&graph, &facts);
        assert_int_equal(facts.component_count, cases[i].components);
        for (uint32_t node = 0; node < graph.node_count; node++)
            in_circles += facts.component_size[facts.component[node]] > 1;
        assert_int_equal(in_circles, cases[i].in_circles);
        assert_int_equal(facts.chain_length, cases[i].chain_length);
    }
}

static void test_long_chain_needs_no_stack(void **state)
{
    struct graph_edge *edges = calloc(LONG_CHAIN, sizeof *edges);
    struct graph graph = {LONG_CHAIN + 1, edges, LONG_CHAIN};
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct graph_facts facts;

    (void)state;
    assert_non_null(edges);
    for (uint32_t i = 0; i < LONG_CHAIN; i++)
        edges[i] = (struct graph_edge){i, i + 1};
    arena_init(&arena, 256 * 1024 * 1024);
    assert_int_equal(graph_examine(&facts, &graph, &arena, &error), ERROR_NONE);
    assert_int_equal(facts.chain_length, LONG_CHAIN + 1);
    assert_int_equal(facts.chain[0], 0);
    free(edges);
}

static enum error_code examine(void *context, struct error *error)
{
    struct graph graph = {cases[6].nodes, cases[6].edges, cases[6].edge_count};
    CLEANUP(arena_free) struct arena arena;
    struct graph_facts facts = {0};

    (void)context;
    arena_init(&arena, 1024 * 1024);
    if (graph_examine(&facts, &graph, &arena, error) != ERROR_NONE)
        assert_null(facts.component);
    return error->code;
}

static void test_memory(void **state)
{
    (void)state;
    test_every_allocation(examine, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_long_chain_needs_no_stack),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
