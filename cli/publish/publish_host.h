/* publish/publish_host.h - what a host of repositories implements: a new one is one file and one line in publish.c.
 *
 * The engine (publish.c) decides, a host does. Every function may block as long as the time that is left allows, and
 * answers an error when it could not do what it says; the trouble of its opening then tells whether that may pass.
 *
 * Ownership: what is handed out lives in the arena that the state was opened with.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_HOST_H
#define DRIFTLINE_PUBLISH_PUBLISH_HOST_H

#include "publish/publish.h"
#include "publish/publish_commit.h"
#include "tree/tree_place.h"

/* How the branches are. */
struct publish_view {
    const char *base_name;
    struct publish_commit base;
    bool has_branch;
    struct publish_commit branch;
};

/* A branch that was looked at. */
enum publish_side { SIDE_BASE, SIDE_OURS, PUBLISH_SIDE_COUNT };

/* What is at a path of it. */
struct publish_blob {
    struct git_id id;
    bool is_file;       /* else a folder, a symbolic link or another repository */
    bool is_executable; /* of a file */
    size_t size;        /* 0: not known */
};

/* A commit that is to be made, and to become the head of our branch. */
struct publish_write {
    const struct tree_plan *plan; /* what changes in the tree of the base */
    struct git_id base;
    struct git_id base_tree;
    struct git_id parents[PUBLISH_PARENT_LIMIT];
    size_t parent_count;
    struct git_id expected; /* the head that our branch has now; empty: there is no branch */
    bool force;             /* the branch need not move forward */
    struct text about;      /* of the message */
    struct hash hash;       /* of the plan */
};

/* A pull request for our branch, whatever its state. */
struct publish_pull {
    int64_t number; /* 0: there is none */
    const char *url;
    struct text title;
    struct text body;
    const char *base;
    bool is_open;
    bool is_merged;
    const struct text *labels;
    size_t label_count;
};

/* What the pull request has to say. */
struct publish_offer {
    const char *title;
    struct text body;
    const char *base; /* the branch */
};

/* A comment of ours. `seal` is the part of its text that it is known by. */
struct publish_comment {
    struct text seal;
    struct text body;
    bool is_over; /* only where there is one already does it become this */
};

/* Whether what failed may succeed when it is tried again, and how long the host wants to be left alone until then. */
struct publish_trouble {
    bool passes;
    int64_t wait_us;
};

/* Pull requests, of hosts that have them. */
struct publish_pulls {
    /* The open one for our branch, or else the newest. */
    enum error_code (*find)(void *state, struct publish_pull *ret_pull, struct error *error);
    enum error_code (*open)(void *state, const struct publish_offer *offer, struct publish_pull *ret_pull,
                            struct error *error);
    /* Replace title, body and base; is_open false: also close it. */
    enum error_code (*change)(void *state, const struct publish_pull *pull, const struct publish_offer *offer,
                              bool is_open, struct error *error);
    /* Say something below it, once: nothing is said again that has the seal. */
    enum error_code (*say)(void *state, const struct publish_pull *pull, const struct publish_comment *comment,
                           struct error *error);
    /* Add the labels that it lacks; ask for reviews. A host that refuses to is only noted. */
    enum error_code (*label)(void *state, const struct publish_pull *pull, const char **ret_note, struct error *error);
    enum error_code (*ask)(void *state, const struct publish_pull *pull, const char **ret_note, struct error *error);
    /* Keep a comment on each other open pull request into the base that touches `comment.paths`. Where there is one
     * that no longer does, it becomes `over`. */
    enum error_code (*tell)(void *state, const struct publish_comment *comment, const struct publish_comment *over,
                            const char **ret_note, struct error *error);
};

/* What a host begins with, all of which outlives its state. */
struct publish_opening {
    const struct publish_target *target;
    int64_t ends_at; /* when all must be over, as clock_elapsed() counts */
    bool (*is_given_up)(void);
    struct publish_trouble *trouble; /* to be set with each error that is answered */
    struct arena *arena;
};

struct publish_host {
    /* Begin. What can be told of target and secrets without asking anybody is told here. */
    enum error_code (*open)(void **ret_state, const struct publish_opening *opening, struct error *error);
    /* Release everything; called once for each successful open(). */
    void (*close)(void *state);

    enum error_code (*look)(void *state, struct publish_view *ret_view, struct error *error);

    /* What is at a path of a branch; ERROR_NOT_FOUND: nothing. One that leads through a file is ERROR_CONFLICT. */
    enum error_code (*find)(void *state, enum publish_side side, struct text path, struct publish_blob *ret_blob,
                            struct error *error);
    enum error_code (*read)(void *state, const struct git_id *id, size_t limit, struct text *ret_content,
                            struct error *error);

    /* Any commit, by its id. */
    enum error_code (*commit)(void *state, const struct git_id *id, struct publish_commit *ret_commit,
                              struct error *error);
    /* Whether the base has a commit in its history. */
    enum error_code (*has)(void *state, const struct git_id *id, bool *ret_has, struct error *error);

    /* Make a commit and move our branch to it. Nothing is moved when the branch is not as expected any more. `ret_id`
     * is set as soon as there is the commit, also when the branch then does not move, or nobody knows whether it did.
     */
    enum error_code (*write)(void *state, const struct publish_write *write, struct git_id *ret_id,
                             struct error *error);
    /* Remove our branch. That it is gone already is fine. */
    enum error_code (*remove)(void *state, const struct git_id *expected, struct error *error);
    /* Whether our branch has in all files of a plan what the base has; NULL: the pull request tells what was merged. */
    enum error_code (*is_merged)(void *state, const struct tree_plan *plan, bool *ret_is, struct error *error);

    const struct publish_pulls *pulls; /* NULL: the branch is all there is */
};

extern const struct publish_host publish_host_github;
extern const struct publish_host publish_host_git;

#endif
