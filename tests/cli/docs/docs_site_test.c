#include "docs/docs_site.h"

#include <jansson.h>

#include "docs_sample.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* A snapshot, and the tree that is made of it. */
struct made {
    struct snapshot *snapshot;
    struct arena arena;
    struct tree *tree;
    const struct tree_file *files;
    size_t count;
};

static enum error_code fill(struct made *made, struct error *error)
{
    const struct docs_input input = {.snapshot = made->snapshot, .title = TEXT("test")};
    CLEANUP(docs_model_clear) struct docs_model model = {.input = input};

    if (tree_new(&made->tree, "docs", &made->arena, error) != ERROR_NONE ||
        docs_model_make(&model, &input, &made->arena, error) != ERROR_NONE ||
        docs_site_fill(made->tree, &model, &made->arena, error) != ERROR_NONE)
        return error->code;
    made->files = tree_files(made->tree, &made->count);
    return ERROR_NONE;
}

static void begin(struct made *made, unsigned steps_back)
{
    struct error error = {0};

    *made = (struct made){.snapshot = docs_sample(steps_back)};
    arena_init(&made->arena, SAMPLE_MEMORY);
    if (fill(made, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static void end(struct made *made)
{
    arena_free(&made->arena);
    snapshot_free(made->snapshot);
}

static const struct tree_file *find(const struct made *made, const char *path)
{
    for (size_t i = 0; i < made->count; i++)
        if (text_equal(made->files[i].path, text_from(path)))
            return &made->files[i];
    fail_msg("there is no %s", path);
    return NULL;
}

static bool has(struct text content, const char *what)
{
    return memmem(content.bytes, content.length, what, strlen(what)) != NULL;
}

static void test_two_runs_are_the_same(void **state)
{
    struct made first, second;

    (void)state;
    begin(&first, 0);
    begin(&second, 0);
    assert_int_equal(first.count, second.count);
    for (size_t i = 0; i < first.count; i++) {
        assert_true(text_equal(first.files[i].path, second.files[i].path));
        assert_true(text_equal(first.files[i].content, second.files[i].content));
    }
    end(&first);
    end(&second);
}

/* A column of customers became another type: its page says so, and the overview has another root. */
static void test_only_what_changed_changes(void **state)
{
    static const char *const expected[] = {"docs/index.md", "docs/schemas/shop/tables/customers.md"};
    struct made before, after;
    size_t changed = 0;

    (void)state;
    begin(&before, 1);
    begin(&after, 0);
    assert_int_equal(before.count, after.count);
    for (size_t i = 0; i < after.count; i++) {
        assert_true(text_equal(before.files[i].path, after.files[i].path));
        if (text_equal(before.files[i].content, after.files[i].content))
            continue;
        print_message("  %.*s\n", TEXT_ARGS(after.files[i].path));
        assert_true(changed < LENGTH_OF(expected));
        assert_true(text_equal(after.files[i].path, text_from(expected[changed++])));
    }
    assert_int_equal(changed, LENGTH_OF(expected));
    end(&before);
    end(&after);
}

static void test_pages(void **state)
{
    struct made made;
    struct text orders;

    (void)state;
    begin(&made, 0);
    orders = find(&made, "docs/schemas/shop/tables/orders.md")->content;
    assert_true(has(orders, "# shop.orders\n"));
    assert_true(has(orders, "| `customer` | `bigint` | no |  | → [shop.customers](customers.md) |"));
    assert_true(has(orders, "[`shop.state`](../types.md#enum-state)"));
    assert_true(has(orders, "[shop.touch()](../functions/touch.md)"));
    assert_true(has(orders, "| [shop.totals](../views/totals.md) | view | names it |"));
    assert_true(has(orders, "| Row security | `enabled` |"));
    assert_true(has(find(&made, "docs/schemas/shop/functions/touch.md")->content, "``` plpgsql\nUPDATE customers"));
    assert_true(has(find(&made, "docs/schemas/shop/types.md")->content, "1. `new`\n2. `paid`\n"));
    assert_true(has(find(&made, "docs/schemas/empty/index.md")->content, "The schema is empty."));
    assert_true(has(find(&made, "docs/database.md")->content, "citext"));
    assert_true(has(find(&made, "docs/comments.md")->content, "2 of 12 have a comment: 16 %"));
    assert_true(has(find(&made, "mkdocs.yml")->content, "- \"orders\": schemas/shop/tables/orders.md\n"));
    end(&made);
}

/* Every kind that a snapshot has is somewhere, and every attribute of the sample. */
static void test_nothing_is_missing(void **state)
{
    struct made made;
    struct object_list list;
    struct error error = {0};

    (void)state;
    begin(&made, 0);
    assert_int_equal(object_list_make(&list, made.snapshot, &made.arena, &error), ERROR_NONE);
    for (size_t i = 0; i < list.count; i++) {
        bool found = false;
        char *heading = arena_printf(&made.arena, "# %.*s\n", TEXT_ARGS(list.items[i].path));
        char *line = arena_printf(&made.arena, "</a>%.*s |", TEXT_ARGS(list.items[i].entry->path.elements[1]));

        for (size_t j = 0; j < made.count && !found; j++)
            found = has(made.files[j].content, heading) || has(made.files[j].content, line);
        if (!found && !text_equal(list.items[i].path, TEXT("shop.\"Orders\"")))
            fail_msg("%s is nowhere", heading);
    }
    end(&made);
}

static enum error_code attempt(void *context, struct error *error)
{
    struct made made = {.snapshot = context};
    enum error_code code;

    arena_init(&made.arena, SAMPLE_MEMORY);
    code = fill(&made, error);
    arena_free(&made.arena);
    return code;
}

static void test_memory(void **state)
{
    struct snapshot *snapshot = docs_sample_of(
        TEXT("steps:\n  - schema:\n      - kind: table\n        path: [s, t]\n        columns: [id int]\n"
             "      - {kind: view, path: [s, v], attributes: [\"definition = from t\"]}\n"));

    (void)state;
    test_every_allocation(attempt, snapshot);
    snapshot_free(snapshot);
}

static void test_single_files(void **state)
{
    struct snapshot *snapshot = docs_sample(0);
    const struct docs_input input = {.snapshot = snapshot, .title = TEXT("test")};
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer markdown, json;
    struct docs_model model;
    struct error error = {0};
    json_t *document;

    (void)state;
    arena_init(&arena, SAMPLE_MEMORY);
    buffer_init(&markdown);
    buffer_init(&json);
    assert_int_equal(docs_model_make(&model, &input, &arena, &error), ERROR_NONE);
    assert_int_equal(docs_markdown_write(&markdown, &model, &arena, &error), ERROR_NONE);
    assert_true(has(buffer_text(&markdown), "<a id=\"schemas-shop-tables-orders-md\"></a>\n\n## shop.orders\n"));
    assert_true(has(buffer_text(&markdown), "[shop.orders](#schemas-shop-tables-orders-md)"));
    assert_int_equal(docs_json_write(&json, &model, &error), ERROR_NONE);
    document = json_loadb(json.bytes, json.length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(document);
    assert_int_equal(json_array_size(json_object_get(document, "objects")), model.catalogue.item_count);
    json_decref(document);
    docs_model_clear(&model);
    snapshot_free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_runs_are_the_same),
        cmocka_unit_test(test_only_what_changed_changes),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_nothing_is_missing),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_single_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
