#include "cli/place.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static void test_places(void **state)
{
    static const struct {
        struct text instances[3];
        size_t count;
        const char *expected;
    } cases[] = {
        {{TEXT_INIT("")}, 0, "prod"},
        {{TEXT_INIT("default")}, 1, "prod"},
        {{TEXT_INIT("eu-1")}, 1, "prod/eu-1"},
        {{TEXT_INIT("eu-1"), TEXT_INIT("default")}, 2, "prod/{eu-1, default}"},
        {{TEXT_INIT("a"), TEXT_INIT("b\33"), TEXT_INIT("c")}, 3, "prod/{a, b\\x1b, c}"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer text;

        buffer_init(&text);
        place_write(&text, TEXT("prod"), cases[i].instances, cases[i].count);
        assert_string_equal(text.bytes, cases[i].expected);
    }
}

static void test_targets(void **state)
{
    CLEANUP(buffer_clear) struct buffer text;

    (void)state;
    buffer_init(&text);
    place_write_target(&text, TEXT("orders"), TEXT("prod"), TEXT("default"));
    assert_string_equal(text.bytes, "orders@prod/default");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_targets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
