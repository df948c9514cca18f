#include "cli/json.h"

#include <string.h>

#include "support/cmocka.h"

static const struct {
    const char *text;
    const char *json;
} cases[] = {
    {"", "\"\"\n"},
    {"shop.\"a\"\n", "\"shop.\\\"a\\\"\\n\"\n"},
    {"a\xff"
     "b\xc3",
     "\"a\xef\xbf\xbd"
     "b\xef\xbf\xbd\"\n"},
    {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"\n"},
    {"\xf0\x9f\x90\x98\xf0\x9f", "\"\xf0\x9f\x90\x98\xef\xbf\xbd\xef\xbf\xbd\"\n"},
};

static enum error_code write_value(struct buffer *buffer, json_t *value, struct error *error)
{
    json_t *list = json_array();

    if (json_array_append_new(list, value) != 0) {
        json_decref(list);
        list = NULL;
    }
    return json_write(buffer, list, error);
}

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer buffer;
        struct error error = {0};
        struct text inside;

        buffer_init(&buffer);
        assert_int_equal(write_value(&buffer, json_text(text_from(cases[i].text)), &error), ERROR_NONE);
        inside = (struct text){buffer.bytes + strlen("[\n  "), buffer.length - strlen("[\n  ") - strlen("]\n")};
        assert_true(text_equal(inside, text_from(cases[i].json)));
    }
}

static void test_what_is_missing_is_memory(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;
    struct error error = {0};

    (void)state;
    buffer_init(&buffer);
    assert_false(json_add(NULL, "a", json_true()));
    assert_int_equal(json_write(&buffer, NULL, &error), ERROR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_what_is_missing_is_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
