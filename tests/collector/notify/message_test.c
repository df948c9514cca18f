#include "notify/message.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MEMORY = 4 * 1024 * 1024 };

static struct message sample(const json_t *events)
{
    struct message message = {.id = TEXT("abc-17"),
                              .incident = 4,
                              .number = 2,
                              .kind = DELIVERY_UPDATE,
                              .route = TEXT("prod"),
                              .subject = TEXT("orders@prod"),
                              .severity = SEVERITY_CRITICAL,
                              .title = TEXT("orders@prod: \"3\" <differences> opened — ümläut"),
                              .verdict = TEXT("DRIFTED"),
                              .database = TEXT("orders"),
                              .time = INT64_C(1700000000123000),
                              .summary = {4, 3, 2, 1},
                              .line_count = 2,
                              .more = 7,
                              .open = 3,
                              .open_differences = 2,
                              .command = TEXT("driftline drift list orders"),
                              .events = events};

    message.lines[0] =
        (struct message_line){.severity = SEVERITY_CRITICAL, .text = TEXT("a"), .by = TEXT("alice"), .count = 1};
    message.lines[1] = (struct message_line){.severity = SEVERITY_LOW, .text = TEXT("b"), .count = 9};
    return message;
}

static enum error_code round_trip(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer json = {0};
    CLEANUP(arena_free) struct arena arena;
    json_t *events = json_pack("[{s:s}]", "id", "7"), *document = NULL;
    struct message message = sample(events), read = {0};
    enum error_code code;

    (void)context;
    arena_init(&arena, MEMORY);
    code = message_write(&message, &json, error);
    if (code == ERROR_NONE)
        code = message_read(buffer_text(&json), &arena, &read, &document, error);
    json_decref(events);
    if (code != ERROR_NONE)
        return code;
    assert_null(memchr(json.bytes, '\n', json.length));
    assert_true(text_equal(read.id, message.id) && text_equal(read.title, message.title));
    assert_true(text_equal(read.route, message.route) && text_equal(read.subject, message.subject));
    assert_true(text_equal(read.verdict, message.verdict) && text_equal(read.database, message.database));
    assert_true(text_equal(read.command, message.command));
    assert_true(read.environment.length == 0 && read.link.length == 0);
    assert_true(read.incident == 4 && read.number == 2 && read.kind == DELIVERY_UPDATE);
    assert_true(read.severity == SEVERITY_CRITICAL && read.time == message.time);
    assert_memory_equal(read.summary, message.summary, sizeof read.summary);
    assert_true(read.more == 7 && read.open == 3 && read.open_differences == 2 && read.line_count == 2);
    assert_true(text_equal(read.lines[0].by, TEXT("alice")) && read.lines[0].count == 1);
    assert_true(text_equal(read.lines[1].text, TEXT("b")) && read.lines[1].by.length == 0);
    assert_true(read.lines[1].severity == SEVERITY_LOW && read.lines[1].count == 9);
    assert_int_equal(json_array_size(read.events), 1);
    json_decref(document);
    return ERROR_NONE;
}

static void test_what_is_written_is_read(void **state)
{
    struct error error = {0};

    (void)state;
    assert_int_equal(round_trip(NULL, &error), ERROR_NONE);
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    assert_true(test_every_allocation(round_trip, NULL) > 5);
}

/* The sample with one member replaced, or taken out (NULL). */
static enum error_code read_with(const char *name, const char *value)
{
    CLEANUP(buffer_clear) struct buffer json = {0};
    CLEANUP(arena_free) struct arena arena;
    struct message message = sample(NULL), read = {0};
    json_t *object, *document = NULL;
    char *text;
    enum error_code code;
    struct error error = {0};

    arena_init(&arena, MEMORY);
    assert_int_equal(message_write(&message, &json, &error), ERROR_NONE);
    object = json_loadb(json.bytes, json.length, 0, NULL);
    assert_non_null(object);
    if (value == NULL)
        json_object_del(object, name);
    else
        json_object_set_new(object, name, json_loads(value, JSON_DECODE_ANY, NULL));
    text = json_dumps(object, 0);
    code = message_read(text_from(text), &arena, &read, &document, &error);
    if (code != ERROR_NONE) {
        assert_non_null(strstr(error.message, "no message"));
        assert_null(document);
    }
    json_decref(document);
    free(text);
    json_decref(object);
    return code;
}

