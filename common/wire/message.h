/* wire/message.h - messages between agents and collector: two bytes, then what proto/driftline.proto describes.
 *
 * The first byte is the version of the protocol, the second the type of the message. docs/reference/wire.md says which
 * message may follow which.
 *
 * Foreign bytes are never believed: a frame over the limit is refused unread; parsing takes memory from an arena with a
 * budget that follows from the frame's size, so that a small frame cannot ask for much; and each message is checked
 * beyond what protobuf checks: lengths of hashes, ranges of numbers, UTF-8 where it is promised, counts.
 */
#ifndef DRIFTLINE_WIRE_MESSAGE_H
#define DRIFTLINE_WIRE_MESSAGE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "driftline.pb-c.h"

enum {
    WIRE_VERSION = 1,
    WIRE_FRAME_LIMIT = 256 * 1024,      /* bytes of a message with its two bytes */
    WIRE_FRAME_LIMIT_LEAST = 64 * 1024, /* what Welcome may ask for at least */
    WIRE_HEADER_SIZE = 2,
    WIRE_TARGETS_LIMIT = 1024, /* targets of one agent */
    WIRE_NAME_LIMIT = 128,     /* bytes of a name (base/reference.h) */
    WIRE_HASHES_LIMIT = 2048,  /* hashes in one message */
    WIRE_RENAMES_LIMIT = 1024,
    WIRE_DDL_EVENTS_LIMIT = 1024,      /* captured statements in one page */
    WIRE_STATEMENT_PAGES_LIMIT = 1024, /* in one offer */
    WIRE_TEXT_LIMIT = 4096,            /* bytes of a reason, version, reference */
    WIRE_PATH_LIMIT = 64 * 1024,       /* bytes of an object's path: a function's has the types of its arguments */
    WIRE_INCARNATION_SIZE = 16,
    WIRE_HEARTBEAT_MOST_MS = 60 * 60 * 1000,
    WIRE_RETRY_MOST_MS = 24 * 60 * 60 * 1000,
    WIRE_NODES_TARGET = 192 * 1024 /* an agent fills a Nodes message up to about here */
};

/* Microseconds since 1970: 9999-12-31T23:59:59.999999Z. No time is later. */
#define WIRE_TIME_MOST INT64_C(253402300799999999)

enum message_type {
    MESSAGE_HELLO = 1,
    MESSAGE_OFFER = 2,
    MESSAGE_NODES = 3,
    MESSAGE_HEARTBEAT = 4,
    MESSAGE_BYE = 5,
    MESSAGE_WELCOME = 16,
    MESSAGE_WANT = 17,
    MESSAGE_ACK = 18,
    MESSAGE_REJECT = 19,
    MESSAGE_PONG = 20
};

/* How a target is, as its agent sees it. Numbers are fixed. */
enum target_state {
    TARGET_STARTING = 0,    /* not looked at yet */
    TARGET_FINE = 1,        /* looked at, and the newest snapshot is how it is */
    TARGET_UNREACHABLE = 2, /* no connection */
    TARGET_REFUSED = 3,     /* connected, but login or rights are missing */
    TARGET_UNSTABLE = 4,    /* keeps changing while it is read */
    TARGET_FAILED = 5,      /* anything else */
    TARGET_STATE_COUNT
};

const char *target_state_name(enum target_state state); /* "starting", "fine", "unreachable" … */

/* Why something was not accepted. Numbers are fixed. */
enum reject_code {
    REJECT_NONE = 0,
    REJECT_PROTOCOL = 1,    /* a message that makes no sense: the session is over */
    REJECT_VERSION = 2,     /* a version of the protocol, or of the canonical form, that is not spoken here */
    REJECT_SESSION = 3,     /* the session is not known: say Hello again */
    REJECT_REVOKED = 4,     /* the key is no longer welcome */
    REJECT_FORBIDDEN = 5,   /* the key may not speak for this target */
    REJECT_CLAIMED = 6,     /* another agent speaks for this target */
    REJECT_DUPLICATE = 7,   /* the key is in use by another running agent */
    REJECT_SEQUENCE = 8,    /* not the snapshot that was expected: next_seq says which */
    REJECT_CORRUPT = 9,     /* nodes that are not what they claim to be: the snapshot is refused for good */
    REJECT_INCOMPLETE = 10, /* nodes that were asked for did not come */
    REJECT_LIMIT = 11,      /* larger than a limit: refused for good */
    REJECT_BUSY = 12,       /* not now: after retry_ms */
    REJECT_FULL = 13,       /* the collector's disk is full: after retry_ms */
    REJECT_FORGOTTEN = 14,  /* the target was forgotten by an operator: say Hello again */
    REJECT_CODE_COUNT
};

const char *reject_code_name(enum reject_code code); /* "protocol" … */

/* Append a whole frame. `message` must be the struct that belongs to the type; what the other side would refuse is
 * ERROR_INTERNAL, what is larger than WIRE_FRAME_LIMIT ERROR_LIMIT. On failure the buffer is as it was. */
enum error_code message_encode(struct buffer *buffer, enum message_type type, const ProtobufCMessage *message,
                               struct error *error) MUST_CHECK;

struct wire_message {
    enum message_type type;
    union {
        const Wire__Hello *hello;
        const Wire__Offer *offer;
        const Wire__Nodes *nodes;
        const Wire__Heartbeat *heartbeat;
        const Wire__Bye *bye;
        const Wire__Welcome *welcome;
        const Wire__Want *want;
        const Wire__Ack *ack;
        const Wire__Reject *reject;
        const Wire__Pong *pong;
    };
};

/* Who reads: each side only takes what the other may say. */
enum wire_side { WIRE_AGENT, WIRE_COLLECTOR };

/* Read a frame. The message lives in the arena, with copies of the frame's bytes; parsing takes at most
 * message_memory(frame.length) from it. Unknown fields, broken lengths, wrong types and wrong direction are
 * ERROR_PROTOCOL, another version ERROR_UNSUPPORTED, a frame that is too large ERROR_LIMIT. */
enum error_code message_decode(struct wire_message *ret_message, enum wire_side reader, struct text frame,
                               struct arena *arena, struct error *error) MUST_CHECK;

/* What travels inside of messages, in its own encoding: append it; and read it, with the same care as a frame. */
void message_pack(struct buffer *buffer, const ProtobufCMessage *message);
enum error_code message_unpack(const ProtobufCMessageDescriptor *descriptor, struct text body, struct arena *arena,
                               const ProtobufCMessage **ret_message, struct error *error) MUST_CHECK;

/* What a frame of this length may cost its reader: a limit for the arena of a message. */
static inline size_t message_memory(size_t length)
{
    return 16 * length + (size_t)64 * 1024;
}

/* bytes fields and texts. */
static inline struct text message_text(ProtobufCBinaryData data)
{
    return (struct text){(const char *)data.data, data.len};
}

static inline ProtobufCBinaryData message_bytes(struct text text)
{
    return (ProtobufCBinaryData){text.length, (uint8_t *)text.bytes};
}

#endif
