/* ingest/conversation_private.h - what the files of the conversation share. Not for others.
 *
 * In here a function answers ERROR_NONE when a message was dealt with, refused or not. An error is one of the store:
 * the whole batch has failed.
 */
#ifndef DRIFTLINE_INGEST_CONVERSATION_PRIVATE_H
#define DRIFTLINE_INGEST_CONVERSATION_PRIVATE_H

#include "ingest/batch.h"
#include "ingest/conversation.h"
#include "ingest/notices.h"
#include "ingest/roster.h"
#include "ingest/staging.h"

enum {
    LOG_PAUSE_MS = 60 * 1000,        /* the same refusal is not logged again for so long … */
    EVENT_PAUSE_MS = 60 * 60 * 1000, /* … nor made an event again for so long … */
    ANSWER_PAUSE_MS = 60 * 1000,     /* … nor are messages of one lost session answered again */
    FULL_PROBE_MS = 1000,            /* a full store is tried again so often */
    FULL_QUIET_MS = 15 * 1000,       /* and has room when nothing failed for so long */
    STORE_SIGHTINGS_MS = 5000        /* heartbeats are stored so often */
};

/* For silence.h. */
struct silence_watch {
    int64_t listening_since; /* elapsed: without a break; 0: not yet */
    int64_t looked_at;       /* elapsed */
    bool is_known;           /* the roster says of each agent what the store does */
};

/* For tidings.h. */
struct tidings {
    char trouble[256]; /* that is over */
    int64_t trouble_since;
    int64_t trouble_until; /* 0: there is none to tell of */
    bool trouble_is_told;  /* in the batch */
    uint64_t refused;      /* strangers since the start */
    uint64_t refused_told; /* of them, also in the batch */
    uint64_t refused_kept; /* of them, in the store */
    int64_t refused_next;  /* elapsed: when they are told again */
    char refused_address[64];
};

struct conversation {
    struct database *database;
    struct logger *logger;
    struct conversation_exit exit;
    struct conversation_settings settings;
    struct correlator *correlator; /* or NULL */
    struct hasher *hasher;
    struct roster roster;
    struct staging staging;
    struct batch batch;
    struct notices notices;
    struct buffer frame;  /* for the message that goes out */
    struct moment moment; /* of what is being done */
    struct conversation_counts counts;
    uint64_t generation;   /* others when somebody else wrote */
    int64_t full_tried;    /* elapsed: when a write last failed for want of room */
    int64_t sightings_at;  /* elapsed: when heartbeats were stored last */
    size_t sightings_next; /* the agent of the roster that is next; its count: all are done */
    struct silence_watch silence;
    struct tidings tidings;
};

static inline bool conversation_may_write(const struct conversation *conversation)
{
    return !conversation->counts.full ||
           conversation->moment.elapsed - conversation->full_tried >= (int64_t)FULL_PROBE_MS * 1000;
}

/* End a session: its uploads are dropped. */
void conversation_end_session(struct conversation *conversation, struct session *session);

/* Drop the upload of a target, if it has one. */
void conversation_drop_upload(struct conversation *conversation, struct session_target *target);

#endif
