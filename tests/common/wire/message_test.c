#include "wire/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "samples.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

static const ProtobufCMessage *content(const struct wire_message *message)
{
    return &message->pong->base;
}

static struct text encoded(struct buffer *buffer, enum message_type type, const ProtobufCMessage *message)
{
    struct error error = {0};

    buffer_reset(buffer);
    if (message_encode(buffer, type, message, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return buffer_text(buffer);
}

/* ---- round trips ---- */

static void test_each_message_survives_the_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        CLEANUP(buffer_clear) struct buffer first = {0}, second = {0};
        CLEANUP(arena_free) struct arena arena;
        struct wire_message message = {0};
        struct error error = {0};
        struct text frame = encoded(&first, samples[i].type, samples[i].message);

        print_message("  %s: %zu bytes\n", samples[i].name, frame.length);
        arena_init(&arena, message_memory(frame.length));
        assert_int_equal(frame.bytes[0], WIRE_VERSION);
        assert_int_equal(frame.bytes[1], samples[i].type);
        assert_int_equal(message_decode(&message, samples[i].reader, frame, &arena, &error), ERROR_NONE);
        assert_int_equal(message.type, samples[i].type);
        assert_ptr_equal(content(&message)->descriptor, samples[i].message->descriptor);
        assert_true(text_equal(encoded(&second, message.type, content(&message)), frame));
    }
}

static void test_bytes_keep_their_zeros(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(message_decode(&message, WIRE_COLLECTOR,
                                    encoded(&buffer, MESSAGE_OFFER, sample_named("Offer")->message), &arena, &error),
                     ERROR_NONE);
    assert_true(text_equal(message_text(message.offer->root_node), TEXT("a root\0with anything in it\xff")));
    assert_int_equal(message.offer->seq, 7);
    assert_int_equal(message.offer->gap->lost, 2);
    assert_int_equal(message.offer->n_renames, 1);
    assert_int_equal(message.offer->n_statements, 2);
}

static void test_what_was_not_said_is_absent(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    CLEANUP(arena_free) struct arena arena;
    Wire__Reject reject = WIRE__REJECT__INIT;
    struct wire_message message = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    reject.code = REJECT_VERSION;
    assert_int_equal(
        message_decode(&message, WIRE_AGENT, encoded(&buffer, MESSAGE_REJECT, &reject.base), &arena, &error),
        ERROR_NONE);
    assert_false(message.reject->has_target || message.reject->has_seq || message.reject->has_retry_ms ||
                 message.reject->has_next_seq);
    assert_int_equal(message.reject->code, REJECT_VERSION);
    assert_int_equal(message.reject->message.len, 0);
}

/* The largest counts, with the smallest elements: what costs most memory for its bytes. */
static void test_the_largest_messages_fit_their_memory(void **state)
{
    static const struct {
        const char *sample, *path;
        size_t count;
    } cases[] = {
        {"Heartbeat", "targets", WIRE_TARGETS_LIMIT}, {"Welcome", "targets", WIRE_TARGETS_LIMIT},
        {"Want", "hashes", WIRE_HASHES_LIMIT},        {"Offer", "new_nodes", WIRE_HASHES_LIMIT},
        {"Offer", "renames", WIRE_RENAMES_LIMIT},     {"Offer", "statements", WIRE_STATEMENT_PAGES_LIMIT},
        {"Nodes", "nodes", WIRE_HASHES_LIMIT},        {"Nodes", "missing", WIRE_HASHES_LIMIT},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct sample *sample = sample_named(cases[i].sample);
        CLEANUP(buffer_clear) struct buffer buffer = {0};
        CLEANUP(arena_free) struct arena scratch, arena;
        ProtobufCMessage *changed;
        struct sample_field field;
        struct wire_message message = {0};
        struct error error = {0};
        struct text frame;

        arena_init(&scratch, 16 * 1024 * 1024);
        changed = sample_copy(sample, &scratch);
        field = sample_find(changed, cases[i].path);
        sample_repeat(&field, cases[i].count, &scratch);
        frame = encoded(&buffer, sample->type, changed);
        arena_init(&arena, message_memory(frame.length));
        if (message_decode(&message, sample->reader, frame, &arena, &error) != ERROR_NONE)
            fail_msg("%s.%s: %s", cases[i].sample, cases[i].path, error.message);
        print_message("  %s.%s: %zu bytes cost %zu\n", cases[i].sample, cases[i].path, frame.length, arena.used);
    }
}

