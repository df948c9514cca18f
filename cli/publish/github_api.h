/* publish/github_api.h - one question after the other to GitHub's REST API.
 *
 * As everywhere: no redirection is followed, certificates are checked, an address of a private network is not connected
 * to unless the target says `allow_private`, each answer has a limit and a time. The token goes to the one address of
 * the target, and never into a message. Without `allow_private` no proxy is used.
 *
 * Failure: what GitHub says becomes an error with its message and a hint; the trouble of the opening tells whether it
 * may pass.
 */
#ifndef DRIFTLINE_PUBLISH_GITHUB_API_H
#define DRIFTLINE_PUBLISH_GITHUB_API_H

#include <jansson.h>

#include "base/buffer.h"
#include "publish/publish_host.h"

enum { GITHUB_PAGE = 100, GITHUB_ANSWER_LIMIT = 32 * 1024 * 1024 };

struct github_api;

/* Read the token, or fetch one for the app. */
enum error_code github_api_open(struct github_api **ret_api, const struct publish_opening *opening,
                                struct error *error) MUST_CHECK;
void github_api_close(struct github_api *api);

struct github_call {
    const char *method;
    struct buffer *path; /* below the address of the API: "/repos/acme/shop/pulls"; cleared by the call */
    json_t *body;        /* taken over; NULL: none */
    bool tolerant;       /* an answer with a status from 400 to 499 is the caller's to judge, unless it may pass */
};

struct github_answer {
    long status;
    json_t *value; /* the caller's to release; NULL: there is none */
};

enum error_code github_ask(struct github_api *api, const struct github_call *call, struct github_answer *ret_answer,
                           struct error *error) MUST_CHECK;

/* The error of an answer that a tolerant call got. */
enum error_code github_refusal(struct github_api *api, const struct github_answer *answer, struct error *error);

/* The text that an answer gives as the reason, or "". Valid as long as the answer. */
const char *github_message(const struct github_answer *answer);

/* Say that the error may pass if all is begun anew. Returns its code. */
enum error_code github_begin_anew(struct github_api *api, const struct error *error);

/* Whether the last error may pass. */
bool github_may_pass(const struct github_api *api);

/* What to say when an answer is not what GitHub says. */
enum error_code github_misunderstood(struct github_api *api, const char *what, struct error *error);

void github_answer_clear(struct github_answer *answer);

#endif
