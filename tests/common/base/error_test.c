#include "base/error.h"

#include <string.h>

#include "base/text.h"
#include "support/cmocka.h"

static void test_every_code_has_facts_of_its_own(void **state)
{
    (void)state;
    for (unsigned code = ERROR_NONE; code < ERROR_CODE_COUNT; code++) {
        int status = error_exit_status((enum error_code)code);

        assert_true(strlen(error_name((enum error_code)code)) > 0);
        assert_true(strlen(error_meaning((enum error_code)code)) > 0);
        assert_true(strlen(error_remedy((enum error_code)code)) > 0);
        assert_true(code == ERROR_NONE ? status == 0 : status == 2 || status == 3 || status == 4 || status == 70);
        for (unsigned other = 0; other < code; other++)
            assert_string_not_equal(error_name((enum error_code)code), error_name((enum error_code)other));
    }
}

/* Scripts rely on these. */
static void test_exit_statuses_are_those_of_the_reference(void **state)
{
    static const struct {
        enum error_code code;
        int status;
    } cases[] = {
        {ERROR_USAGE, 2},     {ERROR_CONFIG, 2},  {ERROR_CONNECT, 3},  {ERROR_REFUSED, 4},
        {ERROR_NOT_FOUND, 3}, {ERROR_TIMEOUT, 3}, {ERROR_CORRUPT, 3},  {ERROR_LIMIT, 3},
        {ERROR_INTERNAL, 70}, {ERROR_MEMORY, 70}, {ERROR_UNSTABLE, 3},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_int_equal(error_exit_status(cases[i].code), cases[i].status);
}

static void test_an_unknown_code_is_a_fault_of_ours(void **state)
{
    (void)state;
    assert_string_equal(error_name((enum error_code)ERROR_CODE_COUNT), "internal");
    assert_int_equal(error_exit_status((enum error_code)12345), 70);
}

static void test_context_goes_in_front_and_keeps_code_and_hint(void **state)
{
    struct error error = {0};

    (void)state;
    assert_int_equal(error_set(&error, ERROR_CONNECT, "no route to '%s'", "db1"), ERROR_CONNECT);
    assert_int_equal(error_hint(&error, "try %d", 2), ERROR_CONNECT);
    assert_int_equal(error_context(&error, "reading '%s'", "orders"), ERROR_CONNECT);
    assert_int_equal(error_context(&error, "comparing"), ERROR_CONNECT);
    assert_string_equal(error.message, "comparing: reading 'orders': no route to 'db1'");
    assert_string_equal(error.hint, "try 2");
    assert_int_equal(error_set(&error, ERROR_USAGE, "something else"), ERROR_USAGE);
    assert_string_equal(error.hint, "");
    assert_int_equal(error_memory(&error, "counting"), ERROR_MEMORY);
    assert_string_equal(error.message, "out of memory while counting");
}

static void test_foreign_bytes_cannot_forge_lines(void **state)
{
    static const struct {
        const char *given, *kept;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"a\nlevel=error event=forged", "a level=error event=forged"},
        {"a\r\nb", "a  b"},
        {"the server says\n", "the server says"},
        {"blanks at the end \n \r\n", "blanks at the end"},
        {"\033[31mred\007", " [31mred "},
        {"a\tb\177c", "a b c"},
        {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
        {"C1 \xc2\x9b"
         "31m",
         "C1   31m"},
        {"no-break\xc2\xa0space", "no-break\xc2\xa0space"},
        {"latin \xfc", "latin ?"},
        {"raw C1 \x9b"
         "31m",
         "raw C1 ?31m"},
        {"cut \xe2\x82", "cut ??"},
    };
    struct error error;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        error_set(&error, ERROR_QUERY, "%s", cases[i].given);
        assert_string_equal(error.message, cases[i].kept);
        error_hint(&error, "%s", cases[i].given);
        assert_string_equal(error.hint, cases[i].kept);
        error_context(&error, "%s", cases[i].given);
        assert_null(strpbrk(error.message, "\n\r\t\033"));
        assert_true(text_is_utf8(text_from(error.message)));
    }
}

/* Whatever the place of the cut within a character, what is left is whole. */
static void test_a_long_message_is_cut_between_characters(void **state)
{
    char name[2000];
    struct error error;

    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(name, 'x', sizeof name);
        for (size_t i = shift; i + 4 < sizeof name; i += 4)
            memcpy(name + i, "\xf0\x9f\x98\x80", 4);
        name[sizeof name - 1] = '\0';
        error_set(&error, ERROR_QUERY, "%s", name);
        assert_true(text_is_utf8(text_from(error.message)));
        assert_null(strchr(error.message, '?'));
        assert_true(strlen(error.message) >= sizeof error.message - 5);
        error_hint(&error, "%s", name);
        assert_true(text_is_utf8(text_from(error.hint)));
        assert_true(strlen(error.hint) >= sizeof error.hint - 5);
    }
}

static void test_context_that_leaves_no_room_cuts_the_end(void **state)
{
    char name[600];
    struct error error;

    (void)state;
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    error_set(&error, ERROR_IO, "the reason");
    error_context(&error, "%s", name);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    error_set(&error, ERROR_IO, "%.500s", name);
    error_context(&error, "writing");
    assert_int_equal(strncmp(error.message, "writing: nnn", 12), 0);
    assert_int_equal(strlen(error.message), strlen("writing: ") + 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_has_facts_of_its_own),
        cmocka_unit_test(test_exit_statuses_are_those_of_the_reference),
        cmocka_unit_test(test_an_unknown_code_is_a_fault_of_ours),
        cmocka_unit_test(test_context_goes_in_front_and_keeps_code_and_hint),
        cmocka_unit_test(test_foreign_bytes_cannot_forge_lines),
        cmocka_unit_test(test_a_long_message_is_cut_between_characters),
        cmocka_unit_test(test_context_that_leaves_no_room_cuts_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
