#include "wire/message.h"

#include <stdbool.h>

#include "wire/message_rules.h"

static const struct message_kind {
    enum message_type type;
    enum wire_side reader;
    const ProtobufCMessageDescriptor *descriptor;
} message_kinds[] = {
    {MESSAGE_HELLO, WIRE_COLLECTOR, &wire__hello__descriptor},
    {MESSAGE_OFFER, WIRE_COLLECTOR, &wire__offer__descriptor},
    {MESSAGE_NODES, WIRE_COLLECTOR, &wire__nodes__descriptor},
    {MESSAGE_HEARTBEAT, WIRE_COLLECTOR, &wire__heartbeat__descriptor},
    {MESSAGE_BYE, WIRE_COLLECTOR, &wire__bye__descriptor},
    {MESSAGE_WELCOME, WIRE_AGENT, &wire__welcome__descriptor},
    {MESSAGE_WANT, WIRE_AGENT, &wire__want__descriptor},
    {MESSAGE_ACK, WIRE_AGENT, &wire__ack__descriptor},
    {MESSAGE_REJECT, WIRE_AGENT, &wire__reject__descriptor},
    {MESSAGE_PONG, WIRE_AGENT, &wire__pong__descriptor},
};

static const char *const state_names[TARGET_STATE_COUNT] = {"starting", "fine",     "unreachable",
                                                            "refused",  "unstable", "failed"};

static const char *const reject_names[REJECT_CODE_COUNT] = {
    "none",     "protocol", "version",    "session", "revoked", "forbidden", "claimed",  "duplicate",
    "sequence", "corrupt",  "incomplete", "limit",   "busy",    "full",      "forgotten"};

const char *target_state_name(enum target_state state)
{
    return (unsigned)state < TARGET_STATE_COUNT ? state_names[state] : "unknown";
}

const char *reject_code_name(enum reject_code code)
{
    return (unsigned)code < REJECT_CODE_COUNT ? reject_names[code] : "unknown";
}

static const struct message_kind *find_kind(unsigned type)
{
    for (size_t i = 0; i < LENGTH_OF(message_kinds); i++)
        if (message_kinds[i].type == type)
            return &message_kinds[i];
    return NULL;
}

/* ---- encoding ---- */

struct buffer_sink {
    ProtobufCBuffer base;
    struct buffer *buffer;
};

static void append_to_buffer(ProtobufCBuffer *base, size_t length, const uint8_t *bytes)
{
    buffer_add(((struct buffer_sink *)base)->buffer, bytes, length);
}

void message_pack(struct buffer *buffer, const ProtobufCMessage *message)
{
    struct buffer_sink sink = {{append_to_buffer}, buffer};

    protobuf_c_message_pack_to_buffer(message, &sink.base);
}

enum error_code message_encode(struct buffer *buffer, enum message_type type, const ProtobufCMessage *message,
                               struct error *error)
{
    const struct message_kind *kind = find_kind(type);
    struct buffer before = *buffer;
    size_t size;

    if (kind == NULL || kind->descriptor != message->descriptor)
        return error_set(error, ERROR_INTERNAL, "a message of type %d is not a %s", (int)type,
                         message->descriptor->short_name);
    if (message_check(message, error) != ERROR_NONE) {
        error->code = ERROR_INTERNAL; /* our own message: the peer is not to blame */
        return error_context(error, "encoding");
    }
    size = WIRE_HEADER_SIZE + protobuf_c_message_get_packed_size(message);
    if (size > WIRE_FRAME_LIMIT)
        return error_set(error, ERROR_LIMIT, "a %s of %zu bytes is larger than the limit of %d for a message",
                         message->descriptor->short_name, size, WIRE_FRAME_LIMIT);
    buffer_add_byte(buffer, WIRE_VERSION);
    buffer_add_byte(buffer, (uint8_t)type);
    message_pack(buffer, message);
    if (buffer_check(buffer, error, "encoding a message") == ERROR_NONE)
        return ERROR_NONE;
    buffer->length = before.length;
    buffer->failed = before.failed; /* the next message may be smaller */
    return error->code;
}

/* ---- decoding ---- */

/* protobuf-c allocates what a message says, which can be fifty times its size: the budget ends that. Nothing is freed
 * alone, it is all in the arena. */
struct budget {
    struct arena *arena;
    size_t end; /* of arena->used */
    bool overdrawn;
    bool arena_failed;
};

static void *budget_alloc(void *context, size_t size)
{
    struct budget *budget = context;
    void *memory;

    if (budget->arena->used > budget->end || size > budget->end - budget->arena->used) {
        budget->overdrawn = true;
        return NULL;
    }
    memory = arena_alloc(budget->arena, size); /* zeroed, as protobuf-c 1.4.1 needs for unknown fields */
    budget->arena_failed |= memory == NULL;
    return memory;
}

static void budget_free(void *context, void *memory)
{
    (void)context, (void)memory;
}

enum error_code message_unpack(const ProtobufCMessageDescriptor *descriptor, struct text body, struct arena *arena,
                               const ProtobufCMessage **ret_message, struct error *error)
{
    struct budget budget = {.arena = arena, .end = arena->used + message_memory(body.length)};
    ProtobufCAllocator allocator = {budget_alloc, budget_free, &budget};
    ProtobufCMessage *message =
        protobuf_c_message_unpack(descriptor, &allocator, body.length, (const uint8_t *)body.bytes);

    if (budget.arena_failed)
        return arena_error(arena, error, "reading a message");
    if (message == NULL)
        return error_set(error, ERROR_PROTOCOL, "a %s %s", descriptor->short_name,
                         budget.overdrawn ? "message that takes far more memory than its size"
                                          : "message that cannot be decoded");
    *ret_message = message;
    return message_check(message, error);
}

static void set_message(struct wire_message *message, enum message_type type, const ProtobufCMessage *content)
{
    *message = (struct wire_message){.type = type};
    message->hello = (const Wire__Hello *)content; /* whichever it is: they all begin with a ProtobufCMessage */
}

enum error_code message_decode(struct wire_message *ret_message, enum wire_side reader, struct text frame,
                               struct arena *arena, struct error *error)
{
    const struct message_kind *kind;
    const ProtobufCMessage *content = NULL;
    unsigned version, type;

    if (frame.length > WIRE_FRAME_LIMIT)
        return error_set(error, ERROR_LIMIT, "a message of %zu bytes is larger than the limit of %d", frame.length,
                         WIRE_FRAME_LIMIT);
    if (frame.length < WIRE_HEADER_SIZE)
        return error_set(error, ERROR_PROTOCOL, "a message of %zu bytes", frame.length);
    version = (uint8_t)frame.bytes[0];
    type = (uint8_t)frame.bytes[1];
    if (version != WIRE_VERSION)
        return error_set(error, ERROR_UNSUPPORTED, "version %u of the protocol; this program speaks version %d",
                         version, WIRE_VERSION);
    kind = find_kind(type);
    if (kind == NULL)
        return error_set(error, ERROR_PROTOCOL, "a message of the unknown type %u", type);
    if (kind->reader != reader)
        return error_set(error, ERROR_PROTOCOL, "a %s, which %s does not send", kind->descriptor->short_name,
                         reader == WIRE_AGENT ? "a collector" : "an agent");
    if (message_unpack(kind->descriptor, (struct text){frame.bytes + WIRE_HEADER_SIZE, frame.length - WIRE_HEADER_SIZE},
                       arena, &content, error) != ERROR_NONE)
        return error->code;
    set_message(ret_message, kind->type, content);
    return ERROR_NONE;
}
