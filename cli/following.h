/* cli/following.h - follows a collector's log of events, and comes again when the connection breaks.
 *
 * It goes on after the last event that it has handed over, so that none is missed and none comes twice, as long as the
 * collector keeps them. What it does not get because it is no longer kept it says on standard error.
 *
 * Threads: the main one; interrupt_catch() has been called.
 */
#ifndef DRIFTLINE_CLI_FOLLOWING_H
#define DRIFTLINE_CLI_FOLLOWING_H

#include <jansson.h>

#include "cli/collector.h"

struct following {
    struct collector *collector;
    const char *parameters; /* the filter: "?type=drift-*"; empty: all */
    int64_t after;          /* the number to go on after; then that of the last event that was handed over */

    /* An event, as CloudEvents has it: `text` is what came, `event` the same taken apart. Answers whether that was
     * enough. */
    bool (*take)(void *context, int64_t number, struct text text, const json_t *event);
    /* Asked several times a second: whether to stop; NULL: only a signal does. */
    bool (*is_over)(void *context);
    void *context;

    /* its own */
    bool enough;
    unsigned failures;  /* one after the other */
    bool has_connected; /* a stream has come, some time */
};

/* Where the log ends now: what is followed from there is what is new. */
enum error_code following_end(struct collector *collector, int64_t *ret_number, struct error *error) MUST_CHECK;

/* Until it is enough, over, or a signal came: those are no failures. What coming again cannot help with is one: a token
 * that is refused, something that is no collector. */
enum error_code following_run(struct following *following, struct error *error) MUST_CHECK;

#endif
