#include "notify/sinks/mime.h"

#include <stdio.h>

#include "support/cmocka.h"

static void check_header(const char *text, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer output = {0};

    mime_text_header(&output, "Subject", text_from(text));
    assert_string_equal(output.bytes, expected);
}

static void test_headers(void **state)
{
    (void)state;
    check_header("", "Subject: \r\n");
    check_header("orders@prod: 3 differences", "Subject: orders@prod: 3 differences\r\n");
    check_header("a title of more words than one line of seventy-six columns has room for, so it goes on",
                 "Subject: a title of more words than one line of seventy-six columns has room\r\n"
                 " for, so it goes on\r\n");
    /* what looks encoded, and what is not ASCII, is encoded */
    check_header("=?utf-8?q?x?=", "Subject: =?UTF-8?B?PT91dGYtOD9xP3g/PQ==?=\r\n");
    check_header("größer", "Subject: =?UTF-8?B?Z3LDtsOfZXI=?=\r\n");
    check_header("\r\nBcc: x@example.com", "Subject: =?UTF-8?B?DQpCY2M6IHhAZXhhbXBsZS5jb20=?=\r\n");
    /* no character is cut in two */
    check_header("ääääääääääääääääääääää", "Subject: =?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOk?=\r\n"
                                           " =?UTF-8?B?w6TDpMOkw6Q=?=\r\n");
}

static void test_addresses(void **state)
{
    const struct text addresses[] = {TEXT("a@example.com"), TEXT("b@example.com")};
    CLEANUP(buffer_clear) struct buffer output = {0};

    (void)state;
    mime_address_header(&output, "To", addresses, 2);
    assert_string_equal(output.bytes, "To: a@example.com,\r\n b@example.com\r\n");
}

static void test_dates(void **state)
{
    static const struct {
        int64_t moment;
        const char *header;
    } cases[] = {{0, "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"},
                 {INT64_C(1795255200999999), "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"},
                 {INT64_C(1709251199000000), "Date: Thu, 29 Feb 2024 23:59:59 +0000\r\n"}};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output = {0};

        mime_date_header(&output, cases[i].moment);
        assert_string_equal(output.bytes, cases[i].header);
    }
}

static void check_quoted(const char *text, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer output = {0};

    mime_quoted_printable(&output, text_from(text));
    assert_string_equal(output.length == 0 ? "" : output.bytes, expected);
}

static void test_quoted_printable(void **state)
{
    static const char seventy[] = "0123456789012345678901234567890123456789012345678901234567890123456789";
    char text[100], expected[100];

    (void)state;
    check_quoted("", "");
    check_quoted("a = b\n", "a =3D b\r\n");
    check_quoted("ends in a blank \n\ttab\r", "ends in a blank=20\r\n=09tab=0D");
    check_quoted("ä", "=C3=A4");
    check_quoted("--=_driftline--", "--=3D_driftline--");
    /* 76 columns are a line; a soft break takes one of them */
    snprintf(text, sizeof text, "%s123456\n", seventy);
    snprintf(expected, sizeof expected, "%s123456\r\n", seventy);
    check_quoted(text, expected);
    snprintf(text, sizeof text, "%s1234567\n", seventy);
    snprintf(expected, sizeof expected, "%s12345=\r\n67\r\n", seventy);
    check_quoted(text, expected);
    snprintf(text, sizeof text, "%s1234=5\n", seventy);
    snprintf(expected, sizeof expected, "%s1234=\r\n=3D5\r\n", seventy);
    check_quoted(text, expected);
}

static void test_what_an_address_is(void **state)
{
    static const char *const good[] = {"a@b", "dba@example.com", "first.last+tag@mail.example-1.com",
                                       "o'neill@example.com"};
    static const char *const bad[] = {"",
                                      "@",
                                      "a@",
                                      "@example.com",
                                      "a b@example.com",
                                      "a@example.com\r\nBcc: b@example.com",
                                      "a@b@example.com",
                                      "<a@example.com>",
                                      "A <a@example.com>",
                                      "a,b@example.com",
                                      "\"a\"@example.com",
                                      "-a@example.com",
                                      ".a@example.com",
                                      "a.@example.com",
                                      "a@-example.com",
                                      "a@.example.com",
                                      "a@example.com.",
                                      "a@exämple.com",
                                      "ä@example.com",
                                      "a@example.com>"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(good); i++)
        if (!mime_is_address(text_from(good[i])))
            fail_msg("'%s' is one", good[i]);
    for (size_t i = 0; i < LENGTH_OF(bad); i++)
        if (mime_is_address(text_from(bad[i])))
            fail_msg("'%s' is none", bad[i]);
    assert_false(mime_is_address((struct text){"a\0@b", 4}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_quoted_printable),
        cmocka_unit_test(test_what_an_address_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
