/* agent/identity.h - the server's numbers of things, and the renames they show, as bytes for the outbox.
 *
 * Numbers stand beside the first bytes of an object's key, so that they can be given to a snapshot that holds only some
 * of the objects. The bytes are ours and live in one file: they are read carefully, but they are no format.
 */
#ifndef DRIFTLINE_AGENT_IDENTITY_H
#define DRIFTLINE_AGENT_IDENTITY_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/lineage.h"
#include "schema/snapshot.h"

/* Append the numbers of all objects of a snapshot and of their parts; nothing when it has none. */
void identity_write(struct buffer *buffer, const struct snapshot *snapshot);

/* Give a snapshot, whole or in part, the numbers that were written of it. Bytes that make no sense are ERROR_CORRUPT.
 */
enum error_code identity_read(struct snapshot *snapshot, struct text bytes, struct error *error) MUST_CHECK;

/* Renames, and back: an array in the arena, of texts in place. */
void renames_write(struct buffer *buffer, const struct lineage *renames);
enum error_code renames_read(struct lineage *ret_renames, struct text bytes, struct arena *arena,
                             struct error *error) MUST_CHECK;

#endif
