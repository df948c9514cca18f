#include "cli/golden.h"

#include "base/file.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { FILE_LIMIT = 1024 * 1024, MEMORY_LIMIT = 64 * 1024 * 1024 };

static struct text read_data(struct test_directory *directory, struct arena *arena, const char *name)
{
    const char *path = test_source_path(directory, arena_printf(arena, "tests/cli/data/answers/%s", name));
    struct text content = {0};
    struct error error = {0};

    if (file_read(path, FILE_LIMIT, arena, &content, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return content;
}

static json_t *read_document(struct test_directory *directory, struct arena *arena, const char *name)
{
    json_t *document = NULL;
    struct error error = {0};

    if (answer_parse(&document, read_data(directory, arena, name), &error) != ERROR_NONE)
        fail_msg("%s: %s", name, error.message);
    return document;
}

void golden_check(const struct golden_case *golden)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;
    struct error error = {0};
    json_t *document;
    struct text expected;

    print_message("  %s\n", golden->text);
    test_directory_make(&directory);
    arena_init(&arena, MEMORY_LIMIT);
    buffer_init(&output);
    document = read_document(&directory, &arena, golden->json);
    expected = read_data(&directory, &arena, golden->text);
    if (golden->write(&output, document, &golden->style, &arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    json_decref(document);
    if (!text_equal(buffer_text(&output), expected))
        fail_msg("instead of '%s':\n%s", golden->text, buffer_text(&output).bytes);
}

/* What an attempt needs. */
struct attempt {
    const json_t *document;
    const struct golden_case *golden;
};

static enum error_code attempt(void *context, struct error *error)
{
    const struct attempt *work = context;
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;

    arena_init(&arena, MEMORY_LIMIT);
    buffer_init(&output);
    return work->golden->write(&output, work->document, &work->golden->style, &arena, error);
}

void golden_check_memory(const struct golden_case *golden)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    CLEANUP(arena_free) struct arena arena;
    json_t *document;

    test_directory_make(&directory);
    arena_init(&arena, MEMORY_LIMIT);
    document = read_document(&directory, &arena, golden->json);
    test_every_allocation(attempt, &(struct attempt){document, golden});
    json_decref(document);
}

/* ---- the program ---- */

struct golden_list {
    const struct golden_case *cases;
    size_t count;
};

static void test_text(void **state)
{
    const struct golden_list *list = *state;

    for (size_t i = 0; i < list->count; i++)
        golden_check(&list->cases[i]);
}

static void test_memory(void **state)
{
    const struct golden_list *list = *state;

    for (size_t i = 0; i < list->count; i++)
        golden_check_memory(&list->cases[i]);
}

int golden_main(const struct golden_case *cases, size_t count)
{
    struct golden_list list = {cases, count};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_text, &list),
        cmocka_unit_test_prestate(test_memory, &list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
