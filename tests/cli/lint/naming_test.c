/* Which names fit which patterns. */
#include "lint/naming.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static const struct text a_b[] = {TEXT_INIT("a"), TEXT_INIT("b.c")};
static const struct text expression[] = {TEXT_INIT("")};

static const struct {
    const char *pattern;
    const char *name;
    struct text_span columns;
    bool fits;
} cases[] = {
    {"snake_case", "orders", {NULL, 0}, true},
    {"snake_case", "order_lines2", {NULL, 0}, true},
    {"snake_case", "Orders", {NULL, 0}, false},
    {"snake_case", "order__lines", {NULL, 0}, false},
    {"snake_case", "_orders", {NULL, 0}, false},
    {"camelCase", "orderLines", {NULL, 0}, true},
    {"camelCase", "OrderLines", {NULL, 0}, false},
    {"PascalCase", "OrderLines", {NULL, 0}, true},
    {"UPPER_CASE", "ORDER_LINES", {NULL, 0}, true},
    {"UPPER_CASE", "ORDER_lines", {NULL, 0}, false},
    {"lowercase", "orders", {NULL, 0}, true},
    {"lowercase", "order_lines", {NULL, 0}, false},
    {"t_[a-z]+", "t_orders", {NULL, 0}, true},
    {"t_[a-z]+", "t_orders2", {NULL, 0}, false}, /* the whole name */
    {"a|b", "b", {NULL, 0}, true},
    {"a|b", "ab", {NULL, 0}, false},
    {"{table}_{columns}_idx", "orders_a_b.c_idx", {a_b, 2}, true},
    {"{table}_{columns}_idx", "orders_a_bxc_idx", {a_b, 2}, false}, /* a dot of a name is a dot */
    {"{table}_{columns}_idx", "orders_lower_idx", {expression, 1}, true},
    {"fk_{table}.*", "fk_orders_buyer", {NULL, 0}, true},
};

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct lint_naming naming = {.patterns = {[3] = cases[i].pattern}}; /* of indexes */
        const struct lint_naming_subject subject = {KIND_INDEX, text_from(cases[i].name), TEXT("orders"),
                                                    cases[i].columns};
        const char *pattern = NULL;
        struct error error = {0};
        bool fits = !cases[i].fits;

        assert_string_equal(naming_key(3), "index");
        assert_int_equal(naming_check(cases[i].pattern, &error), ERROR_NONE);
        assert_int_equal(naming_fits(&naming, &subject, &fits, &pattern, &error), ERROR_NONE);
        if (fits != cases[i].fits)
            fail_msg("%s and %s", cases[i].pattern, cases[i].name);
        assert_true(fits || pattern == cases[i].pattern);
    }
}

static void test_what_nobody_speaks_of_fits(void **state)
{
    const struct lint_naming naming = {.patterns = {[3] = "x"}};
    const struct lint_naming_subject table = {.kind = KIND_TABLE, .name = TEXT("Anything")};
    const struct lint_naming_subject language = {.kind = KIND_LANGUAGE, .name = TEXT("Anything")};
    const char *pattern;
    struct error error = {0};
    bool fits = false;

    (void)state;
    assert_int_equal(naming_fits(&naming, &table, &fits, &pattern, &error), ERROR_NONE);
    assert_true(fits);
    fits = false;
    assert_int_equal(naming_fits(&naming, &language, &fits, &pattern, &error), ERROR_NONE);
    assert_true(fits);
    assert_int_equal(naming_check("[a", &error), ERROR_CONFIG);
    assert_int_equal(naming_check("(", &error), ERROR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_what_nobody_speaks_of_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
