/* agent/shipping.h - statements that were captured in a database, on their way from there into the outbox.
 *
 * A watcher has one of these. With each read it asks for what was captured; when the outbox has it, it says "shipped"
 * in the database, and when the collector has acknowledged the snapshot that brings it, "recorded" (sources/capture.h).
 * What cannot be said now is said later. As long as "shipped" could not be said nothing more is asked for, since the
 * same would come again. What a run before this one has shipped is not relied on: whatever is not recorded is read once
 * more by the first read, for the outbox may be another, or a copy from the past.
 *
 * Failure: as for watch.h and outbox.h. Threads: that of the watcher.
 */
#ifndef DRIFTLINE_AGENT_SHIPPING_H
#define DRIFTLINE_AGENT_SHIPPING_H

#include "agent/outbox.h"
#include "sources/watch.h"

struct shipping {
    struct outbox *outbox;
    int64_t target;           /* its number there */
    enum capture_state state; /* as of the last read */
    bool begun;               /* what was not recorded has been read in this run */

    /* read and stored, but not marked */
    struct captured_statement *owed; /* numbers only */
    size_t owed_count;
    uint64_t owed_seq;
    char owed_taker[OUTBOX_TAKER_SIZE];

    /* marked, as far as the collector is */
    bool awaiting;                 /* something may have to be marked as recorded */
    bool knows_newest;             /* `newest` is one */
    uint64_t newest;               /* the last snapshot with statements */
    uint64_t recorded;             /* what was marked last … */
    char taker[OUTBOX_TAKER_SIZE]; /* … by this name */
};

void shipping_init(struct shipping *shipping, struct outbox *outbox, int64_t target);
void shipping_clear(struct shipping *shipping);

/* Begin to read: fill in what is asked for. With `anew` it is whatever is not recorded. False: nothing is, this time.
 */
struct shipping_question {
    char taker[OUTBOX_TAKER_SIZE];
    char before[OUTBOX_CONTINUITY_SIZE];
    struct capture_reading reading; /* points to both */
};
enum error_code shipping_ask(struct shipping *shipping, bool anew, struct arena *arena,
                             struct shipping_question *question, bool *ret_asked, struct error *error) MUST_CHECK;

/* What was read is in the outbox; with which statements. */
enum error_code shipping_stored(struct shipping *shipping, const struct outbox_parcel *parcel,
                                const struct outbox_put *put, struct error *error) MUST_CHECK;

/* Say "shipped" where it is due, through a watch that has looked. */
enum error_code shipping_mark_shipped(struct shipping *shipping, struct watch *watch, struct error *error) MUST_CHECK;

/* Say "recorded" where it is due. Must not be called while something damaged waits to be read anew: it would not be. */
bool shipping_is_awaiting(const struct shipping *shipping);
enum error_code shipping_mark_recorded(struct shipping *shipping, const struct outbox_acknowledged *acknowledged,
                                       struct watch *watch, struct error *error) MUST_CHECK;

#endif
