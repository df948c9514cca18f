#include "base/text.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static void test_utf8_is_told_from_other_bytes(void **state)
{
    static const struct {
        const char *name;
        struct text text;
        bool is_utf8;
    } cases[] = {
        {"empty", {NULL, 0}, true},
        {"ASCII with a NUL", TEXT_INIT("a\0b"), true},
        {"U+0080, the first of two bytes", TEXT_INIT("\xc2\x80"), true},
        {"U+07FF, the last of two bytes", TEXT_INIT("\xdf\xbf"), true},
        {"U+0800, the first of three bytes", TEXT_INIT("\xe0\xa0\x80"), true},
        {"U+D7FF, the last before the surrogates", TEXT_INIT("\xed\x9f\xbf"), true},
        {"U+E000, the first after the surrogates", TEXT_INIT("\xee\x80\x80"), true},
        {"U+FFFF", TEXT_INIT("\xef\xbf\xbf"), true},
        {"U+10000, the first of four bytes", TEXT_INIT("\xf0\x90\x80\x80"), true},
        {"U+10FFFF, the last of all", TEXT_INIT("\xf4\x8f\xbf\xbf"), true},
        {"a sequence of all lengths", TEXT_INIT("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z"), true},
        {"a continuation byte alone", TEXT_INIT("\x80"), false},
        {"overlong NUL", TEXT_INIT("\xc0\x80"), false},
        {"overlong slash in two bytes", TEXT_INIT("\xc0\xaf"), false},
        {"overlong slash in three bytes", TEXT_INIT("\xe0\x80\xaf"), false},
        {"overlong slash in four bytes", TEXT_INIT("\xf0\x80\x80\xaf"), false},
        {"U+D800, a surrogate", TEXT_INIT("\xed\xa0\x80"), false},
        {"U+DFFF, a surrogate", TEXT_INIT("\xed\xbf\xbf"), false},
        {"U+110000, beyond the last", TEXT_INIT("\xf4\x90\x80\x80"), false},
        {"five bytes", TEXT_INIT("\xf8\x88\x80\x80\x80"), false},
        {"0xff", TEXT_INIT("\xff"), false},
        {"two bytes cut", TEXT_INIT("\xc3"), false},
        {"three bytes cut", TEXT_INIT("a\xe2\x82"), false},
        {"four bytes cut", TEXT_INIT("\xf0\x9f\x98"), false},
        {"a letter instead of a continuation", TEXT_INIT("\xc3z"), false},
        {"Latin-1", TEXT_INIT("Gr\xfc\xdf"), false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (text_is_utf8(cases[i].text) != cases[i].is_utf8)
            fail_msg("%s", cases[i].name);
}

static void test_the_first_character_has_a_length(void **state)
{
    static const struct {
        struct text text;
        size_t length;
    } cases[] = {
        {{NULL, 0}, 0},
        {TEXT_INIT("ab"), 1},
        {TEXT_INIT("\0b"), 1},
        {TEXT_INIT("\xc3\xa4x"), 2},
        {TEXT_INIT("\xe2\x82\xacx"), 3},
        {TEXT_INIT("\xf0\x9f\x98\x80x"), 4},
        {TEXT_INIT("\xe2\x82"), 0},
        {TEXT_INIT("\xffx"), 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_int_equal(text_character(cases[i].text), cases[i].length);
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void test_order_is_bytewise_and_agrees_with_equality(void **state)
{
    static const struct {
        struct text a, b;
        int order;
    } cases[] = {
        {{NULL, 0}, TEXT_INIT(""), 0},
        {TEXT_INIT("a"), TEXT_INIT("a"), 0},
        {{NULL, 0}, TEXT_INIT("a"), -1},
        {TEXT_INIT("a"), TEXT_INIT("ab"), -1},
        {TEXT_INIT("ab"), TEXT_INIT("b"), -1},
        {TEXT_INIT("B"), TEXT_INIT("a"), -1},
        {TEXT_INIT("a\0"), TEXT_INIT("a"), 1},
        {TEXT_INIT("a\0b"), TEXT_INIT("a\0c"), -1},
        {TEXT_INIT("z"), TEXT_INIT("\xc3\xa4"), -1},
        {TEXT_INIT("\x7f"), TEXT_INIT("\x80"), -1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_int_equal(sign(text_compare(cases[i].a, cases[i].b)), cases[i].order);
        assert_int_equal(sign(text_compare(cases[i].b, cases[i].a)), -cases[i].order);
        assert_int_equal(text_equal(cases[i].a, cases[i].b), cases[i].order == 0);
    }
}

static void test_prefixes_and_c_strings(void **state)
{
    (void)state;
    assert_true(text_starts_with(TEXT("env:NAME"), TEXT("env:")));
    assert_true(text_starts_with(TEXT("env:"), TEXT("env:")));
    assert_true(text_starts_with(TEXT("x"), (struct text){NULL, 0}));
    assert_true(text_starts_with((struct text){NULL, 0}, TEXT("")));
    assert_false(text_starts_with(TEXT("env"), TEXT("env:")));
    assert_false(text_starts_with(TEXT("Env:"), TEXT("env:")));
    assert_int_equal(text_from(NULL).length, 0);
    assert_true(text_equal(text_from("abc"), TEXT("abc")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_is_told_from_other_bytes),
        cmocka_unit_test(test_the_first_character_has_a_length),
        cmocka_unit_test(test_order_is_bytewise_and_agrees_with_equality),
        cmocka_unit_test(test_prefixes_and_c_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
