/* agent/dialogue_private.h - what the files of the dialogue share; nobody else includes it. */
#ifndef DRIFTLINE_AGENT_DIALOGUE_PRIVATE_H
#define DRIFTLINE_AGENT_DIALOGUE_PRIVATE_H

#include "agent/dialogue.h"
#include "base/buffer.h"

enum {
    LANE_PROBLEM_SIZE = 256,
    SECOND_US = 1000 * 1000,
    RETRY_US = 5 * SECOND_US /* when nobody says how long to wait */
};

/* A node that is sent in pieces. */
struct lane_piece {
    struct arena arena; /* of the bytes */
    struct hash hash;
    enum node_type type;
    struct text bytes; /* empty: there is none */
    size_t sent;
};

/* How far the conversation about one target has come. */
struct lane {
    uint64_t next;        /* the snapshot that the collector expects */
    uint64_t newest;      /* that there is */
    uint64_t announced;   /* by the watcher, the last time that anybody looked */
    uint64_t end;         /* no snapshot has this number yet, as of the Hello */
    uint64_t offered;     /* under way; 0: none */
    struct hash root;     /* of that one */
    bool lacks_nodes;     /* of that one some are not in the outbox, or damaged */
    struct buffer wanted; /* hashes, one after the other */
    size_t answered;      /* bytes of them */
    struct lane_piece piece;
    int64_t hold_until;       /* no offer before */
    enum reject_code refused; /* the collector will not hear of the target */
    enum reject_code logged;  /* what the log was told last */
    struct hash refused_root; /* of the snapshot that was refused for good last */
    bool has_refused_root;
    char problem[LANE_PROBLEM_SIZE]; /* why the newest snapshot is not there, though the target is fine; "": it is */
    bool problem_is_new;
    uint64_t told_reports; /* of the status that was sent last */
    uint64_t told_changes;
};

enum dialogue_phase { PHASE_SILENT, PHASE_GREETING, PHASE_OPEN };

struct dialogue {
    struct dialogue_setup setup;
    struct lane *lanes; /* one a target */

    /* the connection */
    struct dialogue_connection connection;
    enum dialogue_verdict verdict;
    int64_t pause_us;
    struct error failure;

    /* the conversation */
    enum dialogue_phase phase;
    bool hello_due;
    bool proven;
    unsigned unanswered; /* heartbeats */
    uint64_t number;
    size_t frame_limit;
    int64_t heartbeat_us;
    int64_t heard_at;
    int64_t beat_at;  /* when the next heartbeat is due; 0: now */
    size_t beat_from; /* the lane that a heartbeat of several messages goes on with; 0: from the begin */
    int64_t greet_at; /* when to say Hello again because of refused targets; 0: never */
    size_t turn;      /* the lane that may send nodes first */
    bool look_around; /* statuses may have changed */
    uint64_t delivered;

    int64_t now; /* as of the call */

    struct buffer frame; /* what could not be sent yet */
};

static inline const struct dialogue_target *dialogue_target_of(const struct dialogue *dialogue, const struct lane *lane)
{
    return &dialogue->setup.targets[lane - dialogue->lanes];
}

static inline uint32_t dialogue_place_of(const struct dialogue *dialogue, const struct lane *lane)
{
    return (uint32_t)(lane - dialogue->lanes);
}

/* End the connection. The first reason counts. */
void dialogue_end(struct dialogue *dialogue, enum dialogue_verdict verdict, int64_t pause_us);

/* The outbox did not do what it should. True: nothing can be done here. Else it was logged, and the work goes on. */
bool dialogue_outbox_failed(struct dialogue *dialogue, const struct error *error, const char *next);

/* Begin the conversation (again) on the same connection. */
void dialogue_greet(struct dialogue *dialogue);

/* A snapshot that will never be taken: remove it from the outbox, and let the next one and the log say so. What is
 * `damaged` here is read and written again, but once only: the same again would be refused again. */
struct dialogue_loss {
    uint64_t seq;
    const struct hash *root;
    const char *code; /* in one word, for the log and the collector */
    struct text message;
    bool damaged;
};
void dialogue_drop(struct dialogue *dialogue, struct lane *lane, const struct dialogue_loss *loss);

/* Forget the offer that is under way; and make none for a while. */
void lane_reset(struct lane *lane);
void lane_hold(struct dialogue *dialogue, struct lane *lane, int64_t pause_us);

/* Encode a message into dialogue->frame; false when that failed, which was logged. When it was for want of memory the
 * connection is given up, and with it all that was begun. */
bool dialogue_encode(struct dialogue *dialogue, enum message_type type, const ProtobufCMessage *message);

/* Put what is to be said next into dialogue->frame; false: nothing. */
bool dialogue_compose_hello(struct dialogue *dialogue);
bool dialogue_compose_heartbeat(struct dialogue *dialogue);
bool dialogue_compose_offer(struct dialogue *dialogue, struct lane *lane);
bool dialogue_compose_nodes(struct dialogue *dialogue, struct lane *lane);

#endif
