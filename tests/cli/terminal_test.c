#include "cli/terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "support/cmocka.h"

static const struct {
    const char *text;
    const char *shown;
} cases[] = {
    {"shop.orders", "shop.orders"},
    {"", ""},
    {"b\xc3\xbc"
     "cher \xe6\x97\xa5 \xf0\x9f\x90\x98",
     "b\xc3\xbc"
     "cher \xe6\x97\xa5 \xf0\x9f\x90\x98"},
    {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
    {"\033[2J\x7f\a", "\\x1b[2J\\x7f\\x07"},
    {"\xc2\x9b"
     "31m",
     "\\u009b31m"},
    {"abc\xe2\x80\xae"
     "def\xe2\x81\xa6\xef\xbb\xbf\xe2\x80\x8b",
     "abc\\u202edef\\u2066\\ufeff\\u200b"},
    {"\xff\xc3(", "\\xff\\xc3("},
    {"\xf0\x9f", "\\xf0\\x9f"},
};

static void test_nothing_harms_the_terminal(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct buffer buffer;
        size_t columns = 0;

        buffer_init(&buffer);
        terminal_write(&buffer, text_from(cases[i].text));
        assert_true(text_equal(buffer_text(&buffer), text_from(cases[i].shown)));
        for (const char *c = cases[i].shown; *c != '\0'; c++)
            columns += ((unsigned char)*c & 0xc0) != 0x80;
        assert_int_equal(terminal_columns(text_from(cases[i].text)), columns);
        buffer_clear(&buffer);
    }
}

static void test_padding_and_lines(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    terminal_write_padded(&buffer, TEXT("\xc3\xbc"), 3);
    buffer_add_byte(&buffer, '|');
    terminal_write_padded(&buffer, TEXT("long"), 3);
    buffer_add_byte(&buffer, '|');
    assert_string_equal(buffer.bytes, "\xc3\xbc  |long  |");
    buffer_reset(&buffer);
    terminal_write_lines(&buffer, TEXT("SELECT\r\n\n\ta\033"), 2);
    assert_string_equal(buffer.bytes, "  SELECT\n\n      a\\x1b\n");
    buffer_clear(&buffer);
}

/* A terminal of our own: what the tests run in may or may not be one. */
static int open_terminal(int *ret_master)
{
    struct winsize size = {.ws_row = 24, .ws_col = 91};
    int slave;

    assert_int_equal(openpty(ret_master, &slave, NULL, NULL, &size), 0);
    return slave;
}

static void test_what_a_terminal_can(void **state)
{
    int master;
    int terminal = open_terminal(&master);
    int file = open("/dev/null", O_WRONLY | O_CLOEXEC);

    (void)state;
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    assert_int_equal(terminal_width(terminal), 91);
    assert_int_equal(terminal_width(file), 0);
    assert_true(terminal_is_interactive(terminal));
    assert_false(terminal_is_interactive(file));
    assert_true(terminal_has_colour(COLOUR_AUTO, terminal));
    assert_false(terminal_has_colour(COLOUR_AUTO, file));
    assert_true(terminal_has_colour(COLOUR_ALWAYS, file));
    assert_false(terminal_has_colour(COLOUR_NEVER, terminal));
    setenv("NO_COLOR", "", 1);
    assert_true(terminal_has_colour(COLOUR_AUTO, terminal));
    setenv("NO_COLOR", "1", 1);
    assert_false(terminal_has_colour(COLOUR_AUTO, terminal));
    assert_true(terminal_has_colour(COLOUR_ALWAYS, terminal));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    assert_false(terminal_has_colour(COLOUR_AUTO, terminal));
    assert_false(terminal_is_interactive(terminal));
    unsetenv("TERM");
    assert_false(terminal_is_interactive(terminal));
    close(file);
    close(terminal);
    close(master);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_harms_the_terminal),
        cmocka_unit_test(test_padding_and_lines),
        cmocka_unit_test(test_what_a_terminal_can),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
