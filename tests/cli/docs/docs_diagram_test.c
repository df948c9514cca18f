#include "docs/docs_diagram.h"

#include "docs_sample.h"
#include "support/cmocka.h"

/* One table, and so many that refer to it; every third also refers to the one before it. */
static struct snapshot *star(unsigned points)
{
    CLEANUP(buffer_clear) struct buffer script;

    buffer_init(&script);
    buffer_add_string(&script, "engine: postgresql\nsteps:\n  - schema:\n      - {kind: schema, path: [s]}\n"
                               "      - kind: table\n        path: [s, hub]\n        columns: [id bigint not null]\n"
                               "        attributes: [\"column_order[] = {id}\"]\n"
                               "        parts:\n"
                               "          - {kind: primary_key, name: hub_pkey, attributes: [\"columns[] = {id}\"]}\n");
    for (unsigned i = 0; i < points; i++) {
        buffer_printf(
            &script,
            "      - kind: table\n        path: [s, p%03u]\n        columns: [hub bigint]\n"
            "        attributes: [\"column_order[] = {hub}\"]\n        parts:\n"
            "          - {kind: foreign_key, name: f, attributes: [\"columns[] = {hub}\", \"references = s.hub\"]}\n",
            i);
        if (i % 3 == 1)
            buffer_printf(&script,
                          "          - {kind: foreign_key, name: g, attributes: [\"columns[] = {hub}\", \"references = "
                          "s.p%03u\"]}\n",
                          i - 1);
    }
    return docs_sample_of(buffer_text(&script));
}

static size_t count(const struct buffer *output, const char *what)
{
    size_t found = 0;

    for (const char *at = output->bytes; at != NULL && (at = strstr(at, what)) != NULL; at++)
        found++;
    return found;
}

struct drawn {
    struct snapshot *snapshot;
    struct arena arena;
    struct docs_model model;
    struct buffer output;
    struct page page;
};

static void begin(struct drawn *drawn, unsigned points)
{
    struct docs_input input = {.title = TEXT("test")};
    struct error error = {0};

    drawn->snapshot = star(points);
    input.snapshot = drawn->snapshot;
    arena_init(&drawn->arena, SAMPLE_MEMORY);
    buffer_init(&drawn->output);
    assert_int_equal(docs_model_make(&drawn->model, &input, &drawn->arena, &error), ERROR_NONE);
    drawn->page = (struct page){.output = &drawn->output, .model = &drawn->model, .path = TEXT("x.md")};
}

static void end(struct drawn *drawn)
{
    docs_model_clear(&drawn->model);
    buffer_clear(&drawn->output);
    arena_free(&drawn->arena);
    snapshot_free(drawn->snapshot);
}

static void draw_schema(struct drawn *drawn)
{
    struct error error = {0};

    buffer_reset(&drawn->output);
    for (uint32_t i = 0; i < drawn->model.catalogue.schema_count; i++)
        assert_int_equal(docs_diagram_schema(&drawn->page, &drawn->model.catalogue.schemas[i], &drawn->arena, &error),
                         ERROR_NONE);
}

static void draw_table(struct drawn *drawn, const char *path)
{
    struct error error = {0};
    uint32_t item = docs_find_relation(&drawn->model.catalogue, text_from(path));

    buffer_reset(&drawn->output);
    assert_int_equal(docs_diagram_table(&drawn->page, item, &drawn->arena, &error), ERROR_NONE);
}

static void test_small_ones_are_whole(void **state)
{
    struct drawn drawn;

    (void)state;
    begin(&drawn, 5);
    draw_schema(&drawn);
    assert_int_equal(count(&drawn.output, " {\n"), 6);
    assert_int_equal(count(&drawn.output, "--"), 7);
    assert_int_equal(count(&drawn.output, "p000 }o--o| hub : \"hub\""), 1);
    assert_int_equal(count(&drawn.output, "most references"), 0);
    draw_table(&drawn, "s.p000");
    assert_int_equal(count(&drawn.output, " {\n"), 3); /* itself, the hub, and p001 */
    assert_int_equal(count(&drawn.output, "--"), 2);   /* not what the neighbours have with each other */
    end(&drawn);
}

/* Those with the most references are drawn, and it is said that there are more. */
static void test_large_ones_are_cut(void **state)
{
    struct drawn drawn;

    (void)state;
    begin(&drawn, 400);
    draw_schema(&drawn);
    assert_int_equal(count(&drawn.output, " {\n"), DIAGRAM_TABLES);
    assert_int_equal(count(&drawn.output, "    hub {\n"), 1);
    assert_int_equal(count(&drawn.output, "with the most references, of 401"), 1);
    draw_table(&drawn, "s.hub");
    assert_int_equal(count(&drawn.output, " {\n"), DIAGRAM_NEIGHBOURS + 1);
    assert_int_equal(count(&drawn.output, "--"), DIAGRAM_NEIGHBOURS);
    assert_int_equal(count(&drawn.output, "of more than"), 1);
    end(&drawn);
}

static void test_nothing_is_drawn_of_what_stands_alone(void **state)
{
    struct drawn drawn;

    (void)state;
    begin(&drawn, 0);
    draw_schema(&drawn);
    assert_int_equal(drawn.output.length, 0);
    draw_table(&drawn, "s.hub");
    assert_int_equal(drawn.output.length, 0);
    end(&drawn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_ones_are_whole),
        cmocka_unit_test(test_large_ones_are_cut),
        cmocka_unit_test(test_nothing_is_drawn_of_what_stands_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
