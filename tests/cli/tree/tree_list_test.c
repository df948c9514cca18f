#include "tree/tree_list.h"

#include "support/cmocka.h"

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void test_what_is_written_is_read(void **state)
{
    struct tree_list_entry entries[] = {{.path = TEXT("a b/c.md")}, {.path = TEXT("d")}};
    const struct tree_list written = {entries, LENGTH_OF(entries)};
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer text;
    struct error error = {0};
    struct tree_list read;

    (void)state;
    arena_init(&arena, 1 << 20);
    buffer_init(&text);
    assert_true(hash_from_hex(TEXT(HEX_A), &entries[0].hash));
    assert_true(hash_from_hex(TEXT(HEX_B), &entries[1].hash));
    tree_list_write(&text, &written);
    assert_int_equal(tree_list_read(&read, TEXT("list"), buffer_text(&text), &arena, &error), ERROR_NONE);
    assert_int_equal(read.count, 2);
    assert_true(text_equal(read.entries[0].path, TEXT("a b/c.md")));
    assert_true(hash_equal(&read.entries[1].hash, &entries[1].hash));
    assert_ptr_equal(tree_list_find(&read, TEXT("d")), &read.entries[1]);
    assert_null(tree_list_find(&read, TEXT("e")));
}

static void test_other_files_are_refused(void **state)
{
    static const char *const texts[] = {
        "hello\n",
        HEX_A "\n",
        HEX_A " a\n",
        HEX_A "  /etc/passwd\n",
        HEX_A "  ../a\n",
        HEX_A "  a/../b\n",
        HEX_A "  a//b\n",
        HEX_A "  a/\n",
        HEX_A "  .git/hooks/post-checkout\n",
        HEX_A "  a/.GIT/config\n",
        HEX_A "  a\\b\n",
        HEX_A "  a\r\n",
        HEX_A "  \xff\n",
        HEX_A "  a\n" HEX_B "  a\n",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};
        struct tree_list list;

        arena_init(&arena, 1 << 20);
        assert_int_equal(tree_list_read(&list, TEXT("list"), text_from(texts[i]), &arena, &error), ERROR_CORRUPT);
        assert_non_null(strstr(error.message, "'list'"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_other_files_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
