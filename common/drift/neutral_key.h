/* drift/neutral_key.h - by which key a thing is found on the side of another engine.
 *
 * Keys live in the arena; one whose bytes are NULL could not be made, for want of memory.
 */
#ifndef DRIFTLINE_DRIFT_NEUTRAL_KEY_H
#define DRIFTLINE_DRIFT_NEUTRAL_KEY_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/neutral.h"

/* A name in the small letters of ASCII. */
struct text neutral_key_folded(struct text name, struct arena *arena);

/* Of a table or the like: schema and name, folded unless it is to be exact. `schemas`: see struct neutral. */
struct text neutral_key_table(unsigned schemas, const struct path *path, bool exact, struct arena *arena);

/* Take a path as displayed apart. One that is none is no failure, and leaves no trace in `error`: then there are no
 * elements. */
enum error_code neutral_key_parse(struct path *ret_path, enum kind kind, struct text displayed, struct arena *arena,
                                  struct error *error) MUST_CHECK;

/* Some keys as one. */
struct text neutral_key_joined(const struct text *keys, uint32_t count, struct arena *arena);

/* Whether a name is that of the default schema of one of some engines. */
bool neutral_key_is_default(unsigned schemas, struct text schema);

/* The engines whose default schemas are the default on a side. Who declares a schema may mean that of the other side.
 */
unsigned neutral_key_schemas(enum type_engine engine, enum type_engine other);

#endif
