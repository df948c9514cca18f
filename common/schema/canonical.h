/* schema/canonical.h - the one sequence of bytes that stands for an object: equal objects, equal bytes.
 *
 * A blob holds one aspect of one object: version, kind, attributes sorted by name, parts sorted by (kind, name), each
 * with its attributes. Every text is length-prefixed, every list counted, numbers are shortest LEB128. The object's
 * own path is not in it: the trie holds that. docs/reference/canonical-form.md is the specification.
 *
 * The decoder takes nothing on trust: unsorted, duplicate, trailing or non-canonical bytes are ERROR_CORRUPT, so that
 * one meaning has exactly one encoding.
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

/* The same checks without keeping anything; the blob must be one of an object of this kind. */
enum error_code canonical_check(struct text blob, enum kind kind, struct error *error) MUST_CHECK;

/* Append the identity of an object, kind and path; its hash is the object's key in the trie. */
void identity_encode(struct buffer *buffer, enum kind kind, const struct path *path);

/* Read an identity in place. A failure marks the reader. */
void identity_decode(struct reader *reader, enum kind *ret_kind, struct path *ret_path);

#endif
