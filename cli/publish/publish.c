#include "publish/publish.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "publish/publish_attempt.h"
#include "publish/publish_lock.h"

enum { ATTEMPTS_LIMIT = 8, LOOK_EVERY_MS = 100 };

static const int64_t first_pause_us = 200 * 1000, longest_pause_us = 20 * 1000 * 1000;

const char *publish_state_name(enum publish_state state)
{
    static const char *const names[] = {
        [PUBLISH_FAILED] = "failed",       [PUBLISH_OPENED] = "opened",     [PUBLISH_UPDATED] = "updated",
        [PUBLISH_UNCHANGED] = "unchanged", [PUBLISH_MERGED] = "merged",     [PUBLISH_CLOSED] = "closed",
        [PUBLISH_CONFLICT] = "conflict",   [PUBLISH_DISABLED] = "disabled",
    };

    return names[state];
}

/* Any pause up to one that doubles, so that many that failed together do not come again together; but never less than
 * the host asks for. */
static int64_t pause_before(unsigned attempt, const struct publish_trouble *trouble)
{
    int64_t longest = first_pause_us << attempt;
    int64_t pause;

    if (longest > longest_pause_us)
        longest = longest_pause_us;
    pause = (int64_t)((double)longest * drand48());
    return pause > trouble->wait_us ? pause : trouble->wait_us;
}

static bool is_given_up(const struct publish_opening *opening)
{
    return opening->is_given_up != NULL && opening->is_given_up();
}

/* False: there is no time for that. */
static bool wait_for(const struct publish_opening *opening, int64_t pause_us)
{
    int64_t until = clock_elapsed() + pause_us;

    if (until >= opening->ends_at)
        return false;
    while (clock_elapsed() < until && !is_given_up(opening))
        poll(NULL, 0, LOOK_EVERY_MS);
    return !is_given_up(opening);
}

/* From the start again, until it goes well or will not. */
static enum error_code try_often(struct publish_attempt *attempt, struct error *error)
{
    struct publish_trouble *trouble = attempt->opening.trouble;

    for (unsigned number = 0;; number++) {
        *trouble = (struct publish_trouble){0};
        *error = (struct error){0};
        if (publish_attempt_run(attempt, error) == ERROR_NONE || !trouble->passes)
            return error->code;
        if (number + 1 == ATTEMPTS_LIMIT)
            return error_context(error, "%d attempts", ATTEMPTS_LIMIT);
        if (!wait_for(&attempt->opening, pause_before(number, trouble)))
            return error->code;
    }
}

/* What failed is recorded as well; that it could not be does not hide why. */
static void record_failure(struct publish_attempt *attempt, const struct error *error)
{
    struct error other = {0};

    attempt->result.state = error->code == ERROR_CONFLICT ? PUBLISH_CONFLICT : PUBLISH_FAILED;
    attempt->result.manual = attempt->result.state == PUBLISH_CONFLICT;
    if (attempt->options->record != NULL && !attempt->options->dry_run &&
        attempt->options->record(attempt->options->context, &attempt->result, error, &other) != ERROR_NONE)
        publish_attempt_note(attempt, "the result is not recorded: %s", other.message);
}

enum error_code publish_run(struct publish_result *ret_result, const struct publish_target *target,
                            const struct publish_source *source, const struct publish_options *options,
                            struct arena *arena, struct error *error)
{
    CLEANUP(publish_lock_release) int lock = -1;
    struct publish_trouble trouble = {0};
    struct publish_attempt attempt = {
        .opening = {.target = target,
                    .ends_at = clock_elapsed() + (int64_t)target->timeout_ms * 1000,
                    .is_given_up = options->is_given_up,
                    .trouble = &trouble,
                    .arena = arena},
        .host = target->host == PUBLISH_GIT ? &publish_host_git : &publish_host_github,
        .source = source,
        .options = options,
        .result = {.dry_run = options->dry_run, .base = target->base, .branch = target->branch}};

    srand48(clock_now());
    if (publish_lock_take(&lock, &attempt.opening, error) == ERROR_NONE)
        try_often(&attempt, error);
    if (error->code != ERROR_NONE)
        record_failure(&attempt, error);
    *ret_result = attempt.result;
    return error->code;
}
