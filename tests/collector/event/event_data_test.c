#include "event/event_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/cmocka.h"

static const char sample[] =
    "{\"a\": [1, \"two\", {\"three\": null}], \"b\": \"\\u00e4 text that is longer than a few\"}";

/* The first allocations only: where jansson's buffers cannot grow it stops the program, or does not notice. */
static void test_memory_that_runs_out_is_no_fault_of_the_text(void **state)
{
    (void)state;
    json_set_alloc_funcs(mem_alloc, mem_free);
    for (unsigned nth = 1; nth <= 3; nth++) {
        struct error error = {0};
        json_t *value = NULL;

        mem_fail_at(nth);
        assert_int_equal(event_data_read(text_from(sample), "reading a sample", &value, &error), ERROR_MEMORY);
        mem_fail_at(0);
        assert_null(value);
        assert_int_equal(event_data_read(text_from(sample), "reading a sample", &value, &error), ERROR_NONE);
        assert_int_equal(json_object_size(value), 2);
        json_decref(value);
    }
    json_set_alloc_funcs(malloc, free);
}

static void test_what_is_no_json(void **state)
{
    static const char *const texts[] = {"", "{", "{\"a\":1,\"a\":2}", "\xff", "nothing"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        struct error error = {0};
        json_t *value = NULL;

        assert_int_equal(event_data_read(text_from(texts[i]), "reading", &value, &error), ERROR_CORRUPT);
        assert_null(value);
        assert_ptr_equal(strstr(error.message, "reading: it is no JSON: "), error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_that_runs_out_is_no_fault_of_the_text),
        cmocka_unit_test(test_what_is_no_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
