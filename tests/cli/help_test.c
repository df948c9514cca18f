#include "cli/help.h"

#include <string.h>

#include "support/cmocka.h"

enum { TERMINAL_COLUMNS = 80 };

/* A command line cannot be folded. */
static bool may_be_longer(struct text line)
{
    return text_starts_with(line, TEXT("usage: driftline ")) || text_starts_with(line, TEXT("  driftline "));
}

/* All that is written here is text of ours, of characters that are one column wide. */
static size_t columns_of(struct text line)
{
    size_t columns = 0;

    for (size_t i = 0; i < line.length; i++)
        columns += ((unsigned char)line.bytes[i] & 0xc0) != 0x80;
    return columns;
}

static void check_lines(const char *what, struct buffer *help)
{
    const char *line = help->bytes, *end;

    assert_false(help->failed);
    assert_true(help->length > 0);
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        struct text text = {line, (size_t)(end - line)};

        if (columns_of(text) > TERMINAL_COLUMNS && !may_be_longer(text))
            fail_msg("%s: %zu columns: %.*s", what, columns_of(text), TEXT_ARGS(text));
    }
    assert_string_equal(line, ""); /* the last line has an end, too */
    buffer_clear(help);
}

static void test_help_fits_a_terminal(void **state)
{
    struct buffer help;

    (void)state;
    buffer_init(&help);
    help_write_overview(&help);
    check_lines("--help", &help);
    for (const struct command *const *command = command_all; *command != NULL; command++) {
        struct text word = command_first_word(*command);

        help_write_command(&help, *command);
        check_lines((*command)->name, &help);
        if (command_second_word(*command).length == 0)
            continue;
        help_write_group(&help, word);
        check_lines("a group", &help);
    }
}

static void test_members_of_a_group_are_listed(void **state)
{
    struct buffer help;

    (void)state;
    buffer_init(&help);
    help_write_members(&help, TEXT("targets"), " and ");
    assert_string_equal(help.bytes, "list and forget");
    buffer_clear(&help);
    help_write_group(&help, TEXT("drift"));
    assert_non_null(strstr(help.bytes, "  drift list [DATABASE]            list how environments differ, and why\n"));
    assert_null(strstr(help.bytes, "targets"));
    buffer_clear(&help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_help_fits_a_terminal),
        cmocka_unit_test(test_members_of_a_group_are_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
