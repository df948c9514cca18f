/* publish/publish.h - keeps one branch, and where the host has them one pull request, as an entry says it should be.
 *
 * What is to be published is held against the files of the base branch as they are at that moment. If they differ, our
 * branch becomes the base with what differs put right, and a pull request for it is there; if they do not, the branch
 * and the pull request go. Each run looks at how things are and does what is missing, so that a run which ended halfway
 * is made good by the next one, and one with nothing to do changes nothing.
 *
 * What people did is never undone: a commit on our branch that is not ours, or a pull request that somebody closed,
 * ends the run as a conflict or as closed, unless `force` is given. A branch is only moved forward, so that a commit
 * that comes in between is not lost either.
 *
 * Failure: what may pass (no connection, 5xx, limits of the host, somebody else was faster) is tried again from the
 * start until the target's time is over.
 * Threads: one run at a time for an entry on one machine, which a lock file sees to (publish/publish_lock.h).
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_H
#define DRIFTLINE_PUBLISH_PUBLISH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "publish/git_id.h"
#include "publish/publish_target.h"
#include "tree/tree_place.h"
#include "tree/tree_plan.h"

enum publish_state {
    PUBLISH_FAILED,
    PUBLISH_OPENED,
    PUBLISH_UPDATED,
    PUBLISH_UNCHANGED,
    PUBLISH_MERGED,
    PUBLISH_CLOSED, /* by us, since there is no difference any more; or by somebody: then `manual` */
    PUBLISH_CONFLICT,
    PUBLISH_DISABLED,
    PUBLISH_STATE_COUNT
};

const char *publish_state_name(enum publish_state state); /* "opened" */

/* Generated files, and the folder of the repository that they belong to. */
struct publish_part {
    struct tree *tree;
    struct text folder;
};

/* A file that is what it is, whatever is there. */
struct publish_copied {
    struct text path;
    struct text content;
};

struct publish_content {
    const struct publish_part *parts;
    size_t part_count;
    const struct publish_copied *copies;
    size_t copy_count;
    const char *root; /* of the schema, 64 digits; NULL: there is none, or there are several */
};

/* Where generated files are already, as a generator may want to know. */
struct publish_places {
    const struct tree_place *base;
    const struct tree_place *ours; /* our branch, as we left it; NULL: there is none */
};

/* Where the content comes from. Everything it gives lives at least as long as the arena of the run. */
struct publish_source {
    /* What is to be published: some generators look at what is there already. Called once an attempt. */
    enum error_code (*fill)(void *context, const struct publish_places *places, struct publish_content *ret_content,
                            struct error *error);

    /* Say in Markdown what has changed in the schema since the files of the base were generated; nothing when that is
     * not known. The same for the same base and content. NULL: never known. */
    enum error_code (*describe)(void *context, const struct tree_place *base, struct buffer *markdown,
                                struct error *error);
    void *context;
};

enum { PUBLISH_NOTE_LIMIT = 8 };

/* What became of it; also of a run that failed, as far as it came. */
struct publish_result {
    enum publish_state state;
    bool dry_run; /* nothing was done: the state is what there would be */
    bool manual;  /* somebody has to, or had to, look after it */
    const char *url;
    int64_t number; /* of the pull request; 0: there is none */
    const char *base;
    const char *branch;
    struct git_id commit; /* the head of our branch; empty: there is none */
    const char *root;
    struct tree_plan plan;
    const char *notes[PUBLISH_NOTE_LIMIT]; /* one line each */
    size_t note_count;
};

struct publish_options {
    bool dry_run;
    bool force;
    bool (*is_given_up)(void); /* asked now and then; NULL: never */

    /* Told the result of each run, before what tells later runs that it was told: after a failure it is told again.
     * `problem`: why it failed, or NULL. NULL: nobody is told. */
    enum error_code (*record)(void *context, const struct publish_result *result, const struct error *problem,
                              struct error *error);
    void *context;
};

/* One that has to be given up is recorded, too. `ret_result` is set on failure as well. Everything in it lives in the
 * arena, or as long as the target. */
enum error_code publish_run(struct publish_result *ret_result, const struct publish_target *target,
                            const struct publish_source *source, const struct publish_options *options,
                            struct arena *arena, struct error *error);

#endif
