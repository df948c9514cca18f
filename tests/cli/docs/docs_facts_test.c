#include "docs/docs_facts.h"

#include "docs/docs_site.h"
#include "docs_sample.h"
#include "support/cmocka.h"

/* A collector's word about data/shop.yaml: a drift, a change by somebody, a contract that the change broke. */
static const struct text consumers[] = {TEXT_INIT("report|er"), TEXT_INIT("<b>app</b>")};
static const struct text instances[] = {TEXT_INIT("default")};
static const struct docs_variant variants[] = {{true, {instances, 1}}};
static const struct docs_environment environments[] = {
    {.name = TEXT_INIT("staging"), .on_path = true, .verdict = "IN_SYNC", .variants = variants, .variant_count = 1},
    {.name = TEXT_INIT("prod"), .on_path = true, .verdict = "DRIFTED", .variants = variants, .variant_count = 1},
};
static const struct docs_step steps[] = {
    {.from = TEXT_INIT("staging"), .to = TEXT_INIT("prod"), .verdict = "DRIFTED", .has_counts = true},
};
static const struct docs_target targets[] = {
    {.environment = TEXT_INIT("prod"),
     .instance = TEXT_INIT("default"),
     .verdict = "DRIFTED",
     .agent = TEXT_INIT("a1"),
     .since = 1700000000000000},
};
static const struct docs_agent agents[] = {{.name = TEXT_INIT("a1"), .connected = true, .version = TEXT_INIT("1")}};
static const struct docs_column columns[] = {
    {.environment = TEXT_INIT("staging"), .majority = true, .known = true},
    {.environment = TEXT_INIT("prod"), .majority = true, .known = true},
};
static const struct docs_cell cells[] = {{true, true, 0}, {true, false, 0}};
static const struct docs_row rows[] = {
    {.object = TEXT_INIT("shop.orders.total"),
     .kind = TEXT_INIT("column"),
     .aspect = TEXT_INIT("structure"),
     .cells = cells},
};
static const struct docs_drift drifts[] = {
    {.id = 7,
     .from = TEXT_INIT("staging"),
     .to = TEXT_INIT("prod"),
     .state = "open",
     .cause = "hotfix",
     .effect = "removed",
     .kind = TEXT_INIT("column"),
     .object = TEXT_INIT("shop.orders.total"),
     .severity = "high",
     .rule = TEXT_INIT("column-removed"),
     .opened_at = 1700000000000000},
};
static const struct docs_attribute_change attributes[] = {
    {TEXT_INIT("type"), true, true, TEXT_INIT("int|eger"), TEXT_INIT("big`int")}};
static const struct docs_change changes[] = {
    {.id = 3,
     .at = 1700000000000000,
     .not_before = 1699999990000000,
     .environment = TEXT_INIT("prod"),
     .instance = TEXT_INIT("default"),
     .effect = "modified",
     .kind = TEXT_INIT("column"),
     .object = TEXT_INIT("shop.orders.total"),
     .attributes = attributes,
     .attribute_count = 1,
     .who = {.actor = TEXT_INIT("ali<ce>"), .evidence = TEXT_INIT("captured")},
     .statement = TEXT_INIT("ALTER TABLE shop.orders\n```\n<!-- driftline:end -->")},
};
static const struct docs_finding findings[] = {
    {"violated", TEXT_INIT("column"), TEXT_INIT("shop.orders.total"), TEXT_INIT("column is <gone>")}};
static const struct docs_contract_target contract_targets[] = {
    {.environment = TEXT_INIT("prod"),
     .instance = TEXT_INIT("it's"),
     .state = "violated",
     .broken = true,
     .since = 1700000000000000,
     .findings = findings,
     .finding_count = 1,
     .change = changes},
};
static const struct docs_contract contracts[] = {
    {.name = TEXT_INIT("reporting"),
     .owner = TEXT_INIT("data"),
     .consumers = {consumers, 2},
     .severity = "high",
     .requirements = 2,
     .state = "violated",
     .broken = true,
     .targets = contract_targets,
     .target_count = 1},
};
static const struct docs_run runs[] = {
    {.id = 5,
     .at = 1700000000000000,
     .by = TEXT_INIT("ci"),
     .from = TEXT_INIT("staging"),
     .to = TEXT_INIT("prod"),
     .verdict = "blocked",
     .from_root = TEXT_INIT("0123456789abcdef")},
};

/* A list with how many there are. */
#define SEVERAL(one) .one##s = one##s, .one##_count = LENGTH_OF(one##s)

