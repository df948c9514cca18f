#include "tree/tree_plan.h"

#include "support/cmocka.h"

enum { FILES = 16 };

/* A place in memory: plans are carried out by hand, so that the next one sees what this one left. */
struct memory {
    struct text paths[FILES];
    struct text contents[FILES];
    size_t count;
    struct arena arena;
    struct error error;
    struct tree_plan plan;
};

static enum error_code read_memory(void *context, struct text path, size_t limit, struct arena *arena,
                                   struct text *ret_content, struct error *error)
{
    const struct memory *memory = context;

    (void)arena;
    for (size_t i = 0; i < memory->count; i++)
        if (text_equal(memory->paths[i], path)) {
            if (memory->contents[i].length > limit)
                return error_set(error, ERROR_LIMIT, "too large");
            *ret_content = memory->contents[i];
            return ERROR_NONE;
        }
    return error_set(error, ERROR_NOT_FOUND, "there is no such file");
}

static void put(struct memory *memory, struct text path, struct text content)
{
    size_t i = 0;

    while (i < memory->count && !text_equal(memory->paths[i], path))
        i++;
    assert_true(i < FILES);
    memory->paths[i] = path;
    memory->contents[i] = content;
    memory->count += i == memory->count;
}

static struct text get(struct memory *memory, const char *path)
{
    struct text content = {NULL, 0};
    struct error error = {0};

    if (read_memory(memory, text_from(path), SIZE_MAX, NULL, &content, &error) != ERROR_NONE)
        return (struct text){NULL, 0};
    return content;
}

static void carry_out(struct memory *memory)
{
    for (size_t i = 0; i < memory->plan.count; i++) {
        const struct tree_step *step = &memory->plan.steps[i];

        if (step->will_be_there) {
            put(memory, step->path, step->after);
            continue;
        }
        for (size_t k = 0; k < memory->count; k++)
            if (text_equal(memory->paths[k], step->path)) {
                memory->paths[k] = memory->paths[--memory->count];
                memory->contents[k] = memory->contents[memory->count];
            }
    }
}

/* One file a pair of strings; a NULL path ends them. */
struct wanted {
    const char *path;
    const char *content;
    enum tree_marks marks;
};

static enum error_code plan(struct memory *memory, const char *folder, const struct wanted *wanted)
{
    const struct tree_place place = {read_memory, memory};
    struct tree *tree = NULL;

    memory->error = (struct error){0};
    assert_int_equal(tree_new(&tree, "test", &memory->arena, &memory->error), ERROR_NONE);
    for (; wanted->path != NULL; wanted++)
        assert_int_equal(
            tree_add(tree, text_from(wanted->path), text_from(wanted->content), wanted->marks, &memory->error),
            ERROR_NONE);
    return tree_plan_make(&memory->plan, tree, text_from(folder), &place, &memory->arena, &memory->error);
}

static void expect(const struct memory *memory, enum tree_state state, size_t count)
{
    assert_int_equal(memory->plan.counts[state], count);
}

static int start(void **state)
{
    static struct memory memory;

    memory = (struct memory){.count = 0};
    arena_init(&memory.arena, 16 * 1024 * 1024);
    *state = &memory;
    return 0;
}

static int stop(void **state)
{
    arena_free(&((struct memory *)*state)->arena);
    return 0;
}

static const struct wanted first[] = {
    {"a.md", "one\n", TREE_MARKS_HTML}, {"b.json", "{}\n", TREE_MARKS_NONE}, {"c.py", "x\n", TREE_MARKS_HASH}, {0}};

static void test_new_same_outdated(void **state)
{
    static const struct wanted second[] = {{"a.md", "two\n", TREE_MARKS_HTML},
                                           {"b.json", "{1}\n", TREE_MARKS_NONE},
                                           {"c.py", "x\n", TREE_MARKS_HASH},
                                           {0}};
    struct memory *memory = *state;

    assert_int_equal(plan(memory, "docs", first), ERROR_NONE);
    expect(memory, TREE_NEW, 3);
    carry_out(memory);
    assert_true(text_equal(get(memory, "docs/a.md"), TEXT("<!-- driftline:begin -->\none\n<!-- driftline:end -->\n")));
    assert_int_equal(plan(memory, "docs", first), ERROR_NONE);
    expect(memory, TREE_SAME, 3);
    assert_false(tree_plan_changes(&memory->plan));
    assert_int_equal(plan(memory, "docs", second), ERROR_NONE);
    expect(memory, TREE_OUTDATED, 2);
    expect(memory, TREE_SAME, 1);
    carry_out(memory);
    assert_true(text_equal(get(memory, "docs/b.json"), TEXT("{1}\n")));
}

