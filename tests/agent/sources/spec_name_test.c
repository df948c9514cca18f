#include "sources/spec/spec_name.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static void check(void (*make)(struct buffer *buffer, struct text name), const char *name, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    make(&buffer, text_from(name));
    buffer_add_string(&buffer, "");
    assert_string_equal(buffer.bytes == NULL ? "" : buffer.bytes, expected);
}

static void test_names_become_words(void **state)
{
    static const struct {
        const char *written, *name;
    } cases[] = {
        {"Team Members", "team_members"},
        {"TeamMember", "team_member"},
        {"HTTPRequest", "http_request"},
        {"organizationId", "organization_id"},
        {"ID", "id"},
        {"Address 2", "address_2"},
        {"Price (EUR)", "price_eur"},
        {"  a -- b  ", "a_b"},
        {"already_snake", "already_snake"},
        {"größe", "größe"},
        {"", ""},
        {"--", ""},
        {"A", "a"},
        {"aB", "a_b"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        check(spec_name_snake, cases[i].written, cases[i].name);
}

static void test_plurals_become_singular(void **state)
{
    static const struct {
        const char *plural, *singular;
    } cases[] = {
        {"organizations", "organization"},
        {"team_members", "team_member"},
        {"companies", "company"},
        {"addresses", "address"},
        {"boxes", "box"},
        {"people", "person"},
        {"children", "child"},
        {"status", "status"},
        {"statuses", "status"},
        {"series", "series"},
        {"analysis", "analysis"},
        {"batches", "batch"},
        {"data", "data"},
        {"", ""},
        {"s", "s"},
        {"news", "news"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        check(spec_name_singular, cases[i].plural, cases[i].singular);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_become_words),
        cmocka_unit_test(test_plurals_become_singular),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
