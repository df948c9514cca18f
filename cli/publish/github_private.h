/* publish/github_private.h - what the files of the host `github` share.
 */
#ifndef DRIFTLINE_PUBLISH_GITHUB_PRIVATE_H
#define DRIFTLINE_PUBLISH_GITHUB_PRIVATE_H

#include "publish/github_api.h"

struct github_folder;

struct github {
    const struct publish_target *target;
    struct arena *arena;
    struct github_api *api;
    const char *base_name;
    struct git_id trees[PUBLISH_SIDE_COUNT];
    struct github_folder *folders; /* as far as they were asked for */
    bool is_walked;                /* a branch is too large to be listed at once */
};

/* The beginning of a path: "/repos/acme/shop" and what the format says. */
void github_path(struct buffer *path, const struct github *github, const char *format, ...) PRINTF_LIKE(3, 4);

/* The string at a dotted path of members; "" when there is none. */
const char *github_string(const json_t *value, const char *path);

/* A copy of it in the arena. Callers may look at the error alone. */
enum error_code github_keep(struct github *github, const json_t *value, const char *path, struct text *ret_text,
                            struct error *error);

/* The id of an object at a dotted path. */
enum error_code github_id(struct github *github, const json_t *value, const char *path, struct git_id *ret_id,
                          struct error *error);

/* github_files.c: what branches have, and the tree that it becomes. */
enum error_code github_find(void *state, enum publish_side side, struct text path, struct publish_blob *ret_blob,
                            struct error *error);
enum error_code github_read(void *state, const struct git_id *id, size_t limit, struct text *ret_content,
                            struct error *error);
enum error_code github_make_tree(struct github *github, const struct publish_write *write, struct git_id *ret_tree,
                                 struct error *error) MUST_CHECK;

/* github_pulls.c, github_comments.c */
extern const struct publish_pulls github_pulls;
enum error_code github_say(void *state, const struct publish_pull *pull, const struct publish_comment *comment,
                           struct error *error);
enum error_code github_tell(void *state, const struct publish_comment *comment, const struct publish_comment *over,
                            const char **ret_note, struct error *error);

#endif
