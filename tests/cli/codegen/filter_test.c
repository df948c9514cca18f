#include "codegen/filter.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static const struct language slashes = {.line_comment = "//"};

static void check(void (*filter)(struct buffer *, struct text, const struct filter_place *), struct text text,
                  const char *expected)
{
    CLEANUP(buffer_clear) struct buffer output;
    const struct filter_place place = {&slashes, TEXT("  ")};

    buffer_init(&output);
    filter(&output, text, &place);
    assert_string_equal(output.length == 0 ? "" : output.bytes, expected);
}

static const struct filter *python(const char *name)
{
    for (const struct filter *filter = language_python.filters; filter->name != NULL; filter++)
        if (strcmp(filter->name, name) == 0)
            return filter;
    fail();
    return NULL;
}

static void test_a_comment_stays_one(void **state)
{
    (void)state;
    check(filter_line_comment, TEXT("a\nb\n\nc\n"), "a\n  // b\n  //\n  // c");
    check(filter_line_comment, TEXT("a\r\nb\rc"), "a\n  // b?c");
    check(filter_line_comment, TEXT("path\\"), "path\\ .");
    check(filter_line_comment, TEXT("path\\\nnext"), "path\\ .\n  // next");
    check(filter_line_comment,
          TEXT("a\xe2\x80\xa8"
               "b\xe2\x80\xae"
               "c\x0c"
               "d\xc2\x85"
               "e"),
          "a?b?c?d?e");
    check(filter_line_comment, TEXT(""), "");
    check(filter_one_line, TEXT("a\nb */ c"), "a b * / c");
    check(filter_block_comment, TEXT("a */ b"), "a * / b");
    check(filter_block_comment, TEXT("/* a"), "/ * a");
    check(filter_block_comment, TEXT("**/"), "** /");
}

static void test_a_literal_stays_one(void **state)
{
    (void)state;
    check(filter_json, TEXT("a\"b\\c\n\t\x01"), "\"a\\\"b\\\\c\\n\\u0009\\u0001\"");
    check(filter_json, TEXT("ö🎉</script>"), "\"\\u00f6\\ud83c\\udf89</script>\"");
    check(filter_c_literal, TEXT("a\"b\\c\n?\?/1"), "\"a\\\"b\\\\c\\012\\?\\?/1\"");
    check(filter_raw, TEXT("\"\n"), "\"\n");
    check(python("literal")->write, TEXT("a\"\\\n\xe2\x80\xae"), "\"a\\\"\\\\\\n\\u202e\"");
    check(python("marker")->write, TEXT("a\"b"), "\"column: a\\\"b\"");
}

static void test_a_docstring_stays_one(void **state)
{
    (void)state;
    check(python("docstring")->write, TEXT("\"\"\"\nimport os\n\n\\"), "\\\"\\\"\\\"\n  import os\n\n  \\\\");
    check(python("docstring_line")->write, TEXT("a\nb\""), "a\\nb\\\"");
    check(python("docstring")->write, TEXT("a\r\x0c"), "a\\x0d\\x0c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_comment_stays_one),
        cmocka_unit_test(test_a_literal_stays_one),
        cmocka_unit_test(test_a_docstring_stays_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