/* The same with as little as an element can be. */
static void test_many_small_answers_fit_their_memory(void **state)
{
    static Wire__WelcomeTarget target = {.base = PROTOBUF_C_MESSAGE_INIT(&wire__welcome_target__descriptor),
                                         .next_seq = 1};
    static Wire__WelcomeTarget *targets[WIRE_TARGETS_LIMIT];
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    CLEANUP(arena_free) struct arena arena;
    Wire__Welcome welcome = WIRE__WELCOME__INIT;
    struct wire_message message = {0};
    struct error error = {0};
    struct text frame;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(targets); i++)
        targets[i] = &target;
    welcome.session = welcome.protocol = welcome.heartbeat_ms = 1;
    welcome.frame_limit = WIRE_FRAME_LIMIT;
    welcome.n_targets = LENGTH_OF(targets);
    welcome.targets = targets;
    frame = encoded(&buffer, MESSAGE_WELCOME, &welcome.base);
    arena_init(&arena, message_memory(frame.length));
    assert_int_equal(message_decode(&message, WIRE_AGENT, frame, &arena, &error), ERROR_NONE);
    assert_int_equal(message.welcome->n_targets, WIRE_TARGETS_LIMIT);
}

/* ---- docs/reference/wire.md ---- */

static void test_the_example_of_the_page_is_true(void **state)
{
    static const struct text frame =
        TEXT_INIT("\1\4\x08\xff\xff\xff\xff\x07\x12\x0f\x08\0\x10\1\x19\0\x28\x7a\x6c\xc6\x60\6\0\x20\7");
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, message_memory(frame.length));
    assert_int_equal(message_decode(&message, WIRE_COLLECTOR, frame, &arena, &error), ERROR_NONE);
    assert_int_equal(message.heartbeat->session, 2147483647);
    assert_int_equal(message.heartbeat->n_targets, 1);
    assert_int_equal(message.heartbeat->targets[0]->state, TARGET_FINE);
    assert_int_equal(message.heartbeat->targets[0]->checked_at, 1795255200000000);
    assert_int_equal(message.heartbeat->targets[0]->seq, 7);
}

static void expect_line(struct text page, int number, const char *name)
{
    char line[64];

    snprintf(line, sizeof line, "\n| %d | `%s` |", number, name);
    if (strstr(page.bytes, line) == NULL)
        fail_msg("the page has no line '%s'", line + 1);
}

static void test_the_page_names_every_number(void **state)
{
    struct test_directory directory;
    struct error error = {0};
    struct text page;

    (void)state;
    test_directory_make(&directory);
    assert_int_equal(
        file_read(test_source_path(&directory, "docs/reference/wire.md"), 1024 * 1024, &directory.arena, &page, &error),
        ERROR_NONE);
    for (int i = 0; i < TARGET_STATE_COUNT; i++)
        expect_line(page, i, target_state_name((enum target_state)i));
    for (int i = 1; i < REJECT_CODE_COUNT; i++)
        expect_line(page, i, reject_code_name((enum reject_code)i));
    for (size_t i = 0; i < sample_count; i++)
        expect_line(page, (int)samples[i].type, samples[i].message->descriptor->short_name);
    test_directory_remove(&directory);
}

/* ---- broken frames ---- */

#define PONG_BODY "\x08\x01" /* session: 1 */

