/* ingest/conversation.h - what the collector answers to what agents say, and what it writes of it.
 *
 * Messages go in one by one and answers come out through a callback; in between stands one transaction for as many
 * messages as its owner likes. What depends on it (a welcome, an acknowledgement) is only said after
 * conversation_commit(). No sockets, no threads and no clock of its own: the core feeds it, and so does a test.
 *
 * Nothing that an agent says is believed: who it is says the door, what it may speak for the roster, and nodes are
 * checked before they are written. What makes no sense is refused, counted, logged and forgotten.
 *
 * Failure: only what the process must end with (ERROR_IO) comes out of these functions. A full disk is said to the
 * agents of the batch, and is over with the next commit that succeeds. Threads: one.
 */
#ifndef DRIFTLINE_INGEST_CONVERSATION_H
#define DRIFTLINE_INGEST_CONVERSATION_H

#include "base/arena.h"
#include "base/log.h"
#include "base/metric_text.h"
#include "ingest/session.h"
#include "store/agents.h"
#include "wire/message.h"
#include "wire/socket.h"

struct conversation_settings {
    unsigned heartbeat_ms;
    unsigned claim_ms;
    size_t staging_limit;
    size_t snapshot_limit;
    size_t memory_limit; /* of one comparison */
    int64_t stale_us;    /* an agent that is not heard for so long is silent; 0: as before, at first none ever is */
};

/* How answers leave. False: the peer is gone or slow, and does not get this one. */
struct conversation_exit {
    bool (*send)(void *context, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame);
    void *context;
};

/* The time of day, and the time that passes. */
struct moment {
    int64_t now;
    int64_t elapsed;
};

struct conversation_counts {
    uint64_t sessions;
    uint64_t snapshots; /* recorded */
    uint64_t commits;
    uint64_t heartbeats;
    uint64_t refused[REJECT_CODE_COUNT];
    uint64_t dropped;
    uint64_t bytes_out;
    uint64_t staged_bytes;
    int64_t last_commit; /* time; 0: none */
    bool full;
    char problem[256];     /* what the last write failed with, as long as none has succeeded; empty: nothing */
    int64_t problem_since; /* time */
    struct metric_histogram commit_times; /* from the first thing that was written to its being durable */
};

/* Of commit_times. */
extern const struct metric_buckets conversation_commit_buckets;

struct conversation;

/* `database` is the writer; it and the logger stay the caller's. Nobody is known before conversation_load_agents(). */
enum error_code conversation_new(struct conversation **ret_conversation, struct database *database,
                                 const struct conversation_exit *exit, struct logger *logger,
                                 struct error *error) MUST_CHECK;
void conversation_free(struct conversation *conversation); /* rolls back what is not committed */

void conversation_configure(struct conversation *conversation, const struct conversation_settings *settings);

/* The one of the settings that comes with the policy. */
void conversation_stale_after(struct conversation *conversation, int64_t stale_us);

/* Who follows what is recorded, NULL: nobody, as at the beginning. It stays the caller's. */
struct correlator;
void conversation_correlate(struct conversation *conversation, struct correlator *correlator);

/* Read who is enrolled, and end the sessions of those that may not be here, or may do other things now. The list
 * belongs to the conversation and is valid until the next call. */
enum error_code conversation_load_agents(struct conversation *conversation, const struct moment *moment,
                                         const struct agent_row **ret_agents, size_t *ret_count,
                                         struct error *error) MUST_CHECK;

/* Hear one message. */
enum error_code conversation_receive(struct conversation *conversation, const struct session_sender *sender,
                                     struct text frame, const struct moment *moment, struct error *error) MUST_CHECK;

/* Give one of the uploads that wait its turn. False in `ret_more`: there was none. */
enum error_code conversation_work(struct conversation *conversation, const struct moment *moment, bool *ret_more,
                                  struct error *error) MUST_CHECK;

/* What is waiting for the commit: snapshots recorded, since when; and whether anything at all. */
uint32_t conversation_recorded(const struct conversation *conversation);
size_t conversation_recorded_bytes(const struct conversation *conversation);
int64_t conversation_began(const struct conversation *conversation);
bool conversation_is_pending(const struct conversation *conversation);

/* Commit, and say what depended on it. */
enum error_code conversation_commit(struct conversation *conversation, const struct moment *moment,
                                    struct error *error) MUST_CHECK;

/* What is due from time to time: agents that fell silent, uploads that do not go on, heartbeats to be stored. A few
 * times a second. */
enum error_code conversation_tick(struct conversation *conversation, const struct moment *moment,
                                  struct error *error) MUST_CHECK;

/* Somebody else wrote in between: nodes or targets may be gone. */
void conversation_store_changed(struct conversation *conversation);

/* Connections that the door has turned away since the start, and where the last came from. */
void conversation_turned_away(struct conversation *conversation, uint64_t count, const char *address);

/* A write of somebody else's failed with ERROR_FULL. */
void conversation_note_full(struct conversation *conversation, const struct moment *moment, const struct error *error);

void conversation_counts(const struct conversation *conversation, struct conversation_counts *ret_counts);

/* Visit every session, by number of agent. */
void conversation_visit(const struct conversation *conversation,
                        void (*visit)(void *context, const struct session *session), void *context);

#endif
