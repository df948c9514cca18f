#include "notify/sinks/slack_text.h"

#include "support/cmocka.h"

static void test_escaped(void **state)
{
    static const struct {
        const char *text;
        size_t limit;
        const char *escaped;
    } cases[] = {{"", 10, ""},
                 {"a <!here> & <@U1>", 100, "a &lt;!here&gt; &amp; &lt;@U1&gt;"},
                 {"&amp;", 100, "&amp;amp;"},
                 {"&&", 10, "&amp;&amp;"},
                 {"&&", 9, "&amp;…"},
                 {"&&&", 12, "&amp;…"}, /* no half of an entity */
                 {"abc", 3, "abc"},
                 {"abcd", 3, "…"},
                 {"ääää", 7, "ää…"}};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output = {0};

        slack_escape(&output, text_from(cases[i].text), cases[i].limit);
        assert_string_equal(output.length == 0 ? "" : output.bytes, cases[i].escaped);
    }
}

static void test_long_messages_have_several_sections(void **state)
{
    static char line[501];
    struct message message = {.line_count = MESSAGE_LINES_LIMIT, .more = 7};
    struct json_builder builder = {0};
    json_t *blocks;
    size_t sections = 0, i;
    json_t *block;

    (void)state;
    memset(line, '&', 500);
    for (i = 0; i < message.line_count; i++)
        message.lines[i] = (struct message_line){SEVERITY_HIGH, {line, 500}, TEXT(""), 1};
    blocks = slack_blocks(&builder, &message, TEXT("title"));
    assert_false(builder.failed);
    json_array_foreach(blocks, i, block)
    {
        const json_t *text = json_object_get(json_object_get(block, "text"), "text");

        sections += strcmp(json_string_value(json_object_get(block, "type")), "section") == 0;
        assert_true(json_string_length(text) <= SLACK_SECTION_LIMIT);
    }
    assert_int_equal(sections, MESSAGE_LINES_LIMIT); /* a line of 500 & is 2,500 bytes */
    assert_true(json_array_size(blocks) <= 50);
    json_decref(blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escaped),
        cmocka_unit_test(test_long_messages_have_several_sections),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
