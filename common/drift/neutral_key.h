/* drift/neutral_key.h - by which key a thing is found on the side of another engine.
 *
 * Keys live in the arena; one whose bytes are NULL could not be made, for want of memory.
 */
#ifndef DRIFTLINE_DRIFT_NEUTRAL_KEY_H
#define DRIFTLINE_DRIFT_NEUTRAL_KEY_H

#include "base/arena.h"
#include "drift/neutral.h"

/* A name in the small letters of ASCII. */
struct text neutral_key_folded(struct text name, struct arena *arena);

/* Of a table: schema and name, folded unless it is to be exact. */
struct text neutral_key_table(enum type_engine engine, const struct path *path, bool exact, struct arena *arena);

/* Some keys as one. */
struct text neutral_key_joined(const struct text *keys, uint32_t count, struct arena *arena);

/* Whether a name is that of the engine's default schema. */
bool neutral_key_is_default(enum type_engine engine, struct text schema);

#endif