static const struct docs_facts facts = {
    .database = TEXT_INIT("shop"),
    SEVERAL(environment),
    SEVERAL(step),
    SEVERAL(target),
    SEVERAL(agent),
    SEVERAL(column),
    SEVERAL(row),
    SEVERAL(drift),
    SEVERAL(change),
    SEVERAL(run),
    SEVERAL(contract),
};

struct made {
    struct snapshot *snapshot;
    struct arena arena;
    struct tree *tree;
};

static int make(void **state)
{
    static struct made made;
    struct docs_input input = {.facts = &facts, .title = TEXT("shop")};
    struct docs_model model;
    struct error error = {0};

    made.snapshot = docs_sample(0);
    input.snapshot = made.snapshot;
    arena_init(&made.arena, SAMPLE_MEMORY);
    assert_int_equal(tree_new(&made.tree, "docs", &made.arena, &error), ERROR_NONE);
    assert_int_equal(docs_model_make(&model, &input, &made.arena, &error), ERROR_NONE);
    assert_int_equal(docs_site_fill(made.tree, &model, &made.arena, &error), ERROR_NONE);
    docs_model_clear(&model);
    *state = &made;
    return 0;
}

static int forget(void **state)
{
    struct made *made = *state;

    arena_free(&made->arena);
    snapshot_free(made->snapshot);
    return 0;
}

static struct text page(const struct made *made, const char *path)
{
    size_t count;
    const struct tree_file *files = tree_files(made->tree, &count);

    for (size_t i = 0; i < count; i++)
        if (text_equal(files[i].path, text_from(path)))
            return files[i].content;
    fail_msg("there is no %s", path);
    return TEXT("");
}

static const struct {
    const char *page;
    const char *has;
} expected[] = {
    {"docs/schemas/shop/tables/orders.md", "<span class=\"dl-badge dl-bad\">1 difference, high</span>"},
    {"docs/schemas/shop/tables/orders.md", "| staging → prod | remove column [shop.orders.total](orders.md) |"},
    {"docs/schemas/shop/tables/orders.md", "| column [shop.orders.total](orders.md) | A | – |"},
    {"docs/schemas/shop/tables/orders.md", "| 2023-11-14T22:13:20Z | prod/default | modified column "},
    {"docs/schemas/shop/tables/orders.md", "Type: <code>int&#124;eger</code> → <code>big&#96;int</code>"},
    {"docs/schemas/shop/tables/orders.md", "| <code>ali&#60;ce&#62;</code>, captured |"},
    {"docs/schemas/shop/index.md", "1 difference, high"},
    {"docs/environments.md", "e0 -->|DRIFTED| e1"},
    {"docs/architecture.md", "e0 -->|DRIFTED| e1"},
    {"docs/drift.md", "[shop.orders.total](schemas/shop/tables/orders.md)"},
    {"docs/history.md", "2023-11-14T22:13:20Z"},
    {"docs/gate.md", "| 5 | 2023-11-14T22:13:20Z | staging | prod | <span class=\"dl-badge dl-bad\">blocked</span> |"},
    {"docs/gate.md", "`0123456789ab`"},
    {"docs/contracts.md", "column is &#60;gone&#62;"},
    {"docs/health.md", "| prod/default |"},
    {"docs/health.md", "[reporting](recovery.md)"},
    {"docs/recovery.md", "<code>report&#124;er</code>, <code>&#60;b&#62;app&#60;/b&#62;</code>"},
    {"docs/recovery.md", "ALTER TABLE shop&#46;orders"},
    {"docs/recovery.md", "'shop@prod/it'\\''s~2023-11-14T22:13:10.000Z'"},
    {"mkdocs.yml", "- Recovery: recovery.md"},
};

static void test_pages(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(expected); i++) {
        struct text content = page(*state, expected[i].page);

        if (memmem(content.bytes, content.length, expected[i].has, strlen(expected[i].has)) == NULL)
            fail_msg("%s lacks '%s':\n%.*s", expected[i].page, expected[i].has, TEXT_ARGS(content));
    }
}

/* What happened to one table stands on no page of another. */
static void test_other_pages_are_untouched(void **state)
{
    struct text customers = page(*state, "docs/schemas/shop/tables/customers.md");

    assert_null(memmem(customers.bytes, customers.length, "Drift", 5));
    assert_null(memmem(customers.bytes, customers.length, "History", 7));
}

static void test_no_mark_is_forged(void **state)
{
    static const char mark[] = "driftline:end";
    size_t count;
    const struct tree_file *files = tree_files(((struct made *)*state)->tree, &count);

    for (size_t i = 0; i < count; i++)
        assert_null(memmem(files[i].content.bytes, files[i].content.length, mark, sizeof mark - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_other_pages_are_untouched),
        cmocka_unit_test(test_no_mark_is_forged),
    };

    return cmocka_run_group_tests(tests, make, forget);
}
