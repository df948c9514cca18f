/* publish/publish_attempt.h - one attempt to bring branch and pull request in line; for publish.c.
 *
 * Each begins with how things are, so that it does not matter how far the one before it came.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_ATTEMPT_H
#define DRIFTLINE_PUBLISH_PUBLISH_ATTEMPT_H

#include "publish/publish_files.h"
#include "publish/publish_host.h"
#include "publish/publish_text.h"

/* What our branch is. */
enum publish_standing {
    STANDING_NONE,  /* there is none */
    STANDING_OURS,  /* its head is ours, perhaps with the base merged into it */
    STANDING_EMPTY, /* it has nothing that the base does not have */
    STANDING_OTHERS /* somebody else's work is on it */
};

struct publish_attempt {
    struct publish_opening opening;
    const struct publish_host *host;
    const struct publish_source *source;
    const struct publish_options *options;
    struct publish_result result;
    bool has_opened;    /* an attempt of this run has asked for a new pull request, or made a new branch */
    bool has_changed;   /* one has changed something */
    struct git_id made; /* the last commit that one made; nobody may know whether the branch was moved to it */
    bool is_new;        /* which was to be a new branch */
    bool is_recorded;

    /* of the attempt that runs */
    void *state;
    struct publish_view view;
    struct publish_content content;
    struct publish_files files;
    struct publish_subject subject;
    struct publish_pull pull;
    enum publish_standing standing;
    struct publish_trailer trailer; /* of what is ours */
    bool has_base;                  /* our branch has the base as it is now */
};

enum error_code publish_attempt_run(struct publish_attempt *attempt, struct error *error) MUST_CHECK;

/* Add a note to the result; one too many is left out. */
void publish_attempt_note(struct publish_attempt *attempt, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
