/* cli/publish_changes.h - what has changed in a schema since a branch got what was generated of it, for the text of a
 * pull request.
 *
 * Which schema that was, the generated files themselves say. The schema itself only the collector can still have, so it
 * is only known of references to that; and so are contracts.
 */
#ifndef DRIFTLINE_CLI_PUBLISH_CHANGES_H
#define DRIFTLINE_CLI_PUBLISH_CHANGES_H

#include "cli/command.h"
#include "tree/tree_place.h"

/* The root that the generated files of a place are of; `path` is the one that says it. False: it is not known. */
bool publish_changes_root(const struct tree_place *place, struct text path, struct arena *arena, struct hash *ret_root);

struct publish_changes {
    const char *ref;
    const struct snapshot *now;
    struct hash before; /* a root */
};

/* Append Markdown; always the same for the same. */
enum error_code publish_changes_write(struct buffer *markdown, const struct call *call,
                                      const struct publish_changes *changes, struct error *error) MUST_CHECK;

#endif
