/* publish/publish_entry.h - one entry of `publish:` in the configuration file: a pull request that is kept converged.
 *
 * Texts are as they were written; NULL: not given.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_ENTRY_H
#define DRIFTLINE_PUBLISH_PUBLISH_ENTRY_H

#include <cyaml/cyaml.h>

struct publish_entry {
    char *name;
    char *host;       /* "github" or "git" */
    char *repository; /* "owner/name", or what git clones */
    char *base;       /* the branch that pull requests are for */
    char *branch;     /* ours */
};

extern const cyaml_schema_value_t publish_entry_schema;

#endif
