/* What is written is what Jansson itself writes without blanks. */
#include "feed/json.h"

#include <stdlib.h>
#include <string.h>

#include "feed/answer.h"
#include "support/cmocka.h"

static const char *const documents[] = {
    "{}",
    "[]",
    "{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":[]}}",
    "[-9223372036854775807,9223372036854775807,0]",
    "[\"\",\"plain\",\"\\\"quoted\\\" \\\\ back\",\"line\\u000abreak\\u0001\",\"ä€😀\",\"/\"]",
    "{\"key \\\"with\\\" \\u001f\":\"x\"}",
    "[[[[[[[[1]]]]]]]]",
};

static void test_values_are_written_as_by_jansson(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(documents); i++) {
        CLEANUP(buffer_clear) struct buffer written = {0};
        json_t *value = json_loads(documents[i], 0, NULL), *again;

        print_message("  %s\n", documents[i]);
        assert_non_null(value);
        json_write(&written, value);
        assert_false(written.failed);
        assert_null(strpbrk(written.bytes, "\n\t"));
        again = json_loads(written.bytes, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(again);
        assert_true(json_equal(value, again));
        json_decref(again);
        json_decref(value);
    }
}

static void test_every_character_survives(void **state)
{
    CLEANUP(buffer_clear) struct buffer written = {0};
    char all[127];
    json_t *value, *again;

    (void)state;
    for (int c = 1; c <= 127; c++)
        all[c - 1] = (char)c;
    value = json_pack("[s%]", all, sizeof all);
    json_write(&written, value);
    again = json_loads(written.bytes, 0, NULL);
    assert_true(json_equal(value, again));
    json_decref(again);
    json_decref(value);
}

static void test_long_lists_are_written_item_by_item(void **state)
{
    for (int items = 0; items < 3; items++)
        for (int before = 0; before < 2; before++) {
            CLEANUP(answer_clear) struct answer answer;
            struct json_builder builder = {0};
            struct error error = {0};
            json_t *document = json_builder_object(&builder), *whole;

            answer_init(&answer);
            if (before)
                json_builder_set(&builder, document, "at", json_builder_number(&builder, 7));
            answer_begin_list(&answer, &builder, document, "list");
            for (int i = 0; i < items; i++)
                answer_add_item(&answer, &builder, json_builder_number(&builder, i));
            assert_int_equal(answer_end_list(&answer, &builder, &error), ERROR_NONE);
            whole = json_loads(answer.body.bytes, 0, NULL);
            assert_non_null(whole);
            assert_int_equal(json_object_size(whole), 1 + before);
            assert_int_equal(json_array_size(json_object_get(whole, "list")), items);
            json_decref(whole);
        }
    (void)state;
}

static void test_times_and_texts(void **state)
{
    struct json_builder builder = {0};
    json_t *never = json_time(&builder, 0), *time = json_time(&builder, INT64_C(1793491200) * 1000000 + 5000);
    json_t *nothing = json_text_or_null(&builder, TEXT("")), *odd = json_text_or_null(&builder, TEXT("a\xff"));

    (void)state;
    assert_true(json_is_null(never) && json_is_null(nothing));
    assert_string_equal(json_string_value(time), "2026-11-01T00:00:00.005Z");
    assert_string_equal(json_string_value(odd), "a\\xff");
    json_decref(time);
    json_decref(odd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_written_as_by_jansson),
        cmocka_unit_test(test_every_character_survives),
        cmocka_unit_test(test_long_lists_are_written_item_by_item),
        cmocka_unit_test(test_times_and_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
