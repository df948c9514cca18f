/* publish/publish_entry.h - one entry of `publish:` in the configuration file: a pull request that is kept converged.
 *
 * Texts are as they were written; NULL: not given. What they mean, publish/publish_target.h says.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_ENTRY_H
#define DRIFTLINE_PUBLISH_PUBLISH_ENTRY_H

#include <cyaml/cyaml.h>

/* A file of this machine that is kept as a copy in the repository. */
struct publish_entry_copy {
    char *from;
    char *to;
};

/* How a GitHub App proves who it is. */
struct publish_entry_app {
    char *id;
    char *installation;
    char *key;
};

struct publish_entry_author {
    char *name;
    char *email;
};

struct publish_entry_comment {
    char **paths;
    unsigned paths_count;
};

struct publish_entry {
    char *name;
    char *host;
    char *url;
    char *repository;
    char *base;
    char *branch;
    char *token;
    struct publish_entry_app app;
    char **content;
    unsigned content_count;
    struct publish_entry_copy *copy;
    unsigned copy_count;
    char *title;
    char **labels;
    unsigned labels_count;
    char **reviewers;
    unsigned reviewers_count;
    char **team_reviewers;
    unsigned team_reviewers_count;
    char *draft;
    struct publish_entry_comment comment;
    struct publish_entry_author author;
    char *timeout;
    char *ca;
    char *allow_private;
};

extern const cyaml_schema_value_t publish_entry_schema;

#endif
