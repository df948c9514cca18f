/* A frame as it comes from the network, read by both sides. What one of them accepts can be sent again, in no more
 * bytes than it came in, and is then the same message; what they refuse cost no more memory than a frame of its size
 * may. */
#include <stdlib.h>

#include "fuzz.h"
#include "wire/message.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Whichever message it is, it begins with this. */
static const ProtobufCMessage *content(const struct wire_message *message)
{
    return &message->pong->base;
}

static void encode(struct buffer *buffer, const struct wire_message *message)
{
    struct error error = {0};

    require(message_encode(buffer, message->type, content(message), &error) == ERROR_NONE);
}

static void check_sent_again(const struct wire_message *message, enum wire_side reader, size_t length)
{
    CLEANUP(buffer_clear) struct buffer first = {0}, second = {0};
    CLEANUP(arena_free) struct arena arena;
    struct wire_message again = {0};
    struct error error = {0};

    encode(&first, message);
    require(first.length <= length);
    arena_init(&arena, message_memory(first.length));
    require(message_decode(&again, reader, buffer_text(&first), &arena, &error) == ERROR_NONE);
    require(again.type == message->type);
    encode(&second, &again);
    require(text_equal(buffer_text(&first), buffer_text(&second)));
}

static bool is_read_by(enum wire_side reader, struct text frame)
{
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message = {.type = MESSAGE_BYE};
    struct error error = {0};

    arena_init(&arena, 4 * message_memory(frame.length)); /* the budget is the decoder's own */
    if (message_decode(&message, reader, frame, &arena, &error) == ERROR_NONE) {
        check_sent_again(&message, reader, frame.length);
        return true;
    }
    require(error.code == ERROR_PROTOCOL || error.code == ERROR_UNSUPPORTED || error.code == ERROR_LIMIT);
    require(message.type == MESSAGE_BYE && message.pong == NULL);
    require(arena.used <= message_memory(frame.length) + 16);
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text frame = {(const char *)bytes, length};
    bool by_agent = is_read_by(WIRE_AGENT, frame);
    bool by_collector = is_read_by(WIRE_COLLECTOR, frame);

    require(!by_agent || !by_collector);
    return 0;
}
