#include "publish/publish_text.h"

#include <string.h>

#include "support/cmocka.h"

static const struct publish_target target = {.name = "orders", .branch = "driftline/orders"};

static struct tree_step steps[] = {
    {.state = TREE_NEW, .path = TEXT_INIT("docs/<img src=x>.md"), .will_be_there = true, .after = TEXT_INIT("x")},
    {.state = TREE_EDITED,
     .path = TEXT_INIT("docs/a.md"),
     .was_there = true,
     .will_be_there = true,
     .before = TEXT_INIT("a"),
     .after = TEXT_INIT("b")},
    {.state = TREE_SAME, .path = TEXT_INIT("docs/same.md")},
};

static const struct publish_files files = {
    .plan = {.steps = steps, .count = 3, .counts = {[TREE_NEW] = 1, [TREE_EDITED] = 1, [TREE_SAME] = 1}},
    .hash = {{1, 2, 3}},
};

static const struct publish_subject subject = {
    .target = &target, .files = &files, .base = "main", .markdown = TEXT_INIT("A table more.\n")};

static void write(struct buffer *output, enum publish_stage stage, const char *before, const char *after)
{
    const struct publish_body people = {.before = text_from(before), .after = text_from(after)};

    publish_body_write(output, &subject, stage, &people);
    assert_false(output->failed);
}

static void test_what_people_write_stays(void **state)
{
    CLEANUP(buffer_clear) struct buffer body = {0}, again = {0};
    struct publish_body read;

    (void)state;
    write(&body, PUBLISH_STAGE_OPEN, "Read this.\n\n", "\n\nSeen. alice\n");
    assert_true(publish_body_read(&read, buffer_text(&body), "orders"));
    assert_int_equal(read.stage, PUBLISH_STAGE_OPEN);
    assert_true(hash_equal(&read.plan, &files.hash));
    assert_true(text_equal(read.before, TEXT("Read this.\n\n")));
    assert_true(text_equal(read.after, TEXT("\n\nSeen. alice\n")));
    publish_body_write(&again, &subject, read.stage, &read);
    assert_string_equal(again.bytes, body.bytes);
}

static void test_stages(void **state)
{
    (void)state;
    for (unsigned stage = 0; stage < PUBLISH_STAGE_COUNT; stage++) {
        CLEANUP(buffer_clear) struct buffer body = {0}, restaged = {0}, wanted = {0};
        struct publish_body read;

        write(&body, PUBLISH_STAGE_NEW, "before ", " after");
        write(&wanted, (enum publish_stage)stage, "before ", " after");
        publish_body_restage(&restaged, buffer_text(&body), "orders", (enum publish_stage)stage);
        assert_string_equal(restaged.bytes, wanted.bytes);
        assert_true(publish_body_read(&read, buffer_text(&restaged), "orders"));
        assert_int_equal(read.stage, stage);
    }
}

static void test_what_is_not_ours(void **state)
{
    static const char *const bodies[] = {
        "",
        "somebody's",
        "<!-- driftline-publish:orders -->",
        "<!-- driftline-publish:orders plan=12 stage=open -->x<!-- driftline-publish:end -->",
        ("<!-- driftline-publish:other "
         "plan=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef stage=open -->"
         "x<!-- driftline-publish:end -->"),
        ("<!-- driftline-publish:orders "
         "plan=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef stage=over -->"
         "x<!-- driftline-publish:end -->"),
        ("<!-- driftline-publish:orders "
         "plan=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef stage=open -->x"),
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(bodies); i++) {
        CLEANUP(buffer_clear) struct buffer restaged = {0};
        struct text body = text_from(bodies[i]);
        struct publish_body read;

        print_message("  %zu\n", i);
        assert_false(publish_body_read(&read, body, "orders"));
        assert_true(read.before.length == 0 && text_equal(read.after, body));
        publish_body_restage(&restaged, body, "orders", PUBLISH_STAGE_CLOSED);
        assert_true(text_equal(buffer_text(&restaged), body));
    }
}

static void test_names_cannot_be_markup(void **state)
{
    CLEANUP(buffer_clear) struct buffer body = {0};

    (void)state;
    write(&body, PUBLISH_STAGE_OPEN, "", "");
    assert_null(strstr(body.bytes, "<img"));
    assert_non_null(strstr(body.bytes, "docs/a.md</code> (edited by hand, would be undone)"));
    assert_null(strstr(body.bytes, "same.md"));
    assert_non_null(strstr(body.bytes, "A table more."));
}

static void test_long_texts_fit(void **state)
{
    static char many_people[80000];
    CLEANUP(buffer_clear) struct buffer body = {0};

    (void)state;
    memset(many_people, 'x', sizeof many_people - 1);
    write(&body, PUBLISH_STAGE_OPEN, "", many_people);
    assert_true(body.length < 65536);
}

static void test_line_ends_do_not_count(void **state)
{
    (void)state;
    assert_true(publish_body_equal(TEXT("a\r\nb\r\n\r\n"), TEXT("a\nb")));
    assert_true(publish_body_equal(TEXT(""), TEXT("\r\n ")));
    assert_false(publish_body_equal(TEXT("a\rb"), TEXT("a\nb")));
    assert_false(publish_body_equal(TEXT("a"), TEXT("ab")));
    assert_false(publish_body_equal(TEXT("ab"), TEXT("a")));
    assert_false(publish_body_equal(TEXT("a"), TEXT("b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_people_write_stays), cmocka_unit_test(test_stages),
        cmocka_unit_test(test_what_is_not_ours),        cmocka_unit_test(test_names_cannot_be_markup),
        cmocka_unit_test(test_long_texts_fit),          cmocka_unit_test(test_line_ends_do_not_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
