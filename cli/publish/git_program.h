/* publish/git_program.h - git's own command, run without a shell and without anything of this process but what it
 * needs.
 *
 * It has a repository of its own in a folder that is removed at the end, none of our variables but those by which it
 * finds keys and settings of its user, no terminal, no hooks, and only the protocols file, https and ssh. A token is
 * given to it in a variable, never as an argument.
 *
 * Failure: what git writes to standard error becomes the message. Whoever waits for it in vain kills it.
 */
#ifndef DRIFTLINE_PUBLISH_GIT_PROGRAM_H
#define DRIFTLINE_PUBLISH_GIT_PROGRAM_H

#include "base/buffer.h"
#include "publish/publish_host.h"

enum { GIT_ARGUMENT_LIMIT = 16, GIT_OUTPUT_LIMIT = 64 * 1024 * 1024 };

struct git_program;

/* Make the folder. Nothing is run yet. */
enum error_code git_program_open(struct git_program **ret_program, const struct publish_opening *opening,
                                 struct error *error) MUST_CHECK;
void git_program_close(struct git_program *program);

/* One run: up to GIT_ARGUMENT_LIMIT arguments, which NULL ends, and what it reads. */
struct git_run {
    const char *const *arguments;
    struct text input;
    bool is_question; /* the exit status 1 is an answer, too */
};

/* Run it to its end; `ret_status` is 0, or 1 of a question. Output is appended to the buffer, which may be NULL. */
enum error_code git_program_run(struct git_program *program, const struct git_run *run, struct buffer *output,
                                int *ret_status, struct error *error) MUST_CHECK;

/* Whether the repository has been fetched in part only. */
bool git_program_is_shallow(const struct git_program *program);

#endif
