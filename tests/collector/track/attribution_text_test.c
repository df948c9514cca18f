#include "track/attribution_text.h"

#include "support/cmocka.h"

static void expect(struct text is, const char *expected)
{
    if (!text_equal(is, text_from(expected)))
        fail_msg("'%.*s' is not '%s'", TEXT_ARGS(is), expected);
}

static void test_elements_of_paths(void **state)
{
    static const struct {
        const char *path, *last, *parent, *first;
    } cases[] = {
        {"shop.orders.total", "total", "shop.orders", "shop"},
        {"shop", "shop", "", "shop"},
        {"", "", "", ""},
        {"shop.f(integer, a.b)", "f", "shop", "shop"},
        {"shop.\"a.b\".\"c \"\"d\"\"\"", "c \"\"d\"\"", "shop.\"a.b\"", "shop"},
        {"\"a.b\"", "a.b", "", "\"a.b\""},
        {"shop.\"f(\"(integer)", "f(", "shop", "shop"},
        {"\"a", "", "", "\"a"}, /* not a path at all */
        {"a.", "", "a", "a"},
        {"(.)", "", "", "(.)"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s\n", cases[i].path);
        expect(path_last(text_from(cases[i].path)), cases[i].last);
        expect(path_parent(text_from(cases[i].path)), cases[i].parent);
        expect(path_first(text_from(cases[i].path)), cases[i].first);
    }
}

static void test_words_of_statements(void **state)
{
    static const struct {
        const char *statement, *name;
        bool has;
    } cases[] = {
        {"ALTER TABLE shop.Orders ADD total int", "orders", true},
        {"ALTER TABLE shop.orders ADD total int", "TOTAL", true},
        {"ALTER TABLE shop.orders ADD total int", "tota", false},
        {"ALTER TABLE shop.orders ADD total int", "otal", false},
        {"ALTER TABLE shop.\"to tal\"", "to tal", true},
        {"orders", "orders", true},
        {"order", "orders", false},
        {"t\xc3\xbcr", "t", false},
        {"a_b$c", "b", false},
        {"x", "", true},      /* nothing to look for */
        {"", "orders", true}, /* nothing to look at */
    };
    struct reading_budget budget = {1000};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct ddl_event_row event = {.statement = text_from(cases[i].statement)};

        if (statement_has_word(&event, text_from(cases[i].name), &budget) != cases[i].has)
            fail_msg("'%s' in '%s'", cases[i].name, cases[i].statement);
    }
}

static void test_reading_has_an_end(void **state)
{
    const struct ddl_event_row event = {.statement = TEXT("ALTER TABLE t")};
    struct reading_budget budget = {30};

    (void)state;
    assert_false(statement_has_word(&event, TEXT("x"), &budget));
    assert_false(statement_has_word(&event, TEXT("x"), &budget));
    assert_true(statement_has_word(&event, TEXT("x"), &budget)); /* it may */
    assert_int_equal(budget.bytes, 4);
}

static void test_what_a_command_can_make(void **state)
{
    static const struct attribute_change comment = {.name = {"comment", 7}};
    static const struct change changes[] = {
        {.effect = EFFECT_ADDED, .kind = KIND_COLUMN, .object_kind = KIND_TABLE},
        {.effect = EFFECT_MODIFIED, .kind = KIND_TABLE, .object_kind = KIND_TABLE, .aspect = ASPECT_ACCESS},
        {.effect = EFFECT_MODIFIED,
         .attributes = (struct attribute_change *)&comment,
         .attribute_count = 1,
         .kind = KIND_TABLE,
         .object_kind = KIND_TABLE},
        {.effect = EFFECT_ADDED, .kind = KIND_INDEX, .object_kind = KIND_TABLE},
        {.effect = EFFECT_REMOVED, .kind = KIND_TRIGGER, .object_kind = KIND_TABLE},
        {.effect = EFFECT_MODIFIED,
         .kind = KIND_DEFAULT_PRIVILEGE,
         .object_kind = KIND_DEFAULT_PRIVILEGE,
         .aspect = ASPECT_ACCESS},
    };
    static const struct {
        const char *command;
        bool makes[LENGTH_OF(changes)];
    } cases[] = {
        {"ALTER TABLE", {true, true, true, true, true, true}},
        {"", {true, true, true, true, true, true}},
        {"GRANT", {false, true, false, false, false, true}},
        {"REVOKE_DATABASE", {false, true, false, false, false, true}},
        {"COMMENT", {false, false, true, false, false, false}},
        {"CREATE INDEX", {false, false, false, true, false, false}},
        {"ALTER_INDEX", {false, false, false, true, false, false}},
        {"DROP TRIGGER", {false, false, false, false, true, false}},
        {"ALTER DEFAULT PRIVILEGES", {false, false, false, false, false, true}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        for (size_t k = 0; k < LENGTH_OF(changes); k++) {
            const struct ddl_event_row event = {.command = text_from(cases[i].command)};

            if (statement_can_make(&event, &changes[k]) != cases[i].makes[k])
                fail_msg("%s, change %zu", cases[i].command, k);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elements_of_paths),
        cmocka_unit_test(test_words_of_statements),
        cmocka_unit_test(test_reading_has_an_end),
        cmocka_unit_test(test_what_a_command_can_make),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