static void test_broken_frames_are_refused(void **state)
{
    static const struct {
        const char *name;
        enum wire_side reader;
        struct text frame;
        enum error_code code;
    } cases[] = {
        {"a good one", WIRE_AGENT, TEXT_INIT("\1\x14" PONG_BODY), ERROR_NONE},
        {"nothing", WIRE_AGENT, TEXT_INIT(""), ERROR_PROTOCOL},
        {"half a header", WIRE_AGENT, TEXT_INIT("\1"), ERROR_PROTOCOL},
        {"no body", WIRE_AGENT, TEXT_INIT("\1\x14"), ERROR_PROTOCOL},
        {"version 0", WIRE_AGENT, TEXT_INIT("\0\x14" PONG_BODY), ERROR_UNSUPPORTED},
        {"version 2", WIRE_AGENT, TEXT_INIT("\2\x14" PONG_BODY), ERROR_UNSUPPORTED},
        {"version 2 of a type that is not known", WIRE_AGENT, TEXT_INIT("\2\xff?"), ERROR_UNSUPPORTED},
        {"type 0", WIRE_AGENT, TEXT_INIT("\1\0" PONG_BODY), ERROR_PROTOCOL},
        {"type 6", WIRE_COLLECTOR, TEXT_INIT("\1\6" PONG_BODY), ERROR_PROTOCOL},
        {"type 255", WIRE_AGENT, TEXT_INIT("\1\xff" PONG_BODY), ERROR_PROTOCOL},
        {"an answer to the collector", WIRE_COLLECTOR, TEXT_INIT("\1\x14" PONG_BODY), ERROR_PROTOCOL},
        {"a Bye to an agent", WIRE_AGENT, TEXT_INIT("\1\5" PONG_BODY), ERROR_PROTOCOL},
        {"session 0", WIRE_AGENT, TEXT_INIT("\1\x14\x08\0"), ERROR_PROTOCOL},
        {"an overlong number", WIRE_AGENT, TEXT_INIT("\1\x14\x08\x81\0"), ERROR_NONE},
        {"a number without end", WIRE_AGENT, TEXT_INIT("\1\x14\x08\x81"), ERROR_PROTOCOL},
        {"a field twice: the last one counts", WIRE_AGENT, TEXT_INIT("\1\x14\x08\0" PONG_BODY), ERROR_NONE},
        {"an unknown field", WIRE_AGENT, TEXT_INIT("\1\x14" PONG_BODY "\x10\1"), ERROR_PROTOCOL},
        {"an unknown text", WIRE_AGENT, TEXT_INIT("\1\x14" PONG_BODY "\x12\1x"), ERROR_PROTOCOL},
        {"a text where a number should be", WIRE_AGENT, TEXT_INIT("\1\x14\x0a\1\1"), ERROR_PROTOCOL},
        {"field 0", WIRE_AGENT, TEXT_INIT("\1\x14" PONG_BODY "\0\1"), ERROR_PROTOCOL},
        {"a group", WIRE_AGENT, TEXT_INIT("\1\x14" PONG_BODY "\x0b\x0c"), ERROR_PROTOCOL},
        {"a length past the end", WIRE_COLLECTOR, TEXT_INIT("\1\4" PONG_BODY "\x12\x7f\1"), ERROR_PROTOCOL},
        {"a length of 2^31", WIRE_COLLECTOR, TEXT_INIT("\1\4" PONG_BODY "\x12\x80\x80\x80\x80\x08"), ERROR_PROTOCOL},
        {"an empty element", WIRE_COLLECTOR, TEXT_INIT("\1\4" PONG_BODY "\x12\0"), ERROR_PROTOCOL},
        {"an unknown field in an element", WIRE_COLLECTOR,
         TEXT_INIT("\1\4" PONG_BODY "\x12\x0f\x08\0\x10\1\x19\0\0\0\0\0\0\0\0\x30\1"), ERROR_PROTOCOL},
        {"the same element without it", WIRE_COLLECTOR,
         TEXT_INIT("\1\4" PONG_BODY "\x12\x0d\x08\0\x10\1\x19\0\0\0\0\0\0\0\0"), ERROR_NONE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct wire_message message = {.type = MESSAGE_BYE};
        struct error error = {0};
        enum error_code code;

        arena_init(&arena, message_memory(cases[i].frame.length));
        code = message_decode(&message, cases[i].reader, cases[i].frame, &arena, &error);
        if (code != cases[i].code)
            fail_msg("%s: %s, '%s'", cases[i].name, error_name(code), error.message);
        assert_int_equal(message.type == MESSAGE_BYE, code != ERROR_NONE);
    }
}

/* Whatever is cut off the end, what is left is refused, or is another whole message. */
static void test_no_truncated_message_passes_for_what_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        CLEANUP(buffer_clear) struct buffer first = {0}, second = {0};
        struct text frame = encoded(&first, samples[i].type, samples[i].message);

        for (size_t length = 0; length < frame.length; length++) {
            CLEANUP(arena_free) struct arena arena;
            struct text shorter = {frame.bytes, length};
            struct wire_message message = {0};
            struct error error = {0};

            arena_init(&arena, message_memory(frame.length));
            if (message_decode(&message, samples[i].reader, shorter, &arena, &error) == ERROR_NONE)
                assert_true(text_equal(encoded(&second, message.type, content(&message)), shorter));
            else
                assert_int_equal(error.code, ERROR_PROTOCOL);
        }
    }
}

