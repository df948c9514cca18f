#include "codegen/words.h"

#include "base/compiler.h"
#include "codegen/letters.h"
#include "support/cmocka.h"

static void check(const char *name, enum word_style style, bool unicode, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    words_write(&output, text_from(name), style, unicode);
    if (output.length == 0)
        buffer_add_string(&output, "");
    assert_string_equal(output.length == 0 ? "" : output.bytes, expected);
}

static void test_words_are_found_and_put_together(void **state)
{
    static const struct {
        const char *name, *pascal, *camel, *snake, *upper;
    } cases[] = {
        {"organization_type", "OrganizationType", "organizationType", "organization_type", "ORGANIZATION_TYPE"},
        {"OrganizationType", "OrganizationType", "organizationType", "organization_type", "ORGANIZATION_TYPE"},
        {"ORGANIZATION_TYPE", "OrganizationType", "organizationType", "organization_type", "ORGANIZATION_TYPE"},
        {"HTTPServer2Url", "HttpServer2Url", "httpServer2Url", "http_server2_url", "HTTP_SERVER2_URL"},
        {"orderID", "OrderId", "orderId", "order_id", "ORDER_ID"},
        {"__a--b c.d\"e", "ABCDE", "aBCDE", "a_b_c_d_e", "A_B_C_D_E"},
        {"2nd table", "2ndTable", "2ndTable", "2nd_table", "2ND_TABLE"},
        {"größe", "Größe", "größe", "größe", "GRÖßE"},
        {"ДатаЗаказа", "ДатаЗаказа", "датаЗаказа", "дата_заказа", "ДАТА_ЗАКАЗА"},
        {"表_名前", "表名前", "表名前", "表_名前", "表_名前"},
        {"a\xff\xfe"
         "b",
         "AB", "aB", "a_b", "A_B"},
        {"x\xe2\x80\xae"
         "y",
         "XY", "xY", "x_y", "X_Y"},
        {"", "", "", "", ""},
        {"🎉-_", "", "", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        check(cases[i].name, WORDS_PASCAL, true, cases[i].pascal);
        check(cases[i].name, WORDS_CAMEL, true, cases[i].camel);
        check(cases[i].name, WORDS_SNAKE, true, cases[i].snake);
        check(cases[i].name, WORDS_UPPER, true, cases[i].upper);
    }
}

static void test_what_no_identifier_has_is_left_out(void **state)
{
    (void)state;
    check("Order_id", WORDS_AS_THEY_ARE, true, "Order_id");
    check("_private__", WORDS_AS_THEY_ARE, true, "_private__");
    check("a b.c", WORDS_AS_THEY_ARE, true, "a_b_c");
    check("  a ", WORDS_AS_THEY_ARE, true, "a");
    check("größe", WORDS_AS_THEY_ARE, true, "größe");
    check("größe", WORDS_AS_THEY_ARE, false, "grosse");
    check("Æon Łódź", WORDS_SNAKE, false, "aeon_lodz");
    check("表x", WORDS_PASCAL, false, "X");
    check("__", WORDS_AS_THEY_ARE, true, "");
}

static void test_only_the_first_characters_count(void **state)
{
    CLEANUP(buffer_clear) struct buffer output, name;

    (void)state;
    buffer_init(&output);
    buffer_init(&name);
    for (unsigned i = 0; i < 100000; i++)
        buffer_add_string(&name, "ß");
    words_write(&output, buffer_text(&name), WORDS_SNAKE, false);
    assert_int_equal(output.length, 2 * WORDS_LIMIT);
    buffer_reset(&output);
    words_write(&output, buffer_text(&name), WORDS_AS_THEY_ARE, true);
    assert_int_equal(output.length, 2 * WORDS_LIMIT);
}

static void test_the_last_word_becomes_singular(void **state)
{
    static const char *const pairs[][2] = {
        {"organizations", "organization"},
        {"order_items", "order_item"},
        {"categories", "category"},
        {"statuses", "status"},
        {"status", "status"},
        {"addresses", "address"},
        {"address", "address"},
        {"boxes", "box"},
        {"branches", "branch"},
        {"people", "person"},
        {"sales_people", "sales_person"},
        {"Analyses", "Analysis"},
        {"houses", "house"},
        {"cases", "case"},
        {"databases", "database"},
        {"series", "series"},
        {"news", "news"},
        {"data", "data"},
        {"OrderItems", "OrderItem"},
        {"CATEGORIES", "CATEGORY"},
        {"t2", "t2"},
        {"s", "s"},
        {"is", "is"},
        {"has", "has"},
        {"movies", "movie"},
        {"OrderStatuses", "OrderStatus"},
        {"bonus", "bonus"},
        {"", ""},
        {"größen", "größen"},
        {"viruses", "virus"},
        {"indices", "index"},
        {"user_aliases", "user_alias"},
        {"men_", "men_"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
        CLEANUP(buffer_clear) struct buffer output;

        buffer_init(&output);
        words_write_singular(&output, text_from(pairs[i][0]));
        assert_string_equal(output.length == 0 ? "" : output.bytes, pairs[i][1]);
    }
}

static void test_letters_have_one_other_case(void **state)
{
    (void)state;
    for (uint32_t character = 0; character < 0x11000; character++) {
        if (letter_sort(character) == LETTER_LARGE)
            assert_int_equal(letter_large(letter_small(character)), character);
        if (letter_sort(character) == LETTER_NONE || letter_sort(character) == LETTER_DIGIT)
            assert_int_equal(letter_small(character), character);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_found_and_put_together),
        cmocka_unit_test(test_what_no_identifier_has_is_left_out),
        cmocka_unit_test(test_only_the_first_characters_count),
        cmocka_unit_test(test_the_last_word_becomes_singular),
        cmocka_unit_test(test_letters_have_one_other_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
