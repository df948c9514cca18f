/* sources/spec/spec_file.h - a specification file as objects. docs/reference/spec.md describes the file. */
#ifndef DRIFTLINE_SOURCES_SPEC_FILE_H
#define DRIFTLINE_SOURCES_SPEC_FILE_H

#include "base/compiler.h"
#include "base/config_tree.h"
#include "base/error.h"
#include "schema/snapshot.h"
#include "sources/declared.h"

enum {
    SPEC_SIZE_LIMIT = 8 * 1024 * 1024, /* bytes of a specification */
    SPEC_MAPPING_LIMIT = 1024 * 1024   /* bytes of a mapping in a file of its own */
};

/* A file and what it is called in messages. */
struct spec_text {
    const char *name;
    struct text content;
};

/* What was read stays here: objects point into it. */
struct spec_file {
    struct config_tree *tree;
    struct config_tree *mapping; /* NULL: in no file of its own */
};

/* Read a specification; `mapping` is that in a file of its own, or NULL. The objects and gaps live in the arena of
 * `declared` and in `ret_file`, which is to be closed in any case; so does what is said of the file as a whole, where
 * only the hash is missing. */
enum error_code spec_file_read(struct spec_file *ret_file, struct declared *declared, struct snapshot_input *input,
                               struct snapshot_declaration *ret_declaration, const struct spec_text *text,
                               const struct spec_text *mapping, struct error *error) MUST_CHECK;
void spec_file_close(struct spec_file *file);

#endif
