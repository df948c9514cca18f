#include "codegen/codegen.h"

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MEMORY_LIMIT = 64 * 1024 * 1024 };

static const struct text yes = TEXT_INIT("yes");
static const struct text enum_type = TEXT_INIT("public.state");
static const struct text labels[] = {TEXT_INIT("open"), TEXT_INIT("closed \"so\"")};
static const struct text comment = TEXT_INIT("what\nit is");
static const struct text order[] = {TEXT_INIT("the state"), TEXT_INIT("class")};

/* An enum and a table with two columns, in an order that is not that of their names. */
static struct snapshot *make_snapshot(void)
{
    struct attribute of_enum[] = {{TEXT("labels"), labels, LENGTH_OF(labels), true}};
    struct attribute of_table[] = {{TEXT("column_order"), order, LENGTH_OF(order), true},
                                   {TEXT("comment"), &comment, 1, false}};
    struct attribute of_columns[2][2] = {
        {{TEXT("nullable"), &yes, 1, false}, {TEXT("type"), &enum_type, 1, false}},
        {{TEXT("nullable"), &yes, 1, false}, {TEXT("type"), &TEXT("jsonb[]"), 1, false}},
    };
    struct part parts[] = {
        {.kind = KIND_COLUMN, .name = TEXT("the state"), .attributes = of_columns[0], .attribute_count = 2},
        {.kind = KIND_COLUMN, .name = TEXT("class"), .attributes = of_columns[1], .attribute_count = 2}};
    struct object objects[] = {
        {.kind = KIND_ENUM,
         .path = {2, {TEXT("public"), TEXT("state")}},
         .attributes = of_enum,
         .attribute_count = LENGTH_OF(of_enum)},
        {.kind = KIND_TABLE,
         .path = {2, {TEXT("public"), TEXT("orders")}},
         .attributes = of_table,
         .attribute_count = LENGTH_OF(of_table),
         .parts = parts,
         .part_count = LENGTH_OF(parts)},
    };
    struct snapshot_input input = {.objects = objects, .object_count = LENGTH_OF(objects)};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    input.info = (struct snapshot_info){.engine = TEXT("postgresql"), .taken_at = INT64_C(1795262400000000)};
    assert_int_equal(snapshot_build(&snapshot, &input, MEMORY_LIMIT, &error), ERROR_NONE);
    return snapshot;
}

static enum error_code generate(struct tree **ret_tree, const struct snapshot *snapshot, struct arena *arena,
                                struct error *error)
{
    struct codegen_options options;
    struct codegen_request request = {.snapshot = snapshot, .language = &language_python, .options = &options};

    codegen_options_init(&options);
    options.pydantic = options.dataclasses = true;
    return codegen_make(ret_tree, &request, arena, error);
}

static const struct tree_file *find_file(struct tree *tree, const char *path)
{
    size_t count;
    const struct tree_file *files = tree_files(tree, &count);

    for (size_t i = 0; i < count; i++)
        if (text_equal(files[i].path, text_from(path)))
            return &files[i];
    fail_msg("there is no %s", path);
    return NULL;
}

static void test_a_table_is_written_to_the_letter(void **state)
{
    static const char expected[] =
        "\"\"\"Rows of tables and views, and what is inserted into tables.\"\"\"\n"
        "\n"
        "from typing import Any\n"
        "from typing import Annotated, NotRequired, TypedDict\n"
        "\n"
        "from .enums import (\n"
        "    State,\n"
        ")\n"
        "\n"
        "\n"
        "class OrderRow(TypedDict):\n"
        "    \"\"\"Row of table `public.orders`.\n"
        "\n"
        "    what\n"
        "    it is\n"
        "    \"\"\"\n"
        "\n"
        "    the_state: Annotated[State | None, \"column: the state\"]\n"
        "    class_: Annotated[list[dict[str, Any]] | None, \"column: class\"]\n"
        "\n"
        "\n"
        "class OrderInsert(TypedDict):\n"
        "    \"\"\"Insert into table `public.orders`.\"\"\"\n"
        "\n"
        "    the_state: NotRequired[Annotated[State | None, \"column: the state\"]]\n"
        "    class_: NotRequired[Annotated[list[dict[str, Any]] | None, \"column: class\"]]\n";
    struct snapshot *snapshot = make_snapshot();
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct tree *tree;
    struct text content;

    (void)state;
    arena_init(&arena, MEMORY_LIMIT);
    assert_int_equal(generate(&tree, snapshot, &arena, &error), ERROR_NONE);
    content = find_file(tree, "tables.py")->content;
    assert_int_equal(content.length, sizeof expected - 1);
    assert_memory_equal(content.bytes, expected, content.length);
    snapshot_free(snapshot);
}

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct tree *tree;

    arena_init(&arena, MEMORY_LIMIT);
    return generate(&tree, context, &arena, error);
}

static void test_memory_may_run_out(void **state)
{
    struct snapshot *snapshot = make_snapshot();

    (void)state;
    test_every_allocation(attempt, snapshot);
    snapshot_free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_table_is_written_to_the_letter),
        cmocka_unit_test(test_memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
