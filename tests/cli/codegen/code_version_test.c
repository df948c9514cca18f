#include "codegen/code_version.h"

#include "support/cmocka.h"

enum { MEMORY_LIMIT = 16 * 1024 * 1024 };

#define DAY INT64_C(86400000000)

static const int64_t noon = INT64_C(1795262400000000); /* 2026-11-21T12:00Z */

/* A snapshot of so many tables, whose first has a comment or none. */
static struct snapshot *make_snapshot(uint32_t tables, const char *comment, int64_t taken_at)
{
    struct text comment_text = text_from(comment);
    struct attribute attribute = {TEXT("comment"), &comment_text, 1, false};
    struct object objects[4] = {{.kind = KIND_NONE}};
    struct snapshot_input input = {.objects = objects, .object_count = tables};
    static const char *const names[] = {"a", "b", "c", "d"};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    input.info = (struct snapshot_info){.engine = TEXT("postgresql"), .taken_at = taken_at};
    for (uint32_t i = 0; i < tables; i++)
        objects[i] = (struct object){.kind = KIND_TABLE, .path = {2, {TEXT("public"), text_from(names[i])}}};
    if (comment != NULL) {
        objects[0].attributes = &attribute;
        objects[0].attribute_count = 1;
    }
    assert_int_equal(snapshot_build(&snapshot, &input, MEMORY_LIMIT, &error), ERROR_NONE);
    return snapshot;
}

static struct code_version make(struct snapshot *snapshot, struct text before, struct arena *arena)
{
    struct code_version version;
    struct error error = {0};

    assert_int_equal(code_version_make(&version, snapshot, before, arena, &error), ERROR_NONE);
    snapshot_free(snapshot);
    return version;
}

static void assert_text(struct text text, const char *expected)
{
    assert_int_equal(text.length, strlen(expected));
    assert_memory_equal(text.bytes, expected, text.length);
}

static void test_the_first_time_nothing_is_known(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct code_version version;

    (void)state;
    arena_init(&arena, MEMORY_LIMIT);
    version = make(make_snapshot(2, NULL, noon), TEXT(""), &arena);
    assert_text(version.version, "2026-11-21");
    assert_text(version.synced_at, "2026-11-21T12:00:00Z");
    assert_text(version.previous_hash, "");
    assert_int_equal(version.hash.length, 64);
    assert_int_equal(version.differences, -1);
}

static void test_as_long_as_the_schema_is_the_same_nothing_changes(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct code_version first, second;

    (void)state;
    arena_init(&arena, MEMORY_LIMIT);
    first = make(make_snapshot(2, NULL, noon), TEXT(""), &arena);
    second = make(make_snapshot(2, NULL, noon + 40 * DAY), first.file, &arena);
    assert_true(text_equal(first.file, second.file));
    assert_true(text_equal(first.version, second.version));
    assert_int_equal(second.differences, -1);
}

static void test_differences_are_counted(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct code_version first, second, third, fourth;

    (void)state;
    arena_init(&arena, MEMORY_LIMIT);
    first = make(make_snapshot(3, NULL, noon), TEXT(""), &arena);
    second = make(make_snapshot(2, "new", noon + DAY), first.file, &arena); /* one less, one changed */
    assert_int_equal(second.differences, 2);
    assert_text(second.version, "2026-11-22");
    assert_true(text_equal(second.previous_hash, first.hash));
    third = make(make_snapshot(4, "new", noon + DAY), second.file, &arena); /* two more, on the same day */
    assert_int_equal(third.differences, 2);
    assert_text(third.version, "2026-11-22.2");
    fourth = make(make_snapshot(4, NULL, noon + DAY), third.file, &arena);
    assert_int_equal(fourth.differences, 1);
    assert_text(fourth.version, "2026-11-22.3");
}

static void test_what_is_no_such_file_counts_as_none(void **state)
{
    static const char *const files[] = {
        "nonsense",
        "{}",
        "[]",
        "{\"version\": \"2026\"}",
        "{\"version\": \"2026-11-21\\\"\\nimport os\", \"synced_at\": \"2026-11-21T12:00:00Z\", \"hash\": "
        "\"0000000000000000000000000000000000000000000000000000000000000000\", \"previous_hash\": \"\", "
        "\"differences\": 1, \"objects\": {}}",
        "{\"version\": \"2026-11-21\", \"synced_at\": \"2026-11-21T12:00:00Z\", \"hash\": \"0\", \"previous_hash\": "
        "\"\", "
        "\"differences\": 1, \"objects\": {}}",
        "{\"version\": \"2026-11-21\", \"synced_at\": \"2026-11-21T12:00:00Z\", \"hash\": "
        "\"0000000000000000000000000000000000000000000000000000000000000000\", \"previous_hash\": \"\", "
        "\"differences\": -2, \"objects\": {}}",
        "{\"version\": \"2026-11-21\", \"synced_at\": \"2026-11-21T12:00:00Z\", \"hash\": "
        "\"0000000000000000000000000000000000000000000000000000000000000000\", \"previous_hash\": \"\", "
        "\"differences\": 1, \"objects\": []}",
    };
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, MEMORY_LIMIT);
    for (size_t i = 0; i < LENGTH_OF(files); i++)
        assert_int_equal(make(make_snapshot(1, NULL, noon), text_from(files[i]), &arena).differences, -1);
}

static void test_a_counter_of_nonsense_does_no_harm(void **state)
{
    static const char file[] = "{\"version\": \"2026-11-21.99999999999999999999999999\", \"synced_at\": "
                               "\"2026-11-21T12:00:00Z\", \"hash\": "
                               "\"0000000000000000000000000000000000000000000000000000000000000000\", "
                               "\"previous_hash\": \"\", \"differences\": 1, \"objects\": {}}";
    CLEANUP(arena_free) struct arena arena;
    struct code_version version;

    (void)state;
    arena_init(&arena, MEMORY_LIMIT);
    version = make(make_snapshot(1, NULL, noon), text_from(file), &arena);
    assert_true(text_starts_with(version.version, TEXT("2026-11-21.")));
    assert_true(version.version.length < 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_time_nothing_is_known),
        cmocka_unit_test(test_as_long_as_the_schema_is_the_same_nothing_changes),
        cmocka_unit_test(test_differences_are_counted),
        cmocka_unit_test(test_what_is_no_such_file_counts_as_none),
        cmocka_unit_test(test_a_counter_of_nonsense_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
