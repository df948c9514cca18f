/* codegen/codegen.h - from a snapshot to a tree of code.
 *
 * Deterministic: the same snapshot, language, options and kept version (codegen/code_version.h) give the same bytes.
 */
#ifndef DRIFTLINE_CODEGEN_CODEGEN_H
#define DRIFTLINE_CODEGEN_CODEGEN_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "codegen/code_model.h"
#include "codegen/codegen_options.h"
#include "codegen/language.h"
#include "tree/tree.h"
#include "tree/tree_place.h"

struct codegen_request {
    const struct snapshot *snapshot;
    const struct language *language;
    const struct codegen_options *options;
    const struct lookup_rows *lookups; /* one for each lookup of the options */
    size_t lookup_count;
    const struct tree_place *place; /* where the code is now, to read the version that was kept; NULL: nowhere */
    struct text folder;             /* in the place */
};

/* Make the code. Everything lives in the arena. */
enum error_code codegen_make(struct tree **ret_tree, const struct codegen_request *request, struct arena *arena,
                             struct error *error) MUST_CHECK;

#endif
