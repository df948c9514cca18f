/* ingest/session.h - what is remembered of an agent while it is here.
 *
 * A session begins with a Hello and ends with a Bye, with another Hello of the same agent, with silence, with a
 * message that makes no sense, or when the agent may no longer be here. An agent has one session at most, so there are
 * never more sessions than enrolled agents. An idle one takes a few hundred bytes.
 *
 * Ownership: a session owns its targets, their names and reasons; uploads belong to the staging.
 */
#ifndef DRIFTLINE_INGEST_SESSION_H
#define DRIFTLINE_INGEST_SESSION_H

#include "base/compiler.h"
#include "base/error.h"
#include "ingest/upload.h"
#include "store/targets.h"
#include "wire/socket.h"

enum { SESSION_REASON_LIMIT = 512 /* bytes that are kept of why a target is as it is */ };

struct session_target {
    int64_t target;        /* the store's number of it; 0: it is not welcome, `code` says why */
    uint64_t last_seq;     /* recorded durably, and all before it */
    uint64_t writing_seq;  /* recorded in the transaction that is open; 0: none */
    uint64_t ended_seq;    /* refused: nodes of it may still be on their way; 0: none */
    struct upload *upload; /* the offer that is under way, or NULL */
    const char *name;      /* "orders@prod", for the log */
    char *reason;          /* of the state; NULL: none */
    int64_t checked_at;    /* 0: not known */
    uint8_t state;         /* enum target_state, as the agent said last */
    uint8_t stored_state;  /* as the store has it */
    uint8_t code;          /* enum reject_code */
    bool changed;          /* the store does not have state and reason yet */
};

struct session {
    uint64_t number;
    int64_t agent;
    uint8_t peer[SOCKET_PEER_SIZE];
    uint8_t incarnation[INCARNATION_SIZE];
    char address[48];
    int64_t since;         /* time */
    int64_t heard_at;      /* time */
    int64_t stored_at;     /* the heard_at that the store has */
    int64_t heard_elapsed; /* the same moment as heard_at by clock_elapsed() */
    uint32_t count;
    struct session_target targets[];
};

/* Where a message comes from: the connection, and the agent that the door says it is. */
struct session_sender {
    uint8_t peer[SOCKET_PEER_SIZE];
    int64_t agent;
    struct text address;
};

/* A session with a number that cannot be guessed and `count` targets, all of them empty but for their names, which come
 * one after another in `names`, each followed by a NUL. */
enum error_code session_new(struct session **ret_session, const struct session_sender *sender, uint32_t count,
                            struct text names, struct error *error) MUST_CHECK;
void session_free(struct session *session); /* NULL is fine */

static inline bool session_has_peer(const struct session *session, const uint8_t peer[SOCKET_PEER_SIZE])
{
    return memcmp(session->peer, peer, SOCKET_PEER_SIZE) == 0;
}

/* The place of a target by its number in the store, or NULL. */
struct session_target *session_target_of(struct session *session, int64_t target);

/* Take over what an agent, or the store, says of a target. `ret_changed`: it was different. False: no memory. */
bool session_target_state(struct session_target *target, enum target_state state, struct text reason,
                          bool *ret_changed) MUST_CHECK;

#endif