static void test_a_frame_over_the_limit_is_not_read(void **state)
{
    static char frame[WIRE_FRAME_LIMIT + 1] = {WIRE_VERSION, MESSAGE_PONG, 0x08, 1};
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, message_memory(sizeof frame));
    assert_int_equal(message_decode(&message, WIRE_AGENT, (struct text){frame, sizeof frame}, &arena, &error),
                     ERROR_LIMIT);
    assert_int_equal(arena.used, 0);
}

/* A frame of the same few bytes again and again: unknown fields, empty elements. Each of them would be forty to sixty
 * bytes and more of memory. */
static void test_a_small_frame_cannot_ask_for_much_memory(void **state)
{
    static const struct {
        const char *name;
        enum message_type type;
        struct text bytes;
    } cases[] = {
        {"unknown numbers", MESSAGE_PONG, TEXT_INIT("\x78\1")},
        {"unknown texts", MESSAGE_PONG, TEXT_INIT("\x7a\0")},
        {"empty targets", MESSAGE_WELCOME, TEXT_INIT("\x32\0")},
        {"empty hashes", MESSAGE_WANT, TEXT_INIT("\x22\0")},
    };
    static char frame[WIRE_FRAME_LIMIT];

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct wire_message message = {0};
        struct error error = {0};

        print_message("  %s\n", cases[i].name);
        frame[0] = WIRE_VERSION;
        frame[1] = (char)cases[i].type;
        for (size_t at = WIRE_HEADER_SIZE; at < sizeof frame; at += cases[i].bytes.length)
            memcpy(frame + at, cases[i].bytes.bytes, cases[i].bytes.length);
        arena_init(&arena, (size_t)1024 * 1024 * 1024);
        assert_int_equal(message_decode(&message, WIRE_AGENT, (struct text){frame, sizeof frame}, &arena, &error),
                         ERROR_PROTOCOL);
        assert_in_range(arena.used, 0, message_memory(sizeof frame) + 16);
    }
}

static void test_the_callers_limit_holds_as_well(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, 200);
    assert_int_equal(message_decode(&message, WIRE_COLLECTOR,
                                    encoded(&buffer, MESSAGE_OFFER, sample_named("Offer")->message), &arena, &error),
                     ERROR_LIMIT);
}

/* ---- what is not sent ---- */

static void test_what_would_be_refused_is_not_sent(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    Wire__Pong pong = WIRE__PONG__INIT;
    struct error error = {0};

    (void)state;
    buffer_add_string(&buffer, "before");
    assert_int_equal(message_encode(&buffer, MESSAGE_PONG, &pong.base, &error), ERROR_INTERNAL);
    assert_non_null(strstr(error.message, "session"));
    pong.session = 1;
    assert_int_equal(message_encode(&buffer, MESSAGE_ACK, &pong.base, &error), ERROR_INTERNAL);
    assert_int_equal(message_encode(&buffer, (enum message_type)99, &pong.base, &error), ERROR_INTERNAL);
    assert_true(text_equal(buffer_text(&buffer), TEXT("before")));
    assert_int_equal(message_encode(&buffer, MESSAGE_PONG, &pong.base, &error), ERROR_NONE);
    assert_true(text_equal(buffer_text(&buffer), TEXT("before\1\x14" PONG_BODY)));
}

