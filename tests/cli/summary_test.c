#include "cli/summary.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static void test_summaries(void **state)
{
    static const struct {
        struct answer_summary summary; /* low to critical */
        int64_t total;
        const char *expected;
    } cases[] = {
        {{{0, 0, 0, 0}}, 0, "no difference that counts"},
        {{{2, 0, 0, 1}}, 3, "1 critical, 2 low"},
        {{{1, 2, 3, 4}}, 10, "4 critical, 3 high, 2 medium, 1 low"},
        {{{INT64_MAX, 1, 0, 0}}, INT64_MAX, "1 medium, 9223372036854775807 low"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer text;

        buffer_init(&text);
        summary_write(&text, &cases[i].summary);
        assert_string_equal(text.bytes, cases[i].expected);
        assert_int_equal(summary_total(&cases[i].summary), cases[i].total);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_summaries)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
