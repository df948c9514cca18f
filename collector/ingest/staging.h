/* ingest/staging.h - all uploads, and the memory that they share.
 *
 * An upload waits for its turn, is asking (its agent owes nodes), or follows another of the same root: whole fleets of
 * equal databases send their schema once. While there is room everybody has a turn. When the budget is used up, those
 * that are asking go on until they are whole or would have to ask again; when nobody is asking any more, the first of
 * those that wait goes on alone, beyond the budget: so there is always one that can be finished. The memory of all is
 * at most the budget and the limit of one upload together.
 *
 * Ownership: uploads that were added belong to the staging until staging_remove().
 */
#ifndef DRIFTLINE_INGEST_STAGING_H
#define DRIFTLINE_INGEST_STAGING_H

#include "ingest/upload.h"

enum {
    STAGING_BUCKETS = 1024,
    STAGING_ANSWER_MS = 30000, /* an agent that was asked for nodes must begin to answer within so long … */
    STAGING_PACE = 16 * 1024   /* … and send so many bytes a second */
};

struct staging {
    size_t budget;
    size_t upload_limit;
    size_t used;
    struct upload_list waiting;
    struct upload_list asking;
    struct upload *leaders[STAGING_BUCKETS]; /* by root: the one upload that brings it */
};

/* Add a new upload, last of those that wait. False when there is no memory for it at all: it stays the caller's, and
 * may come again later. */
bool staging_add(struct staging *staging, struct upload *upload) MUST_CHECK;

/* Take an upload out. Those that followed it wait for a turn of their own now. */
void staging_remove(struct staging *staging, struct upload *upload);

/* The upload whose turn it is; NULL: nobody's. It stays in its place. */
struct upload *staging_next(const struct staging *staging);

/* The upload whose turn it is finds that the store does not have its root. False: another upload brings it already, and
 * this one follows that from now on. */
bool staging_leads(struct staging *staging, struct upload *upload) MUST_CHECK;

/* The upload has asked its agent; or it must wait to ask more, and is the first to be served. */
void staging_asks(struct staging *staging, struct upload *upload, int64_t now);
void staging_waits(struct staging *staging, struct upload *upload);

/* The upload took `bytes` from its agent: count its memory anew, and give it more time. False when all memory is used
 * up. */
bool staging_took(struct staging *staging, struct upload *upload, size_t bytes, int64_t now) MUST_CHECK;

/* One whose agent does not answer in time; NULL: none. */
struct upload *staging_overdue(const struct staging *staging, int64_t now);

#endif
