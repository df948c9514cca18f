#include "drift/privilege_change.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "support/cmocka.h"

enum { MOST = 8 };

/* "x|y" as a list attribute; NULL is absent. */
static const struct attribute *list_of(const char *items, struct text texts[MOST], struct attribute *ret_attribute)
{
    if (items == NULL)
        return NULL;
    *ret_attribute = (struct attribute){.name = TEXT("grants"), .items = texts, .is_list = true};
    while (*items != '\0') {
        texts[ret_attribute->count++] = (struct text){items, strcspn(items, "|")};
        items += strcspn(items, "|");
        items += *items == '|';
    }
    return ret_attribute;
}

struct privilege_case {
    const char *from, *to;
    bool granted, to_public, revoked;
};

typedef struct privilege_change (*classifier)(const struct attribute *from, const struct attribute *to);

static void check(const struct privilege_case *cases, size_t count, classifier classify)
{
    for (size_t i = 0; i < count; i++) {
        struct text from_texts[MOST], to_texts[MOST];
        struct attribute from, to;
        struct privilege_change change =
            classify(list_of(cases[i].from, from_texts, &from), list_of(cases[i].to, to_texts, &to));

        if (change.granted != cases[i].granted || change.granted_to_public != cases[i].to_public ||
            change.revoked != cases[i].revoked)
            fail_msg("from %s to %s: granted %d, to public %d, revoked %d", cases[i].from, cases[i].to, change.granted,
                     change.granted_to_public, change.revoked);
    }
}

static void test_grants(void **state)
{
    static const struct privilege_case cases[] = {
        {NULL, NULL, false, false, false},
        {NULL, "SELECT TO bob", true, false, false},
        {"SELECT TO bob", NULL, false, false, true},
        {"SELECT TO bob", "SELECT TO eve", true, false, true},
        {"SELECT TO bob", "SELECT TO bob", false, false, false},
        {NULL, "SELECT TO PUBLIC", true, true, false},
        {NULL, "EXECUTE TO PUBLIC BY carol", true, true, false},
        {"SELECT TO PUBLIC", "SELECT TO PUBLIC BY carol", false, false, false},
        {"SELECT TO PUBLIC", NULL, false, false, true},
        {NULL, "SELECT TO \"PUBLIC\"", true, false, false},
        {"SELECT TO bob", "SELECT TO bob WITH GRANT OPTION", true, false, false},
        {"SELECT TO bob WITH GRANT OPTION", "SELECT TO bob", false, false, true},
        {"SELECT TO bob WITH GRANT OPTION", "SELECT TO bob WITH GRANT OPTION BY x", false, false, false},
        {"SELECT TO \"a WITH GRANT OPTION\"", "SELECT TO \"a WITH GRANT OPTION\" WITH GRANT OPTION", true, false,
         false},
        {"SELECT TO \"x TO PUBLIC\"", "SELECT TO \"x TO PUBLIC\"|INSERT TO \"x TO PUBLIC\"", true, false, false},
        {"SELECT TO \"a\"\"b c\"", "SELECT TO \"a\"\"b c\" BY d", false, false, false},
        {"odd", "other", true, false, true},
    };

    (void)state;
    check(cases, LENGTH_OF(cases), privilege_change_of_grants);
}

static void test_revoked_defaults(void **state)
{
    static const struct privilege_case cases[] = {
        {NULL, "INSERT FROM alice", false, false, true},
        {"INSERT FROM alice", NULL, true, false, false},
        {NULL, "EXECUTE FROM PUBLIC", false, false, true},
        {"EXECUTE FROM PUBLIC", NULL, true, true, false},
        {"EXECUTE FROM PUBLIC", "EXECUTE FROM PUBLIC", false, false, false},
        {"USAGE FROM PUBLIC", "USAGE FROM \"PUBLIC\"", true, true, true},
    };

    (void)state;
    check(cases, LENGTH_OF(cases), privilege_change_of_revoked);
}

static void test_absurdly_long_lists(void **state)
{
    enum { LENGTH = 20 * 1000 };
    struct text *items = calloc(LENGTH, sizeof *items);
    struct attribute list = {.items = items, .count = LENGTH, .is_list = true};
    struct privilege_change change;

    (void)state;
    assert_non_null(items);
    for (uint32_t i = 0; i < LENGTH; i++)
        items[i] = TEXT("SELECT TO bob");
    change = privilege_change_of_grants(&list, &list);
    assert_true(change.granted && change.granted_to_public && change.revoked);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grants),
        cmocka_unit_test(test_revoked_defaults),
        cmocka_unit_test(test_absurdly_long_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
