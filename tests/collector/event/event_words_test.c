#include "event/event_words.h"

#include "support/cmocka.h"

static void expect(struct buffer *is, const char *should)
{
    buffer_add_byte(is, '\0');
    assert_false(is->failed);
    assert_string_equal(is->bytes, should);
    buffer_reset(is);
}

static void test_numbers(void **state)
{
    static const struct {
        uint64_t number;
        const char *words;
    } cases[] = {{0, "0 changes"},
                 {1, "1 change"},
                 {999, "999 changes"},
                 {1000, "1,000 changes"},
                 {10002, "10,002 changes"},
                 {1234567, "1,234,567 changes"},
                 {UINT64_MAX, "18,446,744,073,709,551,615 changes"}};
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        words_count(&buffer, cases[i].number, "change");
        expect(&buffer, cases[i].words);
    }
}

static void test_durations(void **state)
{
    static const struct {
        int64_t seconds;
        const char *words, *after;
    } cases[] = {{-5, "less than a second", "at once"},
                 {0, "less than a second", "at once"},
                 {1, "1 s", "after 1 s"},
                 {119, "119 s", "after 119 s"},
                 {720, "12 min", "after 12 min"},
                 {7199, "119 min", "after 119 min"},
                 {7200, "2 h", "after 2 h"},
                 {86400, "24 h", "after 24 h"},
                 {259200, "3 days", "after 3 days"},
                 {INT64_C(86400) * 1500, "1,500 days", "after 1,500 days"}};
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        words_duration(&buffer, cases[i].seconds);
        expect(&buffer, cases[i].words);
        words_after(&buffer, cases[i].seconds);
        expect(&buffer, cases[i].after);
    }
}

static void test_times(void **state)
{
    static const struct {
        const char *time, *words;
    } cases[] = {{"2026-12-16T11:09:59.999Z", "2026-12-16 11:09 UTC"},
                 {"2026-12-16T11:09Z", "2026-12-16 11:09 UTC"},
                 {"2026-12-16T11:09:00+02:00", "2026-12-16T11:09:00+02:00"},
                 {"2026-12-16", "2026-12-16"},
                 {"soon\n", "soon\\n"},
                 {"", ""}};
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        words_time(&buffer, text_from(cases[i].time));
        expect(&buffer, cases[i].words);
    }
}

static void test_kinds(void **state)
{
    static const struct {
        const char *kind, *one, *many;
    } cases[] = {{"table", "1 table", "2,000 tables"},
                 {"foreign_key", "1 foreign key", "2,000 foreign keys"},
                 {"index", "1 index", "2,000 indexes"},
                 {"policy", "1 policy", "2,000 policies"},
                 {"unique", "1 unique constraint", "2,000 unique constraints"},
                 {"exclusion", "1 exclusion constraint", "2,000 exclusion constraints"},
                 {"not_null", "1 not-null constraint", "2,000 not-null constraints"},
                 {"check", "1 check constraint", "2,000 check constraints"},
                 {"statistics", "1 statistics object", "2,000 statistics objects"},
                 {"of_tomorrow\n", "1 of tomorrow\\n", "2,000 of tomorrow\\n"}};
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        words_kinds(&buffer, 1, text_from(cases[i].kind));
        expect(&buffer, cases[i].one);
        words_kinds(&buffer, 2000, text_from(cases[i].kind));
        expect(&buffer, cases[i].many);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
