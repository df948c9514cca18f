#include "notify/sinks/wording.h"

#include "support/cmocka.h"

static void test_clipped(void **state)
{
    static const struct {
        const char *text;
        size_t limit;
        const char *clipped;
    } cases[] = {{"", 3, ""},          {"abcdef", 6, "abcdef"},
                 {"abcdef", 5, "ab…"}, {"ääää", 8, "ääää"},
                 {"ääää", 7, "ää…"},   {"ääää", 6, "ä…"}, /* no half of one */
                 {"a\nb", 4, "a\\nb"}, {"\xe2\x80\xae", 6, "\\u202e"}};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output = {0};

        wording_clip(&output, text_from(cases[i].text), cases[i].limit);
        assert_string_equal(output.length == 0 ? "" : output.bytes, cases[i].clipped);
    }
}

static void test_lines(void **state)
{
    static const struct {
        struct message_line line;
        const char *text;
    } cases[] = {
        {{SEVERITY_LOW, TEXT_INIT("a differs"), TEXT_INIT(""), 1}, "a differs"},
        {{SEVERITY_LOW, TEXT_INIT("a differs"), TEXT_INIT("bob"), 2}, "a differs, by bob (2 times)"},
        {{SEVERITY_LOW, TEXT_INIT("a differs, by bob (captured)"), TEXT_INIT("bob"), 1},
         "a differs, by bob (captured)"},
        {{SEVERITY_LOW, TEXT_INIT("by"), TEXT_INIT("bob"), 1}, "by, by bob"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output = {0};

        wording_line(&output, &cases[i].line);
        assert_string_equal(output.bytes, cases[i].text);
    }
}

static void test_state(void **state)
{
    static const struct {
        struct message message;
        const char *text;
    } cases[] = {
        {{.kind = DELIVERY_OPENED, .verdict = TEXT_INIT("DRIFTED"), .open = 3}, "DRIFTED, 3 open"},
        {{.kind = DELIVERY_OPENED, .open = 1}, "1 open"},
        {{.kind = DELIVERY_OPENED, .open = 1, .open_differences = 1}, "1 difference open"},
        {{.kind = DELIVERY_OPENED, .open = 10000, .open_differences = 10000}, "10,000 differences open"},
        {{.kind = DELIVERY_OPENED, .open = 10001, .open_differences = 10000}, "10,001 open"},
        {{.kind = DELIVERY_UPDATE, .verdict = TEXT_INIT("UNKNOWN")}, "UNKNOWN"},
        {{.kind = DELIVERY_RESOLVED, .verdict = TEXT_INIT("IN_SYNC")}, "IN_SYNC, nothing open"},
        {{.kind = DELIVERY_RESOLVED}, "nothing open"},
        {{.kind = DELIVERY_TEST}, ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output = {0};

        wording_state(&output, &cases[i].message);
        assert_string_equal(output.length == 0 ? "" : output.bytes, cases[i].text);
    }
}

static void test_fit_and_more(void **state)
{
    struct message message = {.line_count = 3, .more = 4};
    CLEANUP(buffer_clear) struct buffer output = {0};
    struct json_builder builder = {0};

    (void)state;
    for (size_t i = 0; i < message.line_count; i++)
        message.lines[i] = (struct message_line){SEVERITY_LOW, TEXT("0123456789"), TEXT(""), 1};
    assert_int_equal(wording_fit(&builder, &message, 36, 2), 3);
    assert_int_equal(wording_fit(&builder, &message, 35, 2), 2);
    assert_int_equal(wording_fit(&builder, &message, 1, 2), 1);
    assert_false(builder.failed);
    wording_more(&output, &message, 2);
    assert_string_equal(output.bytes, "and 5 more");
    buffer_reset(&output);
    message.more = 0;
    wording_more(&output, &message, 3);
    assert_int_equal(output.length, 0);
}

static void test_links(void **state)
{
    static const char *const bad[] = {"",
                                      "javascript:alert(1)",
                                      "ftp://x",
                                      "https://x\"y",
                                      "https://x y",
                                      "https://x\ny",
                                      "https://x)[y](z",
                                      "https://x|y",
                                      "https://x>y",
                                      "https://ä"};
    struct message message = {.link = TEXT("https://driftline.example.com/#/drift?database=a%2Fb&to=prod")};

    (void)state;
    assert_true(text_equal(wording_link(&message), message.link));
    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        message.link = text_from(bad[i]);
        assert_int_equal(wording_link(&message).length, 0);
    }
}

static void test_incident(void **state)
{
    const struct message message = {.id = TEXT("5f-0c-17"), .incident = 4};
    CLEANUP(buffer_clear) struct buffer output = {0};

    (void)state;
    wording_incident(&output, &message);
    assert_string_equal(output.bytes, "driftline-5f-0c-4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clipped),      cmocka_unit_test(test_lines), cmocka_unit_test(test_state),
        cmocka_unit_test(test_fit_and_more), cmocka_unit_test(test_links), cmocka_unit_test(test_incident),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
