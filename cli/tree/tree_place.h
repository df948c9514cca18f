/* tree/tree_place.h - where generated files are: a folder of this machine, or a branch somewhere.
 *
 * A place only answers what it has; writing is its owner's. Paths are those of the place: `docs/database/index.md`.
 */
#ifndef DRIFTLINE_TREE_TREE_PLACE_H
#define DRIFTLINE_TREE_TREE_PLACE_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

struct tree_place {
    /* The content of a file, into the arena. ERROR_NOT_FOUND: there is none; ERROR_LIMIT: it is over `limit` bytes. */
    enum error_code (*read)(void *context, struct text path, size_t limit, struct arena *arena,
                            struct text *ret_content, struct error *error);
    void *context;
};

#endif
