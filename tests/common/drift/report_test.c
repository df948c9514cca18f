#include "drift/report.h"

#include <stdlib.h>

#include <jansson.h>

#include "base/memory.h"
#include "common/drift/report_sample.h"
#include "common/drift/snapshot_text.h"
#include "drift/report_display.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static struct text write_sample(struct buffer *output, const char *format, const struct report *report)
{
    struct error error = {0};

    buffer_reset(output);
    assert_int_equal(report_format_find(text_from(format))->write(output, report, &error), ERROR_NONE);
    return buffer_text(output);
}

static void test_formats_are_found_by_name(void **state)
{
    (void)state;
    for (const struct report_format *format = report_formats; format->name != NULL; format++) {
        assert_ptr_equal(report_format_find(text_from(format->name)), format);
        assert_true(strlen(format->summary) > 0);
    }
    assert_null(report_format_find(TEXT("tex")));
    assert_null(report_format_find(TEXT("")));
}

/* ---------------------------------------------------------------- text on a terminal */

static size_t widest_line(struct text text)
{
    size_t widest = 0;

    for (size_t start = 0, end; start < text.length; start = end + 1) {
        size_t width;

        for (end = start; end < text.length && text.bytes[end] != '\n'; end++)
            ;
        width = display_width((struct text){text.bytes + start, end - start});
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void test_text_fits_the_terminal(void **state)
{
    struct buffer output = {0};

    (void)state;
    for (const struct report_sample *source = report_samples; source->name != NULL; source++)
        for (size_t width = 1; width < 100; width++) {
            struct sample_report sample;
            struct text text;

            sample_report_init(&sample, source);
            sample.report.width = width;
            text = write_sample(&output, "text", &sample.report);
            assert_true(text_is_utf8(text));
            assert_true(widest_line(text) <= width);
            sample_report_clear(&sample);
        }
    buffer_clear(&output);
}

static void test_colour_only_when_asked(void **state)
{
    struct buffer output = {0};
    struct sample_report sample;

    (void)state;
    sample_report_init(&sample, &report_samples[4]); /* shop */
    assert_null(memchr(write_sample(&output, "text", &sample.report).bytes, '\33', output.length));
    sample.report.colour = true;
    assert_non_null(strstr(write_sample(&output, "text", &sample.report).bytes, "\33[1;31mcritical  ~\33[0m table"));
    assert_non_null(strstr(output.bytes, "\33[31mDRIFTED\33[0m\n"));
    buffer_clear(&output);
    sample_report_clear(&sample);
}

static void test_display(void **state)
{
    static const struct {
        struct text text;
        size_t columns;
        const char *expected;
        size_t width;
    } cases[] = {
        {{"plain", 5}, 0, "plain", 5},
        {{"", 0}, 0, "", 0},
        {{"a\nb\tc\rd\0e", 9}, 0, "a\\nb\\tc\\rd\\x00e", 15},
        {{"\x1b[31m\x7f", 6}, 0, "\\x1b[31m\\x7f", 12},
        {{"\xff\xc3(", 3}, 0, "\\xff\\xc3(", 9},
        {{"\xe2\x80\xae\xc2\x85", 5}, 0, "\\u202e\\u0085", 12},
        {{"gr\xc3\xb6\xc3\x9f", 6}, 0, "gr\xc3\xb6\xc3\x9f", 4},
        {{"\xe6\x97\xa5\xe6\x9c\xac", 6}, 0, "\xe6\x97\xa5\xe6\x9c\xac", 4},
        {{"e\xcc\x81", 3}, 0, "e\xcc\x81", 1},
        {{"\xe6\x97\xa5\xe6\x9c\xac", 6}, 3, "\xe6\x97\xa5…", 3},
        {{"\xe6\x97\xa5\xe6\x9c\xac", 6}, 2, "…", 1},
        {{"abcdef", 6}, 6, "abcdef", 6},
        {{"abcdef", 6}, 5, "abcd…", 5},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct buffer output = {0};

        display_clipped(&output, cases[i].text, cases[i].columns);
        assert_string_equal(buffer_text(&output).bytes, cases[i].expected);
        assert_int_equal(display_width(buffer_text(&output)), cases[i].width);
        buffer_clear(&output);
    }
}

/* ---------------------------------------------------------------- limits of the comment */

enum { MANY = 200, COMMENT_LIMIT = 60000 };

/* Tables with long names or long definitions, many enough that a comment cannot hold them. */
static char *many_objects(const char *kind, const char *definition)
{
    struct buffer text = {0};

    for (unsigned i = 0; i < MANY; i++)
        buffer_printf(&text, "%s a.t%u definition='%s %u'\n", kind, i, definition, i);
    return text.bytes;
}

static void check_comment(const char *from, const char *to, const char *expected)
{
    const struct report_sample source = {.from = from, .to = to};
    struct buffer output = {0};
    struct sample_report sample;

    sample_report_init(&sample, &source);
    write_sample(&output, "markdown", &sample.report);
    assert_true(output.length <= COMMENT_LIMIT);
    if (strstr(output.bytes, expected) == NULL)
        fail_msg("no '%s' at the end of: %s", expected, output.bytes + output.length - 200);
    buffer_clear(&output);
    sample_report_clear(&sample);
}

static void test_a_comment_has_a_limit(void **state)
{
    char longest[160 + 1], *rows, *from, *to;

    (void)state;
    memset(longest, '\\', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    rows = many_objects("table", longest);
    check_comment("", rows, "200 low");
    free(rows);

    from = many_objects("view", longest);
    to = many_objects("view", "x");
    check_comment(from, to, " more changes.");
    free(from);
    free(to);

    from = many_objects("view", "SELECT 1\n  FROM somewhere WHERE something IS NOT NULL AND nothing = something\n");
    to = many_objects("view", "SELECT 2\n  FROM somewhere WHERE something IS NOT NULL AND nothing <> something\n");
    check_comment(from, to, " more definitions that changed.");
    free(from);
    free(to);
}

/* ---------------------------------------------------------------- memory */

struct attempt {
    const struct report_format *format;
    const struct report *report;
};

static enum error_code write_once(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    struct buffer output = {0};
    enum error_code code = attempt->format->write(&output, attempt->report, error);

    buffer_clear(&output);
    return code;
}

/* Jansson takes its memory through the same door here. */
static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    json_set_alloc_funcs(mem_alloc, mem_free);
    for (size_t i = 0; report_samples[i].name != NULL; i++)
        for (const struct report_format *format = report_formats; format->name != NULL; format++) {
            struct sample_report sample;
            struct attempt attempt = {format, &sample.report};

            if (strcmp(format->name, "sarif") == 0 && strcmp(report_samples[i].name, "hostile") != 0)
                continue; /* its many rules make many allocations, the same for each sample */
            sample_report_init(&sample, &report_samples[i]);
            test_every_allocation(write_once, &attempt);
            sample_report_clear(&sample);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats_are_found_by_name), cmocka_unit_test(test_text_fits_the_terminal),
        cmocka_unit_test(test_colour_only_when_asked),    cmocka_unit_test(test_display),
        cmocka_unit_test(test_a_comment_has_a_limit),     cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
