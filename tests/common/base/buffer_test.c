#include "base/buffer.h"

#include <string.h>

#include "base/memory.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static void test_additions_follow_each_other(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;
    struct error error = {0};

    (void)state;
    buffer_init(&buffer);
    assert_true(text_equal(buffer_text(&buffer), TEXT("")));
    assert_non_null(buffer_text(&buffer).bytes);
    buffer_add(&buffer, "a\0b", 3);
    buffer_add(&buffer, NULL, 0);
    buffer_add_byte(&buffer, 0xff);
    buffer_add_text(&buffer, TEXT("text"));
    buffer_add_text(&buffer, (struct text){NULL, 0});
    buffer_add_string(&buffer, "string");
    buffer_printf(&buffer, "%s=%d", "n", 42);
    buffer_printf(&buffer, "%s", "");
    assert_true(text_equal(buffer_text(&buffer), TEXT("a\0b\xfftextstringn=42")));
    assert_int_equal(buffer.bytes[buffer.length], '\0');
    assert_int_equal(buffer_check(&buffer, &error, "testing"), ERROR_NONE);
    buffer_reset(&buffer);
    assert_int_equal(buffer.length, 0);
    buffer_add_string(&buffer, "anew");
    assert_string_equal(buffer.bytes, "anew");
}

static void test_growth_keeps_the_bytes(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    for (unsigned i = 0; i < 100000; i++)
        buffer_add_byte(&buffer, (uint8_t)(i * 7));
    assert_int_equal(buffer.length, 100000);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal((uint8_t)buffer.bytes[i], (uint8_t)(i * 7));
    buffer_printf(&buffer, "%300000s", "wide");
    assert_int_equal(buffer.length, 400000);
    assert_memory_equal(buffer.bytes + 400000 - 5, " wide", 6);
}

static void test_numbers_take_their_shortest_form(void **state)
{
    static const struct {
        uint64_t number;
        struct text bytes;
    } cases[] = {
        {0, TEXT_INIT("\x00")},
        {1, TEXT_INIT("\x01")},
        {127, TEXT_INIT("\x7f")},
        {128, TEXT_INIT("\x80\x01")},
        {300, TEXT_INIT("\xac\x02")},
        {16383, TEXT_INIT("\xff\x7f")},
        {16384, TEXT_INIT("\x80\x80\x01")},
        {UINT32_MAX, TEXT_INIT("\xff\xff\xff\xff\x0f")},
        {UINT64_C(1) << 63, TEXT_INIT("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")},
        {UINT64_MAX, TEXT_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")},
    };
    CLEANUP(buffer_clear) struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        buffer_reset(&buffer);
        buffer_add_varint(&buffer, cases[i].number);
        assert_int_equal(buffer.length, cases[i].bytes.length);
        assert_memory_equal(buffer.bytes, cases[i].bytes.bytes, buffer.length);
    }
}

static void test_what_is_not_plain_is_escaped(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    buffer_add_escaped(&buffer, TEXT("aZ09-_.~ /%\0\n\xff?"), "");
    assert_string_equal(buffer.bytes, "aZ09-_.~%20%2F%25%00%0A%FF%3F");
    buffer_reset(&buffer);
    buffer_add_escaped(&buffer, TEXT("/a b\0/"), "/");
    assert_string_equal(buffer.bytes, "/a%20b%00/");
}

static void test_failure_stays_until_the_end(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;
    struct error error = {0};

    (void)state;
    buffer_init(&buffer);
    buffer_add_string(&buffer, "before");
    mem_fail_at(1);
    buffer_printf(&buffer, "%1000s", "lost");
    buffer_add_string(&buffer, "after");
    assert_string_equal(buffer.bytes, "before");
    buffer_reset(&buffer);
    buffer_add_string(&buffer, "after");
    assert_int_equal(buffer.length, 0);
    assert_int_equal(buffer_check(&buffer, &error, "writing a report"), ERROR_MEMORY);
    assert_string_equal(error.message, "out of memory while writing a report");
}

static void test_absurd_lengths_fail(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    buffer_add_string(&buffer, "x");
    buffer_add(&buffer, "x", SIZE_MAX);
    assert_true(buffer.failed);
    assert_string_equal(buffer.bytes, "x");
    buffer_clear(&buffer);
    assert_false(buffer.failed);
    buffer_add(&buffer, "x", SIZE_MAX - 1);
    assert_true(buffer.failed);
    assert_null(buffer.bytes);
}

static enum error_code use_everything(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer buffer;

    (void)context;
    buffer_init(&buffer);
    buffer_add_string(&buffer, "a string");
    buffer_printf(&buffer, "%500d", 1);
    buffer_add_varint(&buffer, 5);
    for (int i = 0; i < 5000; i++)
        buffer_add_text(&buffer, TEXT("text"));
    return buffer_check(&buffer, error, "testing");
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    assert_true(test_every_allocation(use_everything, NULL) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_additions_follow_each_other),
        cmocka_unit_test(test_growth_keeps_the_bytes),
        cmocka_unit_test(test_numbers_take_their_shortest_form),
        cmocka_unit_test(test_what_is_not_plain_is_escaped),
        cmocka_unit_test(test_failure_stays_until_the_end),
        cmocka_unit_test(test_absurd_lengths_fail),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
