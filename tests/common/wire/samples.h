/* A valid message of each type with every field set, and ways to change them. */
#ifndef DRIFTLINE_TEST_WIRE_SAMPLES_H
#define DRIFTLINE_TEST_WIRE_SAMPLES_H

#include "base/arena.h"
#include "wire/message.h"

struct sample {
    const char *name;
    enum message_type type;
    enum wire_side reader;
    const ProtobufCMessage *message;
};

extern const struct sample samples[];
extern const size_t sample_count;

/* What is inside of a node, and no message of its own. */
extern const struct sample statement_page_sample;

const struct sample *sample_named(const char *name);

/* A copy that may be changed, in the arena. */
ProtobufCMessage *sample_copy(const struct sample *sample, struct arena *arena);

/* The place of a field in a message, by a path such as "targets.0.name.database". */
struct sample_field {
    ProtobufCMessage *message; /* that has it */
    const ProtobufCFieldDescriptor *field;
    void *member;  /* the element that the path names, or all of them */
    size_t *count; /* of a repeated field; NULL: none */
};
struct sample_field sample_find(ProtobufCMessage *message, const char *path);

/* Repeat the first element of a repeated field. */
void sample_repeat(const struct sample_field *field, size_t count, struct arena *arena);

#endif
