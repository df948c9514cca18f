#include "cli/event_stream.h"

#include <stdlib.h>
#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

/* What came, as one text: `id type data|` for each event. */
static enum error_code collect(void *context, const struct received_event *event, struct error *error)
{
    struct buffer *seen = context;

    (void)error;
    buffer_printf(seen, "%lld %.*s %.*s|", (long long)event->id, TEXT_ARGS(event->type), TEXT_ARGS(event->data));
    return ERROR_NONE;
}

static const struct {
    const char *bytes;
    const char *seen;
    int64_t id; /* that is known in the end */
} cases[] = {
    {"", "", -1},
    {"data: a\n\n", "-1 message a|", -1},
    {"id: 7\nevent: drift-opened\ndata: {\"a\":1}\n\n", "7 drift-opened {\"a\":1}|", 7},
    {"data: a\ndata: b\n\n", "-1 message a\nb|", -1},
    {"data:a\ndata:\ndata\n\n", "-1 message a\n\n|", -1},
    {"data:  a\n\n", "-1 message  a|", -1},           /* one blank only */
    {"event: x\n\ndata: a\n\n", "-1 message a|", -1}, /* a type without data is forgotten */
    {"event: x\nevent: y\ndata: a\n\n", "-1 y a|", -1},
    {"retry: 3000\n\n", "", -1},
    {": still here\nid: 9\n\n", "", 9}, /* a place without an event */
    {": a\n:b\ndata: c\n\n", "-1 message c|", -1},
    {"id: 5\ndata: a\n\ndata: b\n\n", "5 message a|5 message b|", 5},
    {"id: x\ndata: a\n\n", "-1 message a|", -1},
    {"id: 1234567890123456789\ndata: a\n\n", "-1 message a|", -1},
    {"id:\ndata: a\n\n", "-1 message a|", -1},
    {"id: 5\ndata: a\n", "", -1}, /* it is not ended: neither is its number known */
    {"data: a\r\ndata: b\r\n\r\n", "-1 message a\nb|", -1},
    {"data: a\r\r", "-1 message a|", -1},
    {"data: a\r\n\n", "-1 message a|", -1},
    {"date: a\ndata: b\nother\n\n", "-1 message b|", -1},
    {"\n\n\ndata: a\n\n", "-1 message a|", -1},
    {"id: 3\ndata: a\n\nid: 4\nda", "3 message a|", 3},
};

/* However the bytes are cut, the same comes of them. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        size_t length = strlen(cases[i].bytes);

        for (size_t step = 1; step <= length + 1; step++) {
            CLEANUP(buffer_clear) struct buffer seen = {0};
            CLEANUP(event_stream_clear) struct event_stream stream;
            struct error error = {0};

            event_stream_init(&stream, -1, collect, &seen);
            for (size_t place = 0; place < length; place += step) {
                struct text part = {cases[i].bytes + place, length - place < step ? length - place : step};

                assert_int_equal(event_stream_feed(&stream, part, &error), ERROR_NONE);
            }
            assert_true(text_equal(buffer_text(&seen), text_from(cases[i].seen)));
            assert_int_equal(stream.id, cases[i].id);
            assert_int_equal(stream.heard, length > 0);
        }
    }
}

static enum error_code refuse(void *context, const struct received_event *event, struct error *error)
{
    (void)context, (void)event;
    return error_set(error, ERROR_PROTOCOL, "not this one");
}

static void test_who_takes_may_refuse(void **state)
{
    CLEANUP(event_stream_clear) struct event_stream stream;
    struct error error = {0};

    (void)state;
    event_stream_init(&stream, 3, refuse, NULL);
    assert_int_equal(event_stream_feed(&stream, TEXT("data: a\n\ndata: b\n\n"), &error), ERROR_PROTOCOL);
    assert_string_equal(error.message, "not this one");
    assert_int_equal(stream.id, 3);
}

/* Neither one line nor many of them take all memory. */
static void test_events_have_a_limit(void **state)
{
    static const char line[] = "data: 0123456789012345678901234567890123456789012345678901234567890123456789\n";
    CLEANUP(buffer_clear) struct buffer seen = {0}, large = {0};
    struct event_stream stream;
    struct error error = {0};
    enum error_code code = ERROR_NONE;

    (void)state;
    event_stream_init(&stream, -1, collect, &seen);
    while (code == ERROR_NONE)
        code = event_stream_feed(&stream, text_from(line), &error);
    assert_int_equal(code, ERROR_LIMIT);
    event_stream_clear(&stream);
    event_stream_init(&stream, -1, collect, &seen);
    for (size_t i = 0; i < EVENT_STREAM_LIMIT / 64 + 1; i++)
        buffer_add(&large, line + 6, 64);
    assert_int_equal(event_stream_feed(&stream, buffer_text(&large), &error), ERROR_LIMIT);
    event_stream_clear(&stream);
    assert_int_equal(seen.length, 0);
}

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer seen = {0};
    CLEANUP(event_stream_clear) struct event_stream stream;

    (void)context;
    event_stream_init(&stream, -1, collect, &seen);
    if (event_stream_feed(&stream, TEXT("id: 1\nevent: drift-opened\ndata: {\"a\":1}\n\n"), error) != ERROR_NONE)
        return error->code;
    return buffer_check(&seen, error, "collecting");
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_who_takes_may_refuse),
        cmocka_unit_test(test_events_have_a_limit),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