static void test_what_is_no_message_is_found(void **state)
{
    static const struct {
        const char *name, *value;
        enum error_code code;
    } cases[] = {
        {"id", NULL, ERROR_CORRUPT},
        {"id", "7", ERROR_CORRUPT},
        {"incident", "-1", ERROR_CORRUPT},
        {"incident", "9223372036854775807", ERROR_NONE},
        {"number", "4294967296", ERROR_CORRUPT},
        {"number", "1.5", ERROR_CORRUPT},
        {"kind", "\"closed\"", ERROR_CORRUPT},
        {"kind", "[]", ERROR_CORRUPT},
        {"severity", "\"bad\"", ERROR_CORRUPT},
        {"severity", NULL, ERROR_CORRUPT},
        {"time", "\"yesterday\"", ERROR_CORRUPT},
        {"time", NULL, ERROR_CORRUPT},
        {"summary", "[]", ERROR_CORRUPT},
        {"summary", "{\"critical\":1}", ERROR_CORRUPT},
        {"lines", "{}", ERROR_CORRUPT},
        {"lines", "[7]", ERROR_CORRUPT},
        {"lines", "[{\"severity\":\"low\",\"text\":\"x\",\"by\":1,\"count\":1}]", ERROR_CORRUPT},
        {"lines", "[{\"severity\":\"low\",\"text\":\"x\",\"count\":1}]", ERROR_NONE},
        {"lines", "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]", ERROR_CORRUPT},
        {"more", "null", ERROR_CORRUPT},
        {"verdict", NULL, ERROR_NONE},
        {"verdict", "null", ERROR_CORRUPT},
        {"events", NULL, ERROR_CORRUPT},
        {"events", "{}", ERROR_CORRUPT},
        {"unknown", "{}", ERROR_NONE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s: %s\n", cases[i].name, cases[i].value == NULL ? "missing" : cases[i].value);
        assert_int_equal(read_with(cases[i].name, cases[i].value), cases[i].code);
    }
}

/* Whatever it is cut to, and whichever byte is another. */
static void test_damage_is_no_crash(void **state)
{
    CLEANUP(buffer_clear) struct buffer json = {0};
    struct message message = sample(NULL);
    struct error error = {0};

    (void)state;
    assert_int_equal(message_write(&message, &json, &error), ERROR_NONE);
    for (size_t i = 0; i < 2 * json.length; i++) {
        CLEANUP(arena_free) struct arena arena;
        struct message read = {0};
        json_t *document = NULL;
        struct text text = {json.bytes, i < json.length ? i : json.length};
        char kept = json.bytes[i % json.length];
        enum error_code code;

        arena_init(&arena, MEMORY);
        if (i >= json.length)
            json.bytes[i - json.length] = (char)(kept ^ 0x15);
        code = message_read(text, &arena, &read, &document, &error);
        assert_true(code == ERROR_NONE || code == ERROR_CORRUPT);
        assert_true((code == ERROR_NONE) == (document != NULL));
        json_decref(document);
        json.bytes[i % json.length] = kept;
    }
}

static void test_broken_bytes_are_escaped(void **state)
{
    CLEANUP(buffer_clear) struct buffer json = {0};
    CLEANUP(arena_free) struct arena arena;
    struct message message = sample(NULL), read = {0};
    json_t *document = NULL;
    struct error error = {0};

    (void)state;
    arena_init(&arena, MEMORY);
    message.title = TEXT("a\xff z");
    assert_int_equal(message_write(&message, &json, &error), ERROR_NONE);
    assert_int_equal(message_read(buffer_text(&json), &arena, &read, &document, &error), ERROR_NONE);
    assert_true(text_equal(read.title, TEXT("a\\xff z")));
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),     cmocka_unit_test(test_allocations_may_fail),
        cmocka_unit_test(test_what_is_no_message_is_found), cmocka_unit_test(test_damage_is_no_crash),
        cmocka_unit_test(test_broken_bytes_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
