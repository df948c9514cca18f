/* cli/codegen_making.h - code of a reference, made: for `codegen`, and for whoever publishes it.
 *
 * Trees live in the arena of the call.
 */
#ifndef DRIFTLINE_CLI_CODEGEN_MAKING_H
#define DRIFTLINE_CLI_CODEGEN_MAKING_H

#include "cli/command.h"
#include "codegen/codegen.h"

/* What is asked for: by an entry of the configuration file, or by the command line. */
struct codegen_wanted {
    const struct language *language;
    const char *ref;
    struct codegen_options options;
    const struct codegen_entry *entry; /* NULL: the command line */
    unsigned number;                   /* of the entry */
};

/* Read an entry. What is wrong with it is ERROR_CONFIG with its place in the file. */
enum error_code codegen_wanted_read(struct codegen_wanted *ret_wanted, const struct call *call, unsigned number,
                                    struct error *error) MUST_CHECK;

/* The language of a name; ERROR_USAGE names all that there are. */
enum error_code codegen_language(const struct language **ret_language, const char *name,
                                 struct error *error) MUST_CHECK;

/* Where the code is now, or will be: it keeps what is known of its version. */
struct codegen_where {
    const struct tree_place *place;
    struct text folder;
};

enum error_code codegen_wanted_make(struct tree **ret_tree, const struct call *call,
                                    const struct codegen_wanted *wanted, const struct snapshot *snapshot,
                                    const struct codegen_where *where, struct error *error) MUST_CHECK;

/* The folder of the configuration file; empty: the current one. */
struct text codegen_folder(const struct call *call);

/* An entry whose schema was read, in one step. */
struct codegen_order {
    unsigned entry; /* its number */
    const struct snapshot *snapshot;
    const struct tree_place *place;
    struct text folder; /* in the place */
};

enum error_code codegen_generate(struct tree **ret_tree, const struct call *call, const struct codegen_order *order,
                                 struct error *error) MUST_CHECK;

#endif
