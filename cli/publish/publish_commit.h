/* publish/publish_commit.h - the message of a commit of ours, and how it is known again.
 *
 * The last paragraph says which entry made it, on which commit of the base, what it changes (a hash of all files before
 * and after) and its own tree. So a commit that somebody else made, or changed, is told from ours by itself, and
 * whether a branch is as it should be is seen without reading its files. Messages are read as foreign bytes.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_COMMIT_H
#define DRIFTLINE_PUBLISH_PUBLISH_COMMIT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "base/text.h"
#include "publish/git_id.h"

enum { PUBLISH_PARENT_LIMIT = 2 };

/* A commit as a host tells it. */
struct publish_commit {
    struct git_id id;
    struct git_id tree;
    struct git_id parents[PUBLISH_PARENT_LIMIT]; /* the first ones */
    size_t parent_count;
    struct text message;
};

/* What the last paragraph says. */
struct publish_trailer {
    const char *name; /* of the entry */
    struct git_id base;
    struct git_id tree;
    struct hash plan;
};

/* The title, a text about what is changed, and the trailer. */
void publish_commit_write(struct buffer *output, const char *title, struct text about,
                          const struct publish_trailer *trailer);

/* Whether it is an unchanged commit of the entry `name`; then ret_trailer is what it says. */
bool publish_commit_is_ours(const struct publish_commit *commit, const char *name, struct publish_trailer *ret_trailer);

#endif
