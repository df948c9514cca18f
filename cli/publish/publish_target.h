/* publish/publish_target.h - what an entry of `publish:` means: where to publish, as whom, and how it looks there.
 *
 * Ownership: texts and lists live in the arena of the configuration file.
 * Failure: what is wrong is ERROR_CONFIG, and the message begins with FILE:LINE:COLUMN. Secrets are not read here.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_TARGET_H
#define DRIFTLINE_PUBLISH_PUBLISH_TARGET_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/config_file.h"
#include "base/error.h"
#include "base/option.h"
#include "publish/publish_entry.h"

enum publish_host_kind { PUBLISH_GITHUB, PUBLISH_GIT, PUBLISH_HOST_KIND_COUNT };

/* Secrets are where they are: file:PATH or env:NAME. */
struct publish_target {
    const char *name;
    unsigned host; /* enum publish_host_kind */
    const char *url;
    const char *repository;
    const char *base; /* NULL: the repository's default branch */
    const char *branch;
    const char *token; /* NULL: none, or there is an app */
    const char *app;   /* its number; NULL: there is none */
    const char *installation;
    const char *key;
    struct option_list content; /* none: all */
    const struct publish_entry_copy *copies;
    size_t copy_count;
    const char *title;
    struct option_list labels;
    struct option_list reviewers;
    struct option_list team_reviewers;
    bool draft;
    struct option_list comment_paths; /* none: no comments */
    const char *author_name;
    const char *author_email;
    unsigned timeout_ms;
    const char *ca;
    bool allow_private;
};

/* The keys of an entry with their defaults and meaning. */
extern const struct option publish_target_keys[];

/* "github", "git"; NULL from the end on. */
const char *publish_host_name(size_t number);

/* Read entry `number` of the section of a configuration file. */
enum error_code publish_target_read(struct publish_target *ret_target, const struct config_file *file,
                                    struct publish_entry *entry, unsigned number, struct error *error) MUST_CHECK;

/* Two entries that share a branch would take turns undoing each other: ERROR_CONFIG with the place of the later one. */
enum error_code publish_target_check_apart(const struct publish_target *targets, unsigned number,
                                           const struct config_file *file, struct error *error) MUST_CHECK;

#endif
