#include "publish/publish_commit.h"

#include <string.h>

#include "support/cmocka.h"

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define TRAILER "Driftline-Publish: orders\nDriftline-Base: " ID_B "\nDriftline-Plan: " HASH "\nDriftline-Tree: " ID_A

static struct publish_commit commit_of(const char *message)
{
    return (struct publish_commit){.tree = {ID_A}, .message = text_from(message)};
}

static void test_what_is_written_is_known_again(void **state)
{
    struct publish_trailer trailer = {.name = "orders", .base = {ID_B}, .tree = {ID_A}}, read;
    CLEANUP(buffer_clear) struct buffer message = {0};
    struct publish_commit commit = {.tree = {ID_A}};

    (void)state;
    assert_true(hash_from_hex(TEXT(HASH), &trailer.plan));
    publish_commit_write(&message, "Schema sync: orders", TEXT("1 file\n"), &trailer);
    assert_string_equal(message.bytes, "Schema sync: orders\n\n1 file\n\n" TRAILER "\n");
    commit.message = buffer_text(&message);
    assert_true(publish_commit_is_ours(&commit, "orders", &read));
    assert_true(git_id_equal(&read.base, &trailer.base) && hash_equal(&read.plan, &trailer.plan));
    assert_false(publish_commit_is_ours(&commit, "other", &read));
    commit.tree = trailer.base;
    assert_false(publish_commit_is_ours(&commit, "orders", &read));
}

static void test_only_a_whole_trailer_counts(void **state)
{
    static const struct {
        const char *message;
        bool is_ours;
    } cases[] = {
        {"title\n\n" TRAILER, true},
        {"title\n\n" TRAILER "\n\n \r\n", true},
        {"title\n\nSigned-off-by: alice\n" TRAILER "\n", true},
        {"", false},
        {"\n\n", false},
        {TRAILER, false}, /* it is the title */
        {"title\n\n" TRAILER "\n\nand more", false} /* somebody wrote on */,
        {"title\n\n" TRAILER "\nDriftline-Plan: " HASH, false},
        {"title\n\nDriftline-Publish: orders\nDriftline-Base: " ID_B "\nDriftline-Tree: " ID_A, false},
        {"title\n\nDriftline-Publish: orders\nDriftline-Base: x\nDriftline-Plan: " HASH "\nDriftline-Tree: " ID_A,
         false},
        {"title\n\nDriftline-Publish: orders\nDriftline-Base: " ID_B "\nDriftline-Plan: " HASH
         "\nDriftline-Tree: " ID_B,
         false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct publish_commit commit = commit_of(cases[i].message);
        struct publish_trailer trailer;

        print_message("  %zu\n", i);
        assert_int_equal(publish_commit_is_ours(&commit, "orders", &trailer), cases[i].is_ours);
    }
}

static void test_names_of_files(void **state)
{
    static const struct git_id example = {ID_A};
    static const struct git_id long_example = {HASH};
    struct error error = {0};
    struct git_id id;

    (void)state; /* `git hash-object` says the same */
    assert_int_equal(git_id_of_file(&id, TEXT("hello\n"), &example, &error), ERROR_NONE);
    assert_string_equal(id.digits, "ce013625030ba8dba906f756967f9e9ca394464a");
    assert_int_equal(git_id_of_file(&id, TEXT(""), &example, &error), ERROR_NONE);
    assert_string_equal(id.digits, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    assert_int_equal(git_id_of_file(&id, TEXT(""), &long_example, &error), ERROR_NONE);
    assert_string_equal(id.digits, "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813");
    assert_true(git_id_read(&id, text_from(ID_A)));
    assert_false(git_id_read(&id, TEXT("abc")));
    assert_false(git_id_read(&id, TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_known_again),
        cmocka_unit_test(test_only_a_whole_trailer_counts),
        cmocka_unit_test(test_names_of_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
