#include "drift/line_diff.h"

#include "base/buffer.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static void test_lines(void **state)
{
    static const struct {
        const char *from, *to, *expected;
        uint32_t context;
    } cases[] = {
        {"", "", "", 2},
        {"a", "a", "~", 2},
        {"a", "", "-a", 2},
        {"", "a\nb\n", "+a+b", 2},
        {"a\nb\nc", "a\nX\nc", " a-b+X c", 2},
        {"1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nX\n5\n6\n7", "~ 2 3-4+X 5 6~", 2},
        {"1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nX\n5\n6\n7", "~-4+X~", 0},
        {"a\nb\nc\nd", "b\nc\nx\nd", "-a b c+x d", 3},
        {"x\n1\n2\n3\n4\n5\ny", "X\n1\n2\n3\n4\n5\nY", "-x+X 1~ 5-y+Y", 1},
        {"x\n1\n2\ny", "X\n1\n2\nY", "-x+X 1 2-y+Y", 1},
        {"a\n\nb", "a\nb", " a- b", 2},
        {"a\r\nb", "a\nb", "-a\r+a b", 2},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        CLEANUP(buffer_clear) struct buffer output = {0};
        struct error error = {0};
        struct line_diff diff;

        arena_init(&arena, ARENA_LIMIT);
        assert_int_equal(line_diff_texts(&diff, text_from(cases[i].from), text_from(cases[i].to), &arena, &error),
                         ERROR_NONE);
        line_diff_trim(&diff, cases[i].context);
        for (uint32_t k = 0; k < diff.count; k++) {
            buffer_add_byte(&output, (uint8_t)diff.lines[k].mark);
            buffer_add_text(&output, diff.lines[k].line);
        }
        assert_string_equal(buffer_text(&output).bytes, cases[i].expected);
    }
}

/* Taking the old lines from the result gives the old text, taking the new ones the new. */
static void test_both_texts_can_be_put_together_again(void **state)
{
    static const char *const texts[] = {"", "a\n", "a\nb\na\n", "b\na\nb\n", "a\na\na\na\n", "c\nb\na\nb\nc\n"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(texts) * LENGTH_OF(texts); i++) {
        CLEANUP(arena_free) struct arena arena;
        CLEANUP(buffer_clear) struct buffer from = {0};
        CLEANUP(buffer_clear) struct buffer to = {0};
        const char *old = texts[i / LENGTH_OF(texts)], *new = texts[i % LENGTH_OF(texts)];
        struct error error = {0};
        struct line_diff diff;

        arena_init(&arena, ARENA_LIMIT);
        assert_int_equal(line_diff_texts(&diff, text_from(old), text_from(new), &arena, &error), ERROR_NONE);
        for (uint32_t k = 0; k < diff.count; k++) {
            if (diff.lines[k].mark != '+') {
                buffer_add_text(&from, diff.lines[k].line);
                buffer_add_byte(&from, '\n');
            }
            if (diff.lines[k].mark != '-') {
                buffer_add_text(&to, diff.lines[k].line);
                buffer_add_byte(&to, '\n');
            }
        }
        assert_string_equal(buffer_text(&from).bytes, old);
        assert_string_equal(buffer_text(&to).bytes, new);
    }
}

/* Texts whose table of lengths would take gigabytes. */
static void test_very_long_texts_are_replaced(void **state)
{
    enum { LINES = 50 * 1000 };
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer from = {0};
    CLEANUP(buffer_clear) struct buffer to = {0};
    struct error error = {0};
    struct line_diff diff;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    for (unsigned i = 0; i < LINES; i++) {
        buffer_printf(&from, "old %u\n", i);
        buffer_printf(&to, "new %u\n", i);
    }
    assert_int_equal(line_diff_texts(&diff, buffer_text(&from), buffer_text(&to), &arena, &error), ERROR_NONE);
    assert_int_equal(diff.count, 2 * LINES);
    assert_int_equal(diff.lines[0].mark, '-');
    assert_int_equal(diff.lines[2 * LINES - 1].mark, '+');
}

static enum error_code compare_once(void *context, struct error *error)
{
    struct line_diff diff;
    struct arena arena;
    enum error_code code;

    (void)context;
    arena_init(&arena, ARENA_LIMIT);
    code = line_diff_texts(&diff, TEXT("a\nb\nc"), TEXT("a\nx\nc"), &arena, error);
    arena_free(&arena);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(compare_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_both_texts_can_be_put_together_again),
        cmocka_unit_test(test_very_long_texts_are_replaced),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