static void test_what_people_wrote_stays(void **state)
{
    static const struct wanted second[] = {{"a.md", "two\n", TREE_MARKS_HTML}, {0}};
    static const struct wanted none[] = {{0}};
    struct memory *memory = *state;

    put(memory, TEXT("a.md"),
        TEXT("Mine.\n<!-- driftline:begin -->\r\nold\n<!-- driftline:end -->  \r\nMine, too, without an end"));
    assert_int_equal(plan(memory, "", second), ERROR_NONE);
    expect(memory, TREE_EDITED, 1); /* nobody knows what was generated */
    carry_out(memory);
    assert_true(text_equal(
        get(memory, "a.md"),
        TEXT("Mine.\n<!-- driftline:begin -->\r\ntwo\n<!-- driftline:end -->  \r\nMine, too, without an end")));
    assert_int_equal(plan(memory, "", none), ERROR_NONE);
    expect(memory, TREE_SUPERFLUOUS, 1);
    carry_out(memory);
    assert_true(text_equal(get(memory, "a.md"), TEXT("Mine.\nMine, too, without an end")));
    assert_null(get(memory, ".driftline-test").bytes);
}

static void test_superfluous_files_go(void **state)
{
    static const struct wanted second[] = {{"b.json", "{}\n", TREE_MARKS_NONE}, {0}};
    struct memory *memory = *state;

    assert_int_equal(plan(memory, "x", first), ERROR_NONE);
    carry_out(memory);
    put(memory, TEXT("x/c.py"), TEXT("written anew by somebody\n"));
    assert_int_equal(plan(memory, "x", second), ERROR_NONE);
    expect(memory, TREE_SUPERFLUOUS, 1);
    expect(memory, TREE_FOREIGN, 1);
    carry_out(memory);
    assert_null(get(memory, "x/a.md").bytes);
    assert_true(text_equal(get(memory, "x/c.py"), TEXT("written anew by somebody\n")));
}

static void test_edits_are_told_from_outdated(void **state)
{
    static const struct wanted second[] = {{"a.md", "two\n", TREE_MARKS_HTML},
                                           {"b.json", "{1}\n", TREE_MARKS_NONE},
                                           {"c.py", "x\n", TREE_MARKS_HASH},
                                           {0}};
    struct memory *memory = *state;

    assert_int_equal(plan(memory, "", first), ERROR_NONE);
    carry_out(memory);
    put(memory, TEXT("b.json"), TEXT("{2}\n"));
    assert_int_equal(plan(memory, "", first), ERROR_NONE);
    expect(memory, TREE_EDITED, 1);
    assert_int_equal(plan(memory, "", second), ERROR_NONE);
    expect(memory, TREE_EDITED, 1);
    expect(memory, TREE_OUTDATED, 1);
}

static void test_foreign_files_are_left_alone(void **state)
{
    struct memory *memory = *state;

    put(memory, TEXT("a.md"), TEXT("no marks\n"));
    put(memory, TEXT("b.json"), TEXT("{mine}\n"));
    put(memory, TEXT("c.py"), TEXT("# driftline:begin\n# driftline:begin\nx\n# driftline:end\n"));
    for (unsigned i = 0; i < 2; i++) { /* and they do not become ours by being looked at */
        assert_int_equal(plan(memory, "", first), ERROR_NONE);
        expect(memory, TREE_FOREIGN, 3);
        carry_out(memory);
        assert_true(text_equal(get(memory, "a.md"), TEXT("no marks\n")));
        assert_true(text_equal(get(memory, "b.json"), TEXT("{mine}\n")));
    }
}

static void test_a_forged_list_removes_nothing_of_others(void **state)
{
    static const struct wanted none[] = {{0}};
    struct memory *memory = *state;

    put(memory, TEXT("important.c"), TEXT("int main(void);\n"));
    put(memory, TEXT(".driftline-test"),
        TEXT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  important.c\n"));
    assert_int_equal(plan(memory, "", none), ERROR_NONE);
    carry_out(memory);
    assert_true(text_equal(get(memory, "important.c"), TEXT("int main(void);\n")));
    put(memory, TEXT(".driftline-test"),
        TEXT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  ../important.c\n"));
    assert_int_equal(plan(memory, "", none), ERROR_CORRUPT);
}

static void test_wrong_names_are_our_fault(void **state)
{
    static const struct wanted twins[] = {{"A.md", "", TREE_MARKS_HTML}, {"a.md", "", TREE_MARKS_HTML}, {0}};
    struct memory *memory = *state;
    struct tree *tree = NULL;

    assert_int_equal(plan(memory, "", twins), ERROR_INTERNAL);
    assert_int_equal(tree_new(&tree, "test", &memory->arena, &memory->error), ERROR_NONE);
    assert_int_equal(tree_add(tree, TEXT("../a"), TEXT(""), TREE_MARKS_NONE, &memory->error), ERROR_INTERNAL);
    assert_int_equal(tree_add(tree, TEXT(""), TEXT(""), TREE_MARKS_NONE, &memory->error), ERROR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_same_outdated, start, stop),
        cmocka_unit_test_setup_teardown(test_what_people_wrote_stays, start, stop),
        cmocka_unit_test_setup_teardown(test_superfluous_files_go, start, stop),
        cmocka_unit_test_setup_teardown(test_edits_are_told_from_outdated, start, stop),
        cmocka_unit_test_setup_teardown(test_foreign_files_are_left_alone, start, stop),
        cmocka_unit_test_setup_teardown(test_a_forged_list_removes_nothing_of_others, start, stop),
        cmocka_unit_test_setup_teardown(test_wrong_names_are_our_fault, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
