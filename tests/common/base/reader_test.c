#include "base/reader.h"

#include <string.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "support/cmocka.h"

static void test_numbers_have_one_form(void **state)
{
    static const struct {
        const char *name;
        struct text bytes;
        bool valid;
        uint64_t number;
    } cases[] = {
        {"zero", TEXT_INIT("\x00"), true, 0},
        {"one byte", TEXT_INIT("\x7f"), true, 127},
        {"two bytes", TEXT_INIT("\x80\x01"), true, 128},
        {"three bytes", TEXT_INIT("\x80\x80\x01"), true, 16384},
        {"the largest", TEXT_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), true, UINT64_MAX},
        {"nothing", {NULL, 0}, false, 0},
        {"cut after one byte", TEXT_INIT("\x80"), false, 0},
        {"cut after nine bytes", TEXT_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff"), false, 0},
        {"zero in two bytes", TEXT_INIT("\x80\x00"), false, 0},
        {"one in two bytes", TEXT_INIT("\x81\x00"), false, 0},
        {"zero in ten bytes", TEXT_INIT("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"), false, 0},
        {"65 bits", TEXT_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), false, 0},
        {"70 bits", TEXT_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), false, 0},
        {"eleven bytes", TEXT_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x01"), false, 0},
        {"without end", TEXT_INIT("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"), false, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct reader reader;
        uint64_t number;

        reader_init(&reader, cases[i].bytes);
        number = reader_varint(&reader);
        if (number != cases[i].number || reader_failed(&reader) == cases[i].valid ||
            reader_finished(&reader) != cases[i].valid)
            fail_msg("%s", cases[i].name);
    }
}

static void test_what_is_written_is_read(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;
    struct reader reader;

    (void)state;
    buffer_init(&buffer);
    for (unsigned shift = 0; shift < 64; shift++)
        for (int around = -1; around <= 1; around++)
            buffer_add_varint(&buffer, (UINT64_C(1) << shift) + (uint64_t)around);
    reader_init(&reader, buffer_text(&buffer));
    for (unsigned shift = 0; shift < 64; shift++)
        for (int around = -1; around <= 1; around++)
            assert_true(reader_varint(&reader) == (UINT64_C(1) << shift) + (uint64_t)around);
    assert_true(reader_finished(&reader));
}

static void test_texts_are_in_place_and_within(void **state)
{
    static const char bytes[] = "\x03"
                                "abc"
                                "\x00"
                                "\x02"
                                "de";
    struct reader reader;
    struct text text;

    (void)state;
    reader_init(&reader, (struct text){bytes, sizeof bytes - 1});
    text = reader_text(&reader);
    assert_ptr_equal(text.bytes, bytes + 1);
    assert_int_equal(text.length, 3);
    assert_int_equal(reader_text(&reader).length, 0);
    assert_false(reader_finished(&reader));
    assert_true(text_equal(reader_text(&reader), TEXT("de")));
    assert_true(reader_finished(&reader));
}

static void test_forged_lengths_and_counts_fail(void **state)
{
    static const struct {
        const char *name;
        struct text bytes;
    } texts[] = {
        {"longer than what is left by one", TEXT_INIT("\x04"
                                                      "abc")},
        {"longer than all memory", TEXT_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
                                             "abc")},
        {"as long as the sign of a pointer", TEXT_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
                                                       "abc")},
        {"no length", {NULL, 0}},
    };
    struct reader reader;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        reader_init(&reader, texts[i].bytes);
        if (reader_text(&reader).length != 0 || !reader_failed(&reader))
            fail_msg("%s", texts[i].name);
    }
    reader_init(&reader, TEXT("\x03"
                              "aabbcc"));
    assert_int_equal(reader_count(&reader, 2), 3);
    reader_init(&reader, TEXT("\x04"
                              "aabbcc"));
    assert_int_equal(reader_count(&reader, 2), 0);
    assert_true(reader_failed(&reader));
    reader_init(&reader, TEXT("\xff\xff\xff\xff\x0f"));
    assert_int_equal(reader_count(&reader, 0), 0);
    assert_true(reader_failed(&reader));
    reader_init(&reader, TEXT("\x80\x80\x80\x80\x10")); /* 2^32: zero if it were cut to 32 bits */
    assert_int_equal(reader_count(&reader, 1), 0);
    assert_true(reader_failed(&reader));
}

static void test_a_number_may_have_a_limit(void **state)
{
    struct reader reader;

    (void)state;
    reader_init(&reader, TEXT("\x10\x10"));
    assert_int_equal(reader_varint_up_to(&reader, 16), 16);
    assert_false(reader_failed(&reader));
    assert_int_equal(reader_varint_up_to(&reader, 15), 0);
    assert_true(reader_failed(&reader));
}

static void test_failure_stays(void **state)
{
    struct reader reader;

    (void)state;
    reader_init(&reader, TEXT("ab"));
    assert_int_equal(reader_bytes(&reader, 3).length, 0);
    assert_int_equal(reader_left(&reader), 0);
    assert_int_equal(reader_byte(&reader), 0);
    assert_int_equal(reader_bytes(&reader, 1).length, 0);
    assert_non_null(reader_bytes(&reader, 0).bytes);
    assert_int_equal(reader_varint(&reader), 0);
    assert_int_equal(reader_text(&reader).length, 0);
    assert_int_equal(reader_count(&reader, 1), 0);
    assert_true(reader_failed(&reader));
    assert_false(reader_finished(&reader));
}

static void test_no_bytes_are_already_finished(void **state)
{
    struct reader reader;

    (void)state;
    reader_init(&reader, (struct text){NULL, 0});
    assert_true(reader_finished(&reader));
    assert_int_equal(reader_bytes(&reader, 0).length, 0);
    assert_true(reader_finished(&reader));
    assert_int_equal(reader_byte(&reader), 0);
    assert_true(reader_failed(&reader));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_have_one_form),         cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_texts_are_in_place_and_within), cmocka_unit_test(test_forged_lengths_and_counts_fail),
        cmocka_unit_test(test_a_number_may_have_a_limit),     cmocka_unit_test(test_failure_stays),
        cmocka_unit_test(test_no_bytes_are_already_finished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
