#include "sources/odbc/odbc_wide.h"

#include "support/cmocka.h"

static void assert_units(const char *text, size_t length, const SQLWCHAR *expected, size_t count, const char *back)
{
    CLEANUP(buffer_clear) struct buffer wide = {0};
    CLEANUP(buffer_clear) struct buffer again = {0};

    odbc_wide_add(&wide, (struct text){text, length});
    assert_int_equal(wide.length, count * sizeof *expected);
    assert_memory_equal(wide.bytes, expected, wide.length);
    odbc_wide_to_text(&again, expected, count);
    assert_true(text_equal(buffer_text(&again), text_from(back)) ||
                text_equal(buffer_text(&again), (struct text){text, length}));
}

static void test_both_ways(void **state)
{
    static const SQLWCHAR plain[] = {'a', 0, 0xe4, 0x20ac}, pair[] = {'x', 0xd83d, 0xdc69, 'y'};
    static const SQLWCHAR high[] = {0xd83d, 'a'}, low[] = {0xdc69, 0xd83d}, broken[] = {0xfffd, 'a'};

    (void)state;
    assert_units("a\0ä€", 7, plain, LENGTH_OF(plain), "");
    assert_units("x👩y", 6, pair, LENGTH_OF(pair), "");
    assert_units("\xed\xa0\xbd"
                 "a",
                 4, high, LENGTH_OF(high), "");
    assert_units("\xed\xb1\xa9\xed\xa0\xbd", 6, low, LENGTH_OF(low), "");
    assert_units("\xff"
                 "a",
                 2, broken, LENGTH_OF(broken),
                 "\xef\xbf\xbd"
                 "a");
}

/* Two lone surrogates that differ are two texts, and neither is UTF-8. */
static void test_lone_surrogates_stay_apart(void **state)
{
    CLEANUP(buffer_clear) struct buffer first = {0};
    CLEANUP(buffer_clear) struct buffer second = {0};
    static const SQLWCHAR units[] = {0xd800, 0xdfff};

    (void)state;
    odbc_wide_to_text(&first, &units[0], 1);
    odbc_wide_to_text(&second, &units[1], 1);
    assert_false(text_equal(buffer_text(&first), buffer_text(&second)));
    assert_false(text_is_utf8(buffer_text(&first)));
    assert_false(text_is_utf8(buffer_text(&second)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_lone_surrogates_stay_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
