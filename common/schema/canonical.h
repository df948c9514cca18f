/* schema/canonical.h - the one sequence of bytes that stands for an object: equal objects, equal bytes.
 *
 * A blob holds one aspect of one object: version, kind, attributes sorted by name, parts sorted by (kind, name), each
 * with its attributes. Every text is length-prefixed, every list counted, numbers are shortest LEB128. The object's
 * own path is not in it: the trie holds that. docs/reference/canonical-form.md is the specification.
 *
 * The decoder takes nothing on trust: unsorted, duplicate, trailing or non-canonical bytes and attributes of several
 * aspects are ERROR_CORRUPT, so that one meaning has exactly one encoding.
 */
#ifndef DRIFTLINE_SCHEMA_CANONICAL_H
#define DRIFTLINE_SCHEMA_CANONICAL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/reader.h"
#include "schema/object.h"

enum { CANONICAL_VERSION = 1 };

/* Append the blob of one aspect of an object whose attributes and parts are sorted. Answers whether the aspect holds
 * anything: an object without it has no entry in that aspect's trie (unless the aspect is the kind's own). */
bool canonical_encode(struct buffer *buffer, const struct object *object, enum aspect aspect);

/* Read a blob. The texts of the result point into `blob`; the arrays live in the arena. The path and ids stay empty. */
enum error_code canonical_decode(struct text blob, struct arena *arena, struct object *ret_object,
                                 struct error *error) MUST_CHECK;

/* What a blob says of itself: attributes of one aspect only are in it, those of its home if there are none. */
struct blob_facts {
    enum kind kind;
    enum aspect aspect;
};

/* The same checks without keeping anything. */
enum error_code canonical_check(struct text blob, struct blob_facts *ret_facts, struct error *error) MUST_CHECK;

/* Whether every part in `other` is one of those in `home`. Both must have been checked, and be of one kind of object.
 */
bool canonical_lists_parts(struct text home, struct text other);

/* Append the identity of an object, kind and path; its hash is the object's key in the trie. */
void identity_encode(struct buffer *buffer, enum kind kind, const struct path *path);

/* Read an identity in place. A failure marks the reader. */
void identity_decode(struct reader *reader, enum kind *ret_kind, struct path *ret_path);

#endif
