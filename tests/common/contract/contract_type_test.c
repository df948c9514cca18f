#include "contract/contract_type.h"

#include <string.h>

#include "base/compiler.h"
#include "base/file.h"
#include "support/cmocka.h"
#include "support/directory.h"

static const struct {
    const char *type;
    const char *families; /* that it is of; all others it is not */
} types[] = {
    {"smallint", "integer number"},
    {"integer", "integer number"},
    {"BIGINT", "integer number"},
    {"INT", "integer number"},
    {"int(11) unsigned", "integer number"},
    {"Unsigned  Big Int", "integer number"},
    {"numeric", "number"},
    {"numeric(12,2)", "number"},
    {"NUMERIC(12, 2)", "number"},
    {"real", "number"},
    {"double precision", "number"},
    {"text", "text"},
    {"character varying(20)", "text"},
    {"VARCHAR(20)", "text"},
    {"character(3)", "text"},
    {"citext", "text"},
    {"date", "time"},
    {"timestamp with time zone", "time"},
    {"timestamp(3) with time zone", "time"},
    {"time without time zone", "time"},
    {"DATETIME", "time"},
    {"interval", ""},
    {"boolean", "boolean"},
    {"bytea", "binary"},
    {"BLOB", "binary"},
    {"json", "json"},
    {"jsonb", "json"},
    {"uuid", "uuid"},
    {"integer[]", ""},
    {"numeric(12,2)[]", ""},
    {"\"integer\"", ""},
    {"shop.integer", ""},
    {"shop.status", ""},
    {"status", ""},
    {"bit", ""},
    {"", ""},
    {"(20)", ""},
    {"integer integer", ""},
    {"a type with a name that is much too long to be one of those that everybody knows", ""},
};

static void test_families(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(types); i++)
        for (size_t number = 0; contract_family(number) != NULL; number++) {
            const char *family = contract_family(number);
            bool expected = strstr(types[i].families, family) != NULL;

            if (contract_type_is_of(text_from(types[i].type), text_from(family)) != expected)
                fail_msg("%s is%s of the family %s", types[i].type, expected ? " not" : "", family);
        }
}

/* A name that stands in two families would be of the first one only. */
static void test_every_name_is_of_its_family_alone(void **state)
{
    size_t families = 0;

    (void)state;
    for (; contract_family(families) != NULL; families++) {
        const char *names = contract_family_types(families);

        while (names[0] != '\0') {
            struct text name = {names, strcspn(names, ",")};

            assert_true(contract_type_is_of(name, text_from(contract_family(families))));
            names += name.length;
            names += strspn(names, ", ");
        }
    }
    assert_null(contract_family_types(families));
    assert_false(contract_type_is_of(TEXT("text"), TEXT("nothing")));
}

/* The reference lists each name in the row of its family. */
static void test_the_reference_lists_them(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct text page;

    (void)state;
    test_directory_make(&directory);
    arena_init(&arena, 1024 * 1024);
    if (file_read(test_source_path(&directory, "docs/reference/contracts.md"), 256 * 1024, &arena, &page, &error) !=
        ERROR_NONE)
        fail_msg("%s", error.message);
    for (size_t i = 0; contract_family(i) != NULL; i++) {
        const char *row = strstr(page.bytes, arena_printf(&arena, "\n| `%s` |", contract_family(i)));
        const char *line = row == NULL ? "" : arena_printf(&arena, "%.*s", (int)strcspn(row + 1, "\n"), row + 1);
        const char *names = contract_family_types(i);

        while (names[0] != '\0') {
            size_t length = strcspn(names, ",");

            if (strstr(line, arena_printf(&arena, "`%.*s`", (int)length, names)) == NULL)
                fail_msg("%.*s is not in the row of %s", (int)length, names, contract_family(i));
            names += length;
            names += strspn(names, ", ");
        }
    }
}

static const struct {
    struct contract_type wanted;
    const char *type;
    const char *required; /* NULL: it is as wanted */
} checks[] = {
    {{.exact = TEXT_INIT("bigint")}, "bigint", NULL},
    {{.exact = TEXT_INIT("BIGINT")}, "bigint", NULL},
    {{.exact = TEXT_INIT("int")}, "integer", NULL},
    {{.exact = TEXT_INIT("varchar(20)")}, "character varying(20)", NULL},
    {{.exact = TEXT_INIT("bigint")}, "integer", "bigint is required"},
    {{.exact = TEXT_INIT("integer")}, "bigint", "integer is required"},
    {{.exact = TEXT_INIT("shop.status")}, "shop.status", NULL},
    {{.exact = TEXT_INIT("shop.status")}, "shop.state", "shop.status is required"},
    {{.exact = TEXT_INIT("text")}, "", "text is required"},
    {{.any_of = (const struct text[]){TEXT_INIT("text"), TEXT_INIT("uuid")}, .any_count = 2}, "uuid", NULL},
    {{.any_of = (const struct text[]){TEXT_INIT("text")}, .any_count = 1}, "uuid", "text is required"},
    {{.any_of = (const struct text[]){TEXT_INIT("text"), TEXT_INIT("date"), TEXT_INIT("json")}, .any_count = 3},
     "uuid",
     "text, date or json is required"},
    {{.family = TEXT_INIT("number")}, "bigint", NULL},
    {{.family = TEXT_INIT("integer")}, "numeric(12,2)", "one of the family integer is required"},
    {{.at_least = TEXT_INIT("integer")}, "integer", NULL},
    {{.at_least = TEXT_INIT("integer")}, "bigint", NULL},
    {{.at_least = TEXT_INIT("integer")}, "numeric", NULL},
    {{.at_least = TEXT_INIT("integer")}, "smallint", "at least integer is required"},
    {{.at_least = TEXT_INIT("integer")}, "numeric(8,0)", "at least integer is required"},
    {{.at_least = TEXT_INIT("integer")}, "text", "at least integer is required"},
    {{.at_least = TEXT_INIT("numeric(12,2)")}, "numeric(14,2)", NULL},
    {{.at_least = TEXT_INIT("numeric(12,2)")}, "numeric(12,4)", "at least numeric(12,2) is required"},
    {{.at_least = TEXT_INIT("character varying(50)")}, "text", NULL},
    {{.at_least = TEXT_INIT("varchar(50)")}, "VARCHAR(20)", "at least varchar(50) is required"},
    {{.at_least = TEXT_INIT("shop.status")}, "shop.status", NULL},
    {{.at_least = TEXT_INIT("integer"), .family = TEXT_INIT("integer")},
     "numeric",
     "one of the family integer is required"},
    {{.exact = TEXT_INIT("integer"), .at_least = TEXT_INIT("bigint")}, "integer", "at least bigint is required"},
    {{.any_count = 0}, "anything", NULL},
};

static void test_types_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(checks); i++) {
        CLEANUP(buffer_clear) struct buffer required;
        const char *expected = checks[i].required;

        buffer_init(&required);
        assert_int_equal(contract_type_check(&checks[i].wanted, text_from(checks[i].type), &required),
                         expected == NULL);
        if (!text_equal(buffer_text(&required), text_from(expected)))
            fail_msg("case %zu: %.*s", i, TEXT_ARGS(buffer_text(&required)));
        assert_int_equal(contract_type_asks(&checks[i].wanted), i + 1 < LENGTH_OF(checks));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_every_name_is_of_its_family_alone),
        cmocka_unit_test(test_the_reference_lists_them),
        cmocka_unit_test(test_types_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
