/* codegen/code_version.h - which schema code was generated from: the version, and what it was before.
 *
 * The facts are kept beside the code, in a file `.driftline-NAME.json` with a hash for each object of the schema. So
 * the next run knows exactly how many objects differ, and what does not change keeps its version: as long as the root
 * hash is the same, nothing of this changes, whenever and from wherever it was read.
 *
 * `version` is the day (UTC) of the first snapshot with this hash that code was generated from here; a second one of
 * that day is `2026-11-21.2`. `synced_at` is the moment of that snapshot. `differences` counts objects that were added,
 * removed or changed against what was generated before; at the first time it is not known.
 *
 * The file is in a repository, so it is read as foreign bytes; what is no such file counts as none.
 */
#ifndef DRIFTLINE_CODEGEN_CODE_VERSION_H
#define DRIFTLINE_CODEGEN_CODE_VERSION_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "schema/snapshot.h"

enum { CODE_VERSION_FILE_LIMIT = 16 * 1024 * 1024, CODE_VERSION_COUNTER_LIMIT = 1000000 };

struct code_version {
    struct text version;
    struct text synced_at;
    struct text hash;
    struct text previous_hash; /* empty: there was none */
    int64_t differences;       /* -1: not known */
    struct text file;          /* what to keep for the next time */
};

/* `before`: the file that was kept, or empty. Everything lives in the arena. */
enum error_code code_version_make(struct code_version *ret_version, const struct snapshot *snapshot, struct text before,
                                  struct arena *arena, struct error *error) MUST_CHECK;

#endif
