/* feed/access.h - whether who asks may ask, and that they did.
 *
 * Threads: any number may use one struct access at the same time.
 */
#ifndef DRIFTLINE_FEED_ACCESS_H
#define DRIFTLINE_FEED_ACCESS_H

#include <pthread.h>

#include "base/compiler.h"
#include "base/error.h"
#include "ingest/core.h"
#include "store/tokens.h"

enum { ACCESS_REMEMBERED = 64 };

/* Which tokens were noted lately, so that a store that cannot be written is not asked at each request. */
struct access {
    pthread_mutex_t lock;
    struct {
        int64_t token;
        int64_t hour;
    } noted[ACCESS_REMEMBERED];
    size_t next;
};

void access_init(struct access *access);
void access_clear(struct access *access);

/* The token of the header `Authorization: Bearer dl_…`, NULL: there is none. ERROR_REFUSED with the status 401 when it
 * is missing or not known, and 403 when it has not these rights. */
enum error_code access_check(struct database *database, const char *header, unsigned rights, struct arena *arena,
                             struct token_row *ret_token, unsigned *ret_status, struct error *error) MUST_CHECK;

/* Note that a token was used: once an hour it is written. That it could not be written is no reason to fail. */
void access_note(struct access *access, struct core *core, const struct token_row *token);

#endif