static void test_the_largest_frame_is_sent_and_no_larger_one(void **state)
{
    static uint8_t bytes[WIRE_FRAME_LIMIT];
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    CLEANUP(arena_free) struct arena arena;
    Wire__Offer offer = WIRE__OFFER__INIT;
    struct wire_message message = {0};
    struct error error = {0};
    size_t others;

    (void)state;
    arena_init(&arena, message_memory(WIRE_FRAME_LIMIT));
    offer.session = offer.seq = 1;
    offer.root_node = (ProtobufCBinaryData){128 * 1024, bytes};
    others = WIRE_HEADER_SIZE + protobuf_c_message_get_packed_size(&offer.base) - offer.root_node.len;
    offer.root_node.len = WIRE_FRAME_LIMIT - others + 1;
    assert_int_equal(message_encode(&buffer, MESSAGE_OFFER, &offer.base, &error), ERROR_LIMIT);
    assert_int_equal(buffer.length, 0);
    offer.root_node.len--;
    assert_int_equal(message_encode(&buffer, MESSAGE_OFFER, &offer.base, &error), ERROR_NONE);
    assert_int_equal(buffer.length, WIRE_FRAME_LIMIT);
    assert_int_equal(message_decode(&message, WIRE_COLLECTOR, buffer_text(&buffer), &arena, &error), ERROR_NONE);
}

/* ---- memory that runs out ---- */

static enum error_code try_the_way(void *context, struct error *error)
{
    const struct sample *sample = context;
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message = {0};

    arena_init(&arena, 1024 * 1024);
    if (message_encode(&buffer, sample->type, sample->message, error) != ERROR_NONE) {
        assert_int_equal(buffer.length, 0);
        assert_false(buffer.failed); /* a message that needs less may be tried */
        return error->code;
    }
    return message_decode(&message, sample->reader, buffer_text(&buffer), &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++)
        print_message("  %s: %lu\n", samples[i].name, test_every_allocation(try_the_way, (void *)&samples[i]));
}

/* ---- names ---- */

static void test_numbers_have_names(void **state)
{
    (void)state;
    assert_string_equal(target_state_name(TARGET_STARTING), "starting");
    assert_string_equal(target_state_name(TARGET_FAILED), "failed");
    assert_string_equal(target_state_name(TARGET_STATE_COUNT), "unknown");
    assert_string_equal(reject_code_name(REJECT_NONE), "none");
    assert_string_equal(reject_code_name(REJECT_SEQUENCE), "sequence");
    assert_string_equal(reject_code_name(REJECT_FORGOTTEN), "forgotten");
    assert_string_equal(reject_code_name(REJECT_CODE_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_message_survives_the_way),
        cmocka_unit_test(test_bytes_keep_their_zeros),
        cmocka_unit_test(test_what_was_not_said_is_absent),
        cmocka_unit_test(test_the_largest_messages_fit_their_memory),
        cmocka_unit_test(test_many_small_answers_fit_their_memory),
        cmocka_unit_test(test_the_example_of_the_page_is_true),
        cmocka_unit_test(test_the_page_names_every_number),
        cmocka_unit_test(test_broken_frames_are_refused),
        cmocka_unit_test(test_no_truncated_message_passes_for_what_it_was),
        cmocka_unit_test(test_a_frame_over_the_limit_is_not_read),
        cmocka_unit_test(test_a_small_frame_cannot_ask_for_much_memory),
        cmocka_unit_test(test_the_callers_limit_holds_as_well),
        cmocka_unit_test(test_what_would_be_refused_is_not_sent),
        cmocka_unit_test(test_the_largest_frame_is_sent_and_no_larger_one),
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_numbers_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
