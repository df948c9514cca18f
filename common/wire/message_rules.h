/* wire/message_rules.h - what the fields of a message may hold, beyond what protobuf checks.
 *
 * One table says for every field of every message of proto/driftline.proto which numbers, how many bytes of what sort
 * and how many elements it may have; docs/reference/wire.md says the same in words. What concerns several fields at
 * once is checked after it.
 */
#ifndef DRIFTLINE_WIRE_MESSAGE_RULES_H
#define DRIFTLINE_WIRE_MESSAGE_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "driftline.pb-c.h"

/* Check a message and all messages in it. Fields that are not known are refused. What does not hold is ERROR_PROTOCOL,
 * and the message names the field. */
enum error_code message_check(const ProtobufCMessage *message, struct error *error) MUST_CHECK;

enum field_form {
    FORM_NUMBER,  /* least … most is its value */
    FORM_TIME,    /* microseconds since 1970, up to the year 9999 */
    FORM_BYTES,   /* least … most is their count */
    FORM_TEXT,    /* the same, and they are UTF-8 */
    FORM_NAME,    /* of a database, environment or instance: base/reference.h */
    FORM_MESSAGE, /* has rules of its own */
    FORM_TRUTH    /* yes or no: nothing else can come out of parsing */
};

struct field_rule {
    const char *name;
    enum field_form form;
    uint64_t least, most;
    size_t count_limit; /* elements, if it is repeated */
};

/* The rules of a message, in the order of its descriptor's fields; NULL: it has none. For message_check(), and for the
 * test that no field is forgotten. */
const struct field_rule *message_rules(const ProtobufCMessageDescriptor *descriptor, size_t *ret_count);

#endif
